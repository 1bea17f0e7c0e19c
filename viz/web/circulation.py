"""Blood, brain and eye: what the simulation says about them, or that it says nothing."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from biomech.viz import words
from biomech.viz.web.told import Told


class Row(NamedTuple):
    """One quantity of the table: standing, then a value for every case."""

    label: str
    unit: str
    standing: str
    values: tuple[str, ...]


_ROWS = (
    ("iop_mmHg", "Eye pressure", "mmHg", 1),
    ("iop_peak_mmHg", "Eye pressure, highest", "mmHg", 1),
    ("ocular_perfusion_mmHg", "Perfusion pressure of the eye", "mmHg", 0),
    ("icp_mmHg", "Pressure in the skull", "mmHg", 1),
    ("jugular_pressure_mmHg", "Pressure in the neck veins", "mmHg", 1),
    ("map_brain_mmHg", "Mean arterial pressure at the brain", "mmHg", 0),
    ("sbp_cuff_mmHg", "Systolic pressure at the arm cuff", "mmHg", 0),
    ("dbp_cuff_mmHg", "Diastolic pressure at the arm cuff", "mmHg", 0),
    ("map_heart_mmHg", "Mean arterial pressure at the heart", "mmHg", 0),
    ("cvp_mmHg", "Central venous pressure", "mmHg", 1),
    ("heart_rate_per_min", "Heart rate", "/min", 0),
    ("stroke_volume_mL", "Blood per heart beat", "mL", 0),
    ("cardiac_output_L_per_min", "Cardiac output", "L/min", 1),
    ("blood_shift_legs_mL", "Blood in the legs, against standing", "mL", 0),
    ("blood_shift_thorax_mL", "Blood in the chest, against standing", "mL", 0),
    ("blood_shift_head_mL", "Blood in the head, against standing", "mL", 0),
)

NOT_SIMULATED = (
    "Blood pressure, eye pressure and the pressure in the skull were not simulated in this result. "
    "That nothing is said about them here does not mean that nothing happens to them."
)


def table(cases: Sequence[Told]) -> list[Row]:
    """Rows of what the results have; empty where only the spine was simulated."""
    out = []
    for key, label, unit, decimals in _ROWS:
        if not any(key in c.values for c in cases):
            continue
        change = key.startswith("blood_shift")
        standing = cases[0].value(f"standing_{key}")
        shown = tuple(_text(c.value(key), decimals, change) for c in cases)
        out.append(Row(label, unit, _text(standing, decimals, False) if np.isfinite(standing) else "", shown))
    return out


def notes(cases: Sequence[Told]) -> list[str]:
    """Sentences on what rises, with standing and lying for comparison."""
    out = []
    for key, what, decimals in (
        ("iop_mmHg", "The pressure in the eye", 1),
        ("icp_mmHg", "The pressure in the skull", 1),
        ("ocular_perfusion_mmHg", "The pressure that drives blood through the eye", 0),
    ):
        if not all(key in c.values for c in cases):
            continue
        end = words.listed([f"{words.plain(c.value(key), decimals)} mmHg {c.name.within}" for c in cases])
        standing, lying = cases[0].value(f"standing_{key}"), cases[0].value(f"supine_{key}")
        known = [f"{words.plain(v, decimals)} {n}" for v, n in ((standing, "standing"), (lying, "lying")) if np.isfinite(v)]
        before = f" ({', '.join(known)})" if known else ""
        out.append(f"{what} is {end}{before}.")
    return out


def _text(value: float, decimals: int, change: bool) -> str:
    return words.signed(value, decimals) if change else words.plain(value, decimals)
