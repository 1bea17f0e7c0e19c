"""From a result to the number a study reports: which variable, at which moment, against what."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from biomech.errors import InputError
from biomech.evidence.derived import CIRCULATION, variable
from biomech.evidence.study import Quantity, Simulated, Study
from biomech.library.suggest import did_you_mean
from biomech.scenario import Scenario

Floats = NDArray[np.float64]
#: (quantity, "at" | "against" | "whole" | "time_to") → value
Readings = dict[tuple[str, str], float]

_MOMENT = re.compile(r"^(?P<before>before )?(?P<name>.+?)(?: \+ (?P<number>\d+(?:\.\d+)?) (?P<unit>s|min|h))?$")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
#: moments every run has; the others are phases
MOMENTS = ("rested", "reference", "end")


@dataclass(frozen=True)
class Timeline:
    """When every phase of a scenario begins, is reached and ends, in s; 0 is the end of the history."""

    spans: dict[str, tuple[float, float, float]]
    end: float
    start: float

    def moment(self, text: str) -> float:
        """The time that a moment of study.toml means."""
        found = _MOMENT.match(text)
        assert found is not None  # the pattern matches any text
        name, number = found["name"], found["number"]
        if name in MOMENTS and not found["before"]:
            if number is not None:
                raise InputError(f"moment {text!r}: only a phase has an inside", allowed=sorted(self.spans))
            return {"rested": self.start, "reference": 0.0, "end": self.end}[name]
        if name not in self.spans:
            known = [*MOMENTS, *self.spans]
            raise InputError(f"moment {text!r}: there is no phase {name!r}", allowed=known, hint=did_you_mean(name, known))
        begin, reached, end = self.spans[name]
        if found["before"]:
            return begin
        if number is None:
            return end
        at = reached + float(number) * _SECONDS[found["unit"]]
        if at > end + 1e-6:
            raise InputError(f"moment {text!r} is after the end of the phase, which lasts {end - reached:g} s")
        return at


def timeline(spec: Scenario) -> Timeline:
    """The phases of a scenario on the clock of its result."""
    phases = spec.phases()
    t = -sum(p.total_s for p in phases if p.role == "history")
    start, end, spans = t, 0.0, {}
    for p in phases:
        spans[p.name] = (t, t + p.ramp_s, t + p.total_s)
        t += p.total_s
        if p.end:
            end = t
    return Timeline(spans, end, start)


def _series(data: xr.Dataset, s: Simulated) -> tuple[Floats, Floats]:
    """Time and value of what a study measured."""
    values = variable(data, s.variable)
    if "side" in values.dims:
        values = values.mean("side")
    dims = [d for d in values.dims if d in ("level", "compartment", "region")]
    if dims:
        values = values.sel({dims[0]: list(s.levels)}) if s.levels else values
        values = getattr(values, s.reduce)(dims[0])
    clock = next(d for d in values.dims if d in ("time", "beat_time"))
    return np.asarray(data[clock].values, float), s.factor * np.asarray(values.values, float)


def _at(time: Floats, x: Floats, moment: float, average: float) -> float:
    """Value at a moment, or its mean over the seconds before."""
    if average > 0:
        inside = (time >= moment - average) & (time <= moment + 1e-6)
        if inside.any():
            return float(x[inside].mean())
    return float(np.interp(moment, time, x))


def readings(data: xr.Dataset, clock: Timeline, study: Study, case: str, circulation: bool) -> Readings:
    """Everything that one half of a simulated case (the spine, or the circulation) says about a study."""
    out: Readings = {}
    for q in study.quantity:
        s = q.simulated
        if (s.variable in CIRCULATION) != circulation or case not in (s.case, s.against_case):
            continue
        wanted = {"at": s.at, "whole": s.whole} if s.case == case else {}
        if (s.against_case or s.case) == case:
            wanted["against"] = s.against
        time, x = _series(data, s)
        for slot, moment in wanted.items():
            if moment:
                out[q.id, slot] = _at(time, x, clock.moment(moment), s.average_s)
        if s.kind == "time_to" and s.case == case:
            assert s.against is not None
            out[q.id, "time_to"] = _time_to(time, x, clock.moment(s.against), clock.moment(s.at), s.fraction)
    return out


def _time_to(time: Floats, x: Floats, begin: float, end: float, fraction: float) -> float:
    """Seconds from `begin` until a share of the change up to `end` has happened."""
    first, last = _at(time, x, begin, 0.0), _at(time, x, end, 0.0)
    inside = (time > begin) & (time <= end)
    share = np.concatenate([[0.0], (x[inside] - first) / (last - first)])
    after = np.concatenate([[0.0], time[inside] - begin])
    done = np.flatnonzero(share >= fraction)
    if not done.size:
        return float("nan")
    k = int(done[0])
    # long phases are recorded sparsely: between two records the change is taken as steady
    return float(np.interp(fraction, share[k - 1 : k + 1], after[k - 1 : k + 1]))


def combine(q: Quantity, found: Readings) -> float:
    """The simulated value of a quantity, from what was read for it."""
    v = {slot: value for (id_, slot), value in found.items() if id_ == q.id}
    kind = q.simulated.kind
    if kind == "value":
        return v["at"]
    if kind == "time_to":
        return v["time_to"]
    change = v["at"] - v["against"]
    if kind == "percent":
        return 100.0 * change / v["against"]
    if kind == "share":
        return 100.0 * change / (v["whole"] - v["against"])
    return change
