"""What is printed: rich tables on a terminal, plain lines in a pipe."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from biomech import scenario as scenarios
from biomech.results.result import Result
from biomech.scenario import Scenario
from biomech.viz.words import clock

PLAIN_WIDTH = 200  # a pipe has no width; nothing is cut there

HEADLINES = {
    "lumbar_length_change_mm": "lumbar spine (L1-S1) longer by",
    "spine_length_change_mm": "spine (C7-S1) longer by",
    "lordosis_change_deg": "lumbar curve (lordosis) changed by",
    "stature_change_mm": "stature, at the end of the last hold",
    "stature_gain_mm": "stature, one minute after standing up again",
    "stature_gain_40min_mm": "stature, 40 minutes later",
    "gravity_along_spine_N": "weight above L5/S1 along the body at this tilt",
    "friction_used_N": "friction of the back, towards the feet +",
    "friction_available_N": "(the most that friction could be)",
    "net_traction_N": "traction left for L5/S1, before muscle",
    "clamp_force_N": "force on clamps, harness and load points",
}


# measure without its prefix: words; printed lying, standing and at the end
BLOOD = {
    "heart_rate_per_min": "heart rate",
    "stroke_volume_mL": "stroke volume",
    "cardiac_output_L_per_min": "cardiac output",
    "sbp_cuff_mmHg": "arm cuff, systolic",
    "dbp_cuff_mmHg": "arm cuff, diastolic",
    "map_heart_mmHg": "mean arterial pressure at the heart",
    "map_brain_mmHg": "mean arterial pressure at the brain",
    "cvp_mmHg": "central venous pressure",
    "jugular_pressure_mmHg": "jugular pressure",
    "icp_mmHg": "pressure in the skull",
    "iop_mmHg": "pressure in the eye",
    "ocular_perfusion_mmHg": "perfusion pressure of the eye",
}
# of which a comparison shows these
BLOOD_COMPARED = ("heart_rate_per_min", "sbp_cuff_mmHg", "map_brain_mmHg", "icp_mmHg", "iop_mmHg", "ocular_perfusion_mmHg")
MOMENTS = ("supine_", "standing_", "")


class _Stdout(Console):
    """A closed pipe is an exception like any other; rich would end the whole program with code 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Standard output: coloured on a terminal, wide and plain in a pipe."""
    return _Stdout() if sys.stdout.isatty() else _Stdout(width=PLAIN_WIDTH, color_system=None)


def print_json(value: Any) -> None:
    """JSON, alone on stdout, keys as they are."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def number(value: float, unit: str, signed: bool = True) -> str:
    """A value with the digits that mean something: mm two decimals, N none, MPa two, degrees one."""
    digits = {"mm": 2, "N": 0, "MPa": 2, "deg": 1, "%": 1, "mmHg": 0, "mL": 0, "1/min": 0, "L/min": 1}.get(unit, 2)
    text = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    zero = f"{0.0:.{digits}f}"
    if text.lstrip("+-") == zero:
        return zero
    # in a pipe, a minus that programs can read
    pretty = sys.stdout.isatty() and (sys.stdout.encoding or "").lower().startswith("utf")
    return text.replace("-", "−") if pretty else text


def new_table(*columns: tuple[str, str], title: str = "") -> Table:
    """An open table; columns as (title, alignment)."""
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name, align in columns:
        # on a narrow terminal sources are wrapped, and numbers never cut
        table.add_column(name, justify=align, no_wrap=name != "source")  # type: ignore[arg-type]
    return table


def case_names(results: Sequence[Result]) -> list[str]:
    """A, B, …"""
    return [chr(ord("A") + i) for i in range(len(results))]


