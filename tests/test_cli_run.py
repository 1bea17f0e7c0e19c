"""`biomech run`: what it prints, keeps and says about its numbers."""

import json
import re
from pathlib import Path

import pytest
from calling import QUICK, call

from biomech.cli.places import called
from biomech.errors import SimulationError

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_run_prints_measures_and_keeps_the_result(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    code, out, _ = call(capsys, "run", "table_60", *QUICK)
    assert code == 0
    assert "lumbar spine (L1-S1) longer by" in out and "L4/L5" in out
    assert out.count("not a medical device") == 1
    assert "predicted, not measured" in out
    assert [p.name for p in (in_a_folder / "out").iterdir()] == ["table_60_days_0_awake_h_0.1_upright_after_min_0.nc"]


def test_a_changed_run_does_not_take_the_place_of_the_plain_one() -> None:
    assert called("mine.toml") == "mine"
    assert called("mine.toml", ["session.angle_deg=45"], "spine") == "mine_angle_deg_45_spine"
    assert "/" not in called("mine.toml", ['person.conditions=["a/b"]'])
    assert len(called("mine.toml", [f"phase.{i}.duration_s=10" for i in range(20)])) < 40


def test_json_is_alone_on_stdout_and_has_the_promised_names(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "run", "table_60", "--json", *QUICK)
    found = json.loads(out)
    assert code == 0
    assert set(found["measures"]["lumbar_length_change_mm"]) == {"value", "unit", "definition"}
    for name in ("spine_length_change_mm", "lordosis_change_deg", "net_traction_N"):
        assert name in found["measures"]
    for name in (
        "disc_height_change_mm", "anterior_change_mm", "posterior_change_mm", "foramen_change_mm", "axial_force_N",
        "nucleus_pressure_MPa", "standing_nucleus_pressure_MPa", "facet_force_N",
    ):
        assert name in found["levels"]["L4/L5"]
    assert found["provenance"]["digest"]


def test_what_is_beyond_knowledge_is_warned_of_once_in_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    pull = ["--set", "equipment.force_percent_bw=200", *QUICK]
    _, out, _ = call(capsys, "run", "traction_33", "--no-save", *pull)
    assert out.count("warning: beyond what is known: ") == 1 and "stretched by" in out
    _, out, _ = call(capsys, "run", "traction_33", "--no-save", "--json", *pull)
    assert "stretched by" in json.loads(out)["warnings"][0]
    _, out, _ = call(capsys, "run", "table_60", "--no-save", *QUICK)
    assert "warning" not in out


def test_set_changes_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    values = []
    for angle in (20, 60):
        _, out, _ = call(capsys, "run", "table_60", "--json", "--set", f"session.angle_deg={angle}", *QUICK)
        values.append(json.loads(out)["measures"]["net_traction_N"]["value"])
    assert values[1] > values[0] + 100.0


def test_run_can_keep_nothing_and_says_what_was_changed(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    code, out, _ = call(capsys, "run", "table_60", "--no-save", "--set", "session.angle_deg=20", *QUICK)
    assert code == 0 and "written" not in out and not list(in_a_folder.iterdir())
    head = out.splitlines()[0]
    assert "[angle_deg = 20" in head and "20° head-down, 3:00 held" in out


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (SimulationError("the step failed", time_s=12.0, joint="L4/L5", hint="a longer ramp"), 1, "L4/L5"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(28, "No space left on device", "out/x.nc"), 1, "No space left"),
    ],
)
def test_what_stops_a_run_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, said: str
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("biomech.cli.running.simulate_with_progress", stop)
    found, out, err = call(capsys, "run", "table_60", "--json")
    assert found == code and out == ""
    assert said in err and len(err.splitlines()) == 1


def test_a_table_fits_a_terminal_of_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    out = call(capsys, "run", "table_60", "--no-save", *QUICK)[1]
    table = [line for line in out.splitlines() if "/" in line[:7] or line.startswith("level")]
    assert len(table) == 24
    assert max(len(line.rstrip()) for line in table) <= 80


def test_what_was_assumed_about_the_person_is_told(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    old = ["--set", 'person.conditions=["degenerated_disc"]', "--set", "person.age_years=70"]
    _, out, _ = call(capsys, "run", "table_60", *QUICK, "--no-save", "--only", "spine", *old)
    assert "no level and grade given, degenerated disc L4/L5 IV assumed (height × 0.88" in out and "nothing of the spine" in out
    known = 'person.conditions=[{name="degenerated_disc",level="L3/L4",grade="V"}]'
    _, out, _ = call(capsys, "run", "table_60", *QUICK, "--no-save", "--only", "spine", "--set", known)
    assert "assumed" not in out and "age changes" not in out


def test_tables_say_whether_the_legs_moved(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    text = """
title = "standing"
person = { body = "adult_male", mass_kg = 78, stature_m = 1.78 }
phase = [{ posture = "standing", angle_deg = -90, duration_s = 40, moving = MOVING }]
history = { days = 0, awake_h = 0.1, upright_after_min = 0 }
"""
    for moving, word in (("true", "moving about"), ("false", "keeping still")):
        (in_a_folder / "s.toml").write_text(text.replace("MOVING", moving))
        _, out, _ = call(capsys, "run", "s.toml", "--only", "circulation", "--no-save")
        assert f"standing just before the session, moving about; last 30 s of the last hold, {word}" in out and "1 phase, " in out


def test_a_session_with_exercise_says_where_its_traction_comes_from(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    quick = [*QUICK, "--only", "spine", "--no-save"]
    _, out, _ = call(capsys, "run", "crunches_60", *quick, "--set", "phase.1.repetitions=1")
    found = re.search(r"friction (\d+) N towards the feet before, .* at the end, so traction changed by \+(\d+) N", out)
    assert found and int(found[1]) > 50 and int(found[2]) > 50 and "psoas" not in out
    _, out, _ = call(capsys, "run", "crunches_60", *quick, "--set", "phase.1.repetitions=1", "--set", "phase.1.exercise=sit_up")
    assert "psoas" in out
