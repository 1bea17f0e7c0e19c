"""From the scenario to the flat list of phases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario_models import models
from test_scenario_errors import GOOD, PHASES

from biomech import scenario
from biomech.scenario import Phase

__all__ = ["models"]
pytestmark = pytest.mark.usefixtures("models")


def of_role(phases: list[Phase], *roles: str) -> list[Phase]:
    return [phase for phase in phases if phase.role in roles]


def test_one_day_three_sets_and_what_follows() -> None:
    phases = scenario.read(GOOD).phases()
    assert [(p.name, p.equipment, p.angle_deg, p.duration_s, p.role) for p in phases] == [
        ("day 1", "standing", -90, 16 * 3600, "history"),
        ("night 1", "lying", 0, 8 * 3600, "history"),
        ("upright", "standing", -90, 4 * 3600, "history"),
        ("set 1 of 3", "inversion_table", 60, 180, "session"),
        ("rest 1 of 2", "inversion_table", 0, 60, "rest"),
        ("set 2 of 3", "inversion_table", 60, 180, "session"),
        ("rest 2 of 2", "inversion_table", 0, 60, "rest"),
        ("set 3 of 3", "inversion_table", 60, 180, "session"),
        ("standing after", "standing", -90, 2400, "after"),
    ]
    assert {p.ramp_s for p in phases} == {10}
    assert [p.name for p in phases if p.end] == ["set 3 of 3"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.integers(1, 9), st.floats(1, 1e4), st.floats(0, 1e3), st.floats(1.7, 100),
    st.integers(0, 5), st.floats(1, 20), st.floats(0, 20), st.floats(0, 100),
)  # fmt: skip
def test_times_add_up(
    sets: int, hold: float, rest: float, ramp: float,
    days: int, sleep: float, awake: float, after: float,
) -> None:  # fmt: skip
    phases = scenario.read(
        GOOD,
        {
            "session": {"sets": sets, "hold_s": hold, "rest_s": rest, "ramp_s": ramp},
            "history": {
                "days": days, "sleep_h": sleep, "awake_h": awake, "upright_after_min": after,
            },
        },
    ).phases()  # fmt: skip

    def total(role: str) -> float:
        return sum(p.total_s for p in phases if p.role == role)

    assert total("session") == pytest.approx(sets * (ramp + hold))
    assert total("rest") == pytest.approx((sets - 1) * (ramp + rest))
    assert total("history") == pytest.approx(days * 24 * 3600 + awake * 3600 + 10 * (2 * days + 1))
    assert total("after") == (pytest.approx(after * 60 + ramp) if after > 0 else 0)
    # the order, and one end: the last hold
    order = [p.role for p in phases]
    hold_and_rest = ["session", "rest"] * sets
    assert order == ["history"] * (2 * days + 1) + hold_and_rest[:-1] + ["after"] * (after > 0)
    assert [p for p in phases if p.end] == of_role(phases, "session")[-1:]
    # at time 0 the person stands
    assert of_role(phases, "history")[-1].equipment == "standing"


def test_rest_off_the_equipment() -> None:
    chair = {"equipment.model": "inversion_chair"}  # 20 to 70 degrees
    for angle, where in ((0, "lying"), (-90, "standing"), (25, "inversion_chair")):
        phases = scenario.read(GOOD, chair | {"session.rest_angle_deg": angle}).phases()
        assert {(p.equipment, p.angle_deg) for p in of_role(phases, "rest")} == {(where, angle)}


def test_the_harness_does_not_pull_in_the_rest() -> None:
    text = GOOD.replace("inversion_table", "traction_table").replace("angle_deg = 60\n", "")
    phases = scenario.read(text, {"equipment.force_percent_bw": 33}).phases()
    assert {(p.force_percent_bw, p.force_N) for p in of_role(phases, "session")} == {(33, None)}
    assert {(p.force_percent_bw, p.force_N) for p in of_role(phases, "rest")} == {(None, 0)}
    assert {p.force_N for p in of_role(phases, "history", "after")} == {None}


def test_a_fixed_angle_may_be_left_out_or_repeated() -> None:
    text = GOOD.replace("inversion_table", "headstand").replace("sets      = 3", "")
    for angle in ("angle_deg = 90", ""):
        held = of_role(scenario.read(text.replace("angle_deg = 60", angle)).phases(), "session")
        assert [(p.name, p.angle_deg) for p in held] == [("headstand", 90)]


def test_friction_and_tone() -> None:
    more = {"equipment.friction": 0.2, "muscle.tone": 2}
    phases = scenario.read(GOOD, more).phases()
    assert {(p.equipment, p.friction) for p in phases} == {
        ("standing", None), ("lying", None), ("inversion_table", 0.2),
    }  # fmt: skip
    assert {p.muscle_tone for p in phases} == {2}
    phases = scenario.read(PHASES, more | {"phase.0.muscle_tone": 0.5}).phases()
    first, second, *_ = of_role(phases, "session")
    assert (first.muscle_tone, first.friction) == (0.5, 0.2)
    assert (second.muscle_tone, second.friction) == (2, None)
    assert scenario.read(PHASES, more | {"phase.0.friction": 0}).phases()[3].friction == 0


def test_a_sequence_with_a_repeated_group() -> None:
    phases = of_role(scenario.read(PHASES, {"phase.0.repeat": 2}).phases(), "session")
    assert [(p.name, p.equipment, p.angle_deg, p.duration_s) for p in phases] == [
        ("inversion table at 30° 1 of 2", "inversion_table", 30, 60),
        ("inversion table at 30° 2 of 2", "inversion_table", 30, 60),
        ("standing", "standing", -90, 60),
        *[(f"week {i} of 7: headstand", "headstand", 90, 10) for i in range(1, 8)],
    ]
    assert [p.name for p in phases if p.end] == ["week 7 of 7: headstand"]


def test_the_end_can_be_marked() -> None:
    read = scenario.read(PHASES, {"phase.0.end": True})
    assert [p.name for p in read.phases() if p.end] == ["inversion table at 30°"]
    read = scenario.read(PHASES, {"phase.0.end": True, "phase.1.end": True})
    assert [p.name for p in read.phases() if p.end] == ["standing"]


def test_groups_in_groups() -> None:
    text = (
        PHASES
        + "  [[phase.phase]]\n  repeat = 2\n  [[phase.phase.phase]]\n"
        + ('  posture = "lying"\n  duration_s = 1\n  hip_flexion_deg = 90\n')
    )
    phases = of_role(scenario.read(text).phases(), "session")
    assert len(phases) == 2 + 7 * (1 + 2)
    assert phases[-1].name == "week 7 of 7: round 2 of 2: lying"
    assert phases[-1].hip_flexion_deg == 90


def test_the_least_history_is_the_moment_of_standing() -> None:
    none = {"history": {"days": 0, "awake_h": 0, "upright_after_min": 0}}
    phases = scenario.read(GOOD, none).phases()
    assert [(p.name, p.duration_s) for p in of_role(phases, "history")] == [("upright", 0)]
    assert of_role(phases, "after") == []
