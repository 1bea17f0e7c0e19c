"""The spine as the rest of the house calls it: a person, a list of phases → a history of records."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from biomech.errors import SimulationError
from biomech.library.anatomy import BODIES_UP, LEVELS_UP
from biomech.posture.person import Person
from biomech.posture.stance import Anchor, Load, Stance
from biomech.spine.assembly import assemble_plan
from biomech.spine.drive import Muscles, Subject, build, faded
from biomech.spine.kernels import march as kernel
from biomech.spine.kernels.layout import Drive, Record, State, head, new_record, new_trial
from biomech.spine.kernels.method import tr_bdf2
from biomech.spine.kernels.scratch import new_scratch
from biomech.spine.parameters import SpineParameters, load
from biomech.spine.statics import equilibrium, muscles, rest_state

# error allowed per step: m of position, creep, water and slip (rotations count by a 30 mm lever)
TOLERANCE = 8.0e-5
NEWTON = 1.0e-3  # last Newton correction of a stage, as a share of the tolerance
MOST_STEPS = 20_000
MOST_ROOMS = 4  # of different shapes that are kept

REASON = {
    kernel.NOT_CONVERGED: "the step equations did not converge",
    kernel.NOT_FINITE: "a force became infinite or not a number",
    kernel.SINGULAR: "the stiffness matrix is singular: part of the body is not held by anything",
    kernel.STEP_TOO_SMALL: "the error could not be kept within the tolerance however small the step",
    kernel.TOO_MANY_STEPS: f"more than {MOST_STEPS} steps in one phase",
}


class Course(NamedTuple):
    """One phase for the spine: where to, for how long."""

    name: str
    stance: Stance
    ramp: float  # s
    hold: float  # s
    relax: float  # s in which muscles let go


class Piece(NamedTuple):
    """One finished phase: what drove it and what was recorded."""

    course: Course
    drive: Drive
    record: Record
    anchors: tuple[Anchor, ...]  # the drive's anchors and loads, in its order
    loads: tuple[Load, ...]


@dataclass
class Effort:
    """What the run cost."""

    steps: int = 0
    iterations: int = 0


class Past(NamedTuple):
    """Phases that need not be simulated again, and where they lead."""

    pieces: tuple[Piece, ...]
    state: State
    effort: Effort


class Written(NamedTuple):
    """The records of finished phases, the first at rest, and where they lead: all that is kept on disk of an interrupted march."""

    records: tuple[Record, ...]
    state: State
    effort: Effort


@dataclass
class SpineModel:
    """One person's spine, ready to be marched through phases."""

    person: Person
    tolerance: float = TOLERANCE
    parameters: SpineParameters | None = None  # None: as the data files say
    effort: Effort = field(default_factory=Effort)

    def __post_init__(self) -> None:
        parameters = self.parameters or load(self.person)
        self.plan, geometry = assemble_plan(parameters)
        self.subject = Subject(parameters, geometry, self.plan)
        self._muscles: dict[Stance, Muscles] = {}
        self._past: dict[tuple[Stance, tuple[Course, ...], float], Past] = {}
        self._scratch = new_scratch()
        self.method = tr_bdf2()

    def muscles(self, stance: Stance) -> Muscles:
        """Muscle state of a stance (computed once per stance)."""
        if stance not in self._muscles:
            self._muscles[stance] = muscles(self.subject, stance)
        return self._muscles[stance]

    def settled(self, stance: Stance, time: float) -> tuple[State, Record, Drive]:
        """Static equilibrium in a stance, creep and water at rest, at the given time."""
        m = self.muscles(stance)
        drive = build(self.subject, stance, stance, m, m, time - 1.0, 0.0, 0.0)
        state = rest_state(self.subject)
        state.clock[0] = time
        record = equilibrium(self.plan, drive, state, stance.equipment)
        return state, record, drive

    def march(
        self, start: Stance, courses: list[Course], time: float,
        progress: Callable[[float, str], None] | None = None, fixed_step: float = 0.0, remember: int = 0,
        written: Written | None = None, note: Callable[[Piece, State, Effort], None] | None = None,
    ) -> Iterator[Piece]:
        """Go through phases from the equilibrium in ``start``; yields each phase when it is done.

        The first ``remember`` phases are kept: when they come again, they are handed out and not simulated. What follows is
        the same to the last bit.
        written: what a former, interrupted march noted. note: called with each phase that is finished, rest included.
        """
        key = (start, tuple(courses[:remember]), time)
        past = self._past.get(key) if remember else None
        if written is not None:
            past = self._restored(written, start, courses, time)
        if past is None:
            state, record, drive = self.settled(start, time)
            pieces = [Piece(Course("start", start, 0.0, 0.0, 0.0), drive, record, start.held(), start.loads)]
            if note is not None:
                note(pieces[0], state, self.effort)
        else:
            state, pieces = _copied(past.state), list(past.pieces)
            self.effort = replace(past.effort)
        yield from pieces
        done = len(pieces) - 1
        before = pieces[-1].course.stance
        total = sum(c.ramp + c.hold for c in courses) or 1.0
        for course in courses[done:]:
            if progress is not None:
                progress((float(state.clock[0]) - time) / total, course.name)
            piece = self.phase(state, before, course, fixed_step)
            before = course.stance
            if note is not None:
                note(piece, state, self.effort)
            if done < remember:
                pieces.append(piece)
                if len(pieces) == remember + 1:
                    self._past = {key: Past(tuple(pieces), _copied(state), replace(self.effort))}
            done += 1
            yield piece
        if progress is not None:
            progress(1.0, "done")

    def phase(
        self, state: State, before: Stance, course: Course, fixed_step: float = 0.0
    ) -> Piece:
        """March one phase; ``state`` is advanced in place."""
        start = float(state.clock[0])
        _refuse_no_number(state, course)
        drive = self._drive(before, course, start)
        moving = before != course.stance
        state.clock[1] = 0.02 if moving else max(float(state.clock[1]), 0.02)
        n = self.plan.body.shape[0]
        anchors = drive.anchor_body.size
        rows = MOST_STEPS if fixed_step == 0.0 else int((course.ramp + course.hold) / fixed_step) + 2
        record = _room(n, anchors, rows)
        trial = new_trial(n, self.plan.branch.shape[0], anchors)
        end = start + course.ramp + course.hold
        status, steps, _, iterations, where = kernel.march(
            self.method, self.plan, drive, state, end, self.tolerance, fixed_step,
            NEWTON * self.tolerance,
            trial, self._scratch, record,
        )
        self.effort.steps += steps
        self.effort.iterations += iterations
        if status != kernel.DONE:
            joint = LEVELS_UP[min(where, len(LEVELS_UP) - 1)]
            # the error of a step may be the one of a body or of the joint above it
            place = "near" if status == kernel.STEP_TOO_SMALL else "body"
            raise SimulationError(
                f"{REASON[status]} in phase {course.name!r} ({course.stance.equipment} at "
                f"{np.degrees(course.stance.angle):.0f} deg), {place} {BODIES_UP[where]}",
                time_s=float(state.clock[0]), joint=joint,
                hint="a longer ramp_s, a smaller angle, or a stiffer spine (check mass and conditions)",
            )
        return _piece(before, course, drive, head(record, steps))

    def _drive(self, before: Stance, course: Course, start: float) -> Drive:
        return build(
            self.subject, before, course.stance, self.muscles(before), self.muscles(course.stance),
            start, course.ramp, course.relax,
        )

    def _restored(self, written: Written, start: Stance, courses: list[Course], time: float) -> Past:
        """Pieces around records that were kept: what drove them is built again."""
        rest, *others = written.records
        m = self.muscles(start)
        drive = build(self.subject, start, start, m, m, time - 1.0, 0.0, 0.0)
        pieces = [Piece(Course("start", start, 0.0, 0.0, 0.0), drive, rest, start.held(), start.loads)]
        for course, record in zip(courses, others, strict=False):
            last = pieces[-1]
            before, begin = last.course.stance, float(last.record.time[-1])
            pieces.append(_piece(before, course, self._drive(before, course, begin), record))
        return Past(tuple(pieces), written.state, written.effort)


