"""Static equilibrium by the same stage that marches in time, with ever longer steps.

A stage of length d h → ∞ with all rates known to be zero *is* the static problem: inertia and viscosity
vanish, creep is complete, water has come to rest. Growing the length from milliseconds leads Newton from any
pose that holds together to the equilibrium (pseudo-transient continuation).

A dozen stages are enough, so the loop around the compiled stage is plain Python: compiling it would compile the
whole stage a second time.
"""

import numpy as np

from biomech.spine.kernels.layout import ANGLE, POSITION, SPIN, VELOCITY, Drive, Plan, Record, State, Trial
from biomech.spine.kernels.march import DONE, LEVER, NOT_CONVERGED, UNKNOWN, solve_stage
from biomech.spine.kernels.rotation import orthonormalise_all
from biomech.spine.kernels.scratch import Scratch


def at_rest(state: State) -> None:
    """No velocity, and exponential coordinates counted from here."""
    state.body[:, ANGLE : ANGLE + 3] = 0.0
    state.body[:, VELOCITY : VELOCITY + 3] = 0.0
    state.body[:, SPIN : SPIN + 3] = 0.0


def copy_pose(out: State | Trial, pose: State | Trial) -> None:
    """Pose and joints of ``out`` become those of ``pose``."""
    out.body[:] = pose.body
    out.joint[:] = pose.joint
    out.rotation[:] = pose.rotation


def relax(
    plan: Plan, drive: Drive, state: State, longest: float, most: int, trial: Trial, s: Scratch, record: Record
) -> tuple[int, int, int, float]:
    """Bring ``state`` to static equilibrium at its own time; records it in row 0.

    longest: s, the stage length taken as infinite. Returns (status, iterations, body, movement of the last
    stage in m).
    """
    t = float(state.clock[0])
    dh = 1e-2
    total = 0
    moved = 1e300
    for _ in range(most):
        at_rest(state)
        copy_pose(trial, state)
        status, its, where, _ = solve_stage(
            plan, drive, t, dh, state.body, state.joint, trial, state.rotation, 1e-11, UNKNOWN, s
        )
        total += its
        if status != DONE:
            dh *= 0.1
            if dh < 1e-6:
                return status, total, where, moved
            continue
        shift = trial.body[:, POSITION : POSITION + 3] - state.body[:, POSITION : POSITION + 3]
        moved = max(float(np.abs(shift).max()), LEVER * float(np.abs(trial.body[:, ANGLE : ANGLE + 3]).max()))
        copy_pose(state, trial)
        orthonormalise_all(state.rotation)
        if dh >= longest and moved < 1e-10:
            at_rest(state)
            state.body_rate[:] = 0.0
            state.joint_rate[:] = 0.0
            keep(record, state, trial)
            return DONE, total, 0, moved
        dh = min(longest, 10.0 * dh)
    return NOT_CONVERGED, total, 0, moved


def keep(record: Record, state: State, trial: Trial) -> None:
    """The first row of the record."""
    record.time[0] = state.clock[0]
    record.body[0] = state.body
    record.rotation[0] = state.rotation
    record.strain[0] = state.joint[:, : record.strain.shape[2]]
    record.report[0] = trial.report[:, : record.report.shape[2]]
    record.contact[0] = trial.contact
    record.anchor[0] = trial.anchor
