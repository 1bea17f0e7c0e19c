"""The compiled engine computes what its sources say: a short session by the interpreter gives the same numbers."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

#: two devices, an exercise, a moving rest, a hold long enough for the circulation to leap, and how far the trunk bends
PROGRAM = """
import json, sys
from biomech import scenario, simulate
spec = scenario.read("crunches_60", {"history.days": 0, "history.awake_h": 0.01, "history.upright_after_min": 0.1,
    "person.conditions": ["scoliosis", {"name": "degenerated_disc", "level": "L4/L5"}]})
phases = [
    {"equipment": "inversion_table", "angle_deg": 60.0, "ramp_s": 5.0, "duration_s": 4.0},
    {"equipment": "inversion_table", "angle_deg": 60.0, "exercise": "crunch", "repetitions": 1},
    {"equipment": "traction_table", "force_percent_bw": 30.0, "ramp_s": 8.0, "duration_s": 3.0},
    {"equipment": "lying", "ramp_s": 2.0, "duration_s": 1200.0},
]
from biomech.scenario.write import to_toml
import tomllib
data = tomllib.loads(spec.to_toml())
data.pop("equipment", None)
spec = scenario.read(to_toml(data | {"phase": phases}))
found = simulate(spec, flexibility=True).data
json.dump({str(name): v.values.ravel().tolist() for name, v in found.variables.items() if v.dtype.kind == "f"}, sys.stdout)
"""


@pytest.mark.slow
def test_the_interpreter_finds_the_same_session(tmp_path) -> None:
    def run(**environment: str) -> dict[str, list[float]]:
        done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, env=os.environ | environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        found: dict[str, list[float]] = json.loads(done.stdout)
        return found

    plain, compiled = run(NUMBA_DISABLE_JIT="1"), run()
    assert plain.keys() == compiled.keys()
    assert len(plain) > 40
    for name, values in plain.items():
        a, b = np.array(values), np.array(compiled[name])
        assert a.shape == b.shape, f"{name}: other steps"
        scale = np.nanmax(np.abs(b)) if np.isfinite(b).any() else 1.0
        # order of sums and fused multiplications differ: measured, see the bound
        np.testing.assert_allclose(a, b, rtol=0.0, atol=BOUND * max(scale, 1e-300), err_msg=name)


BOUND = 1e-6
