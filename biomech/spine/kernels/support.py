"""What holds the person: anchors, a surface with Coulomb friction, prescribed forces.

All act on one body each, so they touch only its diagonal block.
"""

import math

from biomech.compiled import merged
from biomech.spine.kernels.facet import contact_force
from biomech.spine.kernels.layout import (
    A_DAMPING,
    A_POINT,
    A_STIFFNESS,
    A_TARGET,
    A_TURN,
    L_FORCE,
    L_POINT,
    L_WITH_GRAVITY,
    POSITION,
    S_DAMPING,
    S_PLACE,
    S_POINT,
    S_STIFFNESS,
    SIDE,
    SLIP_TIME,
    SPIN,
    SURFACE_KT,
    SURFACE_TOE,
    VELOCITY,
)
from biomech.spine.kernels.rotation import (
    cross,
    cross_times,
    dot,
    inverse_coefficient,
    left_jacobian_inverse,
    logarithm,
    mat_mul,
    mat_mul_t,
    mat_t_mul,
    mat_vec,
    pulled_moment_tangent,
    times_cross,
    transposed,
    vector,
)


@merged
def add_point_force(res, d, arm, f, k):
    """Subtract a force at a body point, with k = −∂force/∂(point displacement); all in the axes of the frame, d flat (6 × 6)."""
    moment = cross(arm, f)
    # δ(point) = δr − [arm]δθ, with a turn and a moment in the axes of the frame too
    ka = times_cross(k, arm)
    ak = cross_times(arm, k)
    aka = cross_times(arm, ka)
    fa = dot(f, arm)
    for r in range(3):
        res[r] -= f[r]
        res[3 + r] -= moment[r]
        for c in range(3):
            d[6 * r + c] += k[3 * r + c]
            d[6 * r + 3 + c] -= ka[3 * r + c]
            d[6 * r + 18 + c] += ak[3 * r + c]
            # −[arm][f]: the force turns in the body's axes;  [p][f] = f pᵀ − (f·p) I. Added in one go, so that
            # left and right cancel to the last bit
            d[6 * r + 21 + c] -= aka[3 * r + c] + f[r] * arm[c]
        d[7 * r + 21] += fa


@merged
def add_spring_force(res, d, arm, f, k):
    """`add_point_force` with k along the axes of the frame, as three numbers."""
    moment = cross(arm, f)
    x, y, z = arm
    kx, ky, kz = k
    ka = 0.0, -kx * z, kx * y, ky * z, 0.0, -ky * x, -kz * y, kz * x, 0.0
    aka = cross_times(arm, ka)
    fa = dot(f, arm)
    for r in range(3):
        res[r] -= f[r]
        res[3 + r] -= moment[r]
        d[7 * r] += k[r]
        for c in range(3):
            d[6 * r + 3 + c] -= ka[3 * r + c]
            d[6 * r + 18 + c] -= ka[3 * c + r]
            d[6 * r + 21 + c] -= aka[3 * r + c] + f[r] * arm[c]
        d[7 * r + 21] += fa


@merged
def point_velocity(y, rot, p):
    """v + R (w × p) in the frame."""
    v = mat_vec(rot, cross(vector(y, SPIN), p))
    return y[VELOCITY] + v[0], y[VELOCITY + 1] + v[1], y[VELOCITY + 2] + v[2]


