"""The same equations written a second time in plain numpy, and integrated by SciPy's Radau.

Nothing of the kernels computes a force here: joint coordinates by scipy's rotations, forces as −∂U/∂(pose) through the
rates of the joint coordinates (virtual power), creep, water and dashpots from the equations in the docstrings.
"""

import numpy as np
import pytest
from helpers import AREA, HEIGHT, anchor, chain, copied, disc_row, drive, load, run, settle, stacked
from scipy.integrate import solve_ivp
from scipy.spatial.transform import Rotation

from biomech.spine.kernels import layout as L

N = 4
BRANCH = np.array([[0.15, 0.5, 0.3], [1.2, 1.1, 0.5]])
NB = 2


def skew(v):
    return np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])


def cross(a, b):
    """np.cross of two 3-vectors, without its cost."""
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


class Own:
    """Right-hand side of the chain: y = (positions, rotation vectors about a fixed start, velocities, spins, w, z, ζ)."""

    def __init__(self, plan, d, start):
        self.plan, self.drive, self.start = plan, d, start

    def joint_terms(self, j, ra, qa, va, wa, rb, qb, vb, wb):
        """e, ė and the map P from (va, wa, vb, wb) to ė: virtual power gives the forces as −Pᵀ g."""
        row = self.plan.joint[j]
        sa, sb = qa @ row[0:3], qb @ row[3:6]
        a = qa @ row[6:15].reshape(3, 3)
        b = qb @ row[15:24].reshape(3, 3)
        gap = rb + sb - ra - sa
        d = a.T @ gap
        phi = Rotation.from_matrix(a.T @ b).as_rotvec()
        t = np.linalg.norm(phi)
        k = 1 / 12 if t < 1e-4 else (1 - 0.5 * t / np.tan(0.5 * t)) / t**2
        inv = np.eye(3) - 0.5 * skew(phi) + k * skew(phi) @ skew(phi)  # spatial rate → φ̇
        # ḋ = Aᵀ (vb + ωb × sb − va − ωa × (sa + gap)); relative spatial rate Aᵀ(ωb − ωa); ω = R w
        p = np.zeros((6, 12))
        p[:3, 0:3], p[:3, 6:9] = -a.T, a.T
        p[:3, 3:6] = a.T @ skew(sa + gap) @ qa
        p[:3, 9:12] = -a.T @ skew(sb) @ qb
        p[3:, 3:6] = -inv @ a.T @ qa
        p[3:, 9:12] = inv @ a.T @ qb
        return np.concatenate([d, phi]), p @ np.concatenate([va, wa, vb, wb]), p, a, gap + sa, sb

    def disc(self, j, e, rate, w, z, zeta):
        """∂U/∂e + dissipation, ẇ, ż (4 × NB), ζ̇ (6 × NB)."""
        p = self.plan.disc[j]
        kt, kc, um, lam, rest, beta = p[:6]
        x, zz = p[15:19], p[19:23]
        tau, ga, gl = BRANCH.T
        u = rest + e[1] + e[5] * x - e[3] * zz - w
        sig = sigmoid((um - u) / lam)
        rise = lam * (np.logaddexp(0, um / lam) - np.logaddexp(0, (um - u) / lam))
        measure, slope = beta * u + (1 - beta) * rise, beta + (1 - beta) * sig
        lag = measure[:, None] - z
        f = 0.25 * (kt * u + (kc - kt) * rise + kc * slope * (lag @ ga))
        g = p[23:29] * rate + self.plan.linear[j] @ (e + ((e[:, None] - zeta) * gl).sum(axis=1))
        g[1] += f.sum()
        g[3] -= f @ zz
        g[5] += f @ x
        area, share, squeeze = p[6], p[7], -f.sum()
        soft = 1e4 * area
        pressure = 0.5 * ((1 + share) * squeeze + (1 - share) * (np.hypot(squeeze, soft) - soft)) / area
        gate, m, pi0, n, kappa, a, water = p[8:15]
        swell = pi0 * ((1 + kappa) * (water / (water + w)) ** n - kappa * (1 + a * w / water))
        return g, gate * np.exp(m * w) * (swell - pressure), lag / tau, (e[:, None] - zeta) / tau

    def __call__(self, t, y):
        plan, c = self.plan, self.drive.clock
        s = np.clip((t - c[0]) / c[1], 0, 1)
        on = s**3 * (10 - 15 * s + 6 * s * s)
        d1 = 30 * s * s * (1 - s) ** 2 / c[1]
        d2 = 60 * s * (1 - s) * (1 - 2 * s) / c[1] ** 2
        span = c[3] - c[2]
        psi, omega, alpha = c[2] + span * on, span * d1, span * d2
        r, v, spin, q4 = (y[k * 3 * N : (k + 1) * 3 * N].reshape(N, 3) for k in (0, 1, 2, 3))
        q = self.start @ Rotation.from_rotvec(q4).as_matrix()
        rest = y[12 * N :]
        m = N - 1
        w = rest[:m]
        z = rest[m : m + 4 * NB * m].reshape(m, 4, NB)
        zeta = rest[m + 4 * NB * m :].reshape(m, 6, NB)
        out = np.zeros_like(y)
        force, moment = np.zeros((N, 3)), np.zeros((N, 3))
        rates = out[12 * N :]
        for j in range(m):
            b = j + 1
            e, rate, p, *_ = self.joint_terms(j, r[j], q[j], v[j], spin[j], r[b], q[b], v[b], spin[b])
            g, wd, zd, zetad = self.disc(j, e, rate, w[j], z[j], zeta[j])
            tone = self.drive.muscle[1, j]
            g = g + np.concatenate([[0, tone[0], 0], tone[4:7] * (e[3:] - tone[7:10]) - tone[1:4]])
            push = -p.T @ g
            # the engine's dashpots act on the rate of e, so they too are −Pᵀ g
            force[j] += push[0:3]
            moment[j] += push[3:6]
            force[b] += push[6:9]
            moment[b] += push[9:12]
            for i in range(plan.strand_first[j], plan.strand_first[j + 1]):
                self.strand(plan.strand[i], j, r, q, force, moment)
            rates[j] = wd
            rates[m + 4 * NB * j : m + 4 * NB * (j + 1)] = zd.ravel()
            rates[m * (1 + 4 * NB) + 6 * NB * j : m * (1 + 4 * NB) + 6 * NB * (j + 1)] = zetad.ravel()
        for i, row in zip(self.drive.anchor_body, self.drive.anchor, strict=True):
            arm = q[i] @ row[0:3]
            f = -row[15:18] * (r[i] + arm - row[3:6]) - row[21:24] * (v[i] + q[i] @ cross(spin[i], row[0:3]))
            chi = Rotation.from_matrix(row[6:15].reshape(3, 3).T @ q[i]).as_rotvec()
            k = row[18:21] * chi
            t2 = np.linalg.norm(chi)
            kk = 1 / 12 if t2 < 1e-4 else (1 - 0.5 * t2 / np.tan(0.5 * t2)) / t2**2
            right_inv = np.eye(3) + 0.5 * skew(chi) + kk * skew(chi) @ skew(chi)
            force[i] += f
            moment[i] += cross(row[0:3], q[i].T @ f) - right_inv.T @ k - row[24:27] * spin[i]
        for i, row in zip(self.drive.load_body, self.drive.load, strict=True):
            f = row[3:6] * (row[7] + (row[8] - row[7]) * on)
            force[i] += f
            moment[i] += cross(row[0:3], q[i].T @ f)
        # the frame turns with Ω about z, so that gravity turns by −ψ in it: inertial motion seen from within
        turn = np.array([0.0, 0.0, omega])
        turn_rate = np.array([0.0, 0.0, alpha])
        g0 = c[4] * np.array([-np.cos(psi), np.sin(psi), 0])
        for i in range(N):
            mass, inertia = plan.body[i, 0], plan.body[i, 1:4]
            acc = force[i] / mass + g0
            acc -= cross(turn_rate, r[i]) + 2 * cross(turn, v[i]) + cross(turn, cross(turn, r[i]))
            o = q[i].T @ turn
            total = spin[i] + o
            spin_rate = (moment[i] - cross(total, inertia * total)) / inertia
            spin_rate -= q[i].T @ turn_rate - cross(spin[i], o)
            theta = q4[i]
            t1 = np.linalg.norm(theta)
            kk = 1 / 12 if t1 < 1e-4 else (1 - 0.5 * t1 / np.tan(0.5 * t1)) / t1**2
            right_inv = np.eye(3) + 0.5 * skew(theta) + kk * skew(theta) @ skew(theta)
            out[3 * i : 3 * i + 3] = v[i]
            out[3 * N + 3 * i : 3 * N + 3 * i + 3] = acc
            out[6 * N + 3 * i : 6 * N + 3 * i + 3] = spin_rate
            out[9 * N + 3 * i : 9 * N + 3 * i + 3] = right_inv @ spin[i]
        return out

    def strand(self, row, j, r, q, force, moment):
        joint = self.plan.joint[j]
        fa, fb = joint[6:15].reshape(3, 3), joint[15:24].reshape(3, 3)
        a_local = joint[0:3] + fa @ row[0:3]
        b_local = joint[3:6] + fb @ row[3:6]
        line = r[j + 1] + q[j + 1] @ b_local - r[j] - q[j] @ a_local
        length = np.linalg.norm(line)
        x = length / row[6] - 1.0 - row[8]
        span = row[9] - row[8]
        pull = 0.0 if x <= 0 else row[7] * (0.5 * x * x / span if x < span else x - 0.5 * span)
        f = -pull * line / length
        force[j + 1] += f
        force[j] -= f
        moment[j + 1] += cross(b_local, q[j + 1].T @ f)
        moment[j] -= cross(a_local, q[j].T @ f)


