"""`biomech optimize`: the session that gives most of one measure while others stay within limits; or what must be paid for what.

Sessions are dear and their measures smooth, so the search runs on a surrogate: a thin-plate spline through all sessions simulated so far,
started on a Latin hypercube. Each round simulates where the spline promises most within the limits, and at the loneliest promising point;
it ends when the best session no longer improves. What is reported has been simulated, never interpolated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from biomech import scenario
from biomech.errors import InputError, SimulationError
from biomech.population import executor
from biomech.population.axis import Axis, Case, case, parse_axes
from biomech.population.frame import COMPUTED, common
from biomech.population.job import Block, Job, bendable, check, digest
from biomech.population.store import Store
from biomech.population.summary import INEQUALITY
from biomech.population.undertaking import Means, finish
from biomech.simulation import Half

Floats = NDArray[np.float64]

START_PER_KEY, LEAST_START = 4, 8
CANDIDATES = 4096  # points at which the spline is asked
OF_FRONT = 4  # points a round simulates of it
ROUNDS, ENOUGH = 12, 3  # rounds at most; and without improvement, before the search ends
SETTLED = 0.002  # of the spread of the objective: less is no improvement
MOST_SESSIONS = 10_000  # that can be kept
ASKED = "asked"  # column of a kept session that says where it is


@dataclass(frozen=True)
class Condition:
    """``MEASURE <= NUMBER`` or ``MEASURE >= NUMBER``."""

    measure: str
    sign: str
    limit: float

    def excess(self, values: Floats) -> Floats:
        """How far values are beyond the limit; 0 or less is within."""
        return (values - self.limit) * (1.0 if self.sign in ("<=", "<") else -1.0)


def parse_condition(text: str) -> Condition:
    """Read one ``--subject-to``."""
    found = INEQUALITY.fullmatch(text.strip())
    try:
        if found:
            return Condition(found[1], found[2], float(found[3]))
    except ValueError:
        pass
    raise InputError(f'"{text}" is no condition', key="--subject-to", allowed='MEASURE <= NUMBER or MEASURE >= NUMBER: "iop_mmHg <= 25"')


class Search:
    """Sessions simulated so far, and the spline through them.

    With ``output`` every finished session is kept beside it. The points follow from seed and outcomes, so an interrupted search asks
    for the same ones again and finds them there. Each says where it is: a search with other limits or spans takes those that fit.
    """

    def __init__(self, job: Job, axes: Sequence[Axis], measures: Sequence[str], means: Means, output: Path | None = None) -> None:
        self.job, self.axes, self.names, self.means = job, tuple(axes), tuple(dict.fromkeys(measures)), means
        self.store = None if output is None else Store(output, digest(job, "optimize"), MOST_SESSIONS, 1)
        self.found = 0  # sessions that were not simulated here
        self.points = np.empty((0, len(axes)))
        self.values = np.empty((0, len(self.names)))
        self.units: dict[str, tuple[str, str]] = {}
        self.failures: dict[int, str] = {}
        self.levels: tuple[str, ...] = ()

    def cases(self, points: Floats) -> list[Case]:
        """Cases at points of the unit cube."""
        return [case(zip((a.key for a in self.axes), map(self.at, self.axes, map(float, p)), strict=True)) for p in points]

    @staticmethod
    def at(axis: Axis, share: float) -> Any:
        """A value of a key; whole numbers where both ends are."""
        value = axis.at(share)
        whole = axis.span is not None and axis.key.endswith(("sets", "repeat", "days"))
        return round(value) if whole else value

    def simulate(self, points: Floats) -> None:
        """Simulate at points of the unit cube, and keep what came out."""
        made = self.cases(points)
        before = len(self.points)
        kept = [self._kept(before + i, one) for i, one in enumerate(made)]
        spans = [(before + i, before + i + 1) for i, block in enumerate(kept) if block is None]
        self.found += len(points) - len(spans)
        fresh = executor.run(
            self.job, spans, lambda a, b: made[a - before : b - before], workers=self.means.workers, cluster=self.means.cluster
        )
        values = np.full((len(points), len(self.names)), np.nan)
        for done, block in enumerate(chain(filter(None, kept), map(self._keep(made, before), fresh)), start=before + 1):
            self.failures |= block.failures
            if block.start not in block.failures:
                values[block.start - before] = [self._value(block, name) for name in self.names]
            if self.means.progress:
                self.means.progress(done, self.found, before + len(points))
        self.points = np.vstack([self.points, points])
        self.values = np.vstack([self.values, values])

    def _kept(self, number: int, asked: Case) -> Block | None:
        """Session ``number`` as it stands on disk, if it is the one that is asked for."""
        block = self.store.read((number, number + 1)) if self.store else None
        return block if block and block.words.get(ASKED) == _described(asked) else None

    def _keep(self, made: Sequence[Case], before: int) -> Callable[[Block], Block]:
        def keep(block: Block) -> Block:
            if self.store:
                block.put(0, ASKED, 0.0, _described(made[block.start - before]))
                self.store.write(block)
            return block

        return keep

    def _value(self, block: Block, name: str) -> float:
        level, colon, plain = name.rpartition(":")
        if plain not in block.columns or plain == ASKED or (colon and level not in block.levels) or (not colon and block.words[plain][2]):
            known = sorted(n for n, w in block.words.items() if not w[2] and n != ASKED)
            raise InputError(f"this session has no measure {name!r}", key="--maximize", allowed=[*known, "LEVEL:MEASURE"])
        self.units[name] = block.words[plain][:2]
        column = block.columns[plain][0]
        return float(column[block.levels.index(level)] if colon else column)

    def guess(self, at: Floats) -> Floats:
        """Values of all measures that the spline gives at points, (points, measures)."""
        from scipy.interpolate import RBFInterpolator

        there = np.isfinite(self.values).all(axis=1)
        points, first = np.unique(self.points[there].round(9), axis=0, return_index=True)
        values = self.values[there][first]
        if len(points) <= len(self.axes) + 1:
            raise SimulationError(f"only {len(points)} sessions could be simulated", hint="narrower spans for --vary")
        return np.asarray(RBFInterpolator(points, values, kernel="thin_plate_spline", degree=1)(at))


def _described(asked: Case) -> tuple[str, str, str]:
    """A case as the words of a column."""
    return "", json.dumps([asked.settings, asked.numbers]), ""


def optimize(
    source: str | Path | scenario.Scenario,
    objective: str,
    vary: Sequence[str | Axis],
    *,
    sense: str = "max",
    subject_to: Sequence[str | Condition] = (),
    against: str | None = None,
    seed: int = 0,
    only: Half | None = None,
    flexibility: bool = False,
    output: str | Path | None = None,
    means: Means = Means(),  # noqa: B008
) -> xr.Dataset:
    """Find the best session, or what must be paid for it.

    Parameters
    ----------
    source : path, name of a shipped scenario, or Scenario
    objective : str
        The measure to make as large (or small) as possible.
    vary : sequence of str
        Keys with spans: ``"session.angle_deg=0:90"``.
    sense : {"max", "min"}
    subject_to : sequence of str
        ``"iop_mmHg <= 25"``.
    against : str, optional
        A second measure, to be kept small: the Pareto front between the two is filled too.
    output : path, optional
        Where to write; an interrupted search with the same output goes on where it was.

    Returns
    -------
    xarray.Dataset
        All sessions that were simulated, over ``session``: the keys, the measures, ``within`` (the limits), ``best`` and ``front``.

    Raises
    ------
    SimulationError
        No session within the spans keeps the conditions.
    """
    spec = scenario.read(source)
    axes = parse_axes(vary)
    if not axes or any(a.span is None for a in axes):
        raise InputError("needs spans to search", key="--vary", allowed="KEY=LOW:HIGH")
    conditions = [parse_condition(c) if isinstance(c, str) else c for c in subject_to]
    names = [objective, *(c.measure for c in conditions), *([against] if against else [])]
    job = Job(spec.to_toml(), only, flexibility=flexibility)
    bendable(job)
    search = Search(job, axes, names, means, None if output is None else Path(output))
    for share in (0.0, 1.0):
        check(search.job, search.cases(np.full((1, len(axes)), share))[0])
    sign = 1.0 if sense == "max" else -1.0
    _start(search, seed)
    _seek(search, sign, conditions, against, seed)
    return finish(_told(search, spec, sign, objective, conditions, against), output)


def _start(search: Search, seed: int) -> None:
    from scipy.stats import qmc

    d = len(search.axes)
    inner = qmc.LatinHypercube(d, rng=seed).random(max(LEAST_START, START_PER_KEY * d))
    corners = np.array(np.meshgrid(*[[0.0, 1.0]] * d)).reshape(d, -1).T if d <= 3 else np.empty((0, d))
    search.simulate(np.vstack([corners, inner]))


def _seek(search: Search, sign: float, conditions: Sequence[Condition], against: str | None, seed: int) -> None:
    best, stale = -np.inf, 0
    for number in range(ROUNDS):
        score, within = _score(search, sign, conditions)
        now = float(score[within].max()) if within.any() else -np.inf
        spread = float(np.nanmax(score) - np.nanmin(score)) or 1.0
        stale = 0 if not np.isfinite(best) or now > best + SETTLED * spread else stale + 1
        best = max(best, now)
        if stale >= ENOUGH:
            return
        rng = np.random.default_rng([seed, number])
        at = rng.random((CANDIDATES, len(search.axes)))
        if within.any():
            near = search.points[within][int(np.argmax(score[within]))]
            local = near + rng.normal(scale=0.3 / (number + 2), size=(CANDIDATES // 2, len(search.axes)))
            at = np.vstack([at, np.clip(local, 0.0, 1.0)])
        guess = search.guess(at)
        column = {name: guess[:, i] for i, name in enumerate(search.names)}
        excess = _excess(column, conditions)
        promise = np.where(excess <= 0, sign * guess[:, 0], -np.inf)
        order = np.argsort(-promise, kind="stable") if np.isfinite(promise).any() else np.argsort(excess, kind="stable")
        chosen = [at[order[0]]]
        if against is None:
            ahead = at[order[: CANDIDATES // 8]]
            gap = np.min(((ahead[:, None] - search.points[None]) ** 2).sum(axis=2), axis=1)
            chosen.append(ahead[int(np.argmax(gap))])
        else:
            chosen += list(at[_spaced_front(sign * guess[:, 0], column[against], excess)])
        search.simulate(np.unique(np.array(chosen).round(6), axis=0))


def _excess(column: dict[str, Floats], conditions: Sequence[Condition]) -> Floats:
    """The worst excess over all conditions, each in shares of its limit."""
    size = len(next(iter(column.values())))
    parts = [c.excess(column[c.measure]) / max(abs(c.limit), 1e-9) for c in conditions]
    return np.max(parts, axis=0) if parts else np.full(size, -1.0)


def _score(search: Search, sign: float, conditions: Sequence[Condition]) -> tuple[Floats, NDArray[np.bool_]]:
    column = {name: search.values[:, i] for i, name in enumerate(search.names)}
    within = (_excess(column, conditions) <= 0) & np.isfinite(search.values[:, 0])
    return sign * search.values[:, 0], within


def front(gain: Floats, price: Floats) -> NDArray[np.bool_]:
    """Which points are not beaten: no other has at least their gain for less, or more gain for at most their price."""
    out = np.zeros(len(gain), dtype=bool)
    order = np.lexsort((-gain, price))
    best = -np.inf
    for i in order:
        if np.isfinite(gain[i]) and np.isfinite(price[i]) and gain[i] > best:
            out[i] = True
            best = gain[i]
    return out


def _spaced_front(gain: Floats, price: Floats, excess: Floats) -> NDArray[np.int64]:
    """A few points of the front the spline promises, evenly over their price."""
    allowed = np.where(excess <= 0, gain, np.nan)
    there = np.flatnonzero(front(allowed, price))
    if not there.size:
        return there
    wanted = np.linspace(price[there].min(), price[there].max(), OF_FRONT)
    return np.unique([there[int(np.argmin(np.abs(price[there] - w)))] for w in wanted])


def _told(
    search: Search, spec: scenario.Scenario, sign: float, objective: str, conditions: Sequence[Condition], against: str | None
) -> xr.Dataset:
    score, within = _score(search, sign, conditions)
    if not within.any():
        column = {name: search.values[:, i] for i, name in enumerate(search.names)}
        nearest = int(np.nanargmin(_excess(column, conditions)))
        found = ", ".join(f"{c.measure} {column[c.measure][nearest]:.4g} (wanted {c.sign} {c.limit:g})" for c in conditions)
        raise SimulationError(f"no session within these spans keeps all conditions; the nearest of {len(score)} has {found}")
    best = np.zeros(len(score), dtype=np.int8)
    best[int(np.argmax(np.where(within, score, -np.inf)))] = 1
    shown: dict[str, Any] = {}
    for i, axis in enumerate(search.axes):
        values = [search.at(axis, float(p)) for p in search.points[:, i]]
        shown[axis.key] = ("session", np.array(values, dtype=float), {"units": axis.unit, "role": "input", "long_name": axis.key})
    for i, name in enumerate(search.names):
        unit, words = search.units[name]
        shown[name.replace("/", "-")] = ("session", search.values[:, i], {"units": unit, "long_name": words, "source": COMPUTED})
    shown["within"] = ("session", within.astype(np.int8), {"units": "1", "long_name": "1: all conditions are kept"})
    shown["best"] = ("session", best, {"units": "1", "long_name": "1: the best session within the conditions"})
    if against is not None:
        price = search.values[:, search.names.index(against)]
        unbeaten = front(np.where(within, score, np.nan), price).astype(np.int8)
        shown["front"] = ("session", unbeaten, {"units": "1", "long_name": f"1: nothing gives more for as little {against}"})
    attrs = {
        "kind": "optimum", "objective": objective, "sense": "max" if sign > 0 else "min", "against": against or "",
        "conditions": json.dumps([f"{c.measure} {c.sign} {c.limit:g}" for c in conditions]),
        "varied": json.dumps([a.key for a in search.axes]),
    }  # fmt: skip
    return xr.Dataset(shown, attrs={**attrs, **common(search.job, search.failures)})
