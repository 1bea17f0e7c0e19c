"""C1, the atlas: a ring round the dens, without a body."""

import numpy as np

from biomech.viz.bones.field import Field, Grid, Solid
from biomech.viz.bones.solids import capsule, ellipsoid

f4 = np.float32


def atlas(width: float, step: float) -> Field:
    """The field of C1, origin beside the dens.

    Parameters
    ----------
    width : float
        Distance between the transverse tips, mm; all else is in proportion.
    """
    k = width / 78.0
    field = Field((-40 * k, -13 * k, 0), (14 * k, 13 * k, width / 2 + 4), max(1.1, 0.7 * step))

    def mass(s: int) -> Solid:
        return ellipsoid((-3 * k, 0, s * 18 * k), (9.5 * k, 8.4 * k, 7.6 * k))

    field.add_pair(mass, 2)
    field.add(_ring(k), 3)
    field.add(ellipsoid((9.6 * k, -0.5, 0), (2.8 * k, 5.0 * k, 4.2 * k)), 3)  # anterior tubercle
    field.add(ellipsoid((-28.3 * k, -0.5, 0), (2.8 * k, 4.2 * k, 3.0 * k)), 3)  # posterior tubercle
    for x in (-1.0, -8.0):

        def bar(s: int, x: float = x) -> Solid:
            return capsule((x * k, 0, s * 22 * k), (-4.5 * k, -1, s * 35.5 * k), 2.7 * k, 2.6 * k, 1.3)

        field.add_pair(bar, 3)

    def end(s: int) -> Solid:
        return ellipsoid((-4.5 * k, -1, s * 35.4 * k), (4.2 * k, 4.6 * k, 3.6 * k))

    def artery(s: int) -> Solid:
        return capsule((-4.2 * k, -30, s * 28.4 * k), (-4.2 * k, 30, s * 28.4 * k), 2.8 * k, 2.8 * k)

    def bowl(s: int) -> Solid:  # for the condyles of the skull
        return ellipsoid((-3 * k, 12.4 * k, s * 16.5 * k), (10.5 * k, 7.8 * k, 6.5 * k))

    def seat(s: int) -> Solid:  # on the shoulders of C2
        return ellipsoid((-3 * k, -12.6 * k, s * 19 * k), (10 * k, 7.0 * k, 9.0 * k))

    field.add_pair(end, 3)
    field.carve_pair(artery, 0.8)
    field.carve_pair(bowl, 1.2)
    field.carve_pair(seat, 1.2)
    return field


def _ring(k: float) -> Solid:
    """Anterior and posterior arch, flattened."""
    front, back, side = 16.0 * k, 18.5 * k, 20.0 * k

    def distance(x: Grid, y: Grid, z: Grid) -> Grid:
        u = x + f4(9.0 * k)
        along = np.where(u > 0, f4(front + 2.5 * k), f4(back))
        level = np.sqrt((u / along) ** 2 + (z / f4(side)) ** 2) + f4(1e-6)
        slope = np.sqrt((u / along**2) ** 2 + (z / f4(side * side)) ** 2) + f4(1e-6)
        thick = np.where(u > 0, f4(2.8 * k), f4(2.2 * k))
        rise = y - f4(0.06) * u  # the posterior arch hangs a little
        return np.asarray(np.sqrt((level * (level - 1) / slope) ** 2 + (rise / f4(1.6)) ** 2) - thick)

    return Solid(distance, np.array([-34, -6, -25]) * k, np.array([14, 6, 25]) * k)
