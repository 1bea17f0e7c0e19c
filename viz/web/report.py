"""The report: one file anyone can open, without a network and without this program."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from biomech.errors import InputError
from biomech.files import replace_file
from biomech.viz import words
from biomech.viz.reading import Spine
from biomech.viz.target import checked
from biomech.viz.web import circulation, summary
from biomech.viz.web.case import MOST_CASES, page_data
from biomech.viz.web.credits import credits_of
from biomech.viz.web.doubts import doubts
from biomech.viz.web.naming import Name
from biomech.viz.web.page import page
from biomech.viz.web.screened import Line, Screening
from biomech.viz.web.skeleton import TRIANGLES, sizes, skeleton
from biomech.viz.web.timeline import Timeline, moments
from biomech.viz.web.told import Measured, Told, told

_LEVEL_COLUMNS = (
    ("disc_height_change_mm", "centre", 2, True),
    ("anterior_change_mm", "front", 2, True),
    ("posterior_change_mm", "back", 2, True),
    ("foramen_change_mm", "nerve opening", 2, True),
    ("axial_force_N", "force, N", 0, True),
    ("standing_nucleus_pressure_MPa", "pressure standing, MPa", 2, False),
    ("nucleus_pressure_MPa", "pressure at the end, MPa", 2, False),
)


def write_report(results: Sequence[Measured], path: str | os.PathLike[str], screening: Screening | None = None) -> Path:
    """Write one to four results as one self-contained HTML file.

    Parameters
    ----------
    results : sequence
        Results; with two, differences are shown too.
    path : path
        ``.html``
    screening : Screening, optional
        What screening found in each result; without it the page says that nobody was screened.

    Returns
    -------
    pathlib.Path
        The file written.
    """
    target = checked(path, (".html", ".htm"))
    text = report(results, screening)
    replace_file(target, lambda part: part.write_text(text, encoding="utf-8"))
    return target


def report(results: Sequence[Measured], screening: Screening | None = None) -> str:
    """The same document, not yet written."""
    if not 1 <= len(results) <= MOST_CASES:
        raise InputError(f"a report shows 1 to {MOST_CASES} results, not {len(results)}")
    cases = told(results)
    spines = [c.spine for c in cases]
    data = page_data(cases)
    data["skeletons"], missing = _skeletons(spines, data)
    _put_outlines(spines, data)
    return page(
        "report.html",
        ("report.js",),
        data,
        talks=False,
        title=_title(cases),
        names=[c.name for c in cases],
        people=_people(spines),
        screened=screening is not None,
        person_findings=_findings(cases, screening, of_person=True),
        limit_findings=_findings(cases, screening, of_person=False),
        screening_statement=screening.statement if screening else "",
        paragraphs=summary.summary(cases),
        cards=_cards(cases),
        weights=_weights(cases),
        missing_3d=missing,
        levels=_levels(cases),
        details=[(c.name, _details(c)) for c in cases],
        detail_columns=[label for _, label, _, _ in _LEVEL_COLUMNS],
        blood=circulation.table(cases),
        blood_notes=circulation.notes(cases),
        blood_prediction=next((a for a in (str(s.data.attrs.get("prediction_blood", "")) for s in spines) if a), ""),
        warnings=[(c.name, c.warnings) for c in cases if c.warnings],
        not_simulated=circulation.NOT_SIMULATED,
        disclaimer=words.disclaimer(spines[0]),
        prediction=words.prediction(spines[0]) if any("table" in words.equipment(s) for s in spines) else "",
        convention=words.convention(spines[0]),
        sure=doubts(cases),
        credits=credits_of(spines),
        provenance=[(c.name, _provenance(c.spine)) for c in cases],
        scenarios=[(c.name, str(c.spine.data.attrs.get("scenario", ""))) for c in cases],
    )


def _title(cases: Sequence[Told]) -> str:
    if len(cases) == 1:
        return str(cases[0].spine.data.attrs.get("title") or cases[0].name.heading)
    return " or ".join(c.name.heading for c in cases) + "?"


def _findings(cases: Sequence[Told], screening: Screening | None, *, of_person: bool) -> list[tuple[Name, list[Line]]]:
    """The findings of one kind, case by case, where there are any."""
    if screening is None:
        return []
    found = [(c.name, [f for f in lines if f.of_person == of_person]) for c, lines in zip(cases, screening.cases, strict=True)]
    return [(name, lines) for name, lines in found if lines]


def _people(spines: Sequence[Spine]) -> list[str]:
    """One line a case where they differ, else one for all."""
    lines = [f"{words.person(s)}; {words.equipment(s)}" for s in spines]
    return lines[:1] if len(set(lines)) == 1 else lines


def _skeletons(spines: Sequence[Spine], data: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """One set of bones for every person that looks different; what is missing where there can be none."""
    import importlib.util

    if importlib.util.find_spec("pyvista") is None:
        return [], "The 3D view is missing: it needs PyVista where the report is written (pip install 'biomech[viz]')."
    kinds: list[tuple[Any, Spine]] = []
    for spine, case in zip(spines, data["cases"], strict=True):
        likeness = (spine.plates["pelvis"][0].axes.tobytes(), str(sizes(spine)))
        known = [k for k, _ in kinds]
        if likeness not in known:
            kinds.append((likeness, spine))
            known.append(likeness)
        case["skeleton"] = known.index(likeness)
    return [skeleton(s, TRIANGLES // len(kinds)).packed() for _, s in kinds], ""


def _put_outlines(spines: Sequence[Spine], data: dict[str, Any]) -> None:
    """Give every case the outline of its body at every moment, where there are bones to stand in it."""
    from biomech.viz.web.outline import outlines

    if not data["skeletons"]:
        return
    timeline = Timeline.of(spines)
    data["outlines"], shown = outlines(spines, [moments(s, timeline) for s in spines])
    for case, which in zip(data["cases"], shown, strict=True):
        case["outline"] = which


def _cards(cases: Sequence[Told]) -> list[dict[str, Any]]:
    """The numbers everyone asks for first."""
    wanted = (
        ("lumbar_length_change_mm", "Lower back, L1–S1", "mm at the end of the hold", 2, True),
        ("spine_length_change_mm", "Column, C7–S1", "mm at the end of the hold", 2, True),
        ("stature_gain_mm", "Stature", "mm, one minute after standing up", 2, True),
        ("net_traction_N", "Pull at L5/S1", "N before muscle (− pressed)", 0, True),
        ("iop_mmHg", "Eye pressure", "mmHg at the end of the hold", 1, False),
    )
    out = []
    for key, label, unit, decimals, signed in wanted:
        found = [c.value(key) for c in cases]
        if any(key in c.values for c in cases):
            shown = [words.signed(v, decimals) if signed else words.plain(v, decimals) for v in found]
            out.append({"label": label, "unit": unit, "values": shown})
    return out


def _weights(cases: Sequence[Told]) -> list[dict[str, Any]]:
    """How the weight along the spine is shared between friction and the discs, where something is pulled."""
    found = [
        (c, c.value("gravity_along_spine_N"), c.value("friction_used_N"), c.value("net_traction_N")) for c in cases
    ]
    shown = [(c, weight, friction, left) for c, weight, friction, left in found if weight > 0 and friction >= 0 and left > 0]
    most = max((max(weight, friction + left) for _, weight, friction, left in shown), default=1.0)
    return [
        {
            "name": c.name, "weight": weight, "friction": abs(friction), "left": left,  # abs: a zero has no sign
            "moved": None if (rest := words.moved_and_belly(c.values)) is None else words.signed(rest, 0),
            "friction_share": round(100 * friction / most, 2), "left_share": round(100 * left / most, 2),
        }
        for c, weight, friction, left in shown
    ]  # fmt: skip


def _levels(cases: Sequence[Told]) -> list[dict[str, Any]]:
    """Change of disc height for every level and case, and the differences to the first."""
    rows = []
    for level in cases[0].spine.discs:
        values = [c.level(level, "disc_height_change_mm") for c in cases]
        rows.append(
            {
                "level": level,
                "values": [words.signed(v) for v in values],
                "gaps": [words.signed(v - values[0]) for v in values[1:]],
                "lumbar": level[0] == "L",
            }
        )
    return rows


def _details(case: Told) -> list[tuple[str, list[str]]]:
    rows = []
    for level in case.spine.discs:
        values = [(case.level(level, key), decimals, signed) for key, _, decimals, signed in _LEVEL_COLUMNS]
        rows.append((level, [words.signed(v, d) if s else words.plain(v, d) for v, d, s in values]))
    return rows


def _provenance(spine: Spine) -> list[tuple[str, str]]:
    a = spine.data.attrs
    wanted = (
        ("biomech_version", "biomech"), ("digest", "digest of scenario, data and engine"), ("model_files", "model files"),
        ("platform", "computed on"), ("solver_steps", "steps"), ("solver_iterations", "iterations"),
    )  # fmt: skip
    return [(label, str(a[key])) for key, label in wanted if key in a]
