"""A stance: one equipment at one angle, as supports, loads and muscle state in SI and plain names."""

import math
from dataclasses import dataclass, replace

from biomech import library
from biomech.library.anatomy import REGION
from biomech.library.equipment import holder
from biomech.library.units import GRAVITY
from biomech.posture.person import Person


@dataclass(frozen=True)
class Anchor:
    """Holds a body point to the frame in all six directions."""

    name: str
    body: str
    at_hip: bool
    legs: float = 0.0  # N, weight of the legs through which it holds the pelvis
    flexion: float = 0.0  # rad, hip flexion: turns the pelvis the hips hold
    share: float = 1.0  # of its stiffness
    balance: bool = False  # steadies without carrying: free along the body axis
    muscle: bool = False  # hip muscles: hold the pelvis's turn only, come and go with the muscles


@dataclass(frozen=True)
class Surface:
    """A surface along the back or front with Coulomb friction."""

    name: str
    bodies: tuple[str, ...]
    friction: float


@dataclass(frozen=True)
class Load:
    """A prescribed force on a body; cranial N along the body axis, upward N against gravity."""

    name: str
    body: str
    cranial: float = 0.0
    upward: float = 0.0
    downward: float = 0.0
    arms: bool = False  # comes through the arms: acts at the shoulders
    own: bool = False  # of the body itself (legs that hang, blood, abdominal pressure): no support


@dataclass(frozen=True)
class Stance:
    """Everything one phase asks of the supports and muscles."""

    equipment: str
    angle: float  # rad, head-down angle of the trunk from horizontal
    tilt: float  # rad, rotation of the frame (continuous through prone)
    front: bool  # the surface is in front (prone)
    anchors: tuple[Anchor, ...]
    surface: Surface | None
    loads: tuple[Load, ...]
    effort: float  # 0 limp … 1 the muscles hold the body at its own curve
    tone: float  # multiplies the resting tone
    hip_flexion: float  # rad
    trunk_flexion: float  # rad
    leg_weight: float  # N of leg weight that presses on the soles
    knee_flexion: float = 0.0  # rad
    neck_flexion: float = 0.0  # rad
    trunk_rotation: float = 0.0  # rad, of T1 over the pelvis, to the left
    leg_tilt: float | None = None  # rad, of the legs where the floor decides it: −π/2 feet below hips
    balanced: bool = True
    moving: bool = False  # the legs take steps, as in everyday life

    def held(self) -> tuple[Anchor, ...]:
        """All anchors: supports; hip muscles if active; and who stands on head or shoulders balances the pelvis."""
        if not self.effort:
            return self.anchors
        if any(a.body == "pelvis" for a in self.anchors):
            return (*self.anchors, Anchor("hip muscles", "pelvis", True, 0.0, self.hip_flexion, share=self.effort, muscle=True))
        if self.balanced:
            return (*self.anchors, Anchor("balance", "pelvis", True, 0.0, balance=True))
        return self.anchors


def _upright(muscle: library.ParameterFile, angle: float) -> float:
    """Share of the postural muscles at a tilt (rad) on a device that asks for none: nobody hangs limp nearly upright."""
    middle, width = (muscle.scalar(name).value_si for name in ("upright_angle", "upright_width"))
    x = min(1.0, max(0.0, 0.5 + (middle - angle) / width))
    return x * x * (3.0 - 2.0 * x)


def stance(
    person: Person,
    equipment: str,
    angle_deg: float | None,
    *,
    tone: float = 1.0,
    friction: float | None = None,
    force_percent_bw: float | None = None,
    force_n: float | None = None,
    hip_flexion_deg: float | None = None,
    exercise: str | None = None,
    moving: bool = False,
) -> Stance:
    """Resolve a phase of a scenario.

    Parameters
    ----------
    angle_deg : head-down angle of the trunk, deg; None where the equipment fixes it.
    friction, force_percent_bw, force_n, hip_flexion_deg : override what the equipment file says.
    exercise : a name in models/exercise/: where muscles bring the trunk.
    moving : the legs take steps, where they can; otherwise the person keeps still.
    """
    device = holder(equipment)
    trunk_deg = (angle_deg or 0.0) if device.fixed_deg is None else device.fixed_deg
    angle = math.radians(trunk_deg)
    flexion = math.radians(device.hip_flexion_deg if hip_flexion_deg is None else hip_flexion_deg)
    body, muscle = library.load("body", person.body), library.load("spine", "muscle")
    legs = 2.0 * body.scalar("leg_mass").value_si * person.mass / body.scalar("reference_mass").value_si
    anchors: list[Anchor] = []
    loads: list[Load] = []
    surface: Surface | None = None
    for s in device.support:
        if s.kind == "surface":
            bodies = [b for r in s.bodies for b in REGION.get(r, (r,))]
            surface = Surface(s.name, tuple(bodies), s.friction if friction is None else friction)
        elif s.kind == "clamp" or s.anchor:
            weight = legs * GRAVITY if s.kind == "clamp" and s.through == "legs" else 0.0
            pelvis = s.body == "pelvis"
            anchors.append(Anchor(s.name, s.body, pelvis, weight, flexion if pelvis else 0.0))
        elif s.kind == "harness":
            size = s.pull.force(person.weight)
            if force_percent_bw is not None:
                size = force_percent_bw / 100.0 * person.weight
            if force_n is not None:
                size = force_n
            loads.append(Load(s.name, s.body, cranial=size if s.direction == "cranial" else -size))
        elif s.share is not None:
            loads.append(Load(s.name, s.body, upward=s.share * person.weight, arms=s.through == "arms"))
    if not device.legs.supported:
        loads.append(Load("legs", "pelvis", downward=legs * GRAVITY, own=True))
    # with the soles below, part of the legs' own weight loads their soft tissue besides the trunk
    standing = any(a.legs for a in anchors) and angle < muscle.scalar("standing_angle").value_si
    found = Stance(
        equipment=equipment,
        angle=angle,
        tilt=math.radians(device.frame_deg(trunk_deg)),
        front=device.facing == "prone",
        anchors=tuple(anchors),
        surface=surface,
        loads=tuple(loads),
        effort=1.0 if device.muscle == "active" else _upright(muscle, angle),
        tone=tone,
        hip_flexion=flexion,
        trunk_flexion=math.radians(device.trunk_flexion_deg),
        leg_weight=muscle.scalar("leg_share_on_soles").value * legs * GRAVITY if standing else 0.0,
        knee_flexion=math.radians(device.knee_flexion_deg),
        neck_flexion=math.radians(device.neck_flexion_deg),
        leg_tilt=None if device.legs.tilt_deg is None else math.radians(device.legs.tilt_deg),
        moving=moving and device.legs.steps,
    )
    return found if exercise is None else _exercising(found, library.exercise(exercise))


def _exercising(at: Stance, e: library.Exercise) -> Stance:
    """The stance at the top of a repetition: muscles hold the trunk curled, turned and lifted; the device keeps the legs."""
    return replace(
        at,
        effort=1.0,
        angle=at.angle - e.trunk_lift,
        tilt=at.tilt - e.trunk_lift,
        surface=None if e.trunk_lift else at.surface,
        hip_flexion=at.hip_flexion + e.trunk_lift,
        trunk_flexion=at.trunk_flexion + e.trunk_flexion,
        trunk_rotation=e.trunk_rotation,
    )
