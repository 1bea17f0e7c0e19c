"""Pieces, leaps and repetition change nothing."""

import numpy as np
import pytest
from networks import MAN, copied, model, settled

from biomech.circulation.kernels import layout as k
from biomech.circulation.model import CirculationModel, Turn
from biomech.circulation.piece import all_alone
from biomech.circulation.places import drive
from biomech.posture.stance import stance

LYING = stance(MAN, "lying", 0.0)
STANDING = stance(MAN, "standing", None)
MOVING = stance(MAN, "standing", None, moving=True)
BOOTS = stance(MAN, "gravity_boots", 90.0)


def test_a_march_in_pieces_is_the_march_in_one_to_the_last_bit():
    m = model()
    d = drive(m.values, LYING, BOOTS, 1.0, 4.0)
    one, many = settled(), settled()
    whole = all_alone(m._run(one, d, 24.0, "whole"))
    parts = [all_alone(m._run(many, d, s, "part")) for s in (0.0625, 0.9375, 2.5, 3.25, 0.125, 17.125)]
    # seen to fail: Newton's first guess made anew only at the beginning of a call
    for x, y in zip(one, many, strict=True):
        assert (x == y).all()
    assert (np.concatenate([p.beat for p in parts]) == whole.beat).all()
    assert (np.concatenate([p.pressure for p in parts]) == whole.pressure).all()


def test_the_same_again_is_the_same_to_the_last_bit():
    found = []
    for _ in range(2):
        m = CirculationModel(MAN)
        found.append(list(m.march(LYING, [Turn("stand", STANDING, 5.0, 40.0), Turn("boots", BOOTS, 10.0, 40.0)], 0.0)))
    again = list(model().march(LYING, [Turn("stand", STANDING, 5.0, 40.0), Turn("boots", BOOTS, 10.0, 40.0)], 0.0))
    for other in (found[1], again):  # a new model, and one that has been used for something else
        for x, y in zip(found[0], other, strict=True):
            assert all((p == q).all() for p, q in zip(x, y, strict=True))


@pytest.mark.parametrize(("name", "there"), [("standing", STANDING), ("moving about", MOVING), ("boots", BOOTS)])
def test_leaping_gives_what_an_hour_in_full_gives(name, there):
    full, leaping = model(MAN, in_full=1e9), model(MAN, in_full=600.0)
    a, b = settled(), settled()
    turn = Turn(name, there, 5.0, 3595.0)
    x, y = full.phase(a, LYING, turn, 0.0, 3600.0), leaping.phase(b, LYING, turn, 0.0, 3600.0)
    assert len(y.beat) < 0.5 * len(x.beat)
    assert y.beat[-1, k.B_TIME] > 3598.0 and a.clock[k.TIME] == b.clock[k.TIME]
    assert b.filtered == pytest.approx(a.filtered, rel=1e-9, abs=1e-12)
    assert y.beat[-1, k.B_TIME] == pytest.approx(x.beat[-1, k.B_TIME], abs=2.0)

    def end(beats):
        late = beats.beat[:, k.B_TIME] > 3570.0
        return np.concatenate([beats.beat[late][:, k.B_PERIOD : k.B_FILTERED].mean(axis=0), beats.volume[late].mean(axis=0)])

    # of what a small vein holds against 100 mL: shut, those of the neck keep what they held, 0.1 mL (0.03 mmHg) more or less
    least = np.append(np.zeros(k.B_FILTERED - k.B_PERIOD), np.full(x.volume.shape[1], 100e-6))
    same = (np.abs(end(y) - end(x)) / np.maximum(end(x), least)).max()
    # whole series: every beat of the leaping march against the full one at that moment
    worst = 0.0
    for column in (k.B_PERIOD, k.B_STROKE, k.B_MEAN):
        smooth = np.interp(y.beat[:, k.B_TIME], x.beat[:, k.B_TIME], x.beat[:, column])
        worst = max(worst, float(np.abs(y.beat[:, column] / smooth - 1).max()))
    print(name, same, worst)
    # measured 5e-4 and 1.7e-2 standing, 1.1e-3 and 5e-3 moving, 2e-4 and 2e-3 in boots.
    # Seen to fail (2.4 % at the end, 17 % in between) with 48 s awake, all of it recorded
    assert same < 2e-3
    assert worst < 0.03


