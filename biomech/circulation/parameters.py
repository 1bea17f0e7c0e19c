"""What the data files hold, for one person: sized, aged, and changed by conditions. SI.

Values have flat names, ``file.scalar`` or ``file.table.column``, which is also how a condition names what it changes:

    [[circulation]]
    change   = "vessels.compartment.compliance"
    rows     = ["thoracic_aorta", "abdominal_aorta"]         # all rows if left out
    multiply = { value = 0.7, unit = "1", source = …, place = …, grade = … }     # or add
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biomech import library
from biomech.errors import InputError
from biomech.posture.person import Person

Floats = NDArray[np.float64]

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
    "vessels.neck_height", "vessels.carotid_sinus_height", "vessels.brain_height", "vessels.eye_height",
    "vessels.cuff_height", "vessels.cuff_height_hanging", "vessels.arm_height_hanging",
)
ARTERY_ENDS = ("arteries", "aorta")


@dataclass(frozen=True)
class CirculationParameters:
    """Scalars and columns by flat name, rows by table, and which compartment belongs where."""

    person: Person
    value: dict[str, Any]  # float, or (rows,) array
    rows: dict[str, tuple[str, ...]]
    layout: dict[str, dict[str, Any]]  # plain data of each file
    files: tuple[str, ...]

    def column(self, table: str, name: str) -> Floats:
        """One column of a table, SI."""
        return self.value[f"{table}.{name}"]  # type: ignore[no-any-return]


def load(person: Person) -> CirculationParameters:
    """Parameters of a person.

    Raises
    ------
    InputError
        A condition changes something that does not exist.
    """
    value: dict[str, Any] = {}
    rows: dict[str, tuple[str, ...]] = {}
    layout: dict[str, dict[str, Any]] = {}
    for name in FILES:
        file = library.load("circulation", name)
        layout[name] = file.data
        value |= {f"{name}.{key}": q.value_si for key, q in file.scalars.items()}
        for key, table in file.tables.items():
            rows[f"{name}.{key}"] = table.rows
            value |= {f"{name}.{key}.{column}": table.si(column) for column in table.columns}
    _fit_to_size(person, value)
    _age(person, value, rows)
    files = [f"circulation/{name}" for name in FILES]
    for condition in person.conditions:
        file = library.load("conditions", condition.name)
        changes = file.data.get("circulation", [])
        for k, change in enumerate(changes):
            _apply(file, k, change, value, rows)
        if changes:
            files.append(f"conditions/{condition.name}")
    return CirculationParameters(person, value, rows, layout, tuple(files))


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


def _apply(
    file: library.ParameterFile, k: int, change: dict[str, Any], value: dict[str, Any], rows: dict[str, tuple[str, ...]]
) -> None:
    """One change of a condition."""
    name = change.get("change")
    if name not in value:
        raise InputError(
            f"changes {name!r}, which does not exist", file.file, key=f"circulation[{k}].change",
            hint=library.did_you_mean(name, value),
        )
    where: Any = ...
    if "rows" in change:
        known = rows[name.rsplit(".", 1)[0]]
        for row in change["rows"]:
            if row not in known:
                raise InputError(f"{row!r} is not a row", file.file, key=f"circulation[{k}].rows", allowed=known)
        where = [known.index(r) for r in change["rows"]]
    new = np.array(value[name], dtype=float)
    how = [key for key in ("multiply", "add") if key in change]
    quantity = file.quantity("circulation", k, how[0]) if len(how) == 1 else None
    if quantity is None:
        raise InputError("needs one of multiply and add, with value, unit and source", file.file, key=f"circulation[{k}]")
    if how[0] == "multiply":
        new[where] *= quantity.value_si
    else:
        new[where] += quantity.value_si
    value[name] = new if new.ndim else float(new)
