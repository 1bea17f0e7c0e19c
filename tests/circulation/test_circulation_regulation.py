"""What is renewed once a bin, each law by hand on a network of two or three vessels."""

import math

import numpy as np
import pytest
from networks import WEIGHT, network

from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels.regulation import LEAST, filter_plasma, regulate, regulate_locally

N = 2


def small():
    """Two vessels, an edge there and one back; a heart of one chamber that is a compartment of its own."""
    net = network([1e-8, 2e-8], [(0, 1), (1, 0)], [3e8, 5e8], unstressed=[100e-6, 200e-6])
    chamber = np.zeros((1, k.CHAMBER))
    chamber[0, [k.ACTIVE_ELASTANCE, k.GAIN_ELASTANCE]] = 3e8, 2e4
    net.scalar[[k.PERIOD_REST, k.FASTEST_INTERVAL, k.SLOWEST_INTERVAL]] = 0.9, 0.4, 1.6
    net.scalar[[k.INTERVAL_SYMPATHETIC, k.INTERVAL_VAGAL]] = 1e-4, 3e-4
    net.scalar[[k.LOCAL_TIME, k.LOCAL_CENTRE, k.LOCAL_WIDTH]] = 20.0, 3000.0, 400.0
    net.scalar[[k.AUTOREGULATION, k.AUTOREGULATION_LEAST, k.AUTOREGULATION_MOST, k.AUTOREGULATION_TIME]] = 0.8, 0.6, 1.5, 8.0
    net.scalar[[k.FILTRATION_TIME, k.RECOVERY_TIME]] = 900.0, 300.0
    return net._replace(chamber=chamber)


def work():
    return np.zeros((k.W_ROWS, N + k.PLACES)), np.zeros((k.F_ROWS, 2)), np.zeros(1)


def answers(**of):
    y = np.zeros(k.RESPONSES)
    for name, value in of.items():
        y[getattr(k, name.upper())] = value
    return y


def test_reflexes_set_resistance_volume_contractility_and_period():
    net = small()
    net.edge[0, [k.GAIN_ARTERIAL, k.GAIN_CARDIOPULMONARY]] = -2e4, -5e4
    net.vessel[1, [k.GAIN_VOLUME_ARTERIAL, k.GAIN_VOLUME_CARDIOPULMONARY]] = 3e-9, 7e-9
    w, f, elastance = work()
    y = answers(vagal=500.0, beta=-700.0, alpha_resistance=-1000.0, alpha_venous=-2000.0,
                cardiopulmonary_resistance=-300.0, cardiopulmonary_venous=400.0)  # fmt: skip
    period = regulate(net, y, np.array([1.5, 1.0]), elastance, w, f)
    assert 1.0 / f[k.F_CONDUCTANCE] == pytest.approx([1.5 * (3e8 + 2e7 + 1.5e7), 5e8], rel=1e-12)
    assert w[k.W_UNSTRESSED, :N] == pytest.approx([100e-6, 200e-6 - 6e-6 + 2.8e-6], rel=1e-12)
    assert elastance[0] == pytest.approx(3e8 - 1.4e7, rel=1e-12)
    assert period == pytest.approx(0.9 - 0.07 + 0.15, rel=1e-12)


@pytest.mark.parametrize("way", [-1.0, 1.0])
def test_no_reflex_takes_more_than_its_share_and_the_heart_keeps_its_range(way):
    net = small()
    net.edge[:, k.GAIN_ARTERIAL] = net.chamber[:, k.GAIN_ELASTANCE] = 1e9
    net.vessel[:, k.GAIN_VOLUME_ARTERIAL] = 1.0
    w, f, elastance = work()
    y = answers(alpha_resistance=way, alpha_venous=way, beta=way, vagal=way * 1e5)
    period = regulate(net, y, np.ones(2), elastance, w, f)
    if way < 0:
        assert 1.0 / f[k.F_CONDUCTANCE] == pytest.approx([LEAST * 3e8, LEAST * 5e8], rel=1e-12)
        assert w[k.W_UNSTRESSED, :N] == pytest.approx([LEAST * 100e-6, LEAST * 200e-6], rel=1e-12)
        assert elastance[0] == pytest.approx(LEAST * 3e8, rel=1e-12)
        assert period == 0.4
    else:
        assert w[k.W_UNSTRESSED, :N] == pytest.approx([1.0 + 100e-6, 1.0 + 200e-6], rel=1e-12)
        assert period == 1.6
    assert LEAST == 0.3  # what docs and model files are told with