@pytest.mark.parametrize("there", [STANDING, MOVING])
def test_hours_of_which_only_the_end_is_asked_for_end_as_they_do_in_full(there):
    full, brief = model(MAN, in_full=1e9), model(MAN)
    a, b = settled(), settled()
    turn = Turn("upright", there, 10.0, 7190.0)
    x = full.phase(a, LYING, turn, 0.0, 7200.0)
    y = brief.phase(b, LYING, turn._replace(brief=True), 0.0, 7200.0)
    assert len(y.beat) < 120 and y.beat[-1, k.B_TIME] == pytest.approx(7200.0, abs=2.0)
    assert b.filtered == pytest.approx(a.filtered, rel=1e-9, abs=1e-12)
    late, last = x.beat[:, k.B_TIME] > 7170.0, y.beat[:, k.B_TIME] > 7170.0
    for column in (k.B_PERIOD, k.B_STROKE, k.B_MEAN, k.B_SYSTOLIC, k.B_DIASTOLIC, k.B_HEAD_FLOW):
        # measured: 2.3e-3 and less motionless (slow waves), 1e-3 moving. Seen to fail (1.4e-2) with 40 s to settle in place of 130
        assert y.beat[last, column].mean() == pytest.approx(x.beat[late, column].mean(), rel=4e-3)
    # 1 mL; shut veins of the neck keep what they held (0.13 mmHg)
    assert y.volume[last].mean(axis=0) == pytest.approx(x.volume[late].mean(axis=0), rel=4e-3, abs=1e-6)


def test_a_night_that_begins_at_rest_needs_no_simulation_but_of_its_end():
    state, before = settled(), settled()
    beats = model(MAN).phase(state, LYING, Turn("night", LYING, 10.0, 28790.0, brief=True), 0.0, 28800.0)
    assert state.clock[k.TIME] == pytest.approx(28800.0, abs=0.5 * k.BIN)
    assert 28750.0 < beats.beat[0, k.B_TIME] < 28755.0 and beats.beat[-1, k.B_TIME] > 28798.0
    # meant to catch: a turn to where one lies already taken for a change of posture
    assert state.filtered == pytest.approx(before.filtered, rel=1e-9, abs=1e-12)
    assert state.volume.sum() == pytest.approx(before.volume.sum(), rel=1e-12)


def test_a_phase_ends_when_it_should_and_is_awake_before_anything_changes():
    m = model(MAN, in_full=600.0)
    for hold in (601.0, 700.3, 1234.5, 4000.0):
        state = settled()
        beats = m.phase(state, LYING, Turn("boots", BOOTS, 1.0, hold), 0.0, 1.0 + hold)
        assert abs(state.clock[k.TIME] - (1.0 + hold)) <= 0.5 * k.BIN
        t = beats.beat[:, k.B_TIME]
        assert (np.diff(t) > 0.0).all()
        assert np.diff(t[t > 1.0 + hold - 45.0]).max() < 2.0  # the last part beat by beat
        assert 1.0 + hold - t[-1] < 2.0


def test_the_state_given_is_the_only_thing_remembered():
    m = model()
    state = settled()
    twin = copied(state)
    m.phase(state, LYING, Turn("stand", STANDING, 5.0, 20.0), 0.0, 25.0)
    m.phase(twin, LYING, Turn("stand", STANDING, 5.0, 20.0), 0.0, 25.0)
    assert all((x == y).all() for x, y in zip(state, twin, strict=True))
