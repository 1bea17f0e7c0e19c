"""Finite rotations: exponential, logarithm and their tangents.

Right-handed; a rotation vector is axis × angle. ``right_jacobian`` maps a change of the rotation
vector to the body-frame rotation it makes: exp(θ + dθ) = exp(θ) exp(J_r dθ).

A vector is a tuple of three numbers and a matrix one of nine, row by row: they stay in registers, while an array is
written and read again. [v] is the matrix of v×.
"""

import math

from biomech.compiled import kernel, merged


@merged
def matrix(r):
    """The nine numbers of an array (3, 3)."""
    return r[0, 0], r[0, 1], r[0, 2], r[1, 0], r[1, 1], r[1, 2], r[2, 0], r[2, 1], r[2, 2]


@merged
def vector(row, at):
    """Three numbers of a row."""
    return row[at], row[at + 1], row[at + 2]


@merged
def cross(a, b):
    """a × b."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


@merged
def dot(a, b):
    """a · b."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@merged
def mat_vec(m, v):
    """m v."""
    x, y, z = v
    return m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z


@merged
def mat_t_vec(m, v):
    """mᵀ v."""
    x, y, z = v
    return m[0] * x + m[3] * y + m[6] * z, m[1] * x + m[4] * y + m[7] * z, m[2] * x + m[5] * y + m[8] * z


@merged
def transposed(m):
    """mᵀ."""
    return m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]


@merged
def mat_mul(a, b):
    """a b."""
    a0, a1, a2, a3, a4, a5, a6, a7, a8 = a
    b0, b1, b2, b3, b4, b5, b6, b7, b8 = b
    return (
        a0 * b0 + a1 * b3 + a2 * b6, a0 * b1 + a1 * b4 + a2 * b7, a0 * b2 + a1 * b5 + a2 * b8,
        a3 * b0 + a4 * b3 + a5 * b6, a3 * b1 + a4 * b4 + a5 * b7, a3 * b2 + a4 * b5 + a5 * b8,
        a6 * b0 + a7 * b3 + a8 * b6, a6 * b1 + a7 * b4 + a8 * b7, a6 * b2 + a7 * b5 + a8 * b8,
    )


@merged
def mat_t_mul(a, b):
    """aᵀ b."""
    return mat_mul(transposed(a), b)


@merged
def mat_mul_t(a, b):
    """a bᵀ."""
    return mat_mul(a, transposed(b))


@merged
def times_cross(m, v):
    """m [v]."""
    x, y, z = v
    return (
        m[1] * z - m[2] * y, m[2] * x - m[0] * z, m[0] * y - m[1] * x,
        m[4] * z - m[5] * y, m[5] * x - m[3] * z, m[3] * y - m[4] * x,
        m[7] * z - m[8] * y, m[8] * x - m[6] * z, m[6] * y - m[7] * x,
    )


@merged
def cross_times(v, m):
    """[v] m."""
    x, y, z = v
    return (
        y * m[6] - z * m[3], y * m[7] - z * m[4], y * m[8] - z * m[5],
        z * m[0] - x * m[6], z * m[1] - x * m[7], z * m[2] - x * m[8],
        x * m[3] - y * m[0], x * m[4] - y * m[1], x * m[5] - y * m[2],
    )


@merged
def coefficients(t2):
    """(sin t / t, (1 − cos t) / t², (t − sin t) / t³) and d/d(t²) of the last two, for t² = t2."""
    if t2 < 1e-2:
        # series: at t = 0.1 the first neglected term is below 1e-16
        a = 1.0 + t2 * (-1.0 / 6 + t2 * (1.0 / 120 + t2 * (-1.0 / 5040 + t2 * (1.0 / 362880))))
        b = 0.5 + t2 * (-1.0 / 24 + t2 * (1.0 / 720 + t2 * (-1.0 / 40320 + t2 * (1.0 / 3628800))))
        c = 1.0 / 6 + t2 * (-1.0 / 120 + t2 * (1.0 / 5040 + t2 * (-1.0 / 362880)))
        db = -1.0 / 24 + t2 * (1.0 / 360 + t2 * (-1.0 / 13440 + t2 * (1.0 / 907200)))
        dc = -1.0 / 120 + t2 * (1.0 / 2520 + t2 * (-1.0 / 120960))
        return a, b, c, db, dc
    t = math.sqrt(t2)
    s = math.sin(t)
    k = math.cos(t)
    b = (1.0 - k) / t2
    c = (t - s) / (t2 * t)
    db = (0.5 * s / t - b) / t2
    dc = (0.5 * b - 1.5 * c) / t2
    return s / t, b, c, db, dc


