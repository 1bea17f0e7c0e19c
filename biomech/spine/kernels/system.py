"""Residual and exact tangent of the whole chain at one implicit stage: first what acts on one body, then the joints.

Two kernels, because each is half of all that there is to compile (`ahead`).
"""

import math

from biomech.compiled import kernel
from biomech.spine.kernels.body import add_inertia, stage_velocity
from biomech.spine.kernels.joint import (
    add_joint_residual,
    add_joint_tangent,
    joint_law,
    joint_pose,
)
from biomech.spine.kernels.layout import (
    A_LEGS,
    A_MUSCLE,
    A_ON,
    FRAME_A,
    GRAVITY,
    GRAVITY_TURNS,
    L_ON,
    LEGS0,
    LEGS1,
    M_MOMENT,
    MOMENT_RAMP,
    MOMENT_START,
    MUSCLE_COLUMNS,
    POSITION,
    RAMP,
    S_FRICTION,
    S_ON,
    SETTLE_TIME,
    SHIFT_TIME,
    SLIP,
    START,
    TILT0,
    TILT1,
    TONE_RAMP,
    TONE_START,
    WATER,
)
from biomech.spine.kernels.motion import ramp
from biomech.spine.kernels.rows import clear
from biomech.spine.kernels.scratch import (
    MUSCLES,
    STRAIN_RATE,
)
from biomech.spine.kernels.support import add_anchor, add_contact, add_load

LETS_GO = 0.2  # share of a movement
GRIPS = 0.17  # sine of the tilt head-down


@kernel
def between(first, second, s):
    """Value of a ramped pair."""
    return first + (second - first) * s


@kernel
def shifting(on, span, psi):
    """How much somebody shifts while being tilted, 0 … 1: fully head-up, until he lies easy, and no more head-down.

    He is no dead weight on a board: what friction has locked while he leans back fades within SHIFT_TIME.
    """
    if on == 1.0 or span == 0.0:
        return 0.0
    return min(1.0, on / LETS_GO) * (1.0 - min(1.0, max(0.0, math.sin(psi) / GRIPS)))


@kernel
def put_bodies(plan, drive, t, dh, body_known, trial, s):
    """Start trial.residual and the tangent blocks for the pose in ``trial`` at time t: inertia, supports, loads."""
    n = plan.body.shape[0]
    clock = drive.clock
    on, d_on, dd_on = ramp(t, clock[START], clock[RAMP])
    if clock[GRAVITY_TURNS] == 1.0:
        on, d_on, dd_on = min(1.0, max(0.0, (t - clock[START]) / clock[RAMP])), 0.0, 0.0
    moment_on, _, _ = ramp(t, clock[MOMENT_START], clock[MOMENT_RAMP])
    span = clock[TILT1] - clock[TILT0]
    psi = clock[TILT0] + span * on
    gx = -clock[GRAVITY] * math.cos(psi)
    gy = clock[GRAVITY] * math.sin(psi)
    omega = span * d_on
    alpha = span * dd_on
    settle = 1.0 / (1.0 / clock[SETTLE_TIME] + shifting(on, span, psi) / clock[SHIFT_TIME])
    clear(trial.residual)
    clear(trial.contact)
    for i in range(n):
        clear(trial.diag[i])
        clear(trial.lower[i])
        clear(trial.upper[i])
        y = trial.body[i]
        known = body_known[i]
        rot = trial.rotation[i]
        res = trial.residual[i]
        diag = trial.diag[i]
        stage_velocity(y, known, dh, s)
        add_inertia(plan.body[i], y, known, rot, dh, gx, gy, omega, alpha, res, diag, s)
        for side in range(2):
            row = drive.surface[i, side]
            slip = SLIP + 2 * side
            act = between(row[S_ON], row[S_ON + 1], on)
            mu = between(row[S_FRICTION], row[S_FRICTION + 1], on)
            add_contact(row, clock, y, known, slip, rot, act, mu, settle, dh, res, diag, trial.contact[i], s)
    for a in range(drive.anchor_body.size):
        i = drive.anchor_body[a]
        row = drive.anchor[a]
        act = between(row[A_ON], row[A_ON + 1], moment_on if row[A_MUSCLE] == 1.0 else on)
        add_anchor(
            row, trial.body[i], trial.rotation[i], act, dh, trial.residual[i],
            trial.diag[i], trial.anchor[a], s,
        )
    for k in range(drive.load_body.size):
        row = drive.load[k]
        act = between(row[L_ON], row[L_ON + 1], on)
        if act != 0.0:
            i = drive.load_body[k]
            add_load(
                row, trial.rotation[i], act, clock[GRAVITY], gx, gy, trial.residual[i],
                trial.diag[i], s,
            )


@kernel
def add_joints(plan, drive, t, dh, joint_known, trial, s):
    """Add what the joints do to the two bodies each of them connects."""
    clock = drive.clock
    tone_on, _, _ = ramp(t, clock[TONE_START], clock[TONE_RAMP])
    moment_on, _, _ = ramp(t, clock[MOMENT_START], clock[MOMENT_RAMP])
    for j in range(plan.joint.shape[0]):
        b = j + 1
        y = trial.joint[j]
        e = y[:6]
        joint_pose(
            plan.joint[j], trial.body[j, POSITION : POSITION + 3], trial.rotation[j],
            trial.body[b, POSITION : POSITION + 3], trial.rotation[b], s, e,
        )
        known = joint_known[j]
        for k in range(6):
            s.vec[STRAIN_RATE, k] = (e[k] - known[k]) / dh
        for k in range(MUSCLE_COLUMNS):
            m0 = drive.muscle[0, j, k]
            share = moment_on if k >= M_MOMENT else tone_on
            s.vec[MUSCLES, k] = m0 + share * (drive.muscle[1, j, k] - m0)
        y[WATER] = joint_law(j, plan, e, 1.0 / dh, known, dh, y[WATER], s, trial.report[j])
        add_joint_residual(
            s, plan.joint[j, FRAME_A : FRAME_A + 9], trial.rotation[b], trial.residual[j], trial.residual[b]
        )
        add_joint_tangent(s, trial.diag[j], trial.diag[b], trial.upper[j], trial.lower[b])


@kernel
def leg_load(drive, trial, t):
    """Compression (N) of the soft tissue below the sacrum: what the legs carry."""
    clock = drive.clock
    on, _, _ = ramp(t, clock[START], clock[RAMP])
    load = clock[LEGS0] + (clock[LEGS1] - clock[LEGS0]) * on
    for a in range(drive.anchor_body.size):
        load += drive.anchor[a, A_LEGS] * trial.anchor[a, 1]
    return load