def _measure_rows(table: Table, results: list[Result]) -> None:
    measures = [r.measures()["measures"] for r in results]
    for name, words in HEADLINES.items():
        if not any(name in m for m in measures):
            continue
        unit = next(m[name]["unit"] for m in measures if name in m)
        signed = unit in ("mm", "deg")
        cells = [number(m[name]["value"], unit, signed) if name in m else "–" for m in measures]
        extra = []
        if len(results) > 1:
            for m in measures[1:]:
                both = name in m and name in measures[0]
                extra.append(number(m[name]["value"] - measures[0][name]["value"], unit) if both else "–")
        table.add_row(words, *cells, *extra, "°" if unit == "deg" else unit)
        if name == "friction_available_N":
            _rest_row(table, measures)


def _rest_row(table: Table, measures: list[dict[str, Any]]) -> None:
    """What weight and friction leave unexplained of the traction, if it is known of every case."""
    from biomech.viz.words import moved_and_belly

    rest = [r for r in map(moved_and_belly, measures) if r is not None]
    if len(rest) == len(measures):
        extra = [number(r - rest[0], "N") for r in rest[1:]]
        table.add_row("moved blood and pressure of the belly", *(number(r, "N") for r in rest), *extra, "N")


def _blood_rows(table: Table, results: list[Result]) -> None:
    """The most telling pressures at the end of the last hold, and for the first case standing before it."""
    measures = [r.measures()["measures"] for r in results]
    for name in BLOOD_COMPARED:
        if any(name not in m for m in measures):
            continue
        unit = measures[0][name]["unit"]
        values = [m[name]["value"] for m in measures]
        before = measures[0].get("standing_" + name)
        words = BLOOD[name] + (f" (standing {number(before['value'], unit, False)})" if before else "")
        table.add_row(
            words, *(number(v, unit, False) for v in values), *(number(v - values[0], unit) for v in values[1:]), unit
        )


def _case(result: Result) -> str:
    """Who, on what, and how far tilted at the end: what was simulated, whatever the title says."""
    from biomech.viz.words import attitude

    a = result.recorded.attrs
    clock, name = ("time", "tilt") if "tilt" in result.recorded else ("beat_time", "beat_tilt")
    tilt = float(np.interp(float(a["end_time_s"]), result.recorded[clock].values, result.recorded[name].values))
    return f"{a['person']}; {a['equipment'].replace('_', ' ')}, {attitude(tilt)}, {_held(a)}"


def _held(attrs: dict[str, Any]) -> str:
    """How long: of equal holds each, of a free sequence the whole."""
    session = scenarios.read(str(attrs["scenario"])).session
    if session is None:
        spans = [p["end_s"] - p["start_s"] for p in json.loads(attrs["phases"]) if p["role"] in ("session", "rest")]
        return f"{len(spans)} phase{'s' if len(spans) > 1 else ''}, {clock(sum(spans))} altogether"
    return f"{f'{session.sets} × ' if session.sets > 1 else ''}{clock(session.hold_s)} held"


def print_run(result: Result) -> None:
    """Everything `run` says about one result."""
    from biomech.cli.flexibility_tables import print_flexibility
    from biomech.cli.notes import print_notes

    out = console()
    attrs = result.recorded.attrs
    out.print(Text(attrs["title"], style="bold"))
    out.print(Text(_case(result)))
    if result.measures()["levels"]:
        _print_spine(out, result)
    _print_blood(out, result)
    print_flexibility([result])
    print_notes([result])


def _print_spine(out: Console, result: Result) -> None:
    out.print(Text("changes: end of the last hold against standing just before the session"))
    out.print()
    table = new_table(("", "left"), ("value", "right"), ("", "left"))
    _measure_rows(table, [result])
    out.print(table)
    out.print()
    out.print(Text("change of disc height at centre, front, back and of foramen height, mm;"))
    out.print(Text("axial force at the end, N (pull +); nucleus pressure standing and at the end, MPa"))
    levels = new_table(
        ("level", "left"), ("centre", "right"), ("front", "right"), ("back", "right"), ("foramen", "right"),
        ("force", "right"), ("standing", "right"), ("end", "right"),
    )
    for level, row in result.measures()["levels"].items():
        if "disc_height_change_mm" not in row:
            continue
        levels.add_row(
            level, number(row["disc_height_change_mm"], "mm"), number(row["anterior_change_mm"], "mm"),
            number(row["posterior_change_mm"], "mm"), number(row["foramen_change_mm"], "mm"),
            number(row["axial_force_N"], "N"), number(row["standing_nucleus_pressure_MPa"], "MPa", False),
            number(row["nucleus_pressure_MPa"], "MPa", False),
        )
    out.print(levels)


