"""The vertebral body, and the outline of its endplates, which the discs share."""

import numpy as np

from biomech.viz.bones.dimensions import Dimensions, Region
from biomech.viz.bones.field import Floats, Grid, Solid, common

f4 = np.float32
_POWER: dict[Region, float] = {"L": 2.35, "T": 2.15, "C": 2.5}  # superellipse: 2 = ellipse, more = squarer
_NOTCH: dict[Region, float] = {"L": 0.13, "T": 0.14, "C": 0.06}  # hollow of the posterior wall, of the half depth
_NOTCH_WIDTH = 0.42  # rad
_WAIST: dict[Region, float] = {"L": 0.115, "T": 0.08, "C": 0.05}
_HOLLOW: dict[Region, float] = {"L": 1.6, "T": 1.2, "C": 0.8}  # mm, concavity of an endplate


def outline(angle: Floats, width: float, depth: float, region: Region) -> Floats:
    """Radius of an endplate's outline; angle 0 is anterior, positive to the right."""
    c, s = np.cos(angle), np.sin(angle)
    n = _POWER[region]
    radius = (np.abs(c / (depth / 2)) ** n + np.abs(s / (width / 2)) ** n) ** (-1 / n)
    hollow = np.exp(-(((np.abs(angle) - np.pi) / _NOTCH_WIDTH) ** 2)) * (c < 0)
    return np.asarray(radius * (1 - _NOTCH[region] * hollow))


def hollow(region: Region) -> float:
    """Depth of an endplate's concavity at its centre, mm."""
    return _HOLLOW[region]


def vertebral_body(d: Dimensions) -> Solid:
    """A waisted block with a hollow posterior wall, rims and slightly concave endplates."""
    n, notch, waist, dish = _POWER[d.region], _NOTCH[d.region], _WAIST[d.region], _HOLLOW[d.region]
    slope = float(np.tan(d.wedge / 2))
    edge = 1.4 if d.region == "C" else 1.9

    def distance(x: Grid, y: Grid, z: Grid) -> Grid:
        t = np.clip(y / f4(d.height) + f4(0.5), 0, 1)  # 0 at the lower, 1 at the upper endplate
        slim = 1 - f4(waist) * (4 * t * (1 - t)) ** f4(1.3)
        width = (f4(d.lower_width) + f4(d.upper_width - d.lower_width) * t) * slim
        depth = (f4(d.lower_depth) + f4(d.upper_depth - d.lower_depth) * t) * slim
        aside = z / np.maximum(np.abs(x), f4(0.5))
        dent = np.where(x < 0, 1 - f4(notch) * np.exp(-((aside / f4(_NOTCH_WIDTH)) ** 2)), f4(1))
        level = (np.abs(2 * x / (depth * dent)) ** f4(n) + np.abs(2 * z / width) ** f4(n) + f4(1e-9)) ** f4(1 / n)
        side = (level - 1) * np.minimum(width, depth) / 2
        half = f4(d.height / 2) + f4(slope) * x  # anterior height differs by the wedge
        ends = np.abs(y) - (half - f4(dish) * (1 - np.clip(level, 0, 1) ** 4))
        return common(side, ends, edge)

    reach = max(d.upper_depth, d.lower_depth) / 2
    high = d.height / 2 + abs(slope) * reach
    side = max(d.upper_width, d.lower_width) / 2
    return Solid(distance, np.array([-reach, -high, -side]), np.array([reach, high, side]))
