"""`biomech pressure`: blood pressure at chosen places of a result, lying and at the end of every phase."""

import json as codec
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from biomech import open_result
from biomech.cli.tables import console, new_table, number, print_json
from biomech.results.blood import beats_before
from biomech.results.pressure import Side


def print_pressures(file: Path, places: Sequence[str], side: Side, json: bool) -> None:
    """Means over the half minute that the measures are taken over; places by name, or in cm above the heart."""
    result = open_result(file)
    pressures = {place: result.pressure_at(_height(place), side).values for place in places}
    attrs = result.data.attrs
    rest = float(attrs["rest_time_s"])
    # the days before the last night are not simulated
    phases = [(str(p["name"]), float(p["end_s"])) for p in codec.loads(attrs["phases"]) if p["start_s"] >= rest - 1.0]
    rows = []
    for name, end in [("lying at rest", rest), *phases]:
        inside = beats_before(result.data, end)
        rows.append((name, end, {place: float(p[inside].mean()) for place, p in pressures.items()}))
    if json:
        print_json({
            "side": side, "unit": "mmHg", "phases": [{"name": name, "end_s": end, "pressure": means} for name, end, means in rows],
        })
        return
    out = console()
    out.print(Text(str(attrs["title"]), style="bold"))
    out.print(Text(f"mean {side} blood pressure, mmHg against the atmosphere: last half minute of each phase"))
    out.print()
    table = new_table(("", "left"), ("end, s", "right"), *((_words(place), "right") for place in places))
    for name, end, means in rows:
        table.add_row(name, f"{end:.0f}", *(number(means[place], "mmHg", False) for place in places))
    out.print(table)
    out.print()
    out.print(Text(str(attrs["disclaimer"]), style="italic"))


def _height(place: str) -> float | str:
    """Centimetres above the heart if it is a number, else the name of a place."""
    try:
        return float(place)
    except ValueError:
        return place


def _words(place: str) -> str:
    height = _height(place)
    return place.replace("_", " ") if isinstance(height, str) else f"{height:+g} cm"
