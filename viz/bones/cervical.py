"""Cervical vertebrae C2–C7: hooked upper endplates, articular pillars, forked spinous processes."""

import numpy as np

from biomech.viz.bones.body import vertebral_body
from biomech.viz.bones.dimensions import Dimensions
from biomech.viz.bones.field import Field, Floats, Solid
from biomech.viz.bones.lumbar import facet_centre
from biomech.viz.bones.solids import capsule, ellipsoid, half_space

_FACET_SLOPE = 0.80  # rad, the facets' tilt from the horizontal: backs lower than fronts


def cervical(d: Dimensions, step: float, atlas_height: float) -> Field:
    """The field of C2 to C7.

    Parameters
    ----------
    atlas_height : float
        How far above C2's centre that of C1 stands, mm: the dens reaches it. Used by C2 alone.
    """
    top = atlas_height + 12 if d.number == 2 else d.height / 2 + 12
    field = Field(
        (d.tip - 5, -d.height / 2 - 16, 0),
        (max(d.upper_depth, d.lower_depth) / 2 + 4, top, max(d.half_span, d.canal_width / 2 + 12) + 4),
        max(1.1, 0.7 * step),
    )
    field.add(vertebral_body(d), 0)
    if d.number > 2:
        _hooks(field, d)
    _pillars(field, d, atlas_height)
    if d.number == 2:  # after the shoulders, whose roof is cut
        _dens(field, d, atlas_height)
    _laminae(field, d)
    _transverse(field, d)
    _spinous(field, d)
    middle, radius = d.back - d.canal_depth * 0.46, d.canal_depth * 0.43
    flat = d.canal_width / d.canal_depth * 0.95
    field.carve(capsule((middle, -50, 0), (middle, 50, 0), radius, radius, flat, wide=(0, 0, 1)), 1.4)
    return field


def _pillar_z(d: Dimensions) -> float:
    return d.canal_width / 2 + 4.2


def _dens(field: Field, d: Dimensions, atlas_height: float) -> None:
    x = 1.0
    field.add(capsule((x - 0.5, d.height * 0.25, 0), (x, atlas_height + 3, 0), 5.4, 4.3), 4)
    field.add(ellipsoid((x, atlas_height + 1.5, 0), (5.0, 6.2, 4.9)), 3)


def _hooks(field: Field, d: Dimensions) -> None:
    """Uncinate processes: the raised lateral edges of the upper endplate."""
    z, y = d.upper_width / 2 - 1.4, d.height / 2

    def hook(s: int) -> Solid:
        return capsule((-d.upper_depth * 0.28, y - 0.8, s * z), (d.upper_depth * 0.10, y + 0.2, s * (z + 0.2)), 1.9, 1.4, 1.6)

    field.add_pair(hook, 2.5)


def _pillars(field: Field, d: Dimensions, atlas_height: float) -> None:
    z, x, h = _pillar_z(d), d.back - 6.0, d.height

    def pedicle(s: int) -> Solid:
        return capsule(
            (d.back + 3.5, h * 0.05, s * (d.upper_width / 2 - 2.5)),
            (x, 0.2, s * z),
            d.pedicle_width / 2,
            d.pedicle_width / 2 + 0.4,
            1.25,
        )

    field.add_pair(pedicle, 2.5)
    below = facet_centre(d.below, "C")
    if d.number == 2:
        _shoulders(field, d, below, atlas_height)
        return
    above = facet_centre(d.above, "C")

    def pillar(s: int) -> Solid:
        return capsule(
            (above[0] + 1.5, above[1] + 0.2, s * above[2]),
            (below[0] - 0.4, below[1] - 0.6, s * below[2]),
            4.7,
            4.5,
            1.15,
            wide=(0, 0, 1),
        )

    def cut_above(s: int) -> Solid:
        return _facet_cut(above, s, +1)

    def cut_below(s: int) -> Solid:
        return _facet_cut(below, s, -1)

    field.add_pair(pillar, 2.5)
    field.carve_pair(cut_above, 0.8)
    field.carve_pair(cut_below, 0.8)


