"""Blood pressure at any height: the column of blood from the nearest compartment.

    P(z) = P_c + ρ g (z_c − z)         c: the compartment nearest in height on that side; of a named place, the one it lies in

Exact without flow; with it, what the vessel between the compartment and the height takes is left out (a few mmHg at most in arteries), and
in the beats of a turn what heights change within a beat, because a beat keeps the heights of its end.
"""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Literal

import numpy as np

from biomech.errors import InputError
from biomech.library.suggest import did_you_mean
from biomech.library.units import GRAVITY, UNITS

if TYPE_CHECKING:
    import xarray as xr

Side = Literal["arterial", "venous"]

ENDS = {"arterial": ("arteries", "aorta"), "venous": ("veins", "vena_cava", "right_atrium")}
FARTHEST_CM = 300.0  # no body reaches farther, arms stretched
# places that are no compartment of their own → the compartments whose column goes through them
AT = {
    "heart": {"arterial": "ascending_aorta", "venous": "right_atrium"},
    "carotid_sinus": {"arterial": "carotid_arteries", "venous": "jugular_veins"},
    "brain": {"arterial": "head_arteries", "venous": "head_veins"},
    "eye": {"arterial": "head_arteries", "venous": "head_veins"},
    "cuff": {"arterial": "arm_arteries", "venous": "arm_veins"},
}


def pressure_at(data: xr.Dataset, where: float | str, side: Side = "arterial", time: float | None = None) -> xr.DataArray:
    """See `biomech.results.result.Result.pressure_at`."""
    import xarray as xr

    if "compartment_pressure" not in data:
        raise InputError("holds no circulation", hint="run it without --only spine")
    if side not in ENDS:
        raise InputError(f'"{side}" is no side', allowed="arterial, venous")
    names = [str(n) for n in data["compartment"].values]
    vessels = [n for n in names if n.endswith(ENDS[side]) and not n.startswith("pulmonary")]
    if isinstance(where, str):
        organs = sorted({n.rsplit("_", 1)[0] for n in vessels if n.endswith(("_arteries", "_veins"))})
        if where in AT:
            vessels, z = [AT[where][side]], data["place_height"].sel(place=where).values
        elif where in organs:
            vessels = [next(n for n in vessels if n.rsplit("_", 1)[0] == where)]
            z = data["compartment_height"].sel(compartment=vessels[0]).values
        else:
            known = sorted({*AT, *organs})
            raise InputError(f'"{where}" is no place', allowed=known, hint=did_you_mean(where, known))
        words = f"at {where}"
    elif not isinstance(where, Real) or not abs(where) <= FARTHEST_CM:
        raise InputError(f"{where!r} is no height", allowed=f"cm above the heart, up to {FARTHEST_CM:g} up or down, or the name of a place")
    else:
        z = np.full(data.sizes["beat_time"], float(where))
        words = f"{where:g} cm above the heart"
    heights = data["compartment_height"].sel(compartment=vessels).values
    nearest = np.abs(heights - z[:, None]).argmin(axis=1)
    beat = np.arange(z.size)
    weight = data["compartment_height"].attrs["blood_density"] * GRAVITY * UNITS["cm"] / UNITS["mmHg"]
    pressure = data["compartment_pressure"].sel(compartment=vessels).values[beat, nearest] + weight * (heights[beat, nearest] - z)
    out = xr.DataArray(
        pressure, coords={"beat_time": data["beat_time"]}, dims="beat_time", name="pressure",
        attrs={"units": "mmHg", "long_name": f"mean {side} pressure {words}", "source": data["compartment_pressure"].attrs["source"]},
    )
    if time is None:
        return out
    if not isinstance(time, Real):
        raise InputError(f"{time!r} is no time", allowed="s from the start of the session")
    if not out["beat_time"].values[0] <= time <= out["beat_time"].values[-1]:
        raise InputError(f"{time:g} s is not in the run", allowed=f"{out['beat_time'].values[0]:g} to {out['beat_time'].values[-1]:g}")
    return out.interp(beat_time=time)
