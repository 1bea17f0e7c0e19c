"""Anybody, in anything, however fast: it runs, and stays a circulation."""

import numpy as np
import pytest
from networks import MMHG, model, settled

from biomech import library
from biomech.circulation.kernels import layout as k
from biomech.circulation.model import CirculationModel, Turn
from biomech.circulation.parameters import blood_volume, surface
from biomech.errors import SimulationError
from biomech.library.equipment import holder
from biomech.posture.person import Person, condition
from biomech.posture.stance import stance

ODD = (
    Person("adult_male", 78.0, 1.78, 40.0), Person("adult_female", 58.0, 1.65, 30.0), Person("adult_female", 30.0, 1.2, 15.0),
    Person("adult_male", 250.0, 2.2, 100.0), Person("adult_female", 250.0, 1.5, 60.0), Person("adult_male", 45.0, 2.2, 20.0),
    Person("adult_female", 40.0, 1.4, 100.0),
)


def angles(name):
    device = holder(name)
    if device.fixed_deg is not None:
        return [None]
    low, high = (float(x) for x in device.angle_range_deg)
    return [low, high]


def sound(beats):
    for a in beats[:4]:
        assert np.isfinite(a).all()
    assert (beats.volume > 0.0).all()
    assert (beats.beat[:, k.B_STROKE] > 5e-6).all()
    assert ((beats.beat[:, k.B_MEAN] > 30 * MMHG) & (beats.beat[:, k.B_MEAN] < 200 * MMHG)).all()
    assert (beats.beat[:, k.B_SYSTOLIC] > beats.beat[:, k.B_DIASTOLIC]).all()


@pytest.mark.parametrize("person", ODD, ids=str)
def test_every_person_settles_and_is_turned_through_all_equipment_in_a_tenth_of_a_second(person):
    m = model(person)
    state = settled(person)
    before = stance(person, "lying", 0.0)
    now = 0.0
    total = (state.volume + state.filtered).sum()
    for name in library.names("equipment"):
        for angle in angles(name):
            there = stance(person, name, angle)
            sound(m.phase(state, before, Turn(name, there, 0.1, 4.0), now, now + 4.1))
            before, now = there, now + 4.1
    assert (state.volume + state.filtered).sum() == pytest.approx(total, rel=1e-12)


def test_who_keeps_wavering_a_little_about_his_mean_is_at_rest_too(monkeypatch):
    """Of dehydrated athletes mean pressure moves by 0.05 mmHg for good. Seen to fail: "the circulation at rest did not settle"."""
    found = []
    monkeypatch.setattr("biomech.circulation.model.STEADY", 0.0)  # whoever it is: never two half minutes alike
    for names in (("dehydration", "high_fitness"), ("high_fitness",)):
        person = Person(conditions=tuple(map(condition, names)))
        _, beats = CirculationModel(person).settled(stance(person, "lying", 0.0), 0.0)
        found.append(beats.beat[-10:].mean(axis=0))
    dry, fresh = found
    assert dry[k.B_STROKE] < fresh[k.B_STROKE] and dry[k.B_PERIOD] < fresh[k.B_PERIOD]  # less blood: smaller and quicker beats
    monkeypatch.setattr("biomech.circulation.model.WAVING", 1e-9)
    with pytest.raises(SimulationError, match="did not settle"):
        CirculationModel(person).settled(stance(person, "lying", 0.0), 0.0)


@pytest.mark.parametrize("person", ODD[:4], ids=str)
def test_standing_and_hanging_long_enough(person):
    m, lying = model(person), stance(person, "lying", 0.0)
    for name, angle in (("standing", None), ("gravity_boots", 90.0)):
        state = settled(person)
        beats = m.phase(state, lying, Turn(name, stance(person, name, angle), 5.0, 300.0), 0.0, 305.0)
        sound(beats)


def test_bigger_people_have_more_blood_and_a_larger_output():
    small, large = (Person(mass=m, stature=s) for m, s in ((55.0, 1.6), (95.0, 1.9)))
    output = []
    for p in (small, large):
        m, lying = model(p), stance(p, "lying", 0.0)
        assert settled(p).volume.sum() == pytest.approx(blood_volume(p), rel=1e-9)
        b = m.phase(settled(p), lying, Turn("rest", lying, 0.0, 30.0), 0.0, 30.0).beat
        output.append(float((b[:, k.B_STROKE] / b[:, k.B_PERIOD]).mean()))
    # Nadler by hand: 0.3669 h³ + 0.03219 m + 0.6041 litres
    assert blood_volume(large) == pytest.approx(1e-3 * (0.3669 * 1.9**3 + 0.03219 * 95 + 0.6041), rel=1e-3)
    assert output[1] / output[0] == pytest.approx(surface(large) / surface(small), rel=0.2)


def test_older_arteries_are_stiffer_and_the_pulse_is_higher():
    pulse = []
    for age in (25.0, 75.0):
        p = Person(age=age)
        lying = stance(p, "lying", 0.0)
        b = CirculationModel(p).settled(lying, 0.0)[1].beat
        pulse.append(float((b[:, k.B_SYSTOLIC] - b[:, k.B_DIASTOLIC]).mean()))
    assert pulse[1] > 1.15 * pulse[0]


@pytest.mark.parametrize("person", [Person("adult_male", 90.0, 2.05, 20.0), Person("adult_male", 250.0, 2.2, 15.0)], ids=str)
def test_the_neck_veins_of_the_tall_fill_again_when_they_are_turned_over(person):
    """Seen to fail with one vein for the whole neck: shut for good, 130 to 340 mmHg below zero within, the skull 11 mmHg too high."""
    m, lying = model(person), stance(person, "lying", 0.0)
    turns = [Turn("stand", stance(person, "standing", None), 5.0, 890.0), Turn("boots", stance(person, "gravity_boots", 90.0), 10.0, 120.0)]
    beats = list(m.march(lying, turns, 0.0))[-1]
    names = m.values.rows["vessels.compartment"]
    neck, cava = (beats.pressure[-20:, names.index(n)].mean() for n in ("jugular_veins", "superior_vena_cava"))
    column = (beats.height[-1, names.index("superior_vena_cava")] - beats.height[-1, names.index("jugular_veins")]) * 1060 * 9.81
    assert neck == pytest.approx(cava + column, abs=3 * MMHG)  # an open vein stands under its column
