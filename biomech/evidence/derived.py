"""Quantities that studies report and that follow from variables of a result."""

from __future__ import annotations

from collections.abc import Callable

import xarray as xr

from biomech import library
from biomech.errors import InputError
from biomech.library.suggest import did_you_mean

#: share of cells in blood; only turns a plasma volume into per cent of itself
HAEMATOCRIT = 0.45


def _disc_volume(data: xr.Dataset) -> xr.DataArray:
    """Volume of a disc in % of the rested state: what is not water cannot be squeezed out."""
    water = library.load("spine", "disc").scalar("water_fraction").value
    return 100.0 + water * (data["water_content"] - 100.0)


def _resistance(data: xr.Dataset) -> xr.DataArray:
    """Systemic resistance, mmHg min/L."""
    return (data["map_heart"] - data["cvp"]) / data["cardiac_output"]


def _plasma_volume(data: xr.Dataset) -> xr.DataArray:
    """Plasma in the vessels, mL: what was there at the start less what has been filtered since."""
    blood = data["compartment_volume"].sum("compartment").isel(beat_time=0)
    lost = data["filtered_plasma"]
    return (1.0 - HAEMATOCRIT) * (blood + lost.isel(beat_time=0)) - lost


def _lung_blood(data: xr.Dataset) -> xr.DataArray:
    """Blood in the vessels of the lungs, mL."""
    volume = data["compartment_volume"]
    lungs = [str(c) for c in volume["compartment"].values if str(c).startswith("pulmonary")]
    return volume.sel(compartment=lungs).sum("compartment")


DERIVED: dict[str, Callable[[xr.Dataset], xr.DataArray]] = {
    "disc_volume": _disc_volume,
    "resistance": _resistance,
    "plasma_volume": _plasma_volume,
    "lung_blood_volume": _lung_blood,
}

#: what needs the heart and vessels (all else is the spine's)
CIRCULATION = frozenset({
    "heart_rate", "stroke_volume", "cardiac_output", "sbp_heart", "dbp_heart", "map_heart", "sbp_cuff", "dbp_cuff", "map_brain", "cvp",
    "jugular_pressure", "icp", "iop", "ocular_perfusion", "translaminar", "filtered_plasma", "compartment_volume", "region_volume",
    "resistance", "plasma_volume", "lung_blood_volume",
})


def variable(data: xr.Dataset, name: str) -> xr.DataArray:
    """A variable of the result of that half of the body, or one derived from it."""
    if name in DERIVED:
        return DERIVED[name](data)
    if name not in data:
        known = sorted({*map(str, data.data_vars), *CIRCULATION, *DERIVED})
        raise InputError(f"a result has no variable {name!r}", key="simulated.variable", hint=did_you_mean(name, known))
    return data[name]