def _print_blood(out: Console, result: Result) -> None:
    """Blood, brain and eye lying, standing and at the end, where they were simulated."""
    from biomech.cli.notes import legs

    found = result.measures()["measures"]
    if "heart_rate_per_min" not in found:
        return
    out.print()
    standing, end = (legs(result.recorded.attrs, before) for before in (True, False))
    out.print(Text(f"blood, brain and eye: rested and lying; standing just before the session{standing}; last 30 s of the last hold{end}"))
    table = new_table(("", "left"), ("lying", "right"), ("standing", "right"), ("end", "right"), ("", "left"))
    for name, words in BLOOD.items():
        unit = found[name]["unit"]
        cells = [number(found[p + name]["value"], unit, False) if p + name in found else "–" for p in MOMENTS]
        table.add_row(words, *cells, unit)
    out.print(table)
    parts = [f"eye pressure at its highest {number(found['iop_peak_mmHg']['value'], 'mmHg', False)} mmHg"]
    shifts = [(r, found.get(f"blood_shift_{r}_mL")) for r in ("legs", "thorax", "head")]
    moved = [f"{region} {number(m['value'], 'mL')}" for region, m in shifts if m]
    if moved:
        parts.append(f"blood moved against standing, mL: {', '.join(moved)}")
    out.print(Text("; ".join(parts)))


def print_comparison(results: list[Result]) -> None:
    """Per-level change of disc height side by side, differences against the first, headline measures."""
    from biomech.cli.flexibility_tables import print_flexibility
    from biomech.cli.notes import print_notes

    out = console()
    names = case_names(results)
    for name, r in zip(names, results, strict=True):
        out.print(Text(f"{name}  {r.recorded.attrs['title']} ({_case(r)})"))
    out.print(Text("change of disc height in mm, end of the last hold against standing just before the session"))
    out.print(Text("differences are taken before rounding"))
    out.print()
    columns = [(n, "right") for n in names] + [(f"{n} − A", "right") for n in names[1:]]
    table = new_table(("level", "left"), *columns)
    found = [r.measures()["levels"] for r in results]
    for level in found[0]:
        rows = [f.get(level, {}).get("disc_height_change_mm") for f in found]
        if rows[0] is None:
            continue
        cells = [number(v, "mm") if v is not None else "–" for v in rows]
        extra = [number(v - rows[0], "mm") if v is not None else "–" for v in rows[1:]]
        table.add_row(level, *cells, *extra)
    out.print(table)
    out.print()
    headline = new_table(("", "left"), *columns, ("", "left"))
    _measure_rows(headline, results)
    _blood_rows(headline, results)
    out.print(headline)
    print_flexibility(results)
    print_notes(results)


def print_phases(spec: Scenario) -> None:
    """What a checked scenario will do."""
    out = console()
    out.print(Text(spec.title, style="bold"))
    table = new_table(
        ("phase", "left"), ("equipment", "left"), ("angle °", "right"), ("ramp s", "right"), ("hold s", "right"), ("role", "left")
    )
    for p in spec.phases():
        table.add_row(
            p.name, p.equipment, f"{p.angle_deg:g}", f"{p.ramp_s:g}", f"{p.duration_s:g}", p.role + (" (end)" if p.end else "")
        )
    out.print(table)
    out.print("OK")
