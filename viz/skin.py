"""The outline of the body: a closed surface round trunk, head and limbs, in whatever posture they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biomech.viz.bones.field import Field, Floats, Grid, Solid, common
from biomech.viz.bones.solids import capsule, ellipsoid
from biomech.viz.manikin import Limbs
from biomech.viz.person import Build
from biomech.viz.reading import Pose

if TYPE_CHECKING:
    import pyvista as pv

f4 = np.float32
STEP = 8.0  # mm
_SEAM = 26.0
_ROUND = 2.35  # superellipse of a trunk's section


def skin(build: Build, pose: Pose, limbs: Limbs, step: float = STEP) -> pv.PolyData:
    """The body's surface in the frame the pose is given in; sideways it is symmetric."""
    w = build.width
    points = np.array([f.origin for f in pose.values()] + [getattr(limbs, n) for n in limbs.__dataclass_fields__])
    low, high = points.min(axis=0) - 190, points.max(axis=0) + 190
    field = Field((low[0], low[1], 0), (high[0], high[1], max(330.0, high[2] - 90)), step)
    field.add(_trunk(build, pose), 0)
    _shoulders(field, build, pose, limbs)
    _leg(field, limbs, w)
    _arm(field, limbs, w)
    _neck(field, build, pose)
    _head(field, build, pose)
    return field.mesh()


def _trunk(build: Build, pose: Pose) -> Solid:
    """From the crotch to the base of the neck: stations along the spine, looked up by height."""
    k, w = build.length, build.width
    s1 = pose["pelvis"].origin
    seat = build.slices["pelvis"]
    hip = s1[1] + build.hip[1]
    stations = [  # height, middle, half depth, half breadth
        (hip - 95 * k, s1[0] + 8, 62 * w, 128 * w),
        (hip - 45 * k, s1[0] + 6, 104 * w, 166 * w),
        (hip, s1[0] + 6, 116 * w, seat.breadth / 2),
        (s1[1] - 30 * k, s1[0] + seat.depth / 2 - seat.skin_back, seat.depth / 2, seat.breadth / 2 - 4 * w),
    ]
    for name in ("L5", "L4", "L3", "L2", "L1", *(f"T{i}" for i in range(12, 0, -1))):
        part, frame = build.slices[name], pose[name]
        middle = frame.at(np.array([part.depth / 2 - part.skin_back, 0.0, 0.0]))
        narrow = {"T1": 0.62, "T2": 0.80, "T3": 0.92}.get(name, 1.0)
        stations.append((frame.origin[1], middle[0], part.depth / 2 * min(1.0, narrow + 0.14), part.breadth / 2 * narrow))
    table = np.array(sorted(stations))
    height = table[:, 0]
    bottom, top = float(height[0]) - 8, float(height[-1]) + 14

    def distance(x: Grid, y: Grid, z: Grid) -> Grid:
        middle, deep, wide = (np.interp(y, height, table[:, i]).astype(f4) for i in (1, 2, 3))
        level = (np.abs((x - middle) / deep) ** f4(_ROUND) + np.abs(z / wide) ** f4(_ROUND) + f4(1e-9)) ** f4(1 / _ROUND)
        side = (level - 1) * np.minimum(deep, wide)
        return common(side, np.maximum(f4(bottom) - y, y - f4(top)), 60.0)

    reach = float(np.max(np.abs(table[:, 1]) + table[:, 2]))
    return Solid(distance, np.array([-reach, bottom, -200 * w]), np.array([reach, top, 200 * w]))


def _shoulders(field: Field, build: Build, pose: Pose, limbs: Limbs) -> None:
    w = build.width
    field.add(ellipsoid(limbs.shoulder - [4, 4, 8], np.array([58, 62, 54]) * w), 40)
    neck = pose["C6"].at(np.array([-26.0, 0.0, 0.0]))
    field.add(capsule([neck[0], neck[1], 26], limbs.shoulder + [-16, 18, -28], 34 * w, 36 * w), 40)
    chest = pose["T5"].at(np.array([58.0, 0.0, 0.0])) if "T5" in pose else limbs.shoulder
    field.add(ellipsoid([chest[0] * 0.9, chest[1], 78 * w], np.array([62, 70, 72]) * w), 45)
    buttock = pose["pelvis"].origin + [-52 * w, build.hip[1] * 0.82, 72 * w]
    field.add(ellipsoid(buttock, np.array([72, 78, 76]) * w), 40)


