"""Simulating from the command line: progress on a terminal, and the one-time word about compiling."""

import sys
from typing import TYPE_CHECKING

from biomech.results.result import Result
from biomech.scenario import Scenario

if TYPE_CHECKING:
    from biomech.simulation import Half


def say_if_compiling() -> None:
    """The first run ever compiles the engine; nobody should wonder what takes so long."""
    from biomech.compiled import is_compiled
    from biomech.spine.kernels.ahead import ENTRIES, KERNELS

    if not is_compiled(KERNELS, *ENTRIES):
        print("compiling the engine, once (20 to 30 seconds) …", file=sys.stderr, flush=True)


def simulate_with_progress(spec: Scenario, label: str = "", only: "Half | None" = None, flexibility: bool = False) -> Result:
    """Simulate a scenario; a progress bar on stderr if that is a terminal."""
    from biomech import simulate

    say_if_compiling()
    if not sys.stderr.isatty():
        return simulate(spec, only=only, flexibility=flexibility)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label or spec.title, total=1.0)
        return simulate(
            spec, only=only, flexibility=flexibility,
            progress=lambda share, name: bar.update(task, completed=share, description=f"{label or spec.title}: {name}"),
        )
