"""From a scenario to what the person does, one phase after the other.

The order is always the same:

1. role "history": `days` times upright (24 h less the sleep) and asleep (lying), then upright for
   `awake_h`. It ends **standing, at time 0**: that moment is the reference of all measures.
2. role "session": the holds, or the phases of the scenario; role "rest": what lies between holds.
   Exactly one of these phases has ``end``: its last moment is the "end" of the measures.
3. role "after": standing for `upright_after_min`, unless that is 0.

A phase is a change of posture that takes `ramp_s`, then `duration_s` in the new posture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from biomech.library.equipment import holder
from biomech.library.exercise import exercise
from biomech.scenario.spec import PhaseSpec, Scenario

Role = Literal["history", "session", "rest", "after", "daily"]

UPRIGHT_DEG = -90.0
LYING_DEG = 0.0
#: the postures of everyday life, by their tilt; also where one rests off the equipment
EVERYDAY = {UPRIGHT_DEG: "standing", LYING_DEG: "lying"}
#: lying down and getting up in the history, and after a sequence of phases
EVERYDAY_RAMP_S = 10.0


@dataclass(frozen=True)
class Phase:
    """A posture that is taken and held.

    Attributes
    ----------
    name : str
        What tables and pictures call it.
    equipment : str
        What holds the person: a name in models/equipment/.
    angle_deg : float
        Tilt from horizontal: 0 lying, 90 fully inverted, −90 standing.
    duration_s, ramp_s : float
        The hold, and the change of posture before it.
    role : {"history", "session", "rest", "after", "daily"}
        See the module.
    muscle_tone : float
        Multiplies the resting tone.
    friction : float or None
        Of all surfaces; None is what the equipment's file says.
    force_N, force_percent_bw : float or None
        Pull of the harness, one or the other; neither is what the equipment's file says.
    hip_flexion_deg : float or None
        None is what the equipment's file says.
    exercise : str or None
        A name in models/exercise/: muscles hold the body there.
    relax_s : float or None
        In which muscles let go after the ramp; None is what [muscle] says.
    moving : bool
        Do the legs take steps, where they can? So they do in everyday life; in a session one keeps still.
    end : bool
        Does the "end" of the measures come at the end of this phase?
    """

    name: str
    equipment: str
    angle_deg: float
    duration_s: float
    ramp_s: float
    role: Role
    muscle_tone: float
    friction: float | None = None
    force_N: float | None = None
    force_percent_bw: float | None = None
    hip_flexion_deg: float | None = None
    exercise: str | None = None
    relax_s: float | None = None
    moving: bool = False
    end: bool = False

    @property
    def total_s(self) -> float:
        """Ramp and hold together."""
        return self.ramp_s + self.duration_s


def resolve(scenario: Scenario) -> list[Phase]:
    """The flat list of phases of a checked scenario."""
    session = list(sets(scenario) if scenario.session else _sequence(scenario))
    return [*history(scenario), *_with_one_end(session), *_after(scenario)]


def everyday(
    scenario: Scenario, name: str, angle_deg: float, duration_s: float, ramp_s: float, role: Role
) -> Phase:
    tone = scenario.muscle.tone
    return Phase(name, EVERYDAY[angle_deg], angle_deg, duration_s, ramp_s, role, tone, moving=True)


def history(scenario: Scenario) -> Iterator[Phase]:
    past = scenario.history
    for day in range(1, past.days + 1):
        for name, angle, hours in (
            ("day", UPRIGHT_DEG, 24 - past.sleep_h),
            ("night", LYING_DEG, past.sleep_h),
        ):
            yield everyday(
                scenario, f"{name} {day}", angle, hours * 3600, EVERYDAY_RAMP_S, "history"
            )
    yield everyday(
        scenario, "upright", UPRIGHT_DEG, past.awake_h * 3600, EVERYDAY_RAMP_S, "history"
    )


def _after(scenario: Scenario) -> Iterator[Phase]:
    minutes = scenario.history.upright_after_min
    if minutes > 0:
        ramp = scenario.session.ramp_s if scenario.session else EVERYDAY_RAMP_S
        yield everyday(scenario, "standing after", UPRIGHT_DEG, minutes * 60, ramp, "after")


def sets(scenario: Scenario) -> Iterator[Phase]:
    session, equipment = scenario.session, scenario.equipment
    assert session is not None and equipment is not None  # checked when the scenario was read
    device = holder(equipment.model)
    angle = device.fixed_deg if device.fixed_deg is not None else session.angle_deg
    assert angle is not None
    hold = Phase(
        name=_describe(equipment.model, angle, device.fixed_deg is not None),
        equipment=equipment.model,
        angle_deg=angle,
        duration_s=session.hold_s,
        ramp_s=session.ramp_s,
        role="session",
        muscle_tone=scenario.muscle.tone,
        friction=equipment.friction,
        force_N=equipment.force_N,
        force_percent_bw=equipment.force_percent_bw,
    )
    for number in range(1, session.sets + 1):
        if number > 1:
            yield replace(_rest(scenario, hold), name=f"rest {number - 1} of {session.sets - 1}")
        yield hold if session.sets == 1 else replace(hold, name=f"set {number} of {session.sets}")


def _rest(scenario: Scenario, hold: Phase) -> Phase:
    """On the equipment if it can stand so, without its pull; otherwise lying or standing."""
    session = scenario.session
    assert session is not None
    angle, device = session.rest_angle_deg, holder(hold.equipment)
    if device.allows(angle):
        rest = replace(hold, angle_deg=angle, duration_s=session.rest_s, role="rest")
        return replace(rest, force_N=0.0, force_percent_bw=None) if device.harness else rest
    return everyday(scenario, "rest", angle, session.rest_s, session.ramp_s, "rest")


def _sequence(scenario: Scenario) -> Iterator[Phase]:
    for spec in scenario.phase:
        yield from _unfold(scenario, spec, "")


def _unfold(scenario: Scenario, spec: PhaseSpec, group: str) -> Iterator[Phase]:
    for number in range(1, spec.repeat + 1):
        count = f" {number} of {spec.repeat}" if spec.repeat > 1 else ""
        if spec.phase:
            name = f"{group}{spec.name or 'round'}{count}: " if spec.name or count else group
            for inner in spec.phase:
                yield from _unfold(scenario, inner, name)
        else:
            phase = _held(scenario, spec)
            yield from _exercised(replace(phase, name=f"{group}{phase.name}{count}"), spec)


def _exercised(phase: Phase, spec: PhaseSpec) -> Iterator[Phase]:
    """The phase itself, or the repetitions of its exercise: up and held, down and resting."""
    if spec.exercise is None or spec.repetitions is None:
        yield phase
        return
    e = exercise(spec.exercise)
    for number in range(1, spec.repetitions + 1):
        name = f"{phase.name}, {number} of {spec.repetitions}"
        yield replace(phase, name=f"{name}: up", ramp_s=e.up, duration_s=e.held, exercise=spec.exercise, end=False)
        last = number == spec.repetitions
        yield replace(phase, name=f"{name}: down", ramp_s=e.down, duration_s=e.rest, relax_s=e.let_go, end=phase.end and last)


def _held(scenario: Scenario, spec: PhaseSpec) -> Phase:
    model = spec.equipment or spec.posture
    if model is None and scenario.equipment is not None:
        model = scenario.equipment.model
    assert model is not None  # checked when the scenario was read
    device = holder(model)
    fixed = device.fixed_deg is not None
    angle = device.fixed_deg if device.fixed_deg is not None else spec.angle_deg
    assert angle is not None
    # what [equipment] says holds wherever that model is used
    friction, newtons, percent = spec.friction, spec.force_N, spec.force_percent_bw
    if scenario.equipment is not None and scenario.equipment.model == model:
        friction = scenario.equipment.friction if friction is None else friction
        if newtons is None and percent is None:
            newtons = scenario.equipment.force_N
            percent = scenario.equipment.force_percent_bw
    return Phase(
        name=spec.name or (spec.exercise or "").replace("_", " ") or _describe(model, angle, fixed),
        equipment=model,
        angle_deg=angle,
        duration_s=spec.duration_s or 0.0,  # of an exercise: what its repetitions take
        ramp_s=spec.ramp_s,
        role="session",
        muscle_tone=scenario.muscle.tone if spec.muscle_tone is None else spec.muscle_tone,
        friction=friction,
        force_N=newtons,
        force_percent_bw=percent,
        hip_flexion_deg=spec.hip_flexion_deg,
        moving=spec.moving,
        end=spec.end,
    )


def _describe(model: str, angle_deg: float, fixed: bool) -> str:
    words = model.replace("_", " ")
    return words if fixed else f"{words} at {angle_deg:g}°"


def _with_one_end(session: list[Phase]) -> list[Phase]:
    """Mark the last phase that asks to be the end, or else the last one."""
    marked = [i for i, phase in enumerate(session) if phase.end]
    last = marked[-1] if marked else len(session) - 1
    return [replace(phase, end=i == last) for i, phase in enumerate(session)]
