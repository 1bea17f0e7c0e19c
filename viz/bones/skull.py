"""Skull and jaw: what shows where the head is; origin between the condyles, which sit on the atlas."""

from collections.abc import Callable

import numpy as np

from biomech.viz.bones.field import Field, Grid, Point, Solid
from biomech.viz.bones.solids import capsule, ellipsoid

f4 = np.float32
_HEIGHT = 155.0  # mm from the condyles to the vertex (with scalp) that the numbers below belong to


def skull(height: float, step: float) -> Field:
    """The field of skull and jaw for a head of so many mm above the condyles."""
    k = height / _HEIGHT
    field = Field(np.array([-102, -66, 0]) * k, np.array([118, 166, 84]) * k, max(step, 1.6))

    def ball(x: float, y: float, z: float, a: float, b: float, c: float) -> Solid:
        return ellipsoid(np.array([x, y, z]) * k, np.array([a, b, c]) * k)

    def rod(a: Point, b: Point, r0: float, r1: float, flat: float = 1.0, wide: Point = (0, 1, 0)) -> Solid:
        return capsule(np.array(a) * k, np.array(b) * k, r0 * k, r1 * k, flat, wide)

    # braincase
    field.add(ball(-4, 86, 0, 87, 62, 70), 0)
    field.add(ball(44, 84, 0, 50, 54, 57), 30)
    field.add(ball(-20, 46, 0, 56, 38, 52), 26)
    field.add(ball(22, 40, 0, 44, 22, 40), 16)
    # face: forehead and brows, cheekbones, upper jaw
    field.add(rod((84, 62, 0), (74, 60, 42), 8.5, 7.0, 1.0), 10)
    field.add(ball(70, 16, 0, 26, 30, 27), 14)
    field.add(ball(66, 34, 30, 18, 22, 16), 12)
    field.add(rod((70, 30, 46), (58, 28, 58), 9.5, 7.0, 1.2), 8)
    field.add(rod((58, 28, 59), (34, 27, 67), 5.6, 4.2, 1.35), 5)
    field.add(rod((34, 27, 67), (8, 27, 63), 4.2, 4.6, 1.2), 5)
    field.add(rod((76, 62, 46), (66, 36, 54), 6.0, 6.0, 1.0), 6)  # outer rim of the orbit
    field.add(rod((88, 60, 0), (97, 38, 0), 6.0, 4.6, 0.9), 7)  # bridge of the nose
    field.add(rod((74, -4, 0), (66, -6, 20), 13.0, 11.0, 1.0), 8)
    # orbits, nose, temple hollows, ear
    field.carve(rod((96, 46, 36), (62, 44, 22), 17.5, 10.0), 5)
    field.carve(rod((104, 24, 4), (74, 24, 4), 8.5, 6.0, 1.5), 3)
    field.carve(ball(50, 52, 72, 26, 26, 12), 10)
    field.carve(ball(52, 22, 46, 14, 13, 9.5), 6)
    # mastoid, condyles, opening for the cord
    field.add(rod((-4, 30, 54), (0, 8, 51), 13.0, 7.5, 1.0), 9)
    field.add(ball(0, 4, 17, 11, 6.5, 6.5), 5)
    field.carve(rod((-20, -10, 0), (-20, 30, 0), 15, 14), 4)
    field.carve(ball(9, 24, 66, 4.5, 4.5, 6), 2)
    _jaw(field, rod)
    _teeth(field, k)
    return field


def _jaw(field: Field, rod: Callable[..., Solid]) -> None:
    field.add(rod((16, 22, 55), (24, 4, 52), 5.0, 6.0, 1.2), 1.0)
    field.add(rod((24, 6, 52), (20, -26, 48), 5.2, 5.2, 2.3, wide=(1, 0, 0)), 4)
    field.add(rod((38, 16, 50), (36, -4, 50), 3.4, 5.0, 1.8, wide=(1, 0, 0)), 5)
    field.add(rod((22, -30, 47), (62, -38, 32), 5.8, 6.0, 1.8), 6)
    field.add(rod((62, -38, 32), (82, -40, 12), 6.0, 6.2, 1.75), 5)
    field.add(rod((82, -40, 12), (85, -41, 0), 6.2, 7.0, 1.7), 5)
    field.add(rod((86, -49, 0), (80, -50, 12), 5.6, 5.0, 1.0), 5)


def _teeth(field: Field, k: float) -> None:
    """Two rows on one arch, each tooth a little set off from the next."""

    def row(low: float, high: float) -> Solid:
        def distance(x: Grid, y: Grid, z: Grid) -> Grid:
            u, w = (x / f4(k) - f4(52)) / f4(38), z / f4(k) / f4(27)
            radius = np.sqrt(u * u + w * w) + f4(1e-6)
            arch = (np.abs(radius - f4(0.98)) - f4(0.105)) * f4(30)
            turn = np.arctan2(w, u)
            gap = f4(0.55) * np.cos(turn * f4(2 * np.pi / 0.27)) ** 8
            tall = np.maximum(y / f4(k) - f4(high), f4(low) - y / f4(k))
            return np.asarray((np.maximum(np.maximum(arch + gap, tall), f4(44) - x / f4(k))) * f4(k))

        return Solid(distance, np.array([44, low, -30]) * k, np.array([94, high, 30]) * k)

    field.add(row(-19.5, -11.0), 1.5)
    field.add(row(-30.0, -20.3), 1.5)
