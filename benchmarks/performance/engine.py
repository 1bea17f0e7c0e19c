"""The chain problem as data of the spine's own kernels: bodies, linear joints, anchors, and no line of code for it.

The spine's axes: y along the chain, gravity in x-y. Its lowest body is the ground, held by a stiff anchor.
"""

import time
from typing import Any, NamedTuple

import chain as problem
import numpy as np

from biomech.spine.kernels import layout as L
from biomech.spine.kernels.blocks import solve_blocks
from biomech.spine.kernels.march import correct, march
from biomech.spine.kernels.method import Method, esdirk4
from biomech.spine.kernels.scratch import Scratch, new_scratch
from biomech.spine.kernels.system import add_joints, put_bodies

Floats = problem.Floats
# x, y, z of the problem → x, y, z of the spine
AXES = np.array([[-1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
ORDER = np.array([0, 2, 1])
FIRM = 1.0e10  # N/m, N m/rad: what holds the ground
STEPS = 20_000
# m allowed per step, for an error within 0.05 mm (B) and 0.1 mm (A)
TOLERANCE = {"A": 8e-7, "B": 6e-7}


class Case(NamedTuple):
    """Everything one run of the engine needs."""

    plan: L.Plan
    drive: L.Drive
    start: L.State
    trial: L.Trial
    scratch: Scratch
    record: L.Record


def build(case: str, bodies: int = problem.BODIES) -> Case:
    """The arrays of case "A" or "B"."""
    c = problem.chain(case, bodies)
    n, m = bodies + 1, bodies
    pitch = problem.PITCH * problem.BODIES / bodies
    body = np.zeros((n, L.BODY))
    body[:, L.MASS] = np.concatenate([[1.0], c.mass])
    body[:, L.INERTIA :] = np.vstack([np.full(3, 1e-2), c.inertia[:, ORDER]])
    eye = np.eye(3).ravel()
    joint = np.tile([0.0, 0.5 * pitch, 0.0, 0.0, -0.5 * pitch, 0.0, *eye, *eye], (m, 1))
    six = np.concatenate([ORDER, 3 + ORDER])
    disc = np.zeros((m, L.DISC))
    disc[:, L.VISCOSITY : L.VISCOSITY + 6] = c.damping[six]
    none, no_law = np.zeros(m + 1, dtype=np.int64), np.zeros((0, 3))
    plan = L.Plan(
        body, joint, disc, np.tile(np.diag(c.stiffness[six]), (m, 1, 1)), no_law, none, np.zeros((0, L.STRAND)),
        none.copy(), np.zeros((0, L.FACET_COLUMNS)), np.array([0.0, 1.0]),
    )
    position = np.vstack([np.zeros(3), problem.straight(bodies, pitch) @ AXES.T])
    k, d = c.support
    held = np.arange(n if k > 0.0 else 1)
    anchor = np.zeros((held.size, L.ANCHOR))
    anchor[:, L.A_TARGET : L.A_TARGET + 3] = position[held]
    anchor[:, L.A_TURN : L.A_TURN + 9] = eye
    anchor[:, L.A_ON : L.A_ON + 2] = 1.0
    anchor[1:, [L.A_STIFFNESS, L.A_STIFFNESS + 2]] = k
    anchor[1:, [L.A_DAMPING, L.A_DAMPING + 2]] = d
    anchor[0, L.A_STIFFNESS : L.A_STIFFNESS + 6] = FIRM
    clock = np.zeros(L.CLOCK)
    clock[[L.RAMP, L.TILT0, L.TILT1, L.GRAVITY, L.GRAVITY_TURNS]] = (
        problem.RAMP, -0.5 * np.pi, problem.TURN - 0.5 * np.pi, problem.GRAVITY, 1.0,
    )
    clock[[L.SIDE, L.SURFACE_TOE, L.SURFACE_KT, L.SLIP_TIME, L.SETTLE_TIME, L.SHIFT_TIME]] = 1.0
    drive = L.Drive(
        clock, held.astype(np.int64), anchor, np.zeros((n, 2, L.SURFACE)), np.zeros(0, dtype=np.int64),
        np.zeros((0, L.LOAD)), np.zeros((2, m, L.MUSCLE_COLUMNS)),
    )
    state = L.new_state(position, np.tile(np.eye(3), (n, 1, 1)), 0)
    # nothing is bent yet, so every body begins to fall freely
    state.body_rate[1:, L.VELOCITY + 1] = -problem.GRAVITY
    return Case(plan, drive, state, L.new_trial(n, 0, held.size), new_scratch(), L.new_record(n, held.size, STEPS))


def chain_of(case: str, tolerance: float = 0.0) -> tuple[Floats, int, int]:
    """The case as it is timed; a tolerance of its own makes a reference."""
    return run(build(case), esdirk4(), tolerance or TOLERANCE[case])


def run(c: Case, method: Method, tolerance: float, accept: float = 0.1) -> tuple[Floats, int, int]:
    """Both legs (the turning of gravity ends with a kink); trajectory at the times of the problem, steps, Newton iterations."""
    state = L.State(*(a.copy() for a in c.start))
    state.clock[1] = 1e-3
    found = [c.start.body[None, :, : L.ANGLE]]
    speed = [c.start.body[None, :, L.VELOCITY : L.SPIN]]
    time = [np.zeros(1)]
    steps = iterations = 0
    for end in (problem.RAMP, problem.END):
        status, done, _, its, where = march(
            method, c.plan, c.drive, state, end, tolerance, 0.0, accept * tolerance, c.trial, c.scratch, c.record
        )
        if status != 0:
            raise RuntimeError(f"status {status} at {state.clock[0]} s, body {where}")
        steps += done
        iterations += its
        time.append(c.record.time[:done].copy())
        found.append(c.record.body[:done, :, : L.ANGLE].copy())
        speed.append(c.record.body[:done, :, L.VELOCITY : L.SPIN].copy())
    place = between(np.concatenate(time), np.concatenate(found), np.concatenate(speed), problem.TIMES)
    return place[:, 1:] @ AXES, steps, iterations


def implicit_step() -> list[float]:
    """CPU seconds of one linearly implicit step (one Newton iteration) of case B, bent in mid-turn: nothing around it is counted."""
    import numba

    c = build("B")
    c.start.clock[1] = 1e-3
    half = 0.5 * problem.RAMP
    march(esdirk4(), c.plan, c.drive, c.start, half, TOLERANCE["B"], 0.0, 0.1 * TOLERANCE["B"], c.trial, c.scratch, c.record)
    many, dh = 1000, 0.0125

    @numba.njit
    def steps(plan: Any, drive: Any, start: Any, trial: Any, s: Any) -> None:
        for _ in range(many):
            put_bodies(plan, drive, half + dh, dh, start.body, trial)
            add_joints(plan, drive, half + dh, dh, start.joint, trial, s)
            solve_blocks(trial.diag, trial.lower, trial.upper, trial.residual)
            correct(start.rotation, trial)

    seconds = []
    for _ in range(21):
        before = time.process_time()
        steps(c.plan, c.drive, c.start, c.trial, c.scratch)
        seconds.append((time.process_time() - before) / many)
    return seconds[1:]


def between(time: Floats, place: Floats, speed: Floats, at: Floats) -> Floats:
    """Cubic Hermite interpolation between steps, as exact as the steps themselves."""
    i = np.clip(np.searchsorted(time, at), 1, time.size - 1)
    h = (time[i] - time[i - 1])[:, None, None]
    x = (at - time[i - 1])[:, None, None] / h
    a, b = place[i - 1], place[i]
    u, v = h * speed[i - 1], h * speed[i]
    out: Floats = a + x * (u + x * (3.0 * (b - a) - 2.0 * u - v + x * (2.0 * (a - b) + u + v)))
    return out
