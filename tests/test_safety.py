"""Screening: who is warned, which limits are passed, and that nothing in the data is left without a source."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import biomech
from biomech import library, scenario
from biomech.cli import main
from biomech.errors import InputError
from biomech.safety.finding import STATEMENT
from biomech.safety.limits import screen_result
from biomech.safety.person import concerns, screen_person

DATA = Path(__file__).resolve().parents[1] / "models" / "safety"


def found(name: str, *changes: str) -> dict[str, str]:
    return {f.name: f.advice for f in screen_person(scenario.read(name, list(changes)))}


def test_every_warning_says_why_and_where_it_is_written() -> None:
    entries = tomllib.loads((DATA / "conditions.toml").read_text())["conditions"]
    assert len(entries) > 20
    for name, entry in entries.items():
        assert entry["why"] and entry["place"] and entry["words"], name
        assert entry["source"] in library.sources(), name
        assert entry["advice"] in ("no", "ask") and entry["concerns"], name


def test_what_a_session_does() -> None:
    assert concerns(scenario.read("table_60")) == {"head_down", "traction"}
    assert concerns(scenario.read("headstand")) == {"head_down", "head_load"}
    assert concerns(scenario.read("traction_33")) == {"traction"}
    assert concerns(scenario.read("lying")) == set()


def test_conditions_are_matched_with_what_the_session_does() -> None:
    glaucoma = 'person.conditions=["glaucoma", "osteoporosis"]'
    assert found("table_60", glaucoma) == {"glaucoma": "no", "osteoporosis": "no"}
    assert found("traction_33", glaucoma) == {"osteoporosis": "no"}
    assert found("lying", glaucoma) == {}
    assert found("table_60", 'person.conditions=["anticoagulants"]') == {"anticoagulants": "ask"}
    assert found("table_60") == {}


def test_size_and_device() -> None:
    assert found("table_60", "person.mass_kg=150")["user_mass_limit"] == "no"
    assert found("table_60", "person.mass_kg=130")["obesity"] == "ask"
    assert "obesity" not in found("table_60", "person.mass_kg=126")  # 39.8 kg/m2
    assert found("table_60", "person.stature_m=2.1")["user_stature"] == "ask"


def test_a_condition_that_is_only_screened_for_may_stand_in_a_scenario_and_has_no_options() -> None:
    spec = scenario.read("table_60", {"person.conditions": ["pregnancy"]})
    assert spec.person.conditions[0].name == "pregnancy"
    with pytest.raises(InputError, match="has no grade"):
        scenario.read("table_60", {"person.conditions": [{"name": "pregnancy", "grade": "II"}]})
    with pytest.raises(InputError, match="did you mean pregnancy"):
        scenario.read("table_60", {"person.conditions": ["pregnency"]})


def made_up(**variables: tuple[list[float], str]) -> xr.Dataset:
    """A session of 100 s after 100 s of standing, a beat every 10 s."""
    time = np.arange(-100.0, 201.0, 10.0)
    phases = [
        {"name": "upright", "role": "history", "start_s": -100, "end_s": 0},
        {"name": "table", "role": "session", "start_s": 0, "end_s": 100},
        {"name": "standing after", "role": "after", "start_s": 100, "end_s": 200},
    ]
    data = {name: ("beat_time", np.interp(time, [0, 20, 40, 100, 120, 200], v), {"units": u}) for name, (v, u) in variables.items()}
    attrs = {"phases": json.dumps(phases), "reference_time_s": 0.0, "end_time_s": 100.0}
    return xr.Dataset(data, coords={"beat_time": time}, attrs=attrs)


def test_a_limit_says_when_how_far_and_how_long() -> None:
    # from 15 at 0 s to 35 at 20 s: passes 30 at 15 s; from 35 at 100 s back to 15 at 120 s
    data = made_up(iop=([15, 35, 35, 35, 15, 15], "mmHg"), ocular_perfusion=([70, 70, 70, 70, 20, 70], "mmHg"))
    eye, perfusion = screen_result(data)
    assert (eye.name, eye.limit, eye.worst, eye.phase) == ("eye_pressure", 30.0, 35.0, "table")
    assert eye.from_s == 20.0 and eye.lasts_s == pytest.approx(100.0 - 15.0)
    assert (perfusion.name, perfusion.worst, perfusion.at_s, perfusion.phase) == ("eye_perfusion", 20.0, 120.0, "standing after")
    assert screen_result(made_up(iop=([15, 29, 29, 29, 15, 15], "mmHg"))) == []
    with pytest.raises(InputError, match="mmHg"):
        screen_result(made_up(iop=([15, 29, 29, 29, 15, 15], "kPa")))


def test_the_command_line_always_says_that_it_replaces_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["screen", "lying", "--no-simulate"]) == 0
    assert STATEMENT in " ".join(capsys.readouterr().out.split())
    assert main(["screen", "headstand", "--only", "spine", "--set", 'person.conditions=["glaucoma"]', "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["statement"] == STATEMENT
    names = [f["name"] for f in told["findings"]]
    assert names[0] == "glaucoma" and "neck_load" in names
    neck = told["findings"][names.index("neck_load")]
    assert neck["worst"] < neck["limit"] and "C" in neck["words"] and neck["lasts_s"] > 100


def test_standing_up_is_judged_beside_getting_up_from_bed() -> None:
    """Standing up after a session passes a limit on the eye's perfusion; the same person's own morning is told beside it."""
    result = biomech.simulate("table_60", ["history.days=0", "history.awake_h=0.5", "history.upright_after_min=2"], only="circulation")
    found = {f.name: f for f in screen_result(result.data)}
    eye = next(f for f in found.values() if f.words.startswith("perfusion pressure of the eye"))
    assert eye.ordinary is not None and eye.worst is not None and eye.limit is not None
    x = result.data["ocular_perfusion"].sel(beat_time=slice(-1810, -1200))
    assert eye.ordinary == pytest.approx(float(x.min()))
    assert eye.worst < eye.ordinary
    assert all(f.ordinary is None for f in found.values() if f.lasts_s and f.words.startswith("pressure in the skull"))  # of the session


def test_a_worn_disc_that_no_list_names_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    both = 'person.conditions=["degenerated_disc","osteoporosis","high_fitness"]'
    assert main(["screen", "table_60", "--no-simulate", "--set", both]) == 0
    told = capsys.readouterr().out
    unlisted = "no list screened here names it, which does not mean it is safe: degenerated disc"
    assert told.index("contraindication: osteoporosis") < told.index(unlisted)
    assert "high fitness" not in told
    assert main(["screen", "sitting_is_no_scenario"]) == 2
