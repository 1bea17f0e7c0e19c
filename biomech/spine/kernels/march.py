"""The march in time: implicit, L-stable, with an embedded error estimate and adaptive steps.

The method is data (`method`): TR-BDF2 for the spine. Rates are never evaluated from forces but recovered from the stage
(k = (y − known)/(d h)), so that stiff parts carry no amplified round-off. Rotations live in exponential coordinates around
the orientation at the start of the step. The same stage with d h → ∞ is static equilibrium (equilibrium.py).
"""

import math

import numpy as np

from biomech.compiled import allocating, kernel, merged
from biomech.spine.kernels.blocks import six, solve_blocks
from biomech.spine.kernels.disc import creep_states
from biomech.spine.kernels.joint import joint_pose
from biomech.spine.kernels.layout import (
    ANGLE,
    COLUMN,
    MOMENT_RAMP,
    MOMENT_START,
    POSITION,
    RAMP,
    SPIN,
    START,
    TISSUE,
    TONE_RAMP,
    TONE_START,
    VELOCITY,
    WATER,
    WATER_BY,
)
from biomech.spine.kernels.method import extrapolate
from biomech.spine.kernels.rotation import (
    coefficients,
    dot,
    exponential,
    inverse_coefficient,
    left_jacobian_inverse,
    mat_mul,
    mat_t_vec,
    mat_vec,
    matrix,
    orthonormalise_all,
    right_jacobian,
    vector,
)
from biomech.spine.kernels.rows import add_combined, copy, rate
from biomech.spine.kernels.system import add_joints, leg_load, put_bodies

DONE, NOT_CONVERGED, NOT_FINITE, SINGULAR, STEP_TOO_SMALL, TOO_MANY_STEPS = range(6)

LEVER = 0.03  # m, turns a rotation into a length when errors are measured
MOST_NEWTON = 12
UNKNOWN = 1e300  # 1/m, where nothing is known of how Newton converges: nobody relies on it
CAUTION = 10.0  # how much worse than it was seen a bend may be
FORGETS = 0.5  # share of a former bend that is still expected when a better one is seen
FAR = 0.02  # m, longest Newton correction taken at once: a full step could turn a body over


@kernel
def turn_from(start, body, rotation):
    """rotation = start · exp(angle) for every body."""
    for i in range(start.shape[0]):
        turned = mat_mul(matrix(start[i]), exponential(vector(body[i], ANGLE)))
        for a in range(3):
            for b in range(3):
                rotation[i, a, b] = turned[3 * a + b]


@merged
def correct(start, trial):
    """Take the solution in trial.residual away from the iterate; returns the size of the correction (m) and where it is largest."""
    size = 0.0
    worst = 0
    n = start.shape[0]
    for i in range(n):
        x = trial.residual[i]
        # from the axes of the frame to those of the body, in which turns are counted
        x[3], x[4], x[5] = mat_t_vec(matrix(trial.rotation[i]), vector(x, 3))
        far = max(max(abs(x[0]), abs(x[1])), abs(x[2]))
        turn = max(max(abs(x[3]), abs(x[4])), abs(x[5]))
        far = max(far, LEVER * turn)
        # any that is no number: max may have lost it
        if not math.isfinite(x[0] + x[1] + x[2] + x[3] + x[4] + x[5]):
            return math.inf, i
        if far > size:
            size = far
            worst = i
    share = -FAR / size if size > FAR else -1.0
    for i in range(n):
        y = trial.body[i]
        x = trial.residual[i]
        # exp(θ') = exp(θ) exp(δ): to first order θ' = θ + J_r⁻¹ δ
        v = vector(y, ANGLE)
        k, _ = inverse_coefficient(dot(v, v))
        turn = mat_t_vec(left_jacobian_inverse(v, k), (share * x[3], share * x[4], share * x[5]))
        for c in range(3):
            y[POSITION + c] += share * x[c]
            y[ANGLE + c] += turn[c]
    turn_from(start, trial.body, trial.rotation)
    return size, worst


