"""`biomech list`, `show`, `cite`, `check`, `schema` and `new`: what there is, and a scenario to start from."""

import json
from pathlib import Path

import pytest
from calling import call

import biomech
from biomech import scenario

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_the_other_verbs(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    assert "inversion_table" in call(capsys, "list")[1]
    assert "friction" in call(capsys, "show", "equipment", "inversion_table")[1]
    assert "measured" in call(capsys, "cite", "table_60")[1]
    assert "night 1" in call(capsys, "check", "table_60_sets")[1]
    assert json.loads(call(capsys, "schema")[1])["title"]
    assert call(capsys, "new", "mine")[0] == 0
    assert call(capsys, "check", "mine.toml")[0] == 0
    assert call(capsys, "new", "mine")[0] == 2  # never overwrites


def test_a_scenario_with_an_equals_sign_in_its_name(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    assert call(capsys, "new", "mu=0.3.toml")[0] == 0
    assert call(capsys, "check", "mu=0.3.toml")[0] == 0


def test_cite_and_a_result_name_the_same_files() -> None:
    from biomech.simulation import files_of

    spec = scenario.read("table_60", ["history.days=0", "history.awake_h=0.1", "person.conditions=['hypertension', 'scoliosis']"])
    result = biomech.simulate(spec)
    assert result.data.attrs["model_files"] == ", ".join(files_of(spec))
    assert "circulation/vessels" in result.data.attrs["model_files"]
