"""What a scenario may say: frozen, strict, nothing unknown.

What depends on the catalogue, on the equipment or on two keys at once is checked in `biomech.scenario.check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from biomech.library import DISC_LEVELS
from biomech.library.strict import FIXED, Angle, Friction, HipFlexion, Newtons, Part, Text

if TYPE_CHECKING:
    from biomech.scenario.phases import Phase


def _named(value: object) -> object:
    """``"scoliosis"`` is short for ``{name = "scoliosis"}``."""
    return {"name": value} if isinstance(value, str) else value


Percent = Annotated[float, Field(ge=0, le=200)]
Tone = Annotated[float, Field(ge=0.3, le=3)]
Ramp = Annotated[float, Field(ge=0.1, le=3600)]
Hold = Annotated[float, Field(gt=0, le=1e6)]
if TYPE_CHECKING:
    Level = str
else:
    Level = Literal[DISC_LEVELS]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Grade = Literal["I", "II", "III", "IV", "V"]


class Condition(Part):
    """Something the person has. A plain string is the name alone."""

    name: Text
    """Name of a file in models/conditions/ or of a variant in models/spine/."""
    level: Level | None = None
    """The level it concerns, for example "L4/L5"; without it, the level in its file."""
    grade: Grade | None = None
    """Grade, for a degenerated disc Pfirrmann's; without it, the grade in its file."""
    cobb_deg: float | None = Field(default=None, ge=0, le=90)
    """Cobb angle of a scoliosis; without it, the angle in its file."""


class Person(Part):
    """Who is treated."""

    body: Text
    """Reference person, a file in models/body/: "adult_male", "adult_female", …"""
    mass_kg: float = Field(ge=30, le=250)
    """Body mass in kg."""
    stature_m: float = Field(ge=1.2, le=2.2)
    """Standing height in m."""
    age_years: float = Field(default=40.0, ge=15, le=100)
    """Age in years."""
    conditions: Annotated[
        tuple[Annotated[Condition, BeforeValidator(_named)], ...], FIXED
    ] = ()
    """What the person has: names, or tables {name = "degenerated_disc", level = "L4/L5"}."""


class Equipment(Part):
    """What holds the person during the session."""

    model: Text
    """Device or posture, a file in models/equipment/: "inversion_table", "gravity_boots", …"""
    friction: Friction | None = None
    """Coulomb friction of its surfaces, in place of the value in its file."""
    force_percent_bw: Percent | None = None
    """Pull of its harness in % of body weight, in place of the value in its file."""
    force_N: Newtons | None = None
    """Pull of its harness in N, in place of the value in its file."""


class Session(Part):
    """One hold, or several equal ones with rests between them."""

    angle_deg: Angle | None = None
    """Tilt from horizontal in degrees: 0 lying, 90 fully inverted, -90 standing."""
    hold_s: Hold
    """How long each hold lasts in s, after the ramp."""
    sets: int = Field(default=1, ge=1, le=1000)
    """How many holds."""
    rest_s: float = Field(default=60.0, ge=0, le=1e6)
    """How long each rest between two holds lasts in s, after the ramp."""
    rest_angle_deg: Angle = 0.0
    """Tilt in the rests in degrees; off the equipment if it cannot stand so: 0 lying, -90 standing.
    """
    ramp_s: Ramp = 10.0
    """How long each change of tilt takes in s."""


