"""Twelve pairs of ribs and the breastbone, hinted: each rib moves with its vertebra."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biomech.viz.bones.dimensions import Dimensions
from biomech.viz.bones.field import Floats
from biomech.viz.bones.thoracic import transverse_tip
from biomech.viz.reading import Frame

if TYPE_CHECKING:
    import pyvista as pv

# rib: how far round it reaches (deg from the back; 180 is the breastbone), how much lower its front end
# stands (of the cage's depth), size of its hoop against the widest
_REACH = (172, 168, 166, 164, 161, 158, 154, 148, 140, 130, 98, 70)
_DROP = (0.22, 0.30, 0.36, 0.40, 0.44, 0.48, 0.52, 0.56, 0.58, 0.58, 0.50, 0.42)
_HOOP = (0.46, 0.66, 0.79, 0.88, 0.94, 0.98, 1.00, 1.00, 0.98, 0.95, 0.90, 0.80)
_LENGTHS = 40  # points of a rib


def ribs(sizes: dict[str, Dimensions], standing: dict[str, Frame], cage: tuple[float, float]) -> dict[str, pv.PolyData]:
    """Ribs of T1 to T12 in the axes of their vertebrae, and the breastbone in those of T6.

    Parameters
    ----------
    cage : (float, float)
        Breadth and depth of the bony cage where it is widest, mm.
    """
    import pyvista as pv

    made: dict[str, pv.PolyData] = {}
    fronts = []
    for number in range(1, 13):
        name = f"T{number}"
        path = standing[name].at(_path(sizes[name], number, cage))
        fronts.append(path[-1])
        local = standing[name].inverse()
        parts = []
        for side in (1, -1):
            line = local.at(path * [1, 1, side]) if side < 0 else local.at(path)
            parts.append(_flat_tube(line, 2.6 if number > 10 else 3.1, 5.4 if 1 < number < 11 else 4.4))
        made[name] = pv.merge(parts)
    made["T6"] = pv.merge([made["T6"], _breastbone(fronts, standing["T6"])])
    return made


def _path(d: Dimensions, number: int, cage: tuple[float, float]) -> Floats:
    """The right rib: out of the joint, past the transverse process, round the side, down to the front."""
    club = transverse_tip(d)
    head = np.array([d.back + 2.0, d.height * 0.3, d.upper_width / 2 + 1.0])
    neck = club + [1.0, 0.5, 3.0]
    breadth, depth = cage[0] * _HOOP[number - 1], cage[1] * (0.35 + 0.65 * _HOOP[number - 1])
    turn = np.radians(np.linspace(18, _REACH[number - 1], _LENGTHS))
    back = club[0] - 12.0  # the hoop's hindmost point
    middle = back + depth / 2
    x = middle - depth / 2 * np.cos(turn)
    z = breadth / 2 * np.sin(turn) ** 0.85
    y = club[1] - _DROP[number - 1] * (x - back) + 6.0 * np.sin(turn)
    hoop = np.column_stack([x, y, z])
    far = np.linalg.norm(hoop - neck, axis=1) > 24  # leave room for the bend behind the transverse process
    start = int(np.argmax(far & (hoop[:, 2] > neck[2])))
    knots = np.vstack([head, neck, hoop[start:]])
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(knots, axis=0), axis=1))])
    line = np.column_stack([np.interp(np.linspace(0, run[-1], _LENGTHS), run, knots[:, i]) for i in range(3)])
    for _ in range(2):  # round the corner behind the transverse process
        line[1:-1] = 0.25 * line[:-2] + 0.5 * line[1:-1] + 0.25 * line[2:]
    return np.asarray(line)


def _flat_tube(
    line: Floats, thick: float, high: float, around: int = 10, broad: tuple[float, float, float] = (0.0, 1.0, 0.0)
) -> pv.PolyData:
    """A rod with a flat oval section, ``broad`` along the given direction; closed at both ends."""
    import pyvista as pv

    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    out = np.cross(along, broad)
    out /= np.linalg.norm(out, axis=1, keepdims=True) + 1e-9
    up = np.cross(out, along)
    size = np.clip(np.minimum(np.linspace(0, 1, len(line)), np.linspace(1, 0, len(line))) / 0.04, 0.25, 1)[:, None]
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    rings = [line + size * (thick * np.cos(a) * out + high * np.sin(a) * up) for a in turn]
    points = np.stack(rings, axis=1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(len(line) - 1), np.arange(around), indexing="ij")
    a, b = i * around + j, i * around + (j + 1) % around
    faces = np.concatenate([np.stack([a, b, b + around], -1).reshape(-1, 3), np.stack([a, b + around, a + around], -1).reshape(-1, 3)])
    last = len(points)
    points = np.vstack([points, line[:1], line[-1:]])
    k = np.arange(around)
    first = np.stack([np.full(around, last), (k + 1) % around, k], 1)
    final = np.stack([np.full(around, last + 1), last - around + k, last - around + (k + 1) % around], 1)
    mesh: pv.PolyData = pv.PolyData.from_regular_faces(points, np.vstack([faces, first, final]).astype(int))
    mesh = mesh.compute_normals(cell_normals=False, auto_orient_normals=True, split_vertices=False)
    mesh.point_data["shade"] = np.full(mesh.n_points, 0.86, np.float32)
    return mesh


def _breastbone(fronts: list[Floats], t6: Frame) -> pv.PolyData:
    """A flat bone in front of the upper seven ribs' ends."""
    ends = np.array(fronts[:7])
    top, bottom = ends[0] * [1, 1, 0] + [5, 8, 0], ends[6] * [1, 1, 0] + [0, -8, 0]
    line = np.linspace(top, bottom, _LENGTHS)
    return _flat_tube(t6.inverse().at(line), 4.5, 15.0, around=16, broad=(0.0, 0.0, 1.0))
