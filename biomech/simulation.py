"""One scenario → a result: resolve the person and the phases, march the spine, keep what was recorded."""

import json
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from biomech import library, scenario, seams
from biomech.circulation import parameters as circulation_parameters
from biomech.circulation.model import CirculationModel, Turn
from biomech.circulation.piece import Piece, all_alone
from biomech.compiled import call_elsewhere, is_compiled
from biomech.errors import InputError
from biomech.library.equipment import holder
from biomech.library.units import GRAVITY
from biomech.posture.person import Person, condition
from biomech.posture.stance import Stance, stance
from biomech.results import blood, dataset, exercise, limits, provenance
from biomech.results import flexibility as bends
from biomech.results.measures import AFTER_S
from biomech.results.recording import Recording
from biomech.results.result import Result
from biomech.spine import parameters as spine_parameters
from biomech.spine.flexibility import bending
from biomech.spine.kernels.ahead import ENTRIES, KERNELS
from biomech.spine.model import TOLERANCE, Course, Effort, SpineModel

if TYPE_CHECKING:
    from biomech.checkpoint import Checkpoint

Progress = Callable[[float, str], None]
Half = Literal["spine", "circulation"]
Model = TypeVar("Model", SpineModel, CirculationModel)

BLOOD = "biomech.circulation.kernels"
START = "lying"  # where every run starts: asleep
ANGLE_CONVENTION = "tilt from horizontal: 0 lying, + head-down, -90 standing, +90 fully inverted"
DISCLAIMER = "biomech is a research model, not a medical device; it gives no medical advice."
LOOK_BACK_S = 6 * 3600.0  # what lies further back the circulation has forgotten: its slowest time constant is half an hour
PULSE_S = 3.0  # of the last hold, or all of a shorter one, kept with every pulse wave
PREDICTION = (
    "The size of the angle-response is a prediction: the one study of spine length at graded table angles that could be found "
    "(Chen 2011: 15, 30, 45 degrees) gives no millimetres."
)
PREDICTION_FRICTION = "At small angles it depends on friction, and so on how one came there and for how long: docs/physics.md."

PREDICTION_BLOOD = (
    "No study has measured pressure in the skull or the great veins at more than 30 degrees head-down: beyond, they are predictions."
)
MEASURED_DEG = 30.0


def is_ready(only: Half | None = None) -> bool:
    """Whether a run finds its halves compiled."""
    return (only == "circulation" or is_compiled(KERNELS, *ENTRIES)) and (only == "spine" or is_compiled(BLOOD, "march.march"))


class Models:
    """The last few persons, with the state after their day before.

    The next session of the same person begins there, with the same result to the last bit.
    """

    def __init__(self, most: int = 6) -> None:
        self.most = most
        self._spines: OrderedDict[str, SpineModel] = OrderedDict()
        self._circulations: OrderedDict[str, CirculationModel] = OrderedDict()

    def spine(self, person: Person, tolerance: float) -> SpineModel:
        """The model of a person, kept or new, its effort counted anew."""
        found = self._kept(self._spines, f"{person!r} {tolerance!r}", lambda: SpineModel(person, tolerance=tolerance))
        found.effort = Effort()
        return found

    def circulation(self, person: Person) -> CirculationModel:
        """The model of a person, kept or new."""
        return self._kept(self._circulations, repr(person), lambda: CirculationModel(person))

    def _kept(self, models: OrderedDict[str, Model], key: str, make: Callable[[], Model]) -> Model:
        if key not in models:
            models[key] = make()
        models.move_to_end(key)
        while len(models) > self.most:
            models.popitem(last=False)
        return models[key]


def person_of(spec: scenario.Scenario) -> Person:
    """The person of a scenario."""
    p = spec.person
    simulated = library.names("conditions")  # the others are screened for (biomech.safety) and change nothing here
    conditions = tuple(condition(c.name, c.level, c.grade, c.cobb_deg) for c in p.conditions if c.name in simulated)
    return Person(p.body, p.mass_kg, p.stature_m, p.age_years, conditions)


def _tone_of(person: Person) -> float:
    """Multiplier of the resting tone by the person's conditions (muscle guarding)."""
    tone = 1.0
    for c in person.conditions:
        file = library.load("conditions", c.name)
        if "tone_multiplier" in file.scalars:
            tone *= file.scalar("tone_multiplier").value
    return tone


def courses_of(
    spec: scenario.Scenario, person: Person, phases: list[scenario.Phase] | None = None
) -> tuple[Stance, list[Course], list[scenario.Phase]]:
    """The stance a run starts from (asleep), and one course for every phase: of the scenario, or those given."""
    guarding = _tone_of(person)
    phases = spec.phases() if phases is None else phases

    def resolve(phase: scenario.Phase) -> Stance:
        return stance(
            person, phase.equipment, phase.angle_deg, tone=phase.muscle_tone * guarding,
            friction=phase.friction, force_percent_bw=phase.force_percent_bw,
            force_n=phase.force_N, hip_flexion_deg=phase.hip_flexion_deg, exercise=phase.exercise, moving=phase.moving,
        )

    start = stance(person, START, 0.0, tone=spec.muscle.tone * guarding)
    courses = [
        Course(p.name, resolve(p), p.ramp_s, p.duration_s, spec.muscle.relax_s if p.relax_s is None else p.relax_s)
        for p in phases
    ]
    return start, courses, phases


