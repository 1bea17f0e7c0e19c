"""Sweeps: what is varied, which cases that makes, and that nothing finished is ever lost."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biomech import library, scenario
from biomech.errors import BiomechError, InputError
from biomech.population import job as jobs
from biomech.population.axis import Case, parse_axis
from biomech.population.grid import plan
from biomech.population.job import Block
from biomech.population.store import Store
from biomech.population.sweep import sweep
from biomech.population.undertaking import Means
from biomech.results.result import open_result
from biomech.results.storage import open_dataset
from biomech.scenario import Scenario
from biomech.simulation import simulate

SHORT = scenario.read(
    "table_60", {"session.hold_s": 5, "session.ramp_s": 2, "history.days": 0, "history.awake_h": 0.1, "history.upright_after_min": 0}
)


# ---- what is varied


def test_a_range_includes_its_ends_and_carries_no_round_off() -> None:
    assert parse_axis("session.angle_deg=0:0.3:0.1").values == (0.0, 0.1, 0.2, 0.3)
    assert parse_axis("equipment.model=inversion_table, gravity_boots").values == ("inversion_table", "gravity_boots")
    assert parse_axis("equipment.friction=0.3:0.65").span == (0.3, 0.65)


@pytest.mark.parametrize(
    "text",
    [
        "angle",
        "a=",
        "a=1:0:1",
        "a=0:1:0",
        "a=0:1:-1",
        "a=1:2:3:4",
        "a=1,1",
        "a=x,1",
        "a=0:inf:1",
        "models.spine.disc.nothing=1,2",
        "models.spine=1,2",
        "models.equipment.lying.x=1,2",
        "a=0:1e9:1",
    ],
)
def test_what_cannot_be_varied_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as error:
        parse_axis(text)
    assert "\n" not in str(error.value) and "--vary" in str(error.value) or "models." in str(error.value) or "disc.toml" in str(error.value)


def test_a_grid_is_every_combination_and_a_sample_fills_its_span() -> None:
    axes = [parse_axis("a=1,2,3"), parse_axis("b=x,y")]
    grid = plan(axes)
    assert grid.shape == (3, 2) and len(grid) == 6 and grid.dims == ("a", "b")
    assert grid.cases(1, 3) == [Case((("a", 1), ("b", "y"))), Case((("a", 2), ("b", "x")))]
    spans = [parse_axis("a=0:1"), parse_axis("b=10:20"), parse_axis("c=p,q")]
    latin = plan(spans, "latin", samples=50, seed=4)
    first = np.array([row[0] for row in latin.rows])
    # one point in each fiftieth: that is what makes it a Latin hypercube
    assert sorted((first * 50).astype(int)) == list(range(50))
    assert latin.rows == plan(spans, "latin", samples=50, seed=4).rows != plan(spans, "latin", samples=50, seed=5).rows
    sobol = plan(spans, "sobol", samples=16)
    assert sum(row[2] == "p" for row in sobol.rows) == 8  # balanced in every coordinate
    for wrong in ({"method": "sobol", "samples": 10}, {"method": "grid"}, {"method": "latin"}, {"method": "grid", "samples": 3}):
        with pytest.raises(InputError):
            plan(spans, **wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        plan([parse_axis("a=1,2"), parse_axis("a=1,2")])


def test_numbers_of_models_vary_within_a_block_only() -> None:
    before = library.load("spine", "disc").scalar("modulus_tension")
    axial = library.load("spine", "disc").table("branches").column("axial").values
    with library.varied({"spine/disc": {"modulus_tension": 2.7, "branches.axial": 2.0}}):
        file = library.load("spine", "disc")
        assert file.scalar("modulus_tension").value_si == pytest.approx(2.7e6)
        assert file.table("branches").column("axial").values == pytest.approx(2.0 * axial)
        softer = simulate(SHORT)
    assert library.load("spine", "disc").scalar("modulus_tension") == before
    change = "lumbar_length_change_mm"
    assert softer.measures()["measures"][change]["value"] != simulate(SHORT).measures()["measures"][change]["value"]


# ---- the result


def test_a_sweep_is_what_single_runs_give_bit_by_bit(tmp_path: Path) -> None:
    vary = ["session.angle_deg=30,60", "models.spine.disc.modulus_tension=1.0,2.0"]
    data = sweep(SHORT, vary, output=tmp_path / "s.nc")
    with library.varied({"spine/disc": {"modulus_tension": 2.0}}):
        single = simulate(SHORT, {"session.angle_deg": 30}).measures()
    place = {"session.angle_deg": 30, "models.spine.disc.modulus_tension": 2.0}
    for name, m in single["measures"].items():
        assert float(data[name].sel(place)) == m["value"]
        assert data[name].attrs["units"] == m["unit"] and data[name].attrs["long_name"] == m["definition"]
    assert float(data["axial_force_N"].sel(place).sel(level="L4/L5")) == single["levels"]["L4/L5"]["axial_force_N"]
    assert open_dataset(tmp_path / "s.nc").drop_attrs().identical(data.drop_attrs())
    assert not (tmp_path / "s.parts").exists()
    with pytest.raises(InputError, match="many runs"):
        open_result(tmp_path / "s.nc")


def test_two_processes_give_the_same_as_one() -> None:
    vary = ["session.angle_deg=0:60:20"]
    one = sweep(SHORT, vary, means=Means(workers=1))
    two = sweep(SHORT, vary, means=Means(workers=2, chunk=1))
    assert one.identical(two)


def test_a_wrong_value_is_found_before_anything_is_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "simulating", lambda *a, **k: pytest.fail("simulated"))
    with pytest.raises(InputError, match="--vary session.angle_deg"):
        sweep(SHORT, ["session.angle_deg=60,4000"])


def test_a_case_that_cannot_be_simulated_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    real = jobs.simulating

    def at_times(spec: Scenario, *more: Any) -> Any:
        if spec.session is not None and spec.session.angle_deg == 30:
            raise BiomechError("too much")
        return (yield from real(spec, *more))

    monkeypatch.setattr(jobs, "simulating", at_times)
    data = sweep(SHORT, ["session.angle_deg=0,30,60"])
    assert data["failed"].values.tolist() == [0, 1, 0]
    assert json.loads(data.attrs["failures"]) == {"1": "too much"}
    assert np.isfinite(data["lumbar_length_change_mm"].values).tolist() == [True, False, True]


# ---- interruption


def test_finished_chunks_are_kept_broken_ones_are_done_again(tmp_path: Path) -> None:
    target = tmp_path / "a.nc"
    store = Store(target, "abc", cases=5, chunk=2)
    for start, stop in store.chunks()[:2]:
        block = Block(start, stop)
        for row in range(stop - start):
            block.put(row, "x", float(start + row), ("mm", "x", ""))
        store.write(block)
    again = Store(target, "abc", cases=5, chunk=3)  # the first run has cut the chunks
    assert again.missing() == [(4, 5)]
    file = next((tmp_path / "a.parts").glob("00000002-*"))
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    file.write_bytes(bytes(raw))
    assert (2, 4) in again.missing()
    with pytest.raises(InputError, match="another run"):
        Store(target, "other", cases=5, chunk=2)


@pytest.mark.slow
def test_a_killed_sweep_loses_nothing_that_was_finished(tmp_path: Path) -> None:
    target = tmp_path / "k.nc"
    (tmp_path / "s.toml").write_text(SHORT.to_toml())
    command = [
        sys.executable,
        "-m",
        "biomech",
        "sweep",
        "s.toml",
        "--vary",
        "session.angle_deg=0:60:5",
        "-o",
        "k.nc",
        "--workers",
        "2",
        "--chunk",
        "1",
        "--only",
        "spine",
    ]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    parts = target.with_suffix(".parts")
    deadline = time.monotonic() + 300
    while len(list(parts.glob("0*.npz"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept = {f.name: f.stat().st_mtime_ns for f in parts.glob("0*.npz")}
    assert len(kept) >= 3 and not target.exists()
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "from before" in done.stderr
    whole = open_dataset(target)
    assert not whole["failed"].any() and not parts.exists()
    fresh = sweep(tmp_path / "s.toml", ["session.angle_deg=0:60:5"], only="spine")
    assert whole.drop_attrs().identical(fresh.drop_attrs())