@kernel
def solve_stage(plan, drive, t, dh, body_known, joint_known, trial, start, accept, bend, s):
    """Newton iteration of one stage; at the end trial holds the state at the stage, creep included.

    start: orientations the exponential coordinates refer to; accept: m, size of the last correction; bend: 1/m, what
    a correction times itself leaves to be corrected, as seen before. Forces in trial are those before the last correction.
    Returns (status, iterations, body with the largest correction, bend as seen here).
    """
    last = 1e300
    seen = bend
    worst = 0
    for it in range(MOST_NEWTON):
        put_bodies(plan, drive, t, dh, body_known, trial)
        add_joints(plan, drive, t, dh, joint_known, trial, s)
        for i in range(start.shape[0]):
            x = six(trial.residual[i], 0)
            if not math.isfinite(x[0] + x[1] + x[2] + x[3] + x[4] + x[5]):
                return NOT_FINITE, it, i, seen
        if not solve_blocks(trial.diag, trial.lower, trial.upper, trial.residual):
            return SINGULAR, it, 0, seen
        size, worst = correct(start, trial)
        if not math.isfinite(size):
            return NOT_FINITE, it, worst, seen
        if it == 1:
            seen = size / (last * last)
        # quadratic convergence: the next correction would be bend size²; of fewer digits, size² / (size of the last)
        small = size < accept or (it > 0 and size < 0.1 * last and size * size / last < 0.1 * accept)
        if small or (it == 0 and CAUTION * bend * size * size < accept):
            finish(plan, drive, t, dh, body_known, joint_known, trial)
            return DONE, it + 1, worst, seen
        if it > 5 and size > 2.0 * last:
            break
        last = size
    return NOT_CONVERGED, MOST_NEWTON, worst, seen


@merged
def finish(plan, drive, t, dh, body_known, joint_known, trial):
    """Complete the state at a solved stage: velocities, what the last correction changed of strain and water, creep, soft tissue."""
    per = 1.0 / dh
    for i in range(plan.body.shape[0]):
        y = trial.body[i]
        known = body_known[i]
        v = vector(y, ANGLE)
        _, b, c, _, _ = coefficients(dot(v, v))
        turn = v[0] - known[ANGLE], v[1] - known[ANGLE + 1], v[2] - known[ANGLE + 2]
        spin = mat_vec(right_jacobian(v, b, c), turn)
        for k in range(3):
            y[VELOCITY + k] = (y[POSITION + k] - known[POSITION + k]) * per
            y[SPIN + k] = spin[k] * per
    rot_b = matrix(trial.rotation[0])
    for j in range(plan.joint.shape[0]):
        rot_a, rot_b = rot_b, matrix(trial.rotation[j + 1])
        y = trial.joint[j]
        rows = trial.report[j]
        w = y[WATER] - (rows[WATER_BY] * y[1] + rows[WATER_BY + 1] * y[3] + rows[WATER_BY + 2] * y[5])
        joint_pose(plan.joint[j], vector(trial.body[j], POSITION), rot_a, vector(trial.body[j + 1], POSITION), rot_b, y)
        y[WATER] = w + (rows[WATER_BY] * y[1] + rows[WATER_BY + 1] * y[3] + rows[WATER_BY + 2] * y[5])
        creep_states(plan.disc[j], plan.branch, joint_known[j], dh, y)
    a = dh / plan.tissue[1]
    load = leg_load(drive, trial, t)
    trial.body[0, TISSUE] = (body_known[0, TISSUE] + a * plan.tissue[0] * load) / (1.0 + a)


@merged
def error_size(h, weight, k, kj, branches):
    """Largest local error of a step in metres, and the row it sits in (bodies first)."""
    err = 0.0
    where = 0
    stages = weight.size
    for i in range(k.shape[1]):
        for n in range(BODY_ERROR.size):
            c = BODY_ERROR[n]
            x = 0.0
            for g in range(stages):
                x += weight[g] * k[g, i, c]
            x = abs(x)
            if ANGLE <= c < ANGLE + 3:
                x *= LEVER
            if x > err or x != x:  # one that is no number stays
                err = x
                where = i
    turning = COLUMN + 4 * branches + 3 * branches
    shear = COLUMN + 4 * branches
    for j in range(kj.shape[1]):
        for c in range(WATER, kj.shape[2]):
            if shear <= c < turning:
                continue  # creep in shear follows the pose, which is already measured
            x = 0.0
            for g in range(stages):
                x += weight[g] * kj[g, j, c]
            x = abs(x)
            if c >= turning:
                x *= LEVER
            if x > err or x != x:  # one that is no number stays
                err = x
                where = j
    return h * err, where


# columns of the body state whose error counts: position, angle, soft tissue. Not slip: it is a consequence of the
# position, and resolving each stick-slip transition in time would cost steps and change nothing
BODY_ERROR = np.array([0, 1, 2, 3, 4, 5, 16])


