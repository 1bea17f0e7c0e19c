"""The optimiser: known optima, conditions that bind, and the front between gain and price."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from biomech import scenario
from biomech.errors import InputError, SimulationError
from biomech.population import optimum
from biomech.population.axis import Case
from biomech.population.job import Block
from biomech.population.optimum import front, optimize, parse_condition
from biomech.population.undertaking import Means
from biomech.results.storage import open_dataset

SHORT = scenario.read(
    "table_60", {"session.hold_s": 5, "session.ramp_s": 2, "history.days": 0, "history.awake_h": 0.1, "history.upright_after_min": 0}
)


def bowl(monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """Instead of the engine: gain = 10 − (x − 40)²/100 − (y − 0.5)²·20, price = x/2."""
    asked: list[Case] = []

    def run(job, spans, cases, **_):  # type: ignore[no-untyped-def]
        for start, stop in spans:
            (one,) = cases(start, stop)
            asked.append(one)
            at = dict(one.settings)
            x, y = at["session.angle_deg"], at.get("equipment.friction", 0.5)
            block = Block(start, stop)
            block.put(0, "gain_mm", 10 - (x - 40) ** 2 / 100 - 20 * (y - 0.5) ** 2, ("mm", "gain", ""))
            block.put(0, "price_mmHg", x / 2, ("mmHg", "price", ""))
            yield block

    monkeypatch.setattr(optimum.executor, "run", run)
    return asked


VARY = ["session.angle_deg=0:90", "equipment.friction=0.3:0.65"]


def best(data) -> dict[str, float]:  # type: ignore[no-untyped-def]
    i = int(data["best"].values.argmax())
    return {name: float(data[name][i]) for name in ("session.angle_deg", "equipment.friction", "gain_mm", "price_mmHg") if name in data}


def test_a_free_optimum_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = bowl(monkeypatch)
    found = best(optimize(SHORT, "gain_mm", VARY, subject_to=["price_mmHg <= 100"]))
    assert found["session.angle_deg"] == pytest.approx(40, abs=2) and found["equipment.friction"] == pytest.approx(0.5, abs=0.02)
    assert found["gain_mm"] > 9.95
    assert len(asked) < 60


def test_a_condition_binds_and_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    bowl(monkeypatch)
    found = best(optimize(SHORT, "gain_mm", VARY, subject_to=["price_mmHg <= 15"]))
    assert found["price_mmHg"] <= 15.0 and found["session.angle_deg"] == pytest.approx(30, abs=0.6)
    least = best(optimize(SHORT, "gain_mm", ["session.angle_deg=0:90"], sense="min", subject_to=["price_mmHg >= 10"]))
    assert least["session.angle_deg"] == pytest.approx(90, abs=0.1)


def test_what_cannot_be_had_is_said_with_the_nearest_session(monkeypatch: pytest.MonkeyPatch) -> None:
    bowl(monkeypatch)
    with pytest.raises(SimulationError, match=r"price_mmHg .* \(wanted <= -5\)"):
        optimize(SHORT, "gain_mm", VARY, subject_to=["price_mmHg <= -5"])
    with pytest.raises(InputError, match="no measure 'loss_mm'"):
        optimize(SHORT, "loss_mm", VARY)
    with pytest.raises(InputError, match="--vary"):
        optimize(SHORT, "gain_mm", ["session.angle_deg=0,10"])
    for wrong in ("price", "price = 3", "price <= much"):
        with pytest.raises(InputError):
            parse_condition(wrong)


def test_the_front_holds_what_nothing_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    gain, price = np.array([1.0, 3.0, 2.0, 3.0, np.nan]), np.array([1.0, 2.0, 2.5, 3.0, 0.0])
    assert front(gain, price).tolist() == [True, True, False, False, False]
    bowl(monkeypatch)
    data = optimize(SHORT, "gain_mm", VARY, against="price_mmHg")
    on = data["front"].values.astype(bool)
    angles = np.sort(data["session.angle_deg"].values[on])
    # more angle gives more until 40 degrees, and costs more all the way
    assert angles.max() == pytest.approx(40, abs=3) and on.sum() >= 6
    assert np.diff(angles).max() < 15


def test_with_the_engine_more_angle_pulls_more_until_a_limit() -> None:
    data = optimize(SHORT, "net_traction_N", ["session.angle_deg=30:60"], subject_to=["clamp_force_N <= 300"], only="spine")
    i = int(data["best"].values.argmax())
    assert 290.0 < float(data["clamp_force_N"][i]) <= 300.0
    assert 30.0 < float(data["session.angle_deg"][i]) < 60.0


# ---- interrupted


def test_an_interrupted_search_goes_on_with_what_it_has_and_ends_alike(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target, wish = tmp_path / "o.nc", {"subject_to": ["price_mmHg <= 15"], "against": "price_mmHg"}
    asked = bowl(monkeypatch)
    whole = optimize(SHORT, "gain_mm", VARY, **wish)
    needed = len(asked)

    def stop(done: int, found: int, total: int) -> None:
        if done == 17:
            raise KeyboardInterrupt

    asked.clear()
    with pytest.raises(KeyboardInterrupt):
        optimize(SHORT, "gain_mm", VARY, output=target, means=Means(progress=stop), **wish)
    before = len(asked)
    assert before == 17 and not target.exists()
    told: list[tuple[int, int, int]] = []
    again = optimize(SHORT, "gain_mm", VARY, output=target, means=Means(progress=lambda *x: told.append(x)), **wish)
    assert len(asked) == needed and told[-1][1] == before
    assert again.identical(whole)
    assert open_dataset(target).drop_attrs().identical(whole.drop_attrs()) and not target.with_suffix(".parts").exists()


def test_other_limits_begin_with_the_sessions_that_are_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target = tmp_path / "o.nc"
    asked = bowl(monkeypatch)
    with pytest.raises(SimulationError, match="no session"):
        optimize(SHORT, "gain_mm", VARY, subject_to=["price_mmHg <= -5"], output=target)
    first = len(asked)
    fresh = optimize(SHORT, "gain_mm", VARY, subject_to=["price_mmHg <= 15"])
    needed = len(asked) - first
    asked.clear()
    assert optimize(SHORT, "gain_mm", VARY, subject_to=["price_mmHg <= 15"], output=target).identical(fresh)
    assert len(asked) <= needed - 12  # the corners and the hypercube were there
    # nothing is taken for what it is not: the same numbers of another key
    with pytest.raises(KeyboardInterrupt):
        optimize(SHORT, "gain_mm", ["session.angle_deg=0:90"], output=target, means=Means(progress=stop_at(5)))
    asked.clear()
    other = optimize(SHORT, "gain_mm", ["session.angle_deg=0:60"], output=target)
    assert other.identical(optimize(SHORT, "gain_mm", ["session.angle_deg=0:60"]))


def stop_at(number: int):  # type: ignore[no-untyped-def]
    def stop(done: int, found: int, total: int) -> None:
        if done == number:
            raise KeyboardInterrupt

    return stop


@pytest.mark.slow
def test_a_killed_search_loses_only_what_was_being_simulated(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SHORT.to_toml())
    command = [
        sys.executable, "-m", "biomech", "optimize", "s.toml", "--maximize", "net_traction_N", "--vary", "session.angle_deg=30:60",
        "--subject-to", "clamp_force_N <= 300", "-o", "k.nc", "--workers", "2", "--only", "spine",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    parts, deadline = tmp_path / "k.parts", time.monotonic() + 300
    while len(list(parts.glob("0*.npz"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert len(list(parts.glob("0*.npz"))) >= 3 and not (tmp_path / "k.nc").exists()
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "from before" in done.stderr and not parts.exists()
    whole = optimize(tmp_path / "s.toml", "net_traction_N", ["session.angle_deg=30:60"], subject_to=["clamp_force_N <= 300"], only="spine")
    assert open_dataset(tmp_path / "k.nc").drop_attrs().identical(whole.drop_attrs())
