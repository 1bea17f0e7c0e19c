"""What the model must show on people: the bounds of the literature page, none of them loosened."""

import math
from functools import cache

import numpy as np
import pytest
from networks import MAN, model

from biomech.circulation.model import Turn
from biomech.errors import InputError
from biomech.posture.stance import stance
from biomech.results.blood import Blood, build, follow_head
from biomech.results.result import Result
from biomech.simulation import simulate


@cache
def run(*turns):
    """Dataset of a march from lying rest; turns: (equipment, angle, ramp, hold, and "moving" where steps are taken)."""
    m = model()
    stances = [stance(MAN, t[0], t[1], moving="moving" in t) for t in turns]
    lying = stance(MAN, "lying", 0.0)
    beats = list(m.march(lying, [Turn(t[0], s, t[2], t[3]) for t, s in zip(turns, stances, strict=True)], 0.0))
    return build(Blood(m, beats, follow_head(m, beats))).to_xarray()


def at(data, end):
    """Means over the half minute before a moment, by name."""
    t = data["beat_time"].values
    chosen = (t > end - 30.0) & (t <= end)
    assert chosen.sum() > 10
    return {str(name): float(v.values[chosen].mean()) for name, v in data.data_vars.items() if v.dims == ("beat_time",)}


LYING = ("lying", 0.0, 0.0, 60.0)


def rest():
    return at(run(LYING), 60.0)


def change(now, before, name):
    return now[name] - before[name]


def percent(now, before, name):
    return 100.0 * (now[name] / before[name] - 1.0)


def test_supine_rest():
    r = rest()
    print({n: round(r[n], 2) for n in ("heart_rate", "cardiac_output", "map_heart", "cvp", "stroke_volume", "icp", "iop")})
    # measured 69, 5.5, 93, 5.6
    assert 60 < r["heart_rate"] < 72
    assert 5.0 < r["cardiac_output"] < 6.5
    assert 85 < r["map_heart"] < 97
    assert 4 < r["cvp"] < 9
    assert r["sbp_heart"] > r["map_heart"] > r["dbp_heart"]
    assert 7 < r["icp"] < 15


@pytest.mark.parametrize("angle", [-60.0, -70.0])
def test_head_up_for_five_minutes(angle):
    up = at(run(("inversion_table", angle, 10.0, 300.0)), 310.0)
    found = percent(up, rest(), "heart_rate"), percent(up, rest(), "stroke_volume"), change(up, rest(), "map_heart")
    print(angle, found)
    # measured +14 %, −27 %, +4.3 mmHg at 60°; +17 %, −30 %, +3.8 at 70°
    assert 10 < found[0] < 30
    assert -40 < found[1] < -20
    assert -3 < found[2] < 12


@pytest.mark.parametrize("end", [1100.0, 1220.0])
def test_inverted_for_three_and_five_minutes_after_sitting(end):
    data = run(("sitting", None, 10.0, 900.0), ("gravity_boots", 90.0, 10.0, 300.0))
    seated, down = at(data, 910.0), at(data, end)
    r = rest()
    cuff = [(x["sbp_cuff"] + 2 * x["dbp_cuff"]) / 3 for x in (down, r)]
    found = seated["iop"], down["iop"], cuff[0] - cuff[1], change(down, r, "cvp"), percent(down, r, "heart_rate")
    print(end, found)
    # measured IOP 14.7 → 30.7 and 31.4; cuff +17 and +18; CVP +3.7 and +4.2 mmHg; HR −3 %
    assert 14 < found[0] < 17
    assert 30 < found[1] < 37
    assert 10 < found[2] < 25
    assert 3 < found[3] < 8
    assert -16 < found[4] < 6
    total = data["compartment_volume"].sum("compartment").values + data["filtered_plasma"].values
    # mL; volumes are means over a beat in which up to 2.6 mL of plasma move, filtered_plasma is that at its end
    assert np.ptp(total) < 2.0


@pytest.mark.parametrize("angle", [15.0, 20.0])
def test_head_down_tilt_raises_pressure_in_skull_and_eye(angle):
    down = at(run(("inversion_table", angle, 10.0, 300.0)), 310.0)
    found = change(down, rest(), "icp"), change(down, rest(), "iop")
    print(angle, found)
    assert 4 < found[0] < 10  # measured 6.8, 9.0
    # measured 2.5 and 4.0. Seen to fail (5.7) when episcleral veins felt orbital ones that stand below them
    assert 2 < found[1] < 5


