"""`biomech ensemble`: many people, and everything that is not known, through one session."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from biomech import scenario
from biomech.errors import InputError
from biomech.population import persons
from biomech.population.axis import Case
from biomech.population.frame import frame
from biomech.population.grid import few_enough
from biomech.population.job import Job, bendable
from biomech.population.undertaking import Means, finish, undertake
from biomech.population.unknowns import FRICTION, Unknown, deviate, unknowns
from biomech.results.limits import most_sinking_mm
from biomech.simulation import Half

US_ARMY = "us_army_2012"
COURSES = ("lumbar_length", "spine_length", "stature", "heart_rate", "sbp_cuff", "map_brain", "icp", "iop")
BEFORE_S, BEFORE, SESSION, AFTER = 60.0, 3, 60, 40  # moments at which courses are kept
PERSON = {"person.stature_m": "m", "person.mass_kg": "kg", "person.age_years": "years"}


@dataclass(frozen=True)
class Draws:
    """Person number i is the same whatever comes before and after, so that a larger ensemble begins with the smaller one."""

    body: str
    population: persons.Population | None
    unknowns: tuple[Unknown, ...]
    seed: int
    among: tuple[str, ...] = ()  # keys of all that is drawn together; without it, of these

    def one(self, i: int) -> tuple[persons.Drawn | None, NDArray[np.float64]]:
        """Person and deviates of case ``i``."""
        person = self.population.draw(np.random.default_rng([self.seed, i, 0])) if self.population else None
        keys = self.among or tuple(u.key for u in self.unknowns)
        z = deviate(np.random.default_rng([self.seed, i, 1]).random(len(keys)))
        return person, z[[keys.index(u.key) for u in self.unknowns]]

    def case(self, i: int) -> Case:
        """Case ``i`` as a worker takes it."""
        person, z = self.one(i)
        return drawn_case(self.unknowns, z, person, self.body)

    def cases(self, start: int, stop: int) -> list[Case]:
        """Cases from one number to another."""
        return [self.case(i) for i in range(start, stop)]


def drawn_case(known_not: Sequence[Unknown], z: NDArray[np.float64], person: persons.Drawn | None, body: str) -> Case:
    """Settings and numbers of one draw."""
    settings: list[tuple[str, Any]] = []
    if person is not None:
        body = person.body
        settings = [
            ("person.body", person.body), ("person.mass_kg", person.mass_kg), ("person.stature_m", person.stature_m),
            ("person.age_years", person.age_years),
        ]  # fmt: skip
    numbers = []
    for unknown, deviation in zip(known_not, z, strict=True):
        number = unknown.numbers(float(deviation), body)
        if number is not None:
            numbers.append(number)
        elif unknown.key == FRICTION:
            settings.append((FRICTION, unknown.shown(float(deviation), body)))
    return Case(tuple(settings), tuple(numbers))


def ensemble(
    source: str | Path | scenario.Scenario,
    count: int,
    *,
    seed: int = 0,
    population: str = US_ARMY,
    body: str | None = None,
    fixed: bool = False,
    names: Sequence[str] = (),
    only: Half | None = None,
    flexibility: bool = False,
    among: Sequence[str] = (),
    output: str | Path | None = None,
    means: Means = Means(),  # noqa: B008
) -> xr.Dataset:
    """Simulate a scenario for many people, each with other values of what is not known.

    Parameters
    ----------
    source : path, name of a shipped scenario, or Scenario
    count : int
        How many.
    seed : int
        The same seed gives the same people; a larger ensemble begins with the smaller one.
    population : str
        A file of models/population/, or "same": the person of the scenario every time.
    body : str, optional
        Only people with this body.
    fixed : bool
        Leave the numbers of models/ as they are: only people differ.
    names : sequence of str
        Patterns of unknowns to draw, in place of all: ``"models.spine.disc.*"``.
    only : {"spine", "circulation"}, optional
        Simulate one half.
    flexibility : bool, optional
        Also bend the trunk before and after each session.
    among : sequence of str, optional
        Keys of everything that is drawn together, here and in the sessions this one is compared with (`biomech.population.paired`).
    output : path, optional
        Where to write; an interrupted run with the same output goes on where it was.

    Returns
    -------
    xarray.Dataset
        Measures over ``person`` (and ``level``), what was drawn (role "input"), and ``course_…`` over ``course_time``.
    """
    if count < 2:
        raise InputError(f"{count} is no ensemble", key="-n", allowed="2 or more")
    few_enough(count, "-n")
    spec = scenario.read(source)
    people = None if population == persons.SAME else persons.load(population, body)
    bodies = people.bodies if people else (spec.person.body,)
    unknown = () if fixed else tuple(unknowns(spec, bodies, only, names))
    if people is None and not unknown:
        raise InputError("nothing differs between the cases", key="--population", hint="draw people, or the numbers of models/")
    draws = Draws(spec.person.body, people, unknown, seed, tuple(among))
    job = Job(spec.to_toml(), only, course_times(spec), COURSES, most_sinking_mm(), flexibility)
    bendable(job)
    about = json.dumps(["ensemble", seed, population, body, [u.key for u in unknown], count, list(among)])
    gathered = undertake(job, count, draws.cases, about, output, means)
    attrs = {
        "kind": "ensemble", "seed": seed, "population": population, "bodies": json.dumps(bodies),
        "unknowns": json.dumps([u.key for u in unknown]),
    }  # fmt: skip
    data = frame(gathered, {"person": count}, {"person": np.arange(count)}, attrs, job).assign(_inputs(draws, count))
    return finish(data, output)


def course_times(spec: scenario.Scenario) -> tuple[float, ...]:
    """Moments (s) at which courses are kept: a little before, the session evenly, what follows ever more sparsely."""
    end = whole = 0.0
    for phase in spec.phases():
        if phase.role != "history":
            whole += phase.total_s
            end = whole if phase.role != "after" else end
    after = end + np.geomspace(1.0, whole - end + 1.0, AFTER)[1:] - 1.0 if whole > end else np.empty(0)
    return tuple(np.concatenate([np.linspace(-BEFORE_S, 0.0, BEFORE)[:-1], np.linspace(0.0, end, SESSION), after]).tolist())


def _inputs(draws: Draws, count: int) -> dict[str, Any]:
    """What was drawn, as variables over ``person``."""
    drawn = [draws.one(i) for i in range(count)]
    bodies = [draws.body if person is None else person.body for person, _ in drawn]
    out: dict[str, Any] = {}
    if draws.population is not None:
        out["person.body"] = ("person", bodies, {"role": "input", "long_name": "reference body"})
        for key, unit in PERSON.items():
            values = [getattr(person, key.removeprefix("person.")) for person, _ in drawn]
            out[key] = ("person", np.array(values), {"units": unit, "role": "input", "long_name": key})
    for k, unknown in enumerate(draws.unknowns):
        values = [unknown.shown(float(z[k]), b) for (_, z), b in zip(drawn, bodies, strict=True)]
        words = f"{unknown.key}, all rows together, in standard deviations" if unknown.unit == "sd" else unknown.key
        out[unknown.key] = ("person", np.array(values), {"units": unknown.unit, "role": "input", "long_name": words})
    return out
