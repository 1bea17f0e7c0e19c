"""A stance: one equipment at one angle, as supports, loads and muscle state in SI and plain names.

The kinds of support are few (clamp, surface, harness, load point); a new device made of them is a TOML
file and no code.
"""

import math
from dataclasses import dataclass
from typing import Any

from biomech import library
from biomech.library.anatomy import REGION
from biomech.posture.person import GRAVITY, Person

UPRIGHT = math.radians(-60.0)  # more upright than this, postural muscles hold the body on any equipment


@dataclass(frozen=True)
class Anchor:
    """Holds a body point to the frame in all six directions."""

    name: str
    body: str
    at_hip: bool
    through_legs: bool
    flexion: float = 0.0  # rad, hip flexion: turns the pelvis the hips hold
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
    active: bool
    tone: float  # multiplies the resting tone
    hip_flexion: float  # rad
    trunk_flexion: float  # rad
    leg_weight: float  # N of leg weight that presses on the soles
    knee_flexion: float = 0.0  # rad
    neck_flexion: float = 0.0  # rad
    leg_tilt: float | None = None  # rad, of the legs where the floor decides it: −π/2 feet below hips
    balanced: bool = True

    def held(self) -> tuple[Anchor, ...]:
        """All anchors: supports; hip muscles if active; and who stands on head or shoulders balances the pelvis."""
        if not self.active:
            return self.anchors
        if any(a.body == "pelvis" for a in self.anchors):
            return (*self.anchors, Anchor("hip muscles", "pelvis", True, False, self.hip_flexion, muscle=True))
        if self.balanced:
            return (*self.anchors, Anchor("balance", "pelvis", True, False, balance=True))
        return self.anchors


def _number(entry: Any) -> float:
    """A plain number or the value of a sourced one."""
    return float(entry["value"] if isinstance(entry, dict) else entry)


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
) -> Stance:
    """Resolve a phase of a scenario.

    Parameters
    ----------
    angle_deg : head-down angle of the trunk, deg; None where the equipment fixes it.
    friction, force_percent_bw, force_n, hip_flexion_deg : override what the equipment file says.
    """
    data = library.load("equipment", equipment).data
    fixed = data["trunk_angle_deg"]
    angle = math.radians((angle_deg or 0.0) if fixed == "session" else float(fixed))
    prone = data.get("facing", "supine") == "prone"
    legs_hang = not data.get("legs", {}).get("supported", True)
    flexion = math.radians(_number(data.get("hip_flexion_deg", 0.0) if hip_flexion_deg is None else hip_flexion_deg))
    anchors: list[Anchor] = []
    loads: list[Load] = []
    surface: Surface | None = None
    for s in data.get("support", []):
        kind = s["kind"]
        if kind == "surface":
            bodies = [b for r in s["bodies"] for b in REGION.get(r, (r,))]
            mu = _number(s.get("friction", 0.0)) if friction is None else friction
            surface = Surface(s["name"], tuple(bodies), mu)
        elif kind == "clamp" or s.get("anchor", False):
            pelvis = s["body"] == "pelvis"
            anchors.append(Anchor(s["name"], s["body"], pelvis, s.get("through") == "legs", flexion if pelvis else 0.0))
        elif kind == "harness":
            pull = s.get("pull", 0.0)
            size = _number(pull)
            if isinstance(pull, dict) and "%" in str(pull.get("unit", "")):
                size = size / 100.0 * person.weight
            if force_percent_bw is not None:
                size = force_percent_bw / 100.0 * person.weight
            if force_n is not None:
                size = force_n
            sign = 1.0 if s.get("direction", "caudal") == "cranial" else -1.0
            loads.append(Load(s["name"], s["body"], cranial=sign * size))
        else:
            loads.append(Load(s["name"], s["body"], upward=_number(s["share"]) * person.weight))
    body = library.load("body", person.body)
    legs = 2.0 * body.scalar("leg_mass").value_si * person.mass / body.scalar("reference_mass").value_si
    if legs_hang:
        loads.append(Load("legs", "pelvis", downward=legs * GRAVITY))
    # with the soles below, half of the legs' own weight loads their soft tissue besides the trunk
    standing = any(a.through_legs for a in anchors) and math.sin(angle) < -0.5
    return Stance(
        equipment=equipment,
        angle=angle,
        tilt=-math.pi - angle if prone else angle,
        front=prone,
        anchors=tuple(anchors),
        surface=surface,
        loads=tuple(loads),
        # nobody hangs limp in a device that is still nearly upright
        active=data.get("muscle", "passive") == "active" or angle < UPRIGHT,
        tone=tone * _number(data.get("tone", 1.0)),
        hip_flexion=flexion,
        trunk_flexion=math.radians(_number(data.get("trunk_flexion_deg", 0.0))),
        leg_weight=0.5 * legs * GRAVITY if standing else 0.0,
        knee_flexion=math.radians(_number(data.get("knee_flexion_deg", 0.0))),
        neck_flexion=math.radians(_number(data.get("neck_flexion_deg", 0.0))),
        leg_tilt=math.radians(_number(data["legs"]["tilt_deg"])) if "tilt_deg" in data.get("legs", {}) else None,
    )

