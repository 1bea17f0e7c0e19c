"""A folder of studies of our own, small enough to be wrong in one place at a time."""

from pathlib import Path

import pytest

KINDS = """
[stature_change]
unit = "mm"
sd = 1.0
percent = 30
resolution = 1.0
basis = "made up"
"""

STUDY = """
title = "A short lie-down"
protocol = "made up"
role = "independent"
why = "made up"

[citation]
text = "Nobody A (1900) Nothing"
read = "abstract"

[cohort]
who = "men"
n = 9

[[quantity]]
id = "gain"
name = "stature"
unit = "mm"
rule = "sd"
value = 2.0
sd = 1.0
band = [1.0, 3.0]
simulated = { variable = "stature", at = "standing after + 1 min", against = "reference" }
"""

CASE = """
title = "Lying for ten minutes"
[person]
body = "adult_male"
mass_kg = 72
stature_m = 1.77
[history]
awake_h = 4
days = 0
upright_after_min = 2
[[phase]]
name = "bed"
posture = "lying"
duration_s = 600
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    study = tmp_path / "studies" / "nobody1900"
    study.mkdir(parents=True)
    (study.parent / "kinds.toml").write_text(KINDS)
    (study / "study.toml").write_text(STUDY)
    (study / "case.toml").write_text(CASE)
    monkeypatch.setenv("BIOMECH_STUDIES", str(study.parent))
    return study


@pytest.fixture
def change(folder: Path):
    """Replace text in study.toml."""

    def replace(old: str, new: str) -> None:
        text = (folder / "study.toml").read_text()
        assert old in text
        (folder / "study.toml").write_text(text.replace(old, new))

    return replace
