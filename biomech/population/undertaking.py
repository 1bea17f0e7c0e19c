"""Many cases from plan to result: what is finished already is read, the rest is simulated, all is put together."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from biomech.errors import SimulationError
from biomech.population import executor
from biomech.population.executor import Cases
from biomech.population.job import Job, digest, is_side_by_side_ready
from biomech.population.store import Gathered, Store
from biomech.results.storage import save

#: called with the number of finished cases, of those found finished at the start, and of all
Progress = Callable[[int, int, int], None]

COMPILING = "compiling the circulation for four persons side by side, once (10 to 40 seconds) …"
LARGEST_CHUNK = 48  # full rows of the circulation, which marches four persons side by side
CHUNKS_PER_WORKER = 8


@dataclass(frozen=True)
class Means:
    """Where and how the work is done; none of it can change a number.

    With more than one worker a script needs ``if __name__ == "__main__":``, as for all processes in Python.
    """

    workers: int = 1
    cluster: str | None = None
    chunk: int | None = None
    progress: Progress | None = None
    say: Callable[[str], None] | None = None  # told what takes long before the first case is finished


def undertake(job: Job, count: int, cases: Cases, about: str, output: str | Path | None, means: Means) -> Gathered:
    """Simulate ``count`` cases.

    Parameters
    ----------
    cases : callable
        The cases from one number to another.
    about : str
        Describes all cases; chunks left by an interrupted run are used if it had the same job and description.
    output : path, optional
        The file the result will be written to; chunks are kept beside it until `finish`. Without it they are kept in a temporary folder.
    """
    with ExitStack() as stack:
        if output is None:
            output = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "cases.nc"
        size = means.chunk or chunk_size(count, means.workers)
        store = Store(Path(output), digest(job, about), count, size)
        missing = store.missing()
        done = found = count - sum(stop - start for start, stop in missing)
        if means.progress:
            means.progress(done, found, count)
        if means.say and means.cluster is None and missing and not is_side_by_side_ready(job, min(size, count)):
            means.say(COMPILING)
        for block in executor.run(job, missing, cases, workers=means.workers, cluster=means.cluster):
            store.write(block)
            done += block.stop - block.start
            if means.progress:
                means.progress(done, found, count)
        gathered = Gathered(store)
    if len(gathered.failures) == count:
        raise SimulationError(f"none of {count} cases could be simulated; the first: {gathered.failures[min(gathered.failures)]}")
    return gathered


def chunk_size(count: int, workers: int) -> int:
    """Small enough to share out evenly and to lose little, large enough to keep few files."""
    return max(1, min(LARGEST_CHUNK, -(-count // (CHUNKS_PER_WORKER * workers))))


def finish(data: xr.Dataset, output: str | Path | None) -> xr.Dataset:
    """Write a result, then remove the chunks beside it; nothing without a place for it."""
    if output is not None:
        save(data, output)
        shutil.rmtree(Path(output).with_suffix(".parts"), ignore_errors=True)
    return data
