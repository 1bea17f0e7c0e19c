"""Inertia of one body in the moving frame of the equipment.

The frame turns about its z axis with rate Ω and acceleration Ω̇ (the tilt ramp), so that each body feels
gravity, which turns in the frame, and the exact Euler, centrifugal and Coriolis terms.
"""

from biomech.compiled import inlined
from biomech.spine.kernels.layout import ANGLE, INERTIA, MASS, POSITION, SPIN, VELOCITY
from biomech.spine.kernels.rotation import (
    body_rate_tangent,
    coefficients,
    dot,
    inverse_coefficient,
    left_jacobian_inverse,
    mat_mul,
    mat_mul_t,
    mat_vec,
    right_jacobian,
    vector,
)


@inlined
def stage_velocity(y, known, per):
    """Put velocity and spin of a body row at the stage into it; returns ∂spin/∂δθ (δθ a body-frame turn). per = 1/dh."""
    v = vector(y, ANGLE)
    turn = v[0] - known[ANGLE], v[1] - known[ANGLE + 1], v[2] - known[ANGLE + 2]
    t2 = dot(v, v)
    _, b, c, db, dc = coefficients(t2)
    k, _ = inverse_coefficient(t2)
    spin = mat_vec(right_jacobian(v, b, c), turn)
    for n in range(3):
        y[VELOCITY + n] = (y[POSITION + n] - known[POSITION + n]) * per
    y[SPIN] = spin[0] * per
    y[SPIN + 1] = spin[1] * per
    y[SPIN + 2] = spin[2] * per
    g = mat_mul_t(body_rate_tangent(v, turn, b, c, db, dc), left_jacobian_inverse(v, k))
    return g[0] * per, g[1] * per, g[2] * per, g[3] * per, g[4] * per, g[5] * per, g[6] * per, g[7] * per, g[8] * per


@inlined
def put_inertia(body, y, known, rot, per, gx, gy, omega, alpha, res, d):
    """Mass × acceleration − gravity − frame forces of a body, and the tangent (flat, 6 × 6): the first that is put there."""
    g = stage_velocity(y, known, per)
    m = body[MASS]
    vx, vy, vz = vector(y, VELOCITY)
    o2 = omega * omega
    ax = (vx - known[VELOCITY]) * per
    ay = (vy - known[VELOCITY + 1]) * per
    az = (vz - known[VELOCITY + 2]) * per
    res[0] = m * (ax - gx - alpha * y[1] - o2 * y[0] - 2.0 * omega * vy)
    res[1] = m * (ay - gy + alpha * y[0] - o2 * y[1] + 2.0 * omega * vx)
    res[2] = m * az
    k = m * per * per
    c = 2.0 * m * omega * per
    for n in range(36):
        d[n] = 0.0
    d[0] = k - m * o2
    d[7] = k - m * o2
    d[14] = k
    d[1] = -(m * alpha + c)
    d[6] = m * alpha + c
    # rotation, in the axes of the body: W = w + o, o = Rᵀ Ω ẑ;  I (ẇ + Rᵀ Ω̇ ẑ − w × o) + W × I W
    w = vector(y, SPIN)
    before = vector(known, SPIN)
    j = vector(body, INERTIA)
    z = rot[6], rot[7], rot[8]
    o = z[0] * omega, z[1] * omega, z[2] * omega
    t = w[0] + o[0], w[1] + o[1], w[2] + o[2]
    h = j[0] * t[0], j[1] * t[1], j[2] * t[2]
    own = (
        j[0] * ((w[0] - before[0]) * per + z[0] * alpha - (w[1] * o[2] - w[2] * o[1])) + (t[1] * h[2] - t[2] * h[1]),
        j[1] * ((w[1] - before[1]) * per + z[1] * alpha - (w[2] * o[0] - w[0] * o[2])) + (t[2] * h[0] - t[0] * h[2]),
        j[2] * ((w[2] - before[2]) * per + z[2] * alpha - (w[0] * o[1] - w[1] * o[0])) + (t[0] * h[1] - t[1] * h[0]),
    )
    # Rᵀẑ turns with the body: its columns are [Rᵀẑ] e_c
    a0, a1, a2 = inertia_column(j, w, o, t, h, g[0], g[3], g[6], 0.0, z[2], -z[1], per, omega, alpha)
    b0, b1, b2 = inertia_column(j, w, o, t, h, g[1], g[4], g[7], -z[2], 0.0, z[0], per, omega, alpha)
    c0, c1, c2 = inertia_column(j, w, o, t, h, g[2], g[5], g[8], z[1], -z[0], 0.0, per, omega, alpha)
    put_turning(rot, own, (a0, b0, c0, a1, b1, c1, a2, b2, c2), res, d)


@inlined
def inertia_column(j, w, o, t, h, dw0, dw1, dw2, z0, z1, z2, per, omega, alpha):
    """Change of the moment of inertia forces with a change dw of the spin and z of Rᵀẑ."""
    do0, do1, do2 = omega * z0, omega * z1, omega * z2
    dt0, dt1, dt2 = dw0 + do0, dw1 + do1, dw2 + do2
    dh0, dh1, dh2 = j[0] * dt0, j[1] * dt1, j[2] * dt2
    return (
        j[0] * (dw0 * per + alpha * z0 - (dw1 * o[2] - dw2 * o[1]) - (w[1] * do2 - w[2] * do1))
        + (dt1 * h[2] - dt2 * h[1]) + (t[1] * dh2 - t[2] * dh1),
        j[1] * (dw1 * per + alpha * z1 - (dw2 * o[0] - dw0 * o[2]) - (w[2] * do0 - w[0] * do2))
        + (dt2 * h[0] - dt0 * h[2]) + (t[2] * dh0 - t[0] * dh2),
        j[2] * (dw2 * per + alpha * z2 - (dw0 * o[1] - dw1 * o[0]) - (w[0] * do1 - w[1] * do0))
        + (dt0 * h[1] - dt1 * h[0]) + (t[0] * dh1 - t[1] * dh0),
    )


@inlined
def put_turning(rot, moment, tangent, res, d):
    """Moment and tangent in the axes of a body, turned into those of the frame, as its first."""
    m = mat_vec(rot, moment)
    k = mat_mul_t(mat_mul(rot, tangent), rot)
    for r in range(3):
        res[3 + r] = m[r]
        for c in range(3):
            d[21 + 6 * r + c] = k[3 * r + c]
