"""A result's time series as tables: CSV for a spreadsheet, Parquet for a data frame."""

from collections.abc import Hashable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import xarray as xr

from biomech.errors import InputError
from biomech.files import replace_file

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".parquet")
CLOCKS = {"time": "", "beat_time": "_beats", "pulse_time": "_pulse"}
_LEFT_OUT = ("position", "orientation", "gravity")  # poses: what the NetCDF file and ParaView are for
_COLUMN = "column of the table"  # a dimension that no result has of its own


def table(data: xr.Dataset, clock: str = "time") -> "pd.DataFrame":
    """All series on one clock, one row a sample, one column a quantity and place, units in the names.

    Parameters
    ----------
    clock : str
        "time", or "beat_time" and "pulse_time" of a circulation.
    """
    import pandas as pd

    columns: dict[str, object] = {f"{clock}_s": data[clock].values}
    for name, variable in data.data_vars.items():
        if variable.dims[:1] != (clock,) or name in _LEFT_OUT:
            continue
        unit = str(variable.attrs.get("units", ""))
        tail = f" ({unit})" if unit not in ("", "1") else ""
        if variable.ndim == 1:
            columns[f"{name}{tail}"] = variable.values
            continue
        flat = variable.stack({_COLUMN: variable.dims[1:]})
        for i, place in enumerate(flat[_COLUMN].values):
            columns[f"{name} {_said(place)}{tail}"] = flat.values[:, i]
    frame = pd.DataFrame(columns)
    # a disc that does not exist has no column
    return frame.dropna(axis="columns", how="all")


def _said(place: Hashable) -> str:
    return " ".join(map(str, place)) if isinstance(place, tuple) else str(place)


def write_series(data: xr.Dataset, path: Path) -> list[Path]:
    """Write ``.csv`` or ``.parquet``: one file for the spine's clock, one beside it for each other clock there is."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{path}: cannot write a table as {suffix!r}", allowed=SUFFIXES)
    if suffix == ".parquet" and find_spec("pyarrow") is None:
        raise InputError("Parquet files need pyarrow: pip install 'biomech[parquet]'")
    written = []
    for clock, tail in CLOCKS.items():
        if clock not in data.dims:
            continue
        target = path.with_name(f"{path.stem}{tail}{path.suffix}")
        frame = table(data, clock)
        frame.attrs = {k: str(data.attrs[k]) for k in ("title", "biomech_version", "digest", "disclaimer") if k in data.attrs}
        if suffix == ".csv":
            replace_file(target, partial(frame.to_csv, index=False, float_format="%.9g"))
        else:
            replace_file(target, partial(frame.to_parquet, index=False))
        written.append(target)
    return written
