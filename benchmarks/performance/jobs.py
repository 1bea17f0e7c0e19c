"""What a user waits for: the two engines on their main job, and whole processes.

CPU seconds, also of child processes; `wall` where something may use more than one core.
"""

import os
import subprocess
import sys
import tempfile
import time

RUNS = 9
#: as users have it: what was imported once stays as byte code, and the kernels' cache is where it belongs
USUAL = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "NUMBA_CACHE_DIR")}


def engine() -> list[float]:
    """CPU seconds of the march alone: a day and a night, then ten minutes of inversion (no imports, no files)."""
    from biomech import scenario, simulation
    from biomech.spine.model import SpineModel

    quick = {"session.hold_s": 600, "history.awake_h": 0, "history.upright_after_min": 0}
    spec = scenario.read("table_60", quick)
    person = simulation.person_of(spec)
    start, courses, _ = simulation.courses_of(spec, person)
    model = SpineModel(person)
    seconds = []
    for _ in range(RUNS + 1):
        before = time.process_time()
        list(model.march(start, courses, 0.0))
        seconds.append(time.process_time() - before)
    return seconds[1:]


def circulation() -> list[float]:
    """CPU seconds of ten minutes beat by beat, head and eye included."""
    from biomech.circulation.model import CirculationModel, Turn
    from biomech.posture.person import Person
    from biomech.posture.stance import stance
    from biomech.results.blood import follow_head

    person = Person()
    model = CirculationModel(person)
    lying, boots = stance(person, "lying", 0.0), stance(person, "gravity_boots", 90.0)
    seconds = []
    for _ in range(RUNS + 1):
        state, rest = model.settled(lying, 0.0)
        before = time.process_time()
        beats = model.phase(state, lying, Turn("inverted", boots, 10.0, 590.0), 0.0, 600.0)
        follow_head(model, [rest, beats])
        seconds.append(time.process_time() - before)
    return seconds[1:]


def children() -> float:
    """CPU seconds of all finished child processes."""
    used = os.times()
    return used.children_user + used.children_system


def process(*tokens: str) -> list[float]:
    """CPU seconds of a whole process, after one warm-up."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(RUNS // 2 + 2):
            before = children()
            subprocess.run([sys.executable, "-m", "biomech", *tokens], cwd=folder, env=USUAL, check=True, capture_output=True)
            seconds.append(children() - before)
    return seconds[1:]


def first_ever() -> list[float]:
    """Wall seconds of a whole process that has to compile everything; more than one core may help."""
    seconds = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            env = USUAL | {"BIOMECH_CACHE": folder}
            before = time.perf_counter()
            subprocess.run([sys.executable, "-m", "biomech", "run", "table_60"], cwd=folder, env=env, check=True, capture_output=True)
            seconds.append(time.perf_counter() - before)
    return seconds