@merged
def add_anchor(row, y, rot, on, per, res, d, out):
    """Six-component spring and dashpot between a body point and the frame; out receives its force. per = 1/dh."""
    p = vector(row, A_POINT)
    arm = mat_vec(rot, p)
    v = point_velocity(y, rot, p)
    k = vector(row, A_STIFFNESS)
    c = vector(row, A_DAMPING)
    f0 = -on * (k[0] * (y[POSITION] + arm[0] - row[A_TARGET]) + c[0] * v[0])
    f1 = -on * (k[1] * (y[POSITION + 1] + arm[1] - row[A_TARGET + 1]) + c[1] * v[1])
    f2 = -on * (k[2] * (y[POSITION + 2] + arm[2] - row[A_TARGET + 2]) + c[2] * v[2])
    out[0], out[1], out[2], out[3], out[4], out[5] = f0, f1, f2, 0.0, 0.0, 0.0
    # the turning part of the damping is second order in a step and left to the Newton iteration
    k0, k1, k2 = on * (k[0] + c[0] * per), on * (k[1] + c[1] * per), on * (k[2] + c[2] * per)
    add_spring_force(res, d, arm, (f0, f1, f2), (k0, k1, k2))
    k = vector(row, A_STIFFNESS + 3)
    c = vector(row, A_DAMPING + 3)
    if k[0] == 0.0 and k[1] == 0.0 and k[2] == 0.0 and c[0] == 0.0 and c[1] == 0.0 and c[2] == 0.0:
        return
    # Q = turnᵀ R
    turn = (
        row[A_TURN], row[A_TURN + 1], row[A_TURN + 2], row[A_TURN + 3], row[A_TURN + 4], row[A_TURN + 5],
        row[A_TURN + 6], row[A_TURN + 7], row[A_TURN + 8],
    )
    x = logarithm(mat_t_mul(turn, rot))
    k = on * k[0], on * k[1], on * k[2]
    c = on * c[0], on * c[1], on * c[2]
    pull = k[0] * x[0], k[1] * x[1], k[2] * x[2]
    # δχ = J_r⁻¹(χ) δθ and J_r⁻¹(χ) = J_l⁻¹(−χ)
    back = -x[0], -x[1], -x[2]
    gain, slope = inverse_coefficient(dot(x, x))
    j = left_jacobian_inverse(back, gain)
    t = pulled_moment_tangent(back, pull, gain, slope)
    h = (
        j[0] * k[0] - t[0], j[3] * k[1] - t[1], j[6] * k[2] - t[2], j[1] * k[0] - t[3], j[4] * k[1] - t[4],
        j[7] * k[2] - t[5], j[2] * k[0] - t[6], j[5] * k[1] - t[7], j[8] * k[2] - t[8],
    )
    h = mat_mul(h, j)
    h = h[0] + c[0] * per, h[1], h[2], h[3], h[4] + c[1] * per, h[5], h[6], h[7], h[8] + c[2] * per
    g = mat_vec(transposed(j), pull)
    g = g[0] + c[0] * y[SPIN], g[1] + c[1] * y[SPIN + 1], g[2] + c[2] * y[SPIN + 2]
    turned = mat_vec(rot, g)
    h = mat_mul_t(mat_mul(rot, h), rot)
    for r in range(3):
        out[3 + r] = -g[r]
        res[3 + r] += turned[r]
        for q in range(3):
            d[6 * r + 21 + q] += h[3 * r + q]


@merged
def friction(uy, uz, sy, sz, limit, kt, slip_time, settle_time, dh):
    """Coulomb friction with elastic sticking: return mapping of one contact.

    uy, uz: displacement along the surface; sy, sz: slip known before the stage. Below the limit the contact
    sticks, but breathing and small movements let it settle over ``settle_time``; above, it slips within
    ``slip_time``: ṡ = (u − s)/T + (|q| − µN)₊/(k_t η) q/|q|.
    Returns force y, z on the body, new slip y, z, and the tangents ∂q/∂|u| /k_t, ∂q/∂limit, |q|/|q*|.
    """
    qy = kt * (uy - sy)
    qz = kt * (uz - sz)
    r = math.sqrt(qy * qy + qz * qz)
    a = dh / settle_time
    if r <= limit * (1.0 + a):
        q = 1.0 / (1.0 + a)
        return -q * qy, -q * qz, uy - q * qy / kt, uz - q * qz / kt, q, 0.0, q
    c = dh / slip_time
    q = (r + c * limit) / ((1.0 + a + c) * r)
    return (
        -q * qy, -q * qz, uy - q * qy / kt, uz - q * qz / kt, 1.0 / (1.0 + a + c), c / (1.0 + a + c), q,
    )


