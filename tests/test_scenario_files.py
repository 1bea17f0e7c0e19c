"""The shipped scenarios: complete, short, and what their names promise."""

import re
import tomllib
from pathlib import Path

import pytest

from biomech import library, scenario
from biomech.scenario import Phase

NAMES = [
    "boots_90", "chair", "day", "degenerated_L4L5", "downward_dog", "fowler", "forward_fold",
    "headstand", "heavy_man", "inversion_20min", "lying", "scoliosis", "shoulder_stand",
    "small_woman", "standing", "suspension", "table_30", "table_60", "table_60_sets", "traction_33",
]  # fmt: skip


def phases(name: str, role: str) -> list[Phase]:
    return [p for p in scenario.read(library.path("scenarios", name)).phases() if p.role == role]


def test_all_are_there() -> None:
    assert set(NAMES) <= set(library.names("scenarios"))


@pytest.mark.parametrize("name", library.names("scenarios"))
def test_is_complete_and_explains_itself(name: str) -> None:
    file = library.path("scenarios", name)
    text = file.read_text(encoding="utf-8")
    read = scenario.read(file)
    assert scenario.read(name) == read
    assert scenario.read(read.to_toml()) == read
    lines = text.splitlines()
    assert lines[0] == "#:schema scenario.schema.json"
    assert lines[1].startswith("title = ")
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 100
    assert text.count("#") >= 5  # comments say what and why
    assert {"mass_kg", "stature_m", "age_years"} <= tomllib.loads(text)["person"].keys()


def test_titles_are_different() -> None:
    titles = [scenario.read(name).title for name in library.names("scenarios")]
    assert len(set(titles)) == len(titles)


def test_they_differ_from_table_60_only_in_what_their_names_say() -> None:
    table = scenario.read("table_60")
    for name, part in (
        ("table_30", "session"),
        ("table_60_sets", "session"),
        ("degenerated_L4L5", "person"),
        ("scoliosis", "person"),
        ("small_woman", "person"),
        ("heavy_man", "person"),
    ):
        other = scenario.read(name).model_dump(exclude={"title", part})
        assert other == table.model_dump(exclude={"title", part}), name


@pytest.mark.parametrize(
    ("name", "angle", "minutes"),
    [
        ("table_30", 30, 3), ("table_60", 60, 3), ("boots_90", 90, 10), ("inversion_20min", 90, 20),
        ("headstand", 90, 3), ("lying", 0, 20), ("traction_33", 0, 25), ("suspension", -90, 10),
    ],
)  # fmt: skip
def test_angle_and_time(name: str, angle: float, minutes: float) -> None:
    (hold,) = phases(name, "session")
    assert (hold.angle_deg, hold.duration_s) == (angle, minutes * 60)
    (after,) = phases(name, "after")
    assert (after.equipment, after.duration_s) == ("standing", 40 * 60)


def test_sets() -> None:
    assert [p.duration_s for p in phases("table_60_sets", "session")] == [180, 180, 180]
    assert [(p.angle_deg, p.duration_s) for p in phases("table_60_sets", "rest")] == [(0, 60)] * 2


def test_traction_pulls_with_a_third_of_body_weight() -> None:
    (pull,) = phases("traction_33", "session")
    assert (pull.force_percent_bw, pull.force_N) == (33, None)


def test_a_day_starts_on_getting_up_and_its_end_is_the_evening() -> None:
    day, night = phases("day", "session")
    assert (day.equipment, day.duration_s, day.end) == ("standing", 16 * 3600, True)
    assert (night.equipment, night.duration_s, night.end) == ("lying", 8 * 3600, False)
    assert [p.duration_s for p in phases("day", "history")] == [16 * 3600, 8 * 3600, 0]


def test_people() -> None:
    woman, man = scenario.read("small_woman").person, scenario.read("heavy_man").person
    assert woman.body == "adult_female"
    assert woman.mass_kg < 60 < 100 < man.mass_kg
    (condition,) = scenario.read("degenerated_L4L5").person.conditions
    assert (condition.level, condition.grade) == ("L4/L5", "IV")


def test_names_in_comments_are_in_the_catalogue() -> None:
    for name in library.names("scenarios"):
        text = library.path("scenarios", name).read_text(encoding="utf-8")
        for path in re.findall(r"models/\w+/\w+\.toml", text):
            assert (library.catalog.folder("models").parent / Path(path)).is_file(), path
