"""Times the main job: `make bench`. Medians of several runs on one core; quote ratios, these clocks are noisy.

1. the compiled engine: a simulated day and night, then ten minutes of inversion (no imports, no files);
2. the same for the circulation: ten minutes inverted, every beat, with reflexes, head and eye;
3. `biomech run` as a whole process, warm;
4. the same for the first time ever: with an empty folder of compiled code;
5. `biomech --help`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 9
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def engine() -> list[float]:
    """Seconds of the march alone."""
    from biomech import scenario, simulation
    from biomech.spine.model import SpineModel

    quick = {"session.hold_s": 600, "history.awake_h": 0, "history.upright_after_min": 0}
    spec = scenario.read("table_60", quick)
    person = simulation.person_of(spec)
    start, courses, _ = simulation.courses_of(spec, person)
    model = SpineModel(person)
    seconds = []
    for _ in range(RUNS + 1):
        before = time.perf_counter()
        list(model.march(start, courses, 0.0))
        seconds.append(time.perf_counter() - before)
    return seconds[1:]


def circulation() -> list[float]:
    """Seconds of ten minutes beat by beat, head and eye included."""
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
        before = time.perf_counter()
        beats = model.phase(state, lying, Turn("inverted", boots, 10.0, 590.0), 0.0, 600.0)
        follow_head(model, [rest, beats])
        seconds.append(time.perf_counter() - before)
    return seconds[1:]


def process(*tokens: str) -> list[float]:
    """Seconds of a whole process, after one warm-up."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(RUNS // 2 + 2):
            before = time.perf_counter()
            subprocess.run([sys.executable, "-m", "biomech", *tokens], cwd=folder, check=True, capture_output=True)
            seconds.append(time.perf_counter() - before)
    return seconds[1:]


def first_ever() -> list[float]:
    """Seconds of a whole process that has to compile everything; more than one core may help."""
    seconds = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            env = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"} | {"BIOMECH_CACHE": folder}
            before = time.perf_counter()
            subprocess.run([sys.executable, "-m", "biomech", "run", "table_60"], cwd=folder, env=env, check=True, capture_output=True)
            seconds.append(time.perf_counter() - before)
    return seconds


def main() -> None:
    """Print a table of medians with the fastest and slowest run."""
    os.environ.update(ONE_CORE)
    rows = [
        ("engine: day, night, 10 min inversion", engine()),
        ("circulation: 10 min, every beat", circulation()),
        ("biomech run table_60, whole process", process("run", "table_60")),
        ("biomech run table_60, first run ever", first_ever()),
        ("biomech --help", process("--help")),
    ]
    for name, seconds in rows:
        print(f"{name:40s} median {statistics.median(seconds):.3f} s   ({min(seconds):.3f} … {max(seconds):.3f}, n = {len(seconds)})")


if __name__ == "__main__":
    main()
