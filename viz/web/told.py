"""A result with its name and its measures: what words, tables and scripts of a page are made from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import xarray as xr

from biomech.viz.reading import Spine
from biomech.viz.web.naming import Name, name_cases


class Measured(Protocol):
    """A result: its dataset and its measures."""

    @property
    def data(self) -> xr.Dataset: ...

    def measures(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Told:
    """One case; a number it does not have is nan."""

    spine: Spine
    name: Name
    values: dict[str, dict[str, Any]]
    levels: dict[str, dict[str, float]]

    @property
    def warnings(self) -> list[str]:
        """Where the run leaves what is known."""
        return list(json.loads(str(self.spine.data.attrs.get("warnings", "[]"))))

    def value(self, key: str) -> float:
        """A measure of the whole."""
        return float(self.values[key]["value"]) if key in self.values else float("nan")

    def level(self, level: str, key: str) -> float:
        """A measure of one level."""
        return float(self.levels.get(level, {}).get(key, float("nan")))


def told(results: Sequence[Measured]) -> list[Told]:
    """The cases of a page."""
    spines = [Spine(r) for r in results]
    out = []
    for result, spine, name in zip(results, spines, name_cases(spines), strict=True):
        found = result.measures()
        out.append(Told(spine, name, found["measures"], found["levels"]))
    return out
