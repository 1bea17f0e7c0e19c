"""How far many cases have come: a bar with rate and time left on a terminal, now and then a line in a pipe."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from biomech.viz.words import clock

if TYPE_CHECKING:
    from biomech.population.undertaking import Progress

EVERY_S = 10.0  # between two lines in a pipe


def rate_and_rest(done: int, found: int, total: int, seconds: float) -> tuple[float, float]:
    """Cases in a second, and seconds left; nan before the first case is finished here."""
    here = done - found
    if here <= 0 or seconds <= 0:
        return float("nan"), float("nan")
    rate = here / seconds
    return rate, (total - done) / rate


def in_words(done: int, found: int, total: int, seconds: float) -> str:
    """One line about it."""
    said = f"{done}/{total} cases"
    if found:
        said += f" ({found} from before)"
    rate, rest = rate_and_rest(done, found, total, seconds)
    if rate == rate:
        said += f", {rate:.3g} a second, {clock(rest)} left"
    return said


@contextmanager
def resumable() -> Iterator[None]:
    """Interrupted, say how to go on: around what keeps its finished chunks beside the result it will make."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt("the same command goes on where it was") from None


@contextmanager
def progress_of_cases(what: str) -> Iterator["Progress"]:
    """A callable for `Means.progress`."""
    from biomech.cli.running import say_if_compiling

    say_if_compiling()
    start = time.monotonic()
    if not sys.stderr.isatty():
        said = start

        def line(done: int, found: int, total: int) -> None:
            nonlocal said
            now = time.monotonic()
            if now - said >= EVERY_S or done == total:
                said = now
                print(f"{what}: {in_words(done, found, total, now - start)}", file=sys.stderr, flush=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(TextColumn("{task.description}", markup=False), BarColumn(), console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None)

        def bar(done: int, found: int, total: int) -> None:
            words = f"{what}: {in_words(done, found, total, time.monotonic() - start)}"
            shown.update(task, completed=done, total=total, description=words)

        yield bar
