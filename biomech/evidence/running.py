"""Simulate the cases of all studies, each only once, on all cores."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context

import numpy as np
import xarray as xr

from biomech import scenario
from biomech.compiled import is_compiled
from biomech.errors import BiomechError
from biomech.evidence.catalog import Entry, read
from biomech.evidence.derived import CIRCULATION
from biomech.evidence.readout import Readings, readings, timeline
from biomech.evidence.study import Cohort

#: study, case, number in the sample, what was read
Reading = tuple[str, str, int, Readings]
Factors = Mapping[str, float]
#: called with the number of finished simulations, of those found finished at the start (none), and of all
Progress = Callable[[int, int, int], None]

SEED = 1985  # of the sample of a cohort
#: of mass and stature between adults of one sex: assumed before any study was simulated (models/population has 0.47 and 0.54 measured)
CORRELATION = 0.45


@dataclass
class Job:
    """One simulation, and who wants to read it."""

    text: str
    circulation: bool
    factors: Factors = field(default_factory=dict)  # on fitted values; empty: as they stand
    readers: list[tuple[str, str, int]] = field(default_factory=list)  # study, case, number in the sample


def persons(cohort: Cohort, mass: float, stature: float) -> Iterator[tuple[float, float]]:
    """Mass and stature of the persons to simulate: the mean person, or a Latin hypercube of the study's spread."""
    n = cohort.sample
    if n == 1:
        yield mass, stature
        return
    from scipy.stats import norm

    rng = np.random.default_rng(SEED)
    quantile = norm.ppf((np.arange(n) + 0.5) / n)
    a, b = quantile, rng.permutation(quantile)
    tall, heavy = a, CORRELATION * a + np.sqrt(1.0 - CORRELATION**2) * b
    mass_sd = cohort.mass_kg.sd if cohort.mass_kg else 0.0
    stature_sd = cohort.stature_m.sd if cohort.stature_m else 0.0
    for z_mass, z_stature in zip(heavy, tall, strict=True):
        yield float(round(mass + mass_sd * z_mass, 2)), float(round(stature + stature_sd * z_stature, 3))


def jobs_of(entries: Sequence[Entry]) -> list[Job]:
    """Every different simulation the studies need."""
    jobs: dict[tuple[str, bool], Job] = {}
    for entry in entries:
        for case, spec in entry.cases.items():
            wanted = {
                q.simulated.variable for q in entry.study.quantity if case in (q.simulated.case, q.simulated.against_case)
            }
            for circulation in (False, True):
                mine = {v for v in wanted if (v in CIRCULATION) == circulation}
                if not mine:
                    continue
                people = persons(entry.study.cohort, spec.person.mass_kg, spec.person.stature_m)
                for number, (mass, stature) in enumerate(people):
                    person = spec.person.model_copy(update={"mass_kg": mass, "stature_m": stature})
                    # the title does not change the physics: the same day upright serves several studies
                    text = spec.model_copy(update={"title": "study", "person": person}).to_toml()
                    job = jobs.setdefault((text, circulation), Job(text, circulation))
                    job.readers.append((entry.name, case, number))
    return list(jobs.values())


def run_job(job: Job) -> list[Reading]:
    """Simulate one job and read what every study wants of it."""
    from biomech.simulation import simulate

    spec = scenario.read(job.text)
    data = _moved(spec, job.factors) if job.factors else simulate(spec, only="circulation" if job.circulation else "spine").data
    clock = timeline(spec)
    return [
        (name, case, number, readings(data, clock, read(name).study, case, job.circulation))
        for name, case, number in job.readers
    ]


def _moved(spec: scenario.Scenario, factors: Factors) -> xr.Dataset:
    """The spine of a scenario with fitted values moved."""
    from biomech.evidence.uncertainty import moved
    from biomech.results import dataset
    from biomech.simulation import courses_of, person_of
    from biomech.spine.model import SpineModel
    from biomech.spine.parameters import load

    person = person_of(spec)
    start, courses, phases = courses_of(spec, person)
    history = sum(p.total_s for p in phases if p.role == "history")
    model = SpineModel(person, parameters=moved(load(person), factors))
    return dataset.build(model.subject, list(model.march(start, courses, -history))).to_xarray()


def run_moved(
    entries: Sequence[Entry], moves: Sequence[Factors], progress: Progress | None = None, workers: int | None = None
) -> list[dict[str, list[Readings]]]:
    """What `run_all` gives, once for every set of factors on the spine's fitted values; only what the spine says."""
    spine = [job for job in jobs_of(entries) if not job.circulation]
    jobs = [replace(job, factors=factors) for factors in moves for job in spine]
    found = _run(jobs, progress, workers)
    n = len(spine)
    return [_gathered(entries, [r for job in found[k * n : (k + 1) * n] for r in job]) for k in range(len(moves))]


def run_all(entries: Sequence[Entry], progress: Progress | None = None, workers: int | None = None) -> dict[str, list[Readings]]:
    """Readings of every study, one dictionary for each person of its sample.

    Raises
    ------
    SimulationError
        A case could not be simulated; says which study.
    """
    return _gathered(entries, [r for job in _run(jobs_of(entries), progress, workers) for r in job])


def _gathered(entries: Sequence[Entry], found: Sequence[Reading]) -> dict[str, list[Readings]]:
    """By study and person."""
    out: dict[str, list[Readings]] = {e.name: [{} for _ in range(e.study.cohort.sample)] for e in entries}
    for name, _, number, values in found:
        out[name][number] |= values
    return out


def _run(jobs: Sequence[Job], progress: Progress | None, workers: int | None) -> list[list[Reading]]:
    """Every job on all cores; in the order of the jobs."""
    out: list[list[Reading]] = [[] for _ in jobs]
    done = 0

    def keep(k: int, result: Callable[[], list[Reading]]) -> None:
        nonlocal done
        out[k] = _told(jobs[k], result)
        done += 1
        if progress:
            progress(done, 0, len(jobs))

    from biomech.spine.kernels.ahead import ENTRIES, KERNELS

    # long cases first, so that no core waits for the other at the end
    order = sorted(range(len(jobs)), key=lambda k: _length(jobs[k]), reverse=True)
    count = min(workers or os.cpu_count() or 1, len(jobs))
    alone = 0 if is_compiled(KERNELS, *ENTRIES) else 1  # or every worker would compile the same code
    if count <= 1:
        alone = len(jobs)
    for k in order[:alone]:
        keep(k, partial(run_job, jobs[k]))
    if alone == len(jobs):
        return out
    # spawn: compiled code and open files are not inherited half-way
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(run_job, jobs[k]): k for k in order[alone:]}
        try:
            for future in as_completed(futures):
                keep(futures[future], future.result)
        except BrokenProcessPool:
            raise BiomechError("a worker process died (out of memory?): try --workers 1") from None
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return out


def _told(job: Job, result: Callable[[], list[Reading]]) -> list[Reading]:
    """The result, or the error with the study it belongs to."""
    try:
        return result()
    except BiomechError as error:
        error.add_note(f"while simulating {', '.join(f'{name}/{case}' for name, case, _ in job.readers)}")
        raise


def _length(job: Job) -> float:
    """A guess of what a job costs: phases of the spine, seconds of heartbeat."""
    phases = scenario.read(job.text).phases()
    seconds: float = sum(p.total_s for p in phases)
    return math.sqrt(seconds) * (10.0 if job.circulation else 1.0) + 20.0 * len(phases)
