"""The person of a scenario, in SI."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from biomech import library
from biomech.library.units import GRAVITY


@dataclass(frozen=True)
class Condition:
    """A condition by name (models/conditions/, models/spine/), its options resolved; None where it has none."""

    name: str
    level: str | None = None
    grade: str | None = None
    cobb: float | None = None  # rad

    def __str__(self) -> str:
        curve = None if self.cobb is None else f"Cobb {math.degrees(self.cobb):.3g}°"
        return " ".join([self.name.replace("_", " "), *(x for x in (self.level, self.grade, curve) if x)])


def condition(name: str, level: str | None = None, grade: str | None = None, cobb_deg: float | None = None) -> Condition:
    """A condition with the level and grade of its file where none is given."""
    file = library.load("conditions", name)
    if "grades" in file.tables:
        level = level or _default(file, "level", library.DISC_LEVELS)
        grade = grade or _default(file, "grade", file.table("grades").rows)
    return Condition(name, level, grade, None if cobb_deg is None else math.radians(cobb_deg))


def _default(file: library.ParameterFile, option: str, allowed: Sequence[str]) -> str:
    key = f"default_{option}"
    value = file.data.get(key)
    if value not in allowed:
        raise file.error("is missing or wrong", (key,), allowed)
    return str(value)


@dataclass(frozen=True)
class Person:
    """Body file, mass (kg), stature (m), age (years; the spine does not depend on it) and conditions."""

    body: str = "adult_male"
    mass: float = 78.0
    stature: float = 1.78
    age: float = 40.0
    conditions: tuple[Condition, ...] = ()

    @property
    def weight(self) -> float:
        """Body weight, N."""
        return self.mass * GRAVITY
