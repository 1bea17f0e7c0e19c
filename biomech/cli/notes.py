"""What a reader must not forget, in few lines: what was assumed about the person, what nobody has measured."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from biomech import library
from biomech import scenario as scenarios
from biomech.cli.tables import case_names, console
from biomech.posture.person import condition
from biomech.results.result import Result

ANGLES = "the size of the angle-response (the one study found gives no millimetres)"
FRICTION = "at small angles all of it hangs on friction, on how one came there and for how long"
HEAD = "pressure in the skull and the great veins beyond 30° head-down"
WHERE = "docs/claims.md says what is measured"
FACTORS = {"height_factor": "height", "pressure_factor": "nucleus pressure", "stiffness_factor": "stiffness", "swelling_factor": "swelling"}
SPINE_AGE_YEARS = 40.0  # the age a scenario has that says none


def print_notes(results: Sequence[Result]) -> None:
    """Warnings, what exercise did, what was assumed and predicted."""
    out = console()
    out.print()
    named = [(f"{name}: " if len(results) > 1 else "", r) for name, r in zip(case_names(results), results, strict=True)]
    for name, result in named:
        warnings = result.measures()["warnings"]
        if warnings:
            out.print(Text(f"{name}warning: beyond what is known: {'; '.join(warnings)}", style="bold red"))
    for name, result in named:
        if "exercise" in result.recorded.attrs:
            out.print(Text(name + result.recorded.attrs["exercise"], style="bold"))
    for name, result in named:
        for line in assumed(result):
            out.print(Text(name + line))
    if told := predicted(results):
        out.print(Text(told, style="italic"))


def predicted(results: Sequence[Result]) -> str:
    """What of the numbers of some results no study has measured, in one line."""
    table = any("inversion_table" in str(r.recorded.attrs.get("equipment", "")) and "axial_force" in r.recorded for r in results)
    return in_one_line(table, any("prediction_blood" in r.recorded.attrs for r in results))


def in_one_line(table: bool, head: bool) -> str:
    """What no study has measured: of a spine on an inversion table, of a head that is further down than 30 degrees."""
    found = [*([ANGLES, FRICTION] if table else []), *([HEAD] if head else [])]
    return f"predicted, not measured: {'; '.join(found)}. {WHERE}" if found else ""


def assumed(result: Result) -> list[str]:
    """What the scenario left open about the person, and what a given value does not do."""
    person = scenarios.read(str(result.recorded.attrs["scenario"])).person
    out = []
    for given in person.conditions:
        if given.name not in library.names("conditions"):
            continue
        file = library.load("conditions", given.name)
        if "cobb_angle" in file.scalars and given.cobb_deg is None:
            out.append(f"{given.name.replace('_', ' ')}: no cobb_deg given, {file.scalar('cobb_angle').value:g}° assumed")
        if "grades" not in file.tables or (given.grade and given.level):
            continue
        taken = condition(given.name, given.level, given.grade)
        left = " and ".join(word for word, value in (("level", given.level), ("grade", given.grade)) if value is None)
        table = file.table("grades")
        row = table.rows.index(str(taken.grade))
        factors = [f"{words} × {table.column(key).values[row]:g}" for key, words in FACTORS.items() if key in table.columns]
        grades = ", ".join(table.rows)
        out.append(f"{given.name.replace('_', ' ')}: no {left} given, {taken} assumed ({', '.join(factors)}; grades {grades})")
    if "axial_force" in result.recorded and "iop" not in result.recorded:
        out.append("the spine alone: without the weight of blood that moves and the belly's pressure on it, which change lengths a little")
    if person.age_years != SPINE_AGE_YEARS and "axial_force" in result.recorded:
        out.append("age changes arteries and reflexes, and nothing of the spine: an older disc is a condition (degenerated_disc)")
    return out


def legs(attrs: Mapping[str, Any], before: bool) -> str:
    """Whether the legs step before the session, or at the end of the last hold, where they can."""
    phases = json.loads(str(attrs["phases"]))
    end = float(attrs["end_time_s"])
    found = [p for p in phases if p["role"] == "history"][-1:] if before else [p for p in phases if p["end_s"] == end]
    if not found or "moving" not in found[0]:
        return ""
    return ", moving about" if found[0]["moving"] else ", keeping still"
