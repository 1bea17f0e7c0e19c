"""The compiled engine computes what its sources say: a short session by the interpreter gives the same numbers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

# of the largest number of a quantity: sums in another order and fused multiplications; measured 4e-12
BOUND = 1e-9


@pytest.mark.slow
def test_the_interpreter_finds_the_same_session(tmp_path: Path) -> None:
    def run(**environment: str) -> dict[str, list[float]]:
        out = tmp_path / "found.json"
        program = [sys.executable, str(Path(__file__).with_name("short_session.py")), str(out)]
        done = subprocess.run(program, env=os.environ | environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        found: dict[str, list[float]] = json.loads(out.read_text())
        return found

    plain, compiled = run(NUMBA_DISABLE_JIT="1"), run()
    assert plain.keys() == compiled.keys()
    assert len(plain) > 40
    for name, values in plain.items():
        a, b = np.array(values), np.array(compiled[name])
        assert a.shape == b.shape, f"{name}: other steps"
        scale = np.nanmax(np.abs(b), initial=1e-300)
        np.testing.assert_allclose(a, b, rtol=0.0, atol=BOUND * scale, err_msg=name)
