"""Finite rotations: exponential, logarithm and their tangents, on plain 3-vectors and 3 × 3 arrays.

Right-handed; a rotation vector is axis × angle. ``right_jacobian`` maps a change of the rotation
vector to the body-frame rotation it makes: exp(θ + dθ) = exp(θ) exp(J_r dθ).
"""

import math

from biomech.compiled import kernel


@kernel
def cross(a, b, out):
    """out = a × b."""
    x = a[1] * b[2] - a[2] * b[1]
    y = a[2] * b[0] - a[0] * b[2]
    z = a[0] * b[1] - a[1] * b[0]
    out[0] = x
    out[1] = y
    out[2] = z


@kernel
def mat_vec(m, v, out):
    """out = m v."""
    x = m[0, 0] * v[0] + m[0, 1] * v[1] + m[0, 2] * v[2]
    y = m[1, 0] * v[0] + m[1, 1] * v[1] + m[1, 2] * v[2]
    z = m[2, 0] * v[0] + m[2, 1] * v[1] + m[2, 2] * v[2]
    out[0] = x
    out[1] = y
    out[2] = z


@kernel
def mat_t_vec(m, v, out):
    """out = mᵀ v."""
    x = m[0, 0] * v[0] + m[1, 0] * v[1] + m[2, 0] * v[2]
    y = m[0, 1] * v[0] + m[1, 1] * v[1] + m[2, 1] * v[2]
    z = m[0, 2] * v[0] + m[1, 2] * v[1] + m[2, 2] * v[2]
    out[0] = x
    out[1] = y
    out[2] = z


@kernel
def mat_mul(a, b, out):
    """out = a b; out must not alias a or b."""
    for i in range(3):
        for j in range(3):
            out[i, j] = a[i, 0] * b[0, j] + a[i, 1] * b[1, j] + a[i, 2] * b[2, j]


@kernel
def mat_t_mul(a, b, out):
    """out = aᵀ b; out must not alias a or b."""
    for i in range(3):
        for j in range(3):
            out[i, j] = a[0, i] * b[0, j] + a[1, i] * b[1, j] + a[2, i] * b[2, j]


@kernel
def coefficients(t2):
    """(sin t / t, (1 − cos t) / t², (t − sin t) / t³) and d/d(t²) of the last two, for t² = t2."""
    if t2 < 1e-2:
        # series: at t = 0.1 the first neglected term is below 1e-16
        a = 1.0 + t2 * (-1.0 / 6 + t2 * (1.0 / 120 + t2 * (-1.0 / 5040 + t2 / 362880)))
        b = 0.5 + t2 * (-1.0 / 24 + t2 * (1.0 / 720 + t2 * (-1.0 / 40320 + t2 / 3628800)))
        c = 1.0 / 6 + t2 * (-1.0 / 120 + t2 * (1.0 / 5040 + t2 * (-1.0 / 362880)))
        db = -1.0 / 24 + t2 * (1.0 / 360 + t2 * (-1.0 / 13440 + t2 / 907200))
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


@kernel
def exponential(v, out):
    """out = exp([v]×)."""
    x, y, z = v[0], v[1], v[2]
    a, b, _, _, _ = coefficients(x * x + y * y + z * z)
    out[0, 0] = 1.0 - b * (y * y + z * z)
    out[0, 1] = -a * z + b * x * y
    out[0, 2] = a * y + b * x * z
    out[1, 0] = a * z + b * x * y
    out[1, 1] = 1.0 - b * (x * x + z * z)
    out[1, 2] = -a * x + b * y * z
    out[2, 0] = -a * y + b * x * z
    out[2, 1] = a * x + b * y * z
    out[2, 2] = 1.0 - b * (x * x + y * y)


@kernel
def logarithm(q, out):
    """Rotation vector of the rotation matrix q (angles below π)."""
    x = 0.5 * (q[2, 1] - q[1, 2])
    y = 0.5 * (q[0, 2] - q[2, 0])
    z = 0.5 * (q[1, 0] - q[0, 1])
    s2 = x * x + y * y + z * z
    s = math.sqrt(s2)
    c = 0.5 * (q[0, 0] + q[1, 1] + q[2, 2] - 1.0)
    if s2 < 1e-4 and c > 0.0:
        # arcsin(s)/s
        f = 1.0 + s2 * (1.0 / 6 + s2 * (3.0 / 40 + s2 * (15.0 / 336)))
    else:
        f = math.atan2(s, c) / s
    out[0] = f * x
    out[1] = f * y
    out[2] = f * z


@kernel
def right_jacobian(v, out):
    """J_r(v) = I − b [v]× + c [v]×²."""
    x, y, z = v[0], v[1], v[2]
    _, b, c, _, _ = coefficients(x * x + y * y + z * z)
    out[0, 0] = 1.0 - c * (y * y + z * z)
    out[0, 1] = b * z + c * x * y
    out[0, 2] = -b * y + c * x * z
    out[1, 0] = -b * z + c * x * y
    out[1, 1] = 1.0 - c * (x * x + z * z)
    out[1, 2] = b * x + c * y * z
    out[2, 0] = b * y + c * x * z
    out[2, 1] = -b * x + c * y * z
    out[2, 2] = 1.0 - c * (x * x + y * y)


