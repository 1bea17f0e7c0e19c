"""Fill the tables of docs/claims.md: every claim's scenarios simulated, their measures printed between the markers of the page.

    python benchmarks/claims.py          # all; two minutes
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import biomech
from biomech import scenario
from biomech.evidence.readout import timeline
from biomech.results.result import Result

PAGE = Path(__file__).resolve().parents[1] / "docs" / "claims.md"
LUMBAR = ["L1/L2", "L2/L3", "L3/L4", "L4/L5", "L5/S1"]


def measure(r: Result, name: str, level: str = "") -> float:
    m = r.measures()
    return float(m["levels"][level][name] if level else m["measures"][name]["value"])


def posterior(r: Result) -> float:
    """Sum of the lumbar discs at their back edge, mm."""
    return sum(measure(r, "posterior_change_mm", level) for level in LUMBAR)


Column = tuple[str, Callable[[Result], float], str]
LENGTH: Column = ("lumbar spine, mm", lambda r: measure(r, "lumbar_length_change_mm"), "{:+.1f}")
BACK: Column = ("lumbar discs at the back, mm", posterior, "{:+.1f}")
PULL: Column = ("traction at L5/S1 before muscle, N", lambda r: measure(r, "net_traction_N"), "{:.0f}")
FORCE: Column = ("force in the disc L4/L5, N", lambda r: measure(r, "axial_force_N", "L4/L5"), "{:+.0f}")
NECK: Column = ("force in C5/C6, N", lambda r: measure(r, "axial_force_N", "C5/C6"), "{:+.0f}")
STATURE: Column = ("stature after, mm", lambda r: measure(r, "stature_gain_mm"), "{:+.1f}")
EYE: Column = ("eye pressure, mmHg", lambda r: measure(r, "iop_mmHg"), "{:.0f}")


def rows(cases: list[tuple[str, str, dict[str, Any]]], columns: list[Column]) -> str:
    """A table: one case a line."""
    out = ["| | " + " | ".join(c[0] for c in columns) + " |", "|---|" + "--:|" * len(columns)]
    for words, name, settings in cases:
        r = biomech.simulate(name, settings)
        out.append(f"| {words} | " + " | ".join(form.format(f(r)) for _, f, form in columns) + " |")
    return "\n".join(out)


TEN = {"session.hold_s": 600}


def angle() -> str:
    return rows([("30°", "table_30", {}), ("60°", "table_60", {})], [LENGTH, PULL, FORCE, STATURE])


def devices() -> str:
    return rows(
        [("table, 60°", "table_60", TEN), ("table, 90°", "table_60", TEN | {"session.angle_deg": 90}), ("boots", "boots_90", TEN),
         ("chair, 70°", "chair", TEN), ("hanging by chest or arms", "suspension", TEN)],
        [LENGTH, BACK, FORCE, NECK, STATURE, EYE],
    )


def sets() -> str:
    return rows(
        [("3 min", "table_60", {}), ("3 × 3 min, one minute level between", "table_60_sets", {}), ("10 min", "table_60", TEN)],
        [LENGTH, STATURE],
    )


def unloading() -> str:
    return rows(
        [("lying 10 min", "lying", TEN), ("table, 30°", "table_30", TEN), ("table, 60°", "table_60", TEN), ("boots", "boots_90", TEN)],
        [LENGTH, FORCE, STATURE],
    )


def remains() -> str:
    """Stature against the same person who stood all the time, minutes after standing up."""
    out = ["| | " + " | ".join(f"{m} min" for m in (1, 10, 30, 60)) + " |", "|---|--:|--:|--:|--:|"]
    for words, name in (("table, 60°, 10 min", "table_60"), ("boots, 10 min", "boots_90"), ("lying 10 min", "lying")):
        spec = scenario.read(name, TEN | {"history.upright_after_min": 62})
        stood = scenario.read(
            scenario.read("lying").model_copy(update={"equipment": None, "session": None}).to_toml()
            + '\n[[phase]]\nname = "stand"\nequipment = "standing"\nangle_deg = -90\nduration_s = 5000\n',
            {"history.upright_after_min": 0},
        )
        data, control = (biomech.simulate(s, only="spine").data for s in (spec, stood))
        clock = timeline(spec)
        cells = []
        for minutes in (1, 10, 30, 60):
            t = clock.moment(f"standing after + {minutes} min")
            with_, without = (float(np.interp(t, d["time"].values, d["stature"].values)) for d in (data, control))
            cells.append(f"{with_ - without:+.1f}")
        out.append(f"| {words} | " + " | ".join(cells) + " |")
    return "\n".join(out)


def hour() -> str:
    return rows(
        [("half an hour after getting up", "table_60", TEN | {"history.awake_h": 0.5}), ("after 4 h", "table_60", TEN),
         ("after 14 h", "table_60", TEN | {"history.awake_h": 14})],
        [LENGTH, STATURE],
    )


def headstand() -> str:
    standing: Column = (
        "nucleus pressure L4/L5, MPa (standing before)",
        lambda r: measure(r, "nucleus_pressure_MPa", "L4/L5"), "{:.2f}",
    )
    return rows([("headstand", "headstand", {}), ("boots", "boots_90", {"session.hold_s": 180})], [LENGTH, standing, FORCE, NECK])


def legs_up() -> str:
    return rows(
        [("table, 60°, 10 min", "table_60", TEN), ("lying, legs on a stool, 10 min", "fowler", TEN), ("lying flat, 10 min", "lying", TEN)],
        [LENGTH, BACK, STATURE, EYE],
    )


def eye() -> str:
    """Eye pressure after three minutes, by angle and person."""
    angles = (10, 20, 30, 45, 60, 75, 90)
    people: list[tuple[str, list[str]]] = [
        ("healthy eyes", []), ("ocular hypertension", ["ocular_hypertension"]), ("glaucoma", ["glaucoma"]),
    ]
    out = ["| | " + " | ".join(f"{a}°" for a in angles) + " | passes 30 mmHg at |", "|---|" + "--:|" * (len(angles) + 1)]
    for words, conditions in people:
        found = [
            measure(biomech.simulate("table_60", {"session.angle_deg": a, "person.conditions": conditions}, only="circulation"), "iop_mmHg")
            for a in angles
        ]
        if max(found) < 30:
            where = "not within 3 min"
        elif found[0] >= 30:
            where = f"below {angles[0]}°"
        else:
            where = f"{float(np.interp(30.0, found, angles)):.0f}°"
        out.append(f"| {words} | " + " | ".join(f"{x:.0f}" for x in found) + f" | {where} |")
    return "\n".join(out)


TABLES = {f.__name__: f for f in (angle, devices, sets, unloading, remains, hour, headstand, legs_up, eye)}


def main() -> None:
    """Replace what stands between the markers."""
    text = PAGE.read_text(encoding="utf-8")
    for name, make in TABLES.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
        assert pattern.search(text), name
        table = make()
        text = pattern.sub(lambda m, t=table: f"{m[1]}\n{t}\n\n{m[2]}", text)
        print(name, table, sep="\n", flush=True)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