def case(tilt=(-1.5, -0.6), damping=True):
    plan = chain(N, mass=2.0, inertia=(6e-3, 4e-3, 7e-3), pitch=0.045, branch=BRANCH)
    rng = np.random.default_rng(7)
    for j in range(N - 1):
        plan.disc[j] = disc_row(AREA * (1 - 0.1 * j), HEIGHT, permeability=2e-12)
        plan.disc[j, L.U_REST] = -2e-4
        plan.disc[j, L.VISCOSITY : L.VISCOSITY + 6] = [800, 1200, 900, 3, 2, 4]
        plan.joint[j, 0:6] += 0.003 * rng.normal(size=6)
    plan.linear[:] = np.diag([2e5, 1e4, 2e5, 80, 120, 60])
    plan.linear[:, 2, 4] = plan.linear[:, 4, 2] = 900.0
    strands = []
    for _ in range(N - 1):
        for z in (-0.01, 0.01):
            strands.append([-0.02, -0.01, z, -0.02, 0.012, z, 0.022, 3e3, -0.05, 0.08])
    plan = plan._replace(strand=np.array(strands), strand_first=np.arange(0, 2 * N, 2))
    muscle = np.zeros((2, N - 1, L.MUSCLE_COLUMNS))
    muscle[:, :, L.M_TONE] = 60.0
    muscle[:, :, L.M_MOMENT + 2] = 1.0
    muscle[:, :, L.M_HOLD : L.M_HOLD + 3] = 15.0
    k = np.array([1e6, 1e6, 1e6, 2e3, 2e3, 2e3])
    d = drive(
        plan, tilt=tilt, start=0.0, ramp=0.5, muscle=muscle,
        anchors=((0, anchor(point=[0.0, -0.01, 0.005], target=[0.0, -0.01, 0.005], stiffness=k, damping=2e-3 * k)),),
        loads=((N - 1, load([20.0, -40.0, 15.0], [0.02, 0.01, 0.01], (0.0, 1.0))),),
    )
    state = stacked(plan)
    settle(plan, d, state)
    return plan, d, state


