"""The one place where free parameters of the circulation are fitted.

Free parameters with prior value and spread (inside the ranges of models/circulation/), and the measurements they are fitted
to, all of role `calibration`. Least squares on standardised differences, priors included, so that what the data do not
determine stays where the literature puts it. Prints the values; they stand in models/circulation/ as grade "fitted".

    python benchmarks/calibration/circulation.py            fit, print values and spreads
    python benchmarks/calibration/circulation.py --check    only compare the present values with the targets
"""

import argparse
import dataclasses

import numpy as np
from scipy.optimize import least_squares

from biomech.circulation.kernels import layout as k
from biomech.circulation.model import CirculationModel, Turn
from biomech.circulation.parameters import load
from biomech.head.parameters import HeadParameters
from biomech.head.parameters import load as load_head
from biomech.library import load as load_file
from biomech.library.units import UNITS
from biomech.posture.person import Person
from biomech.posture.stance import stance
from biomech.results.blood import follow_head

# name, prior, spread of the prior (both in the unit of the file)
FREE = (
    ("reflexes.carotid_weight", 0.7, 0.2),
    ("reflexes.resistance_arterial", -0.1, 0.03),
    ("reflexes.resistance_cardiopulmonary", -0.1, 0.1),
    ("reflexes.interval_gain", 0.018, 0.004),
    ("reflexes.reset_head_down", 12.0, 8.0),
    ("regulation.stressed_offset", 350.0, 100.0),
    ("head.transmission_down", 0.45, 0.08),
)

# name, measured, scale of its uncertainty, where from. LASERI: 223 people at 60 deg for 5 min (Tahvanainen et al., open data);
# supine: reference ranges of the literature page; LeMarr 1984: cuff standing and inverted 3 min (110/77 to 130/90 mmHg)
TARGETS = (
    ("supine heart rate 1/min", 65.0, 3.0, "LASERI"),
    ("supine cardiac output L/min", 5.6, 0.4, "LASERI"),
    ("supine mean pressure mmHg", 89.0, 4.0, "LASERI, LeMarr"),
    ("supine central venous pressure mmHg", 6.0, 1.5, "literature"),
    ("head-up heart rate %", 24.0, 4.0, "LASERI"),
    ("head-up stroke volume %", -29.0, 4.0, "LASERI"),
    ("head-up mean pressure mmHg", 7.9, 2.5, "LASERI"),
    ("inverted against standing cuff mean mmHg", 15.3, 4.0, "LeMarr 1984"),
    ("inverted against standing eye mmHg", 16.1, 1.0, "Weinreb 1984 +16.1, Baskaran 2006 +15.8, LeMarr 1984 +16.4"),
)


def files_value(name: str) -> float:
    """Present value of a parameter in the unit of its file."""
    file, scalar = name.split(".")
    return load_file("circulation", file).scalar(scalar).value


def model(person: Person, values: dict[str, float] | None) -> CirculationModel:
    """A person with free parameters replaced."""
    p = load(person)
    if values:
        changed = dict(p.value)
        for name, value in values.items():
            if name.startswith("head."):
                continue
            if name == "reflexes.interval_gain":
                # both arms share the gain; age has scaled them already
                now = sum(files_value(f"reflexes.interval_{arm}") for arm in ("sympathetic", "vagal"))
                for arm in ("sympathetic", "vagal"):
                    changed[f"reflexes.interval_{arm}"] = p.value[f"reflexes.interval_{arm}"] * value / now
            else:
                changed[name] = p.value[name] * value / files_value(name) if files_value(name) else value * UNITS["mmHg"]
        p = dataclasses.replace(p, value=changed)
    return CirculationModel(person, parameters=p)


def head(person: Person, values: dict[str, float] | None) -> HeadParameters:
    """The head of a person with free parameters replaced."""
    p = load_head(person)
    free = {name: value for name, value in (values or {}).items() if name.startswith("head.")}
    return dataclasses.replace(p, value=p.value | free)


def simulate(values: dict[str, float] | None) -> np.ndarray:
    """The targets as simulated."""
    young = Person(age=34.0)
    m = model(young, values)
    lying = stance(young, "lying", 0.0)
    state, rest = m.settled(lying, 0.0)
    mmhg = UNITS["mmHg"]

    def means(beats):
        b = beats.beat[beats.beat[:, k.B_TIME] > beats.beat[-1, k.B_TIME] - 30.0].mean(axis=0)
        rate = 60.0 / b[k.B_PERIOD]
        cuff = b[k.B_MEAN] + m.plan.network.scalar[k.WEIGHT] * (b[k.B_HEART] - b[k.B_CUFF])
        atrium = beats.pressure[-20:, int(m.plan.special[k.RIGHT_ATRIUM])].mean()
        return rate, b[k.B_STROKE] * 1e6, b[k.B_MEAN] / mmhg, cuff / mmhg, atrium / mmhg

    hr, sv, mean, _, cvp = means(rest)
    table = stance(young, "inversion_table", -60.0)
    up = means(m.phase(state, lying, Turn("head-up", table, 10.0, 300.0), 0.0, 310.0))
    upright, boots = stance(young, "standing", None), stance(young, "gravity_boots", 90.0)
    beats = list(m.march(lying, [Turn("standing", upright, 5.0, 300.0), Turn("inverted", boots, 10.0, 180.0)], 0.0))
    stood, hung = means(beats[1]), means(beats[2])
    time = np.concatenate([b.beat[:, k.B_TIME] for b in beats])
    eye = follow_head(m, beats, head(young, values)).iop / mmhg
    risen = eye[time > 465.0].mean() - eye[(time > 275.0) & (time <= 305.0)].mean()
    return np.array([
        hr, hr * sv / 1000.0, mean, cvp, 100.0 * (up[0] / hr - 1.0), 100.0 * (up[1] / sv - 1.0), up[2] - mean, hung[3] - stood[3], risen,
    ])


def report(found: np.ndarray) -> None:
    for (name, wanted, scale, source), value in zip(TARGETS, found, strict=True):
        print(f"{name:45s} measured {wanted:7.2f}  simulated {value:7.2f}  {(value - wanted) / scale:+.2f} scales  ({source})")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        report(simulate(None))
        return
    names = [f[0] for f in FREE]
    prior = np.array([f[1] for f in FREE])
    spread = np.array([f[2] for f in FREE])
    wanted = np.array([t[1] for t in TARGETS])
    scale = np.array([t[2] for t in TARGETS])

    def residuals(x: np.ndarray) -> np.ndarray:
        found = simulate(dict(zip(names, prior + spread * x, strict=True)))
        return np.concatenate([(found - wanted) / scale, x])

    fit = least_squares(residuals, np.zeros(len(FREE)), diff_step=0.05, bounds=(-2.5, 2.5))
    posterior = spread * np.sqrt(np.diag(np.linalg.inv(fit.jac.T @ fit.jac)))
    for name, value, sd in zip(names, prior + spread * fit.x, posterior, strict=True):
        print(f"{name:40s} {value:9.4f} ± {sd:.4f}")
    report(simulate(dict(zip(names, prior + spread * fit.x, strict=True))))


if __name__ == "__main__":
    main()
