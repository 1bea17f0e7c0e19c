"""Parameter files: numbers that cannot stand anywhere without unit, source and grade.

A file mirrors a published table. ``[scalars.NAME]`` is one number; ``[tables.NAME]`` names its
``rows``, may carry a ``note``, and holds columns ``[tables.NAME.COLUMN]`` with one value per row;
``cells."ROW"`` in a column overrides where that one value comes from. Everything else in the file
is plain data (`ParameterFile.data`); a table in it that has a ``value`` is a `Quantity` too.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from biomech.errors import InputError
from biomech.library.document import Document, KeyPath, read_document
from biomech.library.suggest import did_you_mean
from biomech.library.units import UNITS, factor

Floats = NDArray[np.float64]

#: how much a number can be trusted, best first
GRADES = ("measured", "derived", "fitted", "assumed")

_ORIGIN = ("source", "place", "grade", "note")
_SCALAR = ("value", "unit", *_ORIGIN, "range", "range_factor", "sd")
_COLUMN = ("values", "unit", *_ORIGIN, "range", "range_factor", "sd", "cells")
#: what products and powers of physical numbers stay finite with, in any of the units
LARGEST, SMALLEST = 1e15, 1e-30
#: the source key of the project's own choices and derivations, which have no place in a paper
OWN = "biomech"


@dataclass(frozen=True)
class Quantity:
    """One number and where it comes from; `range` and `sd` are in `unit`."""

    value_si: float
    value: float
    unit: str
    source: str
    place: str
    grade: str
    range: tuple[float, float] | None = None
    note: str = ""
    sd: float | None = None


@dataclass(frozen=True)
class Cell:
    """Where a single value of a column comes from, if not from where the column does."""

    source: str
    place: str
    grade: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class Column:
    """One value per row, in `unit`; `range` has a lower and an upper bound per row."""

    values: Floats
    unit: str
    source: str
    place: str
    grade: str
    sd: Floats | None = None
    range: Floats | None = None
    note: str = ""
    cells: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def si(self) -> Floats:
        """The values in SI units."""
        return self.values * factor(self.unit)

    def origin(self, row: str) -> Cell:
        """Where the value of `row` comes from."""
        return self.cells.get(row) or Cell(self.source, self.place, self.grade, self.note)


class Table:
    """Columns over the same rows."""

    def __init__(
        self, name: str, file: str, rows: tuple[str, ...], columns: dict[str, Column]
    ) -> None:
        self.name = name
        self.file = file
        self.rows = rows
        self.columns: Mapping[str, Column] = columns

    def column(self, name: str) -> Column:
        """Column `name`; an unknown one is an `InputError`."""
        if name not in self.columns:
            _unknown(self.file, f"tables.{self.name}", name, "column", self.columns)
        return self.columns[name]

    def si(self, name: str) -> Floats:
        """The values of column `name` in SI units (a new array)."""
        return self.column(name).si


class ParameterFile:
    """A parameter file, read and checked.

    Parameters
    ----------
    document : Document
        The TOML text.
    kind, name : str
        What it is called in the catalogue.
    """

    def __init__(self, document: Document, kind: str = "", name: str = "") -> None:
        self.kind = kind
        self.name = name
        self.file = document.file
        data = dict(document.data)
        read = _Reader(document)
        self.title = read.text(data.pop("title", name), ("title",))
        self.description = read.text(data.pop("description", ""), ("description",))
        self.scalars: Mapping[str, Quantity] = {
            key: read.quantity(value, ("scalars", key))
            for key, value in read.table(data.pop("scalars", {}), ("scalars",)).items()
        }
        self.tables: Mapping[str, Table] = {
            key: read.rows_and_columns(value, key)
            for key, value in read.table(data.pop("tables", {}), ("tables",)).items()
        }
        self._data = data
        self._in_data: dict[KeyPath, Quantity] = dict(read.quantities_in(data, ()))

    @property
    def data(self) -> dict[str, Any]:
        """What is neither title nor scalar nor table: plain TOML (a copy, yours to change)."""
        return copy.deepcopy(self._data)

    def scalar(self, name: str) -> Quantity:
        """Scalar `name`; an unknown one is an `InputError`."""
        if name not in self.scalars:
            _unknown(self.file, "scalars", name, "scalar", self.scalars)
        return self.scalars[name]

    def table(self, name: str) -> Table:
        """Table `name`; an unknown one is an `InputError`."""
        if name not in self.tables:
            _unknown(self.file, "tables", name, "table", self.tables)
        return self.tables[name]

    def quantity(self, *path: str | int) -> Quantity | None:
        """The number with a source at `path` in `data`, or None if there is none."""
        return self._in_data.get(path)

    def error(self, message: str, path: KeyPath, allowed: str | Iterable[str] | None = None, hint: str | None = None) -> InputError:
        """An `InputError` that points at `path`; the text is read again, because only errors need its lines."""
        return read_document(self.file).error(message, path, allowed, hint)

    def with_values(self, values: Mapping[str, float | Sequence[float]]) -> ParameterFile:
        """A copy in which some values are others, in the units of the file.

        Parameters
        ----------
        values : mapping
            ``"NAME"``: a scalar's value. ``"TABLE.COLUMN"``: a column's values, or one factor on all of them.
        """
        other = copy.copy(self)
        scalars, tables = dict(self.scalars), dict(self.tables)
        for name, value in values.items():
            table, dot, column = name.partition(".")
            if not dot:
                old = self.scalar(name)
                assert not isinstance(value, Sequence)  # a scalar has one value
                scalars[name] = replace(old, value=float(value), value_si=float(value) * factor(old.unit))
                continue
            before = tables[table] if table in tables else self.table(table)
            was = before.column(column)
            new = was.values * value if isinstance(value, float | int) else np.array(value, dtype=np.float64)
            columns = {**before.columns, column: replace(was, values=_constant(new))}
            tables[table] = Table(table, before.file, before.rows, columns)
        other.scalars, other.tables = scalars, tables
        return other

    def origins(self) -> Iterator[tuple[str, str]]:
        """The key of the source and the grade of every value there is, one by one."""
        yield from ((quantity.source, quantity.grade) for quantity in (*self.scalars.values(), *self._in_data.values()))
        for table in self.tables.values():
            for column in table.columns.values():
                for row, value in zip(table.rows, column.values, strict=True):
                    if not math.isnan(value):
                        origin = column.origin(row)
                        yield origin.source, origin.grade

    def grades(self) -> Iterator[str]:
        """The grade of every value there is, one by one."""
        return (grade for _, grade in self.origins())

    def citations(self) -> Iterator[tuple[str, KeyPath]]:
        """Every citation: the key of its source, and where it stands."""
        for key, scalar in self.scalars.items():
            yield scalar.source, ("scalars", key, "source")
        for key, table in self.tables.items():
            for name, column in table.columns.items():
                path = ("tables", key, name)
                yield column.source, (*path, "source")
                for row, cell in column.cells.items():
                    yield cell.source, (*path, "cells", row, "source")
        for where, quantity in self._in_data.items():
            yield quantity.source, (*where, "source")


def _unknown(file: str, key: str, name: str, what: str, names: Iterable[str]) -> NoReturn:
    names = tuple(names)
    hint = did_you_mean(name, names)
    raise InputError(f"has no {what} {name!r}", file, key=key, allowed=names, hint=hint)


class _Reader:
    """Checks that turn plain TOML into quantities and columns, or point at the line."""

    def __init__(self, document: Document) -> None:
        self.file = document.file
        self.error = document.error

    def text(self, value: object, path: KeyPath) -> str:
        if not isinstance(value, str):
            raise self.error(f"{value!r:.60} is not a text", path)
        return value.strip()

    def table(self, value: object, path: KeyPath) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.error("is not a table", path)
        return value

    def number(self, value: object, path: KeyPath, nan: bool = False) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(f"{value!r:.60} is not a number", path)
        if isinstance(value, float) and (math.isinf(value) or (math.isnan(value) and not nan)):
            raise self.error(f"{value} is not a finite number", path)
        if abs(value) > LARGEST or 0 < abs(value) < SMALLEST:
            raise self.error(f"{value:.3g} is no size of anything", path, f"0, or {SMALLEST:g} to {LARGEST:g}, of either sign")
        return float(value)

    def numbers(self, value: object, count: int, path: KeyPath, nan: bool = False) -> Floats:
        if not isinstance(value, list):
            raise self.error("is not a list of numbers", path)
        if len(value) != count:
            raise self.error(f"has {len(value)} values", path, allowed=f"{count}, one per row")
        numbers = [self.number(v, (*path, i), nan) for i, v in enumerate(value)]
        return _constant(np.array(numbers, dtype=np.float64))

    def pair(self, value: object, path: KeyPath, nan: bool = False) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2:
            raise self.error("is not a pair", path, allowed="[lowest, highest]")
        low, high = (self.number(v, (*path, i), nan) for i, v in enumerate(value))
        if low > high:
            raise self.error(f"the lowest, {low:g}, is above the highest, {high:g}", path)
        return low, high

    def keys(self, data: dict[str, Any], known: Iterable[str], path: KeyPath) -> None:
        for key in data:
            if key not in known:
                hint = did_you_mean(key, known)
                raise self.error("unknown key", (*path, key), allowed=known, hint=hint)

    def need(self, data: dict[str, Any], key: str, path: KeyPath) -> Any:
        if key not in data:
            raise self.error("is missing", (*path, key))
        return data[key]

    def unit(self, data: dict[str, Any], path: KeyPath) -> str:
        unit = self.text(self.need(data, "unit", path), (*path, "unit"))
        if unit not in UNITS:
            hint = did_you_mean(unit, UNITS)
            raise self.error(f"unknown unit {unit!r:.60}", (*path, "unit"), allowed=UNITS, hint=hint)
        return unit

    def grade(self, value: object, path: KeyPath) -> str:
        if value not in GRADES:
            hint = did_you_mean(value, GRADES)
            raise self.error(f"unknown grade {value!r:.60}", path, allowed=GRADES, hint=hint)
        return str(value)

    def origin(self, data: dict[str, Any], path: KeyPath, placed: bool = True) -> Cell:
        """Source, place, grade and note of a scalar or column."""
        source = self.text(self.need(data, "source", path), (*path, "source"))
        grade = self.grade(self.need(data, "grade", path), (*path, "grade"))
        if placed and source != OWN:
            self.need(data, "place", path)
        place = self.text(data.get("place", ""), (*path, "place"))
        return Cell(source, place, grade, self.text(data.get("note", ""), (*path, "note")))

    def quantity(self, value: object, path: KeyPath, plain: bool = False) -> Quantity:
        """A scalar; in plain data the unit may be left out (1) and so may the place."""
        data = self.table(value, path)
        self.keys(data, _SCALAR, path)
        number = self.number(self.need(data, "value", path), (*path, "value"))
        unit = "1" if plain and "unit" not in data else self.unit(data, path)
        origin = self.origin(data, path, placed=not plain)
        sd = self.number(data["sd"], (*path, "sd")) if "sd" in data else None
        span = None
        if "range" in data:
            span = self.pair(data["range"], (*path, "range"))
        elif "range_factor" in data:
            a, b = self.pair(data["range_factor"], (*path, "range_factor"))
            span = (min(number * a, number * b), max(number * a, number * b))
        if span and not span[0] <= number <= span[1]:
            raise self.error(f"{number:g} lies outside its range", (*path, "value"))
        return Quantity(
            number * factor(unit), number, unit,
            origin.source, origin.place, origin.grade, span, origin.note, sd,
        )  # fmt: skip

    def rows_and_columns(self, value: object, name: str) -> Table:
        path = ("tables", name)
        data = dict(self.table(value, path))
        rows = self.need(data, "rows", path)
        del data["rows"]
        data.pop("note", None)
        if not isinstance(rows, list) or not rows or not all(isinstance(r, str) for r in rows):
            raise self.error("is not a list of names", (*path, "rows"))
        for i, row in enumerate(rows):
            if row in rows[:i]:
                raise self.error(f"{row!r:.60} stands here twice", (*path, "rows", i))
        columns = {key: self.column(col, rows, (*path, key)) for key, col in data.items()}
        return Table(name, self.file, tuple(rows), columns)

    def column(self, value: object, rows: list[str], path: KeyPath) -> Column:
        data = self.table(value, path)
        self.keys(data, _COLUMN, path)
        values = self.numbers(self.need(data, "values", path), len(rows), (*path, "values"), True)
        unit = self.unit(data, path)
        origin = self.origin(data, path)
        sd = self.numbers(data["sd"], len(rows), (*path, "sd"), True) if "sd" in data else None
        return Column(
            values, unit, origin.source, origin.place, origin.grade, sd,
            self.spans(data, values, path), origin.note, self.cells(data, origin, rows, path),
        )  # fmt: skip

    def spans(self, data: dict[str, Any], values: Floats, path: KeyPath) -> Floats | None:
        if "range" in data:
            where, pairs = (*path, "range"), data["range"]
            if not isinstance(pairs, list) or len(pairs) != len(values):
                raise self.error("is not a pair per row", where, allowed=f"{len(values)} pairs")
            spans = np.array([self.pair(p, (*where, i), True) for i, p in enumerate(pairs)])
        elif "range_factor" in data:
            factors = np.array(self.pair(data["range_factor"], (*path, "range_factor")))
            spans = np.sort(values[:, None] * factors, axis=1)
        else:
            return None
        for i in range(len(values)):
            if values[i] < spans[i, 0] or values[i] > spans[i, 1]:  # false for nan
                raise self.error(f"{values[i]:g} lies outside its range", (*path, "values", i))
        return _constant(spans)

    def cells(
        self, data: dict[str, Any], column: Cell, rows: list[str], path: KeyPath
    ) -> Mapping[str, Cell]:
        path = (*path, "cells")
        cells = {}
        for row, value in self.table(data.get("cells", {}), path).items():
            if row not in rows:
                hint = did_you_mean(row, rows)
                raise self.error("is not a row", (*path, row), allowed=rows, hint=hint)
            cell = self.table(value, (*path, row))
            self.keys(cell, _ORIGIN, (*path, row))
            # a place and a note belong to their source: another source brings its own
            given = {"source": column.source, "grade": column.grade}
            if cell.get("source", column.source) == column.source:
                given |= {"place": column.place, "note": column.note}
            cells[row] = self.origin(given | cell, (*path, row))
        return cells

    def quantities_in(self, data: object, path: KeyPath) -> Iterator[tuple[KeyPath, Quantity]]:
        """Every table with a ``value`` in plain data."""
        if isinstance(data, dict):
            if path and "value" in data:
                yield path, self.quantity(data, path, plain=True)
            else:
                for key, value in data.items():
                    yield from self.quantities_in(value, (*path, key))
        elif isinstance(data, list):
            for i, value in enumerate(data):
                yield from self.quantities_in(value, (*path, i))


def _constant(array: Floats) -> Floats:
    """Files are cached, so nobody may write into their arrays."""
    array.flags.writeable = False
    return array
