"""Impulse responses, receptors and what they set."""

import math

import numba
import numpy as np
import pytest
from networks import MMHG, model

from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels.reflex import feel, respond

NAMES = ("vagal", "beta", "alpha_resistance", "alpha_venous", "cardiopulmonary_resistance", "cardiopulmonary_venous")


def corners(r):
    v = model().values
    return [float(v.column("reflexes.response", c)[r]) for c in ("delay", "peak", "end")]


def weights(bend):
    """Weights of past bins, newest first, whose second difference bends."""
    return np.cumsum(np.cumsum(bend, axis=-1), axis=-1)


@pytest.mark.parametrize("r", range(k.RESPONSES), ids=NAMES)
def test_a_response_has_unit_area_and_the_moments_of_its_triangle(r):
    plan = model().plan
    weight = weights(plan.bend[r])
    assert model().values.rows["reflexes.response"] == NAMES  # the layout counts on their order
    assert (weight >= -1e-12).all()
    assert weight.sum() == pytest.approx(1.0, abs=1e-10)
    a, c, b = corners(r)
    # a signal held over bins and answered over bins: lag of entry i is i + 1 bins, spread by two bins
    lag = (np.arange(k.MEMORY) + 1.0) * k.BIN
    mean = (weight * lag).sum()
    assert mean == pytest.approx((a + b + c) / 3.0, rel=1e-9)
    spread = (weight * (lag - mean) ** 2).sum() - k.BIN**2 / 6.0
    assert spread == pytest.approx((a * a + b * b + c * c - a * b - a * c - b * c) / 18.0, rel=1e-3)
    assert set(np.flatnonzero(plan.bend[r])) <= set(plan.bend_lag[r].astype(int))


def test_the_answer_is_the_sum_of_the_weighted_past_and_stays_so():
    """A convolution of its own, and a day (without the compiler a minute): what is added bin by bin must not drift."""
    plan, day = model().plan, int((60 if numba.config.DISABLE_JIT else 86400) / k.BIN)
    error = np.array([3000.0 + 500.0 * np.sin(0.7 * np.arange(day)), -700.0 + 90.0 * np.sin(0.31 * np.arange(day))])
    answer = answered(plan.bend, plan.bend_lag, error, np.zeros((2, k.MEMORY)), np.zeros((2, k.RESPONSES)))
    for r, weight in enumerate(weights(plan.bend)):
        past = error[1 if r >= k.CARDIOPULMONARY_RESISTANCE else 0, : -k.MEMORY - 1 : -1]
        assert answer[0, r] == pytest.approx(weight @ past, abs=0.02)  # Pa: rounding adds up to 0.006 in a day


@numba.njit
def answered(bend, lag, error, signal, answer):
    for b in range(error.shape[1]):
        signal[:, 1:] = signal[:, :-1].copy()
        signal[:, 0] = error[:, b]
        respond(bend, lag, signal, answer)
    return answer


def test_a_step_of_the_error_arrives_as_the_integral_of_the_triangle():
    plan = model().plan
    window, signal = np.zeros((2, 4)), np.zeros((2, k.MEMORY))
    scalar = plan.network.scalar.copy()
    scalar[[k.ARTERIAL_SET_POINT, k.CARDIOPULMONARY_SET_POINT]] = 0.0
    scalar[[k.ARTERIAL_SCALE, k.CARDIOPULMONARY_SCALE]] = 1e12  # a receptor that does not saturate
    answer = np.zeros((2, k.RESPONSES))
    found = []
    for _ in range(760):
        feel(scalar, window, signal, 1.0, 1.0, 0.0)
        respond(plan.bend, plan.bend_lag, signal, answer)
        found.append(answer[0].copy())
    # the moving average of four bins delays by a bin and a half, bins by one more: beginning of the answered bin against its middle
    t = (np.arange(760) + 1.5 - 2.0) * k.BIN
    for r in range(k.RESPONSES):
        a, c, b = corners(r)
        area = np.where(t < c, np.clip(t - a, 0, None) ** 2 / ((c - a) * (b - a)), 1 - np.clip(b - t, 0, None) ** 2 / ((b - c) * (b - a)))
        steepest = 2.0 / (b - a)
        assert np.abs(np.array(found)[:, r] - area).max() < 0.6 * k.BIN * steepest
        assert found[-1][r] == pytest.approx(1.0, abs=1e-10)


def test_receptors_saturate_average_and_are_reset_head_down():
    plan = model().plan
    s = plan.network.scalar
    window = np.repeat([[90 * MMHG], [5 * MMHG]], 4, axis=1)
    signal = np.zeros((2, k.MEMORY))
    signal[:, 0] = 1.0, 2.0
    feel(s, window, signal, 130 * MMHG, 9 * MMHG, 0.0)
    assert signal[:, 1] == pytest.approx([1.0, 2.0])  # older by a bin
    error = s[k.ARTERIAL_SCALE] * math.atan((100 * MMHG - s[k.ARTERIAL_SET_POINT]) / s[k.ARTERIAL_SCALE])
    assert signal[0, 0] == pytest.approx(error, rel=1e-12)
    error = s[k.CARDIOPULMONARY_SCALE] * math.atan((6 * MMHG - s[k.CARDIOPULMONARY_SET_POINT]) / s[k.CARDIOPULMONARY_SCALE])
    assert signal[1, 0] == pytest.approx(error, rel=1e-12)
    window[0] = s[k.ARTERIAL_SET_POINT] + s[k.RESET_HEAD_DOWN]
    feel(s, window, signal, window[0, 0], 0.0, 1.0)
    assert signal[0, 0] == pytest.approx(0.0, abs=1e-9)
    for _ in range(8):
        feel(s, window, signal, 1e9, 1e9, 0.0)
    assert signal[0, 0] == pytest.approx(0.5 * math.pi * s[k.ARTERIAL_SCALE], rel=1e-3)
