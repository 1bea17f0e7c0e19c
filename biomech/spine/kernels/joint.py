"""A joint: two bodies, the disc, ligaments, facets and muscles between them, and the exact tangent.

Notation, all in the axes of the joint frame A on the lower body a: d = displacement of the upper
origin, Q = Aᵀ B the relative rotation, φ = log Q. A virtual motion is (δρ, β, α): relative shift and
the turns of b and a; then

    δd = δρ − σ_b × … :  δd = δρ − [σ_b]β + [σ_a + d]α,     δψ = β − α

with σ_a, σ_b the vectors from the centres of mass to the joint origin. Force f and moment m act on b
at the upper origin; a receives exactly the opposite at the same point, so internal forces and moments
sum to zero whatever the pose.
"""

import math

from biomech.compiled import inlined
from biomech.spine.kernels.disc import disc_law
from biomech.spine.kernels.facet import contact_force
from biomech.spine.kernels.layout import (
    AT_A,
    AT_B,
    DISC_TENSION,
    FACET_A,
    FACET_B,
    FACET_FORCE,
    FACET_GAP,
    FACET_NORMAL,
    FACET_STIFFNESS,
    FACET_TOE,
    FORCE_X,
    FORCE_Y,
    FORCE_Z,
    FRAME_A,
    FRAME_B,
    LIGAMENT_FORCE,
    M_CURVE,
    M_HOLD,
    M_MOMENT,
    M_TONE,
    MOMENT_X,
    MOMENT_Y,
    MOMENT_Z,
    MUSCLE_FORCE,
    PRESSURE,
    STRAND_A,
    STRAND_B,
    STRAND_LENGTH,
    STRAND_SLACK,
    STRAND_STIFFNESS,
    STRAND_TOE,
    TRACTION,
)
from biomech.spine.kernels.rotation import (
    cross,
    left_jacobian_inverse,
    logarithm,
    mat_t_mul,
    mat_t_vec,
    mat_vec,
    pulled_moment_tangent,
)
from biomech.spine.kernels.scratch import (
    ARM,
    ARM_A,
    ARM_B,
    AXES_A,
    AXES_B,
    BACK,
    COLUMN_FORCE,
    COLUMN_SLOPE,
    FORCE,
    FRAME,
    M1,
    M2,
    M3,
    MOMENT,
    MUSCLES,
    SHIFT,
    STIFF,
    STRAIN_RATE,
    TURN,
    V1,
    V2,
    V3,
    G,
    H,
    X,
)
from biomech.spine.kernels.strand import strand_tension


@inlined
def times_row_major(m, row, out):
    """out = m r, r the 3 × 3 matrix stored row by row."""
    for i in range(3):
        for c in range(3):
            out[i, c] = m[i, 0] * row[c] + m[i, 1] * row[3 + c] + m[i, 2] * row[6 + c]


@inlined
def joint_pose(joint, ra, rot_a, rb, rot_b, s, e):
    """Joint coordinates e of two bodies; leaves the frames in the scratch."""
    times_row_major(rot_a, joint[FRAME_A : FRAME_A + 9], s.mat[AXES_A])
    times_row_major(rot_b, joint[FRAME_B : FRAME_B + 9], s.mat[AXES_B])
    mat_t_mul(s.mat[AXES_A], s.mat[AXES_B], s.mat[TURN])
    for i in range(3):
        s.vec[V1, i] = (
            rot_b[i, 0] * joint[AT_B] + rot_b[i, 1] * joint[AT_B + 1] + rot_b[i, 2] * joint[AT_B + 2]
        )
        s.vec[V2, i] = (
            rot_a[i, 0] * joint[AT_A] + rot_a[i, 1] * joint[AT_A + 1] + rot_a[i, 2] * joint[AT_A + 2]
        )
        s.vec[V3, i] = (rb[i] + s.vec[V1, i]) - (ra[i] + s.vec[V2, i])
    mat_t_vec(s.mat[AXES_A], s.vec[V3], s.vec[SHIFT])
    mat_t_vec(s.mat[AXES_A], s.vec[V1], s.vec[ARM_B])
    mat_t_vec(s.mat[AXES_A], s.vec[V2], s.vec[ARM_A])
    logarithm(s.mat[TURN], s.vec[V1])
    for i in range(3):
        e[i] = s.vec[SHIFT, i]
        e[i + 3] = s.vec[V1, i]


