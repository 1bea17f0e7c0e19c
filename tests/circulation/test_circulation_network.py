"""Flows of every kind of edge by hand: columns, valves, waterfalls, tubes that close, veins that collapse; no person around."""

import math
import sys
from types import FunctionType

import numpy as np
import pytest
from networks import ML, MMHG, WEIGHT, network, plan_of, still

from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels.network import flows, linearise, pressures, rates, stage_matrix, stand
from biomech.circulation.kernels.scratch import new_scratch
from biomech.circulation.kernels.vessel import narrowing

C = 2.0 * ML / MMHG  # compliance of both vessels
R = 1.5 * MMHG / ML  # mmHg s/mL


class Two:
    """Two vessels and one edge from the first to the second; pressures in mmHg against the atmosphere, at level height."""

    def __init__(self, kind=k.RESISTOR, first=10.0, second=4.0, outside=(0.0, 0.0), heights=(0.0, 0.0), **edge):
        self.net = network([C, C], [(0, 1)], R, kind, unstressed=100e-6)
        for name, value in edge.items():
            table = self.net.edge_ints if name in ("NARROWED_BY", "PUMPED") else self.net.edge
            table[0, getattr(k, name)] = value
        self.plan = plan_of(self.net)
        self.s = new_scratch(self.plan)
        self.w, self.f = self.s.w, self.s.f
        self.w[k.W_UNSTRESSED, :2] = 100e-6
        self.w[k.W_OUTSIDE, :2] = np.array(outside) * MMHG
        self.volume = 100e-6 + C * MMHG * (np.array([first, second]) - np.array(outside))
        self.f[k.F_CONDUCTANCE] = 1.0 / R
        self.f[k.F_COLUMN] = WEIGHT * (heights[0] - heights[1])
        self.look()

    def look(self, volume=None):
        volume = self.volume if volume is None else volume
        pressures(self.net, volume, 0.0, 1.0, self.s.elastance, self.w)
        flows(self.net, volume, self.w, self.f)
        return self.f[k.F_FLOW, 0]

    @property
    def flow(self):
        """mL/s."""
        return self.f[k.F_FLOW, 0] / ML

    def slopes_fit(self, h=1e-10):
        """Derivatives by either volume against differences."""
        for end, row in ((0, k.F_BY_FROM), (1, k.F_BY_TO)):
            at = [self.look(self.volume + np.eye(2)[end] * x) for x in (h, -h)]
            self.look()
            assert self.f[row, 0] == pytest.approx((at[0] - at[1]) / (2 * h), rel=1e-5, abs=1e-8)


def test_a_vessel_has_the_pressure_of_its_volume_and_of_what_lies_around_it():
    two = Two(first=10.0, second=-3.0, outside=(-4.0, 2.0))
    assert two.w[k.W_PRESSURE, :2] / MMHG == pytest.approx([10.0, -3.0])
    assert two.w[k.W_SLOPE, :2] == pytest.approx([1.0 / C] * 2)


def test_a_resistor_passes_both_ways():
    assert Two().flow == pytest.approx(6.0 / 1.5)
    assert Two(first=4.0, second=10.0).flow == pytest.approx(-6.0 / 1.5)
    two = Two(outside=(-4.0, 20.0))
    assert two.flow == pytest.approx(6.0 / 1.5)  # what lies around is in the pressures already
    two.slopes_fit()


def test_a_column_pushes_down():
    column = WEIGHT * 0.3 / MMHG
    assert Two(heights=(0.3, 0.0)).flow == pytest.approx((6.0 + column) / 1.5)
    assert Two(heights=(0.0, 0.3)).flow == pytest.approx((6.0 - column) / 1.5)


def test_a_valve_is_a_diode():
    two = Two(k.VALVE)
    assert two.flow == pytest.approx(6.0 / 1.5)
    two.slopes_fit()
    shut = Two(k.VALVE, first=4.0, second=10.0)
    assert (shut.f[[k.F_FLOW, k.F_BY_FROM, k.F_BY_TO], 0] == 0.0).all()
    assert Two(k.VALVE, first=5.0, second=5.0).flow == 0.0
    # the column opens and shuts it too
    assert Two(k.VALVE, first=4.0, second=10.0, heights=(0.3, 0.0)).flow == pytest.approx((WEIGHT * 0.3 / MMHG - 6.0) / 1.5)
    assert Two(k.VALVE, heights=(0.0, 0.3)).flow == 0.0


