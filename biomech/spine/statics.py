"""Equilibria: where a run starts, and the muscle moments that hold a person's own curve.

Inverse statics by a servo: the joints are held at the wanted curve by a very stiff rotational spring; at
equilibrium the servo's moments *are* what the muscles must supply. Each newton-metre costs compression
through the muscle's lever arm, which shortens the discs, so the two are iterated.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from biomech.errors import SimulationError
from biomech.library.anatomy import LEVELS, LEVELS_UP, LUMBAR_LEVELS
from biomech.posture.stance import Stance
from biomech.spine.assembly import resting_force
from biomech.spine.drive import Muscles, Subject, build, held_curve
from biomech.spine.kernels.ahead import compile_ahead
from biomech.spine.kernels.equilibrium import relax
from biomech.spine.kernels.layout import (
    PERMEABILITY,
    STRAIN,
    STRAND_A,
    STRAND_B,
    STRAND_LENGTH,
    STRAND_SLACK,
    STRAND_STIFFNESS,
    STRAND_TOE,
    Drive,
    Plan,
    Record,
    State,
    new_record,
    new_state,
    new_trial,
)
from biomech.spine.kernels.scratch import new_scratch
from biomech.spine.kernels.strand import strand_tension

Floats = NDArray[np.float64]

SERVO = 1.0e5  # N m/rad: a moment of 10 N m moves the curve by 0.006 deg
FOREVER = 1.0e9  # s
MOST_STAGES = 200
MOST_ROUNDS = 40  # between muscle force and posture; three or four are enough for most, a dozen for 150 kg on the shoulders
FORCE_SETTLED = 0.05  # N
NECK = LEVELS[:8]


def rest_state(f: Subject) -> State:
    """Everything at rest in the reference pose, at time 0."""
    return new_state(f.geometry.mass_centre, f.geometry.rotation, f.plan.branch.shape[0])


def equilibrium(plan: Plan, drive: Drive, state: State, what: str) -> Record:
    """Bring ``state`` to static equilibrium under a drive past its ramps; return one recorded row."""
    n = plan.body.shape[0]
    anchors = drive.anchor_body.size
    record = new_record(n, anchors, 1)
    trial = new_trial(n, plan.branch.shape[0], anchors)
    compile_ahead(plan, drive, state, trial, record)
    status, _, where, moved = relax(
        plan, drive, state, FOREVER, MOST_STAGES, trial, new_scratch(), record
    )
    if status != 0:
        # the last movement says something only where the stages were not cut ever shorter
        how = f": still moving {1e3 * moved:.3g} mm" if moved > 1e-6 else ": the equations do not converge on the way to it"
        raise SimulationError(
            f"no static equilibrium for {what}{how}",
            time_s=float(state.clock[0]), joint=LEVELS_UP[min(where, n - 2)],
            hint="nothing keeps this posture from falling over (another angle leans on its support), or muscle.tone is too low",
        )
    return record


def ligament_prestress(plan: Plan) -> Floats:
    """Compression (N) of each joint by its ligaments in the reference pose."""
    out = np.zeros(len(LEVELS_UP))
    for j in range(out.size):
        for t in plan.strand[plan.strand_first[j] : plan.strand_first[j + 1]]:
            pull, _ = strand_tension(0.0, t[STRAND_STIFFNESS], t[STRAND_SLACK], t[STRAND_TOE])
            out[j] += pull * (t[STRAND_B + 1] - t[STRAND_A + 1]) / t[STRAND_LENGTH]
    return out


def resting_tone(f: Subject) -> Floats:
    """Muscle compression (N) that, with the ligaments, gives every disc its resting pressure."""
    return np.maximum(resting_force(f.parameters) - ligament_prestress(f.plan), 0.0)


def _short_range(f: Subject, tone: Floats) -> Floats:
    """Rotational stiffness k = q F r² / L of muscle force F at each joint, (25, 3)."""
    s = f.parameters.scalars
    j = f.parameters.joints
    factor = s["short_range"] / s["muscle_length"]
    lateral = factor * tone * np.nan_to_num(j["lateral_arm"]) ** 2
    sagittal = factor * tone * np.nan_to_num(j["extensor_arm"]) ** 2
    return np.stack([lateral, np.minimum(lateral, sagittal), sagittal], axis=1)


def muscles(f: Subject, stance: Stance) -> Muscles:
    """Muscle state of a stance: tone alone if limp, tone and postural moments if held, and what lies between."""
    if stance.effort == 1.0:
        return _held(f, stance)
    limp = _limp(f, stance)
    if stance.effort == 0.0:
        return limp
    return Muscles(*(a + stance.effort * (b - a) for a, b in zip(limp, _held(f, replace(stance, effort=1.0)), strict=True)))


def _limp(f: Subject, stance: Stance) -> Muscles:
    tone = stance.tone * resting_tone(f)
    none = np.zeros((tone.size, 3))
    hold = _short_range(f, tone)
    # the head does not loll: the small neck muscles keep it in line even at rest
    neck = [LEVELS_UP.index(v) for v in NECK]
    hold[neck] = np.maximum(hold[neck], f.parameters.scalars["neck_stiffness"])
    return Muscles(tone, none, hold, none, f.geometry.hip, np.eye(3))


def _held(f: Subject, stance: Stance) -> Muscles:
    tone = stance.tone * resting_tone(f)
    m = tone.size
    curve = held_curve(f, stance)
    # water takes hours; the curve a person holds does not wait for it
    dry = f.plan.disc.copy()
    dry[:, PERMEABILITY] = 0.0
    plan = f.plan._replace(disc=dry)
    j = f.parameters.joints
    force = tone
    moment = np.zeros((m, 3))
    # the servo holds the body like a statue; where its pelvis comes to rest is where balance keeps it
    unbalanced = replace(stance, balanced=False)
    for _ in range(MOST_ROUNDS):
        servo = Muscles(force, moment, np.full((m, 3), SERVO), curve, f.geometry.hip, np.eye(3))
        drive = build(f, unbalanced, unbalanced, servo, servo, 0.0, 0.0, 0.0)
        state = rest_state(f)
        equilibrium(plan, drive, state, f"{stance.equipment} (inverse statics)")
        moment = moment - SERVO * (state.joint[:, STRAIN + 3 : STRAIN + 6] - curve)
        sagittal = np.where(moment[:, 2] > 0, j["extensor_arm"], j["flexor_arm"])
        cost = (
            np.abs(moment[:, 2]) / sagittal
            + (np.abs(moment[:, 0]) + np.abs(moment[:, 1])) / j["lateral_arm"]
        )
        new = tone + cost
        change = float(np.abs(new - force).max())
        worst = int(np.abs(new - force).argmax())
        most = float(new.max())
        force = new
        if change < FORCE_SETTLED:
            break
    else:
        raise SimulationError(
            f"the muscle forces of {stance.equipment} do not settle: up to {most:.0f} N, still changing by {change:.3g} N",
            joint=LEVELS_UP[worst], hint="a smaller mass, a straighter curve, or less muscle.tone",
        )
    # what has to be held up grows with weight and height; the neck is steadied more than its size says
    person = f.parameters.person
    s = f.parameters.scalars
    demand = person.mass * person.stature / (s["spine_reference_mass"] * s["spine_reference_stature"])
    area = np.nan_to_num(j["disc_area"], nan=float(np.nanmin(j["disc_area"])))
    size = np.maximum(area / area[: len(LUMBAR_LEVELS)].mean(), s["postural_floor"])
    postural = s["postural_stiffness"] * demand * size
    g = f.geometry
    pelvis = state.rotation[0].copy()
    hip = state.body[0, :3] + pelvis @ (g.rotation[0].T @ (g.hip - g.mass_centre[0]))
    return Muscles(force, moment, _short_range(f, force) + postural[:, None], curve, hip, pelvis)
