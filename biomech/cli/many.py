"""The verbs that run a scenario many times."""
# ruff: noqa: B006 — cyclopts copies defaults

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from biomech.cli.options import Chunk, Cluster, Json, Measure, Only, Out, Seed, Settings, Vary, Workers

if TYPE_CHECKING:
    from biomech.population.undertaking import Progress


def _means(workers: int | None, cluster: str | None, chunk: int | None, progress: "Progress"):  # type: ignore[no-untyped-def]
    from biomech.errors import InputError
    from biomech.population.undertaking import Means

    for key, value in (("--workers", workers), ("--chunk", chunk)):
        if value is not None and value < 1:
            raise InputError(f"{value} is too few", key=key, allowed="1 or more")
    return Means(workers or os.cpu_count() or 1, cluster, chunk, progress)


def sweep(
    scenario: str,
    /,
    *,
    vary: Vary,
    method: Annotated[
        Literal["grid", "latin", "sobol", "random"], Parameter(help="Every combination, or --samples points of the spans.")
    ] = "grid",
    samples: Annotated[int | None, Parameter(help="How many points (sobol: a power of two).")] = None,
    seed: Seed = 0,
    output: Out = None,
    measure: Measure = None,
    set_: Settings = [],
    json: Json = False,
    only: Only = None,
    workers: Workers = None,
    cluster: Cluster = None,
    chunk: Chunk = None,
) -> None:
    """Simulate a scenario at many values of some keys; interrupted, the same command goes on where it was."""
    from biomech import scenario as scenarios
    from biomech import viz
    from biomech.cli.many_tables import print_sweep, sweep_json
    from biomech.cli.places import writable
    from biomech.cli.progress import progress_of_cases
    from biomech.cli.tables import print_json
    from biomech.population.sweep import sweep as run

    spec = scenarios.read(scenario, set_)
    target = writable(output or Path("out") / f"{Path(scenario).stem}_sweep.nc", (".nc",))
    with progress_of_cases("sweep") as progress:
        means = _means(workers, cluster, chunk, progress)
        data = run(spec, vary, method=method, samples=samples, seed=seed, only=only, output=target, means=means)
    if json:
        print_json(sweep_json(data))
        return
    print_sweep(data, measure)
    print(f"written: {target}")
    print(f"written: {viz.sweep_figure(data, target.with_suffix('.png'), measure)}")