@inlined
def add_line(s, q, k, force):
    """Add a force on b at lever q (from the upper origin) with tangent k (3 × 3) to f, m and stiff."""
    cross(q, force, s.vec[V3])
    for i in range(3):
        s.vec[FORCE, i] += force[i]
        s.vec[MOMENT, i] += s.vec[V3, i]
    # k [q]: columns c of k × … ; [q] k
    for r in range(3):
        a = k[r, 1] * q[2] - k[r, 2] * q[1]
        b = k[r, 2] * q[0] - k[r, 0] * q[2]
        c = k[r, 0] * q[1] - k[r, 1] * q[0]
        s.mat[M2, r, 0] = a
        s.mat[M2, r, 1] = b
        s.mat[M2, r, 2] = c
        for i in range(3):
            s.big[STIFF, r, i] += k[r, i]
        s.big[STIFF, r, 3] -= a
        s.big[STIFF, r, 4] -= b
        s.big[STIFF, r, 5] -= c
    # −[f][q] = −(q fᵀ − (f·q) I) and [q] k [q], added in one go so that left and right cancel to the last bit
    fq = force[0] * q[0] + force[1] * q[1] + force[2] * q[2]
    for i in range(3):
        s.big[STIFF, 3, i] += q[1] * k[2, i] - q[2] * k[1, i]
        s.big[STIFF, 4, i] += q[2] * k[0, i] - q[0] * k[2, i]
        s.big[STIFF, 5, i] += q[0] * k[1, i] - q[1] * k[0, i]
        s.big[STIFF, 3, 3 + i] -= q[1] * s.mat[M2, 2, i] - q[2] * s.mat[M2, 1, i] + q[0] * force[i]
        s.big[STIFF, 4, 3 + i] -= q[2] * s.mat[M2, 0, i] - q[0] * s.mat[M2, 2, i] + q[1] * force[i]
        s.big[STIFF, 5, 3 + i] -= q[0] * s.mat[M2, 1, i] - q[1] * s.mat[M2, 0, i] + q[2] * force[i]
        s.big[STIFF, 3 + i, 3 + i] += fq


@inlined
def pull_back(s, e):
    """Turn g, h in joint coordinates into force f, moment m and their tangent in (d, ψ)."""
    v = s.vec[V1]
    gm = s.vec[V2]
    for i in range(3):
        v[i] = e[3 + i]
        gm[i] = s.vec[G, 3 + i]
    left_jacobian_inverse(v, s.mat[M1])
    pulled_moment_tangent(v, gm, s.mat[M3])
    for i in range(3):
        s.vec[FORCE, i] = -s.vec[G, i]
        s.vec[MOMENT, i] = -(s.mat[M1, 0, i] * gm[0] + s.mat[M1, 1, i] * gm[1] + s.mat[M1, 2, i] * gm[2])
        for c in range(3):
            s.big[STIFF, i, c] = s.big[H, i, c]
            s.big[STIFF, i, 3 + c] = (
                s.big[H, i, 3] * s.mat[M1, 0, c] + s.big[H, i, 4] * s.mat[M1, 1, c] + s.big[H, i, 5] * s.mat[M1, 2, c]
            )
            s.big[STIFF, 3 + i, c] = (
                s.mat[M1, 0, i] * s.big[H, 3, c] + s.mat[M1, 1, i] * s.big[H, 4, c] + s.mat[M1, 2, i] * s.big[H, 5, c]
            )
            s.mat[M2, i, c] = s.mat[M3, i, c] + (
                s.mat[M1, 0, i] * s.big[H, 3, 3 + c] + s.mat[M1, 1, i] * s.big[H, 4, 3 + c] + s.mat[M1, 2, i] * s.big[H, 5, 3 + c]
            )
    for i in range(3):
        for c in range(3):
            s.big[STIFF, 3 + i, 3 + c] = (
                s.mat[M2, i, 0] * s.mat[M1, 0, c] + s.mat[M2, i, 1] * s.mat[M1, 1, c] + s.mat[M2, i, 2] * s.mat[M1, 2, c]
            )


