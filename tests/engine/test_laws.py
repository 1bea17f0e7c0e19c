"""Laws of ligaments and contacts, by hand: where they begin, how they bend, where they are straight."""

import pytest

from biomech.spine.kernels import facet
from biomech.spine.kernels.strand import strand_tension

# compiled, it is put whole into the kernels that call it and cannot be called from here: the text of the law itself
contact_force = getattr(facet.contact_force, "py_func", facet.contact_force)


def test_a_strand_is_slack_then_bends_up_then_is_straight():
    k, slack, toe = 900.0, 0.02, 0.10
    assert strand_tension(0.0, k, slack, toe) == (0.0, 0.0)
    assert strand_tension(slack, k, slack, toe) == (0.0, 0.0)
    # half-way through the toe: half of the slope, a quarter of the tension at its end
    assert strand_tension(0.06, k, slack, toe) == pytest.approx((0.25 * 0.5 * k * 0.08, 0.5 * k))
    assert strand_tension(0.10, k, slack, toe) == pytest.approx((0.5 * k * 0.08, k))
    assert strand_tension(0.30, k, slack, toe) == pytest.approx((0.5 * k * 0.08 + k * 0.20, k))
    assert strand_tension(-0.04, k, -0.05, 0.05) == pytest.approx((0.5 * k * 0.01**2 / 0.10, 0.1 * k))  # taut at its rest length


def test_a_contact_pushes_only_and_bends_in_over_its_toe():
    k, toe = 2e5, 5e-4
    assert contact_force(-1e-3, k, toe) == (0.0, 0.0)
    assert contact_force(0.0, k, toe) == (0.0, 0.0)
    assert contact_force(2.5e-4, k, toe) == pytest.approx((0.25 * 0.5 * k * toe, 0.5 * k))
    assert contact_force(toe, k, toe) == pytest.approx((0.5 * k * toe, k))
    assert contact_force(2e-3, k, toe) == pytest.approx((0.5 * k * toe + k * 1.5e-3, k))
