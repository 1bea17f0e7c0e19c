"""Equipment files: read once, by one schema, with a line for everything that is wrong."""

import dataclasses
from pathlib import Path

import pytest

from biomech import library, scenario
from biomech.errors import InputError
from biomech.library.equipment import holder
from biomech.posture.person import Person
from biomech.posture.stance import stance


def sourced(value: float, unit: str) -> str:
    return f'{{ value = {value}, unit = "{unit}", source = "biomech", grade = "assumed" }}'


GOOD = f"""\
trunk_angle_deg = "session"
angle_range_deg = [-60, 70]
hip_flexion_deg = 30

[[support]]
name = "ankles"
kind = "clamp"
body = "pelvis"
through = "legs"

[[support]]
name = "bed"
kind = "surface"
bodies = ["pelvis", "thorax"]
friction = 0.5

[[support]]
name = "belt"
kind = "harness"
body = "pelvis"
pull = {sourced(300, "N")}

[[support]]
name = "hands"
kind = "load_point"
body = "T2"
share = 0.2

[legs]
supported = true
"""


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of our own on the search path: equipment "mine"."""
    (tmp_path / "equipment").mkdir()
    monkeypatch.setenv("BIOMECH_MODELS", str(tmp_path))
    return tmp_path / "equipment" / "mine.toml"


def complaint(device: Path, text: str) -> str:
    device.write_text(text)
    with pytest.raises(InputError) as caught:
        holder("mine")
    assert str(caught.value).startswith(str(device))
    return str(caught.value).removeprefix(f"{device}:")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"clamp"', '"clmap"', '7: support.0.kind: unknown kind "clmap"; allowed: clamp, surface, harness, load_point; did you mean'),
        ('kind = "clamp"\n', "", "5: support.0.kind: is missing; allowed: clamp, surface"),
        ('"pelvis"\nthrough', '"pelvsi"\nthrough', '8: support.0.body: "pelvsi" is not known; allowed: skull, C1,'),
        ('["pelvis", "thorax"]', '["pelvis", "torax"]', '14: support.1.bodies.1: "torax" is not known; allowed: head, neck'),
        ("friction", "frction", "15: support.1.frction: unknown key; allowed: kind, name, bodies, friction; did you mean friction?"),
        ("friction = 0.5\n", "", "11: support.1.friction: is missing"),
        ("friction = 0.5", "friction = 3", "15: support.1.friction: 3 is too large; allowed: to 2"),
        ("friction = 0.5", "friction = true", "15: support.1.friction: true is not a number"),
        ('unit = "N"', 'unit = "kg"', '21: support.2.pull: is in "kg"; allowed: N, kN or % body weight'),
        ("value = 300", "value = 3000", "21: support.2.pull: 3000.0 is too large; allowed: to 2000"),
        ('body = "pelvis"\npull', 'body = "pelvis"\nanchor = true\npull', "17: support.2: an anchor holds, it does not pull"),
        ("share = 0.2", "anchor = true\nshare = 0.2", "23: support.3: carries either the rest or a share"),
        ("share = 0.2\n", "", "23: support.3: carries either the rest or a share"),
        ('"hands"', '"bed"', "5: support: two supports have the same name"),
        ('kind = "load_point"\nbody = "T2"\nshare', 'kind = "surface"\nbodies = ["T2"]\nfriction',
         "5: support: there are several surfaces"),
        ('"clamp"\nbody = "pelvis"\nthrough = "legs"', '"harness"\nbody = "pelvis"', "5: support: nothing holds the person"),
        ("[-60, 70]", "[70, -60]", "2: angle_range_deg: is [70, -60]; allowed: [lowest, highest]"),
        ("[-60, 70]", "[-60]", "2: angle_range_deg.1: is missing"),
        ('"session"', '"sesion"', '1: trunk_angle_deg: "sesion" is not a number; allowed: "session", or a number'),
        ('"session"', "30", "2: angle_range_deg: is [-60, 70]; allowed: [30, 30], or leave it out"),
        ("hip_flexion_deg", "hip_flexion", "3: hip_flexion: unknown key"),
        ("hip_flexion_deg = 30", "facing = 'left'", '3: facing: "left" is not known; allowed: supine, prone'),
        ("supported", "suported", "30: legs.suported: unknown key; allowed: supported"),
        ("supported = true", "supported = 1", "30: legs.supported: 1 is neither true nor false"),
        ("[legs]\nsupported = true", "[scalars]\nmass = " + sourced(1, "kg"), "29: scalars: unknown key"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(device: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    found = complaint(device, GOOD.replace(old, new, 1))
    assert said in found


def test_the_command_line_has_no_traceback_for_it_either(device: Path) -> None:
    device.write_text(GOOD.replace('"clamp"', '"clmap"'))
    text = scenario.template().replace('"inversion_table"', '"mine"')
    with pytest.raises(InputError, match="unknown kind"):
        scenario.read(text)
    with pytest.raises(InputError, match="unknown kind"):
        stance(Person(), "mine", 60.0)


@pytest.mark.parametrize(
    ("number", "newtons"),
    [
        ("300", 300.0),
        (sourced(0.3, "kN"), 300.0),
        (sourced(40, "% body weight"), 0.4 * 100 * 9.81),
    ],
)
def test_a_pull_keeps_its_unit(device: Path, number: str, newtons: float) -> None:
    device.write_text(GOOD.replace(sourced(300, "N"), number))
    belt = next(x for x in stance(Person(mass=100.0), "mine", 0.0).loads if x.name == "belt")
    assert belt.cranial == pytest.approx(-newtons, rel=1e-12)


def test_what_stands_in_the_file_arrives_in_the_stance(device: Path) -> None:
    device.write_text(GOOD)
    found = stance(Person(mass=100.0), "mine", 60.0)
    assert found.surface is not None and found.surface.friction == 0.5 and "T12" in found.surface.bodies
    assert [(a.name, a.legs > 0.0) for a in found.anchors] == [("ankles", True)]
    assert {x.name: x.upward for x in found.loads}["hands"] == pytest.approx(0.2 * 981.0)
    assert found.hip_flexion == pytest.approx(0.5235987755982988)
    device.write_text(GOOD.replace("hip_flexion_deg = 30", "hip_flexion_deg = " + sourced(0.5, "rad")))
    assert stance(Person(mass=100.0), "mine", 60.0).hip_flexion == pytest.approx(0.5)
    device.write_text(GOOD.replace("supported = true", "supported = false"))
    hanging = stance(Person(mass=100.0), "mine", 60.0)
    legs = next(x for x in hanging.loads if x.name == "legs")
    assert 200 < legs.downward < 400
    assert dataclasses.replace(hanging, loads=found.loads) == found


@pytest.mark.parametrize("name", library.names("equipment"))
def test_every_shipped_device_holds_a_person_at_one_place(name: str) -> None:
    found = holder(name)
    assert found.name == name
    anchors = 0
    for s in found.support:
        if s.kind == "surface":
            assert 0 <= s.friction <= 1
        elif s.kind == "clamp" or s.anchor:
            anchors += 1
        else:
            given = s.pull.share if s.kind == "harness" else s.share
            assert given is not None and 0 < given < 1  # of body weight
    assert anchors == 1
    # what has a default is written out all the same: a file is read by people
    assert set(type(found).model_fields) - set(library.load("equipment", name).data) <= {"market"}