def files_of(spec: scenario.Scenario, only: Half | None = None) -> tuple[str, ...]:
    """kind/name of every model file that a run of a scenario reads."""
    person = person_of(spec)
    spine = () if only == "circulation" else spine_parameters.load(person).files
    blood = () if only == "spine" else circulation_parameters.load(person).files
    return _files(spec.phases(), spine, blood)


def _files(phases: list[scenario.Phase], spine: tuple[str, ...], blood: tuple[str, ...]) -> tuple[str, ...]:
    """Files of the person's halves, with what every run of such a half reads, and those of what is done."""
    used = (f"equipment/{name}" for name in sorted({START, *(p.equipment for p in phases)}))
    exercises = (f"exercise/{name}" for name in sorted({p.exercise for p in phases if p.exercise}))
    with_head = (*blood, "circulation/head") if blood else ()
    return tuple(dict.fromkeys((*spine, *used, *with_head, *exercises, *((limits.FILE,) if spine else ()))))


def simulate(
    source: "str | Path | scenario.Scenario",
    overrides: scenario.Overrides | None = None,
    *,
    only: Half | None = None,
    flexibility: bool = False,
    progress: Progress | None = None,
    models: "Models | None" = None,
    checkpoint: "Checkpoint | None" = None,
    **sections: Mapping[str, Any],
) -> Result:
    """Simulate a scenario.

    Parameters
    ----------
    source : path, name of a shipped scenario, or Scenario
    overrides : mapping, iterable of str or str, optional
        ``{"session.angle_deg": 45}`` or ``["session.angle_deg=45"]``.
    only : {"spine", "circulation"}, optional
        Simulate one half; the other is then absent from the result, and what it does to this one is left out.
    flexibility : bool, optional
        Also bend the trunk with a standard moment before and after the session (`biomech.spine.flexibility`); needs the spine.
    progress : callable, optional
        Called with the finished share (0–1) and the name of the phase.
    models : Models, optional
        Persons kept between calls: the next session of the same one begins after the day before.
    checkpoint : Checkpoint, optional
        Keeps finished phases on disk, and holds those of an interrupted run.
    **sections : mapping
        The same by section: ``session={"angle_deg": 45}``.

    Returns
    -------
    Result
        With ``.data`` (xarray.Dataset) and ``.measures()``.

    Raises
    ------
    InputError
        The scenario, or something it names, is wrong.
    SimulationError
        The equations could not be solved; says where, when and what to try.
    """
    spec = scenario.read(source, () if overrides is None else overrides, sections)
    return all_alone(simulating(spec, only, flexibility, progress, models, checkpoint))


def simulating(
    spec: scenario.Scenario, only: Half | None = None, flexibility: bool = False, progress: Progress | None = None,
    models: "Models | None" = None, checkpoint: "Checkpoint | None" = None,
) -> Generator[Piece, None, Result]:
    """`simulate`, to be done together with others: asks for every piece of the circulation to be marched."""
    if flexibility and only == "circulation":
        raise InputError("flexibility is one of the spine", key="only", allowed="spine, or both halves")
    person = person_of(spec)
    start, courses, phases = courses_of(spec, person)
    history = sum(p.total_s for p in phases if p.role == "history")
    ends = [t - history for t in accumulate(p.total_s for p in phases)]
    data = Recording()
    attrs = _attributes(spec, person, phases, ends)
    spine_files: tuple[str, ...] = ()
    blood_files: tuple[str, ...] = ()
    if only is None:
        _compile_ahead(person, start, courses, ends, attrs["end_time_s"])
    if only != "spine":
        report = _part(progress, 0.0, 1.0 if only else 0.5)
        flow, first = yield from _circulating(person, start, courses, ends, attrs["end_time_s"], report, models, checkpoint)
        attrs["rest_time_s"] = float(flow.beats[0].beat[-1, 0])
        if next(p.angle_deg for p in phases if p.end) > MEASURED_DEG:
            attrs["prediction_blood"] = PREDICTION_BLOOD
        data = blood.build(flow)
        blood_files = flow.model.values.files
        courses = seams.with_blood(flow, courses, ends, first)
    if only != "circulation":
        model = (models or Models()).spine(person, TOLERANCE * spec.solver.tolerance)
        remember = sum(t <= 0.0 for t in ends) if models else 0
        report = _part(progress, 0.0 if only else 0.5, 1.0)
        pieces = list(model.march(start, courses, -history, report, remember=remember, **_kept(checkpoint, "spine")))
        spine = dataset.build(model.subject, pieces)
        limits.refuse_crushed(spine)
        data = spine.joined(data)
        if flexibility:
            data = data.joined(bends.build(bending(model, start, courses, -history, bends.times(phases, ends))))
        attrs |= {
            "weight_above_L5S1_N": float(model.plan.body[1:, 0].sum() * GRAVITY),
            "solver_steps": model.effort.steps,
            "solver_iterations": model.effort.iterations,
        }
        spine_files = model.subject.parameters.files
    data.attrs = attrs | provenance.attributes(attrs["scenario"], _files(phases, spine_files, blood_files))
    if any(p.exercise for p in phases):
        notes = (exercise.words(data), exercise.NOT_IN_BLOOD if only != "spine" else "")
        data.attrs["exercise"] = " ".join(note for note in notes if note)
    if only != "circulation":
        data.attrs["warnings"] = json.dumps(limits.exceeded(data), ensure_ascii=False)
    return Result(data)


