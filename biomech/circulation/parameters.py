"""What the data files hold, for one person: sized, aged, and changed by conditions. SI.

The names of the values are explained in `biomech.posture.values`.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from biomech import library
from biomech.posture.person import Person
from biomech.posture.values import KIND, Values, apply_conditions, read

FILES = ("vessels", "heart", "reflexes", "regulation")
BLOOD_VOLUME = "person.blood_volume"

# how values grow with the body (C and V0 with blood volume, R with body surface, lengths with stature)
WITH_VOLUME = (
    "vessels.compartment.unstressed_volume", "vessels.compartment.compliance", "vessels.compartment.capacity",
    "heart.chamber.active_volume", "heart.chamber.filling_volume", "reflexes.venous.arterial", "reflexes.venous.cardiopulmonary",
    "regulation.filtered_upright", "regulation.filtered_inverted", "regulation.stressed_offset",
)
AGAINST_VOLUME = ("heart.chamber.end_systolic_elastance", "heart.chamber.passive_elastance", "heart.chamber.elastance_gain")
AGAINST_SURFACE = ("vessels.edge.resistance", "reflexes.resistance_arterial", "reflexes.resistance_cardiopulmonary")
WITH_SURFACE = ("vessels.edge.tube_conductance",)
WITH_STATURE = (
    "vessels.compartment.height", "vessels.compartment.leg_distance", "vessels.hip_height", "vessels.knee_distance",
    "vessels.neck_height", "vessels.carotid_sinus_height", "vessels.brain_height", "vessels.eye_height", "vessels.eye_ahead",
    "vessels.cuff_height", "vessels.cuff_height_hanging", "vessels.arm_height_hanging",
)
ARTERY_ENDS = ("arteries", "aorta")


@dataclass
class CirculationParameters(Values):
    """Values of one person, and the model files they come from."""

    person: Person = Person()
    files: tuple[str, ...] = ()


def load(person: Person) -> CirculationParameters:
    """Parameters of a person.

    Raises
    ------
    InputError
        A condition changes something that does not exist.
    """
    v = read(FILES)
    _fit_to_size(person, v.value)
    _age(person, v.value, v.rows)
    changed_by = apply_conditions(person, v)
    return CirculationParameters(v.value, v.rows, v.layout, person, (*(f"{KIND}/{name}" for name in FILES), *changed_by))


def ends_of(edge: str) -> list[str]:
    """The compartments an edge of vessels.toml joins; its name is "from > to"."""
    return [part.strip() for part in edge.split(">")]


def blood_volume(person: Person) -> float:
    """Blood volume (m³) from stature and mass (Nadler 1962)."""
    body = library.load("body", person.body)
    return (
        body.scalar("blood_per_stature_cubed").value_si * person.stature**3
        + body.scalar("blood_per_mass").value_si * person.mass
        + body.scalar("blood_constant").value_si
    )


def surface(person: Person) -> float:
    """Body surface (m²), Du Bois 1916."""
    return float(0.007184 * person.mass**0.425 * (100.0 * person.stature) ** 0.725)


def _fit_to_size(person: Person, value: dict[str, Any]) -> None:
    volume = blood_volume(person)
    size = volume / value["vessels.reference_blood_volume"]
    area = surface(person) / value["vessels.reference_surface"]
    length = person.stature / value["vessels.reference_stature"]
    for names, factor in (
        (WITH_VOLUME, size), (AGAINST_VOLUME, 1.0 / size), (AGAINST_SURFACE, 1.0 / area), (WITH_SURFACE, area), (WITH_STATURE, length),
    ):
        for name in names:
            if name in value:
                value[name] = value[name] * factor
    value[BLOOD_VOLUME] = volume


def _age(person: Person, value: dict[str, Any], rows: dict[str, tuple[str, ...]]) -> None:
    """Older arteries are stiffer and the heart answers less to its reflexes."""
    years = person.age - value["regulation.reference_age"] / library.UNITS["year"]
    per_year = library.UNITS["1/year"]
    vagal = math.exp(-value["regulation.vagal_decline"] / per_year * years)
    for name in ("reflexes.interval_sympathetic", "reflexes.interval_vagal"):
        value[name] *= vagal
    soft = math.exp(-value["regulation.stiffening"] / per_year * years)
    artery = np.array([r.endswith(ARTERY_ENDS) for r in rows["vessels.compartment"]])
    value["vessels.compartment.compliance"] = np.where(artery, soft, 1.0) * value["vessels.compartment.compliance"]
