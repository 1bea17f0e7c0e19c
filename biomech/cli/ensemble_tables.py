"""What is printed about an ensemble."""

import json
from collections.abc import Sequence

import xarray as xr
from rich.text import Text

from biomech.cli.many_tables import print_failures, print_notes
from biomech.cli.tables import console, new_table, number
from biomech.population.persons import SAME
from biomech.population.summary import QUANTILES, Spread, shares, spreads
from biomech.results.result import Result

HIDDEN = ("supine_", "standing_", "gravity_")  # in the file, not in the table
SIGNED = ("mm", "deg")
LEVELS = ("L4/L5", "L5/S1")
LEVEL_MEASURES = ("disc_height_change_mm", "foramen_change_mm", "axial_force_N", "nucleus_pressure_MPa")
LOW, MIDDLE, HIGH = (QUANTILES.index(q) for q in (0.025, 0.5, 0.975))


def who(data: xr.Dataset) -> str:
    """Who was drawn, and what else."""
    people = data.attrs["population"].replace("_", " ")
    drawn = len(json.loads(data.attrs["unknowns"]))
    persons = "the same person" if data.attrs["population"] == SAME else f"people of {people}"
    return f"{data.sizes['person']} draws: {persons}" + (f", {drawn} unknowns of models/" if drawn else "") + f"; seed {data.attrs['seed']}"


def spread_cells(s: Spread, unit: str) -> list[str]:
    """Mean, standard deviation, and what 95 % lie between."""
    signed = unit in SIGNED
    return [
        number(s.mean, unit, signed), f"± {number(s.sd, unit, False)}",
        f"{number(s.quantiles[LOW], unit, signed)} … {number(s.quantiles[HIGH], unit, signed)}",
    ]  # fmt: skip


def print_ensemble(data: xr.Dataset, asked: Sequence[str]) -> None:
    """Distributions of the measures, and shares of people."""
    out = console()
    out.print(Text(data.attrs["title"], style="bold"))
    out.print(Text(who(data)))
    out.print()
    table = new_table(("measure", "left"), ("mean", "right"), ("", "left"), ("95 % of people", "right"), ("", "left"))
    for name, (s, unit) in spreads(data, LEVELS).items():
        level, colon, plain = name.rpartition(":")
        if plain.startswith(HIDDEN) or (colon and plain not in LEVEL_MEASURES):
            continue
        table.add_row(f"{level} {plain}".strip(), *spread_cells(s, unit), unit)
    out.print(table)
    told = shares(data, asked)
    if told:
        out.print()
        out.print(Text("share of people, with what chance alone leaves open (95 %)"))
        rows = new_table(("", "left"), ("", "right"), ("", "left"))
        for t in told:
            rows.add_row(t.statement.replace(":", " "), f"{100 * t.share:.1f} %", f"({100 * t.low:.1f} … {100 * t.high:.1f} %)")
        out.print(rows)
    print_failures(data)
    print_notes(data)


def print_doubt(result: Result, doubt: xr.Dataset) -> None:
    """Every measure with its standard deviation and what 95 % of the draws lie between."""
    out = console()
    out.print()
    drawn = len(json.loads(doubt.attrs["unknowns"]))
    out.print(Text(f"how sure: {doubt.sizes['person']} draws of {drawn} numbers of models/ that are not exactly known"))
    table = new_table(("measure", "left"), ("value", "right"), ("", "left"), ("95 % of draws", "right"), ("", "left"))
    found = result.measures()
    for name, (s, unit) in spreads(doubt, LEVELS).items():
        level, colon, plain = name.rpartition(":")
        value = found["levels"][level].get(plain) if colon else found["measures"].get(plain, {}).get("value")
        if value is None or plain.startswith(HIDDEN) or (colon and plain not in LEVEL_MEASURES):
            continue
        _, sd, span = spread_cells(s, unit)
        table.add_row(f"{level} {plain}".strip(), number(value, unit, unit in SIGNED), sd, span, unit)
    out.print(table)
    print_failures(doubt)