@inlined
def add_strands(strands, first, end, s):
    """Ligaments ``first``…``end`` of this joint; returns the sum of their tensions."""
    q = s.vec[V1]
    line = s.vec[V2]
    sum_ = 0.0
    for k in range(first, end):
        t = strands[k]
        for i in range(3):
            q[i] = (
                s.mat[TURN, i, 0] * t[STRAND_B] + s.mat[TURN, i, 1] * t[STRAND_B + 1] + s.mat[TURN, i, 2] * t[STRAND_B + 2]
            )
            line[i] = s.vec[SHIFT, i] + q[i] - t[STRAND_A + i]
        length = math.sqrt(line[0] ** 2 + line[1] ** 2 + line[2] ** 2)
        rest = t[STRAND_LENGTH]
        pull, slope = strand_tension(
            length / rest - 1.0, t[STRAND_STIFFNESS], t[STRAND_SLACK], t[STRAND_TOE]
        )
        if pull == 0.0:
            continue
        sum_ += pull
        across = pull / length
        along = slope / rest - across
        for i in range(3):
            line[i] /= length
        for i in range(3):
            for c in range(3):
                s.mat[M1, i, c] = along * line[i] * line[c]
            s.mat[M1, i, i] += across
        for i in range(3):
            line[i] *= -pull
        add_line(s, q, s.mat[M1], line)
    return sum_


@inlined
def add_facets(facets, first, end, s):
    """Facets ``first``…``end`` of this joint; returns the sum of their contact forces."""
    q = s.vec[V1]
    line = s.vec[V2]
    sum_ = 0.0
    for k in range(first, end):
        t = facets[k]
        depth = -t[FACET_GAP]
        for i in range(3):
            q[i] = (
                s.mat[TURN, i, 0] * t[FACET_B] + s.mat[TURN, i, 1] * t[FACET_B + 1] + s.mat[TURN, i, 2] * t[FACET_B + 2]
            )
            depth -= t[FACET_NORMAL + i] * (s.vec[SHIFT, i] + q[i] - t[FACET_A + i])
        push, slope = contact_force(depth, t[FACET_STIFFNESS], t[FACET_TOE])
        if push == 0.0:
            continue
        sum_ += push
        for i in range(3):
            for c in range(3):
                s.mat[M1, i, c] = slope * t[FACET_NORMAL + i] * t[FACET_NORMAL + c]
            line[i] = push * t[FACET_NORMAL + i]
        add_line(s, q, s.mat[M1], line)
    return sum_


@inlined
def joint_law(j, plan, e, rate_gain, known, dh, w_guess, s, report):
    """Force and moment on the upper body with their tangent (in the scratch); returns the water gain.

    The pose must have been set by ``joint_pose``, strain rate and muscle (tone, moment, hold, curve) put into
    the scratch. ``report`` receives the parts.
    """
    w, pressure, tension = disc_law(
        plan.disc[j], plan.linear[j], plan.branch, e, s.vec[STRAIN_RATE], rate_gain, known, dh, w_guess,
        s.vec[COLUMN_FORCE], s.vec[COLUMN_SLOPE], s.vec[G], s.big[H],
    )
    tone = s.vec[MUSCLES, M_TONE]
    s.vec[G, 1] += tone
    for i in range(3):
        hold = s.vec[MUSCLES, M_HOLD + i]
        s.vec[G, 3 + i] += hold * (e[3 + i] - s.vec[MUSCLES, M_CURVE + i]) - s.vec[MUSCLES, M_MOMENT + i]
        s.big[H, 3 + i, 3 + i] += hold
    pull_back(s, e)
    report[DISC_TENSION] = tension
    report[PRESSURE] = pressure
    report[MUSCLE_FORCE] = tone
    report[LIGAMENT_FORCE] = add_strands(
        plan.strand, plan.strand_first[j], plan.strand_first[j + 1], s
    )
    report[FACET_FORCE] = add_facets(plan.facet, plan.facet_first[j], plan.facet_first[j + 1], s)
    # the passive part, what tissue carries: muscle taken out again
    report[FORCE_X] = s.vec[FORCE, 0]
    report[FORCE_Y] = s.vec[FORCE, 1] + tone
    report[FORCE_Z] = s.vec[FORCE, 2]
    report[MOMENT_X] = s.vec[MOMENT, 0]
    report[MOMENT_Y] = s.vec[MOMENT, 1]
    report[MOMENT_Z] = s.vec[MOMENT, 2]
    report[TRACTION] = -(
        s.mat[AXES_A, 1, 0] * s.vec[FORCE, 0] + s.mat[AXES_A, 1, 1] * s.vec[FORCE, 1] + s.mat[AXES_A, 1, 2] * s.vec[FORCE, 2]
    )
    return w


