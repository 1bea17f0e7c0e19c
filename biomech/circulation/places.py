"""Where compartments and organs lie in a stance: body axes of the trunk, x anterior and y cranial, origin at the heart.

Legs turn at hip and knee, the head at the neck, and arms hang headward when the trunk is head-down, so a chair, a fold or a new
device moves the columns of blood without a line of code here. Where legs take steps, muscles and valves lift the blood of the
leg veins towards the hip: its column is as short as if the veins lay there, z_lifted = z + share (z_hip − z).
"""

import math

import numpy as np
from numpy.typing import NDArray

from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels.layout import Drive
from biomech.circulation.parameters import CirculationParameters, ends_of
from biomech.posture.stance import Stance

Floats = NDArray[np.float64]


def places(p: CirculationParameters, stance: Stance) -> Floats:
    """Places (n + PLACES, PLACE), m: compartments, then heart, carotid sinus, brain, eye and cuff."""
    height = p.column("vessels.compartment", "height")
    leg = p.column("vessels.compartment", "leg_distance")
    region = p.layout["vessels"]["region"]
    names = p.rows["vessels.compartment"]
    out = np.zeros((len(names) + k.PLACES, 2))
    hanging = max(0.0, math.sin(stance.angle))
    for i, name in enumerate(names):
        if leg[i] == leg[i]:
            out[i] = _on_leg(p, stance, float(leg[i]))
        elif region[name] == "arms":
            out[i, 1] = height[i] + (p.value["vessels.arm_height_hanging"] - height[i]) * hanging
        else:
            out[i] = _on_trunk(p, stance, float(height[i]))
    n = len(names)
    for place, key in ((k.CAROTID_SINUS, "carotid_sinus"), (k.BRAIN, "brain")):
        out[n + place] = _on_trunk(p, stance, p.value[f"vessels.{key}_height"])
    out[n + k.EYE] = _on_trunk(p, stance, p.value["vessels.eye_height"], p.value["vessels.eye_ahead"])
    cuff = p.value["vessels.cuff_height"]
    out[n + k.CUFF, 1] = cuff + (p.value["vessels.cuff_height_hanging"] - cuff) * hanging
    return np.hstack([out, _lifted(p, stance, out)])


def _lifted(p: CirculationParameters, stance: Stance, place: Floats) -> Floats:
    """Where the blood of each place behaves as if it were."""
    out = place.copy()
    if stance.moving:
        names = p.rows["vessels.compartment"]
        veins = [names.index(ends_of(edge)[0]) for edge in p.layout["vessels"]["pumped"]["edges"]]
        out[veins] += p.value["regulation.pump_share"] * (np.array([0.0, p.value["vessels.hip_height"]]) - out[veins])
    return out


def _on_trunk(p: CirculationParameters, stance: Stance, height: float, ahead: float = 0.0) -> tuple[float, float]:
    """A point on the trunk, ``ahead`` (m) of the plane of the heart, or, above the neck, on a head that may be flexed."""
    above = height - p.value["vessels.neck_height"]
    if above <= 0.0:
        return ahead, height
    sine, cosine = math.sin(stance.neck_flexion), math.cos(stance.neck_flexion)
    return ahead * cosine + above * sine, height - above * (1.0 - cosine) - ahead * sine


def _on_leg(p: CirculationParameters, stance: Stance, distance: float) -> tuple[float, float]:
    """A point a distance below the hip along thigh and shank."""
    hip = stance.hip_flexion if stance.leg_tilt is None else _hip_of_floor(stance.tilt, stance.leg_tilt)
    knee = hip - stance.knee_flexion
    thigh = min(distance, p.value["vessels.knee_distance"])
    shank = distance - thigh
    return (
        thigh * math.sin(hip) + shank * math.sin(knee),
        p.value["vessels.hip_height"] - thigh * math.cos(hip) - shank * math.cos(knee),
    )


def _hip_of_floor(tilt: float, leg_tilt: float) -> float:
    """Angle between trunk and legs (rad) whose own tilt the floor decides: of the two, the one that flexes."""
    up = math.cos(tilt), -math.sin(tilt)
    rise, run = math.sin(leg_tilt), math.cos(leg_tilt)
    directions = [(rise * up[0] - side * run * up[1], rise * up[1] + side * run * up[0]) for side in (1.0, -1.0)]
    ahead, cranial = max(directions)
    return math.atan2(ahead, -cranial)


def drive(p: CirculationParameters, before: Stance, after: Stance, start: float, ramp: float) -> Drive:
    """The drive of one phase: a smooth turn from one stance to the next."""
    clock = np.zeros(k.DRIVE_CLOCK)
    clock[k.START] = start
    clock[k.RAMP] = ramp
    clock[k.TILT0] = before.tilt
    clock[k.TILT1] = after.tilt
    return Drive(clock, places(p, before), places(p, after))