@kernel
def inverse_coefficient(t2):
    """k(t²) = (1 − (t/2) cot(t/2)) / t² and dk/d(t²): J_l⁻¹(v) = I − ½[v]× + k [v]×²."""
    if t2 < 1e-2:
        k = 1.0 / 12 + t2 * (1.0 / 720 + t2 * (1.0 / 30240 + t2 / 1209600))
        dk = 1.0 / 720 + t2 * (1.0 / 15120 + t2 / 403200)
        return k, dk
    t = math.sqrt(t2)
    h = 0.5 * t
    cot = math.cos(h) / math.sin(h)
    k = (1.0 - h * cot) / t2
    # d(h cot h)/dt = ½(cot h − h / sin² h)
    dk = (-0.5 * (cot - h / math.sin(h) ** 2) / (2.0 * t) - k) / t2
    return k, dk


@kernel
def left_jacobian_inverse(v, out):
    """J_l⁻¹(v): spatial rotation of exp(v) → change of v."""
    x, y, z = v[0], v[1], v[2]
    k, _ = inverse_coefficient(x * x + y * y + z * z)
    out[0, 0] = 1.0 - k * (y * y + z * z)
    out[0, 1] = 0.5 * z + k * x * y
    out[0, 2] = -0.5 * y + k * x * z
    out[1, 0] = -0.5 * z + k * x * y
    out[1, 1] = 1.0 - k * (x * x + z * z)
    out[1, 2] = 0.5 * x + k * y * z
    out[2, 0] = 0.5 * y + k * x * z
    out[2, 1] = -0.5 * x + k * y * z
    out[2, 2] = 1.0 - k * (x * x + y * y)


@kernel
def pulled_moment_tangent(v, g, out):
    """out = ∂(J_l⁻ᵀ(v) g)/∂v at fixed g, where J_l⁻ᵀ g = g + ½ v×g + k v×(v×g)."""
    k, dk = inverse_coefficient(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    vg = v[0] * g[0] + v[1] * g[1] + v[2] * g[2]
    vv = v[0] * v[0] + v[1] * v[1] + v[2] * v[2]
    # v×(v×g) = v (v·g) − g (v·v)
    for i in range(3):
        wi = v[i] * vg - g[i] * vv
        for j in range(3):
            out[i, j] = k * (v[i] * g[j] - 2.0 * g[i] * v[j]) + 2.0 * dk * wi * v[j]
        out[i, i] += k * vg
    # ∂(½ v×g)/∂v = −½ [g]×
    out[0, 1] += 0.5 * g[2]
    out[0, 2] -= 0.5 * g[1]
    out[1, 0] -= 0.5 * g[2]
    out[1, 2] += 0.5 * g[0]
    out[2, 0] += 0.5 * g[1]
    out[2, 1] -= 0.5 * g[0]


@kernel
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


@kernel
def body_rate_tangent(v, y, out):
    """out = ∂(J_r(v) y(v))/∂v with ∂y/∂v = I, for w = J_r(v) y and y = v − v*."""
    x2 = v[0] * v[0] + v[1] * v[1] + v[2] * v[2]
    _, b, c, db, dc = coefficients(x2)
    right_jacobian(v, out)
    vy = v[0] * y[0] + v[1] * y[1] + v[2] * y[2]
    cx = v[1] * y[2] - v[2] * y[1]
    cy = v[2] * y[0] - v[0] * y[2]
    cz = v[0] * y[1] - v[1] * y[0]
    crs = (cx, cy, cz)
    for i in range(3):
        dd = v[i] * vy - y[i] * x2  # v×(v×y)
        for j in range(3):
            out[i, j] += -2.0 * db * crs[i] * v[j] + 2.0 * dc * dd * v[j]
            out[i, j] += c * (v[i] * y[j] - 2.0 * y[i] * v[j])
        out[i, i] += c * vy
    # −b ∂(v×y)/∂v at fixed y = +b [y]×
    out[0, 1] += -b * y[2]
    out[0, 2] += b * y[1]
    out[1, 0] += b * y[2]
    out[1, 2] += -b * y[0]
    out[2, 0] += -b * y[1]
    out[2, 1] += b * y[0]


@kernel
def invert3(m, out):
    """out = m⁻¹ of a well-conditioned 3 × 3 matrix."""
    c00 = m[1, 1] * m[2, 2] - m[1, 2] * m[2, 1]
    c01 = m[1, 2] * m[2, 0] - m[1, 0] * m[2, 2]
    c02 = m[1, 0] * m[2, 1] - m[1, 1] * m[2, 0]
    d = 1.0 / (m[0, 0] * c00 + m[0, 1] * c01 + m[0, 2] * c02)
    out[0, 0] = c00 * d
    out[1, 0] = c01 * d
    out[2, 0] = c02 * d
    out[0, 1] = (m[0, 2] * m[2, 1] - m[0, 1] * m[2, 2]) * d
    out[1, 1] = (m[0, 0] * m[2, 2] - m[0, 2] * m[2, 0]) * d
    out[2, 1] = (m[0, 1] * m[2, 0] - m[0, 0] * m[2, 1]) * d
    out[0, 2] = (m[0, 1] * m[1, 2] - m[0, 2] * m[1, 1]) * d
    out[1, 2] = (m[0, 2] * m[1, 0] - m[0, 0] * m[1, 2]) * d
    out[2, 2] = (m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]) * d