@inlined
def joint_tangent(s, x):
    """x (9 × 9) = ∂(force on b, moment on b, moment on a)/∂(δρ, β, α) in joint axes."""
    for i in range(3):
        s.vec[ARM, i] = s.vec[ARM_A, i] + s.vec[SHIFT, i]
    a = s.vec[ARM]
    b = s.vec[ARM_B]
    # −T E for the six rows of (f, m), δd = δρ − [σ_b]β + [σ_a + d]α: first into x rows 0–5
    for r in range(6):
        k = s.big[STIFF, r]
        k0, k1, k2 = k[0], k[1], k[2]
        x[r, 0] = -k0
        x[r, 1] = -k1
        x[r, 2] = -k2
        x[r, 3] = -k[3] + (k1 * b[2] - k2 * b[1])
        x[r, 4] = -k[4] + (k2 * b[0] - k0 * b[2])
        x[r, 5] = -k[5] + (k0 * b[1] - k1 * b[0])
        x[r, 6] = k[3] - (k1 * a[2] - k2 * a[1])
        x[r, 7] = k[4] - (k2 * a[0] - k0 * a[2])
        x[r, 8] = k[5] - (k0 * a[1] - k1 * a[0])
    # moment on a: −δm + [f] δd − [σ_a + d] δf
    f = s.vec[FORCE]
    for c in range(9):
        f0, f1, f2 = x[0, c], x[1, c], x[2, c]
        x[6, c] = -x[3, c] - (a[1] * f2 - a[2] * f1)
        x[7, c] = -x[4, c] - (a[2] * f0 - a[0] * f2)
        x[8, c] = -x[5, c] - (a[0] * f1 - a[1] * f0)
        # moment on b: δm + [σ_b] δf (+ turning terms below)
        x[3, c] += b[1] * f2 - b[2] * f1
        x[4, c] += b[2] * f0 - b[0] * f2
        x[5, c] += b[0] * f1 - b[1] * f0
    # [f] δd, δd = δρ − [σ_b]β + [σ_a + d]α;  [f][v] = v fᵀ − (f·v) I
    x[6, 1] -= f[2]
    x[6, 2] += f[1]
    x[7, 0] += f[2]
    x[7, 2] -= f[0]
    x[8, 0] -= f[1]
    x[8, 1] += f[0]
    fb = f[0] * s.vec[ARM_B, 0] + f[1] * s.vec[ARM_B, 1] + f[2] * s.vec[ARM_B, 2]
    fa = f[0] * s.vec[ARM, 0] + f[1] * s.vec[ARM, 1] + f[2] * s.vec[ARM, 2]
    for r in range(3):
        for c in range(3):
            x[6 + r, 3 + c] -= s.vec[ARM_B, r] * f[c]
            x[6 + r, 6 + c] += s.vec[ARM, r] * f[c]
        x[6 + r, 3 + r] += fb
        x[6 + r, 6 + r] -= fa
    # turning of the axes: force −[f]α ; moment on b ([m] + [σ_b][f]) (β − α)
    x[0, 7] += f[2]
    x[0, 8] -= f[1]
    x[1, 6] -= f[2]
    x[1, 8] += f[0]
    x[2, 6] += f[1]
    x[2, 7] -= f[0]
    m = s.vec[MOMENT]
    for sign, col in ((1.0, 3), (-1.0, 6)):
        x[3, col + 1] -= sign * m[2]
        x[3, col + 2] += sign * m[1]
        x[4, col] += sign * m[2]
        x[4, col + 2] -= sign * m[0]
        x[5, col] -= sign * m[1]
        x[5, col + 1] += sign * m[0]
        for r in range(3):
            for c in range(3):
                x[3 + r, col + c] += sign * f[r] * s.vec[ARM_B, c]
            x[3 + r, col + r] -= sign * fb


