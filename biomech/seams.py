"""Where the organs meet: what the circulation does to the spine.

Blood that moves weighs on other bodies, and abdominal pressure lifts the thorax off the pelvis. Both change slowly and
little, so they are taken once per stance against the person lying at rest, as they are on average over all the time spent in it (before the
session, and from its start): ten phases of a minute give what one of ten gives. The spine does nothing to the circulation.
"""

from dataclasses import replace

import numpy as np

from biomech.circulation.kernels import layout as k
from biomech.library.units import GRAVITY
from biomech.posture.stance import Load, Stance
from biomech.results.blood import Blood
from biomech.spine.model import Course

LIFTED, LOWERED = "T10", "pelvis"  # between these abdominal pressure pushes
MEAN_OVER = 10  # beats


def with_blood(blood: Blood, courses: list[Course], ends: list[float], first: int) -> list[Course]:
    """Courses whose stances carry the blood that has moved; ``ends``: of each, s; ``first``: the course the circulation began with."""
    rest = blood.beats[0].volume[-MEAN_OVER:].mean(axis=0)
    last = float(blood.beats[0].beat[-1, k.B_TIME])
    # what came before the session is averaged apart: it must not depend on what follows
    keys = [(course.stance, end <= 0.0) for course, end in zip(courses, ends, strict=True)]
    spent: dict[tuple[Stance, bool], float] = {}
    moved: dict[tuple[Stance, bool], k.Floats] = {}
    for course, key, beats in zip(courses[first:], keys[first:], blood.beats[1:], strict=True):
        if not len(beats.volume):
            continue
        time = beats.beat[:, k.B_TIME]
        held = time > time[-1] - course.hold
        held[-1] = True
        # a beat speaks for the time since the one before it: most of it may have been leapt over
        since = np.diff(time, prepend=last)[held]
        last = float(time[-1])
        spent[key] = spent.get(key, 0.0) + since.sum()
        moved[key] = moved.get(key, 0.0) + since @ (beats.volume[held] - rest)
    loads = {key: _loads(blood, key[0], moved[key] / spent[key]) for key in spent}
    return [
        course._replace(stance=replace(course.stance, loads=course.stance.loads + loads.get(key, ())))
        for course, key in zip(courses, keys, strict=True)
    ]


def _loads(blood: Blood, stance: Stance, moved: k.Floats) -> tuple[Load, ...]:
    values = blood.model.values
    data = values.layout["vessels"]
    regions = np.array([data["region"][name] for name in values.rows["vessels.compartment"]])
    weight = values.value["vessels.blood_density"] * GRAVITY
    hanging = any(load.name == "legs" for load in stance.loads)
    carried = [(region, body) for region, body in data["carried_by"].items() if region != "legs" or hanging]
    gained = {region: weight * float(moved[regions == region].sum()) for region, _ in carried}
    blood_loads = [Load(f"blood {region}", body, downward=gained[region], own=True) for region, body in carried]
    pressure = values.value["regulation.abdomen_slope"] * np.sin(stance.angle)
    force = float(pressure * values.value["regulation.diaphragm_area"])
    return (*blood_loads, Load("abdomen above", LIFTED, cranial=force, own=True), Load("abdomen below", LOWERED, cranial=-force, own=True))
