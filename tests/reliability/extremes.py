"""Random people, devices, sequences and histories at the edge of what a scenario allows; books that must close afterwards."""

import hashlib
import json
import math
import random
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from biomech import library, scenario, simulate
from biomech.errors import InputError, SimulationError
from biomech.library.anatomy import DISC_LEVELS
from biomech.library.equipment import holder
from biomech.results.provenance import fingerprint
from biomech.safety.limits import screen_result
from biomech.simulation import Models
from biomech.spine.kernels.layout import WATER

#: multiplied by 0.1 to 10: what makes a spine stiff
STIFFNESS = (
    "spine/disc modulus_tension", "spine/disc modulus_compression", "spine/healthy joints.bending_stiffness_sagittal",
    "spine/healthy joints.torsion_stiffness", "spine/healthy ligaments.stiffness", "spine/healthy facets.stiffness",
    "spine/healthy joints.shear_stiffness_ap", "spine/muscle hip_stiffness_active", "spine/muscle back_stiffness",
)  # fmt: skip
LONGEST_S = 86400.0
SESSIONS = 4  # that the same person does, from the same day before: it is simulated once
ROOT = Path(__file__).resolve().parents[2]


def drawn(seed: int) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """A scenario as data, and factors or values of model numbers."""
    data, numbers = _person(random.Random(f"somebody {seed // SESSIONS}"))
    return data | {"title": f"extreme {seed}", "phase": list(_phases(random.Random(f"session {seed}")))}, numbers


def _between(rng: random.Random, low: float, high: float) -> float:
    """Of an interval, often one of its ends."""
    return rng.choice((low, high)) if rng.random() < 0.25 else rng.uniform(low, high)


def _person(rng: random.Random) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """Body, conditions, stiffness and the day before."""
    stature = _between(rng, 1.2, 2.2)
    person: dict[str, Any] = {
        "body": rng.choice(library.names("body")), "stature_m": stature, "age_years": _between(rng, 15, 100),
        "mass_kg": min(250.0, max(30.0, _between(rng, 12, 60) * stature**2)),
    }  # fmt: skip
    if rng.random() < 0.5:
        names = rng.sample(library.names("conditions"), rng.randrange(1, 4))
        person["conditions"] = [
            {"name": n, "level": rng.choice(DISC_LEVELS)} if library.load("conditions", n).tables.get("grades") else n for n in names
        ]
    data = {
        "person": person,
        "history": {
            "days": rng.choice((0, 0, 1)), "awake_h": rng.choice((0.0, 0.03, _between(rng, 0.0, 16.0))),
            "upright_after_min": rng.choice((0.0, 0.1, 0.1, 40.0)),
        },
        "muscle": {"tone": _between(rng, 0.3, 3.0), "relax_s": _between(rng, 0.0, 120.0)},
    }  # fmt: skip
    numbers: dict[str, dict[str, float]] = {}
    if rng.random() < 0.4:
        for name in rng.sample(STIFFNESS, rng.randrange(1, 4)):
            file, key = name.split()
            factor = 10.0 ** _between(rng, -1.0, 1.0)
            numbers.setdefault(file, {})[key] = factor if "." in key else factor * library.load(*file.split("/")).scalar(key).value
    return data, numbers


def _phases(rng: random.Random) -> Iterator[dict[str, Any]]:
    """One to five postures, devices and exercises in any order."""
    tilt = -90.0
    for _ in range(rng.randrange(1, 6)):
        device = holder(rng.choice(library.names("equipment")))
        angle = round(_between(rng, device.lowest_deg, device.highest_deg), 2)
        turn = abs(device.frame_deg(angle) - tilt)
        tilt = device.frame_deg(angle)
        phase: dict[str, Any] = {
            "equipment": device.name, "ramp_s": max(_seconds(rng, 60.0), math.ceil(turn / 90.0 * 100.0) / 100.0, 0.1),
        }  # fmt: skip
        if any(s.kind == "clamp" for s in device.support) and turn < 150.0 and rng.random() < 0.2:  # they rise in 2 s
            phase |= {"exercise": rng.choice(library.names("exercise")), "repetitions": rng.randrange(1, 4)}
        else:
            phase["duration_s"] = _seconds(rng, LONGEST_S if rng.random() < 0.15 else 300.0)
        if device.fixed_deg is None:
            phase["angle_deg"] = angle
        if device.surface and rng.random() < 0.3:
            phase["friction"] = _between(rng, 0.0, 2.0)
        if device.harness and rng.random() < 0.5:
            phase["force_percent_bw"] = _between(rng, 0.0, 100.0)
        if rng.random() < 0.2:
            phase["muscle_tone"] = _between(rng, 0.3, 3.0)
        yield phase


