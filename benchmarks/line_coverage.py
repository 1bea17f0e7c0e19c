"""Lines of the engine that tests reach: python benchmarks/line_coverage.py. Fails below LEAST.

Without the compiler, so that the lines of kernels count; with the tests that are short then, and one session that goes everywhere
(tests/reliability/short_session.py). The lines that none of them reaches are listed; `make coverage` shows why in docs/reliability.md.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEAST = 90
ENGINE = ("spine", "circulation", "head")
TESTS = (
    "engine/test_disc.py", "engine/test_laws.py", "engine/test_blocks.py", "engine/test_rotation.py", "engine/test_turns.py",
    "engine/test_tangent.py::test_tangent_blocks_are_the_derivative_of_the_residual", "circulation/test_circulation_vessels.py",
    "circulation/test_circulation_network.py", "circulation/test_circulation_places.py", "circulation/test_circulation_data.py",
    "circulation/test_circulation_reflexes.py",
)  # fmt: skip


def main() -> int:
    out = ROOT / "out"
    out.mkdir(exist_ok=True)
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "COVERAGE_FILE": str(out / "coverage")}
    measure = [sys.executable, "-m", "coverage"]
    record = [*measure, "run", "--append", f"--source={','.join(f'biomech.{part}' for part in ENGINE)}"]
    (out / "coverage").unlink(missing_ok=True)
    for job in (
        ["tests/reliability/short_session.py", str(out / "short_session.json")],
        ["-m", "pytest", "-q", "-m", "not slow", "-p", "no:cacheprovider", *(f"tests/{name}" for name in TESTS)],
    ):
        done = subprocess.run([*record, *job], cwd=ROOT, env=environment)
        if done.returncode:
            return done.returncode
    report = [*measure, "report", "--show-missing", "--skip-covered", f"--fail-under={LEAST}"]
    return subprocess.run(report, cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    raise SystemExit(main())
