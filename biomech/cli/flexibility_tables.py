"""What is printed about flexibility."""

from collections.abc import Sequence

import numpy as np
from rich.text import Text

from biomech.cli.tables import case_names, console, new_table, number
from biomech.results.flexibility import LEAST_DEG
from biomech.results.result import Result

WHAT = (
    "flexibility: how far the trunk bends forward, lying on the side with muscles at rest, under a standard moment; degrees.\n"
    "A prediction: no study has measured it after inversion. Whether fingers reach the floor is up to hips and hamstrings: not in it."
)


def print_flexibility(results: Sequence[Result]) -> None:
    """Every test of every case: time, lumbar and whole trunk, and what having stood instead would have left."""
    tested = [(letter, r) for letter, r in zip(case_names(results), results, strict=True) if "bend_time" in r.recorded.dims]
    if not tested:
        return
    out = console()
    out.print()
    out.print(Text(WHAT))
    case = [("", "left")] if len(results) > 1 else []
    moments = [f"{m:g} N m" for m in tested[0][1].recorded["bend_moment"].values]
    columns = [(f"{part} {m}", "right") for part in ("lumbar", "trunk") for m in moments]
    table = new_table(*case, ("tested", "left"), *columns, *((f"session {m}", "right") for m in moments))
    for letter, result in tested:
        d = result.recorded
        for i, clock in enumerate(d["bend_time"].values):
            angles = [float(v) for part in ("lumbar", "trunk") for v in d[f"{part}_bending"].values[i]]
            gain = d["lumbar_bending"].values[i] - d["lumbar_bending_stood"].values[i]
            row = [number(a, "deg", False) for a in angles]
            row += [number(float(g), "", True) if np.isfinite(g) else "" for g in gain]
            table.add_row(*([letter] if case else []), _moment(result, float(clock)), *row)
    out.print(table)
    out.print(Text("session: what the session itself changed in the lumbar spine, against having stood instead"))
    for letter, result in tested:
        out.print(Text(f"{letter}: {verdict(result)}" if case else verdict(result), style="bold"))


def verdict(result: Result) -> str:
    """In one sentence: more flexible by the session or stiffer, by how much, and for how long."""
    m = result.measures()["measures"]
    most = float(result.recorded["bend_moment"].values.max())
    name = f"lumbar_bending_{most:g}Nm"
    end = m[f"{name}_gain_deg"]["value"]
    way = "neither more nor less" if abs(end) < LEAST_DEG else "more" if end > 0.0 else "less"
    said = f"under {most:g} N m the lumbar spine bends {way} far for the session ({end:+.1f}° at the end of the hold"
    if after := m.get(f"{name}_gain_after_deg"):
        said += f", {after['value']:+.1f}° a minute after standing up"
    if lasts := m.get(f"{name}_lasts_min"):
        return f"{said}; nine tenths of it have gone {lasts['value']:.0f} min after)"
    return f"{said})"


def _moment(result: Result, clock: float) -> str:
    a = result.recorded.attrs
    if clock < 0.0:
        return "on waking"
    if clock == 0.0:
        return "standing before the session"
    if clock == float(a["end_time_s"]):
        return "end of the last hold"
    return f"standing, {(clock - float(a['after_time_s'])) / 60.0 + 1.0:.0f} min after"
