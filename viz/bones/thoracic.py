"""Thoracic vertebrae: long slanting spinous processes, clubbed transverse ones, coronal facets."""

import numpy as np

from biomech.viz.bones.body import vertebral_body
from biomech.viz.bones.dimensions import Dimensions
from biomech.viz.bones.field import Field, Floats, Grid, Solid
from biomech.viz.bones.lumbar import facet_centre
from biomech.viz.bones.solids import blade, capsule, ellipsoid

f4 = np.float32
# how steeply the spinous process points down, deg; steepest in the middle of the thorax
_SLANT = {1: 20, 2: 28, 3: 36, 4: 44, 5: 50, 6: 54, 7: 54, 8: 50, 9: 42, 10: 32, 11: 20, 12: 13}


def thoracic(d: Dimensions, step: float) -> Field:
    """The field of T1 to T12."""
    slant = float(np.radians(_SLANT[d.number]))
    drop = d.height * 0.24 + 8 + max(d.canal_back - d.tip, 14.0) * np.tan(slant)
    field = Field(
        (d.tip - 6, -max(drop, d.height / 2 + 16), 0),
        (max(d.upper_depth, d.lower_depth) / 2 + 4, d.height / 2 + 16, d.half_span + 6),
        step,
    )
    field.add(vertebral_body(d), 0)
    _arch(field, d)
    _spinous(field, d, slant)
    _transverse(field, d)
    _facets(field, d)
    middle, radius = d.back - d.canal_depth * 0.5, d.canal_depth * 0.46
    canal = capsule((middle, -70, 0), (middle, 70, 0), radius, radius, d.canal_width / d.canal_depth, wide=(0, 0, 1))
    field.carve(canal, 2.0)
    _rib_seats(field, d)
    return field


def _pedicle_z(d: Dimensions) -> float:
    return d.canal_width / 2 + d.pedicle_width / 2 - 0.5


def _arch(field: Field, d: Dimensions) -> None:
    z, y, h = _pedicle_z(d), d.height * 0.18, d.height
    flat = float(np.clip(d.pedicle_height / d.pedicle_width * 0.88, 1.0, 2.0))

    def pedicle(s: int) -> Solid:
        return capsule(
            (d.back + 4, y + 0.5, s * min(z, d.upper_width / 2 - 0.4 * d.pedicle_width)),
            (d.back - 9, y, s * (z + 0.5)),
            d.pedicle_width / 2,
            d.pedicle_width / 2 + 0.3,
            flat,
        )

    def pillar(s: int) -> Solid:
        return capsule((d.back - 9, y - 0.5, s * z), (d.canal_back + 2, -h * 0.18, s * (d.canal_width / 2 - 0.8)), 3.6, 3.1, 1.9)

    def lamina(s: int) -> Solid:
        return capsule(
            (d.canal_back + 3, -h * 0.15, s * (d.canal_width / 2 - 2)), (d.canal_back - 3, -h * 0.28, s * 0.6), 2.6, 2.9, 2.9
        )

    field.add_pair(pedicle, 3.2)
    field.add_pair(pillar, 4)
    field.add_pair(lamina, 4)


def _spinous(field: Field, d: Dimensions, slant: float) -> None:
    """A tapering blade along the slant with a rounded knob; T11 and T12 are hatchets like L1's."""
    h = d.height
    root = np.array([d.canal_back, -h * 0.24])
    along = np.array([-np.cos(slant), -np.sin(slant)])
    across = np.array([np.sin(slant), -np.cos(slant)])  # downwards
    length = max((root[0] - d.tip) / np.cos(slant), 14.0)
    heavy = d.number >= 11
    base, neck, end = (0.40 * h, 0.36 * h, 0.40 * h) if heavy else (8.4, 5.6, 4.2 if d.number > 2 else 4.8)

    def at(s: float, t: float) -> tuple[float, float]:
        x, y = root + along * s * length + across * t
        return float(x), float(y)

    corners = [
        at(-0.10, -base),
        at(0.30, -base * 0.72),
        at(0.70, -neck * 0.95),
        at(0.94, -end),
        at(1.0, -end * 0.2),
        at(1.0, end * 0.5),
        at(0.93, end * 1.05),
        at(0.62, neck),
        at(0.25, base * 0.95),
        at(-0.06, base),
    ]
    thin, thick = (2.5, 3.6) if heavy else (2.3, 3.5)

    def half_thickness(x: Grid, y: Grid) -> Grid:
        s = ((x - f4(root[0])) * f4(along[0]) + (y - f4(root[1])) * f4(along[1])) / f4(length)
        knob = np.clip((s - f4(0.78)) / f4(0.2), 0, 1)
        front = np.clip((f4(0.3) - s) / f4(0.4), 0, 1)
        return np.asarray(f4(thin) + f4(thick - thin) * np.maximum(knob, front))

    field.add(blade(corners, min(3.4, 0.8 * end), half_thickness, thick), 4)


def transverse_tip(d: Dimensions) -> Floats:
    """Centre of the right transverse process's club, which carries the rib."""
    back = d.back - (14.0 if d.number < 11 else 9.0) - 3.4
    rise = 3.5 if d.number < 9 else 1.5
    return np.array([back, d.height * 0.17 + rise, d.half_span - 4.6])


def _transverse(field: Field, d: Dimensions) -> None:
    tip, z, y = transverse_tip(d), _pedicle_z(d), d.height * 0.16
    slim = 1.0 if d.number < 11 else 0.8

    def rod(s: int) -> Solid:
        return capsule((d.back - 8, y, s * z), (tip[0] + 0.6, tip[1], s * (tip[2] - 0.5)), 4.4 * slim, 3.4 * slim, 1.3)

    def club(s: int) -> Solid:
        return ellipsoid((tip[0], tip[1], s * tip[2]), (3.9 * slim, 5.0 * slim, 4.3 * slim))

    field.add_pair(rod, 4.5)
    field.add_pair(club, 3)


def _facets(field: Field, d: Dimensions) -> None:
    """Plates that overlap like tiles: the upper one in front of the vertebra above's lower one."""
    up, down = facet_centre(d.above, "T"), facet_centre(d.below, "T")

    def upper(s: int) -> Solid:
        return capsule(
            (d.back - 9, d.height * 0.16, s * (up[2] + 0.6)), (up[0] + 1.8, up[1] + 2.5, s * up[2]), 3.3, 2.3, 1.7, wide=(0, 0, 1)
        )

    def lower(s: int) -> Solid:
        start = (d.canal_back + 2.5, -d.height * 0.12, s * (down[2] - 0.5))
        return capsule(start, (down[0] - 1.9, down[1] - 3.0, s * (down[2] - 0.4)), 2.9, 2.2, 1.7, wide=(0, 0, 1))

    field.add_pair(upper, 3.5)
    field.add_pair(lower, 3.5)


def _rib_seats(field: Field, d: Dimensions) -> None:
    """Shallow dents on body and transverse process where the ribs sit."""
    tip = transverse_tip(d)
    for y in (d.height / 2 - 1.5, -d.height / 2 + 1.5) if d.number < 10 else (d.height * 0.22,):

        def dent(s: int, y: float = y) -> Solid:
            return ellipsoid((d.back + 2.5, y, s * (d.upper_width / 2 + 1.3)), (3.4, 3.0, 2.4))

        field.carve_pair(dent, 2.0)
    if d.number <= 10:

        def facet(s: int) -> Solid:
            return ellipsoid((tip[0] + 4.4, tip[1] + 0.4, s * (tip[2] + 1.2)), (2.4, 3.2, 3.2))

        field.carve_pair(facet, 1.0)
