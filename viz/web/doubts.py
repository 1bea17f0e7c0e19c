"""How sure the numbers of a report are: what `run --uncertainty` left in a result, or how to get it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from biomech.viz import words
from biomech.viz.web.naming import Name
from biomech.viz.web.told import Told

_ROWS = (
    ("lumbar_length_change_mm", "Lower back, L1–S1", "mm", 2),
    ("spine_length_change_mm", "Column, C7–S1", "mm", 2),
    ("stature_gain_mm", "Stature, one minute after standing up", "mm", 2),
    ("stature_gain_40min_mm", "Stature, 40 minutes later", "mm", 2),
    ("net_traction_N", "Pull at L5/S1 before muscle", "N", 0),
    ("iop_mmHg", "Eye pressure", "mmHg", 1),
    ("icp_mmHg", "Pressure in the skull", "mmHg", 1),
    ("map_brain_mmHg", "Mean arterial pressure at the brain", "mmHg", 0),
    ("sbp_cuff_mmHg", "Systolic pressure at the arm cuff", "mmHg", 0),
    ("heart_rate_per_min", "Heart rate", "/min", 0),
)
HOW = "biomech run SCENARIO --uncertainty 100"


@dataclass(frozen=True)
class Row:
    """One number: for every case that tells it value, standard deviation and span, in words."""

    label: str
    unit: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Doubts:
    """Cases that say how sure they are with their number of draws, a table of them, and what is said of the others."""

    draws: tuple[tuple[Name, int], ...]
    rows: tuple[Row, ...]
    missing: tuple[str, ...]


def doubts(cases: Sequence[Told]) -> Doubts:
    """Read the attribute ``uncertainty`` of every case."""
    found = [(c, json.loads(str(c.spine.data.attrs.get("uncertainty", "{}")))) for c in cases]
    sure = [(c, doubt) for c, doubt in found if doubt]
    silent = [c for c, doubt in found if not doubt]
    missing = []
    if silent:
        which = "" if len(silent) == len(cases) else f" {' and '.join(c.name.within for c in silent)}"
        missing.append(
            f"The numbers of this page{which} carry no ±: the run did not ask how sure they are. {HOW} simulates the same person again "
            "with what is not known drawn from its ranges, and writes ± and 95 % range into the result; a report of that result shows them."
        )
    rows = [
        Row(label, unit, tuple(_cell(c, doubt["measures"], key, decimals) for c, doubt in sure))
        for key, label, unit, decimals in _ROWS
        if any(key in doubt["measures"] for _, doubt in sure)
    ]
    return Doubts(tuple((c.name, int(doubt["draws"])) for c, doubt in sure), tuple(rows), tuple(missing))


def _cell(case: Told, known: Mapping[str, Any], key: str, decimals: int) -> tuple[str, str, str]:
    if key not in known:
        return words.plain(case.value(key), decimals), "–", "–"
    low, high = (words.plain(known[key][end], decimals) for end in ("low", "high"))
    return words.plain(case.value(key), decimals), f"± {known[key]['sd']:.{decimals}f}", f"{low} to {high}"
