"""Skull and eye: balances, time constants, and an independent solver."""

import math

import numpy as np
import pytest
from networks import MMHG
from scipy.integrate import solve_ivp

from biomech.head.model import HeadDrive, HeadModel
from biomech.library.units import GRAVITY
from biomech.posture.person import Person


def hold(sinus=6.0, orbital=5.0, tilt=0.0, brain=0.0, end=3600.0, rest=(6.0, 5.0), n=2000):
    """Lying for a minute, then held; drive of a person whose venous pressures (mmHg) are given."""
    t = np.concatenate([[0.0, 60.0], np.linspace(70.0, end, n)])
    held = t >= 70.0

    def of(before, after):
        return np.where(held, after, before)

    return HeadDrive(
        time=t, sinus=MMHG * of(rest[0], sinus), orbital=MMHG * of(rest[1], orbital), tilt=of(0.0, tilt), brain=of(0.0, brain),
    )


def value(m, name):
    return m.values.value[f"head.{name}"]


def test_lying_at_rest_nothing_moves():
    m = HeadModel(Person())
    out = m.march(hold())
    for p in out:
        assert np.ptp(p) < 1e-6
    icp = 6 * MMHG + value(m, "formation") * value(m, "outflow_resistance")  # Davson
    assert out.icp[0] == pytest.approx(icp, rel=1e-12)
    goldmann = value(m, "episcleral_pressure") + (value(m, "aqueous_flow") - value(m, "uveoscleral_flow")) / value(m, "outflow_facility")
    assert out.iop[0] == pytest.approx(goldmann, rel=1e-12)
    assert 7 < icp / MMHG < 15 and 15 < goldmann / MMHG < 19


def test_in_the_end_davson_and_goldmann_hold_in_every_posture():
    m = HeadModel(Person())
    for sinus, orbital, tilt, brain in ((20.0, 24.0, 1.2, -0.3), (2.0, -10.0, -1.0, 0.28)):
        out = m.march(hold(sinus, orbital, tilt, brain, end=5e5, n=4000))
        icp = sinus * MMHG + value(m, "formation") * value(m, "outflow_resistance")
        assert out.icp[-1] == pytest.approx(icp, rel=1e-6)
        evp = value(m, "episcleral_pressure")
        over = orbital * MMHG - evp
        evp += value(m, "transmission_up") * (min(over, 0.0) + evp - 5.0 * MMHG) + value(m, "transmission_down") * max(over, 0.0)
        assert out.episcleral[-1] == pytest.approx(evp, rel=1e-12)
        flow = (value(m, "aqueous_flow") - value(m, "uveoscleral_flow")) / value(m, "outflow_facility")
        assert out.iop[-1] == pytest.approx(evp + flow, rel=1e-6)


def test_the_fluid_in_the_skull_stands_at_once_under_its_own_column():
    """On a fast turn pressure rises by the column above the indifference point, before any fluid is formed or absorbed."""
    m = HeadModel(Person(stature=1.75))
    tilt = math.radians(15.0)
    brain = -0.33 * math.sin(tilt)
    column = value(m, "fluid_density") * GRAVITY * (0.33 - 0.12) * math.sin(tilt)
    d = HeadDrive(
        time=np.array([0.0, 1.0, 1.001]), sinus=np.full(3, 6 * MMHG) + [0, 0, column], orbital=np.full(3, 5 * MMHG),
        tilt=np.array([0.0, 0.0, tilt]), brain=np.array([0.0, 0.0, brain]),
    )
    out = m.march(d)
    # the veins take up nothing where the sinus rises by the same column
    assert out.icp[2] - out.icp[0] == pytest.approx(column, rel=1e-3)


def test_the_eye_follows_with_the_time_constant_of_its_outflow():
    m = HeadModel(Person())
    tau = 1.0 / (value(m, "rigidity") * value(m, "outflow_facility"))  # of ln IOP, over IOP
    out = m.march(hold(orbital=6.0, end=4e4, n=4000))
    t = hold(orbital=6.0, end=4e4, n=4000).time
    late = (t > 4000.0) & (t < 12000.0)  # the choroid has filled
    slope = np.polyfit(t[late], np.log(np.abs(out.iop[late] - out.iop[-1])), 1)[0]
    assert -1.0 / slope == pytest.approx(tau / out.iop[-1], rel=0.02)
    assert 900 < tau / out.iop[-1] < 1500  # 20 minutes


def test_agrees_with_an_independent_solver():
    m = HeadModel(Person())
    v = {name.split(".")[1]: x for name, x in m.values.value.items()}
    t = np.linspace(0.0, 300.0, 301)
    turn = 0.7 * (1 - np.cos(0.05 * t))
    d = HeadDrive(
        time=t, sinus=MMHG * (6 + 9 * np.sin(turn)), orbital=MMHG * (5 + 20 * np.sin(turn)), tilt=turn, brain=-0.34 * np.sin(turn),
    )
    out = m.march(d, longest_step=0.01)
    density = v["fluid_density"] * GRAVITY
    column = density * (-np.sin(turn) * v["indifference_height"] - d.brain)
    rest = v["episcleral_pressure"] + (v["aqueous_flow"] - v["uveoscleral_flow"]) / v["outflow_facility"]
    cv = 1.0 / (v["venous_elastance"] * (v["bridging_drop"] - v["venous_offset"]))

    def rhs(x, y, i):
        at = lambda a: a[i] + (x - t[i]) * (a[i + 1] - a[i])  # noqa: E731  beats a second apart
        p, eye, fast, slow = y
        absorbed = max(p + at(column) - at(d.sinus), 0.0) / v["outflow_resistance"]
        veins = cv * ((d.sinus[i + 1] - d.sinus[i]) - (column[i + 1] - column[i]))
        dp = (v["formation"] - absorbed + veins) / (1.0 / (v["elastance"] * p) + cv)
        change = at(d.orbital) - d.orbital[0]
        above = v["episcleral_pressure"] - d.orbital[0]
        evp = v["episcleral_pressure"] + v["transmission_up"] * min(change, above) + v["transmission_down"] * max(change - above, 0.0)
        goal = math.log(1 + (evp - v["episcleral_pressure"]) / (v["choroid_gain"] * rest)) / v["rigidity"]
        s = v["choroid_slow_share"]
        df, ds = ((1 - s) * goal - fast) / v["choroid_fast"], (s * goal - slow) / v["choroid_slow"]
        aqueous = v["aqueous_flow"] - v["uveoscleral_flow"] - v["outflow_facility"] * (math.exp(eye) - evp)
        return [dp, v["rigidity"] * (df + ds + aqueous), df, ds]

    y = [d.sinus[0] + v["formation"] * v["outflow_resistance"] - column[0], math.log(rest), 0.0, 0.0]
    worst = 0.0
    for i in range(300):
        y = solve_ivp(rhs, (t[i], t[i + 1]), y, "DOP853", rtol=1e-10, atol=1e-13, args=(i,)).y[:, -1]
        worst = max(worst, abs(out.icp[i + 1] / (y[0] + column[i + 1]) - 1), abs(out.iop[i + 1] / math.exp(y[1]) - 1))
    print(worst)
    assert worst < 1e-6
