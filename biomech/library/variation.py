"""The numbers of models/ for a while at other values: how a sweep or an ensemble reaches what stands in the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from biomech.library.tables import ParameterFile

#: "folder/name" of a file → name of a scalar or "table.column" → value (see `ParameterFile.with_values`)
Variation = Mapping[str, Mapping[str, float | Sequence[float]]]

#: what is in force, and the files that have been made of it so far
_VARIATION: ContextVar[tuple[Variation, dict[ParameterFile, ParameterFile]] | None] = ContextVar("variation", default=None)


@contextmanager
def varied(values: Variation) -> Iterator[None]:
    """Within this block `biomech.library.load` gives files with these values, in this thread alone.

    Parameters
    ----------
    values : mapping
        ``{"spine/disc": {"modulus_tension": 1.9}}``, in the units of the files.
    """
    token = _VARIATION.set((values, {}) if values else None)
    try:
        yield
    finally:
        _VARIATION.reset(token)


def as_varied(file: ParameterFile) -> ParameterFile:
    """The file with the values that are in force."""
    in_force = _VARIATION.get()
    if in_force is None:
        return file
    values, made = in_force
    if file not in made:
        own = values.get(f"{Path(file.file).parent.name}/{file.name}")
        made[file] = file.with_values(own) if own else file
    return made[file]