@merged
def exponential(v):
    """exp([v])."""
    x, y, z = v
    a, b, _, _, _ = coefficients(x * x + y * y + z * z)
    return (
        1.0 - b * (y * y + z * z), -a * z + b * x * y, a * y + b * x * z,
        a * z + b * x * y, 1.0 - b * (x * x + z * z), -a * x + b * y * z,
        -a * y + b * x * z, a * x + b * y * z, 1.0 - b * (x * x + y * y),
    )


@merged
def logarithm(q):
    """Rotation vector of a rotation matrix (angles below π)."""
    x = 0.5 * (q[7] - q[5])
    y = 0.5 * (q[2] - q[6])
    z = 0.5 * (q[3] - q[1])
    s2 = x * x + y * y + z * z
    c = 0.5 * (q[0] + q[4] + q[8] - 1.0)
    if s2 < 1e-4 and c > 0.0:
        # arcsin(s)/s
        f = 1.0 + s2 * (1.0 / 6 + s2 * (3.0 / 40 + s2 * (15.0 / 336)))
    else:
        s = math.sqrt(s2)
        f = math.atan2(s, c) / s
    return f * x, f * y, f * z


@merged
def right_jacobian(v, b, c):
    """J_r(v) = I − b [v] + c [v]², with b and c of ``coefficients``."""
    x, y, z = v
    return (
        1.0 - c * (y * y + z * z), b * z + c * x * y, -b * y + c * x * z,
        -b * z + c * x * y, 1.0 - c * (x * x + z * z), b * x + c * y * z,
        b * y + c * x * z, -b * x + c * y * z, 1.0 - c * (x * x + y * y),
    )


@merged
def inverse_coefficient(t2):
    """k(t²) = (1 − (t/2) cot(t/2)) / t² and dk/d(t²): J_l⁻¹(v) = I − ½[v] + k [v]²."""
    if t2 < 1e-2:
        k = 1.0 / 12 + t2 * (1.0 / 720 + t2 * (1.0 / 30240 + t2 * (1.0 / 1209600)))
        dk = 1.0 / 720 + t2 * (1.0 / 15120 + t2 * (1.0 / 403200))
        return k, dk
    t = math.sqrt(t2)
    h = 0.5 * t
    sine = math.sin(h)
    cot = math.cos(h) / sine
    k = (1.0 - h * cot) / t2
    # d(h cot h)/dt = ½(cot h − h / sin² h)
    dk = (-0.5 * (cot - h / (sine * sine)) / (2.0 * t) - k) / t2
    return k, dk


@merged
def left_jacobian_inverse(v, k):
    """J_l⁻¹(v): spatial rotation of exp(v) → change of v; k of ``inverse_coefficient``. J_r⁻¹ is its transpose."""
    x, y, z = v
    return (
        1.0 - k * (y * y + z * z), 0.5 * z + k * x * y, -0.5 * y + k * x * z,
        -0.5 * z + k * x * y, 1.0 - k * (x * x + z * z), 0.5 * x + k * y * z,
        0.5 * y + k * x * z, -0.5 * x + k * y * z, 1.0 - k * (x * x + y * y),
    )


