"""Every way to get a scenario wrong: one line, with file, line, key and a way out."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario_models import models

from biomech import scenario
from biomech.errors import BiomechError, InputError
from biomech.scenario.write import to_toml

__all__ = ["models"]
pytestmark = pytest.mark.usefixtures("models")

GOOD = """\
#:schema scenario.schema.json
title = "Table at 60 degrees"

[person]
body       = "adult_male"
mass_kg    = 78
stature_m  = 1.78
age_years  = 40
conditions = ["scoliosis"]

[equipment]
model = "inversion_table"

[session]
angle_deg = 60
hold_s    = 180
sets      = 3

[history]
awake_h = 4
"""
PHASES = (
    GOOD[: GOOD.index("[session]")]
    + """\
[[phase]]
angle_deg = 30
duration_s = 60
[[phase]]
posture = "standing"
duration_s = 60
[[phase]]
name = "week"
repeat = 7
  [[phase.phase]]
  equipment = "headstand"
  duration_s = 10
"""
)


def message(text: str, *overrides: str) -> str:
    """The one line that `text` is refused with."""
    with pytest.raises(InputError) as caught:
        scenario.read(text, overrides)
    said = str(caught.value)
    assert said.isprintable()  # one line
    return said.removeprefix("scenario:")


@pytest.mark.parametrize("conditions", [
    '["degenerated_disc", { name = "degenerated_disc", level = "L4/L5" }]',
    '[{ name = "degenerated_disc", level = "L4/L5", grade = "II" }, { name = "degenerated_disc", grade = "IV" }]',
    '["scoliosis", { name = "scoliosis", cobb_deg = 20 }]',
])
def test_one_thing_twice_under_two_names(conditions: str) -> None:
    assert "stands here twice" in message(GOOD.replace('["scoliosis"]', conditions))
    apart = '["degenerated_disc", { name = "degenerated_disc", level = "L5/S1" }]'
    assert len(scenario.read(GOOD.replace('["scoliosis"]', apart)).person.conditions) == 2


@pytest.mark.parametrize("source", [None, 123, b"abc", ["table_60"]])
def test_what_is_no_scenario_at_all(source: Any) -> None:
    with pytest.raises(InputError, match="is not a scenario"):
        scenario.read(source)


TURNS = PHASES[: PHASES.index("[[phase]]")] + """\
[[phase]]
name = "round"
repeat = 2
  [[phase.phase]]
  angle_deg = 60
  duration_s = 1
  [[phase.phase]]
  posture = "standing"
  duration_s = 1
  ramp_s = 1.5
