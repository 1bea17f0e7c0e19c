"""The disc law.

Joint coordinates e = (d, φ): displacement of the upper joint origin in the axes of the lower one
(x anterior, y along the disc normal, z right) and the rotation vector. Everything here derives from
potentials of e (elastic) or dissipates (viscous, creep, water), so that no disc creates energy.

1. *Four columns* at (±D/4, ±W/4) carry the axial load; together they have exactly the area moments of an
   elliptic disc, so bending stiffness, its rise under preload and the coupling of bending to height follow
   from one axial law. Stretch of a column at (x, z), with the height of gained water w

       u = u_rest + d_y + φ_z x − φ_x z − w

   and force of the whole disc at that stretch (each column carries a quarter)

       F(u) = k_t u + (k_c − k_t) [s(0) − s(u)],   s(u) = λ ln(1 + exp(−(u − u_m)/λ))

   soft in tension (tangent k_t), stiff in compression (tangent k_c), smooth between.
2. *Creep*: Maxwell branches with the measure B(u), B' = β + (1 − β) σ, and force g k_c B'(u) (B(u) − z),
   ż = (B − z)/τ. Its energy ½ g k_c (B − z)² makes the branch passive however large the strain.
3. *Water*: ẇ = L(w) (Π(w) − p), L = L₀ exp(M w), Π = Π₀ [(1 + κ)(W/(W + w))ⁿ − κ (1 + a w/W)]: the osmotic
   pressure of the nucleus less the tension of the collagen that holds it, so that an unloaded disc swells to
   a limit. The nucleus pressure p is the disc's own compressive force over area × load sharing; of a
   tension the nucleus feels only the small share r, for the annulus holds it. Solved inside the law.
4. *Linear part* ½ eᵀ K e for shear, torsion and the bending the columns do not give, with the same
   Maxwell branches, and a dashpot for fast motion.
"""

import math

from biomech.compiled import kernel, merged
from biomech.spine.kernels.layout import (
    BRANCH_AXIAL,
    BRANCH_LINEAR,
    BRANCH_TIME,
    COLUMN,
    COLUMN_X,
    COLUMN_Z,
    CREEP_TENSION,
    K_COMPRESSION,
    K_TENSION,
    PERMEABILITY,
    PERMEABILITY_STRAIN,
    PRESSURE_AREA,
    RESTRAINT,
    RESTRAINT_SLOPE,
    SWELLING,
    SWELLING_EXPONENT,
    TENSION_SHARE,
    U_MIDDLE,
    U_REST,
    U_WIDTH,
    VISCOSITY,
    WATER,
    WATER_BY,
    WATER_HEIGHT,
)

SMALL = 1e-10  # m, a correction of the water along which the law is straight


@merged
def softplus(x):
    """ln(1 + exp x) and its derivative, without overflow."""
    t = math.exp(-abs(x))
    if x > 0.0:
        return x + math.log1p(t), 1.0 / (1.0 + t)
    return math.log1p(t), t / (1.0 + t)


@kernel
def axial_law(p, u):
    """Quasi-static force of the whole disc, its tangent, and B, B', B'' of the creep measure."""
    return axial_law_from(p, unstretched(p), u)


@kernel
def unstretched(p):
    """s(0)/λ of the axial law: the same for all stretches, and half of all there is to compute."""
    s0, _ = softplus(p[U_MIDDLE] / p[U_WIDTH])
    return s0


@kernel
def axial_law_from(p, s0, u):
    """`axial_law` with ``unstretched``."""
    lam = p[U_WIDTH]
    kt = p[K_TENSION]
    dk = p[K_COMPRESSION] - kt
    beta = p[CREEP_TENSION]
    s, sig = softplus((p[U_MIDDLE] - u) / lam)
    rise = lam * (s0 - s)
    b2 = -(1.0 - beta) * sig * (1.0 - sig) / lam
    return kt * u + dk * rise, kt + dk * sig, beta * u + (1.0 - beta) * rise, beta + (1.0 - beta) * sig, b2


