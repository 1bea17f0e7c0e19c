"""What is printed about many runs."""

import json
from string import ascii_lowercase
from typing import Any

import numpy as np
import xarray as xr
from rich.text import Text

from biomech.cli.notes import in_one_line
from biomech.cli.tables import HEADLINES, console, new_table, number
from biomech.population.programme import accumulates
from biomech.viz.picked import MATTERS, chosen, default_measure, names, ranking

MOST_ROWS = 60
MOST_UNKNOWNS = 8
LEAST_MM = 0.01  # less than this from the first week to the last is nothing
MOST_OF_FRONT = 10


def print_sweep(data: xr.Dataset, measure: str | None) -> None:
    """One axis or a sample: a row a case with the headline measures; two axes: a matrix of one measure."""
    out = console()
    out.print(Text(data.attrs["title"], style="bold"))
    varied = json.loads(data.attrs["varied"])
    if data.attrs["method"] == "grid" and len(varied) == 2:
        _matrix(data, measure or default_measure(data), varied)
    else:
        _rows(data, [measure] if measure else [name for name in HEADLINES if name in data], varied)
    print_failures(data)
    print_notes(data)


def _matrix(data: xr.Dataset, measure: str, varied: list[str]) -> None:
    out = console()
    values, name, unit = chosen(data, measure)
    down, across = varied
    out.print(Text(f"{name}, {unit}; rows: {down}, columns: {across}"))
    table = new_table((down, "left"), *((_key(v), "right") for v in data[across].values))
    for value in data[down].values:
        row = values.sel({down: value}).transpose(across).values
        table.add_row(_key(value), *(number(float(v), unit) if np.isfinite(v) else "–" for v in row))
    out.print(table)


def _rows(data: xr.Dataset, measures: list[str], varied: list[str]) -> None:
    out = console()
    picked = [chosen(data, m) for m in measures]
    letters = ascii_lowercase[: len(picked)]
    for (_, name, unit), letter in zip(picked, letters, strict=True):
        out.print(Text(f"{letter}  {name}, {unit}"))
    table = new_table(*((key, "left") for key in varied), *((letter, "right") for letter in letters))
    dims = ("sample",) if "sample" in data.dims else tuple(varied)
    columns = [values.transpose(*dims).values.ravel() for values, _, _ in picked]
    keys = [
        np.broadcast_to(data[k].values.reshape([-1 if d in data[k].dims else 1 for d in dims]), [data.sizes[d] for d in dims]).ravel()
        for k in varied
    ]
    count = len(keys[0])
    for i in range(min(count, MOST_ROWS)):
        cells = [number(float(c[i]), unit) if np.isfinite(c[i]) else "–" for c, (_, _, unit) in zip(columns, picked, strict=True)]
        table.add_row(*(_key(k[i]) for k in keys), *cells)
    out.print(table)
    if count > MOST_ROWS:
        out.print(Text(f"… and {count - MOST_ROWS} more in the file"))


def _key(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float | int | np.number) else str(value)


def print_failures(data: xr.Dataset) -> None:
    """How many cases could not be simulated, and why the first of them."""
    failures = json.loads(data.attrs["failures"])
    if failures:
        first = min(failures, key=int)
        console().print(Text(f"{len(failures)} of {data['failed'].size} cases could not be simulated; case {first}: {failures[first]}"))


def print_notes(data: xr.Dataset) -> None:
    """What a reader must not forget."""
    out = console()
    out.print()
    if told := in_one_line("inversion_table" in data.attrs["equipment"] and data.attrs["only"] != "circulation", "icp_mmHg" in data):
        out.print(Text(told, style="italic"))
    out.print(Text(data.attrs["disclaimer"], style="italic"))


def sweep_json(data: xr.Dataset) -> dict[str, Any]:
    """The sweep for programs: axes, and every measure as nested lists in the order of ``dims`` (null: none)."""
    one = next((d for d in ("sample", "session") if d in data.dims), None)
    dims = [one] if one else json.loads(data.attrs["varied"])
    measures = {
        str(name): {
            "unit": v.attrs["units"],
            "definition": v.attrs["long_name"],
            "dims": [str(d) for d in v.dims],
            "values": _nulls(v.values),
        }
        for name, v in data.data_vars.items()
    }
    axes = {key: data[key].values.tolist() for key in json.loads(data.attrs["varied"])}
    return {
        "scenario": data.attrs["title"],
        "dims": dims,
        "axes": axes,
        "levels": data["level"].values.tolist() if "level" in data else [],
        "measures": measures,
        "failures": json.loads(data.attrs["failures"]),
        "disclaimer": data.attrs["disclaimer"],
    }


def _nulls(values: Any) -> Any:
    if isinstance(values, np.ndarray):
        return [_nulls(v) for v in values]
    return None if isinstance(values, float) and values != values else values.item() if hasattr(values, "item") else values


