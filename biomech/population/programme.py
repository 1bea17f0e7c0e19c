"""`biomech programme`: weeks of sessions with daily life between them. What a session gains, what is left, whether anything adds up.

The same weeks are simulated twice, with the sessions and with standing in their place. What the sessions have done by a morning is the
difference between the two on that morning: it is not mixed up with what the days themselves do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from biomech import scenario
from biomech.errors import InputError
from biomech.library.anatomy import LUMBAR_LEVELS
from biomech.population.frame import COMPUTED, common
from biomech.population.job import Job
from biomech.results import dataset
from biomech.results.storage import save
from biomech.scenario.programme import AFTER, BEFORE, MORNING, days, past_of, session_phases, weeks, weeks_of
from biomech.simulation import courses_of, person_of
from biomech.spine.kernels.layout import Record
from biomech.spine.model import TOLERANCE, Piece, SpineModel

Floats = NDArray[np.float64]
Progress = Callable[[float, str], None]

QUANTITIES = {
    "stature": ("mm", "vertex above the soles"),
    "lumbar_discs": ("mm", "sum of the five lumbar disc heights"),
    "water": ("%", "mean water content of the lumbar discs against the rested state"),
}
SETTLED = 1.0e-8  # m and rad: a hundred thousandth of a millimetre


def programme(source: str | Path | scenario.Scenario, *, output: str | Path | None = None, progress: Progress | None = None) -> xr.Dataset:
    """Simulate a programme of the spine.

    Parameters
    ----------
    source : path, name of a shipped scenario, or Scenario
        With [session] and [[programme]].
    output : path, optional
        Where to write.

    Returns
    -------
    xarray.Dataset
        Over ``day`` (1 is the first Monday): of stature, lumbar discs and water ``…_morning`` (a minute after getting up), ``…_left``
        (against the same morning without sessions), and on days with a session ``…_gain`` (a minute after standing up again against
        just before) and ``…_net`` (the same less what standing for as long would have changed).
    """
    spec = scenario.read(source)
    if not spec.programme:
        raise InputError(
            "has no [[programme]]",
            str(source) if isinstance(source, str | Path) else None,
            key="programme",
            hint="see scenarios/kim_60.toml",
        )
    with_sessions = _march(spec, True, progress, 0.0)
    without = _march(spec, False, progress, 0.5)
    held = np.array([session for _, _, session in days(spec)])
    data: dict[str, Any] = {}
    for name, (unit, words) in QUANTITIES.items():
        lived, control = with_sessions[name], without[name]
        gain, standing = lived[AFTER] - lived[BEFORE], control[AFTER] - control[BEFORE]
        for key, values, said in (
            ("morning", lived[MORNING], "one minute after getting up"),
            ("left", lived[MORNING] - control[MORNING], "one minute after getting up, against the same morning without sessions"),
            ("gain", np.where(held, gain, np.nan), "one minute after standing up from the session against just before it"),
            ("net", np.where(held, gain - standing, np.nan), "gain less what standing for as long would have changed"),
        ):
            data[f"{name}_{key}"] = ("day", values, {"units": unit, "long_name": f"{words}, {said}", "source": COMPUTED})
    data["session"] = ("day", held.astype(np.int8), {"units": "1", "long_name": "1: a day with a session"})
    blocks = [[p.name, p.angle_deg] for p in session_phases(spec, spec.programme[-1])]
    attrs = {"kind": "programme", "last_session": json.dumps(blocks, ensure_ascii=False), "weeks": weeks(spec)}
    found = xr.Dataset(data, coords={"day": np.arange(1, held.size + 1)}, attrs={**common(Job(spec.to_toml(), "spine"), {}), **attrs})
    if output is not None:
        save(found, Path(output))
    return found


def _march(spec: scenario.Scenario, sessions: bool, progress: Progress | None, begin: float) -> dict[str, dict[str, Floats]]:
    """Quantity → moment of the day → values by day."""
    person = person_of(spec)
    past = past_of(spec)
    start, before_it, _ = courses_of(spec, person, past)
    model = SpineModel(person, tolerance=TOLERANCE * spec.solver.tolerance)
    state, _, _ = model.settled(start, -sum(p.total_s for p in past))
    stance = start
    for course in before_it:
        model.phase(state, stance, course)
        stance = course.stance
    kept: dict[str, list[Piece]] = {MORNING: [], BEFORE: [], AFTER: []}
    week: dict[str, list[Piece]] = {}
    block, settled = None, False
    for number, (this, phases) in enumerate(weeks_of(spec, sessions)):
        if progress is not None:
            progress(begin + 0.5 * number / weeks(spec), f"week {number + 1}")
        if this is not block:
            block, settled, week = this, False, {}
        if not settled:
            last, week = week, {moment: [] for moment in kept}
            for course in courses_of(spec, person, phases)[1]:
                piece = model.phase(state, stance, course)
                stance = course.stance
                moment = course.name.rpartition(": ")[2]
                if moment in week:
                    week[moment].append(piece._replace(record=Record(*(a[-1:].copy() for a in piece.record))))
            settled = bool(last) and _alike(last[MORNING], week[MORNING])
        for moment, pieces in week.items():
            kept[moment] += pieces
    out: dict[str, dict[str, Floats]] = {name: {} for name in QUANTITIES}
    for moment, pieces in kept.items():
        data = dataset.build(model.subject, pieces).to_xarray()
        discs = data.sel(level=list(LUMBAR_LEVELS))
        out["stature"][moment] = data["stature"].values
        out["lumbar_discs"][moment] = discs["disc_height"].sum("level").values
        out["water"][moment] = discs["water_content"].mean("level").values
    return out


def _alike(one: list[Piece], other: list[Piece]) -> bool:
    """Is a week like the one before, to far less than anything that is told? Then it stands for the rest of its block."""
    return all(float(np.abs(a.record.strain - b.record.strain).max()) < SETTLED for a, b in zip(one, other, strict=True))


def accumulates(data: xr.Dataset) -> tuple[float, float]:
    """What is left in stature the morning after a session, in the first and in the last week (means)."""
    after = np.flatnonzero(data["session"].values[:-1]) + 1
    left = data["stature_left"].values
    first, last = after[after < 7], after[after >= len(left) - 7]
    if not first.size or not last.size:
        return float("nan"), float("nan")
    return float(left[first].mean()), float(left[last].mean())