def test_a_bed_drains_against_the_higher_of_vein_and_outside():
    open_bed = Two(k.BED, first=10.0, second=4.0, outside=(0.0, 3.0))
    assert open_bed.flow == pytest.approx(6.0 / 1.5)
    open_bed.slopes_fit()
    waterfall = Two(k.BED, first=10.0, second=4.0, outside=(0.0, 7.0))
    assert waterfall.flow == pytest.approx(3.0 / 1.5)
    assert waterfall.f[k.F_BY_TO, 0] == 0.0  # what lies below is not felt
    waterfall.slopes_fit()
    assert Two(k.BED, first=6.0, second=4.0, outside=(0.0, 7.0)).flow == 0.0
    assert Two(k.BED, first=3.0, second=4.0).flow == 0.0  # nothing backwards


def opened(transmural, width):
    """Conductance of the jugular against its own, Gadda 2015."""
    return (1.0 + 2.0 / math.pi * math.atan(transmural / width)) ** 2


TUBE = {"TUBE_CONDUCTANCE": 2.0 * ML / MMHG, "TUBE_PRESSURE": 2.0 * MMHG}


@pytest.mark.parametrize("outside", [0.0, 9.0, 11.0])
def test_a_tube_opened_by_the_end_it_comes_from(outside):
    """Beyond what is above the pressure around it nothing below can pull."""
    two = Two(k.TUBE, first=10.0, second=-6.0, outside=(outside, 0.0), NARROWED_BY=0, **TUBE)
    drop = min(16.0, max(10.0 - outside, 0.0))
    assert two.flow == pytest.approx(2.0 * opened(10.0 - outside, 2.0) * drop)
    two.slopes_fit()
    if outside < 10.0:
        assert two.f[k.F_BY_TO, 0] == 0.0
    else:
        assert (two.f[[k.F_BY_FROM, k.F_BY_TO], 0] == 0.0).all()


def test_a_tube_that_is_full_feels_what_lies_below():
    two = Two(k.TUBE, first=10.0, second=6.0, NARROWED_BY=0, **TUBE)
    assert two.flow == pytest.approx(2.0 * opened(10.0, 2.0) * 4.0)
    assert two.f[k.F_BY_TO, 0] < 0.0
    two.slopes_fit()


def test_a_tube_opened_by_the_end_it_goes_to():
    two = Two(k.TUBE, first=10.0, second=3.0, outside=(0.0, 1.0), NARROWED_BY=1, **TUBE)
    assert two.flow == pytest.approx(2.0 * opened(2.0, 2.0) * 7.0)
    two.slopes_fit()
    assert Two(k.TUBE, first=3.0, second=10.0, NARROWED_BY=1, **TUBE).flow == pytest.approx(-2.0 * opened(10.0, 2.0) * 7.0)


@pytest.mark.parametrize("end", [0, 1])
def test_a_vein_that_collapses_narrows_its_edge(end):
    two = Two(NARROWED_BY=end)
    two.net.vessel[end, [k.FLOOR, k.COLLAPSE_PRESSURE]] = 0.2, 10.0 * MMHG
    assert two.look() / ML == pytest.approx(6.0 / 1.5)  # full, it does not
    two.volume[end] = 80e-6
    left, _ = narrowing(two.net.vessel[end], 80e-6, 100e-6)
    assert left < 0.9
    flow = two.look() / ML
    pressure = two.w[k.W_PRESSURE, :2] / MMHG
    assert flow == pytest.approx((pressure[0] - pressure[1]) / 1.5 * left)
    two.slopes_fit(1e-11)


def test_a_full_vein_narrows_nothing_and_holds_nothing_back():
    two = Two(first=10.0, second=-6.0, NARROWED_BY=0)
    assert two.flow == pytest.approx(16.0 / 1.5)
    two.slopes_fit()


@pytest.mark.parametrize("kind", [k.VALVE, k.BED])
def test_the_least_drop_opens(kind):
    assert Two(kind, first=5.001, second=5.0).flow == pytest.approx(0.001 / 1.5, rel=1e-6)


def test_a_valve_open_by_its_column_stays_open():
    two = Two(k.VALVE, first=4.0, second=10.0, heights=(0.3, 0.0))
    flow = two.flow
    two.w[k.W_CORRECTION, :2] = 0.0
    assert linearise(two.net, two.w, two.f, 1e-12, True)
    assert two.flow == flow > 0.0


