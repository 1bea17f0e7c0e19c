"""The schema editors use and the scenario that `biomech new` writes."""

import json
import tomllib
from typing import Any

import jsonschema
import pytest
from scenario_models import models
from test_scenario_errors import GOOD, PHASES

from biomech import library, scenario
from biomech.errors import InputError
from biomech.scenario.schema import at, keys, tables_with

__all__ = ["models"]
pytestmark = pytest.mark.usefixtures("models")


def every_property(whole: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{name}.{key}": value
        for name, part in (("", whole), *whole["$defs"].items())
        for key, value in part["properties"].items()
    }


def test_every_key_is_described_and_nothing_may_be_null() -> None:
    whole = scenario.schema()
    json.dumps(whole, allow_nan=False)
    for name, value in every_property(whole).items():
        # pydantic says it once, at the table, if a key and its table say the same
        table = whole["$defs"].get(value.get("$ref", "").removeprefix("#/$defs/"), {})
        assert len((table | value).get("description", "")) > 10, name
        assert "null" not in json.dumps(value), name
    assert all(part["additionalProperties"] is False for part in whole["$defs"].values())


def test_ranges_and_names_from_the_catalogue() -> None:
    found = every_property(scenario.schema())
    mass = found["Person.mass_kg"]
    assert (mass["minimum"], mass["maximum"], mass["type"]) == (30, 250, "number")
    angle = found["Session.angle_deg"]
    assert (angle["minimum"], angle["maximum"]) == (-90, 90)
    assert found["Condition.level"]["enum"] == list(library.DISC_LEVELS)
    assert found["Equipment.model"]["examples"] == library.names("equipment")
    assert found["PhaseSpec.phase"]["items"] == {"$ref": "#/$defs/PhaseSpec"}
    assert found["Person.conditions"]["items"]["anyOf"][0]["type"] == "string"


def test_asking_for_the_schema_does_not_change_the_one_that_errors_use() -> None:
    scenario.schema()["$defs"]["Person"]["properties"].clear()
    assert "mass_kg" in keys(("person",))
    assert "examples" not in at(("person", "body"))


def test_paths_in_the_schema() -> None:
    assert keys(("phase", 0, "phase", 1)) == keys(("phase", 0))
    assert keys(("person", "conditions", 0)) == ["name", "level", "grade", "cobb_deg"]
    assert keys(("person", "body")) == []
    assert keys(("nothing", "here", 0)) == []
    assert tables_with("model") == ["equipment"]


def test_a_validator_that_is_not_ours_agrees() -> None:
    whole = scenario.schema()
    jsonschema.Draft202012Validator.check_schema(whole)
    validator = jsonschema.Draft202012Validator(whole)
    for text in (GOOD, PHASES, scenario.template()):
        assert list(validator.iter_errors(tomllib.loads(text))) == []
    for old, new in (
        ("= 78", "= -78"),
        ("hold_s", "hold"),
        ("= 78", '= "78"'),
        ("[session]", "[x]"),
    ):
        assert list(validator.iter_errors(tomllib.loads(GOOD.replace(old, new))))


def test_the_template_is_a_scenario_on_every_equipment() -> None:
    for name in library.names("equipment"):
        text = scenario.template(name)
        read = scenario.read(text)
        assert read.equipment is not None and read.equipment.model == name
        assert max(map(len, text.splitlines())) <= 100
    assert scenario.read(scenario.template()).phases()[3].angle_deg == 60
    chair = scenario.read(
        scenario.template("inversion_chair", title='A "chair"', body="adult_female")
    )
    assert (chair.title, chair.person.body) == ('A "chair"', "adult_female")
    with pytest.raises(InputError, match="did you mean inversion_chair"):
        scenario.template("inversion_chairs")
    with pytest.raises(InputError, match="did you mean adult_male"):
        scenario.template(body="adult_mal")
