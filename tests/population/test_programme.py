"""Programmes: the weeks are lived as written, and what is left of sessions is told apart from what days do."""

import numpy as np
import pytest

from biomech import scenario
from biomech.errors import InputError
from biomech.population.programme import accumulates, programme
from biomech.scenario.programme import AFTER, MORNING, days, past_of, weeks_of

TWO = scenario.read("kim_60", {"programme.0.weeks": 1, "session.sets": 1, "session.hold_s": 60, "solver.tolerance": 4})


def test_every_day_has_24_hours_and_sessions_on_their_days_only() -> None:
    spec = scenario.read("kim_60")
    assert sum(held for _, _, held in days(spec)) == 32
    for sessions in (True, False):
        weeks = list(weeks_of(spec, sessions))
        assert len(weeks) == 8
        for _, phases in weeks:
            assert sum(p.total_s for p in phases) == pytest.approx(7 * 86400)
            assert sum(p.name.endswith(f": {MORNING}") for p in phases) == sum(p.name.endswith(f": {AFTER}") for p in phases) == 7
            on_table = [p for p in phases if p.equipment == "inversion_table" and p.angle_deg == 60]
            assert len(on_table) == (4 * 3 if sessions else 0)
    sitting = sum(p.total_s for p in next(iter(weeks_of(spec)))[1] if p.equipment == "sitting")
    assert sitting == pytest.approx(7 * 6 * 3600)
    assert past_of(spec)[-1].equipment == "lying"


def test_blocks_follow_one_another_with_their_own_sessions() -> None:
    ramp_up = [
        {"weeks": 1, "days": ["mon"], "angle_deg": 20, "hold_s": 60, "sets": 1},
        {"weeks": 2, "days": ["mon", "sun"]},
    ]
    spec = scenario.read("kim_60", {"programme": ramp_up})
    angles = [[p.angle_deg for p in phases if p.role == "session"] for _, phases in weeks_of(spec)]
    assert angles == [[20], [60] * 6, [60] * 6]


def test_what_cannot_be_a_programme_is_refused() -> None:
    with pytest.raises(InputError, match="too short"):
        list(weeks_of(scenario.read("kim_60", {"programme.0.session_at_h": 16})))
    with pytest.raises(InputError, match="no \\[\\[programme\\]\\]"):
        programme("table_60")
    with pytest.raises(InputError, match="repeats a session"):
        scenario.read("day", {"programme": [{"weeks": 1, "days": ["mon"]}]})
    with pytest.raises(InputError, match="programme.0.days"):
        scenario.read("kim_60", {"programme.0.days": ["someday"]})


@pytest.mark.slow
def test_a_session_gains_and_little_is_left_in_the_morning() -> None:
    data = programme(TWO)
    held = data["session"].values.astype(bool)
    assert np.isfinite(data["stature_gain"].values).tolist() == held.tolist() == [True, True, False, True, True, False, False]
    assert (data["stature_net"].values[held] > 0.2).all()
    left = data["stature_left"].values
    assert left[0] == 0.0  # before the first session both lives are the same
    assert (left[[1, 2, 4, 5]] > 0.0).all() and left.max() < 0.2 * np.nanmax(data["stature_net"].values)
    assert left[3] < left[2]  # two nights after a session less is left than one night after


@pytest.mark.slow
def test_a_settled_week_stands_for_the_ones_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = scenario.read(TWO, {"programme.0.weeks": 4, "programme.0.days": ["mon"]})
    quick = programme(spec)
    monkeypatch.setattr("biomech.population.programme.SETTLED", 0.0)
    whole = programme(spec)
    for name in whole.data_vars:
        np.testing.assert_allclose(quick[name], whole[name], atol=2e-4)
    first, last = accumulates(whole)
    assert abs(last - first) < 0.005
