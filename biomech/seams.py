"""Where the organs meet: what the circulation does to the spine.

Blood that moves weighs on other bodies, and abdominal pressure lifts the thorax off the pelvis. Both change slowly and
little, so they are taken once per stance, as they are at the end of the first phase spent in it, against the person lying at rest.
The spine does nothing to the circulation.
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
    loads: dict[Stance, tuple[Load, ...]] = {}
    for course, beats in zip(courses[first:], blood.beats[1:], strict=True):
        if course.stance not in loads and len(beats.volume):
            moved = beats.volume[-MEAN_OVER:].mean(axis=0) - blood.beats[0].volume[-MEAN_OVER:].mean(axis=0)
            loads[course.stance] = _loads(blood, course.stance, moved)
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
