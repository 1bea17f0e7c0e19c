"""What screening found, as a page shows it: handed in by who screens, for a picture knows nothing of safety."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One finding in words."""

    kind: str  # "contraindication"
    said: str  # what, and for a limit: value, limit, when and for how long
    short: str  # without when and for how long
    why: str
    source: str
    of_person: bool  # else it is a limit the simulation passes
    simulated: bool = True


@dataclass(frozen=True)
class Screening:
    """Of every case its findings, and what to think of them."""

    cases: Sequence[Sequence[Line]]
    statement: str
