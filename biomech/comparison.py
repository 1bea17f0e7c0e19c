"""Several cases side by side, for scripts and notebooks; `biomech compare` prints and draws the same."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from biomech.errors import InputError
from biomech.results.result import Result, open_result
from biomech.scenario import Overrides, Scenario
from biomech.simulation import simulate

if TYPE_CHECKING:
    import xarray as xr

Case = str | Path | Scenario | Result


class Comparison:
    """Results in the order given; the first one is what the others are compared with."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.results = list(results)

    def levels(self) -> "xr.Dataset":
        """Measures per level, dims (case, level), each with unit and definition."""
        import xarray as xr

        found = [r.measures() for r in self.results]
        definitions: dict[str, dict[str, str]] = found[0]["level_definitions"]
        levels = list(found[0]["levels"])
        titles = [str(r.recorded.attrs["title"]) for r in self.results]
        nan = float("nan")
        return xr.Dataset(
            {
                name: (
                    ("case", "level"),
                    [[f["levels"].get(v, {}).get(name, nan) for v in levels] for f in found],
                    {"units": d["unit"], "long_name": d["definition"]},
                )
                for name, d in definitions.items()
            },
            coords={"case": titles, "level": levels},
        )

    def figure(self, path: "str | Path") -> Path:
        """Draw two to four cases disc by disc."""
        from biomech import viz

        return Path(viz.compare_figure(self.results, path))


def compare(cases: Sequence[Case], overrides: Overrides | None = None) -> Comparison:
    """Simulate (or open) cases and put them side by side.

    Parameters
    ----------
    cases : sequence of scenario files, names, Scenario or Result objects, or result files (.nc)
    overrides : mapping, iterable of str or str, optional
        Keys set in every scenario, e.g. ``{"person.mass_kg": 90}``.
    """
    if not cases:
        raise InputError("there is nothing to compare", key="cases")
    results = []
    for case in cases:
        if isinstance(case, Result):
            results.append(case)
        elif isinstance(case, str | Path) and str(case).endswith(".nc"):
            results.append(open_result(case))
        else:
            results.append(simulate(case, overrides))
    return Comparison(results)
