"""The tangent of the whole chain is the derivative of its residual, whatever acts."""

import numpy as np
import pytest
from helpers import AREA, HEIGHT, anchor, chain, disc_branches, disc_row, drive, load, no_surface, rotation

from biomech.spine.kernels import layout as L
from biomech.spine.kernels.rotation import logarithm, matrix
from biomech.spine.kernels.scratch import new_scratch
from biomech.spine.kernels.system import add_joints, put_bodies

N = 5
STEPS = (1e-3, 0.3, 1e4)


def tangle(seed=3, damping=0.0):
    """A chain with everything: discs, ligaments, facets, contacts (stick, slip, toe, open), anchors, loads, muscle."""
    rng = np.random.default_rng(seed)
    plan = chain(N, mass=2.0, branch=disc_branches())
    for j in range(N - 1):
        plan.disc[j] = disc_row(AREA * rng.uniform(0.5, 1.2), HEIGHT)
        plan.disc[j, L.VISCOSITY : L.VISCOSITY + 6] = [800, 1200, 900, 3, 2, 4]
        a = rng.normal(size=(6, 6)) * np.array([300, 300, 300, 5, 5, 5])
        plan.linear[j] = a.T @ a + np.diag([1e5, 1e4, 1e5, 60, 60, 60])
        for at in (L.FRAME_A, L.FRAME_B):
            plan.joint[j, at : at + 9] = rotation(0.3 * rng.normal(size=3)).ravel()
        plan.joint[j, : L.FRAME_A] += 0.004 * rng.normal(size=6)
    strand, facet = [], []
    for _ in range(2 * (N - 1)):
        low, high = 0.02 * rng.normal(size=3), 0.02 * rng.normal(size=3) + [0, 0.02, 0]
        # toe and linear range both occur
        strand.append([*low, *high, 0.85 * np.linalg.norm(high - low), 4e3, -0.05, 0.3 * rng.uniform()])
        n = rng.normal(size=3)
        facet.append([*low, *low, *(n / np.linalg.norm(n)), rng.uniform(-1.5e-3, 0.0), 2e5, 5e-4])
    first = np.arange(0, 2 * N, 2)
    plan = plan._replace(
        strand=np.array(strand), strand_first=first, facet=np.array(facet), facet_first=first.copy()
    )
    surface = no_surface(N)
    surface[..., L.S_POINT : L.S_POINT + 3] = 0.02 * rng.normal(size=(N, 2, 3)) + [-0.05, 0, 0]
    surface[..., L.S_DAMPING] = damping
    surface[..., L.S_ON : L.S_ON + 2] = [0.4, 1.0]
    surface[..., L.S_FRICTION : L.S_FRICTION + 2] = np.array([2.0, 0.05, 0.6, 0.02, 0.5])[:, None, None]
    # the right side touches only on the first and the last body
    surface[1:-1, 1, L.S_ON : L.S_ON + 2] = 0.0
    muscle = np.zeros((2, N - 1, L.MUSCLE_COLUMNS))
    muscle[1] = rng.normal(size=(N - 1, L.MUSCLE_COLUMNS)) * [100, *[5] * 3, *[0] * 3, *[0.1] * 3]
    muscle[1, :, L.M_HOLD : L.M_HOLD + 3] = rng.uniform(10, 50, size=(N - 1, 3))
    k = np.array([4e4, 5e4, 6e4, 50, 60, 70])
    d = drive(
        plan, tilt=(-1.0, 0.7), start=-1.0, ramp=3.0, surface=surface, muscle=muscle, tone_ramp=4.0, moment_ramp=2.0,
        settle_time=1e7,
        anchors=(
            (0, anchor([0.003, -0.004, 0.01], [0.02, 0.03, 0.01], k, 1e-2 * k * damping, rotation([0.1, 0.5, -0.2]), (0.5, 1))),
            (3, anchor([0, 0.1, 0], [0.02, 0, 0.03], k, 0.0, rotation([-0.3, 0.2, 0.4]), (1, 0))),
        ),
        loads=((2, load([30, -50, 20], [0.01, 0.05, -0.02])), (4, load([40, 0, 0], [0.0, 0.02, 0.03], (0, 1), 1.0))),
    )
    return plan, d