def test_a_chamber_beats_with_its_kind_and_feels_what_lies_around_it(monkeypatch):
    """An atrium at the strength of atria; 30 and 50 Pa of their own stand for what the laws of the heart give."""
    module = sys.modules[pressures.__module__]
    if not isinstance(pressures, FunctionType):
        pytest.skip("compiled, a law cannot be taken out")
    monkeypatch.setattr(module, "activation", lambda scalar, kind, since, period: 10.0 + kind)
    monkeypatch.setattr(module, "chamber_pressure", lambda row, scalar, kind, active, elastance, volume: (active + elastance, 2.0 * active))
    two = Two(outside=(1.0, -2.0))
    net = two.net._replace(chamber=np.zeros((2, k.CHAMBER)), chamber_ints=np.array([[0, k.VENTRICLE], [1, k.ATRIUM]]))
    pressures(net, two.volume, 0.0, 1.0, np.array([20.0, 40.0]), two.w)
    assert two.w[k.W_PRESSURE, :2] == pytest.approx([31.0 + MMHG, 50.0 - 2.0 * MMHG])
    assert two.w[k.W_SLOPE, :2] == pytest.approx([22.0, 20.0])


def test_what_leaves_one_vessel_enters_the_other_and_plasma_leaves_both():
    two = Two()
    two.w[k.W_LEAK, :2] = 1e-7, -2e-7
    rate = np.zeros(2)
    rates(two.net, two.w, two.f, rate)
    assert rate == pytest.approx([-4.0 * ML - 1e-7, 4.0 * ML + 2e-7])


def test_the_stage_matrix_holds_each_slope_with_its_sign_in_its_place():
    two = Two()
    two.f[[k.F_BY_FROM, k.F_BY_TO], 0] = 3.0, -5.0
    entry = two.plan.elimination.entry
    matrix = np.full(two.plan.elimination.entries, 7.0)
    stage_matrix(entry, 0.1, two.f, matrix)
    assert [matrix[int(i)] for i in entry[0]] == pytest.approx([0.3, -0.5, -0.3, 0.5])
    assert matrix.sum() == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("kind", "change", "agreed", "flow"),
    [
        (k.RESISTOR, (-12.0, 0.0), True, -4.0),  # turns round: no reason to look again
        (k.VALVE, (-3.0, 0.0), True, 2.0),
        (k.VALVE, (-12.0, 0.0), False, None),  # would have to close
        (k.VALVE, (0.0, 12.0), False, None),
    ],
)
def test_flows_follow_a_correction_until_a_valve_turns(kind, change, agreed, flow):
    two = Two(kind)
    two.w[k.W_CORRECTION, :2] = np.array(change) * C * MMHG
    before = two.w[k.W_PRESSURE, :2].copy()
    assert linearise(two.net, two.w, two.f, 1e-12, True) == agreed
    assert two.w[k.W_PRESSURE, :2] == pytest.approx(before + np.array(change) * MMHG)
    if agreed:
        assert two.flow == pytest.approx(flow if kind == k.VALVE else (6.0 - 12.0) / 1.5)


def test_a_shut_valve_that_would_have_to_open_is_looked_at_again():
    two = Two(k.VALVE, first=4.0, second=10.0)
    two.w[k.W_CORRECTION, :2] = 12.0 * C * MMHG, 0.0
    assert not linearise(two.net, two.w, two.f, 1e-12, True)
    two = Two(k.VALVE, first=4.0, second=10.0)
    two.w[k.W_CORRECTION, :2] = 3.0 * C * MMHG, 0.0
    assert linearise(two.net, two.w, two.f, 1e-12, True)
    assert two.flow == 0.0


def test_a_valve_in_balance_is_not_looked_at_again():
    """Less than so much through it is rounding; what passes then is not negative, and nothing where it is shut."""
    two = Two(k.VALVE, first=5.0, second=5.0)
    two.w[k.W_CORRECTION, :2] = 1e-6 * C * MMHG, 0.0
    assert not linearise(two.net, two.w, two.f, 0.5e-6 / 1.5 * ML, True)
    two.look()
    two.w[k.W_CORRECTION, :2] = 1e-6 * C * MMHG, 0.0
    assert linearise(two.net, two.w, two.f, 2e-6 / 1.5 * ML, True)
    assert two.flow == 0.0
    two = Two(k.VALVE, first=5.0 + 1e-6, second=5.0)
    two.w[k.W_CORRECTION, :2] = -2e-6 * C * MMHG, 0.0
    assert linearise(two.net, two.w, two.f, 2e-6 / 1.5 * ML, True)
    assert two.flow == 0.0


def place(net, drive, t):
    s = new_scratch(plan_of(net))
    return stand(net, drive, t, True, 0.0, s.w, s.f), s


