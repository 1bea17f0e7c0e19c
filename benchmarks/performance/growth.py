"""How the cost grows: CPU seconds over bodies, compartments, session length and persons, with fitted exponents."""

import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import engine
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "circulation"))

BODIES = (12, 24, 50, 100, 200)
COMPARTMENTS = (10, 25, 50, 100, 200)
HOLDS = (600.0, 3600.0, 18000.0)  # s
PERSONS = (1, 3, 10)  # and one, for an ensemble needs two
MOST_PERSONS = 10_000


def fastest(work: Callable[[], Any], runs: int = 5) -> float:
    """Least CPU time of several runs, after one to warm up."""
    work()
    seconds = []
    for _ in range(runs):
        before = time.process_time()
        work()
        seconds.append(time.process_time() - before)
    return min(seconds)


def exponent(sizes: Any, seconds: Any) -> float:
    """Slope of log cost over log size."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def bodies() -> list[float]:
    """A hundred fixed steps of a chain of n bodies; two Newton iterations in every stage."""
    from biomech.spine.kernels import layout as L
    from biomech.spine.kernels.march import march
    from biomech.spine.kernels.method import tr_bdf2

    seconds = []
    for n in BODIES:
        c = engine.build("B", n)

        def work(c: engine.Case = c) -> None:
            state = L.State(*(a.copy() for a in c.start))
            status, *_ = march(tr_bdf2(), c.plan, c.drive, state, 1.0, 1.0, 1e-2, 1e-9, c.trial, c.scratch, c.record)
            assert status == 0, status

        seconds.append(fastest(work))
    return seconds


def compartments() -> list[float]:
    """A thousand steps of a row of n vessels, one flowing into the next."""
    import numba
    from networks import LONG, Bench, network, plan_of, still

    from biomech.circulation.kernels.march import step

    @numba.njit
    def steps(plan: Any, drive: Any, clock: Any, volume: Any, scratch: Any) -> Any:
        worst = 0
        for i in range(1000):
            worst = max(worst, step(plan, drive, clock, volume, 1e-3 * i, 1e-3, LONG, 1e-24, False, 0.0, scratch)[0])
        return worst

    seconds = []
    for n in COMPARTMENTS:
        net = network(np.full(n, 1e-8), [(i, i + 1) for i in range(n - 1)], 1e7)
        volume = np.linspace(200e-6, 120e-6, n)
        b = Bench(plan_of(net), still(np.zeros(n)), volume)

        def work(b: Any = b, volume: Any = volume) -> None:
            assert steps(b.plan, b.drive, b.clock, volume.copy(), b.s) == 0

        seconds.append(fastest(work))
    return seconds


def lengths() -> list[float]:
    """Ten times the hold, beat by beat: the circulation of a person in boots; the spine's steps grow with time anyway."""
    from biomech.circulation.model import CirculationModel, Turn
    from biomech.posture.person import Person
    from biomech.posture.stance import stance

    person = Person()
    model = CirculationModel(person)
    lying, table = stance(person, "lying", 0.0), stance(person, "inversion_table", 30.0)
    seconds = []
    for hold in HOLDS:

        def work(hold: float = hold) -> None:
            state, _ = model.settled(lying, 0.0)
            model.phase(state, lying, Turn("inverted", table, 10.0, hold), 0.0, 10.0 + hold)

        seconds.append(fastest(work, 1 if hold > 1e4 else 3))
    return seconds


def persons() -> list[float]:
    """An ensemble of n persons, whole, in this process."""
    from biomech.population.ensemble import ensemble

    return [fastest(lambda n=n: ensemble("table_60", n + 1), 1) for n in PERSONS]  # type: ignore[misc]


def sampled(seconds: list[float]) -> float:
    """Days of one core for ten thousand persons, from the slope of the largest two samples."""
    each = (seconds[-1] - seconds[-2]) / (PERSONS[-1] - PERSONS[-2])
    return MOST_PERSONS * each / 86400.0


def measure() -> dict[str, Any]:
    """All of them; an exponent above the bound says that something is not linear."""
    out: dict[str, Any] = {}
    for name, sizes, work in (
        ("bodies", BODIES, bodies), ("compartments", COMPARTMENTS, compartments), ("seconds of session", HOLDS, lengths),
        ("persons", tuple(n + 1 for n in PERSONS), persons),
    ):
        try:
            seconds = work()
        except Exception as problem:  # one axis less is better than no table
            out[name] = {"failed": f"{type(problem).__name__}: {problem}"}
            continue
        assert all(math.isfinite(s) for s in seconds)
        out[name] = {"sizes": list(sizes), "seconds": seconds, "exponent": exponent(sizes, seconds)}
        if name == "persons":
            out[name]["days_for_10000"] = sampled(seconds)
    return out
