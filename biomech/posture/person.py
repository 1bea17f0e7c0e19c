"""The person of a scenario, in SI."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Condition:
    """A condition by name (models/conditions/, models/spine/) with its options."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """Body file, mass (kg), stature (m), age (years) and conditions."""

    body: str = "adult_male"
    mass: float = 78.0
    stature: float = 1.78
    age: float = 40.0
    conditions: tuple[Condition, ...] = ()

    @property
    def weight(self) -> float:
        """Body weight, N."""
        return self.mass * GRAVITY


GRAVITY = 9.81  # m/s²