"""


def test_nobody_is_tilted_faster_than_a_body_can_be() -> None:
    assert message(TURNS).startswith("23: phase.0.phase.1.ramp_s: 1.5 turns the body at 100 deg/s; allowed: at least 1.67")
    assert scenario.read(TURNS.replace("1.5", "1.67"))
    assert message(GOOD, "session.ramp_s=0.1").startswith("--set session.ramp_s: 0.1 turns the body at 1500 deg/s")
    assert scenario.read(GOOD, {"session.angle_deg": -89.0, "session.ramp_s": 1.0})


def test_steps_are_taken_where_legs_can_step() -> None:
    still = PHASES + '[[phase]]\nposture = "standing"\nduration_s = 60\n'
    for text, moving in ((still, False), (still + "moving = true\n", True)):
        *before, phase, after = scenario.read(text).phases()
        assert (phase.equipment, phase.role, phase.moving) == ("standing", "session", moving)
        assert after.moving and all(p.moving for p in before if p.role == "history")
    assert "nobody takes steps on the lying" in message(still.replace("standing", "lying") + "moving = true\n")


def test_absurd_texts() -> None:
    assert "too many digits" in message("x = " + "9" * 5000)
    deep = "".join(f"[[{'.'.join(['phase'] * (i + 1))}]]\n" for i in range(400))
    assert "nested" in message(GOOD[: GOOD.index("[session]")] + deep + 'posture = "lying"\nduration_s = 1\n')


def test_the_texts_themselves_are_good() -> None:
    assert scenario.read(GOOD).person.mass_kg == 78
    assert len(scenario.read(PHASES).phase) == 3


@pytest.mark.parametrize(
    ("old", "new", "start", "end"),
    [
        # unknown keys
        ("angle_deg =", "angel_deg =", "15: session.angel_deg: unknown key", "mean angle_deg?"),
        ("[session]", "[sesion]", "14: sesion: unknown key", "did you mean session?"),
        ("sets  ", "model ", "17: session.model: unknown key", "it belongs in [equipment]"),
        ("sets  ", '"wei rd" ', '17: session."wei rd": unknown key', "rest_angle_deg, ramp_s"),
        ("awake_h", "awake_min", "20: history.awake_min: unknown key", "did you mean awake_h?"),
        # types
        ("= 78", '= "78"', '6: person.mass_kg: "78" is not a number', "allowed: from 30 to 250"),
        ("= 78", "= true", "6: person.mass_kg: true is not a number", "from 30 to 250"),
        ("= 78", "= [78]", "6: person.mass_kg: [78] is not a number", "from 30 to 250"),
        ("= 78", "= 1979-05-27", "6: person.mass_kg: 1979-05-27 is not a number", "to 250"),
        ("sets      = 3", "sets = 3.0", "17: session.sets: 3.0 is not a whole number", "to 1000"),
        ("sets      = 3", "sets = true", "17: session.sets: true is not a whole number", "1000"),
        ('"adult_male"', "1", "5: person.body: 1 is not a text", "text"),
        ('"adult_male"', '""', '5: person.body: "" is an empty text', "text"),
        ('["scoliosis"]', '"scoliosis"', '9: person.conditions: "scoliosis" is not a list', "list"),
        ('["scoliosis"]', "[1]", "9: person.conditions.0: 1 is not a table", "table"),
        ("[session]", "[[session]]", "14: session: [{ angle_deg = 60, hold_s", "is not a table"),
        # numbers
        ("= 78", "= -78", "6: person.mass_kg: -78 is too small", "allowed: from 30 to 250"),
        ("= 78", "= 7800", "6: person.mass_kg: 7800 is too large", "allowed: from 30 to 250"),
        ("= 78", "= nan", "6: person.mass_kg: nan is not a finite number", "from 30 to 250"),
        ("= 78", "= inf", "6: person.mass_kg: inf is not a finite number", "from 30 to 250"),
        ("= 78", "= 1e999", "6: person.mass_kg: inf is not a finite number", "from 30 to 250"),
        ("= 78", "= 1" + 400 * "0", "6: person.mass_kg: 1000", "… is not a number; allowed: from "
         "30 to 250"),
        ("= 180", "= 0", "16: session.hold_s: 0 is too small", "allowed: above 0 to 1e+06"),
        ("= 1.78", "= 178", "7: person.stature_m: 178 is too large", "from 1.2 to 2.2"),
        # missing
        ("mass_kg    = 78\n", "", "4: person.mass_kg: is missing", "from 30 to 250"),
        ("hold_s    = 180\n", "", "14: session.hold_s: is missing", "above 0 to 1e+06"),
        ("angle_deg = 60\n", "", "14: session.angle_deg: is missing", "on the inversion_table"),
        ('[equipment]\nmodel = "inversion_table"\n', "", "1: equipment.model: is missing", "table"),
        # the catalogue
        ('"adult_male"', '"adult_mail"', '5: person.body: unknown body "adult_mail"; allowed: '
         "adult_female, adult_male", "did you mean adult_male?"),
        ('n_table"', 'n_tabel"', '12: equipment.model: unknown equipment "inversion_tabel"',
         "did you mean inversion_table?"),
        ('["scoliosis"]', '[\n"muscle_guarding",\n"scoliose"]', "11: person.conditions.1: unknown "
         'condition "scoliose"', "did you mean scoliosis?"),
        ('["scoliosis"]', '["scoliosis", "scoliosis"]', '9: person.conditions.1: "scoliosis"',
         "stands here twice"),
        ('"scoliosis"', '{ name = "degenerated_disc", level = "L4/L6" }',
         '9: person.conditions.0.level: "L4/L6" is not known; allowed: C2/C3', "mean L4/L5?"),
        ('"scoliosis"', '{ name = "degenerated_disc", level = "C0/C1" }',
         '9: person.conditions.0.level: "C0/C1" is not known', ""),
        ('"scoliosis"', '{ name = "degenerated_disc", grade = "V" }',
         '9: person.conditions.0: "degenerated_disc" has no grade V', "allowed: I, II, III, IV"),
        ('"scoliosis"', '{ name = "scoliosis", level = "L4/L5" }',
         '9: person.conditions.0.level: "scoliosis" has no level', ""),
        ('"scoliosis"', '{ name = "muscle_guarding", cobb_deg = 3 }',
         '9: person.conditions.0.cobb_deg: "muscle_guarding" has no cobb_deg', ""),
        ('"scoliosis"', '{ name = "scoliosis", cob_deg = 3 }',
         "9: person.conditions.0.cob_deg: unknown key", "did you mean cobb_deg?"),
        # the equipment
        ("angle_deg = 60", "angle_deg = 95", "15: session.angle_deg: 95 is too large", "-90 to 90"),
        ("inversion_table", "headstand", "15: session.angle_deg: 60 deg, but the headstand fixes "
         "the angle", "on the command line: --set session.angle_deg=90"),
        ('n_table"', 'n_table"\nforce_N = 10', "13: equipment.force_N: the inversion_table has no "
         "harness", ""),
        ('inversion_table"', 'headstand"\nfriction = 0.1', "13: equipment.friction: the headstand "
         "has no surface", ""),
        ('inversion_table"', 'traction_table"\nforce_N = 10\nforce_percent_bw = 10',
         "13: equipment.force_N: give the pull once", "force_N or force_percent_bw"),
        # session or phases
        ("[session]", "[[phase]]\nduration_s = 1\n[session]", "14: phase: [session] and [[phase]] "
         "exclude each other", "allowed: one of them"),
        ("[session]\nangle_deg = 60\nhold_s    = 180\nsets      = 3\n", "",
         "1: session: there is neither [session] nor [[phase]]", "one of them"),
        # TOML
        ("= 180", "= 64,5", "16: not valid TOML", "write 64.5 with a point"),
        ("= 180", "= ", "16: not valid TOML: Invalid value", ""),
        ("sets      = 3", "hold_s = 3", "17: not valid TOML: Cannot overwrite a value", ""),
        ("[history]", "[session]", "19: not valid TOML: Cannot declare ('session',) twice", ""),
    ],
)  # fmt: skip
def test_errors_of_a_session(old: str, new: str, start: str, end: str) -> None:
    assert GOOD.count(old) >= 1
    said = message(GOOD.replace(old, new, 1))
    assert said.startswith(start)
    assert said.endswith(end)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("angle_deg = 30", "angle_deg = 91", "15: phase.0.angle_deg: 91 is too large"),
        ("angle_deg = 30\n", "", "14: phase.0.angle_deg: is missing"),
        ("angle_deg = 30\nduration_s = 60\n", "angle_deg = 30\n", "14: phase.0.duration_s: is mis"),
        ('"standing"', '"standin"', '18: phase.1.posture: unknown equipment "standin"'),
        ('"standing"', '"standing"\nangle_deg = 0', "19: phase.1.angle_deg: 0 deg, but the stand"),
        ('"standing"', '"standing"\nequipment = "lying"', "18: phase.1.posture: equipment and pos"),
        ('"standing"', '"standing"\nfriction = 0.3', "19: phase.1.friction: the standing has no"),
        ('"standing"', '"standing"\nforce_N = 3', "19: phase.1.force_N: the standing has no harne"),
        ('"standing"', '"standing"\nend = 1', "19: phase.1.end: 1 is neither true nor false"),
        ("repeat = 7", "repeat = 0", "22: phase.2.repeat: 0 is too small; allowed: from 1 to"),
        ("repeat = 7", "repeat = 7\nduration_s = 1", "23: phase.2.duration_s: does not belong in"),
        ("repeat = 7", "repeat = 9999\n[[phase.phase]]\nrepeat = 3\nposture = 'lying'\n"
         "duration_s = 1", "14: phase: makes 39998 phases; allowed: at most 2000"),
        ('"headstand"', '"handstand"', '24: phase.2.phase.0.equipment: unknown equipment "handst'),
        ("  duration_s = 10", "  duration = 10", "25: phase.2.phase.0.duration: unknown key"),
        ('model = "inversion_table"', "", "11: equipment.model: is missing"),
        ('[equipment]\nmodel = "inversion_table"\n', "", "12: phase.0.equipment: is missing"),
    ],
)  # fmt: skip
def test_errors_of_a_sequence(old: str, new: str, expected: str) -> None:
    assert old in PHASES
    assert message(PHASES.replace(old, new, 1)).startswith(expected)


def test_an_angle_that_other_equipment_has() -> None:
    text = GOOD.replace("inversion_table", "inversion_chair")
    assert message(text.replace("= 60", "= 75")) == (
        "15: session.angle_deg: 75 is beyond the inversion_chair; allowed: 20 to 70"
    )


def test_resting_where_neither_the_equipment_nor_a_person_can() -> None:
    text = GOOD.replace("inversion_table", "inversion_chair").replace(
        "sets      = 3", "sets      = 3\nrest_angle_deg = 10"
    )
    assert message(text) == (
        "18: session.rest_angle_deg: the inversion_chair cannot rest at 10; "
        "allowed: 20 to 70, -90 (standing), 0 (lying)"
    )
    assert scenario.read(text.replace("sets      = 3", "sets = 1")).phases()  # there is no rest then


def test_an_unknown_key_is_told_before_what_is_missing_because_of_it() -> None:
    text = GOOD.replace("hold_s ", "hold ")
    assert message(text).startswith("16: session.hold: unknown key")
    assert message(text).endswith("did you mean hold_s?")


def test_nothing_in_the_file() -> None:
    for text in ("", "\n\n", "# only a comment\n"):
        assert "the scenario is empty" in message(text)


def test_files(tmp_path: Path) -> None:
    def of_file(name: str) -> str:
        with pytest.raises(InputError) as caught:
            scenario.read(tmp_path / name)
        return str(caught.value).removeprefix(str(tmp_path))

    (tmp_path / "table_60.toml").write_text(GOOD.replace("= 78", "= 780"))
    (tmp_path / "empty.toml").write_text("")
    (tmp_path / "latin.toml").write_bytes(b"title = 'a'\n# \xff\n")
    (tmp_path / "folder").mkdir()
    assert of_file("table_60.toml") == (
        "/table_60.toml:6: person.mass_kg: 780 is too large; allowed: from 30 to 250"
    )
    assert of_file("table_06.toml") == "/table_06.toml: no such file; did you mean table_60.toml?"
    assert of_file("empty.toml").startswith("/empty.toml: the scenario is empty")
    assert of_file("latin.toml").startswith("/latin.toml:2: byte 0xff is not UTF-8")
    assert of_file("folder") == "/folder: is a folder, not a file"
    assert scenario.read("shipped").title == "Shipped"  # by its name in the catalogue
    assert "no such file" in message("shiped")


def test_an_equipment_file_that_is_wrong_is_named(models: Path) -> None:
    file = models / "shipped/models/equipment/inversion_table.toml"
    for text, said in (
        ('title = "x"\n', ":1: trunk_angle_deg: is missing"),
        ('trunk_angle_deg = "session"\nsupport = []\nangle_range_deg = 3', ":3: angle_range_deg: 3 is not a list"),
        ("trunk_angle_deg = 1\nsupport = 3", ":2: support: 3 is not a list"),
    ):
        file.write_text(text)
        assert f"{file}{said}" in message(GOOD)


GOOD_DATA: dict[str, Any] = {
    "title": "x",
    "person": {"body": "adult_male", "mass_kg": 78, "stature_m": 1.78, "conditions": []},
    "equipment": {"model": "inversion_table", "friction": 0.3},
    "session": {"angle_deg": 60, "hold_s": 180, "sets": 2},
    "phase": [{"angle_deg": 3, "duration_s": 10}, {"phase": [{"posture": "lying"}]}],
    "history": {"days": 1},
}
JUNK = st.recursive(
    st.sampled_from([True, False, -1, 0, 1, 0.5, 40, 1e300, float("nan"), float("inf"), "", "x",
                     "lying", "adult_male", "scoliosis", "L4/L5", 10**30])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "level", "phase", "repeat", "hold_s", "x y"]), inner,
                      max_size=3),
    max_leaves=5,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), JUNK), max_size=3), st.data())
def test_no_junk_makes_anything_but_a_scenario_or_one_line(
    changes: list[tuple[int, int, Any]], data: st.DataObject
) -> None:
    junk = copy.deepcopy(GOOD_DATA)
    del junk[data.draw(st.sampled_from(["session", "phase"]))]
    for table, key, value in changes:
        part = list(junk.values())[table % len(junk)]
        if isinstance(part, dict) and part:
            part[list(part)[key % len(part)]] = value
        else:
            junk[list(junk)[table % len(junk)]] = value
    text = to_toml(junk)
    try:
        read = scenario.read(text)
        assert read.phases()
    except BiomechError as error:
        assert str(error).isprintable()
        assert str(error).startswith("scenario:")
