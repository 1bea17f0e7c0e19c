"""Parameters of an organ by flat name, and what a person's conditions change in them. SI.

Names are ``file.scalar`` or ``file.table.column`` of models/circulation/. A condition says which it changes:

    [[circulation]]
    change   = "vessels.compartment.compliance"
    rows     = ["thoracic_aorta", "abdominal_aorta"]         # all rows if left out
    multiply = { value = 0.7, unit = "1", source = …, place = …, grade = … }     # or add
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biomech import library
from biomech.errors import InputError
from biomech.posture.person import Person

Floats = NDArray[np.float64]

KIND = "circulation"


class ByName(dict[str, Any]):
    """Numbers by flat name; one that no file holds is a complaint about the files, not about the code."""

    def __missing__(self, name: str) -> Any:
        file = name.split(".")[0]
        raise InputError(f"{name!r} is missing", library.path(KIND, file), hint=library.did_you_mean(name, self))


@dataclass
class Values:
    """Scalars and columns by flat name, the rows of each table, and the plain data of each file."""

    value: dict[str, Any] = field(default_factory=ByName)  # float, or (rows,) array
    rows: dict[str, tuple[str, ...]] = field(default_factory=ByName)
    layout: dict[str, dict[str, Any]] = field(default_factory=dict)

    def column(self, table: str, name: str) -> Floats:
        """One column of a table, SI."""
        return self.value[f"{table}.{name}"]  # type: ignore[no-any-return]


def read(files: tuple[str, ...]) -> Values:
    """All numbers of some files of models/circulation/."""
    out = Values()
    for name in files:
        file = library.load(KIND, name)
        out.layout[name] = file.data
        out.value |= {f"{name}.{key}": q.value_si for key, q in file.scalars.items()}
        for key, table in file.tables.items():
            out.rows[f"{name}.{key}"] = table.rows
            out.value |= {f"{name}.{key}.{column}": table.si(column) for column in table.columns}
    return out


def apply_conditions(person: Person, values: Values) -> tuple[str, ...]:
    """Change ``values`` as the person's conditions say; changes of other organs' files are left to them.

    Returns
    -------
    tuple of str
        The condition files that changed something here.

    Raises
    ------
    InputError
        A condition changes something that does not exist.
    """
    owners = {name.split(".")[0] for name in values.value}
    files = []
    for condition in person.conditions:
        file = library.load("conditions", condition.name)
        changes = file.data.get(KIND, [])
        if not isinstance(changes, list):
            raise file.error("is not a list of changes", (KIND,), f"[[{KIND}]]")
        for k, change in enumerate(changes):
            if not isinstance(change, dict):
                raise file.error("is not a change", (KIND, k), f"[[{KIND}]]")
            owner = str(change.get("change", "")).split(".")[0]
            if owner in owners:
                _apply(file, k, change, values)
                files.append(f"conditions/{condition.name}")
            elif owner not in ("person", *library.names(KIND)):
                raise _fault(file, k, "change", f"changes {change.get('change')!r}, which is in no file of models/{KIND}/")
    return tuple(dict.fromkeys(files))


def _fault(file: library.ParameterFile, k: int, key: str, message: str, allowed: Any = None) -> InputError:
    return file.error(message, (KIND, k, key), allowed)


def _apply(file: library.ParameterFile, k: int, change: dict[str, Any], values: Values) -> None:
    """One change of a condition."""
    name = change.get("change")
    if not isinstance(name, str):
        raise _fault(file, k, "change", f"{name!r} is not a text")
    if name not in values.value:
        hint = library.did_you_mean(name, values.value)
        raise file.error(f"changes {name!r}, which does not exist", (KIND, k, "change"), hint=hint)
    where: Any = ...
    if "rows" in change:
        known = values.rows[name.rsplit(".", 1)[0]]
        if not isinstance(change["rows"], list):
            raise _fault(file, k, "rows", "is not a list of rows", known)
        for row in change["rows"]:
            if row not in known:
                raise _fault(file, k, "rows", f"{row!r} is not a row", known)
        where = [known.index(r) for r in change["rows"]]
    how = [key for key in ("multiply", "add") if key in change]
    quantity = file.quantity(KIND, k, how[0]) if len(how) == 1 else None
    if quantity is None:
        raise _fault(file, k, "change", "needs either multiply or add, with value, unit and source")
    new = np.array(values.value[name], dtype=float)
    if how[0] == "multiply":
        new[where] *= quantity.value_si
    else:
        new[where] += quantity.value_si
    values.value[name] = new if new.ndim else float(new)
