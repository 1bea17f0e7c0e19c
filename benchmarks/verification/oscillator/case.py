"""m x'' + c x' + k x = 0 from rest at x0, after 0.3 s, with 200 to 1600 equal steps."""

import math
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests" / "engine"))
import helpers as h  # noqa: E402

from biomech.spine.kernels import layout as L  # noqa: E402

MASS, K, C, INERTIA, K_TURN, C_TURN, END = 2.0, 5e3, 8.0, 0.02, 40.0, 0.03, 0.3
STEPS = (200, 400, 800, 1600)


def exact(m: float, c: float, k: float, x0: float) -> float:
    a = 0.5 * c / m
    w = math.sqrt(k / m - a * a)
    return x0 * math.exp(-a * END) * (math.cos(w * END) + a / w * math.sin(w * END))


def errors(steps: int) -> tuple[float, float]:
    plan = h.chain(
        2, mass=MASS, inertia=(INERTIA,) * 3, pitch=0.0, stiffness=K, bending=K_TURN, viscosity=[C] * 3 + [C_TURN] * 3
    )
    plan.body[0] = 1e15
    state = h.stacked(plan)
    state.body[1, 1] = state.joint[0, 1] = 1e-3
    state.body_rate[1, L.VELOCITY + 1] = -K * 1e-3 / MASS
    state.rotation[1] = h.rotation([0, 0, 0.1])
    state.joint[0, 5] = 0.1
    state.body_rate[1, L.SPIN + 2] = -K_TURN * 0.1 / INERTIA
    h.run(plan, h.drive(plan, gravity=0.0), state, END, step=END / steps, accept=1e-14)
    shift, turn = exact(MASS, C, K, 1e-3), exact(INERTIA, C_TURN, K_TURN, 0.1)
    return abs(state.joint[0, 1] - shift), abs(state.joint[0, 5] - turn)


def compute() -> dict[str, dict[str, object]]:
    found = np.array([errors(n) for n in STEPS])
    out = {}
    for name, column, unit in (("order_shift", 0, "error m"), ("order_turn", 1, "error rad")):
        e = found[:, column]
        table = [{"steps": n, unit: float(x)} for n, x in zip(STEPS, e, strict=True)]
        out[name] = {"result": float(np.log2(e[-2] / e[-1])), "table": table}
    return out
