"""Balances of the loop, and its convergence in time."""

import numpy as np

import biomech
from biomech.circulation.kernels import layout as k
from biomech.circulation.model import STEPS, CirculationModel, Turn
from biomech.posture.person import Person
from biomech.posture.stance import stance


def pressure(steps: int) -> float:
    person = Person()
    model = CirculationModel(person, steps=steps)
    lying = stance(person, "lying", 0.0)
    state, _ = model.settled(lying, 0.0)
    beats = model.phase(state, lying, Turn("tilted", stance(person, "inversion_table", 60.0), 10.0, 120.0), 0.0, 130.0)
    late = beats.beat[:, k.B_TIME] > 100.0
    return float(beats.beat[late, k.B_MEAN].mean())


def balance() -> float:
    """Blood and filtered plasma before and after an hour standing and ten minutes inverted, relative change."""
    person = Person()
    model = CirculationModel(person)
    lying, up = stance(person, "lying", 0.0), stance(person, "standing", -90.0)
    state, _ = model.settled(lying, 0.0)
    before = float(state.volume.sum() + state.filtered.sum())
    model.phase(state, lying, Turn("standing", up, 10.0, 3600.0), 0.0, 3610.0)
    model.phase(state, up, Turn("inverted", stance(person, "gravity_boots", 90.0), 10.0, 600.0), 3610.0, 4220.0)
    return abs(float(state.volume.sum() + state.filtered.sum()) / before - 1.0)


def compute() -> dict[str, dict[str, object]]:
    data = biomech.simulate("table_60", {"history.days": 0, "history.upright_after_min": 0}, only="circulation").data
    quiet = data["beat_time"].values <= float(data.attrs["rest_time_s"])
    volume = data["compartment_volume"].values[quiet].sum(axis=1)
    drift = float(np.ptp(volume)) / volume[0]
    coarse, fine = pressure(STEPS), pressure(2 * STEPS)
    table = [{"steps a bin": STEPS, "mean pressure Pa": coarse}, {"steps a bin": 2 * STEPS, "mean pressure Pa": fine}]
    return {
        "volume": {"result": balance()},
        "flow": {"result": drift},
        "steps": {"result": abs(coarse / fine - 1.0), "table": table},
    }
