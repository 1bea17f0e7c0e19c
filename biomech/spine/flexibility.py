"""How far the trunk bends under a standard moment: a test on the person's own spine as it is at that moment.

The person lies on the side with the pelvis held, muscles at rest, and nothing rubs: the passive test of the
laboratory. After 30 s at rest the moment comes on within 5 s and stays for 5 s. What is read is the angle between
this spine and the same one that was left alone for as long, so that what creeps back by itself is not counted.

The spine is taken with all that evolves in it (water and creep of every disc), and the test is done on a copy: it
changes nothing of the run.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from biomech.errors import SimulationError
from biomech.library.anatomy import LEVELS_UP, LUMBAR_LEVELS
from biomech.posture.stance import Anchor, Stance, stance
from biomech.spine.drive import build
from biomech.spine.kernels import layout
from biomech.spine.kernels import march as kernel
from biomech.spine.kernels.scratch import new_scratch
from biomech.spine.model import NEWTON, REASON, Course, SpineModel

Floats = NDArray[np.float64]

MOMENTS = (10.0, 30.0)  # N m in flexion: in the middle of the range, and towards its end
PARTS = {"lumbar": LUMBAR_LEVELS, "trunk": LEVELS_UP[: LEVELS_UP.index("T1/T2") + 1]}
REST_S, RAMP_S, HOLD_S = 30.0, 5.0, 5.0
TURN_S = 5.0  # to lie down on the side
ROWS = 4000  # steps of one piece; a few hundred are taken


class Bending(NamedTuple):
    """Flexion (rad) of every part under every moment: at some moments of a run, and had the person stood instead."""

    time: Floats  # (t,) s
    angle: Floats  # (t, parts, moments)
    stood: Floats  # (t, parts, moments), NaN up to the reference


def bending(model: SpineModel, start: Stance, courses: Sequence[Course], begin: float, times: Sequence[float]) -> Bending:
    """Test the spine at ``times`` of a run that goes from the equilibrium in ``start`` through ``courses``; 0 is the reference.

    The run is marched again, stopping where it is tested: another sequence of steps, the same course within the tolerance.
    """
    state, _, _ = model.settled(start, begin)
    angle, stood = (np.full((len(times), len(PARTS), len(MOMENTS)), np.nan) for _ in range(2))
    before, clock = start, begin
    for course in courses:
        end = clock + course.ramp + course.hold
        drive = _drive(model, before, course, clock)
        for i in (k for k, t in enumerate(times) if clock < t <= end + 1e-6):
            _march(model, drive, state, min(times[i], end), course.name)
            angle[i] = _test(model, state, course.stance)
        _march(model, drive, state, end, course.name)
        before, clock = course.stance, end
        if abs(end) < 1e-6:
            stood = _instead(model, _copied(state), course, times)
    return Bending(np.array(times), angle, stood)


def _instead(model: SpineModel, state: layout.State, course: Course, times: Sequence[float]) -> Floats:
    """The same tests, had the person gone on as before the session."""
    out = np.full((len(times), len(PARTS), len(MOMENTS)), np.nan)
    drive = _drive(model, course.stance, course._replace(ramp=0.0), 0.0)
    for i in (k for k, t in enumerate(times) if t > 0.0):
        _march(model, drive, state, times[i], course.name)
        out[i] = _test(model, state, course.stance)
    return out


def _drive(model: SpineModel, before: Stance, course: Course, begin: float) -> layout.Drive:
    muscles = (model.muscles(before), model.muscles(course.stance))
    return build(model.subject, before, course.stance, *muscles, begin, course.ramp, course.relax)


def _test(model: SpineModel, state: layout.State, before: Stance) -> Floats:
    """Flexion (parts, moments) of a copy of the state; ``before``: the posture it comes from."""
    lying = stance(model.person, "lying", 0.0)
    side = replace(lying, surface=None, anchors=(Anchor("pelvis", "pelvis", True),), loads=())
    rest = model.muscles(side)
    clear = replace(before, surface=None, loads=())
    now = float(state.clock[0])
    drive = build(model.subject, clear, side, model.muscles(before), rest, now, TURN_S, TURN_S)
    laid = _copied(state)
    _march(model, _weightless(drive), laid, now + REST_S, "bending test")
    now += REST_S
    bent = []
    for moment in (0.0, *MOMENTS):
        pull = rest.moment.copy()
        pull[: len(PARTS["trunk"]), 2] -= moment  # a moment at T1 passes through every joint below
        drive = _weightless(build(model.subject, side, side, rest, rest._replace(moment=pull), now, RAMP_S, RAMP_S))
        drive.clock[[layout.MOMENT_START, layout.MOMENT_RAMP]] = now, RAMP_S
        copy = _copied(laid)
        _march(model, drive, copy, now + RAMP_S + HOLD_S, "bending test")
        bend = -copy.joint[:, layout.STRAIN + 5]
        bent.append([float(bend[[LEVELS_UP.index(v) for v in levels]].sum()) for levels in PARTS.values()])
    found = np.array(bent)
    return np.asarray((found[1:] - found[0]).T)


def _weightless(drive: layout.Drive) -> layout.Drive:
    """On the side gravity acts across the plane of bending, and the table takes it."""
    clock = drive.clock.copy()
    clock[layout.GRAVITY] = 0.0
    return drive._replace(clock=clock)


def _march(model: SpineModel, drive: layout.Drive, state: layout.State, end: float, name: str) -> None:
    if end <= float(state.clock[0]) + 1e-9:
        return
    n, anchors = model.plan.body.shape[0], drive.anchor_body.size
    state.clock[1] = min(0.02, end - float(state.clock[0]))
    status, _, _, _, where = kernel.march(
        model.method, model.plan, drive, state, end, model.tolerance, 0.0, NEWTON * model.tolerance,
        layout.new_trial(n, model.plan.branch.shape[0], anchors), new_scratch(), layout.new_record(n, anchors, ROWS),
    )
    if status != kernel.DONE:
        joint = LEVELS_UP[min(where, len(LEVELS_UP) - 1)]
        raise SimulationError(f"{REASON[status]} while testing flexibility in {name!r}", time_s=float(state.clock[0]), joint=joint)


def _copied(state: layout.State) -> layout.State:
    return layout.State(*(part.copy() for part in state))
