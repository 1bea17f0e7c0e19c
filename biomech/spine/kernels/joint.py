"""A joint: two bodies, the disc, ligaments, facets and muscles between them, and the exact tangent.

Notation: d = displacement of the upper origin in the axes of the joint frame A on the lower body a, Q = Aᵀ B the
relative rotation, φ = log Q, e = (d, φ). Force f and moment m act on b at the upper origin; a receives exactly the
opposite at the same point, so internal forces and moments sum to zero whatever the pose.

What follows the law is in the axes of the frame. With δψ = β − α the relative turn and δd' the shift of the upper
origin as seen from a, the law gives −δf = k δd' + l δψ and −δm = lᵀ δd' + n δψ, beside the turning of f and m with a;
k is symmetric. Both follow from the shift δρ of b against a and the turns β of b and α of a,

    δd' = δρ − [σ]β + [ρ + σ]α

with σ from the centre of mass of b to the upper origin and ρ from the centre of a to that of b. So all that a joint
adds to the tangent is made of k, l, n, f, m; that a turn of the whole changes nothing and that force and moment of a
are those of b reversed leaves only few products to be computed.
"""

import math

from biomech.compiled import merged
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
    cross_times,
    dot,
    inverse_coefficient,
    left_jacobian_inverse,
    logarithm,
    mat_mul,
    mat_mul_t,
    mat_t_mul,
    mat_t_vec,
    mat_vec,
    pulled_moment_tangent,
    times_cross,
    transposed,
    vector,
)
from biomech.spine.kernels.scratch import COLUMN_FORCE, COLUMN_SLOPE, STRAIN_RATE, G
from biomech.spine.kernels.strand import strand_tension


@merged
def axes_of(joint, at):
    """Axes of a joint in those of a body, from its row."""
    return (
        joint[at], joint[at + 1], joint[at + 2], joint[at + 3], joint[at + 4], joint[at + 5], joint[at + 6],
        joint[at + 7], joint[at + 8],
    )


@merged
def joint_pose(joint, ra, rot_a, rb, rot_b, e):
    """Put the joint coordinates of two bodies into e; returns the axes of a and b, ρ, σ and the displacement."""
    axes_a = mat_mul(rot_a, axes_of(joint, FRAME_A))
    axes_b = mat_mul(rot_b, axes_of(joint, FRAME_B))
    own = mat_vec(rot_a, vector(joint, AT_A))
    arm = mat_vec(rot_b, vector(joint, AT_B))
    shift = (rb[0] + arm[0]) - (ra[0] + own[0]), (rb[1] + arm[1]) - (ra[1] + own[1]), (rb[2] + arm[2]) - (ra[2] + own[2])
    e[0], e[1], e[2] = mat_t_vec(axes_a, shift)
    e[3], e[4], e[5] = logarithm(mat_t_mul(axes_a, axes_b))
    return axes_a, axes_b, (rb[0] - ra[0], rb[1] - ra[1], rb[2] - ra[2]), arm, shift


@merged
def pull_back(axes, e, g, h):
    """Force f, moment m and k, l (`mixed`), n in the axes of the frame from g, h in joint coordinates."""
    v = vector(e, 3)
    gm = vector(g, 3)
    gain, slope = inverse_coefficient(dot(v, v))
    # change of φ with a turn given in the frame
    turn = mat_mul_t(left_jacobian_inverse(v, gain), axes)
    f = mat_vec(axes, (-g[0], -g[1], -g[2]))
    m = mat_t_vec(turn, (-gm[0], -gm[1], -gm[2]))
    shifts = mat_mul(axes, (h[0, 0], h[0, 1], h[0, 2], h[1, 0], h[1, 1], h[1, 2], h[2, 0], h[2, 1], h[2, 2]))
    k = mat_mul_t(shifts, axes)
    mixed = mat_mul(mat_mul(axes, (h[0, 3], h[0, 4], h[0, 5], h[1, 3], h[1, 4], h[1, 5], h[2, 3], h[2, 4], h[2, 5])), turn)
    a = mat_t_mul(turn, (h[3, 3], h[3, 4], h[3, 5], h[4, 3], h[4, 4], h[4, 5], h[5, 3], h[5, 4], h[5, 5]))
    b = mat_mul(axes, pulled_moment_tangent(v, gm, gain, slope))
    n = mat_mul(plus(a, b), turn)
    return f, m, k, mixed, n


