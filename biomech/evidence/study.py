"""A published study as two files: ``study.toml`` (what was measured, and how close is close) and its scenarios.

Everything that decides a verdict is written down before anything is simulated: value, spread, band, role. The band is not free:
it must be what the study's rule makes of its own numbers (`biomech.evidence.bands`), or reading the file is refused.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from biomech.library.strict import FIXED, Part, Text

Role = Literal["calibration", "independent"]
#: how much of the source was seen; what rests on memory or hearsay is shown and not counted
Read = Literal["abstract", "table", "full text", "secondary", "memory"]
Rule = Literal["sd", "range", "kind", "sign", "bound"]
As = Literal["value", "change", "percent", "share", "time_to"]

Texts = Annotated[tuple[Text, ...], FIXED]
Interval = Annotated[tuple[float, float], FIXED]
Positive = Annotated[float, Field(gt=0)]


class Citation(Part):
    """Where it was published."""

    text: Text
    """Authors, year, title, journal, volume, page."""
    doi: str = ""
    url: str = ""
    read: Read
    """How much of it was seen for this project."""
    keys: Texts = ()
    """Names of the same work in models/sources.toml, if its numbers are used there too."""


class Spread(Part):
    """Mean and standard deviation of a property of the people measured."""

    mean: Positive
    sd: float = Field(default=0.0, ge=0)


class Cohort(Part):
    """Who was measured. What the study does not say is absent here; the scenario then has an ordinary person."""

    who: Text
    n: int = Field(default=0, ge=0)
    """0: not stated in what was read."""
    mass_kg: Spread | None = None
    stature_m: Spread | None = None
    sample: int = Field(default=1, ge=1, le=50)
    """Persons simulated: 1 the mean person; more, a sample with the study's own spread of mass and stature."""


class Simulated(Part):
    """Which number of the simulation answers to the measured one."""

    variable: Text
    """A variable of the result, or one of `biomech.evidence.derived`."""
    case: Text = "case"
    """Scenario: the name of a file beside study.toml, without .toml."""
    at: Text
    """A moment: "rested", "reference", "end", a phase (its end), "PHASE + 10 min" (into its hold), "before PHASE"."""
    against: Text | None = None
    """The moment it is compared with."""
    against_case: Text | None = None
    """The scenario `against` belongs to, if another."""
    whole: Text | None = None
    """For "share": the moment at which the whole change from `against` has happened."""
    kind: As = Field(default="change", alias="as")
    """value: at `at`; change: less `against`; percent: change in % of `against`; share: change in % of the change to `whole`;
    time_to: seconds from `against` until `fraction` of the change from there to `at` has happened."""
    fraction: float = Field(default=0.5, gt=0, lt=1)
    levels: Texts = ()
    """Levels (or compartments, or regions) that are put together."""
    reduce: Literal["mean", "sum", "max"] = "mean"
    average_s: float = Field(default=0.0, ge=0)
    """Mean over so many seconds before the moment."""
    factor: float = 1.0
    """Into the unit of the study."""


class Quantity(Part):
    """One measured number, or direction, with the band it must fall into."""

    model_config = ConfigDict(allow_inf_nan=True)  # one-sided bands end at inf

    id: Text
    name: Text
    unit: Text
    rule: Rule
    value: float | None = None
    """Measured mean; absent for a direction."""
    sd: Positive | None = None
    """Standard deviation between subjects, as published or from the standard error (see note)."""
    range: Interval | None = None
    """Published interval, see `range_of`."""
    range_of: Literal["subjects", "means", "mean"] = "subjects"
    """Of single subjects, of several means, or the 95 % confidence interval of the mean."""
    direction: Literal["+", "-", "0", ""] = ""
    """Rule "sign": what the study found. Rule "bound": "+" more than value, "-" less than it."""
    kind: str = ""
    """Which line of kinds.toml gives the spread that the study does not give."""
    band: Interval
    """The simulated value must be in here."""
    role: Role | None = None
    """In place of the study's."""
    n: int | None = Field(default=None, ge=1)
    counted: bool = True
    """False: shown, but for a reason given in note it decides nothing."""
    note: str = ""
    simulated: Simulated

    @property
    def middle(self) -> float:
        """The measured mean, or the middle of the band where only an interval is published."""
        return self.value if self.value is not None else 0.5 * (self.band[0] + self.band[1])


class Study(Part):
    """A study: what it measured, on whom, how, and what it may be used for."""

    title: Text
    citation: Citation
    cohort: Cohort
    protocol: Text
    """What was done, and where the scenario had to assume something."""
    role: Role
    why: Text
    """Why it has this role."""
    quantity: Annotated[tuple[Quantity, ...], FIXED, Field(min_length=1)]

    def role_of(self, quantity: Quantity) -> Role:
        """Its own role, or the study's."""
        return quantity.role or self.role

    def counts(self, quantity: Quantity) -> bool:
        """What was only remembered, or told by somebody else, is shown and decides nothing."""
        return quantity.counted and self.citation.read not in ("memory", "secondary")


def allowed_keys(path: tuple[Any, ...]) -> list[str]:
    """Keys that may stand in the table at a place of study.toml."""
    tables: dict[str, type[Part]] = {
        "citation": Citation, "cohort": Cohort, "mass_kg": Spread, "stature_m": Spread, "quantity": Quantity, "simulated": Simulated,
    }
    names = [part for part in path if isinstance(part, str)]
    model = tables.get(names[-1], Study) if names else Study
    return [field.alias or name for name, field in model.model_fields.items()]
