"""Conditions of the spine as changes of its tables: degeneration, herniation, curves."""

from dataclasses import replace

import numpy as np

from biomech import library
from biomech.library.anatomy import LEVELS_UP
from biomech.library.needed import Needed, fits
from biomech.posture.person import Condition
from biomech.spine.needed import GRADE_FACTORS
from biomech.spine.parameters import SpineParameters

NEUTRAL = {
    "stiffness_factor": 1.0, "permeability_factor": 1.0, "pressure_area_factor": 1.0,
    "swelling_factor": 1.0, "lateral_bend": 0.0, "axial_rotation": 0.0,
}


def apply(p: SpineParameters) -> SpineParameters:
    """Add the columns that conditions change, then each of the person's conditions in turn."""
    m = len(LEVELS_UP)
    p = replace(p, joints=p.joints | {k: np.full(m, v) for k, v in NEUTRAL.items()})
    for condition in p.person.conditions:
        file = library.load("conditions", condition.name)
        if "grades" in file.tables:
            p = _degenerate(p, condition, file)
        elif "joints" in file.tables:
            p = _bend(p, condition, file)
        p = replace(p, files=(*p.files, f"conditions/{condition.name}"))
    return p


def _degenerate(
    p: SpineParameters, condition: Condition, file: library.ParameterFile
) -> SpineParameters:
    """Scale one disc by the row of its grade."""
    table = file.table("grades")
    fits(file, Needed(positive=" ".join(f"grades.{name}" for name in GRADE_FACTORS if name in table.columns)))
    assert condition.level is not None and condition.grade is not None  # resolved by posture.person.condition
    row = table.rows.index(condition.grade)
    j = LEVELS_UP.index(condition.level)
    joints = {k: v.copy() for k, v in p.joints.items()}

    def factor(name: str) -> float:
        return float(table.si(name)[row]) if name in table.columns else 1.0

    joints["disc_height"][j] *= factor("height_factor")
    joints["foramen_height"][j] -= (1.0 - factor("height_factor")) * p.joints["disc_height"][j]
    joints["stiffness_factor"][j] *= factor("stiffness_factor")
    for name in (
        "bending_stiffness_sagittal", "bending_stiffness_lateral", "torsion_stiffness",
        "shear_stiffness_ap", "shear_stiffness_lateral",
    ):
        joints[name][j] *= factor("stiffness_factor")
    joints["permeability_factor"][j] *= factor("permeability_factor")
    joints["swelling_factor"][j] *= factor("swelling_factor")
    # a lower nucleus pressure at the same force: more of it goes through the annulus
    joints["pressure_area_factor"][j] /= factor("pressure_factor")
    return replace(p, joints=joints)


def _bend(
    p: SpineParameters, condition: Condition, file: library.ParameterFile
) -> SpineParameters:
    """Change the person's own curve, joint by joint, optionally scaled to a Cobb angle."""
    table = file.table("joints")
    joints = {k: v.copy() for k, v in p.joints.items()}
    scale = 1.0
    if condition.cobb is not None:
        scale = condition.cobb / file.scalar("cobb_angle").value_si
    for column, target in (
        ("lateral_bend", "lateral_bend"), ("axial_rotation", "axial_rotation"),
        ("sagittal_change", "disc_wedge"),
    ):
        if column in table.columns:
            values = table.si(column)
            for row, level in enumerate(table.rows):
                if level not in LEVELS_UP or np.isnan(values[row]):
                    raise library.read_document(file.file).error(
                        f"{level!r} has no joint or no value", ("tables", "joints", column, "values", row), LEVELS_UP
                    )
                joints[target][LEVELS_UP.index(level)] += scale * values[row]
    scalars = dict(p.scalars)
    if "sacral_slope_change" in file.scalars:
        scalars["sacral_slope"] += file.scalar("sacral_slope_change").value_si
    return replace(p, joints=joints, scalars=scalars)
