"""Inertia of one body in the moving frame of the equipment.

The frame turns about its z axis with rate Ω and acceleration Ω̇ (the tilt ramp), so that each body feels
gravity, which turns in the frame, and the exact Euler, centrifugal and Coriolis terms.
"""

from biomech.compiled import merged
from biomech.spine.kernels.layout import ANGLE, INERTIA, MASS, POSITION, SPIN, VELOCITY
from biomech.spine.kernels.rotation import (
    body_rate_tangent,
    coefficients,
    cross,
    dot,
    inverse_coefficient,
    left_jacobian_inverse,
    mat_mul,
    mat_mul_t,
    mat_vec,
    right_jacobian,
    vector,
)


@merged
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


@merged
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
        j[0] * ((w[0] - before[0]) * per) + (t[1] * h[2] - t[2] * h[1]),
        j[1] * ((w[1] - before[1]) * per) + (t[2] * h[0] - t[0] * h[2]),
        j[2] * ((w[2] - before[2]) * per) + (t[0] * h[1] - t[1] * h[0]),
    )
    a = spin_column(j, t, h, g[0], g[3], g[6], per)
    b = spin_column(j, t, h, g[1], g[4], g[7], per)
    c = spin_column(j, t, h, g[2], g[5], g[8], per)
    if omega != 0.0 or alpha != 0.0:
        x = cross(w, o)
        own = (
            own[0] + j[0] * (z[0] * alpha - x[0]), own[1] + j[1] * (z[1] * alpha - x[1]),
            own[2] + j[2] * (z[2] * alpha - x[2]),
        )
        # Rᵀẑ turns with the body: its columns are [Rᵀẑ] e_c
        a = frame_column(a, j, w, o, t, h, (g[0], g[3], g[6]), (0.0, z[2], -z[1]), omega, alpha)
        b = frame_column(b, j, w, o, t, h, (g[1], g[4], g[7]), (-z[2], 0.0, z[0]), omega, alpha)
        c = frame_column(c, j, w, o, t, h, (g[2], g[5], g[8]), (z[1], -z[0], 0.0), omega, alpha)
    put_turning(rot, own, (a[0], b[0], c[0], a[1], b[1], c[1], a[2], b[2], c[2]), res, d)


@merged
def spin_column(j, t, h, dw0, dw1, dw2, per):
    """Change of the moment I ẇ + W × I W with a change dw of the spin."""
    dh0, dh1, dh2 = j[0] * dw0, j[1] * dw1, j[2] * dw2
    return (
        dh0 * per + (dw1 * h[2] - dw2 * h[1]) + (t[1] * dh2 - t[2] * dh1),
        dh1 * per + (dw2 * h[0] - dw0 * h[2]) + (t[2] * dh0 - t[0] * dh2),
        dh2 * per + (dw0 * h[1] - dw1 * h[0]) + (t[0] * dh1 - t[1] * dh0),
    )


@merged
def frame_column(column, j, w, o, t, h, dw, dz, omega, alpha):
    """The column with what the frame's own turning adds to it, for a change dw of the spin and dz of Rᵀẑ."""
    do = omega * dz[0], omega * dz[1], omega * dz[2]
    dh = j[0] * do[0], j[1] * do[1], j[2] * do[2]
    p, q, x, y = cross(dw, o), cross(w, do), cross(do, h), cross(t, dh)
    return (
        column[0] + (j[0] * (alpha * dz[0] - p[0] - q[0]) + x[0] + y[0]),
        column[1] + (j[1] * (alpha * dz[1] - p[1] - q[1]) + x[1] + y[1]),
        column[2] + (j[2] * (alpha * dz[2] - p[2] - q[2]) + x[2] + y[2]),
    )


@merged
def put_turning(rot, moment, tangent, res, d):
    """Moment and tangent in the axes of a body, turned into those of the frame, as its first."""
    m = mat_vec(rot, moment)
    k = mat_mul_t(mat_mul(rot, tangent), rot)
    for r in range(3):
        res[3 + r] = m[r]
        for c in range(3):
            d[21 + 6 * r + c] = k[3 * r + c]
