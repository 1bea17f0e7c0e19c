"""Inertia of one body in the moving frame of the equipment.

The frame turns about its z axis with rate Ω and acceleration Ω̇ (the tilt ramp), so that each body feels
gravity, which turns in the frame, and the exact Euler, centrifugal and Coriolis terms.
"""

from biomech.compiled import inlined
from biomech.spine.kernels.layout import ANGLE, INERTIA, MASS, POSITION, SPIN, VELOCITY
from biomech.spine.kernels.rotation import (
    body_rate_tangent,
    invert3,
    mat_mul,
    mat_vec,
    right_jacobian,
)
from biomech.spine.kernels.scratch import (
    M1,
    M2,
    M3,
    TURN,
    V1,
    V2,
    V3,
)


@inlined
def stage_velocity(y, known, dh, s):
    """Velocity and spin of a body row at the stage; leaves ∂spin/∂δθ (δθ a body-frame turn) in s.mat[M3]."""
    for k in range(3):
        y[VELOCITY + k] = (y[POSITION + k] - known[POSITION + k]) / dh
        s.vec[V1, k] = y[ANGLE + k]
        s.vec[V2, k] = y[ANGLE + k] - known[ANGLE + k]
    right_jacobian(s.vec[V1], s.mat[M1])
    mat_vec(s.mat[M1], s.vec[V2], s.vec[V3])
    for k in range(3):
        y[SPIN + k] = s.vec[V3, k] / dh
    body_rate_tangent(s.vec[V1], s.vec[V2], s.mat[M2])
    invert3(s.mat[M1], s.mat[TURN])
    mat_mul(s.mat[M2], s.mat[TURN], s.mat[M3])
    for a in range(3):
        for b in range(3):
            s.mat[M3, a, b] /= dh


@inlined
def add_inertia(body, y, known, rot, dh, gx, gy, omega, alpha, res, d, s):
    """Add mass × acceleration − gravity − frame forces of a body to its residual and diagonal block."""
    m = body[MASS]
    vx, vy, vz = y[VELOCITY], y[VELOCITY + 1], y[VELOCITY + 2]
    o2 = omega * omega
    ax = (vx - known[VELOCITY]) / dh
    ay = (vy - known[VELOCITY + 1]) / dh
    az = (vz - known[VELOCITY + 2]) / dh
    res[0] += m * (ax - gx - alpha * y[1] - o2 * y[0] - 2.0 * omega * vy)
    res[1] += m * (ay - gy + alpha * y[0] - o2 * y[1] + 2.0 * omega * vx)
    res[2] += m * az
    k = m / (dh * dh)
    c = 2.0 * m * omega / dh
    d[0, 0] += k - m * o2
    d[1, 1] += k - m * o2
    d[2, 2] += k
    d[0, 1] -= m * alpha + c
    d[1, 0] += m * alpha + c
    # rotation: W = w + o, o = Rᵀ Ω ẑ;  I (ẇ + Rᵀ Ω̇ ẑ − w × o) + W × I W
    w = y[SPIN : SPIN + 3]
    g = s.mat[M3]  # ∂w/∂δθ
    j = body[INERTIA : INERTIA + 3]
    o = s.vec[V1]
    t = s.vec[V2]
    for n in range(3):
        o[n] = rot[2, n] * omega
        t[n] = w[n] + o[n]
    h0, h1, h2 = j[0] * t[0], j[1] * t[1], j[2] * t[2]
    res[3] += j[0] * (
        (w[0] - known[SPIN]) / dh + rot[2, 0] * alpha - (w[1] * o[2] - w[2] * o[1])
    ) + (t[1] * h2 - t[2] * h1)
    res[4] += j[1] * (
        (w[1] - known[SPIN + 1]) / dh + rot[2, 1] * alpha - (w[2] * o[0] - w[0] * o[2])
    ) + (t[2] * h0 - t[0] * h2)
    res[5] += j[2] * (
        (w[2] - known[SPIN + 2]) / dh + rot[2, 2] * alpha - (w[0] * o[1] - w[1] * o[0])
    ) + (t[0] * h1 - t[1] * h0)
    for c in range(3):
        dw0, dw1, dw2 = g[0, c], g[1, c], g[2, c]
        # Rᵀẑ turns with the body: its column is [Rᵀẑ]× e_c
        if c == 0:
            z0, z1, z2 = 0.0, rot[2, 2], -rot[2, 1]
        elif c == 1:
            z0, z1, z2 = -rot[2, 2], 0.0, rot[2, 0]
        else:
            z0, z1, z2 = rot[2, 1], -rot[2, 0], 0.0
        do0, do1, do2 = omega * z0, omega * z1, omega * z2
        e0, e1, e2 = alpha * z0, alpha * z1, alpha * z2
        dt0, dt1, dt2 = dw0 + do0, dw1 + do1, dw2 + do2
        dh0, dh1, dh2 = j[0] * dt0, j[1] * dt1, j[2] * dt2
        d[3, 3 + c] += j[0] * (
            dw0 / dh + e0 - (dw1 * o[2] - dw2 * o[1]) - (w[1] * do2 - w[2] * do1)
        ) + (dt1 * h2 - dt2 * h1) + (t[1] * dh2 - t[2] * dh1)
        d[4, 3 + c] += j[1] * (
            dw1 / dh + e1 - (dw2 * o[0] - dw0 * o[2]) - (w[2] * do0 - w[0] * do2)
        ) + (dt2 * h0 - dt0 * h2) + (t[2] * dh0 - t[0] * dh2)
        d[5, 3 + c] += j[2] * (
            dw2 / dh + e2 - (dw0 * o[1] - dw1 * o[0]) - (w[0] * do1 - w[1] * do0)
        ) + (dt0 * h1 - dt1 * h0) + (t[0] * dh1 - t[1] * dh0)
