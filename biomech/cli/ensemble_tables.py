"""What is printed about an ensemble."""

import json
from collections.abc import Sequence

import xarray as xr
from rich.text import Text

from biomech import library
from biomech.cli.many_tables import print_failures, print_notes
from biomech.cli.tables import BLOOD, BLOOD_COMPARED, HEADLINES, case_names, console, new_table, number
from biomech.population.paired import differences
from biomech.population.persons import SAME
from biomech.population.summary import Spread, shares, spreads
from biomech.results.result import Result
from biomech.scenario import read

HIDDEN = ("supine_", "standing_", "waking_", "gravity_")  # in the file, not in the table
SIGNED = ("mm", "deg")
LEVELS = ("L4/L5", "L5/S1")
LEVEL_MEASURES = ("disc_height_change_mm", "foramen_change_mm", "axial_force_N", "nucleus_pressure_MPa")

ENOUGH = 40  # draws from which a 95 % band has a draw beyond either end
#: where a band is not centred on the value, and why: docs/population.md has the figures
OFF_CENTRE = (
    "A band need not be centred on the value of the model: ranges are lopsided, and effects bend (friction that fades or slips can only "
    "lose what it carries). middle: half of the draws are below it. docs/population.md."
)


def who(data: xr.Dataset) -> list[tuple[str, str]]:
    """Who was drawn, and what else: lines with their style."""
    drawn = len(json.loads(data.attrs["unknowns"]))
    unknowns = f", {drawn} unknowns of models/" if drawn else ""
    count = f"{data.sizes['person']} draws{unknowns}; seed {data.attrs['seed']}"
    person = read(str(data.attrs["scenario"])).person
    own = f"{person.body.replace('_', ' ')}, {person.mass_kg:g} kg, {person.stature_m:g} m, {person.age_years:g} y"
    conditions = ", ".join(c.name.replace("_", " ") for c in person.conditions)
    kept = f", its conditions are: {conditions}" if conditions else ""
    if data.attrs["population"] == SAME:
        return [(f"{count}: exactly this person ({own})", "")]
    file = library.load("population", str(data.attrs["population"]))
    years = f"{file.data['youngest_years']} to {file.data['oldest_years']} years"
    bodies = " and ".join(b.replace("_", " ") for b in json.loads(data.attrs["bodies"]))
    return [
        (f"{count}: {bodies}", ""),
        (f"NOT THE PERSON OF THE SCENARIO but other people: {file.title.lower()}, {years}", "bold"),
        (
            f"mass, stature, age and body of the scenario ({own}) are not used{kept}. "
            "For this person alone: --population same, or biomech run SCENARIO --uncertainty 100",
            "",
        ),
    ]


def spread_cells(s: Spread, unit: str) -> list[str]:
    """Mean, standard deviation, and what 95 % lie between."""
    signed = unit in SIGNED
    return [
        number(s.mean, unit, signed), f"± {number(s.sd, unit, False)}",
        f"{number(s.low, unit, signed)} … {number(s.high, unit, signed)}",
    ]  # fmt: skip


def print_ensemble(data: xr.Dataset, asked: Sequence[str]) -> None:
    """Distributions of the measures, and shares of people."""
    out = console()
    out.print(Text(data.attrs["title"], style="bold"))
    for words, style in who(data):
        out.print(Text(words, style=style))
    out.print()
    whom = "draws" if data.attrs["population"] == SAME else "people"
    table = new_table(("measure", "left"), ("mean", "right"), ("", "left"), (f"95 % of {whom}", "right"), ("", "left"))
    for name, (s, unit) in spreads(data, LEVELS).items():
        level, colon, plain = name.rpartition(":")
        if plain.startswith(HIDDEN) or (colon and plain not in LEVEL_MEASURES):
            continue
        table.add_row(f"{level} {plain}".strip(), *spread_cells(s, unit), unit)
    out.print(table)
    told = shares(data, asked)
    if told:
        out.print()
        out.print(Text(f"share of {whom}, with what chance alone leaves open (95 %)"))
        rows = new_table(("", "left"), ("", "right"), ("", "left"))
        for t in told:
            rows.add_row(t.statement.replace(":", " "), f"{100 * t.share:.1f} %", f"({100 * t.low:.1f} … {100 * t.high:.1f} %)")
        out.print(rows)
    print_failures(data)
    print_notes(data)