@merged
def plus(a, b):
    """Sum of two matrices."""
    return (
        a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5], a[6] + b[6], a[7] + b[7],
        a[8] + b[8],
    )


@merged
def minus(a, b):
    """Difference of two matrices."""
    return (
        a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3], a[4] - b[4], a[5] - b[5], a[6] - b[6], a[7] - b[7],
        a[8] - b[8],
    )


@merged
def add_line(law, q, line, force, along, across):
    """Add a force on b at lever q (from the upper origin), stiff along and across a line, to f, m, k, l, n."""
    f, m, k, mixed, n = law
    x, y, z = line
    a, b, c = q
    turn = cross(q, force)
    # (along u uᵀ + across I) [q] with u the line: u (u × q)ᵀ
    p = cross(line, q)
    fq = dot(force, q)
    qq = dot(q, q)
    ax, ay, az = along * x, along * y, along * z
    px, py, pz = along * p[0], along * p[1], along * p[2]
    # −[f][q] = −(q fᵀ − (f·q) I) and −[q] k [q], added in one go so that left and right cancel to the last bit
    u, v, w = across * a + force[0], across * b + force[1], across * c + force[2]
    on = across * qq + fq
    xy, xz, yz = ax * y, ax * z, ay * z
    return (
        (f[0] + force[0], f[1] + force[1], f[2] + force[2]),
        (m[0] + turn[0], m[1] + turn[1], m[2] + turn[2]),
        (
            k[0] + (ax * x + across), k[1] + xy, k[2] + xz, k[3] + xy, k[4] + (ay * y + across), k[5] + yz,
            k[6] + xz, k[7] + yz, k[8] + (az * z + across),
        ),
        (
            mixed[0] - ax * p[0], mixed[1] - (ax * p[1] - across * c), mixed[2] - (ax * p[2] + across * b),
            mixed[3] - (ay * p[0] + across * c), mixed[4] - ay * p[1], mixed[5] - (ay * p[2] - across * a),
            mixed[6] - (az * p[0] - across * b), mixed[7] - (az * p[1] + across * a), mixed[8] - az * p[2],
        ),
        (
            n[0] + (px * p[0] - a * u + on), n[1] + (px * p[1] - a * v), n[2] + (px * p[2] - a * w),
            n[3] + (py * p[0] - b * u), n[4] + (py * p[1] - b * v + on), n[5] + (py * p[2] - b * w),
            n[6] + (pz * p[0] - c * u), n[7] + (pz * p[1] - c * v), n[8] + (pz * p[2] - c * w + on),
        ),
    )


@merged
def add_strands(strands, first, end, axes_a, axes_b, shift, law):
    """Ligaments ``first``…``end`` of this joint; returns the law with them and the sum of their tensions."""
    sum_ = 0.0
    for i in range(first, end):
        t = strands[i]
        q = mat_vec(axes_b, vector(t, STRAND_B))
        p = mat_vec(axes_a, vector(t, STRAND_A))
        x, y, z = shift[0] + q[0] - p[0], shift[1] + q[1] - p[1], shift[2] + q[2] - p[2]
        length = math.sqrt(x * x + y * y + z * z)
        rest = t[STRAND_LENGTH]
        pull, slope = strand_tension(
            length / rest - 1.0, t[STRAND_STIFFNESS], t[STRAND_SLACK], t[STRAND_TOE]
        )
        if pull == 0.0:
            continue
        sum_ += pull
        per = 1.0 / length
        across = pull * per
        x, y, z = x * per, y * per, z * per
        law = add_line(law, q, (x, y, z), (-pull * x, -pull * y, -pull * z), slope / rest - across, across)
    return law, sum_


