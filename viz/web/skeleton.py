"""Bones and discs of one person as one small block of bytes that WebGL can draw from.

Positions are quantised to 12 bits over the box of each bone (about 0.03 mm), normals to 8 bits a component. A disc
vertex is given twice, in the axes of the bone below and of the bone above, each weighted: where the two bones are,
the disc lies between them, so that one block serves every moment.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from biomech.viz.bones.disc import Disc, Plate, discs
from biomech.viz.reading import Floats, Frame, Spine

if TYPE_CHECKING:
    import pyvista as pv

TRIANGLES = 90_000  # of all bones
STEP = 1.5  # mm, grid of the distance fields before decimation
_STEPS = 4095  # of a quantised coordinate
_DISC = {"around": 48, "up": 7, "inwards": 4}
_DISC_UNIT = 1 / 400  # mm


@dataclass(frozen=True)
class Skeleton:
    """What the page needs to draw a person, and the sizes it was made for."""

    header: dict[str, Any]
    block: bytes

    def packed(self) -> dict[str, Any]:
        """For a page that brings its data along."""
        return {**self.header, "block": base64.b64encode(gzip.compress(self.block, 9, mtime=0)).decode("ascii")}


def skeleton(spine: Spine, triangles: int = TRIANGLES) -> Skeleton:
    """Bones in the axes of their bodies, discs between them.

    Parameters
    ----------
    triangles : int
        About how many the bones may have together.
    """
    from biomech.viz.bones.skeleton import bones

    block = bytearray()
    meshes = {name: mesh for name, mesh in bones(spine, STEP).items() if name in spine.bodies}
    # fine bones have more shape for their surface
    weight = {name: float(mesh.area) ** 0.75 for name, mesh in meshes.items()}
    whole = sum(weight.values())
    header: dict[str, Any] = {"bodies": spine.bodies, "sizes": sizes(spine), "bones": [], "discs": []}
    for name, mesh in meshes.items():
        light = lighter(mesh, triangles * weight[name] / whole)
        header["bones"].append({"body": spine.bodies.index(name), **packed_bone(block, *light)})
    _discs(spine, header, block)
    return Skeleton(header, bytes(block))


def sizes(spine: Spine) -> list[list[float]]:
    """Depth, height and width of every body (mm): bones of another size are drawn in proportion."""
    rows = np.stack([np.asarray(spine.data[name].values, float) for name in ("upper_depth", "body_height", "upper_width")], axis=1)
    for column in rows.T:  # skull, atlas and sacrum go with their neighbours
        known = np.flatnonzero(np.isfinite(column))
        missing = np.flatnonzero(~np.isfinite(column))
        nearest = [known[np.argmin(np.abs(known - i))] for i in missing]
        column[missing] = column[nearest]
    return [[round(float(v), 3) for v in row] for row in rows]


def lighter(mesh: pv.PolyData, triangles: float) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """Points, normals, shade and faces of a decimated bone; normals and shade are those of the fine one."""
    from scipy.spatial import cKDTree

    share = 1.0 - triangles / mesh.n_cells
    small = mesh.copy(deep=False)
    small.clear_data()
    if share > 0.02:
        small = small.decimate(min(share, 0.97))
    points = np.asarray(small.points, float)
    _, twin = cKDTree(np.asarray(mesh.points)).query(points)
    normals = np.asarray(mesh.point_data["Normals"], float)[twin]
    return points, normals, np.asarray(mesh.point_data["shade"], float)[twin], np.asarray(small.regular_faces)


def packed_bone(block: bytearray, points: Floats, normals: Floats, shade: Floats, faces: NDArray[np.int64]) -> dict[str, Any]:
    """Append a surface to a block; what a script needs to find it there."""
    low = points.min(axis=0)
    span = np.maximum(np.ptp(points, axis=0), 1e-6)
    place = np.zeros((len(points), 4), "<u2")
    place[:, :3] = np.round((points - low) / span * _STEPS)
    look = np.empty((len(points), 4), "i1")
    look[:, :3] = np.round(np.clip(normals, -1, 1) * 127)
    look[:, 3] = np.round(np.clip(shade, 0, 1) * 127)
    return {
        "low": [round(float(v), 4) for v in low],
        "step": [float(f"{v / _STEPS:.6g}") for v in span],
        "points": _put(block, place),
        "looks": _put(block, look),
        "faces": _put(block, faces.astype("<u2" if len(points) < 65536 else "<u4")),
        "count": int(faces.size),
        "wide": len(points) >= 65536,
    }


def _discs(spine: Spine, header: dict[str, Any], block: bytearray) -> None:
    """Every disc as vertices that hang on the two bones it joins (see the module); all have the same faces."""
    for level, disc in discs(spine, spine.standing).items():
        above, below = spine.neighbours(level)
        ends = spine.plates[below][0], spine.plates[above][1]
        low, high, share = halves(disc, *ends, surface)
        if not header["discs"]:
            faces = np.asarray(disc.mesh(**_DISC).regular_faces)
            header |= {"disc_faces": _put(block, faces.astype("<u2")), "disc_count": int(faces.size), "disc_points": len(low)}
        packed = np.zeros((len(low), 8), "<i2")
        packed[:, 0:3] = np.round(low / _DISC_UNIT)
        packed[:, 3] = np.round(share * 32767)
        packed[:, 4:7] = np.round(high / _DISC_UNIT)
        header["discs"].append(
            {
                "level": level,
                "above": spine.bodies.index(above),
                "below": spine.bodies.index(below),
                "points": _put(block, packed),
                "marks": [[round(float(v), 4) for v in row] for row in _marks(disc, *ends)],
            }
        )
    header["disc_unit"] = _DISC_UNIT


def _marks(disc: Disc, lower: Frame, upper: Frame) -> Floats:
    """Rows of below x y z, above x y z, weight above: for the centre and the front of a disc."""
    low, high, share = halves(disc, lower, upper, marks)
    return np.column_stack([low, high, share])


def halves(disc: Disc, lower: Frame, upper: Frame, points: Callable[[Disc], Floats]) -> tuple[Floats, Floats, Floats]:
    """Points of a disc taken apart: in the axes below, in the axes above (both weighted), and the weight above (0–1).

    A point lies at ``(1 − weight) × frame below + weight × frame above``; with one of the frames emptied, the other part
    is what is left.
    """

    def seen(low: Frame, high: Frame) -> Floats:
        return points(
            Disc(
                disc.level,
                Plate(low, disc.lower.width, disc.lower.depth, disc.lower.region),
                Plate(high, disc.upper.width, disc.upper.depth, disc.upper.region),
            )
        )

    empty = Frame(np.zeros(3), np.zeros((3, 3)))
    mark = Frame(np.array([1.0, 0.0, 0.0]), np.zeros((3, 3)))
    return seen(lower, empty), seen(empty, upper), seen(empty, mark)[:, 0]


def surface(disc: Disc) -> Floats:
    """Vertices of the disc as the page draws it."""
    return np.asarray(disc.mesh(**_DISC).points, float)


def marks(disc: Disc) -> Floats:
    """Its centre and its foremost point: where one points at it, where a leader line ends."""
    return np.array([disc.layer(np.zeros(1), 0.5, 1e-6)[0], disc.front])


def _put(block: bytearray, values: NDArray[Any]) -> int:
    """Append an array, aligned to four bytes; where it begins."""
    block.extend(b"\0" * (-len(block) % 4))
    start = len(block)
    block.extend(values.tobytes())
    return start
