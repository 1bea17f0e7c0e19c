"""What a parameter file must hold before anything is computed from it, and which of its numbers may be nothing or negative.

A name is a scalar or "table.column". A number may be absent (nan) only in a column whose name ends in "?", and in one that ends in
"~" in those rows of its table that are said to lack something.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from biomech.library.document import KeyPath
from biomech.library.suggest import did_you_mean
from biomech.library.tables import ParameterFile


@dataclass(frozen=True)
class Needed:
    """Names in three texts, by the sign their numbers may have; rows by table."""

    positive: str = ""
    zero_or_more: str = ""
    any_sign: str = ""
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    without: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Rows of a table that lack what is marked with "~"."""
    at: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Tables whose rows begin with one of these words."""


@lru_cache(maxsize=256)
def fits(file: ParameterFile, needed: Needed) -> None:
    """Raise the first thing that is missing or has the wrong sign.

    Raises
    ------
    InputError
        With the line of the number.
    """
    for table, rows in needed.rows:
        known = file.table(table).rows
        for row in rows:
            if row not in known:
                raise file.error(f"has no row {row!r}", ("tables", table, "rows"), hint=did_you_mean(row, known))
    for table, places in needed.at:
        for i, row in enumerate(file.table(table).rows):
            place = row.split(" ")[0]
            if place not in places:
                said = f"{row!r:.60} begins with no place of the spine"
                raise file.error(said, ("tables", table, "rows", i), places, did_you_mean(place, places))
    without = {table: set(rows) for table, rows in needed.without}
    for names, allowed in ((needed.positive, "above 0"), (needed.zero_or_more, "0 or more"), (needed.any_sign, "a number")):
        for name in names.split():
            if _all_fit(file, name, allowed):
                continue
            for path, value, absent in _numbers(file, name, without):
                if np.isnan(value):
                    if not absent:
                        raise file.error("is nan", path, allowed)
                elif (allowed != "a number" and value < 0.0) or (allowed == "above 0" and value == 0.0):
                    raise file.error(f"{value:g} is too small", path, allowed)


def _all_fit(file: ParameterFile, name: str, allowed: str) -> bool:
    """Whether all numbers of a name are there and have the sign: the common case, without going through them one by one."""
    table, dot, column = name.partition(".")
    values = file.table(table).column(column.rstrip("?~")).values if dot else np.array(file.scalar(name).value)
    fit = values > 0.0 if allowed == "above 0" else values >= 0.0 if allowed == "0 or more" else ~np.isnan(values)
    return bool(fit.all())


def _numbers(file: ParameterFile, name: str, without: dict[str, set[str]]) -> Iterator[tuple[KeyPath, float, bool]]:
    """Place and value of every number of a name, and whether it may be absent."""
    table, dot, column = name.partition(".")
    if not dot:
        yield ("scalars", name, "value"), file.scalar(name).value, False
        return
    mark, column = column[-1], column.rstrip("?~")
    found = file.table(table)
    absent = without.get(table, set()) if mark == "~" else set()
    for i, (row, value) in enumerate(zip(found.rows, found.column(column).values.tolist(), strict=True)):
        yield ("tables", table, column, "values", i), value, mark == "?" or row in absent