@pytest.mark.parametrize("posture", ["standing", "sitting"])
def test_upright_the_veins_of_the_neck_fall_to_a_slit_and_the_spine_drains_the_head(posture):
    data = run((posture, None, 5.0, 900.0))
    up = at(data, 905.0)
    venous = data["compartment_pressure"].values[-20:].mean(axis=0)
    names = list(data["compartment"].values)
    sinus, cava = (venous[names.index(n)] for n in ("head_veins", "superior_vena_cava"))
    m = model()
    resistance = m.values.column("vessels.edge", "resistance")[m.values.rows["vessels.edge"].index("head_veins > superior_vena_cava")]
    column = 1060 * 9.81 * 0.27 * 1.78 / 1.75
    plexus = ((sinus - cava) * 133.322 + column) / resistance * 6e7
    print(up["jugular_pressure"], up["icp"], sinus, plexus / up["head_flow"])
    # measured 0.0 and -3.8 mmHg standing, sinus -6.3, all of the flow; sitting 0.0, -3.0, -5.2. Seen to fail (-5.2 and -4.5 in the neck)
    # when what lies below could pull through the slit; (-5.7 in the skull) when the vein was one from the skull to the chest
    for end in (310.0, 905.0):
        assert -1.5 < at(data, end)["jugular_pressure"] < 1
    assert -4 < up["icp"] < 0
    assert -10 < sinus < 0  # iwabuchi1983
    assert 0.95 < plexus / up["head_flow"] < 1.01


def test_pressure_at_any_height_is_that_of_the_column():
    weight = 1060 * 9.81 / 133.322387 / 100  # mmHg/cm
    r = Result(run(("standing", None, 5.0, 60.0)))
    d = r.data
    for side, artery in (("arterial", "head_arteries"), ("venous", "head_veins")):
        height = d["compartment_height"].sel(compartment=artery)
        assert r.pressure_at("head", side).values == pytest.approx(d["compartment_pressure"].sel(compartment=artery).values)
        over = r.pressure_at(float(height[-1]) + 10.0, side).values[-1] - r.pressure_at(float(height[-1]), side).values[-1]
        assert over == pytest.approx(-10 * weight, rel=1e-4)
    still = d["beat_time"].values > 7.0
    assert r.pressure_at("heart").values[still] == pytest.approx(d["map_heart"].values[still], abs=1e-6)
    assert r.pressure_at("brain").values == pytest.approx(d["map_brain"].values, abs=1e-6)
    assert r.pressure_at("eye").values == pytest.approx(d["ocular_perfusion"].values + d["iop"].values, abs=1e-6)
    assert float(r.pressure_at("calf", "venous", 60.0)) > 60
    assert float(r.pressure_at(-80.0, time=60.0)) == pytest.approx(float(r.pressure_at("heart", time=60.0)) + 80 * weight, abs=4)
    for wrong, words in (
        (("brian",), "brain"), (("brain", "left"), "venous"), (("brain", "arterial", 1e6), "not in the run"),
        # seen to give nan and infinite pressures, or a traceback
        ((math.nan,), "no height"), ((math.inf,), "no height"), ((-301.0,), "no height"), ((None,), "no height"),
        (("brain", "arterial", "60"), "no time"),
    ):
        with pytest.raises(InputError, match=words):
            r.pressure_at(*wrong)


def test_plasma_lost_by_standing_and_its_return():
    data = run(("standing", None, 0.0, 600.0), ("lying", 0.0, 0.0, 860.0))
    lost = data["filtered_plasma"].interp(beat_time=[600.0, 960.0, 1400.0]).values
    print(lost)
    assert 671 - 39 < lost[0] < 671 + 39  # Lundvall; measured 638
    assert lost[1] == pytest.approx(0.5 * lost[0], rel=0.05)  # half of it back in six minutes
    assert lost[2] < 0.25 * lost[0]
    before, after = rest(), at(data, 1400.0)
    assert abs(percent(after, before, "heart_rate")) < 5


def test_steps_empty_the_veins_of_the_legs():
    """Ankle vein 84.0 mmHg standing still, 23.5 and 30.4 walking (Stick 1992): the same at the depth of the calf, less what is between."""
    still, moving = (run(("standing", None, 5.0, 900.0, word)) for word in ("still", "moving"))
    calf = [float(d["compartment_pressure"].sel(compartment="calf_veins").values[-20:].mean()) for d in (still, moving)]
    column = 1060 * 9.81 * 0.24 * 1.78 / 1.75 / 133.322  # ankle below the middle of shank and foot, 24 cm
    pumped = (1 - model().values.value["regulation.pump_share"]) * column
    ankle = calf[0] + column, calf[1] + pumped
    print(calf, ankle)
    # measured 71 and 36 mmHg at the calf
    assert ankle[0] == pytest.approx(84, abs=8)
    assert 23.5 < ankle[1] < 50  # above a walk's: life on one's feet is not all walking
    a, b = at(still, 905.0), at(moving, 905.0)
    assert b["filtered_plasma"] < 0.8 * a["filtered_plasma"]
    assert percent(b, rest(), "stroke_volume") > percent(a, rest(), "stroke_volume") + 10
    assert b["heart_rate"] < a["heart_rate"] - 4


