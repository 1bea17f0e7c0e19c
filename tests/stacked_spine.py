"""The vertebrae of models/ put on top of each other as they stand: an own reckoning, without the engine."""

import math

import numpy as np
from model_files import BODIES, LEVELS, column, load, scalar
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def segment_angles() -> dict[str, float]:
    """Upper endplate of the upper vertebra to upper endplate of the lower one, deg, lordotic +."""
    wedge = column("spine/healthy", "vertebrae", "wedge")
    disc = column("spine/healthy", "joints", "disc_wedge")
    return {v: wedge[v.split("/")[0]] + disc[v] for v in LEVELS[1:]}


def turn(lateral: float, axial: float, sagittal: float) -> Floats:
    """Rotation matrix of a rotation vector given in degrees (x anterior, y cranial, z right)."""
    v = np.radians([lateral, axial, sagittal])
    angle = float(np.linalg.norm(v))
    if angle == 0.0:
        return np.eye(3)
    x, y, z = v / angle
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + math.sin(angle) * k + (1 - math.cos(angle)) * k @ k)


def stacked(
    condition: str | None = None,
) -> tuple[dict[str, Floats], dict[str, Floats], dict[str, Floats]]:
    """Centre and axes of every body, and centre of every joint (mm), on S1 in standing."""
    file = load("spine/healthy")["tables"]
    height = column("spine/healthy", "vertebrae", "body_height")
    wedge = column("spine/healthy", "vertebrae", "wedge")
    disc = column("spine/healthy", "joints", "disc_height")
    bend = {
        v: [0.0, 0.0, w]
        for v, w in zip(LEVELS, file["joints"]["disc_wedge"]["values"], strict=True)
    }
    slope = scalar("spine/healthy", "sacral_slope")
    if condition:
        data = load(f"spine/{condition}")
        for i, col in enumerate(("lateral_bend", "axial_rotation", "sagittal_change")):
            if col in data["tables"]["joints"]:
                for level, value in column(f"spine/{condition}", "joints", col).items():
                    bend[level][i] += value
        slope += data["scalars"].get("sacral_slope_change", {"value": 0.0})["value"]
    up = np.array([0.0, 1.0, 0.0])
    top, end = np.zeros(3), turn(0, 0, -slope)
    centre, axes, joint = {"pelvis": top}, {"pelvis": np.eye(3)}, {}
    for body, level in reversed(list(zip(BODIES[:-1], LEVELS, strict=True))):
        half = turn(*(0.5 * b for b in bend[level]))
        h = 0.0 if math.isnan(disc[level]) else disc[level]
        mid = end @ half
        joint[level] = top + 0.5 * h * mid @ up
        floor, end = top + h * mid @ up, mid @ half
        if body == "skull":
            centre[body], axes[body] = floor, end
            break
        lean = turn(0, 0, 0.5 * wedge[body])
        axes[body] = end @ lean
        centre[body] = floor + 0.5 * height[body] * axes[body] @ up
        top, end = floor + height[body] * axes[body] @ up, axes[body] @ lean
    return centre, axes, joint