def test_heights_columns_and_outside_pressures_lying_and_upside_down():
    net = network([C, C, C], [(0, 1), (1, 2)], R)
    net.vessel[:, k.OUTSIDE_SHARE_THORAX] = 1.0, 0.0, 0.5
    net.vessel[:, k.OUTSIDE_SHARE_ABDOMEN] = 0.0, 1.0, 0.25
    net.scalar[[k.THORAX_PRESSURE, k.THORAX_SLOPE, k.ABDOMEN_PRESSURE, k.ABDOMEN_SLOPE]] = 10.0, 3.0, 20.0, 7.0
    net.edge_ints[:, k.PUMPED] = 0, 1
    for tilt, heights in ((0.0, [0.1, 0.2, 0.3]), (math.pi / 2, [-0.5, 0.4, 0.0]), (-math.pi / 2, [0.5, -0.4, 0.0])):
        drive = still([0.5, -0.4, 0.0], tilt)
        for at in (drive.place0, drive.place1):
            at[:3, k.AHEAD] = 0.1, 0.2, 0.3
            at[:3, k.LIFTED_AHEAD] = 0.15, 0.25, 0.45
            at[:3, k.LIFTED_CRANIAL] = 0.6, -0.7, -0.1
        found, s = place(net, drive, 1.0)
        sine = math.sin(tilt)
        assert found == pytest.approx(tilt)
        assert s.w[k.W_HEIGHT, :3] == pytest.approx(heights)
        thorax, abdomen = 10.0 + 3.0 * sine, 20.0 + 7.0 * sine
        assert s.w[k.W_OUTSIDE, :3] == pytest.approx([thorax, abdomen, 0.5 * thorax + 0.25 * abdomen])
        lifted = math.cos(tilt) * np.array([0.15, 0.25, 0.45]) - sine * np.array([0.6, -0.7, -0.1])
        assert s.f[k.F_COLUMN] == pytest.approx(WEIGHT * np.array([heights[0] - heights[1], lifted[1] - lifted[2]]))


@pytest.mark.parametrize(("t", "share"), [(-5.0, 0.0), (2.0, 0.0), (3.0, 53 / 512), (4.0, 0.5), (6.0, 1.0), (9.0, 1.0)])
def test_the_turn_begins_and_ends_smoothly(t, share):
    """x³ (10 − 15 x + 6 x²) of the way, of tilt and of every place: at a quarter of the ramp 53/512."""
    net = network([C, C], [(0, 1)], R)
    drive = still([0.0, 0.0])
    drive.clock[[k.START, k.RAMP, k.TILT0, k.TILT1]] = 2.0, 4.0, 0.2, 1.0
    before, after = drive.place0, drive.place1.copy()
    before[:2, :4], after[:2, :4] = 0.0, 0.0
    before[:2, [k.AHEAD, k.CRANIAL, k.LIFTED_AHEAD, k.LIFTED_CRANIAL]] = [[0.1, 0.4, 0.2, 0.5], [0.3, -0.2, 0.4, 0.1]]
    after[:2, [k.AHEAD, k.CRANIAL, k.LIFTED_AHEAD, k.LIFTED_CRANIAL]] = [[0.5, 0.1, 0.3, 0.9], [-0.3, 0.6, 0.8, 0.7]]
    net.edge_ints[0, k.PUMPED] = 1
    tilt, s = place(net, drive._replace(place1=after), t)
    assert tilt == pytest.approx(0.2 + 0.8 * share)
    there = before[:2] + share * (after[:2] - before[:2])
    heights = math.cos(tilt) * there[:, k.AHEAD] - math.sin(tilt) * there[:, k.CRANIAL]
    lifted = math.cos(tilt) * there[:, k.LIFTED_AHEAD] - math.sin(tilt) * there[:, k.LIFTED_CRANIAL]
    assert s.w[k.W_HEIGHT, :2] == pytest.approx(heights)
    assert s.f[k.F_COLUMN, 0] == pytest.approx(WEIGHT * (lifted[0] - lifted[1]))


def test_who_has_arrived_stays_while_others_turn():
    """Beside others that still move, somebody is handed the time that has gone on and keeps their place."""
    net = network([C, C], [(0, 1)], R)
    drive = still([0.3, 0.0], 0.4)
    s = new_scratch(plan_of(net))
    assert stand(net, drive, 1.0, True, 0.0, s.w, s.f) == 0.4
    kept = s.w[: k.W_OUTSIDE + 1].copy()
    assert stand(net, still([0.9, 0.1], 1.0), 2.0, False, 0.4, s.w, s.f) == 0.4
    assert (s.w[: k.W_OUTSIDE + 1] == kept).all()
