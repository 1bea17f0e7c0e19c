"""Order of convergence where nothing bends, of the vessels' march and of the head's."""

import numpy as np
import pytest
from networks import LONG, MMHG, beat_on, bench_of, order

from biomech.circulation.kernels import layout as k
from biomech.head.kernels import march as head
from biomech.head.model import HeadDrive, HeadModel
from biomech.posture.person import Person


@pytest.mark.parametrize("since", [0.24, 0.66])
def test_sdirk_is_of_second_order_where_no_valve_moves(since):
    """Reflexes held: 80 ms of ejection, while the ventricles stiffen and give way, and of late filling."""

    def run(n):
        bench = bench_of()
        beat_on(bench, 100, 0)
        bench.clock[1], bench.clock[2] = bench.t, LONG
        quiet = bench.t + since
        for left in range(400, 0, -1):  # alike for all
            bench.step((quiet - bench.t) / left, 1e-20)
        valves = bench.net.edge_ints[:, k.KIND] == k.VALVE
        open_before = bench.flow[valves] > 0.0
        for _ in range(n):
            bench.step(0.08 / n, 1e-24)
        assert ((bench.flow[valves] > 0.0) == open_before).all()
        return bench.volume

    values = [run(n) for n in (5, 10, 20, 40, 80)]
    errors = [np.linalg.norm(b - a) for a, b in zip(values, values[1:], strict=False)]
    print(errors, order(errors))
    # seen to fail: second stage solved at t + γ h, order 1
    assert np.abs(order(errors)[1:] - 2.0).max() < 0.1


def wavy(n=41, end=40.0):
    t = np.linspace(0.0, end, n)
    turn = 0.8 * (1 - np.cos(0.15 * t))
    return HeadDrive(
        time=t, sinus=MMHG * (6 + 8 * np.sin(turn)), orbital=MMHG * (5 + 20 * np.sin(turn)), tilt=turn, brain=-0.33 * np.sin(turn),
    )


@pytest.mark.parametrize("name", ["icp", "iop"])
def test_heun_is_of_second_order(name):
    m = HeadModel(Person())
    values = [getattr(m.march(wavy(), longest_step=h), name) for h in (1.0, 0.5, 0.25, 0.125, 0.0625)]
    errors = [np.abs(b - a).max() for a, b in zip(values, values[1:], strict=False)]
    print(name, errors, order(errors))
    # seen to fail: drivers of the step's start used at its end, order 1
    assert np.abs(order(errors)[1:] - 2.0).max() < 0.1
    assert errors[0] < 0.02 * MMHG  # and a step of a second is good enough
    assert head.STEP == 1.0
