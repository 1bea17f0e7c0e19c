"""Sensitivity: estimators against exact indices, and unknowns of which the answer is plain."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import sobol_indices as scipys
from scipy.stats import uniform

from biomech import scenario
from biomech.errors import InputError
from biomech.population.indices import morris_design, morris_effects, sobol_design, sobol_indices
from biomech.population.sensitivity import sensitivity
from biomech.viz.picked import ranking

SHORT = scenario.read(
    "table_60", {"session.hold_s": 5, "session.ramp_s": 2, "history.days": 0, "history.awake_h": 0.1, "history.upright_after_min": 0}
)
A, B = 7.0, 0.1


def ishigami(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ishigami & Homma 1990, for points of the unit cube."""
    x = math.pi * (2 * u - 1)
    return np.asarray(np.sin(x[..., 0]) + A * np.sin(x[..., 1]) ** 2 + B * x[..., 2] ** 4 * np.sin(x[..., 0]))


VARIANCE = A**2 / 8 + B * math.pi**4 / 5 + B**2 * math.pi**8 / 18 + 0.5
FIRST = np.array([0.5 * (1 + B * math.pi**4 / 5) ** 2, A**2 / 8, 0.0]) / VARIANCE
TOTAL = FIRST + np.array([1.0, 0.0, 1.0]) * (8 * B**2 * math.pi**8 / 225) / VARIANCE


def test_sobol_indices_of_ishigamis_function() -> None:
    found = sobol_indices(ishigami(sobol_design(3, 4096, seed=1)), 3)
    np.testing.assert_allclose(found.first, FIRST, atol=0.02)
    np.testing.assert_allclose(found.total, TOTAL, atol=0.02)
    assert (found.first_low <= FIRST).all() and (found.first_high >= FIRST).all()
    assert (found.total_low <= TOTAL).all() and (found.total_high >= TOTAL).all()
    theirs = scipys(func=lambda x: ishigami(x.T), n=4096, dists=[uniform()] * 3, rng=1)
    np.testing.assert_allclose(found.first, theirs.first_order, atol=0.02)
    np.testing.assert_allclose(found.total, theirs.total_order, atol=0.02)


def test_sobol_errors_fall_with_the_number_of_samples() -> None:
    errors = [np.abs(sobol_indices(ishigami(sobol_design(3, n, seed=2)), 3).total - TOTAL).max() for n in (64, 4096)]
    assert errors[1] < 0.25 * errors[0]


def test_a_sample_that_failed_is_left_out_and_a_constant_has_no_indices() -> None:
    values = ishigami(sobol_design(3, 1024, seed=3))
    values[17] = np.nan
    np.testing.assert_allclose(sobol_indices(values, 3).total, TOTAL, atol=0.06)
    assert np.isnan(sobol_indices(np.ones(5 * 64), 3).total).all()


def test_elementary_effects_of_a_plane_are_its_slopes_and_of_a_product_are_not_constant() -> None:
    design = morris_design(4, 20, seed=1)
    found = morris_effects(design, design @ np.array([3.0, -2.0, 0.0, 1.0]))
    np.testing.assert_allclose(found.mean, [1.5, -1.0, 0.0, 0.5], atol=1e-12)
    np.testing.assert_allclose(found.size, [1.5, 1.0, 0.0, 0.5], atol=1e-12)
    np.testing.assert_allclose(found.sd, 0.0, atol=1e-12)
    mixed = morris_effects(design, design[:, 0] * design[:, 1])
    assert (mixed.sd[:2] > 0.05).all() and (mixed.sd[2:] == 0.0).all()
    broken = design @ np.array([3.0, -2.0, 0.0, 1.0])
    broken[3] = np.nan
    np.testing.assert_allclose(morris_effects(design, broken).size, [1.5, 1.0, 0.0, 0.5], atol=1e-12)


def test_what_matters_in_a_short_session() -> None:
    keys = ["models.spine.disc.modulus_tension", "models.spine.healthy.joints.foramen_z", "equipment.friction"]
    data = sensitivity(SHORT, method="morris", samples=3, names=keys, only="spine")
    assert data.attrs["runs"] == 3 * 4
    friction = data["friction_available_N"].sel(statistic="size")
    # friction available is friction × normal force: nothing else here touches it much
    assert ranking(data, data["friction_available_N"], 1) == ["equipment.friction"]
    assert float(friction.sel(unknown=keys[1])) < 1e-6 * float(friction.sel(unknown="equipment.friction"))
    with pytest.raises(InputError, match="no unknown"):
        sensitivity(SHORT, names=["models.spine.disc.nothing"])
    with pytest.raises(InputError, match="power of two"):
        sensitivity(SHORT, method="sobol", samples=10)
    with pytest.raises(InputError, match="span"):
        sensitivity(SHORT, vary=["session.angle_deg=1,2"])


def test_angle_explains_the_weight_along_the_body_all_alone() -> None:
    data = sensitivity(SHORT, method="sobol", samples=8, vary=["session.angle_deg=20:60", "equipment.friction=0.3:0.6"], only="spine")
    total = data["gravity_along_spine_N"].sel(statistic="total")
    assert float(total[0]) > 0.2 and float(total[1]) == 0.0