def print_sensitivity(data: xr.Dataset, measure: str | None) -> None:
    """For each measure the unknowns that matter most."""
    out = console()
    out.print(Text(data.attrs["title"], style="bold"))
    morris = data.attrs["method"] == "morris"
    said = "mean size and spread of the effect of moving an unknown over half of its span"
    out.print(Text(f"{data.sizes['unknown']} unknowns, {data.attrs['runs']} simulations; {said if morris else 'share of the variance'}"))
    known = names(data)
    for name in [measure] if measure else [m for m in MATTERS if m.split(":")[-1] in known]:
        values, words, unit = chosen(data, name)
        out.print()
        out.print(Text(f"{words}, {unit}" if morris else words, style="bold"))
        table = new_table(
            ("", "left"), *((("size", "right"), ("spread", "right")) if morris else (("alone", "right"), ("together", "right")))
        )
        for key in ranking(data, values, MOST_UNKNOWNS):
            row = values.sel(unknown=key)
            shown = (
                (row.sel(statistic="size"), row.sel(statistic="sd")) if morris else (row.sel(statistic="first"), row.sel(statistic="total"))
            )
            table.add_row(key, *(f"{float(v):.3g}" for v in shown))
        out.print(table)
    if data.attrs["failed_runs"]:
        out.print(Text(f"{data.attrs['failed_runs']} simulations could not be completed and are left out"))
    print_notes(data)


def sensitivity_json(data: xr.Dataset) -> dict[str, Any]:
    """The study for programs: measure → statistic → values by unknown (and level)."""
    found = {str(name): {str(s): _nulls(v.sel(statistic=s).values) for s in data["statistic"].values} for name, v in data.data_vars.items()}
    about = {k: _nulls(data.attrs[k]) for k in ("method", "samples", "runs", "failed_runs", "seed")}
    levels = data["level"].values.tolist() if "level" in data else []
    return {"scenario": data.attrs["title"], **about, "unknowns": data["unknown"].values.tolist(), "levels": levels, "measures": found}


def print_optimum(data: xr.Dataset) -> None:
    """The best session, and the front if there is one."""
    out = console()
    attrs = data.attrs
    out.print(Text(attrs["title"], style="bold"))
    wish = f"{'most' if attrs['sense'] == 'max' else 'least'} {attrs['objective']}"
    conditions = json.loads(attrs["conditions"])
    out.print(Text(f"{wish}{' with ' + ', '.join(conditions) if conditions else ''}; {data.sizes['session']} sessions simulated"))
    keys = json.loads(attrs["varied"])
    measures = [str(n) for n, v in data.data_vars.items() if n not in ("within", "best", "front") and v.attrs.get("role") != "input"]
    table = new_table(("", "left"), *((key, "right") for key in keys), *((m.replace("-", "/"), "right") for m in measures))

    def row(name: str, i: int) -> None:
        cells = [f"{float(data[key][i]):.4g}" for key in keys]
        table.add_row(name, *cells, *(number(float(data[m][i]), str(data[m].attrs["units"]), False) for m in measures))

    row("best", int(data["best"].values.argmax()))
    if "front" in data:
        price = data[attrs["against"].replace("/", "-")].values
        unbeaten = sorted(np.flatnonzero(data["front"].values), key=lambda i: price[i])
        for i in dict.fromkeys(np.linspace(0, len(unbeaten) - 1, MOST_OF_FRONT).round().astype(int)):
            row("front", int(unbeaten[i]))
    out.print(table)
    print_failures(data.assign(failed=data["within"]))
    print_notes(data)


def print_programme(data: xr.Dataset) -> None:
    """Week by week: what sessions gain, what is left in the mornings; and whether anything adds up."""
    out = console()
    out.print(Text(data.attrs["title"], style="bold"))
    out.print(Text("means of the week, mm; left: the morning after a session, against the same morning of a life without sessions"))
    table = new_table(
        ("week", "right"),
        ("sessions", "right"),
        ("stature gained", "right"),
        ("left in stature", "right"),
        ("left in lumbar discs", "right"),
    )
    held = data["session"].values.astype(bool)
    for week in range(int(data.attrs["weeks"])):
        days = np.arange(7 * week, 7 * week + 7)
        on = days[held[days]]
        after = [d + 1 for d in on if d + 1 < held.size]
        left = [f"{data[f'{name}_left'].values[after].mean():.3f}" if after else "–" for name in ("stature", "lumbar_discs")]
        gain = f"{data['stature_gain'].values[on].mean():.2f}" if on.size else "–"
        table.add_row(str(week + 1), str(on.size), gain, *left)
    out.print(table)
    first, last = accumulates(data)
    verdict = "it adds up" if _adds_up(first, last) else "nothing adds up"
    out.print(Text(f"the morning after a session: {first:.3f} mm left in the first week, {last:.3f} mm in the last: {verdict}"))
    print_notes(data)


def _adds_up(first: float, last: float) -> bool:
    return last - first > LEAST_MM


def programme_json(data: xr.Dataset) -> dict[str, Any]:
    """The programme for programs: quantities by day."""
    first, last = accumulates(data)
    days = {str(name): _nulls(v.values) for name, v in data.data_vars.items()}
    units = {str(name): v.attrs["units"] for name, v in data.data_vars.items()}
    left = {"first_week_mm": first, "last_week_mm": last, "accumulates": _adds_up(first, last)}
    return {
        "scenario": data.attrs["title"],
        "days": days,
        "units": units,
        "stature_left_the_morning_after": left,
        "disclaimer": data.attrs["disclaimer"],
    }