def packed(state):
    m = N - 1
    return np.concatenate(
        [state.body[:, 0:3].ravel(), np.zeros(3 * N), np.zeros(3 * N), np.zeros(3 * N), state.joint[:, L.WATER],
         state.joint[:, L.COLUMN : L.COLUMN + 4 * NB].ravel(), state.joint[:, L.COLUMN + 4 * NB :].ravel()]
    ), m


def radau(plan, d, state, end):
    own = Own(plan, d, state.rotation.copy())
    y0, _ = packed(state)
    at_rest = own(0.0, y0)
    run_ = solve_ivp(own, (0.0, end), y0, method="Radau", rtol=1e-9, atol=1e-12)
    assert run_.success
    return own, at_rest, y0, run_.y[:, -1]


def test_static_equilibrium_is_one_of_the_independent_equations_too():
    plan, d, state = case()
    y0, _ = packed(state)
    rate = Own(plan, d, state.rotation.copy())(0.0, y0)
    # accelerations (m/s², rad/s²) where gravity is 9.81; seen to fail: strands 0.02 % stiffer in
    # the toe give 1e-2
    assert np.abs(rate[3 * N : 9 * N]).max() < 1e-6
    assert np.abs(rate[12 * N : 12 * N + N - 1]).max() < 1e-12  # water at rest, m/s
    assert np.abs(rate[12 * N + N - 1 :]).max() < 1e-12


@pytest.mark.slow
def test_march_agrees_with_radau_on_the_same_equations_to_1e_6():
    """Tilt ramp with frame forces, a load off the mid-plane, creep, water, dashpots, muscle, ligaments: 0.4 s."""
    plan, d, state = case()
    end = 0.4
    before = copied(state)
    own, _, y0, y1 = radau(plan, d, copied(state), end)
    scale = np.abs(y1[: 3 * N] - y0[: 3 * N]).max()
    errors = []
    for h in (end / 1600, end / 3200):
        new = copied(before)
        run(plan, d, new, end, step=h, accept=1e-13)
        errors.append(new.body[:, :3].ravel() - y1[: 3 * N])
    # Richardson: the second-order error of the march taken off; what is left is disagreement of the equations
    rest = errors[1] + (errors[1] - errors[0]) / 3.0
    turns = Rotation.from_matrix(before.rotation) * Rotation.from_rotvec(y1[9 * N : 12 * N].reshape(N, 3))
    print("scale", scale, "errors", [np.abs(e).max() / scale for e in errors], "extrapolated", np.abs(rest).max() / scale)
    # measured 4e-8 at the shorter step, 5e-9 extrapolated. Seen to fail: the frame's turning with the wrong sign gave 0.7
    assert scale > 1e-3
    assert np.abs(rest).max() < 1e-6 * scale
    assert np.abs(new.rotation - turns.as_matrix()).max() < 1e-5
    assert np.abs(new.joint[:, L.WATER] - y1[12 * N : 12 * N + N - 1]).max() < 1e-5 * np.ptp(y1[12 * N : 12 * N + N - 1])
