"""The disc law: its anchors in the literature, passivity, water, tangent."""

import numpy as np
import pytest
from helpers import AREA, HEIGHT, disc_branches, disc_row
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from biomech.spine.kernels import layout as L
from biomech.spine.kernels.disc import axial_law, creep_states, disc_law, inflow

HOUR = 3600.0
BRANCH = disc_branches()
NB = BRANCH.shape[0]
NONE = np.zeros((0, 3))
SHARE = 0.66 * AREA  # m², load sharing x area


def some_linear(seed=0):
    a = np.random.default_rng(seed).normal(size=(6, 6)) * np.array([300, 100, 300, 5, 5, 5])
    return a.T @ a + np.diag([1e5, 1e4, 1e5, 60, 60, 60])


class Disc:
    """One disc led through prescribed joint coordinates by backward Euler."""

    def __init__(self, p=None, linear=None, branch=BRANCH):
        self.p = disc_row() if p is None else p
        self.linear = np.zeros((6, 6)) if linear is None else linear
        self.branch = branch
        self.report = np.zeros(L.JOINT_REPORT)
        self.state = np.zeros(L.joint_state(branch.shape[0]))
        e = np.zeros(6)
        creep_states(self.p, branch, self.state, 1e15, self.state)  # creep at rest where it starts
        self.e = e
        self.g = np.zeros(6)

    def law(self, e, dh, known=None):
        g, h = np.zeros(6), np.zeros((6, 6))
        known = self.state if known is None else known
        w = known[L.WATER]
        for _ in range(2):  # the tangent is that of the water before its last correction: the second time there is none
            w, pressure, tension = disc_law(
                self.p, self.linear, self.branch, e, (e - known[:6]) / dh, 1.0 / dh, known, dh, w,
                np.zeros(4), np.zeros(4), g, h, self.report,
            )
        return w, pressure, tension, g, h

    def step(self, e, dh):
        """To e in dh; returns the work done on the disc (trapezoid)."""
        w, _, _, g, _ = self.law(e, dh)
        new = self.state.copy()
        new[:6], new[L.WATER] = e, w
        creep_states(self.p, self.branch, self.state, dh, new)
        self.state = new
        work = 0.5 * (g + self.g) @ (e - self.e)
        self.e, self.g = e.copy(), g
        return work


@pytest.mark.parametrize(("compression", "tangent"), [(0.0, 0.44e6), (250.0, 0.90e6)])
def test_reference_lumbar_disc_has_the_measured_tangent_stiffness(compression, tangent):
    """Gardner-Morse & Stokes 2004; strain_middle and strain_width of disc.toml solve the two exactly."""
    p = disc_row()
    u = brentq(lambda x: axial_law(p, x)[0] + compression, -5e-3, 1e-3, xtol=1e-15)
    # measured 0.43995 and 0.89951 MN/m; strain_width up by 1 % makes the first 0.4450
    assert axial_law(p, u)[1] == pytest.approx(tangent, rel=3e-3)


def test_axial_law_is_soft_in_tension_stiff_in_compression_and_its_tangent_exact():
    p = disc_row()
    u = np.linspace(-4e-3, 4e-3, 81)
    f = np.array([axial_law(p, x) for x in u])
    h = 1e-7
    for k, (value, slope) in enumerate(((0, 1), (2, 3), (3, 4))):
        d = np.array([(axial_law(p, x + h)[value] - axial_law(p, x - h)[value]) / (2 * h) for x in u])
        assert np.abs(d - f[:, slope]).max() < 1e-7 * np.abs(f[:, slope]).max(), k
    assert np.all(np.diff(f[:, 0]) > 0) and np.all(np.diff(f[:, 1]) < 0)
    assert axial_law(p, 0.0)[0] == 0.0
    assert axial_law(p, 0.05)[1] == pytest.approx(p[L.K_TENSION], rel=1e-6)
    assert axial_law(p, -0.05)[1] == pytest.approx(p[L.K_COMPRESSION], rel=1e-6)


