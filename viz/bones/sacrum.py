"""Sacrum and coccyx: five fused vertebrae on an arc, drawn from the width and depth of S1.

Frame: origin in the centre of the S1 endplate, x anterior along it, y its normal, z right. Only the
endplate follows the dataset; the rest is a generic shape in proportion.
"""

from dataclasses import dataclass

import numpy as np

from biomech.viz.bones.field import Field, Floats, Grid, Solid, common
from biomech.viz.bones.solids import capsule

f4 = np.float32
_LENGTH = 108.0  # mm along the arc, S1 to S5
_RADIUS = 122.0  # mm of the arc
_START = np.radians(21.0)  # the arc leaves the endplate this far behind its normal
# along the arc: half width; half width, front and back of the bodies; thickness of the wings
_STATION = (-8.0, 0.0, 12.0, 28.0, 50.0, 66.0, 84.0, 98.0, 110.0)
_WIDTH = (50.0, 53.0, 54.0, 52.0, 45.5, 37.0, 26.5, 18.0, 10.0)
_BODY = (25.0, 25.0, 23.0, 20.5, 17.4, 15.4, 13.4, 11.4, 9.0)
_FRONT = (16.5, 16.8, 14.6, 12.6, 10.2, 8.6, 7.0, 5.8, 4.6)
_WING = (4.0, 5.6, 8.6, 8.8, 6.8, 5.6, 4.4, 3.8, 3.2)
_BACK = (12.0, 19.0, 23.0, 21.5, 17.0, 13.8, 10.4, 7.4, 4.8)
_JOINTS = (0.0, 30.0, 55.0, 76.0, 94.0, 108.0)  # between the fused vertebrae


@dataclass(frozen=True)
class _Arc:
    """Distance along the sacral axis (s) and behind it (n)."""

    scale: float

    def to_arc(self, x: Grid, y: Grid) -> tuple[Grid, Grid]:
        r = f4(_RADIUS * self.scale)
        cx, cy = r * f4(np.cos(_START)), -r * f4(np.sin(_START))
        dx, dy = x - cx, y - cy
        back = -dx * f4(np.cos(_START)) + dy * f4(np.sin(_START))
        down = -dx * f4(np.sin(_START)) - dy * f4(np.cos(_START))
        return np.arctan2(down, back) * f4(_RADIUS), (np.sqrt(dx * dx + dy * dy) - r) / f4(self.scale)

    def point(self, s: float, n: float, z: float) -> Floats:
        """Where (s, n, z) lies; s and n unscaled, z in mm."""
        turn = s / _RADIUS
        back = np.array([-np.cos(_START), np.sin(_START)])
        down = np.array([-np.sin(_START), -np.cos(_START)])
        spot = (-_RADIUS * back + (_RADIUS + n) * (np.cos(turn) * back + np.sin(turn) * down)) * self.scale
        return np.array([spot[0], spot[1], z])

    def heading(self, turn: float) -> Floats:
        back = np.array([-np.cos(_START), np.sin(_START), 0.0])
        down = np.array([-np.sin(_START), -np.cos(_START), 0.0])
        return np.asarray(-np.sin(turn) * back + np.cos(turn) * down)


def sacrum(width: float, depth: float, facet: Floats, step: float) -> Field:
    """The field of sacrum and coccyx.

    Parameters
    ----------
    width, depth : float
        Of the S1 endplate, mm.
    facet : array
        Where the right L5/S1 facets meet.
    """
    k = width / 50.0
    arc = _Arc(k)
    field = Field((-78 * k, -152 * k, 0), (42 * k, 24, 58 * k), step)
    field.add(_mass(arc, k, depth / 33.0), 0)
    _facets(field, arc, facet)
    _holes(field, arc, k)
    _coccyx(field, arc, k)
    return field


def _mass(arc: _Arc, k: float, deep: float) -> Solid:
    def distance(x: Grid, y: Grid, z: Grid) -> Grid:
        s, n = arc.to_arc(x, y)
        side = np.abs(z) / f4(k)
        width, body = _along(s, _WIDTH), _along(s, _BODY)
        front, wing, back = _along(s, _FRONT) * f4(deep), _along(s, _WING), _along(s, _BACK)
        phase = np.cos(2 * np.pi * np.interp(s, _JOINTS, np.arange(6))).astype(f4)  # 1 between two vertebrae
        core = 1 / (1 + np.exp((side - body) / f4(2.8)))  # 1 in the bodies, 0 in the wings
        across = np.clip(side / width, 0, 1)
        below = _soft_step(s, 3.0, 10.0)
        ventral = -(core * front + (1 - core) * wing * (1 - f4(0.55) * across**2))
        ventral = ventral + core * f4(0.7) * (1 - phase) * below - (1 - core) * f4(0.5) * phase * below
        dorsal = back * (1 - f4(0.55) * across**1.6)
        fade = _soft_step(s, 4.0, 14.0) * (1 - _soft_step(s, 82.0, 106.0))
        dorsal = dorsal - f4(3.6) * np.exp(-(((side - f4(0.8) * body) / f4(6)) ** 2)) * fade
        dorsal = dorsal + f4(7.0) * np.exp(-((side / f4(3.3)) ** 2)) * (f4(0.66) - f4(0.34) * phase) * fade
        dorsal = dorsal + f4(2.2) * np.exp(-(((side - f4(1.32) * body) / f4(3.4)) ** 2)) * (1 + phase) / 2 * fade
        rim = width * (1 - f4(0.03) * (1 - phase) * _soft_step(s, 45.0, 60.0))
        shape = common(common(_single(ventral - n), _single(n - dorsal), 4.5), _single(side - rim), 9.0)
        shape = common(shape, s - f4(_LENGTH + 1), 3.0)
        # the endplate is flat; the wings slope down sideways, the arch behind the canal lies lower
        slope = np.clip(side - 25, 0, 60) * f4(0.24) + np.clip(n - 15, 0, 30) * f4(0.85)
        dish = f4(1.2) * np.clip(1 - (side / 24) ** 2 - (x / f4(16.5 * k * deep)) ** 2, 0, 1)
        return np.asarray(common(shape * f4(k), _single(y + slope * f4(k) + dish), 5.0) * f4(0.85))

    return Solid(distance, np.array([-78.0, -150, -58]) * k, np.array([26.0, 6, 58]) * k)