@merged
def column_force(p, s0, branch, known, c, dh, u):
    """Force and consistent tangent of the whole disc at stretch u of column c; ``known`` holds the creep z of
    each branch as the stage knows it (dh = 0: at this very moment)."""
    force, slope, measure, b1, b2 = axial_law_from(p, s0, u)
    nb = branch.shape[0]
    for k in range(nb):
        a = 1.0 / (1.0 + dh / branch[k, BRANCH_TIME])
        lag = (measure - known[COLUMN + c * nb + k]) * a
        g = branch[k, BRANCH_AXIAL] * p[K_COMPRESSION]
        force += g * b1 * lag
        slope += g * (b2 * lag + b1 * b1 * a)
    return force, slope


@merged
def nucleus_pressure(p, compression):
    """Pressure (Pa) for a compressive force (N) and its derivative; smooth through zero over 0.01 MPa."""
    area = p[PRESSURE_AREA]
    r = p[TENSION_SHARE]
    soft = 1.0e4 * area
    root = math.sqrt(compression * compression + soft * soft)
    pressure = 0.5 * ((1.0 + r) * compression + (1.0 - r) * (root - soft)) / area
    return pressure, 0.5 * ((1.0 + r) + (1.0 - r) * compression / root) / area


@merged
def inflow(p, w, pressure):
    """Water rate L(w) (Π(w) − p) and its derivatives by w (at fixed p) and by p."""
    height = p[WATER_HEIGHT]
    # the floor is only passed through by a far Newton guess
    total = max(height + w, 0.05 * height)
    kappa = p[RESTRAINT]
    n = p[SWELLING_EXPONENT]
    osmotic = (1.0 + kappa) * p[SWELLING] * (height / total) ** n
    slope = kappa * p[SWELLING] * p[RESTRAINT_SLOPE] / height
    swelling = osmotic - kappa * p[SWELLING] - slope * w
    conductance = p[PERMEABILITY] * math.exp(p[PERMEABILITY_STRAIN] * w)
    rate = conductance * (swelling - pressure)
    by_w = conductance * (-n * osmotic / total - slope) + p[PERMEABILITY_STRAIN] * rate
    return rate, by_w, -conductance


@merged
def solve_water(p, branch, e, known, dh, w, f, k):
    """Water gain w that satisfies w = known + dh ẇ(e, w); leaves column forces f and tangents k.

    The residual rises monotonically with w, so Newton inside a shrinking bracket always ends. Its last correction, below `SMALL`,
    is taken from forces and pressure along their tangents, which stay those of the water before it: a millionth off at most.
    Returns (w, nucleus pressure, G) with dw/du of column c = G k[c].
    """
    lo = -0.9 * p[WATER_HEIGHT]
    hi = 2.0 * p[WATER_HEIGHT]
    pressure = 0.0
    gain = 0.0
    s0 = unstretched(p)
    for _ in range(60):
        total = 0.0
        ktot = 0.0
        for c in range(4):
            u = p[U_REST] + e[1] + e[5] * p[COLUMN_X + c] - e[3] * p[COLUMN_Z + c] - w
            fc, kc = column_force(p, s0, branch, known, c, dh, u)
            f[c] = 0.25 * fc
            k[c] = 0.25 * kc
            total += f[c]
            ktot += k[c]
        pressure, dp = nucleus_pressure(p, -total)
        if dh == 0.0:
            break
        rate, by_w, by_p = inflow(p, w, pressure)
        r = w - known[WATER] - dh * rate
        drdw = 1.0 - dh * (by_w + by_p * dp * ktot)
        gain = -dh * by_p * dp / drdw
        if r > 0.0:
            hi = w
        else:
            lo = w
        step = -r / drdw
        if abs(step) < SMALL:
            # the law bends over its width, more than 0.1 mm: this leaves less than 1e-15 m of water to be corrected
            w += step
            pressure += dp * ktot * step
            for c in range(4):
                f[c] -= k[c] * step
            break
        w = w + step if lo < w + step < hi else 0.5 * (lo + hi)
    return w, pressure, gain


