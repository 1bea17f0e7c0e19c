"""Lumbar vertebrae: strong pedicles, hatchet-shaped spinous process, sagittal facets."""

import numpy as np

from biomech.viz.bones.body import vertebral_body
from biomech.viz.bones.dimensions import Dimensions, Neighbour
from biomech.viz.bones.field import Field, Floats, Grid, Solid
from biomech.viz.bones.solids import blade, capsule, ellipsoid

f4 = np.float32


def lumbar(d: Dimensions, step: float) -> Field:
    """The field of L1 to L5."""
    field = Field(
        (d.tip - 6, -d.height / 2 - 26, 0),
        (max(d.upper_depth, d.lower_depth) / 2 + 4, d.height / 2 + 22, d.half_span + 6),
        step,
    )
    field.add(vertebral_body(d), 0)
    _pedicles(field, d)
    _arch(field, d)
    _spinous(field, d)
    _transverse(field, d)
    _upper_facets(field, d)
    _lower_facets(field, d)
    middle = d.back - d.canal_depth * 0.5
    radius = d.canal_depth * 0.46
    canal = capsule((middle, -60, 0), (middle, 60, 0), radius, radius, d.canal_width / d.canal_depth, wide=(0, 0, 1))
    field.carve(canal, 2.0)
    return field


def facet_centre(joint: Neighbour, region: str = "L") -> Floats:
    """Where the right facets of a joint meet, in the vertebra's axes: both neighbours use it."""
    if region == "C":
        return joint.at(-(joint.plate_depth / 2 + 4.5), 0.5, joint.canal_width / 2 + 4.0)
    if region == "T":
        return joint.at(-(joint.plate_depth / 2 + 0.72 * joint.canal_depth), 2.0, joint.canal_width / 2 + 0.5)
    return joint.at(-(joint.plate_depth / 2 + 0.80 * joint.canal_depth), 2.5, joint.canal_width / 2 + 2.0)


def _pedicle_z(d: Dimensions) -> float:
    return d.canal_width / 2 + d.pedicle_width / 2 - 0.5


def _pedicles(field: Field, d: Dimensions) -> None:
    z, y = _pedicle_z(d), d.height * 0.20
    flat = float(np.clip(d.pedicle_height / d.pedicle_width * 0.9, 1.0, 2.2))

    def side(s: int) -> Solid:
        return capsule(
            (d.back + 5, y, s * min(z * 0.98, d.upper_width / 2 - 0.4 * d.pedicle_width)),
            (d.back - 9, y - 1, s * (z + 1)),
            d.pedicle_width / 2,
            d.pedicle_width / 2 + 0.2,
            flat,
        )

    field.add_pair(side, 3.5)


def _arch(field: Field, d: Dimensions) -> None:
    """Pars and lamina: from the pedicle down and backwards to the spinous root."""
    z, h, wall = _pedicle_z(d), d.height, d.canal_back

    def pars(s: int) -> Solid:
        return capsule((d.back - 10, h * 0.12, s * z), (wall + 1, -h * 0.26, s * (d.canal_width / 2 - 0.5)), 4.4, 3.8, 1.4)

    def lamina(s: int) -> Solid:
        return capsule((wall + 2, -h * 0.16, s * (d.canal_width / 2 - 2)), (wall - 4, -h * 0.24, s * 0.8), 3.0, 3.2, 2.7)

    field.add_pair(pars, 4)
    field.add_pair(lamina, 4)


def _spinous(field: Field, d: Dimensions) -> None:
    """A hatchet: rounded corners, blunt back edge, as high as the neighbour below leaves room for."""
    h, root, tip = d.height, d.canal_back - 1, d.tip
    room = abs(d.below.tip_distance)
    # L5's is the shortest and lowest of the five; the others keep a third of the pitch free.
    high = min(0.76 * room, 0.84 * h) if d.number < 5 else min(0.52 * h, 0.62 * abs(d.above.tip_distance))
    top = -h * 0.16
    low = top - high
    length = root - tip
    corners = [
        (root + 1, -h * 0.04),
        (root - 0.50 * length, top - 0.02 * high),
        (tip + 1.5, top),
        (tip - 0.3, top - 0.35 * high),
        (tip + 0.5, low + 0.16 * high),
        (tip + 0.22 * length, low),
        (root - 0.46 * length, low + 0.20 * high),
        (root + 2, -h * 0.52),
    ]
    thin, thick = 2.5, 4.2

    def half_thickness(x: Grid, y: Grid) -> Grid:
        back = np.clip((f4(tip + 9) - x) / f4(9), 0, 1)  # towards the back edge
        front = np.clip((x - f4(root - 6)) / f4(8), 0, 1)  # into the laminae
        below = np.clip((f4(top - 0.45 * high) - y) / f4(0.5 * high), 0, 1)
        return np.asarray(f4(thin) + f4(thick - thin) * np.maximum(np.maximum(back * (0.45 + 0.55 * below), front), 0.6 * below))

    field.add(blade(corners, min(4.8, 0.26 * high), half_thickness, thick), 3.5)


def _transverse(field: Field, d: Dimensions) -> None:
    """Flat rods, a little backwards and upwards; thick and steep on L5."""
    z, y = _pedicle_z(d), d.height * 0.14
    tip = d.half_span
    rise = 5.5 if d.number >= 4 else 2.5
    stout = 4.6 if d.number == 5 else 2.7
    back = d.back - (14.0 if d.number < 5 else 10.0)

    def rod(s: int) -> Solid:
        return capsule((d.back - 7, y, s * (z + 2)), (back, y + rise, s * (tip - stout - 0.8)), stout + 1.6, stout, 1.45)

    def end(s: int) -> Solid:
        return ellipsoid((back, y + rise, s * (tip - 6.3)), (stout + 0.1, stout * 1.75, 5.5))

    field.add_pair(rod, 5)
    field.add_pair(end, 4)


def _upper_facets(field: Field, d: Dimensions) -> None:
    """Superior articular processes with the mammillary bump; the facet looks inwards and backwards."""
    z = _pedicle_z(d)
    c = facet_centre(d.above)
    outer = c + np.array([1.5, 0.0, 4.2])

    def process(s: int) -> Solid:
        return capsule(
            (d.back - 10, d.height * 0.12, s * (z + 0.5)), (outer[0], outer[1] + 3.5, s * outer[2]), 4.4, 3.1, 1.5, wide=(1, 0, 0)
        )

    def mammilla(s: int) -> Solid:
        return ellipsoid((outer[0] - 3.0, (d.height * 0.3 + outer[1]) / 2, s * (outer[2] + 1.5)), (3.6, 4.8, 3.4))

    def dish(s: int) -> Solid:
        return capsule((c[0] - 4.5, c[1] - 8, s * (c[2] - 3.4)), (c[0] - 4.5, c[1] + 14, s * (c[2] - 3.4)), 6.4, 6.6)

    field.add_pair(process, 4)
    field.add_pair(mammilla, 3.5)
    field.carve_pair(dish, 1.0)


def _lower_facets(field: Field, d: Dimensions) -> None:
    """Inferior articular processes, behind and inside the superior ones of the vertebra below."""
    c = facet_centre(d.below)
    end = c + np.array([-2.6, -4.0, -2.6])
    start = (d.canal_back + 1.5, -d.height * 0.2, d.canal_width / 2 - 1.5)

    def process(s: int) -> Solid:
        return capsule((start[0], start[1], s * start[2]), (end[0], end[1], s * end[2]), 4.2, 3.5, 1.35, wide=(1, 0, s * 0.5))

    field.add_pair(process, 4.5)
