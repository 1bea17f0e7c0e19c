"""Values from the command line and from Python in place of those in the file."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario_models import models
from test_scenario_errors import GOOD, PHASES, message

from biomech import scenario
from biomech.errors import InputError
from biomech.scenario import parse_override
from biomech.scenario.write import literal, to_toml

__all__ = ["models"]
pytestmark = pytest.mark.usefixtures("models")


@pytest.mark.parametrize(
    "overrides",
    [
        {"session.angle_deg": 45},
        {"session": {"angle_deg": 45}},
        {"session": {"angle_deg": np.float64(45)}},
        {"session.angle_deg": np.arange(46)[-1]},
        ["session.angle_deg=45"],
        ["session.angle_deg = 45.0  # comment"],
    ],
)
def test_ways_to_say_45_degrees(overrides: Any) -> None:
    read = scenario.read(GOOD, overrides)
    assert read.session is not None
    assert read.session.angle_deg == 45
    assert read.session.hold_s == 180  # the rest stays


def test_items_of_lists_and_new_tables() -> None:
    read = scenario.read(PHASES, {"phase.0.angle_deg": 45, "solver.tolerance": 0.5})
    assert read.phase[0].angle_deg == 45
    assert read.solver.tolerance == 0.5
    read = scenario.read(PHASES, ["phase.2.phase.0.duration_s=99", "person.conditions=[]"])
    assert read.phase[2].phase[0].duration_s == 99
    assert read.person.conditions == ()
    read = scenario.read(GOOD, {"person.conditions": [{"name": "scoliosis", "cobb_deg": 20}]})
    assert read.person.conditions[0].cobb_deg == 20


def test_a_scenario_can_be_changed() -> None:
    first = scenario.read(GOOD)
    second = scenario.read(first, {"person.mass_kg": 50})
    assert second.person.mass_kg == 50
    assert first.person.mass_kg == 78
    assert scenario.read(GOOD, "person.mass_kg=50") == second
    assert scenario.read(GOOD, {"person.mass_kg": 60}, {"person": {"mass_kg": 50}}) == second
    third = scenario.read(second, {"person.mass_kg": 78})
    assert third.model_dump(exclude={"title"}) == first.model_dump(exclude={"title"})


def test_the_title_says_what_was_changed() -> None:
    title = scenario.read(GOOD).title
    assert scenario.read(GOOD, {"person.mass_kg": 78}).title == title  # nothing has changed
    assert scenario.read(GOOD, {"person.mass_kg": 50.5}).title == f"{title} [mass_kg = 50.5]"
    assert scenario.read(GOOD, {"person.mass_kg": 50, "title": "mine"}).title == "mine"
    many = scenario.read(GOOD, {"person": {"mass_kg": 50, "stature_m": 1.6, "age_years": 30}, "session": {"sets": 2, "hold_s": 9}}).title
    assert many.endswith(", and 1 more]") and "sets = 2" in many


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("a.b=1", "a.b", 1),
        ("a = 1.5", "a", 1.5),
        ("a=true", "a", True),
        ('a="x = y"', "a", "x = y"),
        ("a=adult_female", "a", "adult_female"),
        ("a=L4/L5", "a", "L4/L5"),
        ("a=[1, 2]", "a", [1, 2]),
        ("a={b = 1}", "a", {"b": 1}),
    ],
)
def test_key_and_value(text: str, key: str, value: object) -> None:
    assert parse_override(text) == (key, value)


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("session.angle_deg=95", "--set session.angle_deg: 95 is too large; allowed: from -90 "
         "to 90"),
        ("session.angel_deg=45", "--set session.angel_deg: unknown key"),
        ("session.angle_deg='45'", '--set session.angle_deg: "45" is not a number'),
        ("session.angle_deg=nan", "--set session.angle_deg: nan is not a finite number"),
        ("session.angle_deg=true", "--set session.angle_deg: true is not a number"),
        ("person.mass_kg=-1", "--set person.mass_kg: -1 is too small"),
        ("person.body=adult_mal", '--set person.body: unknown body "adult_mal"'),
        ("session=3", "--set session: 3 is not a table"),
        ("session={hold=1}", "--set session.hold: unknown key"),
        ("title.x=3", "--set title.x: title is not a table"),
        ("person.conditions.1.name=x", "--set person.conditions.1.name: there is no item 1 in "
         "person.conditions; allowed: 0 to 0"),
        ("person.conditions.x=x", "--set person.conditions.x: there is no item x in"),
        ("phase.0.angle_deg=3", "--set phase.0.angle_deg: there is no item 0 in phase"),
        ("equipment.model=headstand", "15: session.angle_deg: 60 deg, but the headstand fixes"),
        ("session.angle_deg", '--set: "session.angle_deg" is not KEY=VALUE'),
        ("=3", '--set: "=3" is not KEY=VALUE'),
        ("session.angle_deg=", "--set session.angle_deg:  is not a TOML value"),
        ("session.angle_deg=64,5", "--set session.angle_deg: 64,5 is not a TOML value; write 64.5 with a point"),
        ("session.angle_deg=4 5", "--set session.angle_deg: 4 5 is not a TOML value"),
        ("session.angle_deg=4\nx = 5", "--set session.angle_deg: 4\\nx = 5 is not a TOML value"),
    ],
)  # fmt: skip
def test_errors_name_the_option(override: str, expected: str) -> None:
    assert message(GOOD, override).startswith(expected)


@pytest.mark.parametrize("overrides", [[5], 5, np.array([1.0]), None, {"session.angle_deg": np.array([1, 2])}])
def test_what_is_no_override(overrides: Any) -> None:
    with pytest.raises(InputError):
        scenario.read(GOOD, overrides)


def test_errors_beside_an_override_keep_their_line() -> None:
    said = message(GOOD.replace("= 78", "= 1"), "session.angle_deg=45")
    assert said.startswith("6: person.mass_kg: 1 is too small")


TOML = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)


@given(TOML)
def test_a_value_written_as_toml_is_read_back(value: object) -> None:
    if isinstance(value, dict):
        value = [value]  # a table would be empty or flattened
    assert parse_override(f"key={literal(value)}") == ("key", value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    st.text(min_size=1),
    st.floats(30, 250),
    st.sampled_from([(), ("scoliosis",), ({"name": "degenerated_disc", "level": "L4/L5"},)]),
    st.integers(1, 3),
)
def test_a_scenario_written_is_the_scenario_read(
    title: str, mass: float, conditions: tuple[Any, ...], repeat: int
) -> None:
    overrides = {"title": title, "person": {"mass_kg": mass, "conditions": list(conditions)}}
    for text, more in ((GOOD, {}), (PHASES, {"phase.2.repeat": repeat})):
        first = scenario.read(text, overrides | more)
        again = scenario.read(first.to_toml())
        assert again == first
        assert again.phases() == first.phases()


def test_tables_in_tables_are_written_in_order() -> None:
    data = {"a": {"b": 1, "c": {"d": [{"e": 1}, {"e": 2, "f": {"g": "x"}}]}}, "h": True}
    assert to_toml(data) == (
        "h = true\n\n[a]\nb = 1\n\n[a.c]\n\n[[a.c.d]]\ne = 1\n\n[[a.c.d]]\ne = 2\n\n"
        '[a.c.d.f]\ng = "x"\n'
    )


def test_nothing_can_be_changed_in_place() -> None:
    read = scenario.read(GOOD)
    with pytest.raises(ValueError, match="frozen"):
        read.person.mass_kg = 3
    with pytest.raises(InputError):
        scenario.read(read, {"person.mass_kg": 3})
