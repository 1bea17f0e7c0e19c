"""A small catalogue of its own for the tests of scenario and library: nothing here is data."""

from pathlib import Path

import pytest

from biomech.library import catalog

LEGS = """
[[support]]
name = "legs"
kind = "clamp"
body = "pelvis"
"""
BED = """
[[support]]
name = "bed"
kind = "surface"
bodies = ["pelvis", "thorax"]
friction = 0.5
"""
FILES = {
    "models/body/adult_male.toml": "",
    "models/body/adult_female.toml": "",
    "models/spine/healthy.toml": "",
    "models/spine/scoliosis.toml": """
[scalars.cobb_angle]
value = 30
unit = "deg"
source = "biomech"
grade = "assumed"
""",
    "models/spine/degenerated_disc.toml": """
default_level = "L4/L5"
[tables.grades]
rows = ["I", "II", "III", "IV"]
""",
    "models/conditions/muscle_guarding.toml": "",
    "models/equipment/standing.toml": "trunk_angle_deg = -90" + LEGS + "[legs]\nsteps = true\n",
    "models/equipment/lying.toml": 'trunk_angle_deg = 0' + LEGS + BED,
    "models/equipment/headstand.toml": "trunk_angle_deg = 90" + LEGS,
    "models/equipment/inversion_table.toml": """
trunk_angle_deg = "session"
angle_range_deg = [-90, 90]
"""
    + LEGS
    + BED,
    "models/equipment/inversion_chair.toml": """
trunk_angle_deg = "session"
angle_range_deg = [20, 70]
"""
    + LEGS,
    "models/equipment/traction_table.toml": """
trunk_angle_deg = 0
[[support]]
name = "chest"
kind = "harness"
body = "T9"
anchor = true
[[support]]
name = "belt"
kind = "harness"
body = "pelvis"
""",
    "scenarios/shipped.toml": """
title = "Shipped"
[person]
body = "adult_male"
mass_kg = 78
stature_m = 1.78
[equipment]
model = "headstand"
[session]
hold_s = 60
""",
}


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the catalogue on disk and use it, and nothing else; the folder it stands in."""
    for name, text in FILES.items():
        file = tmp_path / "shipped" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalog, "folder", lambda name: tmp_path / "shipped" / name)
    monkeypatch.delenv("BIOMECH_MODELS", raising=False)
    return tmp_path