@merged
def disc_law(p, linear, branch, e, e_rate, rate_gain, known, dh, w_guess, f, k, g, h, report):
    """Generalised force g = ∂U/∂e (6) and consistent tangent h (6 × 6) of one disc.

    p, linear: its rows of the plan; e_rate and rate_gain = ∂(e_rate)/∂e come from the stage; ``known`` is the
    joint's state as the stage knows it; report receives what the water changes with the strain. Returns (water gain, nucleus
    pressure, disc tension).
    """
    nb = branch.shape[0]
    scale = 1.0
    for n in range(nb):
        scale += branch[n, BRANCH_LINEAR] / (1.0 + dh / branch[n, BRANCH_TIME])
    for a in range(6):
        g[a] = p[VISCOSITY + a] * e_rate[a]
    for b in range(6):
        x = e[b]
        for n in range(nb):
            lag = e[b] - known[COLUMN + 4 * nb + b * nb + n]
            x += branch[n, BRANCH_LINEAR] * lag / (1.0 + dh / branch[n, BRANCH_TIME])
        for a in range(6):
            g[a] += linear[a, b] * x
            h[a, b] = linear[a, b] * scale
        h[b, b] += p[VISCOSITY + b] * rate_gain
    report[WATER_BY], report[WATER_BY + 1], report[WATER_BY + 2] = 0.0, 0.0, 0.0
    if p[PRESSURE_AREA] == 0.0:
        return 0.0, 0.0, 0.0

    w, pressure, gain = solve_water(p, branch, e, known, dh, w_guess, f, k)
    s1 = 0.0
    s3 = 0.0
    s5 = 0.0
    total = 0.0
    for c in range(4):
        x = p[COLUMN_X + c]
        z = p[COLUMN_Z + c]
        total += f[c]
        g[1] += f[c]
        g[3] -= z * f[c]
        g[5] += x * f[c]
        s1 += k[c]
        s3 -= z * k[c]
        s5 += x * k[c]
        h[1, 1] += k[c]
        h[1, 3] -= k[c] * z
        h[3, 1] -= k[c] * z
        h[1, 5] += k[c] * x
        h[5, 1] += k[c] * x
        h[3, 3] += k[c] * z * z
        h[3, 5] -= k[c] * x * z
        h[5, 3] -= k[c] * x * z
        h[5, 5] += k[c] * x * x
    # the water responds to e: dw/de = gain Σ k_c ∂u_c/∂e
    h[1, 1] -= gain * s1 * s1
    h[1, 3] -= gain * s1 * s3
    h[3, 1] -= gain * s3 * s1
    h[1, 5] -= gain * s1 * s5
    h[5, 1] -= gain * s5 * s1
    h[3, 3] -= gain * s3 * s3
    h[3, 5] -= gain * s3 * s5
    h[5, 3] -= gain * s5 * s3
    h[5, 5] -= gain * s5 * s5
    report[WATER_BY], report[WATER_BY + 1], report[WATER_BY + 2] = gain * s1, gain * s3, gain * s5
    return w, pressure, total


@merged
def creep_states(p, branch, known, dh, out):
    """Creep at the end of the stage into ``out``, whose strain and water are already set."""
    nb = branch.shape[0]
    w = out[WATER]
    s0 = unstretched(p) if p[PRESSURE_AREA] > 0.0 else 0.0
    for c in range(4):
        measure = 0.0
        if p[PRESSURE_AREA] > 0.0:
            u = p[U_REST] + out[1] + out[5] * p[COLUMN_X + c] - out[3] * p[COLUMN_Z + c] - w
            _, _, measure, _, _ = axial_law_from(p, s0, u)
        for n in range(nb):
            a = dh / branch[n, BRANCH_TIME]
            i = COLUMN + c * nb + n
            out[i] = (known[i] + a * measure) / (1.0 + a)
    for b in range(6):
        for n in range(nb):
            a = dh / branch[n, BRANCH_TIME]
            i = COLUMN + 4 * nb + b * nb + n
            out[i] = (known[i] + a * out[b]) / (1.0 + a)