@merged
def add_contact(row, clock, y, known, slip, rot, on, mu, settle, dh, per, res, d, out):
    """One-sided contact of one side of a body with the surface, and friction on it; adds to out (normal,
    friction y and z, limit). slip: where the slip of this side stands in the state."""
    p = vector(row, S_POINT)
    arm = mat_vec(rot, p)
    uy = y[POSITION + 1] + arm[1] - row[S_PLACE + 1]
    uz = y[POSITION + 2] + arm[2] - row[S_PLACE + 2]
    if on == 0.0:
        # as below where nothing presses
        y[slip], y[slip + 1] = uy, uz
        return
    side = clock[SIDE]
    depth = -side * (y[POSITION] + arm[0] - row[S_PLACE])
    k = row[S_STIFFNESS]
    toe = clock[SURFACE_TOE]
    force, slope = contact_force(depth, k, toe)
    vy, vz = 0.0, 0.0
    normal = 0.0
    dn = 0.0
    drag = 0.0  # soft tissue is viscous along the surface too: damps chatter, vanishes at rest
    if force > 0.0:
        vx, vy, vz = point_velocity(y, rot, p)
        rate = -side * vx
        c = row[S_DAMPING]
        normal = on * (force + c * slope / k * rate)
        dn = on * (slope + c * slope / k * per)
        if depth < toe:
            dn += on * c * rate / toe
        drag = on * c * slope / k
        if normal <= 0.0:
            normal = 0.0
            dn = 0.0
    limit = mu * normal
    kt = clock[SURFACE_KT]
    if limit > 0.0:
        fy, fz, sy, sz, radial, by_limit, q = friction(
            uy, uz, known[slip], known[slip + 1], limit, kt, clock[SLIP_TIME], settle, dh
        )
    else:
        # nothing presses: the mark that slip counts from goes along, so that a touch begins without force
        fy, fz, sy, sz, radial, by_limit, q = 0.0, 0.0, uy, uz, 0.0, 0.0, 0.0
    y[slip] = sy
    y[slip + 1] = sz
    out[0] += normal
    out[1] += fy
    out[2] += fz
    out[3] += limit
    if normal == 0.0:
        return
    if by_limit == 0.0:
        kyy, kyz, kzz, kyx, kzx = kt * q, 0.0, kt * q, 0.0, 0.0
    else:
        size = math.sqrt(fy * fy + fz * fz)
        dy = -fy / size if size > 0.0 else 0.0
        dz = -fz / size if size > 0.0 else 0.0
        along = kt * radial
        across = kt * q
        kyy = across + (along - across) * dy * dy
        kyz = (along - across) * dy * dz
        kzz = across + (along - across) * dz * dz
        # the limit follows the normal force: ∂|f|/∂x = by_limit · µ · ∂N/∂x, ∂N/∂x = −side · dn
        kyx = by_limit * mu * (-side * dn) * dy
        kzx = by_limit * mu * (-side * dn) * dz
    if drag > 0.0:
        fy -= drag * vy
        fz -= drag * vz
        kyy += drag * per
        kzz += drag * per
    add_point_force(res, d, arm, (side * normal, fy, fz), (dn, 0.0, 0.0, kyx, kyy, kyz, kzx, kyz, kzz))


@merged
def add_load(row, rot, on, gravity, gx, gy, res, d):
    """A prescribed force at a body point, fixed in the frame or along gravity."""
    if row[L_WITH_GRAVITY] == 1.0:
        size = on * row[L_FORCE] / gravity
        f = size * gx, size * gy, 0.0
    else:
        f = on * row[L_FORCE], on * row[L_FORCE + 1], on * row[L_FORCE + 2]
    nothing = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    add_point_force(res, d, mat_vec(rot, vector(row, L_POINT)), f, nothing)
