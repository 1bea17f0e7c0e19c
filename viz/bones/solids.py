"""The solids bones are joined from: capsules, ellipsoids, half-spaces and blades."""

from collections.abc import Callable, Sequence

import numpy as np

from biomech.viz.bones.field import Floats, Grid, Point, Solid

f4 = np.float32


def capsule(a: Point, b: Point, radius_a: float, radius_b: float, flatness: float = 1.0, wide: Point = (0, 1, 0)) -> Solid:
    """A rod from ``a`` to ``b`` with rounded ends and a radius that runs from one value to another.

    The section is an ellipse: ``flatness`` times as high along ``wide`` as across; the ends are
    scaled likewise, so that a flat rod ends in a rounded edge and not in a cut.
    """
    start, stop = np.asarray(a, float), np.asarray(b, float)
    length = float(np.linalg.norm(stop - start))
    u = (stop - start) / length
    w = np.asarray(wide, float) - u * (u @ np.asarray(wide, float))
    w = w / np.linalg.norm(w) if np.linalg.norm(w) > 1e-6 else np.array([1.0, 0, 0])
    v = (w[1] * u[2] - w[2] * u[1], w[2] * u[0] - w[0] * u[2], w[0] * u[1] - w[1] * u[0])  # np.cross takes ten times as long
    stretch = max(1.0, 0.6 * flatness)

    def distance(x: Grid, y: Grid, z: Grid) -> Grid:
        dx, dy, dz = x - f4(start[0]), y - f4(start[1]), z - f4(start[2])
        along = dx * f4(u[0]) + dy * f4(u[1]) + dz * f4(u[2])
        across = dx * f4(v[0]) + dy * f4(v[1]) + dz * f4(v[2])
        high = dx * f4(w[0]) + dy * f4(w[1]) + dz * f4(w[2])
        t = np.minimum(np.maximum(along, f4(0)), f4(length))
        over = (along - t) / f4(stretch)
        radius = f4(radius_a) + f4((radius_b - radius_a) / length) * t
        return np.asarray(np.sqrt(across * across + (high / f4(flatness)) ** 2 + over * over) - radius)

    reach = max(radius_a, radius_b) * max(1.0, flatness, stretch)
    return Solid(distance, np.minimum(start, stop) - reach, np.maximum(start, stop) + reach)


def ellipsoid(centre: Point, radii: Point) -> Solid:
    """An ellipsoid (first-order distance)."""
    c, r = np.asarray(centre, float), np.asarray(radii, float)

    def distance(x: Grid, y: Grid, z: Grid) -> Grid:
        p = [(q - f4(c[i])) / f4(r[i]) for i, q in enumerate((x, y, z))]
        level = np.sqrt(p[0] ** 2 + p[1] ** 2 + p[2] ** 2)
        slope = np.sqrt(sum((p[i] / f4(r[i])) ** 2 for i in range(3))) + f4(1e-6)
        return np.asarray(level * (level - 1) / slope)

    return Solid(distance, c - r, c + r)


def half_space(point: Point, outward: Point, low: Point, high: Point) -> Solid:
    """What lies behind a plane, within a box (the box only bounds the work)."""
    n = np.asarray(outward, float)
    n = n / np.linalg.norm(n)
    d = float(n @ np.asarray(point, float))

    def distance(x: Grid, y: Grid, z: Grid) -> Grid:
        return np.asarray(x * f4(n[0]) + y * f4(n[1]) + z * f4(n[2]) - f4(d))

    return Solid(distance, np.asarray(low, float), np.asarray(high, float))


def outline_distance(u: Grid, v: Grid, corners: Floats) -> Grid:
    """Signed distance to a polygon in its plane."""
    nearest = np.full(np.broadcast_shapes(u.shape, v.shape), 1e12, f4)
    inside = np.zeros(nearest.shape, bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        ex, ey = f4(bx - ax), f4(by - ay)
        pu, pv = u - f4(ax), v - f4(ay)
        t = np.clip((pu * ex + pv * ey) / (ex * ex + ey * ey), 0, 1)
        nearest = np.minimum(nearest, (pu - t * ex) ** 2 + (pv - t * ey) ** 2)
        crosses = ((f4(ay) > v) != (f4(by) > v)) & (pu < pv * ex / np.where(ey == 0, f4(1e-9), ey))
        inside ^= crosses
    return np.asarray(np.where(inside, -1, 1) * np.sqrt(nearest))


def blade(
    corners: Sequence[tuple[float, float]],
    rounding: float,
    thickness: Callable[[Grid, Grid], Grid],
    thickest: float,
) -> Solid:
    """A plate in the sagittal middle plane with a rounded outline.

    Parameters
    ----------
    corners
        Polygon (x, y) of the *finished* outline, whose corners are rounded by ``rounding``.
    thickness
        Half thickness as a function of (x, y); the rim is rounded by as much.
    thickest
        Its largest value.
    """
    polygon = shrunk(np.asarray(corners, float), rounding)

    def distance(x: Grid, y: Grid, z: Grid) -> Grid:
        flat = outline_distance(x, y, polygon) - f4(rounding)  # one sheet: cheap
        half = thickness(x, y)
        rim = np.minimum(half, f4(rounding))
        a, b = flat + rim, np.abs(z) - half + rim
        outer = np.sqrt(np.maximum(a, 0) ** 2 + np.maximum(b, 0) ** 2)
        return np.asarray(outer + np.minimum(np.maximum(a, b), 0) - rim)

    low, high = polygon.min(axis=0) - rounding, polygon.max(axis=0) + rounding
    return Solid(distance, np.array([*low, -thickest]), np.array([*high, thickest]))


def shrunk(corners: Floats, by: float) -> Floats:
    """The polygon whose outline, grown by ``by`` with round corners, touches the given sides."""
    if _area(corners) < 0:
        corners = corners[::-1]
    before, after = np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0)
    e0, e1 = corners - before, after - corners
    n0 = np.stack([-e0[:, 1], e0[:, 0]], 1) / np.linalg.norm(e0, axis=1, keepdims=True)
    n1 = np.stack([-e1[:, 1], e1[:, 0]], 1) / np.linalg.norm(e1, axis=1, keepdims=True)
    mitre = (n0 + n1) / np.maximum(1 + np.sum(n0 * n1, axis=1, keepdims=True), 0.3)
    return np.asarray(corners + by * mitre)


def _area(corners: Floats) -> float:
    x, y = corners.T
    return 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