class PhaseSpec(Part):
    """One step of a free sequence: held for a time, or a group of steps to repeat."""

    name: Text | None = None
    """What to call it in tables and pictures."""
    equipment: Text | None = None
    """Device or posture, a file in models/equipment/; without it, the model in [equipment]."""
    posture: Text | None = None
    """Another word for equipment: "standing", "lying", "sitting", …"""
    angle_deg: Angle | None = None
    """Tilt from horizontal in degrees: 0 lying, 90 fully inverted, -90 standing."""
    duration_s: Hold | None = None
    """How long it lasts in s, after the ramp."""
    ramp_s: Ramp = 10.0
    """How long the change into it takes in s."""
    repeat: int = Field(default=1, ge=1, le=10000)
    """How many times it comes, one after the other."""
    muscle_tone: Tone | None = None
    """Muscle tone in this step, in place of [muscle] tone."""
    friction: Friction | None = None
    """Coulomb friction of the surfaces in this step."""
    force_percent_bw: Percent | None = None
    """Pull of the harness in % of body weight in this step."""
    force_N: Newtons | None = None
    """Pull of the harness in N in this step."""
    hip_flexion_deg: HipFlexion | None = None
    """Hip flexion in degrees in this step, in place of the equipment's."""
    exercise: Text | None = None
    """What the muscles do in this step, a file in models/exercise/: "crunch", "sit_up", "torso_rotation"."""
    repetitions: int | None = Field(default=None, ge=1, le=500)
    """How many times the exercise is done; in place of duration_s."""
    moving: bool = False
    """Taking steps as in everyday life; otherwise one keeps still, and standing still is hard on the circulation."""
    end: bool = False
    """The measures' "end" is the end of this step (the last one marked, or the last one)."""
    phase: Annotated[tuple[PhaseSpec, ...], FIXED] = ()
    """Steps of a group ([[phase.phase]]); a group has nothing else but name and repeat."""


class History(Part):
    """What the discs have been through before the session, and what follows it."""

    awake_h: float = Field(default=4.0, ge=0, le=48)
    """Hours upright between getting up and the session."""
    sleep_h: float = Field(default=8.0, gt=0, lt=24)
    """Hours of sleep in the nights before; the rest of those days is spent upright."""
    days: int = Field(default=1, ge=0, le=60)
    """How many days and nights are simulated before the day of the session."""
    upright_after_min: float = Field(default=40.0, ge=0, le=10000)
    """Minutes standing after the session."""


class Programme(Part):
    """Some weeks of the same: sessions on certain days, daily life around them."""

    weeks: int = Field(ge=1, le=104)
    """How many weeks."""
    days: Annotated[tuple[Day, ...], FIXED, Field(min_length=1)]
    """Days with a session: "mon", "tue", …"""
    session_at_h: float = Field(default=10.0, ge=0.1, le=20)
    """Hours between getting up and the session."""
    sitting_h: float = Field(default=8.0, ge=0, le=20)
    """Hours spent sitting each day, before the session if there is time; the rest of the day is spent standing."""
    angle_deg: Angle | None = None
    """Tilt in these weeks, in place of [session] angle_deg."""
    hold_s: Hold | None = None
    """Length of each hold in these weeks, in place of [session] hold_s."""
    sets: int | None = Field(default=None, ge=1, le=100)
    """How many holds in these weeks, in place of [session] sets."""


class Muscle(Part):
    """What the muscles do."""

    tone: Tone = 1.0
    """Muscle tone, 1 as measured lying relaxed; under inversion the literature disagrees."""
    relax_s: float = Field(default=30.0, ge=0, le=3600)
    """Seconds in which muscles let go, smoothly, after a change of posture; they come on with it."""


class Solver(Part):
    """How exactly to compute."""

    tolerance: float = Field(default=1.0, ge=1e-4, le=100)
    """Error allowed in a step, as a multiple of the default."""


class Scenario(Part):
    """A person, what they hang on, and for how long.

    Made by `biomech.scenario.read`, which also checks it against the catalogue.
    """

    title: Text = "Untitled scenario"
    """One line above tables and pictures."""
    person: Person
    """Who is treated."""
    equipment: Equipment | None = None
    """What holds the person during the session."""
    session: Session | None = None
    """One hold, or several equal ones; or else [[phase]]."""
    phase: Annotated[tuple[PhaseSpec, ...], FIXED] = ()
    """Steps of a free sequence, in place of [session]."""
    programme: Annotated[tuple[Programme, ...], FIXED] = ()
    """Weeks of the session, one block after the other ([[programme]]): see biomech programme."""
    history: History = History()
    """What the discs have been through before, and what follows."""
    muscle: Muscle = Muscle()
    """What the muscles do."""
    solver: Solver = Solver()
    """How exactly to compute."""

    def phases(self) -> list[Phase]:
        """What the person does, one phase after the other (see `biomech.scenario.phases`)."""
        from biomech.scenario.phases import resolve

        return resolve(self)

    def to_toml(self) -> str:
        """The scenario with all defaults written out; reading it gives an equal scenario."""
        from biomech.scenario.write import to_toml

        return to_toml(self.model_dump(exclude_none=True))