@merged
def pulled_moment_tangent(v, g, k, dk):
    """∂(J_l⁻ᵀ(v) g)/∂v at fixed g, where J_l⁻ᵀ g = g + ½ v×g + k v×(v×g); k, dk of ``inverse_coefficient``."""
    vg = dot(v, g)
    vv = dot(v, v)
    x, y, z = v
    gx, gy, gz = g
    # v×(v×g) = v (v·g) − g (v·v)
    s = 2.0 * dk
    wx, wy, wz = s * (x * vg - gx * vv), s * (y * vg - gy * vv), s * (z * vg - gz * vv)
    # ∂(½ v×g)/∂v = −½ [g]
    return (
        k * (x * gx - 2.0 * gx * x + vg) + wx * x, k * (x * gy - 2.0 * gx * y) + wx * y + 0.5 * gz,
        k * (x * gz - 2.0 * gx * z) + wx * z - 0.5 * gy,
        k * (y * gx - 2.0 * gy * x) + wy * x - 0.5 * gz, k * (y * gy - 2.0 * gy * y + vg) + wy * y,
        k * (y * gz - 2.0 * gy * z) + wy * z + 0.5 * gx,
        k * (z * gx - 2.0 * gz * x) + wz * x + 0.5 * gy, k * (z * gy - 2.0 * gz * y) + wz * y - 0.5 * gx,
        k * (z * gz - 2.0 * gz * z + vg) + wz * z,
    )


@merged
def body_rate_tangent(v, y, b, c, db, dc):
    """∂(J_r(v) y(v))/∂v with ∂y/∂v = I, for w = J_r(v) y and y = v − v*; numbers of ``coefficients``."""
    r = right_jacobian(v, b, c)
    vv = dot(v, v)
    vy = dot(v, y)
    p = cross(v, y)
    # c v×(v×y), and −b v×y, by the change of b and c
    t0 = 2.0 * (dc * (v[0] * vy - y[0] * vv) - db * p[0])
    t1 = 2.0 * (dc * (v[1] * vy - y[1] * vv) - db * p[1])
    t2 = 2.0 * (dc * (v[2] * vy - y[2] * vv) - db * p[2])
    # −b ∂(v×y)/∂v at fixed y = +b [y]
    return (
        r[0] + t0 * v[0] + c * (v[0] * y[0] - 2.0 * y[0] * v[0] + vy),
        r[1] + t0 * v[1] + c * (v[0] * y[1] - 2.0 * y[0] * v[1]) - b * y[2],
        r[2] + t0 * v[2] + c * (v[0] * y[2] - 2.0 * y[0] * v[2]) + b * y[1],
        r[3] + t1 * v[0] + c * (v[1] * y[0] - 2.0 * y[1] * v[0]) + b * y[2],
        r[4] + t1 * v[1] + c * (v[1] * y[1] - 2.0 * y[1] * v[1] + vy),
        r[5] + t1 * v[2] + c * (v[1] * y[2] - 2.0 * y[1] * v[2]) - b * y[0],
        r[6] + t2 * v[0] + c * (v[2] * y[0] - 2.0 * y[2] * v[0]) - b * y[1],
        r[7] + t2 * v[1] + c * (v[2] * y[1] - 2.0 * y[2] * v[1]) + b * y[0],
        r[8] + t2 * v[2] + c * (v[2] * y[2] - 2.0 * y[2] * v[2] + vy),
    )


@merged
def orthonormalise(r):
    """Remove the round-off drift of a rotation matrix in place (Gram–Schmidt on its columns)."""
    n = 1.0 / math.sqrt(r[0, 0] ** 2 + r[1, 0] ** 2 + r[2, 0] ** 2)
    for i in range(3):
        r[i, 0] *= n
    d = r[0, 0] * r[0, 1] + r[1, 0] * r[1, 1] + r[2, 0] * r[2, 1]
    for i in range(3):
        r[i, 1] -= d * r[i, 0]
    n = 1.0 / math.sqrt(r[0, 1] ** 2 + r[1, 1] ** 2 + r[2, 1] ** 2)
    for i in range(3):
        r[i, 1] *= n
    r[0, 2] = r[1, 0] * r[2, 1] - r[2, 0] * r[1, 1]
    r[1, 2] = r[2, 0] * r[0, 1] - r[0, 0] * r[2, 1]
    r[2, 2] = r[0, 0] * r[1, 1] - r[1, 0] * r[0, 1]


@kernel
def orthonormalise_all(turns):
    """`orthonormalise` every matrix of (n, 3, 3)."""
    for i in range(turns.shape[0]):
        orthonormalise(turns[i])
