"""The spine as a flat drawing, for machines without OpenGL: outlines of the same bones in the same poses."""

from collections.abc import Mapping

import numpy as np

from biomech.viz.bones.dimensions import Dimensions, dimensions
from biomech.viz.bones.disc import discs
from biomech.viz.bones.sacrum import profile
from biomech.viz.colour import Colour
from biomech.viz.reading import Floats, Frame, Pose, Spine
from biomech.viz.sheet import Sheet, Spot

_FILL, _REAR, _EDGE = "#ece3d0", "#ddd0b8", "#8a775c"
_SLANT = {"C": 0.35, "T": 0.75, "L": 0.18}  # rad, of the spinous process


class FlatSpine:
    """Outlines of one person's bones."""

    def __init__(self, spine: Spine) -> None:
        self._front: dict[str, Floats] = {}
        self._rear: dict[str, Floats] = {}
        for name, d in dimensions(spine).items():
            self._front[name] = _body(d)
            self._rear[name] = _arch(d)
        turn = np.linspace(0, 2 * np.pi, 40)
        self._rear["C1"] = np.stack([-9 + 19 * np.cos(turn), 4.5 * np.sin(turn)], axis=1)
        plate = spine.plates["pelvis"][0]
        outline = profile(*spine.plate_size("pelvis", upper=True))
        self._front["pelvis"] = plate.at(_deep(outline))[:, :2]

    def extent(self, pose: Pose) -> tuple[float, float, float, float]:
        """Left, right, bottom, top of everything in mm."""
        points = np.vstack([_placed(outline, pose[name]) for part in (self._front, self._rear) for name, outline in part.items()])
        (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
        return float(left), float(right), float(bottom), float(top)

    def draw(self, sheet: Sheet, spine: Spine, pose: Pose, colours: Mapping[str, Colour], origin: Spot, scale: float) -> None:
        """Draw on a sheet: ``origin`` is where the S1 endplate lies, ``scale`` in inches per mm."""

        def on_sheet(points: Floats) -> Floats:
            return np.asarray(points * scale + np.asarray(origin))

        for name, outline in self._rear.items():
            sheet.shape(
                on_sheet(_placed(outline, pose[name])), facecolor=_REAR, edgecolor=_EDGE, linewidth=0.5, joinstyle="round"
            )
        for level, disc in discs(spine, pose).items():
            sheet.shape(
                on_sheet(disc.section()[:, :2]),
                facecolor=colours[level],
                edgecolor="#3d2c22",
                linewidth=0.5,
                zorder=2.4,
                gid=f"disc {level}",
            )
        for name, outline in self._front.items():
            sheet.shape(
                on_sheet(_placed(outline, pose[name])),
                facecolor=_FILL,
                edgecolor=_EDGE,
                linewidth=0.6,
                zorder=2.2,
                joinstyle="round",
                gid=f"bone {name}",
            )


def _deep(flat: Floats) -> Floats:
    return np.column_stack([flat, np.zeros(len(flat))])


def _placed(outline: Floats, frame: Frame) -> Floats:
    return frame.at(_deep(outline))[:, :2]


def _body(d: Dimensions) -> Floats:
    """A waisted block with its wedge."""
    t = np.linspace(0, 1, 12)
    waist = {"L": 0.10, "T": 0.07, "C": 0.05}[d.region]
    depth = (d.lower_depth + (d.upper_depth - d.lower_depth) * t) * (1 - waist * np.sin(np.pi * t))
    slope = np.tan(d.wedge / 2)
    rise = (t - 0.5) * 2
    front = np.column_stack([depth / 2, rise * (d.height / 2 + slope * depth / 2)])
    back = np.column_stack([-depth / 2, rise * (d.height / 2 - slope * depth / 2)])
    return np.vstack([front, back[::-1]])


def _arch(d: Dimensions) -> Floats:
    """Pedicle, lamina and spinous process seen from the side, with facets up and down."""
    h, slant = d.height, _SLANT[d.region]
    half = {"L": 0.32 * h, "T": 5.0, "C": 0.30 * h}[d.region]
    root = np.array([d.canal_back - 1, -0.22 * h])
    tip = np.array([d.tip + half * 0.6, root[1] - (root[0] - d.tip) * np.tan(slant)])
    along = (tip - root) / np.linalg.norm(tip - root)
    across = np.array([-along[1], along[0]])  # downwards, since the process points backwards
    turn = np.linspace(np.pi / 2, -np.pi / 2, 9)
    knob = [tip + half * (along * np.cos(a) - across * np.sin(a)) for a in turn]
    up, down = d.above, d.below
    points = [
        (d.back + 2, 0.42 * h),
        (d.back - 5, 0.30 * h),
        (up.x - 0.30 * d.canal_depth + d.back, min(up.y + 3, h * 0.9)),
        (up.x - 0.55 * d.canal_depth + d.back, min(up.y + 3, h * 0.9)),
        (d.canal_back + 1, 0.05 * h),
        *knob,
        (d.canal_back, -0.5 * h),
        (down.x - 0.75 * d.canal_depth + d.back, max(down.y - 4, -h * 0.95)),
        (down.x - 0.45 * d.canal_depth + d.back, max(down.y - 4, -h * 0.95)),
        (d.canal_back + 5, -0.22 * h),
        (d.back - 4, -0.12 * h),
        (d.back + 2, -0.10 * h),
    ]
    return np.array([np.asarray(p, float) for p in points])
