"""Order of convergence of the march on a nonlinear chain in space, by itself (no solution known)."""

from functools import cache

import numpy as np
import pytest
from helpers import anchor, chain, copied, drive, order, run, settle, stacked
from test_independent import case

from biomech.spine.kernels import layout as L
from biomech.spine.kernels.method import esdirk4, tr_bdf2

END = 0.5


@cache
def runs():
    plan, d, state = case(tilt=(-1.5, 0.4))
    out = []
    for n in (100, 200, 400, 800):
        s = copied(state)
        run(plan, d, s, END, step=END / n, accept=1e-13)
        out.append(s)
    return out


@pytest.mark.parametrize(
    ("what", "columns"),
    [("strain", slice(0, 6)), ("water", slice(L.WATER, L.WATER + 1)), ("creep", slice(L.COLUMN, None))],
)
def test_order_is_two_with_rotation_in_space_creep_and_water(what, columns):
    values = [s.joint[:, columns] for s in runs()]
    errors = [np.linalg.norm(b - a) for a, b in zip(values, values[1:], strict=False)]
    print(what, errors, order(errors))
    # measured 1.99 … 2.01. Seen to fail: forces taken at t + h in the first stage give 1.0; water with its Newton
    # iteration returned one correction short (1e-13 m a stage) gives 1.2, for that error adds up over the steps
    assert np.abs(order(errors) - 2.0).max() < 0.1


def test_order_is_two_for_position_and_orientation():
    p = [s.body[:, :3] for s in runs()]
    q = [s.rotation for s in runs()]
    for values in (p, q):
        errors = [np.linalg.norm(b - a) for a, b in zip(values, values[1:], strict=False)]
        print(errors, order(errors))
        assert np.abs(order(errors) - 2.0).max() < 0.1
    assert np.abs(q[-1][:, 2, 0]).max() > 1e-3  # it did leave the plane


def test_every_method_fulfils_the_conditions_of_its_order_and_damps_what_it_cannot_resolve():
    for method, high in ((tr_bdf2(), 2), (esdirk4(), 4)):
        a, c, b = method.weight, method.node, method.weight[-1]
        conditions = [(b.sum(), 1), (b @ c, 1 / 2), (b @ c**2, 1 / 3), (b @ a @ c, 1 / 6)]
        conditions += [(b @ c**3, 1 / 4), ((b * c) @ a @ c, 1 / 8), (b @ a @ c**2, 1 / 12), (b @ a @ a @ c, 1 / 24)]
        orders = (1, 2, 3, 3, 4, 4, 4, 4)
        for (left, right), p in zip(conditions, orders, strict=True):
            assert p > high or abs(left - right) < 1e-14
        # the estimate is one order lower or higher than the method, never the same
        assert abs(method.error.sum()) < 1e-14
        assert abs(1.0 - 1e8 * (b @ np.linalg.solve(np.eye(c.size) + 1e8 * a, np.ones(c.size)))) < 1e-6


def test_order_is_four_with_the_method_of_order_four():
    """A linear-elastic chain in a smooth field; measured 4.00. Seen to fail: rates at the start that do not fit the state give 1.0."""
    plan = chain(4, stiffness=2e4, bending=20.0, viscosity=[3.0, 3.0, 3.0, 0.02, 0.02, 0.02])
    base = anchor(stiffness=[1e5] * 3 + [200.0] * 3, damping=[10.0] * 3 + [0.1] * 3)
    d = drive(plan, tilt=(-1.5, 0.4), ramp=0.2, anchors=((0, base),))
    start = stacked(plan)
    settle(plan, d, start)
    start.clock[0] = 0.0
    ends = []
    for n in (50, 100, 200):
        state = copied(start)
        run(plan, d, state, 0.15, step=0.15 / n, accept=1e-13, method=esdirk4())
        ends.append(state.body[:, :3].copy())
    errors = [np.linalg.norm(b - a) for a, b in zip(ends, ends[1:], strict=False)]
    print(errors, order(errors))
    assert abs(order(errors)[0] - 4.0) < 0.3


def test_gravity_alone_may_turn_at_an_even_rate():
    """A heavy body on soft springs under GRAVITY_TURNS, against the mean of gravity: no force of a turning frame."""
    plan = chain(2, bending=1e4)
    held = anchor(stiffness=[1e4] * 3 + [1e5] * 3, damping=[400.0] * 3 + [100.0] * 3)
    d = drive(plan, tilt=(-0.5 * np.pi, 0.5 * np.pi), ramp=40.0, anchors=((0, held),), gravity_turns=1.0)
    state = stacked(plan)
    run(plan, d, state, 20.0, tolerance=1e-7)
    # half-way gravity is along −x: both bodies hang on the springs; the lag of the dashpots is c/k times the rate
    sag = -2.0 * 9.81 / 1e4
    assert abs(state.body[0, 0] - sag) < 1e-3 * abs(sag)
    lag = 400.0 / 1e4 * np.pi / 40.0 * 2.0 * 9.81 / 1e4
    assert abs(state.body[0, 1] + lag) < 0.05 * lag
