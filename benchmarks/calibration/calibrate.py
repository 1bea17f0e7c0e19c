"""The one place where values are fitted: least squares on declared studies, the spread it leaves, and each study left out once.

    python benchmarks/calibration/calibrate.py            # fit, posterior spread, leave-one-study-out; about three minutes
    python benchmarks/calibration/calibrate.py --write    # the same, written to posterior.toml
    python benchmarks/calibration/calibrate.py --check    # only the residuals of the values that stand in models/

calibration.toml beside this file declares the free parameters with their priors, and the studies. The values go into models/ by hand,
as grade "fitted"; a test holds posterior.toml against them. Deterministic: no random number is used.
"""

import argparse
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from biomech import library
from biomech.evidence.uncertainty import fitted, with_values
from biomech.posture.person import Person
from biomech.posture.stance import stance
from biomech.results.dataset import build
from biomech.spine.model import Course, SpineModel
from biomech.spine.parameters import SpineParameters, load

Floats = NDArray[np.float64]

HOUR = 3600.0
HERE = Path(__file__).resolve().parent
MOST_EVALUATIONS = 25
LUMBAR = ["L1/L2", "L2/L3", "L3/L4", "L4/L5", "L5/S1"]


class Free(NamedTuple):
    """A free parameter: where it stands, in which unit, its prior (log-normal: middle and factor)."""

    name: str
    file: str
    unit: float
    unit_name: str
    prior: float
    factor: float


class Target(NamedTuple):
    """A measured mean (of one or more studies) and the scatter allowed around it."""

    name: str
    scatter: float
    values: dict[str, float]  # study → what it measured

    def without(self, study: str | None) -> float | None:
        """Its value if a study had not been done; None: nothing is left."""
        rest = [v for name, v in self.values.items() if name != study]
        return sum(rest) / len(rest) if rest else None


def declared() -> tuple[list[Free], list[Target]]:
    """What calibration.toml says."""
    data = tomllib.loads((HERE / "calibration.toml").read_text(encoding="utf-8"))
    free = [Free(*(f[k] for k in Free._fields)) for f in data["free"]]
    targets = [Target(t["name"], t["scatter"], {s["study"]: s["value"] for s in t["from"]}) for t in data["target"]]
    return free, targets


FREE, TARGETS = declared()


def with_free(base: SpineParameters, x: Floats) -> SpineParameters:
    """The parameters with the free ones set to x (in the units of FREE)."""
    return with_values(base, {f.name: float(xi) * f.unit for f, xi in zip(FREE, x, strict=True)})


def simulated(parameters: SpineParameters) -> Floats:
    """The targets as the model gives them, for a young man of 72 kg and 1.77 m."""
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
    data = build(model.subject, list(model.march(bed, courses, 0.0))).to_xarray()
    t, s = data["time"].values, data["stature"].values
    lumbar = data["disc_height"].sel(level=LUMBAR).sum("level").values

    def at(time: float, y: Floats = s) -> float:
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


def current(base: SpineParameters) -> Floats:
    """The free values as they stand in models/, for this person."""
    now = fitted(base, [f.name for f in FREE])
    return np.array([now[f.name] / f.unit for f in FREE])


def scaling(base: SpineParameters) -> Floats:
    """What the person's size does to the values of the files: soft tissue is softer in a small person."""
    body = library.load("body", base.person.body)
    files = {f.name: body.scalar(f.name).value_si / f.unit for f in FREE if f.name in body.scalars}
    return np.array([x / files.get(f.name, x) for x, f in zip(current(base), FREE, strict=True)])


class Fit(NamedTuple):
    """Values (units of FREE, for this person), their covariance in logarithms, and what they give."""

    x: Floats
    covariance: Floats
    got: Floats


def residuals(base: SpineParameters, logs: Floats, left_out: str | None = None) -> Floats:
    """Distance from the studies (but one) in their scatter, and from the priors in their factor."""
    got = simulated(with_free(base, np.exp(logs)))
    want = [t.without(left_out) for t in TARGETS]
    data = [(g - w) / t.scatter for g, w, t in zip(got, want, TARGETS, strict=True) if w is not None]
    return np.array(data + [(p - np.log(f.prior)) / np.log(f.factor) for p, f in zip(logs, FREE, strict=True)])


