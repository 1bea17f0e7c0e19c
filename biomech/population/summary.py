"""Distributions of an ensemble: mean, spread and quantiles of every measure, bands of courses, shares of people."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from biomech.errors import InputError
from biomech.library.anatomy import LUMBAR_LEVELS
from biomech.viz.picked import chosen, names

Floats = NDArray[np.float64]

QUANTILES = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
#: asked of every ensemble that has the measure
STATEMENTS = (
    "L4/L5:disc_height_change_mm > 0.5", "L4/L5:nucleus_pressure_MPa < 0", "net_traction_N > 0", "stature_gain_mm > 5",
    "iop_peak_mmHg > 30", "sbp_cuff_mmHg > 140", "map_brain_mmHg > 110", "icp_mmHg > 22",
)  # fmt: skip
Z95 = 1.959964
INEQUALITY = re.compile(r"(.+?)\s*(<=|>=|<|>)\s*([-+0-9.eE]+)")  # measure, sign, number


@dataclass(frozen=True)
class Spread:
    """The distribution of one measure over the people."""

    count: int
    mean: float
    sd: float
    quantiles: tuple[float, ...]  # at `QUANTILES`

    @property
    def low(self) -> float:
        """Below it lie 2.5 %."""
        return self.quantiles[QUANTILES.index(0.025)]

    @property
    def middle(self) -> float:
        """The median."""
        return self.quantiles[QUANTILES.index(0.5)]

    @property
    def high(self) -> float:
        """Above it lie 2.5 %."""
        return self.quantiles[QUANTILES.index(0.975)]

    @property
    def error(self) -> float:
        """Standard error of the mean by sampling alone."""
        return self.sd / math.sqrt(self.count)


def spread(values: Floats) -> Spread:
    """Distribution of the finite ones of some values."""
    kept = values[np.isfinite(values)]
    if kept.size < 2:
        nan = float("nan")
        return Spread(int(kept.size), float(kept.mean()) if kept.size else nan, nan, (nan,) * len(QUANTILES))
    return Spread(int(kept.size), float(kept.mean()), float(kept.std(ddof=1)), tuple(float(q) for q in np.quantile(kept, QUANTILES)))


def spreads(data: xr.Dataset, levels: Sequence[str] = LUMBAR_LEVELS) -> dict[str, tuple[Spread, str]]:
    """Distribution and unit of every measure; of those with levels at ``levels``."""
    out = {}
    for name in names(data):
        values = data[name]
        if "level" in values.dims:
            for level in levels:
                found = spread(values.sel(level=level).values)
                if found.count > 1:
                    out[f"{level}:{name}"] = (found, str(values.attrs["units"]))
        else:
            out[name] = (spread(values.values), str(values.attrs["units"]))
    return out


@dataclass(frozen=True)
class Share:
    """How many people a statement holds for: the share with its 95 % interval by sampling (Wilson)."""

    statement: str
    count: int
    share: float
    low: float
    high: float


def share(data: xr.Dataset, statement: str) -> Share:
    """Share of people of whom ``MEASURE > NUMBER`` is true."""
    found = INEQUALITY.fullmatch(statement.strip())
    if not found:
        raise InputError(f'"{statement}" is no statement', key="--probability", allowed='MEASURE > NUMBER: "iop_peak_mmHg > 30"')
    try:
        limit = float(found[3])
    except ValueError:
        raise InputError(f"{found[3]} is not a number", key="--probability") from None
    values = chosen(data, found[1])[0].values
    kept = values[np.isfinite(values)]
    true = {"<": kept < limit, "<=": kept <= limit, ">": kept > limit, ">=": kept >= limit}[found[2]]
    n, p = kept.size, float(true.mean()) if kept.size else float("nan")
    if not n:
        return Share(statement, 0, p, p, p)
    centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
    return Share(statement, int(n), p, max(centre - half, 0.0), min(centre + half, 1.0))


def shares(data: xr.Dataset, asked: Sequence[str] = ()) -> list[Share]:
    """What was asked; or, if nothing was, `STATEMENTS` as far as the ensemble can speak about them."""
    if asked:
        return [share(data, statement) for statement in asked]
    known = names(data)
    return [share(data, s) for s in STATEMENTS if s.split(":")[-1].split(" ")[0] in known]


def as_json(data: xr.Dataset, asked: Sequence[str] = ()) -> dict[str, Any]:
    """Distributions and shares for programs."""
    import json

    measures = {
        name: {"unit": unit, "n": s.count, "mean": s.mean, "sd": s.sd, "standard_error": s.error}
        | {f"q{100 * q:g}": v for q, v in zip(QUANTILES, s.quantiles, strict=True)}
        for name, (s, unit) in spreads(data, [str(v) for v in data["level"].values] if "level" in data else []).items()
    }
    told = [{"statement": s.statement, "n": s.count, "share": s.share, "low": s.low, "high": s.high} for s in shares(data, asked)]
    keys = ("population", "seed", "bodies", "digest", "disclaimer", "prediction")
    return {
        "scenario": data.attrs["title"], "measures": measures, "shares": told, "failures": json.loads(data.attrs["failures"]),
        "provenance": {k: data.attrs[k] if not hasattr(data.attrs[k], "item") else data.attrs[k].item() for k in keys},
    }  # fmt: skip
