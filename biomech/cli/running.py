"""Simulating from the command line: progress on a terminal, and the one-time word about compiling."""

import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from biomech.errors import BiomechError, InputError, SimulationError
from biomech.results.result import Result
from biomech.scenario import Scenario

if TYPE_CHECKING:
    from biomech.checkpoint import Checkpoint
    from biomech.simulation import Half


def say_if_compiling(only: "Half | None" = None) -> None:
    """The first run ever compiles the engine; nobody should wonder what takes so long."""
    from biomech.compiled import import_numba_alone

    import_numba_alone()
    from biomech.simulation import is_ready

    if not is_ready(only):
        say("compiling the engine, once (10 to 40 seconds) …")


def say(words: str) -> None:
    """Tell something at once that is no result."""
    print(words, file=sys.stderr, flush=True)


def simulate_with_progress(
    spec: Scenario, label: str = "", only: "Half | None" = None, flexibility: bool = False, checkpoint: "Checkpoint | None" = None,
) -> Result:
    """Simulate a scenario; a progress bar on stderr if that is a terminal."""
    from biomech import simulate

    say_if_compiling(only)
    if not sys.stderr.isatty():
        return simulate(spec, only=only, flexibility=flexibility, checkpoint=checkpoint)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label or spec.title, total=1.0)
        return simulate(
            spec, only=only, flexibility=flexibility, checkpoint=checkpoint,
            progress=lambda share, name: bar.update(task, completed=share, description=f"{label or spec.title}: {name}"),
        )


def simulate_and_save(
    spec: Scenario, target: Path, only: "Half | None", flexibility: bool = False, found: "Checkpoint | None" = None
) -> Result:
    """Simulate with a checkpoint beside the result (or go on with one that was found), write the result, remove the checkpoint.

    Interrupted, or the disk full: the checkpoint stays, and one line says how to go on. Where the equations cannot be solved it stays
    too, for whoever looks into the reason; going on from there stops at the same moment again, and says so.
    """
    from biomech.compiled import import_numba_alone

    import_numba_alone()
    from biomech.checkpoint import Checkpoint, Task

    keeper = found or Checkpoint(Task(spec.to_toml(), only, flexibility, str(target.resolve())))
    if found is None:
        keeper.begin()
    try:
        result = simulate_with_progress(spec, only=only, flexibility=flexibility, checkpoint=keeper)
        save_result(result, target)
    except InputError:
        keeper.drop()  # of this scenario there will never be a result
        raise
    except SimulationError as error:
        with suppress(BiomechError):  # of a full disk
            keeper.flush()
        again = "; it stopped at the same moment again" if found else ""
        error.checkpoint = f"{keeper.folder}{again}"
        raise
    except (BiomechError, OSError, KeyboardInterrupt) as error:
        with suppress(BiomechError):  # of a full disk the first error tells already
            keeper.flush()
        how = f"go on with: biomech resume {shlex.quote(str(target))}"
        if isinstance(error, KeyboardInterrupt):
            raise KeyboardInterrupt(how) from None
        raise BiomechError(f"{error}; {how}") from error
    keeper.drop()
    return result


def save_result(result: Result, target: Path) -> None:
    """Write a result; over the same run (scenario, numbers, kernels, halves) it keeps the ± drawn for that, another's are said to go."""
    from biomech.results.result import open_result

    if target.exists():
        with suppress(InputError):  # what cannot be read has nothing to keep
            before, now = open_result(target).recorded, result.recorded
            if "uncertainty" in before.attrs:
                same = before.attrs["digest"] == now.attrs["digest"] and all((v in before) == (v in now) for v in ("stature", "iop"))
                if same:
                    now.attrs.setdefault("uncertainty", before.attrs["uncertainty"])
                else:
                    say(f"biomech: {target} held another run with its ±; both are written over")
    result.save(target)


def say_if_the_same(result: Result, digest: str) -> None:
    """Whether a result that was simulated again comes from the very same scenario, numbers and kernels."""
    same = result.recorded.attrs["digest"] == digest
    said = "as in the result" if same else f"not {digest} as in the result: another version, or other model files"
    print(f"biomech: digest {result.recorded.attrs['digest']}, {said}", file=sys.stderr)


def scenario_of(source: str) -> tuple[str | Path, "Half | None", str]:
    """What to simulate, which half of it, and the digest to be met: a result file is simulated as it once was."""
    if Path(source).suffix != ".nc":
        return source, None, ""
    from biomech.results.result import open_result

    data = open_result(source).recorded
    only: Half | None = "circulation" if "stature" not in data else "spine" if "iop" not in data else None
    return str(data.attrs["scenario"]), only, str(data.attrs["digest"])
