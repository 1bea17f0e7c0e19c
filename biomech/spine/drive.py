"""Stances → the drive of the kernels: supports, loads and muscles, ramped from one stance to the next."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from biomech.library.anatomy import BODIES_UP, LEVELS_UP, LUMBAR_LEVELS, body_index
from biomech.library.units import GRAVITY
from biomech.posture.stance import Anchor, Load, Stance
from biomech.spine.assembly import Geometry
from biomech.spine.kernels.layout import ANCHOR, CLOCK, LOAD, Drive, Plan
from biomech.spine.parameters import SpineParameters

Floats = NDArray[np.float64]


class Muscles(NamedTuple):
    """What the muscles do in one stance, per joint from the pelvis up."""

    tone: Floats  # (25,) N
    moment: Floats  # (25, 3) N m on the upper body
    hold: Floats  # (25, 3) N m/rad
    curve: Floats  # (25, 3) rad
    hip: Floats  # (3,) m, where a balanced pelvis has its hips
    pelvis: Floats  # (3, 3) its orientation

    def rows(self) -> Floats:
        """As the kernels take them, (25, MUSCLE_COLUMNS)."""
        return np.column_stack([self.tone, self.moment, self.hold, self.curve])


class Subject(NamedTuple):
    """Where the person's points are: what supports need to know."""

    parameters: SpineParameters
    geometry: Geometry
    plan: Plan


def held_curve(f: Subject, stance: Stance) -> Floats:
    """Joint rotations (25, 3) the muscles hold: what keeps the trunk upright over a tilted pelvis."""
    curve = np.zeros((len(LEVELS_UP), 3))
    lumbar = [LEVELS_UP.index(v) for v in LUMBAR_LEVELS]
    ease = 1.0 / f.parameters.joints["bending_stiffness_sagittal"][lumbar]
    flexion = pelvic_tilt(f, stance.hip_flexion) + stance.trunk_flexion
    curve[lumbar, 2] = -flexion * ease / ease.sum()
    if stance.trunk_rotation:
        trunk = slice(LEVELS_UP.index("T1/T2") + 1)
        yielding = 1.0 / f.plan.linear[trunk, 4, 4]
        curve[trunk, 1] = stance.trunk_rotation * yielding / yielding.sum()
    return curve


def pelvic_tilt(f: Subject, hip_flexion: float) -> float:
    """Backward tilt of the pelvis (rad) that hip flexion (rad) brings."""
    return f.parameters.scalars["pelvis_per_hip_flexion"] * hip_flexion


def _anchor_row(f: Subject, m: Muscles, a: Anchor, on: tuple[float, float]) -> Floats:
    """One anchor: point, target, target orientation, stiffness, damping, activation, legs, muscle."""
    s = f.parameters.scalars
    g = f.geometry
    i = body_index(a.body)
    place = g.hip if a.at_hip else g.centre[i]
    turn = g.rotation[i]
    if a.body == "pelvis":
        tilt = pelvic_tilt(f, a.flexion)
        c, n = np.cos(tilt), np.sin(tilt)
        turn = np.array([[c, -n, 0.0], [n, c, 0.0], [0.0, 0.0, 1.0]])
    hip = s["hip_stiffness"] if a.at_hip and not (a.muscle or a.balance) else s["hip_stiffness_active"]
    # sideways and about the long axis hips are far stiffer than in flexion
    across = max(hip, s["hip_stiffness_sideways"])
    stiff = 0.0 if a.muscle else s["leg_stiffness"]
    k = np.array([stiff, 0.0 if a.balance else stiff, stiff, across, across, hip])
    mass = f.parameters.person.mass
    k *= a.share
    damping = np.concatenate([np.sqrt(k[:3] * mass), np.sqrt(k[3:] * s["trunk_inertia"])])
    point = g.rotation[i].T @ (place - g.mass_centre[i])
    if a.balance:
        place, turn = m.hip, m.pelvis
    row = np.concatenate([point, place, turn.ravel(), k, damping, on, [float(a.legs > 0.0), float(a.muscle)]])
    assert row.size == ANCHOR
    return row


