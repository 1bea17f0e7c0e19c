"""The same draws through several sessions, and how sure their difference is."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biomech import scenario
from biomech.cli import main, many
from biomech.errors import InputError
from biomech.population import executor
from biomech.population.ensemble import ensemble
from biomech.population.job import Block, run_block
from biomech.population.optimum import optimize
from biomech.population.paired import differences, paired
from biomech.population.persons import SAME
from biomech.population.sensitivity import sensitivity
from biomech.population.sweep import sweep
from biomech.results.storage import open_dataset

SHORT = scenario.read(
    "table_60", {"session.hold_s": 5, "session.ramp_s": 2, "history.days": 0, "history.awake_h": 0.1, "history.upright_after_min": 0}
)
LESS = scenario.read(SHORT, {"session.angle_deg": 30})
BOOTS = scenario.read(SHORT, {"equipment.model": "gravity_boots", "session.angle_deg": 90})


@pytest.fixture
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_session_against_itself_differs_by_nothing_whatever_is_drawn() -> None:
    a, b = paired([SHORT, SHORT], 3, seed=2, only="spine")
    found = differences(a, b)
    assert len(found) > 20
    for d in found.values():
        assert (d.spread.mean, d.spread.sd, d.more) == (0.0, 0.0, 0.0)


def test_what_is_not_known_moves_both_and_cancels() -> None:
    a, b = paired([LESS, SHORT], 6, seed=1, only="spine")
    assert a.drop_attrs().identical(ensemble(LESS, 6, seed=1, population=SAME, only="spine").drop_attrs())
    found = differences(a, b)["gravity_along_spine_N"]
    assert found.more == 1.0 and found.spread.mean > 50.0
    pull = [data["spine_length_change_mm"].values for data in (a, b)]
    difference = differences(a, b)["spine_length_change_mm"].spread
    assert difference.mean == pytest.approx(np.nanmean(pull[1] - pull[0]))
    alone = np.hypot(*(np.nanstd(p, ddof=1) for p in pull))  # had they been drawn apart
    assert difference.sd < 0.6 * alone


def test_an_unknown_of_one_session_leaves_the_draws_of_the_other() -> None:
    a, b = paired([BOOTS, SHORT], 3, seed=4, only="spine")
    assert "equipment.friction" in b and "equipment.friction" not in a
    for name in a.data_vars:
        if a[name].attrs.get("role") == "input":
            np.testing.assert_array_equal(a[name], b[name])
    with pytest.raises(InputError, match="same draws"):
        differences(a, ensemble(SHORT, 2, seed=4, population=SAME, only="spine"))


def test_people_are_the_same_in_both_too() -> None:
    a, b = paired([LESS, SHORT], 2, seed=3, population="us_army_2012", only="spine")
    np.testing.assert_array_equal(a["person.mass_kg"], b["person.mass_kg"])
    assert len(set(a["person.mass_kg"].values)) == 2


def test_compare_says_how_sure_a_difference_is(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    (in_a_folder / "s.toml").write_text(SHORT.to_toml())
    command = ["compare", "s.toml", "--angles", "30,60", "--uncertainty", "2", "-o", "c.png"]
    assert main(command) == 0
    told = capsys.readouterr().out
    assert re.search(r"lumbar spine \(L1-S1\) longer by, B − A: \S+ mm; 95 % of the draws: \S+ … \S+; more in B: \d+ %", told)
    assert "2 draws: their band" in told and "lumbar_length_change_mm" not in told
    assert "exactly this person" in told and "more in B" in told and told.count("not a medical device") == 1
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (one,) = found["differences"]
    assert (one["case"], one["against"], found["uncertainty_draws"]) == (1, 0, 2)
    assert one["measures"]["clamp_force_N"]["share_above_zero"] == 1.0
    assert found["cases"][0]["measures"]["clamp_force_N"]["sd"] > 0.0
    assert "L4/L5:axial_force_N" in one["measures"]


def test_an_ensemble_says_loudly_whom_it_drew(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    (in_a_folder / "s.toml").write_text(SHORT.to_toml())
    assert main(["ensemble", "s.toml", "-n", "2", "--only", "spine", "--fixed"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "NOT THE PERSON OF THE SCENARIO" in told and "us army survey" in told and "17 to 58 years" in told
    assert "adult male, 78 kg, 1.78 m, 40 y" in told and "--uncertainty" in told
    assert main(["ensemble", "s.toml", "-n", "2", "--only", "spine", "--population", "same", "-o", "same.nc"]) == 0
    told = capsys.readouterr().out
    assert "exactly this person" in told and "NOT THE PERSON" not in told


def test_flexibility_can_be_asked_of_many() -> None:
    data = ensemble(SHORT, 2, population=SAME, only="spine", flexibility=True)
    assert np.isfinite(data["lumbar_bending_30Nm_gain_deg"].values).all() and "L4/L5" in data["level"].values
    effects = sensitivity(SHORT, samples=2, names=["models.spine.disc.modulus_compression"], only="spine", flexibility=True)
    assert (effects["lumbar_bending_30Nm_deg"].sel(statistic="size") > 0.0).all()
    best = optimize(SHORT, "lumbar_bending_30Nm_deg", ["session.angle_deg=30:60"], only="spine", flexibility=True)
    assert np.isfinite(best["lumbar_bending_30Nm_deg"].values).all()
    for ask in (
        lambda: ensemble(SHORT, 2, only="circulation", flexibility=True),
        lambda: sensitivity(SHORT, only="circulation", flexibility=True),
        lambda: optimize(SHORT, "iop_mmHg", ["session.angle_deg=30:60"], only="circulation", flexibility=True),
    ):
        with pytest.raises(InputError, match="one of the spine"):
            ask()


@pytest.mark.parametrize(
    ("verb", "files"),
    [(["run", "s.toml", "-o", "r.nc"], ["r_draws.nc"]), (["compare", "s.toml", "--angles", "30,60", "-o", "c.png"],
      ["s_30deg_draws.nc", "s_60deg_draws.nc"])],
)  # fmt: skip
def test_draws_are_kept_when_interrupted_and_for_whoever_wants_them(
    verb: list[str], files: list[str], capsys: pytest.CaptureFixture[str], in_a_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (in_a_folder / "s.toml").write_text(SHORT.to_toml())
    monkeypatch.setattr(many.os, "cpu_count", lambda: 1)
    command = [*verb, "--uncertainty", "4"]
    done: list[int] = []

    def stop(*given: Any) -> Block:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(given[1])
        return run_block(*given)

    with monkeypatch.context() as m:
        m.setattr(executor, "run_block", stop)
        assert main(command) == 130
    assert "the same command goes on where it was" in capsys.readouterr().err
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert f"/{4 * len(files)} cases (2 from before)" in err
    for file in files:
        assert f"written: {file}" in out
        assert open_dataset(file)["clamp_force_N"].sizes == {"person": 4}
    assert not list(in_a_folder.glob("*.parts"))
    # what was interrupted ends as what was not
    again = ensemble(SHORT, 4, population=SAME) if len(files) == 1 else paired([LESS, SHORT], 4)[1]
    assert open_dataset(files[-1])["clamp_force_N"].identical(again["clamp_force_N"])


@pytest.mark.parametrize("count", [20_000_000, 10**400])
def test_more_cases_than_could_ever_be_simulated_are_refused_at_once(count: int) -> None:
    for ask, key in (
        (lambda: ensemble(SHORT, count, only="spine"), "-n"),
        (lambda: sensitivity(SHORT, samples=count, only="spine"), "--samples"),
        (lambda: sweep(SHORT, ["session.angle_deg=1:5"], method="latin", samples=count, only="spine"), "--samples"),
        (lambda: paired([SHORT, LESS], count), "-n"),
    ):
        with pytest.raises(InputError, match="cases; allowed: at most 10000000") as refused:
            ask()
        assert refused.value.key == key


def test_draws_of_angles_with_a_point_have_files_of_their_own(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    (in_a_folder / "s.toml").write_text(SHORT.to_toml())
    assert main(["compare", "s.toml", "--angles", "30.5,30.25", "--uncertainty", "2", "-o", "c.png"]) == 0
    told = capsys.readouterr().out
    for name in ("s_30.5deg_draws.nc", "s_30.25deg_draws.nc"):
        assert f"written: {name}" in told and (in_a_folder / name).is_file()