@pytest.mark.parametrize("dh", [1e-3, 1.0, 300.0, 1e5])
@pytest.mark.parametrize("seed", range(4))
def test_disc_tangent_is_the_derivative_of_its_force_with_water_and_creep_following(dh, seed):
    rng = np.random.default_rng(seed)
    disc = Disc(linear=some_linear(seed))
    disc.p[L.VISCOSITY : L.VISCOSITY + 6] = [800, 1200, 900, 3, 2, 4]
    disc.p[L.U_REST] = rng.uniform(-1e-3, 1e-3)
    e0 = rng.normal(size=6) * [1e-3, 5e-4, 1e-3, 0.05, 0.05, 0.05]
    known = rng.normal(size=disc.state.size) * 2e-4
    known[:6] = e0 + min(dh, 1.0) * 1e-3 * rng.normal(size=6)
    h = disc.law(e0, dh, known)[4]
    steps = np.array([1e-6] * 3 + [1e-5] * 3)
    fd = np.zeros((6, 6))
    for k in range(6):
        e = np.zeros(6)
        e[k] = steps[k]
        g = [disc.law(e0 + s * e, dh, known)[3] for s in (-2, -1, 1, 2)]
        fd[:, k] = (8 * (g[2] - g[1]) - (g[3] - g[0])) / (12 * steps[k])
    for r in (slice(0, 3), slice(3, 6)):
        for c in (slice(0, 3), slice(3, 6)):
            # seen to fail: without the water's share (gain s s) in 15 of 16 cases, without the creep's B'' in all
            assert np.abs(h[r, c] - fd[r, c]).max() < 3e-8 * np.abs(fd[r, c]).max()
    assert np.abs(h - h.T).max() < 1e-12 * np.abs(h).max()  # it derives from a potential


@pytest.mark.parametrize("dh", [1.0, 300.0, 1e5])
def test_the_water_follows_the_strain_as_the_law_says_it_will(dh):
    disc = Disc(disc_row(), some_linear(), disc_branches())
    e = np.array([1e-4, -3e-4, 2e-4, 0.01, 0.02, -0.015])
    disc.law(e, dh)
    told = disc.report[L.WATER_BY :].copy()
    for row, i in zip(told, (1, 3, 5), strict=True):
        d = np.zeros(6)
        d[i] = 1e-6
        # seen to fail: without the sign of the lateral lever
        assert row == pytest.approx((disc.law(e + d, dh)[0] - disc.law(e - d, dh)[0]) / 2e-6, rel=1e-4, abs=1e-9)


def closed_cycle(disc, rng, period, size, n=3000, settle=40):
    """A smooth random closed path of e, then a long wait where it began; (net work, work put in)."""
    t = np.linspace(0.0, 1.0, n + 1)
    amp = rng.normal(size=(3, 6)) * np.array([1.0, 1.0, 1.0, 30.0, 30.0, 30.0]) * size
    phase = rng.uniform(0.0, 2 * np.pi, size=(3, 6))  # without phases the loop encloses no area
    net = gross = 0.0
    for k in range(1, n + 1):
        e = (amp * np.sin(2 * np.pi * np.arange(1, 4)[:, None] * t[k] + phase)).sum(axis=0) * np.sin(np.pi * t[k]) ** 2
        w = disc.step(e, period / n)
        net += w
        gross += abs(w)
    for dh in np.geomspace(1.0, 1e7, settle):
        net += disc.step(np.zeros(6), dh)
    return net, gross


@pytest.mark.parametrize("period", [5.0, 60.0, 2000.0, 20 * HOUR])
@pytest.mark.parametrize("seed", range(3))
def test_no_closed_cycle_returns_energy(period, seed):
    """Compression, tension, bending and shear with creep and water, and all states back where they began."""
    disc = Disc(linear=some_linear(seed))
    disc.p[L.U_REST] = -3e-4
    disc.p[L.SWELLING] = 0.1e6
    creep_states(disc.p, BRANCH, disc.state, 1e15, disc.state)
    for _ in range(60):  # water to rest
        disc.step(np.zeros(6), 1e6)
    before = disc.state.copy()
    net, gross = closed_cycle(disc, np.random.default_rng(seed), period, 8e-4)
    assert np.abs(disc.state - before).max() < 1e-9
    # measured: 0.5 % (5 s) … 64 % (20 h) of the work is lost. Seen to fail in all cases with 2 z for z in the creep force
    assert net > 2e-3 * gross


def test_an_elastic_disc_gives_back_what_was_put_in():
    """The same cycle without creep and water: the scale of the error of the test above."""
    p = disc_row(permeability=0.0)
    disc = Disc(p, some_linear(1), NONE)
    net, gross = closed_cycle(disc, np.random.default_rng(1), 60.0, 8e-4)
    # seen to fail: a linear part with 0.1 % of asymmetry returns 1.5e-4 of the work
    assert abs(net) < 1e-6 * gross