def _facet_cut(centre: Floats, side: int, up: int) -> Solid:
    """What lies beyond a facet: the facets of neighbours keep 0.8 mm apart."""
    normal = np.array([-np.sin(_FACET_SLOPE), np.cos(_FACET_SLOPE), 0.0]) * up
    c = centre * np.array([1, 1, side]) - normal * 0.4
    reach = np.array([9.0, 8.0, 7.0])
    return half_space(c, -normal, c - reach, c + reach)


def _shoulders(field: Field, d: Dimensions, below: Floats, atlas_height: float) -> None:
    """C2 carries the atlas on two broad shoulders beside the dens."""
    top = atlas_height - 6.0  # the atlas sits 6 mm above

    def shoulder(s: int) -> Solid:
        return ellipsoid((-2.5, top - 5.0, s * 13.0), (7.6, 6.5, 8.4))

    def roof(s: int) -> Solid:
        c = np.array([-2.5, top, s * 14.0])
        return half_space(c, (0, -1.0, -0.36 * s), c - [10, 3, 8], c + [10, 8, 11])

    def pillar(s: int) -> Solid:
        return capsule(
            (d.back - 2.5, -d.height * 0.05, s * _pillar_z(d)),
            (below[0] - 0.4, below[1] - 0.6, s * below[2]),
            4.4,
            4.5,
            1.15,
            wide=(0, 0, 1),
        )

    def cut(s: int) -> Solid:
        return _facet_cut(below, s, -1)

    field.add_pair(shoulder, 4)
    field.carve_pair(roof, 1.5)
    field.add_pair(pillar, 4)
    field.carve_pair(cut, 0.8)


def _laminae(field: Field, d: Dimensions) -> None:
    def lamina(s: int) -> Solid:
        start = (d.back - 10.5, -d.height * 0.06, s * (_pillar_z(d) - 0.5))
        return capsule(start, (d.canal_back - 3.0, -d.height * 0.22, s * 1.0), 2.6, 2.8, 2.1)

    field.add_pair(lamina, 3)


def _transverse(field: Field, d: Dimensions) -> None:
    """Two bars and the foramen of the vertebral artery between them."""
    tip, z, h, w = d.half_span, _pillar_z(d), d.height, d.upper_width

    def front(s: int) -> Solid:
        return capsule((d.back + 5, -h * 0.05, s * (w / 2 - 1)), (d.back + 3.5, -h * 0.24, s * (tip - 2.6)), 2.4, 1.9, 1.2)

    def rear(s: int) -> Solid:
        return capsule((d.back - 5, -h * 0.04, s * (z - 1)), (d.back - 1.5, -h * 0.28, s * (tip - 1.8)), 2.6, 2.2, 1.2)

    def gutter(s: int) -> Solid:
        return capsule((d.back + 3.3, -h * 0.26, s * (tip - 3.2)), (d.back - 1, -h * 0.3, s * (tip - 2.8)), 1.9, 1.9)

    def artery(s: int) -> Solid:
        x, side = d.back + 0.8, s * min(w / 2 + 4.6, tip - 5.5)
        return capsule((x, -40, side), (x, h * (0.5 if d.number > 2 else -0.1), side), 2.6, 2.6)

    field.add_pair(front, 2.5)
    field.add_pair(rear, 2.5)
    field.add_pair(gutter, 2)
    field.carve_pair(artery, 0.8)


def _spinous(field: Field, d: Dimensions) -> None:
    root, h, tip = d.canal_back, d.height, d.tip
    if d.number == 7:  # the prominent one: long, with one knob
        field.add(capsule((root + 0.5, -h * 0.22, 0), (tip + 4, -h * 0.78, 0), 3.3, 2.7, 1.7), 4)
        field.add(ellipsoid((tip + 3.6, -h * 0.8, 0), (3.6, 4.4, 3.4)), 3)
        return
    stout = 3.4 if d.number == 2 else 2.6
    drop = 0.42 if d.number == 2 else 0.62
    field.add(capsule((root, -h * 0.2, 0), (tip + 6, -h * drop, 0), stout, stout * 0.95, 1.8), 4)

    def prong(s: int) -> Solid:
        return capsule((tip + 7, -h * drop, s * 0.8), (tip + 2.4, -h * (drop + 0.18), s * 3.8), stout * 0.9, 2.1, 1.3)

    field.add_pair(prong, 2.5)
