"""What one key cannot know: the catalogue, the limits of the equipment, rival keys."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Protocol

from biomech import library
from biomech.errors import InputError
from biomech.library.document import KeyPath
from biomech.library.equipment import Holder, holder
from biomech.library.suggest import hint_for
from biomech.scenario.phases import EVERYDAY
from biomech.scenario.spec import Equipment, PhaseSpec, Scenario

#: phases after unfolding all repeats; a year of four phases a day is 1461. Each keeps some forty states of 10 kB
MOST_PHASES = 2_000
#: nobody is tilted faster: a quick sit-up takes a second for a right angle, a device several
FASTEST_DEG_S = 90.0
#: what a group of phases may say; all else belongs to the phases in it
_GROUP = ("name", "repeat", "phase")


class ErrorAt(Protocol):
    """Makes the error that points at a place in the scenario."""

    def __call__(
        self,
        message: str,
        path: KeyPath,
        allowed: str | Iterable[str] | None = None,
        hint: str | None = None,
    ) -> InputError: ...


def check(scenario: Scenario, error: ErrorAt) -> None:
    """Raise the first error of a scenario that `spec` has accepted."""
    if scenario.session and scenario.phase:
        raise error("[session] and [[phase]] exclude each other", ("phase",), "one of them")
    if not scenario.session and not scenario.phase:
        raise error("there is neither [session] nor [[phase]]", ("session",), "one of them")
    if scenario.programme and not scenario.session:
        raise error("repeats a session, and there is none", ("programme",), "[session] with [[programme]]")
    _known("body", scenario.person.body, ("person", "body"), error)
    _check_conditions(scenario, error)
    if scenario.equipment:
        model = _holder(scenario.equipment.model, ("equipment", "model"), error)
        _check_use(scenario.equipment, model, ("equipment",), error)
    if scenario.session:
        _check_session(scenario, error)
    total = sum(
        _check_phase(scenario, phase, ("phase", i), error) for i, phase in enumerate(scenario.phase)
    )
    if total > MOST_PHASES:
        raise error(f"makes {total} phases", ("phase",), f"at most {MOST_PHASES}")
    _check_speed(scenario, error)


def _known(kind: str, name: str, path: KeyPath, error: ErrorAt, more: Iterable[str] = ()) -> None:
    names = sorted({*library.names(kind), *more})
    if name not in names:
        what = kind.removesuffix("s")
        raise error(f'unknown {what} "{name:.60}"', path, names, hint_for(name, names))


def _holder(name: str, path: KeyPath, error: ErrorAt) -> Holder:
    _known("equipment", name, path, error)
    return holder(name)


def _check_conditions(scenario: Scenario, error: ErrorAt) -> None:
    seen = set()
    for i, condition in enumerate(scenario.person.conditions):
        path = ("person", "conditions", i)
        simulated = condition.name in library.names("conditions")
        screened = [] if simulated else library.screened_conditions()
        if condition.name not in screened:
            _known("conditions", condition.name, path, error, screened)
        file = library.load("conditions", condition.name) if simulated else library.load("safety", "conditions")
        # without a level it concerns the one in its file
        where = (condition.name, condition.level or file.data.get("default_level"))
        if where in seen:
            raise error(f'"{condition.name}" stands here twice', path)
        seen.add(where)
        grades = file.tables["grades"].rows if "grades" in file.tables else ()
        for key, has in (
            ("level", bool(grades)),
            ("grade", bool(grades)),
            ("cobb_deg", "cobb_angle" in file.scalars),
        ):
            if getattr(condition, key) is not None and not has:
                raise error(f'"{condition.name}" has no {key}', (*path, key))
        if condition.grade is not None and condition.grade not in grades:
            raise error(f'"{condition.name}" has no grade {condition.grade}', path, grades)


def _check_session(scenario: Scenario, error: ErrorAt) -> None:
    session = scenario.session
    assert session is not None
    if scenario.equipment is None:
        raise error("is missing", ("equipment", "model"), library.names("equipment"))
    model = holder(scenario.equipment.model)
    check_angle(session.angle_deg, model, ("session", "angle_deg"), error)
    rest = session.rest_angle_deg
    if session.sets > 1 and not model.allows(rest) and rest not in EVERYDAY:
        everyday = (f"{angle:g} ({name})" for angle, name in EVERYDAY.items())
        raise error(
            f"the {model.name} cannot rest at {rest:g}",
            ("session", "rest_angle_deg"),
            ", ".join((_span(model), *everyday)),
        )


def _check_phase(scenario: Scenario, phase: PhaseSpec, path: KeyPath, error: ErrorAt) -> int:
    """Check a phase or a group of them; how many phases it makes."""
    if phase.phase:
        for key in phase.model_dump(exclude_defaults=True):
            if key not in _GROUP:
                raise error("does not belong in a group of phases", (*path, key), _GROUP)
        inner = (
            _check_phase(scenario, p, (*path, "phase", i), error) for i, p in enumerate(phase.phase)
        )
        return phase.repeat * sum(inner)
    if phase.exercise:
        _known("exercise", phase.exercise, (*path, "exercise"), error)
        if phase.duration_s is not None:
            raise error("an exercise lasts as long as its repetitions", (*path, "duration_s"), "repetitions")
        if phase.repetitions is None:
            raise error("is missing", (*path, "repetitions"))
    elif phase.repetitions is not None:
        raise error("are those of an exercise, and there is none", (*path, "repetitions"), "exercise with repetitions")
    elif phase.duration_s is None:
        raise error("is missing", (*path, "duration_s"))
    if phase.equipment and phase.posture:
        raise error("equipment and posture are two words for one thing", (*path, "posture"))
    where: KeyPath = (*path, "posture" if phase.posture else "equipment")
    name = phase.equipment or phase.posture
    if name is None and scenario.equipment is not None:
        name = scenario.equipment.model
    if name is None:
        raise error("is missing", where, library.names("equipment"))
    model = _holder(name, where, error)
    check_angle(phase.angle_deg, model, (*path, "angle_deg"), error)
    _check_use(phase, model, path, error)
    if phase.moving and not model.legs.steps:
        raise error(f"nobody takes steps on the {model.name}", (*path, "moving"), "false")
    if phase.exercise and not any(s.kind == "clamp" for s in model.support):
        raise error(f"nothing holds the feet on the {model.name}", (*path, "exercise"))
    return phase.repeat * _steps(phase)


def _steps(phase: PhaseSpec) -> int:
    """Phases that one repeat makes: up and down for every repetition, or the hold."""
    return 2 * phase.repetitions if phase.repetitions else 1


def _check_speed(scenario: Scenario, error: ErrorAt) -> None:
    """Forces of inertia are physics only as far as somebody can turn so fast."""
    places = [path for i, spec in enumerate(scenario.phase) for path in _unfolded(spec, ("phase", i))]
    before = 0.0
    for phase in scenario.phases():
        path: KeyPath = ("session",)
        if phase.role == "session" and places:
            path = places.pop(0)
        tilt = holder(phase.equipment).frame_deg(phase.angle_deg)
        speed = abs(tilt - before) / phase.ramp_s
        before = tilt
        if speed > FASTEST_DEG_S:
            least = math.ceil(100.0 * speed * phase.ramp_s / FASTEST_DEG_S) / 100.0
            raise error(f"{phase.ramp_s:g} turns the body at {speed:.0f} deg/s", (*path, "ramp_s"), f"at least {least:g}")


def _unfolded(spec: PhaseSpec, path: KeyPath) -> Iterator[KeyPath]:
    """Where each phase that a group makes was written, in the order in which they come."""
    for _ in range(spec.repeat):
        if spec.phase:
            for i, inner in enumerate(spec.phase):
                yield from _unfolded(inner, (*path, "phase", i))
        else:
            yield from [path] * _steps(spec)


def check_angle(angle: float | None, model: Holder, path: KeyPath, error: ErrorAt) -> None:
    """Can this device stand at this tilt?"""
    if model.fixed_deg is not None:
        if angle is not None and angle != model.fixed_deg:
            raise error(
                f"{angle:g} deg, but the {model.name} fixes the angle",
                path,
                f"{model.fixed_deg:g}, or leave it out",
                f"on the command line: --set {'.'.join(map(str, path))}={model.fixed_deg:g}",
            )
    elif angle is None:
        raise error("is missing", path, f"{_span(model)} on the {model.name}")
    elif not model.allows(angle):
        raise error(f"{angle:g} is beyond the {model.name}", path, _span(model))


def _span(model: Holder) -> str:
    if model.lowest_deg == model.highest_deg:
        return f"{model.lowest_deg:g}"
    return f"{model.lowest_deg:g} to {model.highest_deg:g}"


def _check_use(use: Equipment | PhaseSpec, model: Holder, path: KeyPath, error: ErrorAt) -> None:
    """A pull needs a harness, friction a surface."""
    if use.force_N is not None and use.force_percent_bw is not None:
        raise error("give the pull once", (*path, "force_N"), "force_N or force_percent_bw")
    for key, has, part in (
        ("force_N", model.harness, "harness"),
        ("force_percent_bw", model.harness, "harness"),
        ("friction", model.surface, "surface"),
    ):
        if getattr(use, key) is not None and not has:
            raise error(f"the {model.name} has no {part}", (*path, key))
