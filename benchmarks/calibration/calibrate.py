"""The one place where values are fitted: free parameters, their priors, the studies, least squares.

    python benchmarks/calibration/calibrate.py            # fit and print; the values go into models/ by hand
    python benchmarks/calibration/calibrate.py --check    # residuals of the values that stand in models/

Only parameters listed in FREE may be tuned, only on rows of TARGETS (all marked ``calibration``). Every other
measurement is independent of the model's values.
"""

import sys
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares

from biomech.posture.person import Person
from biomech.posture.stance import stance
from biomech.results.dataset import build
from biomech.spine.model import Course, SpineModel
from biomech.spine.parameters import SpineParameters, load

HOUR = 3600.0


class Free(NamedTuple):
    """A free parameter: where it stands, in which unit, its prior (log-normal: middle and factor)."""

    name: str
    file: str
    unit: float
    prior: float
    factor: float


FREE = [
    Free("branch.minutes.axial", "spine/disc: tables.branches.axial", 1.0, 1.0, 2.0),
    Free("branch.minutes.time", "spine/disc: tables.branches.time", 1.0, 500.0, 2.0),
    Free("permeability", "spine/disc", 1e-16, 1.0, 3.0),
    Free("swelling_exponent", "spine/disc", 1.0, 15.0, 2.0),
    Free("soft_tissue_compliance", "body/*", 1e-6, 5.0, 2.0),
    Free("soft_tissue_time", "body/*", 60.0, 40.0, 2.0),
]


class Target(NamedTuple):
    """A measured mean and the scatter allowed around it."""

    name: str
    study: str
    value: float
    scatter: float


TARGETS = [
    Target("stature loss over 16 h upright, mm", "Tyrrell 1985 19.3, Fowler 2011 17.6", 18.4, 1.5),
    Target("share of it in the first hour, %", "Tyrrell 1985 54, Fowler 2011 44.6", 49.0, 5.0),
    Target("lumbar disc height morning to evening, %", "Martin 2022 -6.1 to -8.0", -7.0, 0.7),
    Target("stature gain after 20 min inverted, mm", "Boocock 1990", 5.18, 1.0),
    Target("stature change in the 40 min after, mm", "Boocock 1990", -4.07, 1.0),
]


def with_values(base: SpineParameters, x: np.ndarray) -> SpineParameters:
    """The parameters with the free ones set to x (in the units of FREE)."""
    v = {f.name: float(xi) * f.unit for f, xi in zip(FREE, x, strict=True)}
    branches = {k: a.copy() for k, a in base.branches.items()}
    branches["axial"][1] = v["branch.minutes.axial"]
    branches["time"][1] = v["branch.minutes.time"]
    scalars = base.scalars | {k: a for k, a in v.items() if not k.startswith("branch")}
    return replace(base, scalars=scalars, branches=branches)


def simulated(parameters: SpineParameters) -> np.ndarray:
    """The five targets as the model gives them, for a young man of 72 kg and 1.77 m."""
    person = parameters.person
    model = SpineModel(person, parameters=parameters)
    up, bed = stance(person, "standing", -90.0), stance(person, "lying", 0.0)
    boots = stance(person, "gravity_boots", 90.0)
    courses = [
        Course("day", up, 10.0, 16 * HOUR, 30.0), Course("night", bed, 10.0, 8 * HOUR, 30.0),
        Course("day", up, 10.0, 16 * HOUR, 30.0), Course("night", bed, 10.0, 8 * HOUR, 30.0),
        Course("morning", up, 10.0, 3 * HOUR, 30.0), Course("boots", boots, 10.0, 1200.0, 30.0),
        Course("after", up, 10.0, 2460.0, 30.0),
    ]
    data = build(model.subject, list(model.march(bed, courses, 0.0)))
    t, s = data["time"].values, data["stature"].values
    lumbar = data["disc_height"].sel(level=["L1/L2", "L2/L3", "L3/L4", "L4/L5", "L5/S1"]).sum("level").values

    def at(time: float, y: np.ndarray = s) -> float:
        return float(np.interp(time, t, y))

    day = 24 * HOUR + 20.0
    rise = day + 70.0
    evening = day + 16 * HOUR
    loss = at(rise) - at(evening)
    first = at(rise) - at(rise + HOUR)
    # MRI is lying: the height after some minutes in the scanner, morning and evening
    scan = 1200.0
    morning_h = at(day - 30.0, lumbar)
    evening_h = at(evening + 10.0 + scan, lumbar)
    before = day + 24 * HOUR + 10.0 + 3 * HOUR
    upright = before + 1210.0 + 10.0 + 60.0
    return np.array([
        loss, 100.0 * first / loss, 100.0 * (evening_h / morning_h - 1.0),
        at(upright) - at(before), at(upright + 2400.0) - at(upright),
    ])


def current(base: SpineParameters) -> np.ndarray:
    """The free values as they stand in models/."""
    s = base.scalars
    table = {"branch.minutes.axial": base.branches["axial"][1], "branch.minutes.time": base.branches["time"][1]}
    return np.array([(table.get(f.name) or s[f.name]) / f.unit for f in FREE])


def main() -> None:
    """Fit, or check."""
    base = load(Person("adult_male", 72.0, 1.77, 25.0))

    def residual(logs: np.ndarray) -> np.ndarray:
        got = simulated(with_values(base, np.exp(logs)))
        want = np.array([t.value for t in TARGETS])
        scatter = np.array([t.scatter for t in TARGETS])
        prior = np.array([(p - np.log(f.prior)) / np.log(f.factor) for p, f in zip(logs, FREE, strict=True)])
        return np.concatenate([(got - want) / scatter, 0.3 * prior])

    x = current(base)
    if "--check" not in sys.argv:
        fit = least_squares(residual, np.log(x), diff_step=0.03, max_nfev=12)
        x = np.exp(fit.x)
        spread = np.sqrt(np.diag(np.linalg.inv(fit.jac.T @ fit.jac)))
        for f, xi, sd in zip(FREE, x, spread, strict=True):
            print(f"{f.name:28s} {xi * f.unit:10.4g}   factor {np.exp(sd):.2f}   ({f.file})")
    got = simulated(with_values(base, x))
    for target, value in zip(TARGETS, got, strict=True):
        print(f"{target.name:44s} {value:8.2f}   measured {target.value:g} ± {target.scatter:g}   {target.study}")


if __name__ == "__main__":
    main()