class Stage:
    """One random iterate of one stage; residual and tangent of it and of its neighbours."""

    def __init__(self, plan, d, dh, seed=5):
        rng = np.random.default_rng(seed)
        self.plan, self.drive, self.dh = plan, d, dh
        nb = plan.branch.shape[0]
        self.start = rotation(0.2 * rng.normal(size=(N, 3)))
        self.angle = 0.15 * rng.normal(size=(N, 3))
        self.position = np.array([[0, 0.04 * i, 0] for i in range(N)]) + 1.5e-3 * rng.normal(size=(N, 3))
        # where the surface is: depths in the linear range, in the toe, and one open contact
        turned = np.einsum("nij,nsj->nsi", self.rotations(self.angle), d.surface[..., L.S_POINT : L.S_POINT + 3])
        at = self.position[:, None] + turned
        depth = np.array([[4e-3, 2e-3], [3e-3, 0], [4e-4, 0], [5e-3, 0], [-1e-3, -2e-3]])
        d.surface[..., L.S_PLACE : L.S_PLACE + 3] = at + 1e-3 * rng.normal(size=(N, 2, 3))
        d.surface[..., L.S_PLACE] = at[..., 0] + depth
        self.known = np.zeros((N, L.BODY_STATE))
        fast = min(dh, 0.05)
        self.known[:, :3] = self.position - 0.05 * fast * rng.normal(size=(N, 3))
        self.known[:, 3:6] = self.angle - fast * rng.normal(size=(N, 3))
        self.known[:, 6:12] = 0.1 * rng.normal(size=(N, 6))
        self.known[:, L.SLIP : L.SLIP + 4] = 3e-4 * rng.normal(size=(N, 4))
        self.joint_known = np.zeros((N - 1, L.joint_state(nb)))
        self.joint_known[:, :6] = 1e-3 * rng.normal(size=(N - 1, 6))
        self.joint_known[:, 6:] = 2e-4 * rng.normal(size=(N - 1, 1 + 10 * nb))
        self.scratch = new_scratch()
        self.trial = L.new_trial(N, nb, d.anchor_body.size)

    def rotations(self, angle):
        return self.start @ rotation(angle)

    def fill(self, move):
        """Assemble at the iterate moved by (N, 6): shifts and turns in the axes of the bodies."""
        t = self.trial
        t.body[:] = 0.0
        t.joint[:] = 0.0
        t.body[:, :3] = self.position + move[:, :3]
        for i in range(N):
            t.body[i, 3:6] = logarithm(matrix(rotation(self.angle[i]) @ rotation(move[i, 3:])))
        t.rotation[:] = self.rotations(t.body[:, 3:6])
        # the tangent is that of the water before its last correction: the second time there is none
        add_joints(self.plan, self.drive, 0.2, self.dh, self.joint_known, t, self.scratch)
        put_bodies(self.plan, self.drive, 0.2, self.dh, self.known, t)
        add_joints(self.plan, self.drive, 0.2, self.dh, self.joint_known, t, self.scratch)
        return t

    def axes(self, i):
        """From the axes in which moments and turns of body i are looked at here, its own, to those of the frame."""
        out = np.eye(6)
        out[3:, 3:] = self.trial.rotation[i]
        return out

    def tangent(self):
        t = self.fill(np.zeros((N, 6)))
        full = np.zeros((N, 6, N, 6))
        for i in range(N):
            for k, blocks in ((i - 1, t.lower), (i, t.diag), (i + 1, t.upper)):
                if 0 <= k < N:
                    full[i, :, k] = self.axes(i).T @ blocks[i].reshape(6, 6) @ self.axes(k)
        return full

    def differences(self):
        full = np.zeros((N, 6, N, 6))
        for i in range(N):
            for k in range(6):
                h = 3e-6 if k < 3 else 1e-4
                r = []
                for f in (-2, -1, 1, 2):
                    move = np.zeros((N, 6))
                    move[i, k] = f * h
                    t = self.fill(move)
                    r.append(np.array([self.axes(j).T @ t.residual[j] for j in range(N)]))
                full[:, :, i, k] = (8 * (r[2] - r[1]) - (r[3] - r[0])) / (12 * h)
        return full


