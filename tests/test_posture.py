"""Persons and their conditions, resolved once."""

import math
from pathlib import Path

import pytest

from biomech.errors import InputError
from biomech.posture.person import Person, condition


def test_a_condition_has_the_level_and_grade_of_its_file_unless_told() -> None:
    plain, told = condition("degenerated_disc"), condition("degenerated_disc", "L2/L3", "II")
    assert (plain.level, plain.grade) == ("L4/L5", "IV")
    assert (told.level, told.grade, str(told)) == ("L2/L3", "II", "degenerated disc L2/L3 II")
    curve = condition("scoliosis", cobb_deg=45)
    assert (curve.level, curve.grade, str(curve)) == (None, None, "scoliosis Cobb 45°")
    assert curve.cobb == pytest.approx(math.pi / 4)


def test_a_file_with_a_wrong_default_is_named_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "spine" / "mine.toml"
    file.parent.mkdir()
    monkeypatch.setenv("BIOMECH_MODELS", str(tmp_path))
    grades = '[tables.grades]\nrows = ["mild"]\n'
    file.write_text(f'default_level = "L9/L10"\ndefault_grade = "mild"\n{grades}')
    with pytest.raises(InputError, match=r"mine\.toml:1: default_level: is missing or wrong; allowed: C2/C3"):
        condition("mine")
    file.write_text(f'title = "x"\ndefault_level = "L4/L5"\ndefault_grade = "wild"\n{grades}')
    with pytest.raises(InputError, match=r"mine\.toml:3: default_grade: is missing or wrong; allowed: mild"):
        condition("mine")


def test_weight() -> None:
    assert Person(mass=100.0).weight == pytest.approx(981.0)
