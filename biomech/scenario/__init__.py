"""What a person writes: TOML in, a frozen and checked `Scenario` out."""

from biomech.scenario.override import Overrides, flatten, parse_override
from biomech.scenario.phases import Phase
from biomech.scenario.read import read
from biomech.scenario.schema import schema
from biomech.scenario.spec import (
    Condition,
    Equipment,
    History,
    Muscle,
    Person,
    PhaseSpec,
    Scenario,
    Session,
    Solver,
)
from biomech.scenario.template import template

__all__ = [
    "Condition",
    "Equipment",
    "History",
    "Muscle",
    "Overrides",
    "Person",
    "Phase",
    "PhaseSpec",
    "Scenario",
    "Session",
    "Solver",
    "flatten",
    "parse_override",
    "read",
    "schema",
    "template",
]
