"""Order of convergence of the march on a nonlinear chain in space, by itself (no solution known)."""

from functools import cache

import numpy as np
import pytest
from helpers import copied, order, run
from test_independent import case

from biomech.spine.kernels import layout as L

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