def swelling(p, w):
    """Π(w) of the docstring of disc.py."""
    total = p[L.WATER_HEIGHT]
    k = p[L.RESTRAINT]
    return p[L.SWELLING] * ((1 + k) * (total / (total + w)) ** p[L.SWELLING_EXPONENT] - k * (1 + p[L.RESTRAINT_SLOPE] * w / total))


@pytest.mark.parametrize("height", [-6e-4, -1e-4, 0.0, 4e-4])
def test_water_comes_to_rest_where_swelling_pressure_is_the_nucleus_pressure(height):
    disc = Disc()
    e = np.array([0, height, 0, 0, 0, 0])
    for dh in np.geomspace(10, 1e10, 40):
        disc.step(e, dh)
    w, pressure, tension, *_ = disc.law(e, 1e12)
    # seen to fail in all cases with an exponent off by 0.1 %
    assert swelling(disc.p, w) == pytest.approx(pressure, rel=1e-7, abs=1e-3)
    if tension < -50:
        # own force over area × load sharing; 0.01 MPa of smoothing through zero moves it by less than 1e4/p of itself
        assert pressure == pytest.approx(-tension / SHARE, abs=5e3)


def test_unloaded_disc_swells_by_the_documented_seven_per_cent():
    p = disc_row()
    w = brentq(lambda x: swelling(p, x), 0.0, p[L.WATER_HEIGHT])
    assert 100 * w / HEIGHT == pytest.approx(7.0, abs=1.0)
    assert inflow(p, w, 0.0)[0] == pytest.approx(0.0, abs=1e-18)


def test_water_is_booked_to_round_off():
    """w − known is exactly dh × the rate at the pressure the disc reports."""
    rng = np.random.default_rng(2)
    disc = Disc()
    for _ in range(200):
        dh = 10 ** rng.uniform(-2, 4)
        before = disc.state[L.WATER]
        e = rng.normal(size=6) * [1e-3, 5e-4, 1e-3, 0.03, 0.03, 0.03]
        w, pressure, *_ = disc.law(e, dh)
        rate = inflow(disc.p, w, pressure)[0]
        scale = abs(dh * disc.p[L.PERMEABILITY] * 1e5) + abs(w) + 1e-6
        # seen to fail: Newton stopped at 1e-6 m leaves 5e-8
        assert abs(w - before - dh * rate) < 1e-12 + 1e-12 * scale * dh
        disc.step(e, dh)


@pytest.mark.parametrize("off", [1e-5, 3e-7, 9e-11, -5e-11])
def test_water_force_and_pressure_do_not_depend_on_where_the_search_for_the_water_began(off):
    disc = Disc()
    e = np.array([2e-4, -4e-4, 1e-4, 0.02, -0.01, 0.03])

    def law(guess):
        g, h = np.zeros(6), np.zeros((6, 6))
        w, pressure, _ = disc_law(
            disc.p, disc.linear, BRANCH, e, np.zeros(6), 0.0, disc.state, 300.0, guess, np.zeros(4), np.zeros(4), g, h, disc.report,
        )
        return w, pressure, g

    guess = 0.0
    for _ in range(4):
        guess = law(guess)[0]
    exact = law(guess)
    w, pressure, g = law(exact[0] + off)
    # seen to fail: a last correction of which the pressure, or the force, knows nothing (1e-7 of them)
    assert w == pytest.approx(exact[0], abs=1e-15)
    assert pressure == pytest.approx(exact[1], rel=1e-11)
    assert g == pytest.approx(exact[2], rel=1e-11, abs=1e-9)


def test_a_disc_loses_water_faster_on_loading_than_it_gains_on_unloading():
    """0.5 MPa standing against 0.1 MPa lying: 2 h of the one, then 2 h of the other, do not cancel."""
    p = disc_row()

    def height(w0, pressure, hours):
        run = solve_ivp(lambda t, y: [inflow(p, y[0], pressure)[0]], (0, hours * HOUR), [w0], method="Radau", rtol=1e-9, atol=1e-14)
        return run.y[0, -1]

    down = height(0.0, 0.5e6, 2.0)
    up = height(down, 0.1e6, 2.0)
    loss, gain = -down, up - down
    assert 0.5e-4 < loss < 5e-4  # m: some tenths of a millimetre in two hours
    # measured 0.33 mm lost, 0.15 of it regained in the same time; a constant L (Π₀ − p) regains nothing
    assert 0.05 * loss < gain < 0.7 * loss
    # hours of recovery: not all is back after eight hours
    assert height(down, 0.1e6, 8.0) < -0.1 * loss  # measured: 52 % of it still missing