@merged
def add_facets(facets, first, end, axes_a, axes_b, shift, law):
    """Facets ``first``…``end`` of this joint; returns the law with them and the sum of their contact forces."""
    sum_ = 0.0
    for i in range(first, end):
        t = facets[i]
        q = mat_vec(axes_b, vector(t, FACET_B))
        p = mat_vec(axes_a, vector(t, FACET_A))
        u = mat_vec(axes_a, vector(t, FACET_NORMAL))
        apart = dot(u, (shift[0] + q[0] - p[0], shift[1] + q[1] - p[1], shift[2] + q[2] - p[2]))
        push, slope = contact_force(-t[FACET_GAP] - apart, t[FACET_STIFFNESS], t[FACET_TOE])
        if push == 0.0:
            continue
        sum_ += push
        law = add_line(law, q, u, (push * u[0], push * u[1], push * u[2]), slope, 0.0)
    return law, sum_


@merged
def joint_law(j, plan, e, muscle, per, known, dh, w_guess, axes_a, axes_b, shift, s, report):
    """Force f and moment m on the upper body and their tangents k, l, n, axes of the frame; and the water gain.

    The pose comes from ``joint_pose``; muscle holds tone, moment, hold and curve.
    ``report`` receives the parts.
    """
    g = s.vec[G]
    for i in range(6):
        s.vec[STRAIN_RATE, i] = (e[i] - known[i]) * per
    w, pressure, tension = disc_law(
        plan.disc[j], plan.linear[j], plan.branch, e, s.vec[STRAIN_RATE], per, known, dh, w_guess,
        s.vec[COLUMN_FORCE], s.vec[COLUMN_SLOPE], g, s.tangent, report,
    )
    tone = muscle[M_TONE]
    g[1] += tone
    for i in range(3):
        hold = muscle[M_HOLD + i]
        g[3 + i] += hold * (e[3 + i] - muscle[M_CURVE + i]) - muscle[M_MOMENT + i]
        s.tangent[3 + i, 3 + i] += hold
    law = pull_back(axes_a, e, g, s.tangent)
    law, pull = add_strands(plan.strand, plan.strand_first[j], plan.strand_first[j + 1], axes_a, axes_b, shift, law)
    law, push = add_facets(plan.facet, plan.facet_first[j], plan.facet_first[j + 1], axes_a, axes_b, shift, law)
    report[DISC_TENSION] = tension
    report[PRESSURE] = pressure
    report[MUSCLE_FORCE] = tone
    report[LIGAMENT_FORCE] = pull
    report[FACET_FORCE] = push
    # the passive part, what tissue carries: muscle taken out again
    f = mat_t_vec(axes_a, law[0])
    m = mat_t_vec(axes_a, law[1])
    report[FORCE_X] = f[0]
    report[FORCE_Y] = f[1] + tone
    report[FORCE_Z] = f[2]
    report[MOMENT_X] = m[0]
    report[MOMENT_Y] = m[1]
    report[MOMENT_Z] = m[2]
    report[TRACTION] = -law[0][1]
    return law, w