def faded(old: tuple[Any, ...], new: tuple[Any, ...]) -> list[tuple[Any, bool, tuple[float, float]]]:
    """Items of two stances with (item, belongs to the new one, activation before and after)."""
    gone = [(x, False, (1.0, 0.0)) for x in old if x not in new]
    return gone + [(x, True, (1.0, 1.0) if x in old else (0.0, 1.0)) for x in new]


def _surface_rows(f: Subject, before: Stance, after: Stance) -> Floats:
    """The surface under the left and right of every body, (26, 2, SURFACE)."""
    s, g, p = f.parameters.scalars, f.geometry, f.parameters
    n = len(BODIES_UP)
    carrier = after if after.surface is not None else before
    back = p.slices["skin_back"]
    offset = p.slices["depth"] - back if carrier.front else -back
    on = np.zeros((n, 2))
    friction = np.zeros((n, 2))
    for end, stance in enumerate((before, after)):
        # a surface on the other side of the body is left before the new one is touched
        if stance.surface is not None and stance.front == carrier.front:
            on[[body_index(b) for b in stance.surface.bodies], end] = 1.0
            friction[:, end] = stance.surface.friction
    for end, other in ((0, 1), (1, 0)):
        if not on[:, end].any():
            friction[:, end] = friction[:, other]
    # half of it under either side of the body, a quarter of the breadth off the middle
    k = np.full(n, 0.5 * s["back_stiffness"])
    damping = s["contact_damping"] * np.sqrt(k * p.person.mass / s["body_per_slice"])
    sides = []
    for sign in (-0.25, 0.25):
        # a back is broad: it resists rolling; touched at the height of the slice's own weight
        place = g.centre + np.column_stack([offset, p.slices["com_y"], sign * p.slices["breadth"]])
        point = np.einsum("bji,bj->bi", g.rotation, place - g.mass_centre)
        sides.append(np.column_stack([point, place, k, damping, on, friction]))
    return np.stack(sides, axis=1)


def _load_row(f: Subject, load: Load, on: tuple[float, float]) -> Floats:
    """One prescribed force: point, force, kind, activation."""
    i = body_index(load.body)
    place = f.geometry.hip if load.body == "pelvis" else f.geometry.centre[i]
    if load.arms:
        place = f.geometry.shoulder
    point = f.geometry.rotation[i].T @ (place - f.geometry.mass_centre[i])
    if load.cranial:
        return np.array([*point, 0.0, load.cranial, 0.0, 0.0, *on])
    return np.array([*point, load.downward - load.upward, 0.0, 0.0, 1.0, *on])


def build(
    f: Subject, before: Stance, after: Stance, m0: Muscles, m1: Muscles, start: float, ramp: float,
    relax: float,
) -> Drive:
    """The drive of one phase: everything goes smoothly from ``before`` to ``after``.

    Muscles come on with the ramp; they hold the body through it and let go over ``relax`` seconds afterwards.
    """
    s = f.parameters.scalars
    anchors = faded(before.held(), after.held())
    loads = faded(before.loads, after.loads)
    carrier = after if after.surface is not None else before
    # muscles come on as a movement begins; they let go only when it has ended
    on = (start, s["onset_share"] * ramp)
    off = (start + ramp, relax)
    clock = np.array(
        [
            start, ramp, before.tilt, after.tilt, GRAVITY,
            *(on if m1.tone.sum() >= m0.tone.sum() else off),
            *(on if m1.hold.max() >= m0.hold.max() else off),
            -1.0 if carrier.front else 1.0, s["back_toe"], 0.5 * s["skin_stiffness"], s["slip_time"],
            s["settle_time"], s["shift_time"],
            before.leg_weight, after.leg_weight, 0.0,
        ]
    )
    assert clock.size == CLOCK
    return Drive(
        clock=clock,
        anchor_body=np.array([body_index(a.body) for a, _, _ in anchors], dtype=np.int64),
        anchor=np.array(
            [_anchor_row(f, m1 if new else m0, a, on) for a, new, on in anchors]
        ).reshape(-1, ANCHOR),
        surface=_surface_rows(f, before, after),
        load_body=np.array([body_index(x.body) for x, _, _ in loads], dtype=np.int64),
        load=np.array([_load_row(f, x, on) for x, _, on in loads]).reshape(-1, LOAD),
        muscle=np.stack([m.rows() for m in (m0, m1)]),
    )