def fit(base: SpineParameters, start: Floats, left_out: str | None = None) -> Fit:
    """Least squares on all studies but one; the covariance is that of the linearised posterior."""

    def residual(logs: Floats) -> Floats:
        return residuals(base, logs, left_out)

    found = least_squares(residual, np.log(start), diff_step=0.03, max_nfev=MOST_EVALUATIONS, xtol=1e-4, ftol=1e-5)
    x = np.exp(found.x)
    return Fit(x, np.linalg.inv(found.jac.T @ found.jac), simulated(with_free(base, x)))


def leave_one_out(base: SpineParameters, start: Floats) -> list[dict[str, Any]]:
    """Every study predicted by the others: the honest error of a calibration."""
    rows = []
    for study in sorted({name for t in TARGETS for name in t.values}):
        predicted = fit(base, start, study).got
        rows += [
            {"study": study, "target": t.name, "measured": t.values[study], "predicted": round(float(g), 3),
             "error_in_scatter": round(float(g - t.values[study]) / t.scatter, 3)}
            for t, g in zip(TARGETS, predicted, strict=True) if study in t.values
        ]
    return rows


def report(best: Fit, held_out: list[dict[str, Any]], standing: Floats, scale: Floats, misfit: tuple[float, float]) -> str:
    """posterior.toml."""
    spread = np.sqrt(np.diag(best.covariance))
    correlation = best.covariance / np.outer(spread, spread)
    out = ["# Written by benchmarks/calibration/calibrate.py --write. Values in the units of unit_name; factor: one standard deviation of",
           "# the logarithm, as a factor. in_models: the value that stands in models/ (the fit, rounded).", "",
           "# sum of squared residuals, priors included, of the fit and of the values that stand in models/",
           f"misfit_fitted = {misfit[0]:.3f}", f"misfit_in_models = {misfit[1]:.3f}", ""]
    for f, x, sd, now, k in zip(FREE, best.x, spread, standing, scale, strict=True):
        out += [f"[free.{f.name.replace('.', '_')}]", f'name = "{f.name}"', f'file = "{f.file}"', f'unit = "{f.unit_name}"',
                f"fitted = {x / k:.4g}", f"in_models = {now / k:.4g}", f"factor = {np.exp(sd):.3f}", ""]
    out += ["[correlation]", f"names = {[f.name for f in FREE]}".replace("'", '"'),
            "rows = [", *[f"  {[round(float(c), 2) for c in row]}," for row in correlation], "]", ""]
    for t, g in zip(TARGETS, best.got, strict=True):
        want = t.without(None)
        assert want is not None
        out += ["[[target]]", f'name = "{t.name}"', f"measured = {want:.4g}", f"scatter = {t.scatter}", f"fitted = {g:.4g}",
                f"residual_in_scatter = {(g - want) / t.scatter:.3f}", ""]
    for r in held_out:
        out += ["[[left_out]]", *[f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in r.items()], ""]
    return "\n".join(out).rstrip() + "\n"


def main() -> None:
    """Fit, or check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write posterior.toml")
    parser.add_argument("--check", action="store_true", help="only the targets with the values that stand in models/")
    asked = parser.parse_args()
    base = load(Person("adult_male", 72.0, 1.77, 25.0))
    standing = current(base)
    if asked.check:
        for target, value in zip(TARGETS, simulated(with_free(base, standing)), strict=True):
            print(f"{target.name:44s} {value:8.2f}   measured {target.without(None):g} ± {target.scatter:g}   {', '.join(target.values)}")
        return
    # from the priors, not from the answer
    best = fit(base, np.array([f.prior for f in FREE]))
    misfit = tuple(float((residuals(base, np.log(x)) ** 2).sum()) for x in (best.x, standing))
    text = report(best, leave_one_out(base, standing), standing, scaling(base), (misfit[0], misfit[1]))
    print(text)
    if asked.write:
        (HERE / "posterior.toml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
