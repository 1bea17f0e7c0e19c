"""Units: the one table between what people write and the SI of the kernels."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from biomech.errors import InputError
from biomech.library.suggest import did_you_mean

#: m/s²
GRAVITY = 9.81

_DEG = math.pi / 180.0
_MMHG = 133.322387415

#: unit → how many SI units it is worth; none of them has an offset
UNITS: dict[str, float] = {
    # numbers
    "1": 1.0,
    "%": 0.01,
    "% body weight": 0.01,
    # length, area, volume
    "m": 1.0,
    "cm": 1e-2,
    "mm": 1e-3,
    "um": 1e-6,
    "m2": 1.0,
    "cm2": 1e-4,
    "mm2": 1e-6,
    "m3": 1.0,
    "L": 1e-3,
    "mL": 1e-6,
    "mm3": 1e-9,
    "m4": 1.0,
    "mm4": 1e-12,
    "1/m": 1.0,
    "1/mm": 1e3,
    # angle
    "rad": 1.0,
    "deg": _DEG,
    # time and rates
    "s": 1.0,
    "ms": 1e-3,
    "min": 60.0,
    "h": 3600.0,
    "day": 86400.0,
    "year": 31557600.0,
    "1/s": 1.0,
    "1/min": 1.0 / 60.0,
    "m/s": 1.0,
    "mm/s": 1e-3,
    "mm/h": 1e-3 / 3600.0,
    "m/s2": 1.0,
    "deg/s": _DEG,
    # mass
    "kg": 1.0,
    "g": 1e-3,
    "kg/m2": 1.0,
    "kg/m3": 1.0,
    "kg*m2": 1.0,
    # force, moment, stiffness, damping
    "N": 1.0,
    "kN": 1e3,
    "N*m": 1.0,
    "N*mm": 1e-3,
    "N/m": 1.0,
    "N/mm": 1e3,
    "kN/m": 1e3,
    "MN/m": 1e6,
    "m/N": 1.0,
    "mm/N": 1e-3,
    "N/strain": 1.0,
    "N*m/rad": 1.0,
    "N*m/deg": 1.0 / _DEG,
    "deg/(N*m)": _DEG,
    "N*s/m": 1.0,
    "N*s/mm": 1e3,
    "N*m*s/rad": 1.0,
    "N*m*s/deg": 1.0 / _DEG,
    # pressure and flow
    "Pa": 1.0,
    "kPa": 1e3,
    "MPa": 1e6,
    "N/mm2": 1e6,
    "mmHg": _MMHG,
    "1/Pa": 1.0,
    "1/MPa": 1e-6,
    "Pa*s": 1.0,
    "m4/(N*s)": 1.0,
    "m/(s*Pa)": 1.0,
    "mL/s": 1e-6,
    "mL/min": 1e-6 / 60.0,
    "L/min": 1e-3 / 60.0,
    "mL/mmHg": 1e-6 / _MMHG,
    "mmHg*s/mL": _MMHG / 1e-6,
    "mmHg*s2/mL": _MMHG / 1e-6,
    "mmHg/mL": _MMHG / 1e-6,
    "mL/(s*mmHg)": 1e-6 / _MMHG,
    "uL/min": 1e-9 / 60.0,
    "uL/(min*mmHg)": 1e-9 / 60.0 / _MMHG,
    "1/mL": 1e6,
    "1/uL": 1e9,
    "1/mmHg": 1.0 / _MMHG,
    "s/mmHg": 1.0 / _MMHG,
    "s/mL": 1e6,
    "L/m3": 1e-3,
    "L/kg": 1e-3,
    "1/year": 1.0 / 31557600.0,
    "W": 1.0,
    "J": 1.0,
    # what a buyer pays
    "USD": 1.0,
    "EUR": 1.0,
    "GBP": 1.0,
}

Numbers = TypeVar("Numbers", float, NDArray[np.float64])


def factor(unit: str) -> float:
    """SI units in one `unit`; an unknown one is an `InputError`."""
    try:
        return UNITS[unit]
    except KeyError:
        raise InputError(
            f"unknown unit {unit!r}", allowed=UNITS, hint=did_you_mean(unit, UNITS)
        ) from None


def to_si(value: Numbers, unit: str) -> Numbers:
    """`value`, given in `unit`, in SI units."""
    return value * factor(unit)


def from_si(value: Numbers, unit: str) -> Numbers:
    """`value`, given in SI units, in `unit`."""
    return value / factor(unit)