def _piece(before: Stance, course: Course, drive: Drive, record: Record) -> Piece:
    held, loads = (
        tuple(x for x, _, _ in faded(*both))
        for both in ((before.held(), course.stance.held()), (before.loads, course.stance.loads))
    )
    return Piece(course, drive, record, held, loads)


def _refuse_no_number(state: State, course: Course) -> None:
    """Also where no force feels it: water on the books, the creep of soft tissue, slip of what does not touch."""
    for part, values in state._asdict().items():
        if not np.isfinite(values).all():
            where = int(np.argwhere(~np.isfinite(values))[0, 0])
            raise SimulationError(
                f"{part} is infinite or not a number in phase {course.name!r} ({course.stance.equipment})",
                time_s=float(state.clock[0]) if part != "clock" else None, joint=LEVELS_UP[min(where, len(LEVELS_UP) - 1)],
            )


def _copied(state: State) -> State:
    return State(*(part.copy() for part in state))


_ROOMS = threading.local()


def _room(bodies: int, anchors: int, rows: int) -> Record:
    """Room for the record of a phase, kept because a fresh one costs a quarter of a march; what is recorded is copied out."""
    rooms = _ROOMS.__dict__
    key = f"{bodies} {anchors} {rows}"
    if key not in rooms:
        while len(rooms) >= MOST_ROOMS:
            del rooms[next(iter(rooms))]
        rooms[key] = new_record(bodies, anchors, rows)
    found: Record = rooms[key]
    return found