@merged
def add_joint(law, between, arm, res_a, res_b, diag_a, diag_b, upper_a, lower_b):
    """Subtract the joint's forces and moments from the residuals of its two bodies, and add what that changes to their
    blocks (flat, 6 × 6): (a, a), (b, b); (a, b) and (b, a) belong to this joint alone.

    A turn is that of a body, expressed in the frame, and so is the change of a moment, as seen from the body it acts on.
    """
    f, m, k, mixed, n = law
    lever = cross(arm, f)
    on_b = m[0] + lever[0], m[1] + lever[1], m[2] + lever[2]
    lever = cross(between, f)
    on_a = on_b[0] + lever[0], on_b[1] + lever[1], on_b[2] + lever[2]
    for i in range(3):
        res_b[i] -= f[i]
        res_a[i] += f[i]
        res_b[3 + i] -= on_b[i]
        res_a[3 + i] += on_a[i]
    # change of the force on b with β, and with α
    fb = minus(times_cross(k, arm), mixed)
    t = times_cross(k, between)
    fa = (
        -(fb[0] + t[0]), f[2] - (fb[1] + t[1]), -f[1] - (fb[2] + t[2]),
        -f[2] - (fb[3] + t[3]), -(fb[4] + t[4]), f[0] - (fb[5] + t[5]),
        f[1] - (fb[6] + t[6]), -f[0] - (fb[7] + t[7]), -(fb[8] + t[8]),
    )
    # of the moment on b with β: −n + lᵀ[σ] + [σ]fb + [m] + f σᵀ − (f·σ) I
    t = plus(times_cross(transposed(mixed), arm), cross_times(arm, fb))
    on = dot(f, arm)
    bb = (
        t[0] - n[0] + (f[0] * arm[0] - on), t[1] - n[1] + (f[0] * arm[1] - m[2]), t[2] - n[2] + (f[0] * arm[2] + m[1]),
        t[3] - n[3] + (f[1] * arm[0] + m[2]), t[4] - n[4] + (f[1] * arm[1] - on), t[5] - n[5] + (f[1] * arm[2] - m[0]),
        t[6] - n[6] + (f[2] * arm[0] - m[1]), t[7] - n[7] + (f[2] * arm[1] + m[0]), t[8] - n[8] + (f[2] * arm[2] - on),
    )
    # with α: −bb − ([ρ]fb)ᵀ; of the moment on a with β: −bb + [moment on b] − [ρ]fb
    t = cross_times(between, fb)
    ba = (
        -(bb[0] + t[0]), -(bb[1] + t[3]), -(bb[2] + t[6]), -(bb[3] + t[1]), -(bb[4] + t[4]), -(bb[5] + t[7]),
        -(bb[6] + t[2]), -(bb[7] + t[5]), -(bb[8] + t[8]),
    )
    x, y, z = on_b
    ab = (
        -(bb[0] + t[0]), -(bb[1] + t[1]) - z, -(bb[2] + t[2]) + y, -(bb[3] + t[3]) + z, -(bb[4] + t[4]), -(bb[5] + t[5]) - x,
        -(bb[6] + t[6]) - y, -(bb[7] + t[7]) + x, -(bb[8] + t[8]),
    )
    # with α: −ba − [ρ]fa − [its opposite]
    t = cross_times(between, fa)
    x, y, z = on_a
    aa = (
        -(ba[0] + t[0]), -(ba[1] + t[1]) + z, -(ba[2] + t[2]) - y, -(ba[3] + t[3]) - z, -(ba[4] + t[4]), -(ba[5] + t[5]) + x,
        -(ba[6] + t[6]) + y, -(ba[7] + t[7]) - x, -(ba[8] + t[8]),
    )
    for r in range(3):
        for c in range(3):
            i, o, at = 3 * r + c, 3 * c + r, 6 * r + c
            diag_a[at] += k[i]
            diag_b[at] += k[i]
            upper_a[at] = -k[i]
            lower_b[at] = -k[i]
            # what a shift changes of a moment is what the turn changes of the force, transposed
            diag_b[at + 3] -= fb[i]
            diag_b[at + 18] -= fb[o]
            lower_b[at + 3] = -fa[i]
            lower_b[at + 18] = fb[o]
            diag_a[at + 3] += fa[i]
            diag_a[at + 18] += fa[o]
            upper_a[at + 3] = fb[i]
            upper_a[at + 18] = -fa[o]
            diag_b[at + 21] -= bb[i]
            lower_b[at + 21] = -ba[i]
            diag_a[at + 21] -= aa[i]
            upper_a[at + 21] = -ab[i]
