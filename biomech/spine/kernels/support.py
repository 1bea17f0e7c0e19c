"""What holds the person: anchors, a surface with Coulomb friction, prescribed forces.

All act on one body each, so they touch only its diagonal block.
"""

import math

from biomech.compiled import inlined, kernel
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
    left_jacobian_inverse,
    logarithm,
    mat_t_vec,
    mat_vec,
    pulled_moment_tangent,
)
from biomech.spine.kernels.scratch import (
    FORCE,
    M1,
    M2,
    M3,
    SHIFT,
    V1,
    V2,
    V3,
)


@inlined
def add_point_force(res, d, rot, p, force, k, s):
    """Subtract a force (frame axes) at a body point, with k = −∂force/∂(point displacement)."""
    mat_t_vec(rot, force, s.vec[V1])
    f = s.vec[V1]
    for n in range(3):
        res[n] -= force[n]
    res[3] -= p[1] * f[2] - p[2] * f[1]
    res[4] -= p[2] * f[0] - p[0] * f[2]
    res[5] -= p[0] * f[1] - p[1] * f[0]
    # δ(point) = δr − R[p]δθ ; a = R[p]
    for r in range(3):
        s.mat[M1, r, 0] = rot[r, 1] * p[2] - rot[r, 2] * p[1]
        s.mat[M1, r, 1] = rot[r, 2] * p[0] - rot[r, 0] * p[2]
        s.mat[M1, r, 2] = rot[r, 0] * p[1] - rot[r, 1] * p[0]
    for r in range(3):
        for c in range(3):
            d[r, c] += k[r, c]
            ka = k[r, 0] * s.mat[M1, 0, c] + k[r, 1] * s.mat[M1, 1, c] + k[r, 2] * s.mat[M1, 2, c]
            s.mat[M2, r, c] = ka
            d[r, 3 + c] -= ka
            # rows of the moment: [p] Rᵀ k = −(R[p])ᵀ k
            d[3 + r, c] -= s.mat[M1, 0, r] * k[0, c] + s.mat[M1, 1, r] * k[1, c] + s.mat[M1, 2, r] * k[2, c]
    fp = f[0] * p[0] + f[1] * p[1] + f[2] * p[2]
    for r in range(3):
        for c in range(3):
            # −[p][Rᵀf]: the force turns in the body's axes;  [p][f] = f pᵀ − (f·p) I. Added in one go, so that
            # left and right cancel to the last bit
            stiff = s.mat[M1, 0, r] * s.mat[M2, 0, c] + s.mat[M1, 1, r] * s.mat[M2, 1, c] + s.mat[M1, 2, r] * s.mat[M2, 2, c]
            d[3 + r, 3 + c] += stiff - f[r] * p[c]
        d[3 + r, 3 + r] += fp


@inlined
def point_velocity(y, rot, p, s):
    """v + R (w × p) in the frame, into s.vec[V3]."""
    w = y[SPIN : SPIN + 3]
    s.vec[V2, 0] = w[1] * p[2] - w[2] * p[1]
    s.vec[V2, 1] = w[2] * p[0] - w[0] * p[2]
    s.vec[V2, 2] = w[0] * p[1] - w[1] * p[0]
    mat_vec(rot, s.vec[V2], s.vec[V3])
    for n in range(3):
        s.vec[V3, n] += y[VELOCITY + n]


@kernel
def add_anchor(row, y, rot, on, dh, res, diag, out, s):
    """Six-component spring and dashpot between a body point and the frame; out receives its force."""
    p = row[A_POINT : A_POINT + 3]
    mat_vec(rot, p, s.vec[V1])
    for n in range(3):
        s.vec[SHIFT, n] = y[POSITION + n] + s.vec[V1, n] - row[A_TARGET + n]
    point_velocity(y, rot, p, s)
    for n in range(3):
        k = row[A_STIFFNESS + n]
        c = row[A_DAMPING + n]
        s.vec[FORCE, n] = -on * (k * s.vec[SHIFT, n] + c * s.vec[V3, n])
        for q in range(3):
            s.mat[M3, n, q] = 0.0
        # the turning part of the damping is second order in a step and left to the Newton iteration
        s.mat[M3, n, n] = on * (k + c / dh)
        out[n] = s.vec[FORCE, n]
    add_point_force(res, diag, rot, p, s.vec[FORCE], s.mat[M3], s)
    turns = False
    for n in range(3):
        out[3 + n] = 0.0
        turns = turns or row[A_STIFFNESS + 3 + n] != 0.0 or row[A_DAMPING + 3 + n] != 0.0
    if not turns:
        return
    # Q = turnᵀ R
    for n in range(3):
        for q in range(3):
            s.mat[M1, n, q] = (
                row[A_TURN + n] * rot[0, q] + row[A_TURN + 3 + n] * rot[1, q] + row[A_TURN + 6 + n] * rot[2, q]
            )
    logarithm(s.mat[M1], s.vec[V1])
    for n in range(3):
        s.vec[V2, n] = on * row[A_STIFFNESS + 3 + n] * s.vec[V1, n]
        s.vec[V1, n] = -s.vec[V1, n]
    # δχ = J_r⁻¹(χ) δθ and J_r⁻¹(χ) = J_l⁻¹(−χ)
    left_jacobian_inverse(s.vec[V1], s.mat[M1])
    pulled_moment_tangent(s.vec[V1], s.vec[V2], s.mat[M2])
    for n in range(3):
        for q in range(3):
            s.mat[M3, n, q] = -s.mat[M2, n, q] + s.mat[M1, q, n] * on * row[A_STIFFNESS + 3 + q]
    for n in range(3):
        c = on * row[A_DAMPING + 3 + n]
        g = s.mat[M1, 0, n] * s.vec[V2, 0] + s.mat[M1, 1, n] * s.vec[V2, 1] + s.mat[M1, 2, n] * s.vec[V2, 2]
        g += c * y[SPIN + n]
        out[3 + n] = -g
        res[3 + n] += g
        for q in range(3):
            diag[3 + n, 3 + q] += (
                s.mat[M3, n, 0] * s.mat[M1, 0, q] + s.mat[M3, n, 1] * s.mat[M1, 1, q] + s.mat[M3, n, 2] * s.mat[M1, 2, q]
            )
        diag[3 + n, 3 + n] += c / dh


