"""Heights follow the posture; equipment needs no code."""

import math

import numpy as np
import pytest
from networks import MAN, model

from biomech.circulation.kernels import layout as k
from biomech.circulation.places import places
from biomech.posture.person import Person
from biomech.posture.stance import stance

SIZE = MAN.stature / 1.75
HIP, KNEE = -0.31 * SIZE, 0.41 * SIZE
THIGH, CALF = 0.20 * SIZE, 0.58 * SIZE
NECK, BRAIN = 0.17 * SIZE, 0.33 * SIZE


def heights(equipment, angle=None, **more):
    """Height (m) above the heart, against gravity, by name."""
    m = model()
    there = stance(MAN, equipment, angle, **more)
    p = places(m.values, there)
    z = math.cos(there.tilt) * p[:, 0] - math.sin(there.tilt) * p[:, 1]
    names = [*m.values.rows["vessels.compartment"], "heart", "carotid sinus", "brain", "eye", "cuff"]
    assert z[len(names) - k.PLACES] == 0.0
    return dict(zip(names, z, strict=True))


def test_lying_all_is_level_but_the_eyes():
    height = heights("lying", 0.0)
    eye = height.pop("eye")
    assert max(map(abs, height.values())) < 1e-12
    assert eye == pytest.approx(model().values.value["vessels.eye_ahead"], rel=1e-12)
    assert 0.02 < eye < 0.04
    # at right angle to the trunk nothing of it is left
    assert heights("gravity_boots", 90.0)["eye"] == pytest.approx(-model().values.value["vessels.eye_height"], rel=1e-9)


def test_steps_lift_the_blood_of_leg_veins_towards_the_hip_and_nothing_else():
    m = model()
    names = m.values.rows["vessels.compartment"]
    share = m.values.value["regulation.pump_share"]
    place = places(m.values, stance(MAN, "standing", None, moving=True))
    moved = np.flatnonzero((place[:, :2] != place[:, 2:]).any(axis=1))
    assert [names[i] for i in moved] == ["thigh_veins", "calf_veins"]
    for i, distance in zip(moved, (THIGH, CALF), strict=True):
        assert place[i, k.LIFTED_CRANIAL] == pytest.approx(HIP - (1 - share) * distance)
    # who keeps still, and whoever hangs or lies, lifts nothing
    for name, angle, moving in (("standing", None, False), ("gravity_boots", 90.0, True), ("lying", 0.0, True), ("sitting", None, True)):
        still = places(m.values, stance(MAN, name, angle, moving=moving))
        assert (still[:, :2] == still[:, 2:]).all()


def test_standing_and_hanging_are_each_others_mirror():
    up, down = heights("standing"), heights("gravity_boots", 90.0)
    assert up["calf_veins"] == pytest.approx(HIP - CALF)
    assert up["brain"] == pytest.approx(BRAIN)
    assert up["cuff"] == pytest.approx(-0.02 * SIZE)
    for name in up:
        if not name.startswith(("arm", "cuff")):
            assert down[name] == pytest.approx(-up[name], abs=1e-12)
    # arms hang headward: the cuff is below the heart upside down too
    assert down["cuff"] == pytest.approx(-0.15 * SIZE)
    assert down["arm_veins"] == pytest.approx(-0.20 * SIZE)


@pytest.mark.parametrize("degrees", [20.0, 60.0])
def test_a_chair_lifts_the_calves_less_than_a_table(degrees):
    s, c = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    chair, table = heights("inversion_chair", degrees), heights("inversion_table", degrees)
    assert table["calf_veins"] == pytest.approx((-HIP + CALF) * s)
    assert table["thigh_veins"] == pytest.approx((-HIP + THIGH) * s)
    # thighs at right angles in front of the trunk, shanks along it again
    assert chair["thigh_veins"] == pytest.approx(-HIP * s + THIGH * c)
    assert chair["calf_veins"] == pytest.approx((-HIP + (CALF - KNEE)) * s + KNEE * c)
    for name in ("brain", "eye", "abdominal_vena_cava", "carotid_arteries"):
        assert chair[name] == pytest.approx(table[name], abs=1e-12)


def test_seated_shanks_hang_from_the_knees():
    z = heights("sitting")
    assert z["thigh_veins"] == pytest.approx(HIP)
    assert z["calf_veins"] == pytest.approx(HIP - (CALF - KNEE))


def test_calves_on_a_stool_lie_a_thigh_above_the_heart():
    z = heights("fowler")
    assert z["thigh_veins"] == pytest.approx(THIGH)
    assert z["calf_veins"] == pytest.approx(KNEE)


def test_a_fold_hangs_the_head_below_the_heart_and_leaves_the_feet_on_the_floor():
    z = heights("forward_fold")
    s = math.sin(math.radians(65.0))
    assert z["brain"] == pytest.approx(-BRAIN * s)
    assert z["calf_veins"] == pytest.approx(-HIP * s - CALF)
    dog = heights("downward_dog")
    s = math.sin(math.radians(45.0))
    assert dog["brain"] == pytest.approx(-BRAIN * s)
    assert dog["thigh_veins"] == pytest.approx(-HIP * s - THIGH * math.sin(math.radians(55.0)))
    assert dog["calf_veins"] == pytest.approx(-HIP * s - CALF * math.sin(math.radians(55.0)))
    # of two legs of one tilt those in front of the trunk: hips flex, they do not extend
    calf = places(model().values, stance(MAN, "downward_dog", None))[model().values.rows["vessels.compartment"].index("calf_veins"), :2]
    assert calf == pytest.approx([CALF * math.sin(math.radians(80.0)), HIP + CALF * math.cos(math.radians(80.0))])


def test_a_flexed_neck_takes_the_head_off_the_column_of_the_trunk():
    z = heights("shoulder_stand")
    tilt, neck = math.radians(80.0), math.radians(80.0)
    above = BRAIN - NECK
    expected = math.cos(tilt) * above * math.sin(neck) - math.sin(tilt) * (NECK + above * math.cos(neck))
    assert z["brain"] == pytest.approx(expected)
    assert z["carotid sinus"] == pytest.approx(z["brain"])  # tilt and neck alike: the head lies level
    straight = heights("gravity_boots", 90.0)
    assert straight["brain"] < z["brain"] - 0.1


def test_lengths_along_the_body_do_not_change_with_the_posture():
    m = model()
    names = m.values.rows["vessels.compartment"]
    calf, thigh = (names.index(f"{x}_veins") for x in ("calf", "thigh"))
    for equipment, angle in (("sitting", None), ("forward_fold", None), ("downward_dog", None), ("inversion_chair", 45.0)):
        there = stance(MAN, equipment, angle)
        p = places(m.values, there)[:, :2]
        hip = np.array([0.0, HIP])
        assert np.linalg.norm(p[thigh] - hip) == pytest.approx(THIGH)
        knee = hip + (p[thigh] - hip) * KNEE / THIGH
        assert np.linalg.norm(p[calf] - knee) == pytest.approx(CALF - KNEE)


def test_heights_grow_with_stature():
    for stature in (1.2, 2.2):
        p = Person(stature=stature)
        z = places(model(p).values, stance(p, "standing", None))
        assert z[-3, 1] == pytest.approx(0.33 * stature / 1.75)