def _part(progress: Progress | None, low: float, high: float) -> Progress | None:
    """Progress of one half as a share of the whole."""
    if progress is None:
        return None
    return lambda share, name: progress(low + (high - low) * share, name)


def _compile_ahead(person: Person, start: Stance, courses: list[Course], ends: list[float], end: float) -> None:
    """The first run ever: another process compiles the circulation, by simulating it, while this one compiles the spine."""
    if not is_ready("circulation") and not is_ready("spine"):
        with call_elsewhere("biomech.simulation", "_circulate", person, start, courses, ends, end, nice=10):
            SpineModel(person).settled(start, 0.0)


def _circulate(person: Person, start: Stance, courses: list[Course], ends: list[float], end: float) -> None:
    all_alone(_circulating(person, start, courses, ends, end, None))


def _circulating(
    person: Person, start: Stance, courses: list[Course], ends: list[float], end: float, progress: Progress | None,
    models: "Models | None" = None, checkpoint: "Checkpoint | None" = None,
) -> Generator[Piece, None, tuple[blood.Blood, int]]:
    """March the circulation, then head and eye; returns them and the first phase that was marched."""
    first = next(i for i, t in enumerate(ends) if t > -LOOK_BACK_S)
    # of the hours before the session measures, curves and the spine take nothing but how they end
    turns = [Turn(c.name, c.stance, c.ramp, c.hold, t <= 0.0) for c, t in zip(courses[first:], ends[first:], strict=True)]
    model = (models or Models()).circulation(person)
    remember = sum(t <= 0.0 for t in ends[first:]) if models else 0
    begin = ends[first] - turns[0].ramp - turns[0].hold
    hold = next(c.hold for c, t in zip(courses, ends, strict=True) if t == end)
    kept = _kept(checkpoint, "circulation")
    beats = []
    for item in model.marching(start, turns, begin, progress, pulse_from=end - min(PULSE_S, hold), remember=remember, **kept):
        if isinstance(item, Piece):
            yield item
        else:
            beats.append(item)
    return blood.Blood(model, beats, blood.follow_head(model, beats)), first


def _kept(checkpoint: "Checkpoint | None", half: Half) -> dict[str, Any]:
    """What a march takes from a checkpoint and gives to it."""
    if checkpoint is None:
        return {}
    if half == "spine":
        return {"written": checkpoint.spine_past(), "note": checkpoint.note_piece}
    return {"past": checkpoint.circulation_past(), "note": checkpoint.note_beats}


def _attributes(
    spec: scenario.Scenario, person: Person, phases: list[scenario.Phase], ends: list[float]
) -> dict[str, Any]:
    """Scenario and the moments the measures refer to, as NetCDF attributes."""
    attrs: dict[str, Any] = {
        "title": spec.title,
        "scenario": spec.to_toml(),
        "equipment": next(p.equipment for p in phases if p.end),
        "person": _describe(person),
        "phases": json.dumps(
            [
                {
                    "name": p.name, "equipment": p.equipment, "angle_deg": p.angle_deg,
                    "start_s": t - p.total_s, "end_s": t, "role": p.role,
                }
                | ({"exercise": p.exercise} if p.exercise else {})
                | ({"moving": p.moving} if holder(p.equipment).legs.steps else {})
                for t, p in zip(ends, phases, strict=True)
            ]
        ),
        "reference_time_s": 0.0,
        "end_time_s": next(t for t, p in zip(ends, phases, strict=True) if p.end),
        "angle_convention": ANGLE_CONVENTION,
        "disclaimer": DISCLAIMER,
        "prediction": PREDICTION,
        "prediction_friction": PREDICTION_FRICTION,
    }
    after = [(t - p.duration_s, p.duration_s) for t, p in zip(ends, phases, strict=True) if p.role == "after"]
    for upright, duration in after:
        attrs |= {key: upright + delay for key, delay in AFTER_S.items() if duration >= delay}
    return attrs


def _describe(person: Person) -> str:
    """One line about the person; conditions with the level and grade they are simulated at."""
    base = f"{person.body.replace('_', ' ')}, {person.mass:g} kg, {person.stature:g} m, {person.age:g} y"
    return ", ".join([base, *map(str, person.conditions)])