def mismatch(a, b):
    """Largest difference, relative to the largest entry among forces/moments by shifts/turns."""
    worst = 0.0
    for r in (slice(0, 3), slice(3, 6)):
        for c in (slice(0, 3), slice(3, 6)):
            worst = max(worst, np.abs(a[:, r, :, c] - b[:, r, :, c]).max() / np.abs(b[:, r, :, c]).max())
    return worst


@pytest.mark.parametrize("dh", STEPS)
def test_tangent_blocks_are_the_derivative_of_the_residual(dh):
    stage = Stage(*tangle(), dh)
    exact = stage.differences()
    t = stage.fill(np.zeros((N, 6)))
    # the case holds what it says: sticking, slipping, toe, open; taut ligaments, pressed facets, moving water
    assert t.contact[0, 0] > 0 and np.hypot(*t.contact[0, 1:3]) < t.contact[0, 3]
    assert np.hypot(*t.contact[1, 1:3]) > 0.99 * t.contact[1, 3] > 0
    assert 0 < t.contact[2, 0] < 40 and t.contact[4, 0] == 0
    assert (t.report[:, L.LIGAMENT_FORCE] > 0).all() and (t.report[:, L.FACET_FORCE] > 0).any()
    assert np.ptp(t.joint[:, L.WATER]) > 0
    # nothing outside the three block diagonals
    far = [np.abs(exact[i, :, k]).max() for i in range(N) for k in range(N) if abs(i - k) > 1]
    assert max(far) == 0.0
    assert mismatch(stage.tangent(), exact) < BOUND


# measured 1e-11 at all three steps. Seen to fail: see the next test, and with the follower term −[p][Rᵀf] of a point force
# (1e-2), the limit's share of a slipping contact (8e-3) or 0.1 % of a strand's transverse stiffness (1e-4) left out
BOUND = 2e-10


@pytest.mark.parametrize("dh", STEPS)
@pytest.mark.parametrize(
    ("table", "row", "column", "factor"),
    [("facet", 1, L.FACET_NORMAL, -1.0), ("strand", 2, L.STRAND_A, -1.0), ("strand", 0, L.STRAND_STIFFNESS, 1.001),
     ("disc", 1, L.U_REST, 1.0), ("joint", 2, L.FRAME_B + 1, -1.0), ("anchor", 0, L.A_TURN + 1, -1.0),
     ("surface", 1, (0, L.S_FRICTION + 1), 1.1), ("load", 0, L.L_POINT, -1.0), ("muscle", 1, (2, L.M_TONE), 1.01)],
)
def test_one_wrong_number_in_the_tangent_would_be_seen(dh, table, row, column, factor):
    """The comparison bites: a sign or a per mille in any part of the tangent's data is above the bound."""
    plan, d = tangle()
    stage = Stage(plan, d, dh)
    exact = stage.differences()
    data = getattr(plan if hasattr(plan, table) else d, table)
    if table == "disc":
        data[row, column] += 1e-5
    elif isinstance(column, tuple):
        data[row][column] *= factor
    else:
        data[row, column] *= factor
    assert mismatch(stage.tangent(), exact) > 2 * BOUND


@pytest.mark.parametrize(("dh", "bound"), [(1e-4, 5e-4), (1e4, 1e-6)])
def test_what_damping_leaves_to_the_newton_iteration_is_small(dh, bound):
    """Anchors' and contacts' damping has an inexact tangent by design: small in short steps, nothing in long ones."""
    # measured 8e-5 and 5e-8 (8e-4 between, at 0.3 s); all of the follower term left out is 1e-2 in long steps
    stage = Stage(*tangle(damping=50.0), dh)
    assert mismatch(stage.tangent(), stage.differences()) < bound
