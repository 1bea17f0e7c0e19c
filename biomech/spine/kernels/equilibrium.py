"""Static equilibrium by the same stage that marches in time, with ever longer steps.

A stage of length d h → ∞ with all rates known to be zero *is* the static problem: inertia and viscosity
vanish, creep is complete, water has come to rest. Growing the length from milliseconds leads Newton from any
pose that holds together to the equilibrium (pseudo-transient continuation).
"""

import numpy as np
from numba import njit

from biomech.spine.kernels.flat import clear, copy
from biomech.spine.kernels.layout import ANGLE, POSITION, SPIN, VELOCITY
from biomech.spine.kernels.march import DONE, LEVER, NOT_CONVERGED, solve_stage, store
from biomech.spine.kernels.rotation import orthonormalise


@njit(cache=True, error_model="numpy")
def at_rest(state):
    """No velocity, and exponential coordinates counted from here."""
    for i in range(state.body.shape[0]):
        for k in range(3):
            state.body[i, ANGLE + k] = 0.0
            state.body[i, VELOCITY + k] = 0.0
            state.body[i, SPIN + k] = 0.0


@njit(cache=True, error_model="numpy")
def relax(plan, drive, state, longest, most, trial, s, record):
    """Bring ``state`` to static equilibrium at its own time; records it in row 0.

    longest: s, the stage length taken as infinite. Returns (status, iterations, body, movement of the last
    stage in m).
    """
    pivot = np.zeros(6, dtype=np.int64)
    t = state.clock[0]
    dh = 1e-2
    total = 0
    moved = 1e300
    for _ in range(most):
        at_rest(state)
        copy(trial.body.ravel(), state.body.ravel())
        copy(trial.joint.ravel(), state.joint.ravel())
        copy(trial.rotation.ravel(), state.rotation.ravel())
        status, its, where = solve_stage(
            plan, drive, t, dh, state.body, state.joint, trial, state.rotation, 1e-11, s, pivot
        )
        total += its
        if status != DONE:
            dh *= 0.1
            if dh < 1e-6:
                return status, total, where, moved
            continue
        moved = 0.0
        for i in range(state.body.shape[0]):
            for k in range(3):
                moved = max(moved, abs(trial.body[i, POSITION + k] - state.body[i, POSITION + k]))
                moved = max(moved, LEVER * abs(trial.body[i, ANGLE + k]))
        copy(state.body.ravel(), trial.body.ravel())
        copy(state.joint.ravel(), trial.joint.ravel())
        copy(state.rotation.ravel(), trial.rotation.ravel())
        for i in range(state.rotation.shape[0]):
            orthonormalise(state.rotation[i])
        if dh >= longest and moved < 1e-10:
            at_rest(state)
            clear(state.body_rate.ravel())
            clear(state.joint_rate.ravel())
            store(record, 0, state, trial)
            return DONE, total, 0, moved
        dh = min(longest, 10.0 * dh)
    return NOT_CONVERGED, total, 0, moved