@inlined
def turn_tangent(x, axes):
    """x = L x Lᵀ in place, with the three matrices of ``axes`` on the diagonal of L (9 × 9)."""
    for block in range(3):
        m = axes[block]
        at = 3 * block
        for c in range(9):
            x0, x1, x2 = x[at, c], x[at + 1, c], x[at + 2, c]
            for i in range(3):
                x[at + i, c] = m[i, 0] * x0 + m[i, 1] * x1 + m[i, 2] * x2
    for block in range(3):
        m = axes[block]
        at = 3 * block
        for r in range(9):
            x0, x1, x2 = x[r, at], x[r, at + 1], x[r, at + 2]
            for i in range(3):
                x[r, at + i] = x0 * m[i, 0] + x1 * m[i, 1] + x2 * m[i, 2]


@inlined
def add_joint_residual(s, frame_a, rot_b, res_a, res_b):
    """Subtract the joint's forces from the residuals (frame force, body moment) of its two bodies.

    frame_a: joint axes in the axes of a, row by row. Leaves the axes that ``add_joint_tangent`` needs.
    """
    for r in range(3):
        for c in range(3):
            s.mat[FRAME, r, c] = frame_a[3 * r + c]
    mat_t_mul(rot_b, s.mat[AXES_A], s.mat[BACK])
    mat_vec(s.mat[AXES_A], s.vec[FORCE], s.vec[V1])
    for i in range(3):
        res_b[i] -= s.vec[V1, i]
        res_a[i] += s.vec[V1, i]
    cross(s.vec[ARM_B], s.vec[FORCE], s.vec[V2])
    for i in range(3):
        s.vec[V2, i] += s.vec[MOMENT, i]
    mat_vec(s.mat[BACK], s.vec[V2], s.vec[V1])
    for i in range(3):
        res_b[3 + i] -= s.vec[V1, i]
        s.vec[ARM, i] = s.vec[ARM_A, i] + s.vec[SHIFT, i]
    cross(s.vec[ARM], s.vec[FORCE], s.vec[V2])
    for i in range(3):
        s.vec[V2, i] += s.vec[MOMENT, i]
    mat_vec(s.mat[FRAME], s.vec[V2], s.vec[V1])
    for i in range(3):
        res_a[3 + i] += s.vec[V1, i]


@inlined
def add_joint_tangent(s, diag_a, diag_b, upper_a, lower_b):
    """Add −∂(forces)/∂(δr, δθ) to the blocks (a,a), (b,b), (a,b), (b,a)."""
    x = s.big[X]
    joint_tangent(s, x)
    # forces and shifts into the axes of the frame, moments and turns into those of b and of a
    turn_tangent(x, s.mat[:3])
    for r in range(3):
        for c in range(3):
            k = x[r, c]  # force by shift is the same four times
            diag_a[r, c] -= k
            diag_b[r, c] -= k
            upper_a[r, c] += k
            lower_b[r, c] += k
            diag_b[r, 3 + c] -= x[r, 3 + c]
            diag_b[3 + r, c] -= x[3 + r, c]
            diag_b[3 + r, 3 + c] -= x[3 + r, 3 + c]
            lower_b[r, 3 + c] -= x[r, 6 + c]
            lower_b[3 + r, c] += x[3 + r, c]
            lower_b[3 + r, 3 + c] -= x[3 + r, 6 + c]
            diag_a[r, 3 + c] += x[r, 6 + c]
            diag_a[3 + r, c] += x[6 + r, c]
            diag_a[3 + r, 3 + c] -= x[6 + r, 6 + c]
            upper_a[r, 3 + c] += x[r, 3 + c]
            upper_a[3 + r, c] -= x[6 + r, c]
            upper_a[3 + r, 3 + c] -= x[6 + r, 3 + c]
