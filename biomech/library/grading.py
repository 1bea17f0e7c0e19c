"""How well the numbers of model files are known: counts by grade, in all and by source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from biomech.library.tables import ParameterFile


def grades(files: Iterable[ParameterFile]) -> Counter[str]:
    """How many values of each grade."""
    return Counter(grade for _, grade in _graded(files))


def grades_by_source(files: Iterable[ParameterFile]) -> dict[str, Counter[str]]:
    """The same for every source."""
    found: dict[str, Counter[str]] = {}
    for source, grade in _graded(files):
        found.setdefault(source, Counter())[grade] += 1
    return found


def _graded(files: Iterable[ParameterFile]) -> Iterator[tuple[str, str]]:
    """Source and grade of every value; an empty cell of a table is none."""
    for file in files:
        for quantity in file.scalars.values():
            yield quantity.source, quantity.grade
        for table in file.tables.values():
            for column in table.columns.values():
                for row, value in zip(table.rows, column.values, strict=True):
                    if value == value:
                        origin = column.origin(row)
                        yield origin.source, origin.grade