def _leg(field: Field, limbs: Limbs, w: float) -> None:
    calf = limbs.knee + 0.30 * (limbs.ankle - limbs.knee)
    low = limbs.knee + 0.14 * (limbs.hip - limbs.knee)
    field.add(capsule(limbs.hip + [0, 0, 6], low, 84 * w, 58 * w), 45)
    field.add(capsule(low, limbs.knee, 57 * w, 53 * w), _SEAM)
    field.add(capsule(limbs.knee, calf, 50 * w, 55 * w), _SEAM)
    field.add(capsule(calf - 0.02 * (limbs.ankle - limbs.knee), limbs.ankle, 54 * w, 34 * w), _SEAM)
    foot = limbs.toes - limbs.heel
    up = (limbs.ankle - limbs.heel) - foot * ((limbs.ankle - limbs.heel) @ foot) / (foot @ foot)
    up = up / max(float(np.linalg.norm(up)), 1e-9)
    field.add(capsule(limbs.heel + 0.13 * foot + 30 * up, limbs.ankle, 31 * w, 34 * w), 22)
    field.add(capsule(limbs.heel + 0.12 * foot + 26 * up, limbs.toes - 0.10 * foot + 15 * up, 27 * w, 15 * w, 1.7, wide=(0, 0, 1)), 22)
    field.add(capsule(limbs.ankle, limbs.heel + 0.55 * foot + 26 * up, 33 * w, 24 * w, 1.2, wide=(0, 0, 1)), 22)


def _arm(field: Field, limbs: Limbs, w: float) -> None:
    thick = limbs.elbow + 0.22 * (limbs.wrist - limbs.elbow)
    field.add(capsule(limbs.shoulder, limbs.elbow, 50 * w, 37 * w), _SEAM)
    field.add(capsule(limbs.elbow, thick, 38 * w, 40 * w), _SEAM)
    field.add(capsule(thick, limbs.wrist, 39 * w, 25 * w), _SEAM)
    palm = limbs.wrist + 0.5 * (limbs.fingers - limbs.wrist)
    field.add(capsule(limbs.wrist, palm, 23 * w, 21 * w, 1.6, wide=(1, 0, 0)), 16)
    field.add(capsule(palm, limbs.fingers - 0.06 * (limbs.fingers - limbs.wrist), 20 * w, 10 * w, 1.9, wide=(1, 0, 0)), 14)


def _neck(field: Field, build: Build, pose: Pose) -> None:
    """As thick as the slices say, leaning with the vertebrae."""
    names = ["T1", "C7", "C6", "C5", "C4", "C3", "C2", "C1"]
    stations: list[tuple[Floats, float]] = []
    for name in names:
        part = build.slices[name]
        half = min(part.depth, part.breadth) / 2 * (0.92 if name == "T1" else 1.0)
        stations.append((pose[name].at(np.array([part.depth / 2 - part.skin_back, 0.0, 0.0])), half))
    for (a, ra), (b, rb) in zip(stations[:-1], stations[1:], strict=True):
        field.add(capsule(a, b, min(ra, 62.0), min(rb, 62.0)), 14)


def _head(field: Field, build: Build, pose: Pose) -> None:
    k, frame = build.head_height / 155.0, pose["skull"]

    def ball(x: float, y: float, a: float, b: float, c: float, seam: float) -> None:
        # heads may be bent far: ellipsoids as short flat rods keep their direction
        first, last = frame.at(np.array([x - a * 0.35, y, 0.0]) * k), frame.at(np.array([x + a * 0.35, y, 0.0]) * k)
        radius = b * k
        field.add(capsule(first, last, radius * 0.96, radius * 0.96, c / b, wide=(0, 0, 1)), seam)

    ball(-2, 86, 88, 68, 76, 0.1)
    ball(30, 78, 60, 66, 70, 20)
    ball(44, 22, 50, 44, 56, 26)
    field.add(capsule(frame.at(np.array([40, -8, 0]) * k), frame.at(np.array([78, -38, 0]) * k), 42 * k, 18 * k, 1.1, wide=(0, 0, 1)), 26)
    field.add(capsule(frame.at(np.array([96, 52, 0]) * k), frame.at(np.array([112, 24, 0]) * k), 7 * k, 11 * k), 12)
    field.add(capsule(frame.at(np.array([90, -2, 0]) * k), frame.at(np.array([88, -14, 0]) * k), 14 * k, 13 * k), 14)
    ear = frame.at(np.array([2, 34, 74]) * k)
    field.add(capsule(ear, ear + frame.axes[:, 1] * 22 * k, 9 * k, 11 * k, 0.6, wide=(0, 0, 1)), 6)