def _seconds(rng: random.Random, most: float) -> float:
    return round(10.0 ** rng.uniform(-1.0, math.log10(most)), 3)


@lru_cache(maxsize=1)
def _models(person: int) -> Models:
    """What is kept of one person, for his next session."""
    return Models()


class Books:
    """In the place of a checkpoint: looks at the state after every phase. Blood and water are neither made nor lost."""

    def __init__(self) -> None:
        self.blood: list[float] = []
        self.water: list[Any] = []

    def circulation_past(self) -> None:
        """Nothing was done before."""

    spine_past = circulation_past

    def note_beats(self, beats: Any, state: Any) -> None:
        """Blood in the vessels and plasma outside them."""
        self.blood.append(float(state.volume.sum() + state.filtered.sum()))

    def note_piece(self, piece: Any, state: Any, effort: Any) -> None:
        """Water in every disc against what has flowed into it."""
        self.water.append(state.joint[:, WATER] - state.inflow)

    def close(self) -> None:
        """Raise what does not balance."""
        blood = np.ptp(self.blood)
        assert blood < 1e-12, f"{1e6 * blood:.3g} mL of blood appeared or went"
        water = np.ptp(np.array(self.water), axis=0).max()
        assert water < 1e-10, f"{1e3 * water:.3g} mm of water appeared or went"


def outcome(seed: int) -> str:
    """"" if the run ends with closed books, or the one line that says where, when and why it does not; all else is raised."""
    from biomech.scenario.write import to_toml

    data, numbers = drawn(seed)
    with library.varied(numbers):
        try:
            books = Books()
            result = simulate(scenario.read(to_toml(data)), models=_models(seed // SESSIONS), checkpoint=books)  # type: ignore[arg-type]
        except SimulationError as error:
            assert error.time_s is not None or error.joint is not None or "muscle forces of" in str(error), str(error)
            assert str(error).isprintable()
            return str(error)
        except InputError as error:  # a drawn ramp too fast from the history, or a level without such a condition
            return f"input: {error}"
    books.close()
    finite(result.data)
    return ""


def chunk_of(seeds: range) -> Iterator[tuple[int, str]]:
    """Seeds and their outcomes; those known for these very sources and models are not simulated again."""
    h = hashlib.sha256(fingerprint().encode())
    for source in (Path(__file__), *sorted((ROOT / "biomech").glob("[!v]*/*.py")), *sorted((ROOT / "biomech").glob("*.py"))):
        h.update(source.read_bytes())
    file = ROOT / "out" / "extremes" / h.hexdigest()[:12] / f"{seeds.start}.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    known = dict(json.loads(line) for line in file.read_text().splitlines() if line.endswith("]")) if file.exists() else {}
    with file.open("a") as log:
        for seed in seeds:
            if seed not in known:
                known[seed] = outcome(seed)
                log.write(json.dumps([seed, known[seed]]) + "\n")
                log.flush()
            yield seed, known[seed]


def finite(data: Any) -> None:
    """Every number that people read is one; discs are there."""
    for name in ("disc_height", "axial_force", "stature", "map_heart", "iop", "icp", "heart_rate"):
        values = data[name].sel(level=list(DISC_LEVELS)).values if "level" in data[name].dims else data[name].values
        assert np.isfinite(values).all(), name
    assert (data["disc_height"].sel(level=list(DISC_LEVELS)).values > 0.0).all()
    # a heart that has next to nothing to pump: below the pressure in the chest never, and told
    assert (data["map_heart"].values > -10.0).all()
    if (data["map_heart"].values <= 0.0).any():
        assert any(finding.name == "arterial_collapse" for finding in screen_result(data))
