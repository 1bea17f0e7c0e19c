"""The person against the published warnings: conditions, size, and what the device is made for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from biomech import library
from biomech.library.equipment import holder
from biomech.safety.finding import Finding
from biomech.scenario import Scenario

CONCERNS = ("head_down", "traction", "head_load")


def concerns(spec: Scenario) -> set[str]:
    """What the session does that somebody could be warned of."""
    out = set()
    for phase in spec.phases():
        if phase.role != "session":
            continue
        device = holder(phase.equipment)
        head_down = phase.angle_deg > 0
        stands_on_head = any(s.kind == "load_point" and s.body == "skull" for s in device.support)
        hangs = head_down and any(s.kind in ("clamp", "harness") for s in device.support)
        if head_down:
            out.add("head_down")
        if device.harness or hangs:
            out.add("traction")
        if stands_on_head:
            out.add("head_load")
    return out


def screen_person(spec: Scenario) -> list[Finding]:
    """Contraindications and cautions of a scenario, without simulating it; the gravest first."""
    found = [*_conditions(spec), *_size(spec), *_device(spec)]
    return sorted(found, key=lambda f: ("no", "ask", "unlisted").index(f.advice))


def _conditions(spec: Scenario) -> Iterator[Finding]:
    known = _entries("conditions")
    simulated = library.names("conditions")
    about = concerns(spec)
    for condition in spec.person.conditions:
        entry = known.get(condition.name)
        if entry and about & set(entry["concerns"]):
            yield Finding(
                entry["advice"],
                condition.name,
                entry["words"],
                entry["why"],
                entry["source"],
                entry["place"],
                simulated=condition.name in simulated,
            )
        elif entry is None and about and _of_the_spine(condition.name):
            yield Finding(
                "unlisted",
                condition.name,
                condition.name.replace("_", " "),
                "none of the lists screened here names it by itself; the simulation knows its mechanics, and nothing of pain or nerves",
                "biomech",
                "models/safety/conditions.toml",
            )


def _of_the_spine(name: str) -> bool:
    tables = library.load("conditions", name).tables
    return "grades" in tables or "joints" in tables


def _size(spec: Scenario) -> Iterator[Finding]:
    entry = _entries("sizes").get("obesity")
    limit = library.load("safety", "conditions").quantity("sizes", "obesity", "above")
    if entry is None or limit is None or not concerns(spec) & set(entry["concerns"]):
        return
    index = spec.person.mass_kg / spec.person.stature_m**2
    if index > limit.value:
        yield Finding(
            entry["advice"],
            "obesity",
            f"{entry['words']} {limit.value:g}",
            entry["why"],
            limit.source,
            limit.place,
            unit=limit.unit,
            limit=limit.value,
            worst=index,
        )


def _device(spec: Scenario) -> Iterator[Finding]:
    """What the makers of the device say about its users."""
    for name in sorted({phase.equipment for phase in spec.phases() if phase.role == "session"}):
        file = library.load("equipment", name)
        title = file.title.lower()
        mass = file.quantity("market", "user_mass_limit")
        if mass and spec.person.mass_kg > mass.value:
            yield Finding(
                "no",
                "user_mass_limit",
                f"heavier than the {title} is made for",
                "look at the label of the device",
                mass.source,
                mass.place,
                unit=mass.unit,
                limit=mass.value,
                worst=spec.person.mass_kg,
            )
        stature = file.quantity("market", "user_stature")
        if stature and stature.range and not stature.range[0] <= spec.person.stature_m <= stature.range[1]:
            nearest = stature.range[0] if spec.person.stature_m < stature.range[0] else stature.range[1]
            yield Finding(
                "ask",
                "user_stature",
                f"of a stature the {title} is not made for",
                "the pivot must lie at the centre of mass",
                stature.source,
                stature.place,
                unit=stature.unit,
                limit=nearest,
                worst=spec.person.stature_m,
            )


def _entries(table: str) -> dict[str, Any]:
    """Entries of models/safety/conditions.toml, checked."""
    file = library.load("safety", "conditions")
    entries: dict[str, Any] = file.data.get(table, {})
    if not isinstance(entries, dict):
        raise file.error("is not a table", (table,))
    for name, entry in entries.items():
        if not isinstance(entry, dict):
            raise file.error("is not a table", (table, name))
        needed = ("words", "advice", "concerns", "why") + (() if table == "sizes" else ("source", "place"))
        for key in needed:
            if key not in entry:
                raise file.error("is missing", (table, name, key))
            if not isinstance(entry[key], list if key == "concerns" else str):
                raise file.error(f"is not a {'list' if key == 'concerns' else 'text'}", (table, name, key))
        if entry["advice"] not in ("no", "ask"):
            raise file.error(f"{entry['advice']!r} is no advice", (table, name, "advice"), ("no", "ask"))
        for concern in entry["concerns"]:
            if concern not in CONCERNS:
                raise file.error(f"{concern!r} is nothing a session does", (table, name, "concerns"), CONCERNS)
    return entries