def _single(values: Floats | Grid) -> Grid:
    return np.asarray(values, f4)


def _along(s: Grid, values: tuple[float, ...]) -> Grid:
    return np.interp(s, _STATION, values).astype(f4)


def _soft_step(s: Grid, start: float, stop: float) -> Grid:
    return np.asarray(np.clip((s - f4(start)) / f4(stop - start), 0, 1))


def _facets(field: Field, arc: _Arc, facet: Floats) -> None:
    """Superior articular processes of S1, in front of and outside the inferior ones of L5."""

    def process(s: int) -> Solid:
        root = arc.point(15, 14, s * (facet[2] + 5.0))
        return capsule(root, (facet[0] + 2.0, facet[1] + 0.5, s * (facet[2] + 3.8)), 6.2, 3.6, 1.35, wide=(0, 0, 1))

    def dish(s: int) -> Solid:
        x, z = facet[0] - 5.0, s * (facet[2] - 2.4)
        return capsule((x, facet[1] - 4, z), (x, facet[1] + 12, z), 6.0, 6.4)

    field.add_pair(process, 5)
    field.carve_pair(dish, 1.0)


def _holes(field: Field, arc: _Arc, k: float) -> None:
    """Canal and the four pairs of foramina, wider in front."""
    field.carve(capsule((-23 * k, 18, 0), arc.point(24, 13, 0), 6.8 * k, 5.0 * k, 1.7, wide=(0, 0, 1)), 2.0)
    field.carve(capsule(arc.point(19, 13, 0), arc.point(82, 6.5, 0), 4.8 * k, 2.4 * k, 1.6, wide=(0, 0, 1)), 2.0)
    for place, z, radius in zip(_JOINTS[1:5], (20.5, 17.8, 15.2, 12.8), (5.3, 4.8, 4.1, 3.3), strict=True):
        s0 = place - 1.5

        def front(side: int, s0: float = s0, z: float = z, radius: float = radius) -> Solid:
            return capsule(
                arc.point(s0, -24, side * (z + 2.5) * k), arc.point(s0, 0, side * (z - 1) * k), radius * k, 0.8 * radius * k
            )

        def rear(side: int, s0: float = s0, z: float = z, radius: float = radius) -> Solid:
            return capsule(
                arc.point(s0, -2, side * (z - 1) * k),
                arc.point(s0 - 1, 30, side * (z + 1) * k),
                0.76 * radius * k,
                0.6 * radius * k,
            )

        field.carve_pair(front, 2.6)
        field.carve_pair(rear, 1.8)


def _coccyx(field: Field, arc: _Arc, k: float) -> None:
    spot, turn = arc.point(_LENGTH + 1, 0.0, 0.0), _LENGTH / _RADIUS
    for length, width, thick in ((9.0, 9.5, 4.0), (8.0, 6.6, 3.4), (6.5, 4.6, 2.9), (5.5, 3.2, 2.4)):
        turn += 0.22
        ahead = arc.heading(turn)
        field.add(
            capsule(
                spot + ahead * 1.2 * k,
                spot + ahead * (length - 2.2) * k,
                thick * k,
                thick * 0.88 * k,
                width / thick * 0.85,
                wide=(0, 0, 1),
            ),
            2.2,
        )
        spot = spot + ahead * length * k


def profile(width: float, depth: float, points: int = 24) -> Floats:
    """Outline of sacrum and coccyx seen from the side, (n, 2), for the flat drawing."""
    k, deep = width / 50.0, depth / 33.0
    arc = _Arc(k)
    along = np.linspace(0, _LENGTH + 22, points)
    tail = np.clip((along - _LENGTH) / 22, 0, 1)
    front = np.interp(along, _STATION, _FRONT) * deep * (1 - 0.75 * tail)
    back = np.interp(along, _STATION, _BACK) * (1 - 0.75 * tail) + 3.0 * np.clip(along / 15, 0, 1) * (1 - tail)
    back = np.where(along < 4, depth / 2 / k, back)
    ventral = [arc.point(s, -n, 0.0)[:2] for s, n in zip(along, front, strict=True)]
    dorsal = [arc.point(s, n, 0.0)[:2] for s, n in zip(along[::-1], back[::-1], strict=True)]
    # the endplate itself is straight
    edge = [np.array([-depth / 2, 0.0]), np.array([depth / 2, 0.0])]
    inside = [p for p in ventral[1:] if p[1] < -0.5]
    outside = [p for p in dorsal if p[1] < -0.5]
    return np.array([edge[1], *inside, *outside, edge[0]])