def _row_words(key: str) -> str:
    """A measure as the tables of `run` and `compare` call it; "" for those that only the file and --json tell of."""
    level, colon, name = key.rpartition(":")
    if colon:
        return f"{level} disc height changed by" if name == "disc_height_change_mm" else ""
    shown = HEADLINES | {name: BLOOD[name] for name in BLOOD_COMPARED} | {"iop_peak_mmHg": "pressure in the eye at its highest"}
    return shown.get(name, "")


def _value(result: Result, key: str) -> float | None:
    """A measure of a result, None where it has none."""
    level, colon, name = key.rpartition(":")
    found = result.measures()
    value: float | None = found["levels"].get(level, {}).get(name) if colon else found["measures"].get(name, {}).get("value")
    return value


def _print_reading(doubt: xr.Dataset) -> None:
    """How to read a table of spreads, and where the rest of it is."""
    out = console()
    count = doubt.sizes["person"]
    if count < ENOUGH:
        out.print(Text(f"{count} draws: their band ends near the lowest and the highest of them; 100 say more."))
    out.print(Text(f"{OFF_CENTRE} Every other measure: --json."))
    print_failures(doubt)


def print_doubt(result: Result, doubt: xr.Dataset) -> None:
    """The main measures with their standard deviation and what 95 % of the draws lie between; the first one in words."""
    out = console()
    out.print()
    drawn = len(json.loads(doubt.attrs["unknowns"]))
    out.print(Text(f"how sure: {doubt.sizes['person']} draws of {drawn} numbers of models/ that are not exactly known"))
    table = new_table(("", "left"), ("value", "right"), ("", "left"), ("middle", "right"), ("95 % of draws", "right"), ("", "left"))
    told = ""
    for key, (s, unit) in spreads(doubt, LEVELS).items():
        value, words = _value(result, key), _row_words(key)
        if value is None or not words:
            continue
        _, sd, span = spread_cells(s, unit)
        signed = unit in SIGNED
        shown = number(value, unit, signed)
        told = told or f"{words} {shown} {unit}; 95 % of the draws: {span}"
        table.add_row(words, shown, sd, number(s.middle, unit, signed), span, unit)
    out.print(Text(told, style="bold"))
    out.print(table)
    _print_reading(doubt)


def print_differences(results: Sequence[Result], doubts: Sequence[xr.Dataset]) -> None:
    """Every other case against the first: the difference with what 95 % of the draws lie between, and how often there is more."""
    out = console()
    out.print()
    for words, style in who(doubts[0]):
        out.print(Text(words, style=style))
    out.print(Text("how sure the differences are: the same draws through every case; what moves all of them alike cancels"))
    for name, result, doubt in zip(case_names(results)[1:], results[1:], doubts[1:], strict=True):
        table = new_table(
            (f"{name} − A", "left"), ("value", "right"), ("", "left"), ("middle", "right"), ("95 % of draws", "right"), ("", "left"),
            (f"more in {name}", "right"),
        )  # fmt: skip
        told = ""
        for key, d in differences(doubts[0], doubt).items():
            words = _row_words(key)
            if not words:
                continue
            first, other = _value(results[0], key), _value(result, key)
            # of other people there is no difference of the model as it is
            alone = first is not None and other is not None and doubt.attrs["population"] == SAME
            value = number(other - first, d.unit) if alone else ""  # type: ignore[operator]
            low, middle, high = (number(q, d.unit) for q in (d.spread.low, d.spread.middle, d.spread.high))
            more = f"{100 * d.more:.0f} %"
            told = told or f"{words}, {name} − A: {value or middle} {d.unit}; 95 % of the draws: {low} … {high}; more in {name}: {more}"
            table.add_row(words, value, f"± {number(d.spread.sd, d.unit, False)}", middle, f"{low} … {high}", d.unit, more)
        out.print(Text(told, style="bold"))
        out.print(table)
    _print_reading(doubts[-1])
