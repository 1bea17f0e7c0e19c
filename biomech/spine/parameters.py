"""What the data files hold about a spine, scaled to one person: named arrays in SI, from the pelvis up.

No mechanics here: `assembly` turns this into the arrays of the kernels, `results` into geometry for pictures.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biomech import library
from biomech.library.anatomy import BODIES, LEVELS
from biomech.library.catalog import EVERY_SPINE
from biomech.library.needed import fits
from biomech.posture.person import Person
from biomech.spine.needed import BODY, DISC, HEALTHY, MUSCLE

Floats = NDArray[np.float64]

VERTEBRA_WIDTHS = (
    "upper_width", "upper_depth", "lower_width", "lower_depth", "canal_width", "canal_depth",
    "pedicle_width", "transverse_width", "spinous_length",
)
VERTEBRA_HEIGHTS = ("body_height", "pedicle_height")


@dataclass(frozen=True)
class SpineParameters:
    """The scaled tables of one person; arrays run from the pelvis up (bodies (26,), joints (25,))."""

    person: Person
    vertebrae: dict[str, Floats]
    joints: dict[str, Floats]
    slices: dict[str, Floats]
    ligaments: dict[str, Floats]
    ligament_rows: tuple[str, ...]
    facets: dict[str, Floats]
    facet_rows: tuple[str, ...]
    scalars: dict[str, float]
    branches: dict[str, Floats]
    files: tuple[str, ...]


def _table(file: library.ParameterFile, name: str, rows: tuple[str, ...]) -> dict[str, Floats]:
    """Columns of a table in SI, its rows put into the given order and then from the pelvis up."""
    table = file.table(name)
    order = [table.rows.index(r) for r in rows]
    return {c: table.si(c)[order][::-1].copy() for c in table.columns}


def load(person: Person) -> SpineParameters:
    """Read and scale the tables for a person, with the person's spinal conditions applied."""
    spine, disc, muscle = (library.load("spine", name) for name in EVERY_SPINE)
    body = library.load("body", person.body)
    for file, needed in ((spine, HEALTHY), (disc, DISC), (muscle, MUSCLE), (body, BODY)):
        fits(file, needed)

    # lengths follow stature; areas follow mass; the female tables enter as factors of the body file
    length = person.stature / spine.scalar("spine_reference_stature").value_si
    area = body.scalar("disc_area_factor").value_si * (
        person.mass / spine.scalar("spine_reference_mass").value_si
    ) ** body.scalar("area_mass_exponent").value_si
    width = area**0.5
    height = length * body.scalar("disc_height_factor").value_si

    vertebrae = _table(spine, "vertebrae", BODIES)
    for name in VERTEBRA_WIDTHS:
        vertebrae[name] *= width
    for name in VERTEBRA_HEIGHTS:
        vertebrae[name] *= length
    joints = _table(spine, "joints", LEVELS)
    for name in ("disc_height", "foramen_height", "pedicle_to_disc"):
        joints[name] *= height
    joints["disc_area"] *= area
    for name in (
        "disc_depth", "disc_width", "extensor_arm", "flexor_arm", "lateral_arm", "foramen_x",
        "foramen_z",
    ):
        joints[name] *= width
    # a beam of the same material: shear ~ A/h, bending and torsion ~ A²/h
    for name in ("shear_stiffness_ap", "shear_stiffness_lateral", "axial_stiffness_no_disc"):
        joints[name] *= area / height
    for name in ("bending_stiffness_sagittal", "bending_stiffness_lateral", "torsion_stiffness"):
        joints[name] *= area * area / height

    slices = _table(body, "slices", BODIES)
    mass_ratio = person.mass / body.scalar("reference_mass").value_si
    body_length = person.stature / body.scalar("reference_stature").value_si
    body_width = (mass_ratio / body_length) ** 0.5
    slices["mass"] *= mass_ratio
    for name in ("com_y", "height"):
        slices[name] *= body_length
    for name in ("com_x", "depth", "breadth", "skin_back"):
        slices[name] *= body_width

    lig = spine.table("ligaments")
    ligaments = {c: lig.si(c).copy() for c in lig.columns}
    ligaments["stiffness"] *= area
    fac = spine.table("facets")
    facets = {c: fac.si(c).copy() for c in fac.columns}
    for c in ("lower_x", "lower_z", "upper_x", "upper_z"):
        ligaments[c] *= width
    for c in ("lower_y", "upper_y"):
        ligaments[c] *= height
    for c in ("x", "z"):
        facets[c] *= width
    facets["y"] *= height

    scalars = {n: disc.scalar(n).value_si for n in disc.scalars}
    scalars |= {n: muscle.scalar(n).value_si for n in muscle.scalars}
    scalars |= {n: spine.scalar(n).value_si for n in spine.scalars}
    scalars |= {n: body.scalar(n).value_si for n in body.scalars}
    scalars["arm_mass"] *= mass_ratio
    for name in ("leg_length", "hip_x", "hip_y", "head_height"):
        scalars[name] *= body_length
    # soft tissue below the sacrum: a force per area, like the discs
    scalars["soft_tissue_compliance"] *= body_length / area
    table = disc.table("branches")
    branches = {c: table.si(c) for c in table.columns}
    parameters = SpineParameters(
        person, vertebrae, joints, slices, ligaments, lig.rows, facets, fac.rows, scalars, branches,
        (*(f"spine/{name}" for name in EVERY_SPINE), f"body/{person.body}"),
    )
    from biomech.spine.conditions import apply

    return apply(parameters)
