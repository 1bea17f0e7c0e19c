"""Residual and exact tangent of the whole chain at one implicit stage: first what acts on one body, then the joints.

Two kernels, because each is half of all that there is to compile (`ahead`).
"""

import math

from biomech.compiled import kernel, merged
from biomech.spine.kernels.body import put_inertia
from biomech.spine.kernels.joint import (
    add_joint,
    joint_law,
    joint_pose,
)
from biomech.spine.kernels.layout import (
    A_LEGS,
    A_MUSCLE,
    A_ON,
    GRAVITY,
    GRAVITY_TURNS,
    L_ON,
    LEGS0,
    LEGS1,
    MOMENT_RAMP,
    MOMENT_START,
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
from biomech.spine.kernels.rotation import matrix, vector
from biomech.spine.kernels.rows import clear
from biomech.spine.kernels.support import add_anchor, add_contact, add_load

LETS_GO = 0.2  # share of a movement
GRIPS = 0.17  # sine of the tilt head-down


@merged
def between(first, second, s):
    """Value of a ramped pair."""
    return first + (second - first) * s


@merged
def shifting(on, span, psi):
    """How much somebody shifts while being tilted, 0 … 1: fully head-up, until he lies easy, and no more head-down.

    He is no dead weight on a board: what friction has locked while he leans back fades within SHIFT_TIME.
    """
    if on == 1.0 or span == 0.0:
        return 0.0
    return min(1.0, on / LETS_GO) * (1.0 - min(1.0, max(0.0, math.sin(psi) / GRIPS)))


@kernel
def put_bodies(plan, drive, t, dh, body_known, trial):
    """Start trial.residual and its tangent for the pose in ``trial`` at time t: inertia, supports, loads."""
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
    per = 1.0 / dh
    clear(trial.contact)
    for i in range(n):
        y = trial.body[i]
        known = body_known[i]
        rot = matrix(trial.rotation[i])
        res = trial.residual[i]
        diag = trial.diag[i]
        put_inertia(plan.body[i], y, known, rot, per, gx, gy, omega, alpha, res, diag)
        for side in range(2):
            row = drive.surface[i, side]
            slip = SLIP + 2 * side
            act = between(row[S_ON], row[S_ON + 1], on)
            mu = between(row[S_FRICTION], row[S_FRICTION + 1], on)
            add_contact(row, clock, y, known, slip, rot, act, mu, settle, dh, per, res, diag, trial.contact[i])
    for a in range(drive.anchor_body.size):
        i = drive.anchor_body[a]
        row = drive.anchor[a]
        act = between(row[A_ON], row[A_ON + 1], moment_on if row[A_MUSCLE] == 1.0 else on)
        add_anchor(
            row, trial.body[i], matrix(trial.rotation[i]), act, per, trial.residual[i], trial.diag[i], trial.anchor[a],
        )
    for k in range(drive.load_body.size):
        row = drive.load[k]
        act = between(row[L_ON], row[L_ON + 1], on)
        if act != 0.0:
            i = drive.load_body[k]
            add_load(
                row, matrix(trial.rotation[i]), act, clock[GRAVITY], gx, gy, trial.residual[i], trial.diag[i],
            )


@kernel
def add_joints(plan, drive, t, dh, joint_known, trial, s):
    """Add what the joints do to the two bodies each of them connects."""
    clock = drive.clock
    tone_on, _, _ = ramp(t, clock[TONE_START], clock[TONE_RAMP])
    moment_on, _, _ = ramp(t, clock[MOMENT_START], clock[MOMENT_RAMP])
    per = 1.0 / dh
    rot_b = matrix(trial.rotation[0])
    for j in range(plan.joint.shape[0]):
        b = j + 1
        rot_a, rot_b = rot_b, matrix(trial.rotation[b])
        y = trial.joint[j]
        e = y[:6]
        axes_a, axes_b, apart, arm, shift = joint_pose(
            plan.joint[j], vector(trial.body[j], POSITION), rot_a, vector(trial.body[b], POSITION), rot_b, e
        )
        first, second = drive.muscle[0, j], drive.muscle[1, j]
        muscle = (
            between(first[0], second[0], tone_on), between(first[1], second[1], moment_on),
            between(first[2], second[2], moment_on), between(first[3], second[3], moment_on),
            between(first[4], second[4], moment_on), between(first[5], second[5], moment_on),
            between(first[6], second[6], moment_on), between(first[7], second[7], moment_on),
            between(first[8], second[8], moment_on), between(first[9], second[9], moment_on),
        )
        law, y[WATER] = joint_law(
            j, plan, e, muscle, per, joint_known[j], dh, y[WATER], axes_a, axes_b, shift, s, trial.report[j]
        )
        add_joint(
            law, apart, arm, trial.residual[j], trial.residual[b], trial.diag[j], trial.diag[b], trial.upper[j], trial.lower[b]
        )


@merged
def leg_load(drive, trial, t):
    """Compression (N) of the soft tissue below the sacrum: what the legs carry."""
    clock = drive.clock
    on, _, _ = ramp(t, clock[START], clock[RAMP])
    load = clock[LEGS0] + (clock[LEGS1] - clock[LEGS0]) * on
    for a in range(drive.anchor_body.size):
        load += drive.anchor[a, A_LEGS] * trial.anchor[a, 1]
    return load