@kernel
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


@inlined
def add_contact(row, clock, y, known, slip, rot, on, mu, settle, dh, res, diag, out, s):
    """One-sided contact of one side of a body with the surface, and friction on it; adds to out (normal,
    friction y and z, limit). slip: where the slip of this side stands in the state."""
    p = row[S_POINT : S_POINT + 3]
    mat_vec(rot, p, s.vec[V1])
    for n in range(3):
        s.vec[SHIFT, n] = y[POSITION + n] + s.vec[V1, n] - row[S_PLACE + n]
    if on == 0.0:
        # as below where nothing presses
        y[slip], y[slip + 1] = s.vec[SHIFT, 1], s.vec[SHIFT, 2]
        return
    side = clock[SIDE]
    depth = -side * s.vec[SHIFT, 0]
    k = row[S_STIFFNESS]
    toe = clock[SURFACE_TOE]
    force, slope = contact_force(depth, k, toe)
    normal = 0.0
    dn = 0.0
    drag = 0.0  # soft tissue is viscous along the surface too: damps chatter, vanishes at rest
    if force > 0.0:
        point_velocity(y, rot, p, s)
        rate = -side * s.vec[V3, 0]
        c = row[S_DAMPING]
        normal = on * (force + c * slope / k * rate)
        dn = on * (slope + c * slope / k / dh)
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
            s.vec[SHIFT, 1], s.vec[SHIFT, 2], known[slip], known[slip + 1], limit, kt, clock[SLIP_TIME], settle, dh
        )
    else:
        # nothing presses: the mark that slip counts from goes along, so that a touch begins without force
        fy, fz, sy, sz, radial, by_limit, q = 0.0, 0.0, s.vec[SHIFT, 1], s.vec[SHIFT, 2], 0.0, 0.0, 0.0
    y[slip] = sy
    y[slip + 1] = sz
    out[0] += normal
    out[1] += fy
    out[2] += fz
    out[3] += limit
    if normal == 0.0:
        return
    for r in range(3):
        for q2 in range(3):
            s.mat[M3, r, q2] = 0.0
    s.mat[M3, 0, 0] = dn
    if by_limit == 0.0:
        s.mat[M3, 1, 1] = kt * q
        s.mat[M3, 2, 2] = kt * q
    else:
        size = math.sqrt(fy * fy + fz * fz)
        dy = -fy / size if size > 0.0 else 0.0
        dz = -fz / size if size > 0.0 else 0.0
        along = kt * radial
        across = kt * q
        s.mat[M3, 1, 1] = across + (along - across) * dy * dy
        s.mat[M3, 1, 2] = (along - across) * dy * dz
        s.mat[M3, 2, 1] = s.mat[M3, 1, 2]
        s.mat[M3, 2, 2] = across + (along - across) * dz * dz
        # the limit follows the normal force: ∂|f|/∂x = by_limit · µ · ∂N/∂x, ∂N/∂x = −side · dn
        s.mat[M3, 1, 0] = by_limit * mu * (-side * dn) * dy
        s.mat[M3, 2, 0] = by_limit * mu * (-side * dn) * dz
    s.vec[FORCE, 0] = side * normal
    s.vec[FORCE, 1] = fy
    s.vec[FORCE, 2] = fz
    if drag > 0.0:
        s.vec[FORCE, 1] -= drag * s.vec[V3, 1]
        s.vec[FORCE, 2] -= drag * s.vec[V3, 2]
        s.mat[M3, 1, 1] += drag / dh
        s.mat[M3, 2, 2] += drag / dh
    add_point_force(res, diag, rot, p, s.vec[FORCE], s.mat[M3], s)


@kernel
def add_load(row, rot, on, gravity, gx, gy, res, diag, s):
    """A prescribed force at a body point, fixed in the frame or along gravity."""
    if row[L_WITH_GRAVITY] == 1.0:
        size = on * row[L_FORCE] / gravity
        s.vec[FORCE, 0] = size * gx
        s.vec[FORCE, 1] = size * gy
        s.vec[FORCE, 2] = 0.0
    else:
        for n in range(3):
            s.vec[FORCE, n] = on * row[L_FORCE + n]
    for r in range(3):
        for c in range(3):
            s.mat[M3, r, c] = 0.0
    add_point_force(res, diag, rot, row[L_POINT : L_POINT + 3], s.vec[FORCE], s.mat[M3], s)