@allocating
def march(method, plan, drive, state, end, tolerance, fixed, accept, trial, s, record):
    """Advance ``state`` to time ``end``; record every accepted step.

    method: the coefficients (`method`). tolerance: m, error allowed per step. fixed: > 0 forces that step (order tests).
    Returns (status, accepted, rejected, Newton iterations, body).
    """
    branches = plan.branch.shape[0]
    n = state.body.shape[0]
    m = state.joint.shape[0]
    stages = method.node.size
    known = np.zeros((n, state.body.shape[1]))
    joint_known = np.zeros((m, state.joint.shape[1]))
    k = np.zeros((stages, n, state.body.shape[1]))
    kj = np.zeros((stages, m, state.joint.shape[1]))
    old = np.zeros_like(k)
    old_joint = np.zeros_like(kj)
    ahead = np.zeros(stages)
    copy(old[stages - 1], state.body_rate)
    copy(old_joint[stages - 1], state.joint_rate)
    ho = 0.0
    bend = UNKNOWN
    y, yj = state.body, state.joint
    tb, tj = trial.body, trial.joint
    t = state.clock[0]
    h = fixed if fixed > 0.0 else state.clock[1]
    clock = drive.clock
    settled = max(clock[TONE_START] + clock[TONE_RAMP], clock[MOMENT_START] + clock[MOMENT_RAMP])
    accepted = 0
    rejected = 0
    iterations = 0
    fails = 0
    while t < end:
        if accepted >= record.time.size:
            return TOO_MANY_STEPS, accepted, rejected, iterations, 0
        if fixed <= 0.0:
            # no step may leap over a ramp it has not felt yet
            if t < clock[START] + clock[RAMP]:
                h = min(h, max(0.03 * clock[RAMP], 1e-3))
            elif t < settled:
                h = min(h, max(0.08 * max(clock[TONE_RAMP], clock[MOMENT_RAMP]), 1e-3))
        last = t + h >= end - 1e-9 * h
        hs = end - t if last else h
        dh = method.weight[1, 1] * hs
        copy(k[0], state.body_rate)
        copy(kj[0], state.joint_rate)
        err = 0.0
        status = DONE
        where = 0
        for g in range(1, stages):
            add_combined(known, y, hs, method.weight[g], k, g)
            add_combined(joint_known, yj, hs, method.weight[g], kj, g)
            if g == 1:
                extrapolate(method.node, ho / hs, method.guess[0], ahead)
                add_combined(tb, known, dh, ahead, old, stages)
                add_combined(tj, joint_known, dh, ahead, old_joint, stages)
            else:
                add_combined(tb, known, dh, method.guess[g], k, g)
                add_combined(tj, joint_known, dh, method.guess[g], kj, g)
            turn_from(state.rotation, trial.body, trial.rotation)
            final = g == stages - 1
            # what is recorded at the end of a step has to belong to the state there: one more look, which tells of the bend
            status, its, where, seen = solve_stage(
                plan, drive, t + method.node[g] * hs, dh, known, joint_known, trial, state.rotation, accept,
                UNKNOWN if final else bend, s,
            )
            iterations += its
            if its > 1:
                bend = max(seen, FORGETS * bend) if bend < UNKNOWN else seen
            if status != DONE:
                break
            rate(k[g], tb, known, dh)
            rate(kj[g], tj, joint_known, dh)
        if status == DONE and fixed <= 0.0:
            err, where = error_size(hs, method.error, k, kj, branches)
            err /= tolerance
        if status != DONE or not (err <= 1.0):
            rejected += 1
            fails += 1
            if status == DONE and math.isfinite(err):
                h = hs * max(0.2, 0.85 * err ** (-1.0 / method.falls[0]))
            else:
                h = 0.2 * hs
            if fixed > 0.0 or h < 1e-7 or fails > 60:
                if status == DONE:
                    status = STEP_TOO_SMALL
                return status, accepted, rejected, iterations, where
            continue
        # ---- accept
        fails = 0
        for j in range(m):
            for g in range(stages):
                state.inflow[j] += hs * method.weight[stages - 1, g] * kj[g, j, WATER]
        copy(y, tb)
        copy(state.body_rate, k[stages - 1])
        copy(yj, tj)
        copy(state.joint_rate, kj[stages - 1])
        for i in range(n):
            # new exponential coordinates start at zero, where their rate is the spin
            for c in range(3):
                state.body[i, ANGLE + c] = 0.0
                state.body_rate[i, ANGLE + c] = trial.body[i, SPIN + c]
        copy(k[stages - 1], state.body_rate)
        k, old = old, k
        kj, old_joint = old_joint, kj
        ho = hs
        for i in range(n):
            copy(state.rotation[i], trial.rotation[i])
        orthonormalise_all(state.rotation)
        t = end if last else t + hs
        state.clock[0] = t
        store(record, np.int64(accepted), state, trial)
        accepted += 1
        if fixed <= 0.0:
            grown = hs * (3.0 if err < 1e-2 else min(3.0, 0.80 * err ** (-1.0 / method.falls[0])))
            # a step cut short by the end of the phase says nothing against the longer one
            h = max(h, grown) if last else grown
    state.clock[1] = h
    return DONE, accepted, rejected, iterations, 0


@merged
def store(record, i, state, trial):
    """One row of the record."""
    record.time[i] = state.clock[0]
    copy(record.body[i], state.body)
    for k in range(state.rotation.shape[0]):
        copy(record.rotation[i, k], state.rotation[k])
    copy(record.strain[i], state.joint)
    copy(record.report[i], trial.report)
    copy(record.contact[i], trial.contact)
    copy(record.anchor[i], trial.anchor)
