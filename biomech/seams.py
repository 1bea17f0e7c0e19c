"""Where the organs meet: what the circulation does to the spine.

Blood that moves weighs on other bodies, and abdominal pressure lifts the thorax off the pelvis. Both change slowly and
little, so they are taken once per stance, as they are on average over all the time spent in it, against the person lying at rest: ten
phases of a minute give what one of ten gives. The spine does nothing to the circulation.
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


def with_blood(blood: Blood, courses: list[Course], first: int) -> list[Course]:
    """Courses whose stances carry the blood that has moved; ``first``: the course the circulation began with."""
    rest = blood.beats[0].volume[-MEAN_OVER:].mean(axis=0)
    end = float(blood.beats[0].beat[-1, k.B_TIME])
    spent: dict[Stance, float] = {}
    moved: dict[Stance, k.Floats] = {}
    for course, beats in zip(courses[first:], blood.beats[1:], strict=True):
        if not len(beats.volume):
            continue
        time = beats.beat[:, k.B_TIME]
        held = time > time[-1] - course.hold
        if not held.any():
            held[-1] = True
        # a beat speaks for the time since the one before it: most of it may have been leapt over
        since = np.diff(time, prepend=end)[held]
        end = float(time[-1])
        spent[course.stance] = spent.get(course.stance, 0.0) + since.sum()
        moved[course.stance] = moved.get(course.stance, 0.0) + since @ (beats.volume[held] - rest)
    loads = {stance: _loads(blood, stance, moved[stance] / spent[stance]) for stance in spent}
    return [
        course._replace(stance=replace(course.stance, loads=course.stance.loads + loads.get(course.stance, ()))) for course in courses
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
