"""Who does the work: this process, processes of this machine, or a Dask cluster. The same chunks, the same numbers.

Every case is computed by itself, so that neither the number of workers nor the order in which they finish can change a result.
A worker that dies is replaced, and the chunk it had is done again by another.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from biomech.errors import BiomechError, InputError
from biomech.population.axis import Case
from biomech.population.job import Block, Job, is_all_ready, run_block
from biomech.results.provenance import fingerprint

Span = tuple[int, int]
Cases = Callable[[int, int], list[Case]]

MOST_DEATHS = 3  # of workers in a row without a finished chunk in between


def run(job: Job, spans: Sequence[Span], cases: Cases, *, workers: int = 1, cluster: str | None = None) -> Iterator[Block]:
    """Simulate chunks of cases; yields every chunk as soon as it is finished, in any order.

    Parameters
    ----------
    spans : sequence of (first, last + 1)
        The chunks to do.
    cases : callable
        The cases of a chunk.
    workers : int
        Processes on this machine; 1: this process.
    cluster : str, optional
        Address of a Dask scheduler ("tcp://…"), in place of this machine.
    """
    if cluster is not None:
        yield from _on_cluster(job, spans, cases, cluster)
        return
    count = min(workers, len(spans))
    if count <= 1:
        for start, stop in spans:
            yield run_block(job, start, cases(start, stop))
        return
    alone = 0 if is_all_ready(job, max(stop - start for start, stop in spans)) else 1  # or every worker would compile the same code
    for start, stop in spans[:alone]:
        yield run_block(job, start, cases(start, stop))
    yield from _in_processes(job, list(spans[alone:]), cases, count)


def _in_processes(job: Job, spans: list[Span], cases: Cases, count: int) -> Iterator[Block]:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(["biomech.population.job"])
    todo, deaths = spans[::-1], 0
    while todo:
        pool = ProcessPoolExecutor(count, mp_context=context)
        running: dict[Future[Block], Span] = {}
        try:
            while todo or running:
                # a few more than there are workers, so that nobody waits and memory stays bounded
                while todo and len(running) < 2 * count:
                    span = todo.pop()
                    running[pool.submit(run_block, job, span[0], cases(*span))] = span
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    block = future.result()
                    del running[future]
                    deaths = 0
                    yield block
        except BrokenProcessPool:
            deaths += 1
            if deaths >= MOST_DEATHS:
                raise BiomechError("the worker processes keep dying (out of memory?): try --workers 1") from None
            todo += sorted(running.values(), reverse=True)
        finally:
            _stop(pool)


def _stop(pool: ProcessPoolExecutor) -> None:
    """End a pool at once: what its workers are doing is of no use any more."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


def _on_cluster(job: Job, spans: Sequence[Span], cases: Cases, address: str) -> Iterator[Block]:
    if sys.modules.get("dask", "") is None:
        del sys.modules["dask"]  # kept out by the command line until somebody asks for it
    try:
        import distributed
    except ImportError:
        raise InputError("needs Dask", key="--cluster", hint="pip install 'biomech[cluster]'") from None
    dask: Any = distributed  # it has few annotations
    try:
        client = dask.Client(address, timeout="20s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            f"no Dask scheduler answers at {address} ({error})", key="--cluster", allowed="an address such as tcp://host:8786"
        ) from None
    with contextlib.closing(client):
        if not client.scheduler_info()["workers"]:
            client.wait_for_workers(1, timeout=120)
        ready = dask.as_completed(with_results=True, raise_errors=False, loop=client.loop)
        todo = list(spans)[::-1]

        def feed() -> None:
            cores = sum(w["nthreads"] for w in client.scheduler_info()["workers"].values())
            while todo and ready.count() < 2 * max(cores, 1):
                span = todo.pop()
                ready.add(client.submit(run_block, job, span[0], cases(*span), pure=False, retries=MOST_DEATHS))

        feed()
        for future, block in ready:
            if future.status != "finished":
                raise BiomechError(f"a chunk failed on the cluster: {block[1] if isinstance(block, tuple) else block}")
            if block.made_by != fingerprint():
                raise InputError(
                    "the workers have another version of biomech or of models/ than this machine",
                    key="--cluster",
                    hint="install the same version everywhere, and set BIOMECH_MODELS alike",
                )
            future.release()
            feed()
            yield block
