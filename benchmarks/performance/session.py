"""Times the main job: `make bench`. Medians of several runs on one core; quote ratios, these clocks are noisy.

1. the compiled engine: a simulated day and night, then ten minutes of inversion (no imports, no files);
2. `biomech run` as a whole process, warm;
3. `biomech --help`.
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


def process(*tokens: str) -> list[float]:
    """Seconds of a whole process, after one warm-up."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(RUNS // 2 + 2):
            before = time.perf_counter()
            subprocess.run([sys.executable, "-m", "biomech", *tokens], cwd=folder, check=True, capture_output=True)
            seconds.append(time.perf_counter() - before)
    return seconds[1:]


def main() -> None:
    """Print a table of medians with the fastest and slowest run."""
    os.environ.update(ONE_CORE)
    rows = [
        ("engine: day, night, 10 min inversion", engine()),
        ("biomech run table_60, whole process", process("run", "table_60")),
        ("biomech --help", process("--help")),
    ]
    for name, seconds in rows:
        print(f"{name:40s} median {statistics.median(seconds):.3f} s   ({min(seconds):.3f} … {max(seconds):.3f}, n = {len(seconds)})")


if __name__ == "__main__":
    main()
