"""One chunk of cases: simulated, kept as arrays. What workers run, here or on a cluster."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from biomech import library, scenario
from biomech.circulation.piece import Piece
from biomech.circulation.together import WORTH, together
from biomech.compiled import is_compiled
from biomech.errors import InputError, SimulationError
from biomech.population.axis import Case
from biomech.results.limits import sunk_mm
from biomech.results.provenance import fingerprint
from biomech.simulation import BLOOD, Half, is_ready, simulating

if TYPE_CHECKING:
    from biomech.results.recording import Recorded


@dataclass(frozen=True)
class Job:
    """What all cases have in common."""

    scenario: str  # TOML
    only: Half | None = None
    times: tuple[float, ...] = ()  # s, at which courses are kept
    courses: tuple[str, ...] = ()  # variables over time that are kept
    most_sinking_mm: float | None = None  # a person who is lower by more, standing before the session, has buckled
    flexibility: bool = False  # also bend the trunk before and after


@dataclass
class Block:
    """The outcomes of consecutive cases: measures as columns, NaN where a run has none."""

    start: int
    stop: int
    columns: dict[str, NDArray[np.float64]] = field(default_factory=dict)  # (case,) or (case, level) or (case, course_time)
    words: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # unit, definition, further dimension or ""
    levels: tuple[str, ...] = ()
    failures: dict[int, str] = field(default_factory=dict)
    made_by: str = ""

    def put(self, row: int, name: str, value: Any, words: tuple[str, str, str]) -> None:
        """Set what one case has of a column; the first one opens it."""
        if name not in self.columns:
            self.columns[name] = np.full((self.stop - self.start, *np.shape(value)), np.nan)
            self.words[name] = words
        self.columns[name][row] = value


def digest(job: Job, cases: str) -> str:
    """Digest of a whole undertaking; ``cases`` describes all its cases."""
    common = [job.scenario, job.only, job.times, job.courses, job.most_sinking_mm, job.flexibility, cases, fingerprint()]
    return hashlib.sha256(json.dumps(common).encode()).hexdigest()[:16]


def is_side_by_side_ready(job: Job, most: int) -> bool:
    """Whether chunks of at most so many cases will find their circulations' march side by side compiled, or not need it."""
    return job.only == "spine" or most < WORTH or is_compiled(BLOOD, "march.march_side_by_side")


def is_all_ready(job: Job, most: int) -> bool:
    """Whether such chunks will find everything compiled."""
    return is_ready(job.only) and is_side_by_side_ready(job, most)


def run_block(job: Job, start: int, cases: Sequence[Case]) -> Block:
    """Simulate cases, their circulations side by side; a case that cannot be simulated is noted, and the rest goes on."""
    block = Block(start, start + len(cases), made_by=fingerprint())
    outcomes = together([_varied(case, _running(job, case, block, row)) for row, case in enumerate(cases)])
    block.failures = {start + row: str(error) for row, error in enumerate(outcomes) if error is not None}
    return block


def _varied(case: Case, work: Generator[Piece, None, None]) -> Generator[Piece, None, None]:
    """Work that sees the numbers of its case whenever it goes on, and leaves none behind for the others."""
    while True:
        with library.varied(case.variation):
            try:
                piece = next(work)
            except StopIteration:
                return
        yield piece


def bendable(job: Job) -> None:
    """Refuse to bend a spine that is not simulated, before anything else is."""
    if job.flexibility and job.only == "circulation":
        raise InputError("is one of the spine", key="--flexibility", allowed="--only spine, or both halves")


def check(job: Job, case: Case) -> None:
    """Raise what is wrong with the input of a case, without simulating it."""
    try:
        with library.varied(case.variation):
            scenario.read(job.scenario, dict(case.settings)).phases()
    except InputError as error:
        key = (error.key or "").replace("--set", "--vary")
        raise InputError(error.message, error.file, error.line, key, error.allowed, error.hint) from None


def _running(job: Job, case: Case, block: Block, row: int) -> Generator[Piece, None, None]:
    result = yield from simulating(scenario.read(job.scenario, dict(case.settings)), job.only, job.flexibility)
    if job.most_sinking_mm is not None and "stature" in result.recorded:
        _refuse_buckled(result.recorded, job.most_sinking_mm)
    found = result.measures()
    for name, m in found["measures"].items():
        block.put(row, name, m["value"], (m["unit"], m["definition"], ""))
    levels = tuple(found["levels"])
    if levels:
        block.levels = levels
    for name, words in found["level_definitions"].items():
        values = [found["levels"][level].get(name, np.nan) for level in levels]
        block.put(row, name, values, (words["unit"], words["definition"], "level"))
    for name in job.courses:
        if name not in result.recorded:
            continue
        variable = result.recorded[name]
        clock = result.recorded[str(variable.dims[0])].values
        values = np.interp(job.times, clock, variable.values, left=np.nan)
        block.put(row, f"course_{name}", values, (variable.attrs["units"], variable.attrs["long_name"], "course_time"))


def _refuse_buckled(data: Recorded, most_mm: float) -> None:
    """A drawn spine that cannot stand is no person's."""
    sunk = sunk_mm(data)
    if sunk > most_mm:
        raise SimulationError(f"buckles: {sunk:.0f} mm lower standing than lying; not counted")