def filtering(column, filtered, loaded=4e-9, unloaded=2e-9):
    net = small()
    net.vessel[0, [k.FILTRATION_LOADED, k.FILTRATION_UNLOADED]] = loaded, unloaded
    w, _, _ = work()
    w[k.W_LEAK] = 7.0  # of the last bin
    w[k.W_HEIGHT, N + k.HEART] = 0.3
    w[k.W_LIFTED, 0] = 0.3 - column
    w[k.W_HEIGHT, 0] = 55.0  # the column that a muscle pump lifts loads no capillary
    held = np.array([filtered, 0.0])
    filter_plasma(net, held, w)
    assert w[k.W_LEAK, 1] == 0.0 and held[1] == 0.0
    assert w[k.W_LEAK, 0] * k.BIN == pytest.approx(held[0] - filtered, rel=1e-9, abs=1e-18)  # what leaves the one is in the other
    return held[0]


@pytest.mark.parametrize(
    ("column", "filtered", "slope", "tau"),
    [(0.5, 0.0, 4e-9, 900.0), (-0.5, 0.0, 2e-9, 300.0), (0.5, 1e-3, 4e-9, 300.0), (-0.5, -1e-3, 2e-9, 900.0), (0.0, 1e-5, 4e-9, 300.0),
     (5e-5, 0.0, 4e-9, 900.0)],  # half a pascal is a column too
)
def test_plasma_moves_exponentially_towards_what_the_column_asks_for(column, filtered, slope, tau):
    goal = slope * WEIGHT * column
    expected = goal + (filtered - goal) * math.exp(-k.BIN / tau)
    assert filtering(column, filtered) == pytest.approx(expected, rel=1e-12, abs=1e-20)


def test_a_compartment_filters_if_either_way_is_open_and_not_else():
    assert filtering(-0.5, 0.0, loaded=0.0) < 0.0
    assert filtering(0.5, 0.0, unloaded=0.0) > 0.0
    assert filtering(0.5, 1e-5, 0.0, 0.0) == 1e-5


@pytest.mark.parametrize("gain", [0.5, 1.4])
@pytest.mark.parametrize("over", [-900.0, 0.0, 250.0, 1200.0])
def test_veins_that_stand_full_close_their_arterioles(over, gain):
    net = small()
    net.edge[0, k.LOCAL_GAIN] = gain
    w, _, _ = work()
    w[k.W_OUTSIDE, 1] = -200.0
    w[k.W_BIN_PRESSURE, 1] = -200.0 + 3000.0 + over
    local = np.array([1.1, 1.0])
    regulate_locally(net, 1, 0.0, local, w)
    goal = 1.0 + gain / (1.0 + math.exp(-over / 400.0))
    share = 1.0 - math.exp(-k.BIN / 20.0)
    assert local == pytest.approx([1.1 + (goal - 1.1) * share, 1.0], rel=1e-12)


@pytest.mark.parametrize(("pressure", "goal"), [(9000.0, (9000.0 / 8000.0) ** 0.8), (2000.0, 0.6), (-4000.0, 0.6), (40000.0, 1.5)])
def test_the_brain_keeps_its_flow_within_limits(pressure, goal):
    net = small()
    w, _, _ = work()
    w[k.W_BIN_PRESSURE, N] = pressure
    local = np.array([1.0, 1.05])
    regulate_locally(net, 1, 8000.0, local, w)
    assert local == pytest.approx([1.0, 1.05 + (goal - 1.05) * (1.0 - math.exp(-k.BIN / 8.0))], rel=1e-12)


def test_far_below_every_pressure_the_brain_answers_to_a_tenth():
    net = small()
    net.scalar[k.AUTOREGULATION_LEAST] = 0.01
    w, _, _ = work()
    w[k.W_BIN_PRESSURE, N] = -1.0
    local = np.ones(2)
    regulate_locally(net, 0, 8000.0, local, w)
    assert local[0] == pytest.approx(1.0 + (0.1**0.8 - 1.0) * (1.0 - math.exp(-k.BIN / 8.0)), rel=1e-12)
