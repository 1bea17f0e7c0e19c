"""Kelvin–Voigt: x = F/k (1 − exp(−t k/c)), massless, adaptive steps."""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests" / "engine"))
import helpers as h  # noqa: E402

from biomech.spine.kernels import layout as L  # noqa: E402

FORCE, K, C = 100.0, 2e5, 4e5


def compute() -> dict[str, dict[str, object]]:
    plan = h.chain(2, mass=1e-7, inertia=(1e-9,) * 3, pitch=0.0, stiffness=K, viscosity=C)
    plan.body[0] = 1e15
    drive = h.drive(plan, gravity=0.0, loads=((1, h.load([0.0, FORCE, 0.0])),))
    state = h.stacked(plan)
    v = FORCE / C
    state.body[1, L.VELOCITY + 1] = state.body_rate[1, 1] = state.joint_rate[0, 1] = v
    state.body_rate[1, L.VELOCITY + 1] = -v * K / C
    record = h.run(plan, drive, state, 10.0, tolerance=1e-11)
    exact = FORCE / K * -np.expm1(-record.time * K / C)
    curve = float(np.abs(record.strain[:, 0, 1] - exact).max() * K / FORCE)
    more = h.run(plan, drive, state, 4e5, tolerance=1e-9)
    return {"curve": {"result": curve}, "end": {"result": abs(float(more.strain[-1, 0, 1]) * K / FORCE - 1.0)}}
