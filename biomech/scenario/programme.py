"""Weeks of sessions with daily life between them, as phases.

Every day begins with getting up: standing a minute ("morning"), standing the rest of an hour, sitting, standing until the session; the
session's holds and rests, or in their place standing for as long; standing a minute again ("after"), the rest of the day, and the night
lying. Day 1 is a Monday.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from biomech.errors import InputError
from biomech.scenario.phases import EVERYDAY_RAMP_S, LYING_DEG, UPRIGHT_DEG, Phase, everyday, history, sets
from biomech.scenario.spec import Programme, Scenario

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86400.0
MORNING, BEFORE, AFTER = "morning", "before", "after"  # moments that are read off, at the end of these phases


def weeks(scenario: Scenario) -> int:
    """All weeks of all blocks."""
    return sum(block.weeks for block in scenario.programme)


def past_of(scenario: Scenario) -> list[Phase]:
    """The days and nights before; without hours upright on the last day, because a programme begins in the morning."""
    past = scenario.model_copy(update={"history": scenario.history.model_copy(update={"days": max(scenario.history.days, 1)})})
    return list(history(past))[:-1]


def weeks_of(scenario: Scenario, sessions: bool = True) -> Iterator[tuple[Programme, list[Phase]]]:
    """Block and phases of every week; without ``sessions`` the same life with standing in their place."""
    week: list[Phase] = []
    for day, block, held in days(scenario):
        week += _day(scenario, block, day, held and sessions, held)
        if day % len(WEEK) == 0:
            yield block, week
            week = []


def days(scenario: Scenario) -> Iterator[tuple[int, Programme, bool]]:
    """Number (from 1), block, and whether there is a session, of every day."""
    day = 0
    for block in scenario.programme:
        for _ in range(block.weeks):
            for name in WEEK:
                day += 1
                yield day, block, name in block.days


def session_phases(scenario: Scenario, block: Programme) -> list[Phase]:
    """Holds and rests of a session of a block."""
    assert scenario.session is not None
    own = {key: getattr(block, key) for key in ("angle_deg", "hold_s", "sets") if getattr(block, key) is not None}
    return list(sets(scenario.model_copy(update={"session": scenario.session.model_copy(update=own)})))


def _day(scenario: Scenario, block: Programme, day: int, session: bool, slot: bool) -> Iterator[Phase]:
    awake_s = DAY_S - scenario.history.sleep_h * HOUR_S
    held = session_phases(scenario, block)
    slot_s = sum(p.total_s for p in held) if slot else 0.0
    used = 0.0

    def part(name: str, seconds: float, posture: str = "standing") -> Iterator[Phase]:
        nonlocal used
        if seconds > EVERYDAY_RAMP_S:
            used += seconds
            phase = everyday(scenario, f"day {day}: {name}", UPRIGHT_DEG, seconds - EVERYDAY_RAMP_S, EVERYDAY_RAMP_S, "daily")
            yield replace(phase, equipment=posture)

    at_s = block.session_at_h * HOUR_S
    sitting_s = block.sitting_h * HOUR_S
    if at_s + slot_s + 2 * MINUTE_S > awake_s or sitting_s + slot_s + HOUR_S > awake_s:
        raise InputError("the day is too short for it", key="programme", hint="less session_at_h, sitting_h or sleep_h")
    yield from part(MORNING, MINUTE_S)
    yield from part("standing", min(HOUR_S, at_s) - MINUTE_S)
    early = min(sitting_s, max(at_s - used - HOUR_S / 6, 0.0))
    yield from part("sitting", early, "sitting")
    yield from part(BEFORE, at_s - used)
    if session:
        yield from (replace(p, name=f"day {day}: {p.name}") for p in held)
        used += slot_s
    else:
        yield from part("standing", slot_s)
    yield from part(AFTER, MINUTE_S)
    yield from part("sitting", sitting_s - early, "sitting")
    yield from part("standing", awake_s - used)
    yield everyday(scenario, f"day {day}: night", LYING_DEG, scenario.history.sleep_h * HOUR_S - EVERYDAY_RAMP_S, EVERYDAY_RAMP_S, "daily")
