"""How a body is held: where its limbs are for the equipment of a phase, as words in the equipment's file say."""

from dataclasses import dataclass

import numpy as np

from biomech.errors import InputError
from biomech.library.equipment import Drawing, Holder, holder
from biomech.viz.person import Build
from biomech.viz.reading import Floats, Frame, Pose

_ANKLE = 72.0  # mm from the ankle down to the sole
_HEEL = 62.0  # mm from the ankle back to the heel


def gear(name: str) -> Holder | None:
    """The equipment of a phase; one that is not on this machine is drawn as none."""
    try:
        return holder(name)
    except InputError:
        return None


@dataclass(frozen=True)
class Limbs:
    """Joints of the right side in the body's frame, mm; the left mirrors them."""

    hip: Floats
    knee: Floats
    ankle: Floats
    heel: Floats
    toes: Floats
    shoulder: Floats
    elbow: Floats
    wrist: Floats
    fingers: Floats


def limbs(build: Build, pose: Pose, equipment: Holder | None, down: Floats) -> Limbs:
    """Place arms and legs.

    Parameters
    ----------
    down : array
        Direction of gravity in the body's frame.
    """
    s1, size = pose["pelvis"].origin, build.limbs
    hip = s1 + build.hip
    turn = np.radians(equipment.hip_flexion_deg if equipment else 0.0)
    thigh = _sagittal(np.sin(turn), -np.cos(turn))
    if equipment and equipment.legs.tilt_deg is not None:  # the floor decides; to the side where flexion would put them
        lean = np.radians(equipment.legs.tilt_deg)
        flat = _unit(thigh - down * float(thigh @ down) + 1e-9 * _turned(down, np.pi / 2))
        thigh = -np.sin(lean) * down + np.cos(lean) * flat
    shank = _turned(thigh, -np.radians(equipment.knee_flexion_deg if equipment else 0.0))
    # a free foot points its toes; a standing one is flat
    words = equipment.drawing if equipment else Drawing()
    pointed = words.frame not in ("floor", "seat", "chair") or shank @ down < 0.3
    foot = _turned(shank, np.radians(62)) if pointed else _turned(np.array(down), np.pi / 2)
    knee = hip + size["thigh"] * thigh - [0, 0, 12]
    ankle = knee + size["shank"] * shank - [0, 0, 10]
    k = build.length
    sole = ankle + _ANKLE * k * (shank if pointed else down)
    heel = sole - _HEEL * k * foot
    return Limbs(hip, knee, ankle, heel, heel + size["foot"] * foot, *_arm(build, pose, words.arms, down, sole))


# directions of upper arm, forearm and hand: forwards, cranial, sideways
_WAYS = {
    "beside": ((-0.05, -1, 0.10), (0.16, -1, 0.0), (0.2, -1, -0.05)),
    "folded": ((0.10, -1, 0.14), (0.42, -0.52, -0.74), (0.10, -0.25, -0.95)),
    "lap": ((0.22, -1, 0.10), (0.80, -0.60, -0.25), (0.85, -0.45, -0.3)),
    "back": ((-0.92, 0.42, 0.05), (0.45, -0.88, -0.25), (0.25, -0.75, -0.60)),
}


def _arm(build: Build, pose: Pose, way: str, down: Floats, sole: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    size, k = build.limbs, build.length
    shoulder = pose["T3"].at(np.array([12.0, 8.0, 0.0]) * k) + [0, 0, 178.0 * build.width]
    ahead = np.array([1.0, 0.0, 0.0])
    if way == "hanging":
        steps = [down, down, down]
    elif way == "loose":  # hanging, forearms crossed before the legs
        across = _turned(down, np.pi / 2)
        steps = [_unit(down + [0, 0, 0.1]), _unit(0.3 * down + across - [0, 0, 1.0]), _unit(across - [0, 0, 2.0])]
    elif way == "hands on floor":  # as far forwards as it takes to reach where the feet stand
        reach = size["upper_arm"] + size["forearm"] + 0.5 * size["hand"]
        drop = float(np.clip((sole - shoulder) @ down / reach, -0.95, 0.95))
        flat = _unit(pose["T3"].axes[:, 1] - down * float(pose["T3"].axes[:, 1] @ down))
        steps = [_unit(down * drop + flat * np.sqrt(1 - drop**2))] * 2 + [flat]
    elif way == "forearms":  # upside down: elbows beside the face on the floor, hands behind the head
        crown = pose["skull"].at(np.array([0.0, build.head_height, 0.0]))
        rise = float(np.clip((crown - shoulder) @ down - 28.0 * k, 0, 0.96 * size["upper_arm"])) / size["upper_arm"]
        steps = [rise * down + np.sqrt(1 - rise**2) * ahead, _unit(np.array([-0.92, 0.0, -0.42])), _unit(np.array([-0.6, 0.0, -0.8]))]
    else:
        steps = [_unit(np.array(v, float)) for v in _WAYS.get(way, _WAYS["beside"])]
    elbow = shoulder + size["upper_arm"] * steps[0]
    wrist = elbow + size["forearm"] * steps[1]
    return shoulder, elbow, wrist, wrist + size["hand"] * steps[2]


def _unit(v: Floats) -> Floats:
    return np.asarray(v / np.linalg.norm(v))


def _sagittal(x: float, y: float) -> Floats:
    return np.array([x, y, 0.0])


def _turned(v: Floats, angle: float) -> Floats:
    """Turned in the sagittal plane; positive from caudal towards anterior."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([c * v[0] - s * v[1], s * v[0] + c * v[1], 0.0])


def back_line(build: Build, pose: Pose, *, front: bool = False) -> dict[str, Floats]:
    """The skin of the back (or of the front) at every vertebra, in the middle."""
    out = {}
    for name, part in build.slices.items():
        frame: Frame = pose[name]
        if name == "skull":
            x = build.head_height * (0.72 if front else -0.60)
            out[name] = frame.at(np.array([x, 0.5 * build.head_height, 0.0]))
        else:
            x = part.depth - part.skin_back if front else -part.skin_back
            out[name] = frame.origin + np.array([x, 0.0, 0.0]) if name == "pelvis" else frame.at(np.array([x, 0.0, 0.0]))
    return out