def test_hours_of_everyday_standing_are_borne():
    """Standing still for hours they are not: nobody is simulated so by default."""
    data = run(("standing", None, 10.0, 4 * 3600.0, "moving"))
    up = at(data, 4 * 3600.0 + 10.0)
    found = percent(up, rest(), "heart_rate"), percent(up, rest(), "stroke_volume"), change(up, rest(), "map_heart")
    print(found)
    # measured +18 %, −26 %, +4.8 mmHg; motionless +32 %, −48 %, −5.5 mmHg
    assert 5 < found[0] < 25
    assert -35 < found[1] < -10
    assert -3 < found[2] < 12


def test_simulate_says_the_same_and_keeps_all_of_it():
    r = simulate("boots_90", {"history.awake_h": 0.5, "history.upright_after_min": 0}, only="circulation")
    m = {name: x["value"] for name, x in r.measures()["measures"].items()}
    print({n: round(v, 2) for n, v in m.items()})
    assert 60 < m["supine_heart_rate_per_min"] < 72
    assert m["supine_heart_rate_per_min"] == pytest.approx(rest()["heart_rate"], rel=0.005)
    assert m["standing_heart_rate_per_min"] > 1.1 * m["supine_heart_rate_per_min"]
    assert m["iop_mmHg"] > m["supine_iop_mmHg"] + 10 > m["standing_iop_mmHg"] + 10
    assert m["iop_peak_mmHg"] >= m["iop_mmHg"] - 0.01
    assert m["blood_shift_legs_mL"] < -200 < 0 < m["blood_shift_head_mL"]
    assert m["blood_shift_thorax_mL"] > 100
    assert m["cardiac_output_L_per_min"] == pytest.approx(m["heart_rate_per_min"] * m["stroke_volume_mL"] / 1000, rel=0.01)
    d = r.data
    assert float(d["pulse_time"][-1]) == pytest.approx(d.attrs["end_time_s"], abs=0.07)
    assert float(d["pulse_time"][0]) == pytest.approx(d.attrs["end_time_s"] - 3.0, abs=0.07)
    # pressure of one column at three heights
    weight = 1060 * 9.81 / 133.322387
    arteries = d["compartment_pressure"].sel(compartment="head_arteries").values
    height = d["compartment_height"].sel(compartment="head_arteries").values / 100
    brain = arteries + weight * (height + 0.33 * 1.78 / 1.75 * np.sin(np.radians(d["beat_tilt"].values)))
    assert d["map_brain"].values == pytest.approx(brain, abs=0.05)
    cuff = d["sbp_cuff"].values - d["sbp_heart"].values
    assert cuff == pytest.approx(-weight * d["cuff_height"].values / 100, abs=1e-6)
    regions = d["region_volume"].sum("region").values
    assert regions == pytest.approx(d["compartment_volume"].sum("compartment").values, rel=1e-12)


@pytest.mark.parametrize("hold", [1.0, 12.0])
def test_measures_of_a_short_hold_are_those_of_the_hold(hold):
    """Not of the standing before it, and not of the turn."""
    change = {"history.awake_h": 0.5, "history.upright_after_min": 0, "session.hold_s": hold, "session.ramp_s": 5}
    r = simulate("boots_90", change, only="circulation")
    m = {name: x["value"] for name, x in r.measures()["measures"].items()}
    d = r.data
    t = d["beat_time"].values
    held = (t > d.attrs["end_time_s"] - hold - 0.7) & (t <= d.attrs["end_time_s"])
    # seen to fail: 30 s before the end, whatever was then, gave the heart rate of a person standing
    if "cvp_mmHg" in m:
        assert m["cvp_mmHg"] == pytest.approx(float(d["cvp"].values[held].mean()), rel=0.15)
    assert m["standing_cvp_mmHg"] < 0 < m["supine_cvp_mmHg"]
    # the pulse waves are those of the hold, too. Seen to fail: of one shorter than 3 s those of the standing before were kept, to its end
    pulse = d["pulse_time"].values
    assert pulse[0] >= d.attrs["end_time_s"] - min(hold, 3.0) - 0.07 and pulse[-1] == pytest.approx(d.attrs["end_time_s"], abs=0.07)
