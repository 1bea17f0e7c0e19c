"""From a result to a verdict, on made-up results whose answer is known, and on one short simulation."""

import json
import math
from concurrent.futures.process import BrokenProcessPool
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from biomech.cli import main
from biomech.errors import BiomechError, InputError
from biomech.evidence import bands, catalog, running, verdict, words
from biomech.evidence.readout import Timeline, combine, readings
from biomech.evidence.study import Cohort, Quantity


def quantity(**simulated) -> Quantity:
    return Quantity.model_validate(
        {"id": "q", "name": "q", "unit": "mm", "rule": "bound", "value": 0.0, "direction": "+", "band": [0.0, math.inf],
         "simulated": {"variable": "x", "at": "b", **simulated}}
    )


CLOCK = Timeline({"a": (0.0, 0.0, 100.0), "b": (100.0, 100.0, 200.0), "c": (200.0, 200.0, 1200.0)}, 200.0, 0.0)


def result() -> xr.Dataset:
    t = np.linspace(0.0, 1200.0, 1201)
    x = np.where(t <= 100, 10.0, np.where(t <= 200, 10.0 + (t - 100) / 10, 20.0 * np.exp(-(t - 200) / 100.0)))
    levels = np.stack([x, 2 * x], axis=1)
    return xr.Dataset(
        {"x": ("time", x), "disc": (("time", "level"), levels)}, coords={"time": t, "level": ["L4/L5", "L5/S1"]}
    )


def value(**simulated) -> float:
    q = quantity(**simulated)
    return combine(q, readings(result(), CLOCK, SimpleNamespace(quantity=(q,)), "case", False))


def test_every_kind_of_reading():
    assert value(**{"as": "value"}) == pytest.approx(20.0)
    assert value(against="a") == pytest.approx(10.0)
    assert value(against="a", **{"as": "percent"}) == pytest.approx(100.0)
    assert value(at="b + 50 s", against="a", whole="b", **{"as": "share"}) == pytest.approx(50.0)
    # falls from 20 to 20 e^-10: half of it after 100 ln 2 s
    assert value(at="c", against="b", **{"as": "time_to"}) == pytest.approx(100 * math.log(2), abs=1.0)
    assert value(average_s=100.0, **{"as": "value"}) == pytest.approx(15.0)
    assert value(variable="disc", levels=["L5/S1"], **{"as": "value"}) == pytest.approx(40.0)
    assert value(variable="disc", levels=["L4/L5", "L5/S1"], reduce="sum", **{"as": "value"}) == pytest.approx(60.0)
    assert value(factor=0.1, **{"as": "value"}) == pytest.approx(2.0)


def test_a_variable_that_no_result_has_is_refused():
    with pytest.raises(InputError, match="has no variable 'statur'.*did you mean stature"):
        readings(result().rename(x="stature"), CLOCK, SimpleNamespace(quantity=(quantity(variable="statur"),)), "case", False)
    with pytest.raises(InputError, match="'iopp'.*did you mean iop"):
        value(variable="iopp")


def test_a_case_is_read_for_the_half_that_was_simulated():
    study = SimpleNamespace(quantity=(quantity(**{"as": "value"}), quantity(variable="iop")))
    assert readings(result(), CLOCK, study, "case", False) == {("q", "at"): pytest.approx(20.0)}
    assert readings(result(), CLOCK, study, "another", False) == {}


def test_numbers_are_written_out():
    assert words.digits(104.0, 2) == "100" and words.digits(-0.01334) == "-0.0133"
    assert words.measured("kind", "", 671.0, 104.0, (0.0, 1.0)) == "671 ± 100"
    assert words.measured("bound", "-", -6.0, None, (-math.inf, -6.0)) == "< -6"
    assert words.measured("range", "", 2.0, 1.0, (0.3, 4.0)) == "0.3 … 4"


def row(folder, simulated) -> verdict.Row:
    entry = catalog.read("nobody1900")
    return verdict.rows_of(entry, [{("gain", "at"): simulated, ("gain", "against"): 0.0}])[0]


def test_what_the_calibration_leaves_open_is_added_in_squares(folder):
    rows = [row(folder, 2.0)]
    moved = [[{("gain", "at"): x, ("gain", "against"): 0.0}] for x in (2.3, 1.6)]
    assert verdict.with_uncertainty(rows, moved)[0].model_sd == pytest.approx(0.5)
    assert verdict.with_uncertainty(rows, [])[0].model_sd is None


def test_verdicts(folder):
    assert row(folder, 2.9).verdict == "in" and row(folder, 2.9).difference_sd == pytest.approx(0.9)
    assert row(folder, 3.1).verdict == "out"
    # nine people: the mean is known to 2/3 of an SD either way
    assert row(folder, 2.6).in_mean and not row(folder, 2.7).in_mean
    (folder / "README.md").write_text("## gain\n\nbecause\n")
    assert row(folder, 3.1).verdict == "explained"
    assert verdict.failed([row(folder, 3.1)]) == []


def test_what_was_only_remembered_decides_nothing(folder, change):
    change('read = "abstract"', 'read = "memory"')
    bad = row(folder, 99.0)
    assert bad.verdict == "out" and verdict.failed([bad]) == []
    assert verdict.summary([bad])["independent"]["quantities"] == 0


def test_a_band_around_nothing_is_marked_as_proving_little(folder, change):
    assert row(folder, 2.0).proves
    change("sd = 1.0\nband = [1.0, 3.0]", "sd = 2.5\nband = [-0.5, 4.5]")
    assert not row(folder, 2.0).proves


def test_spread_of_a_range_and_of_a_confidence_interval():
    q = quantity().model_copy(update={"value": None, "range": (0.0, 4.0)})
    assert bands.spread_of(q, None, 20) == pytest.approx(1.0)
    assert bands.spread_of(q.model_copy(update={"range_of": "mean"}), None, 16) == pytest.approx(2.0 / 1.96 * 4.0)


def test_a_cohort_has_the_mean_and_the_spread_of_the_study():
    spread = {"mass_kg": {"mean": 80.0, "sd": 10.0}, "stature_m": {"mean": 1.8, "sd": 0.07}}
    cohort = Cohort.model_validate({"who": "x", "n": 15, "sample": 40, **spread})
    people = np.array(list(running.persons(cohort, 80.0, 1.8)))
    assert people.mean(axis=0) == pytest.approx([80.0, 1.8], abs=0.8)
    assert people.std(axis=0, ddof=1) == pytest.approx([10.0, 0.07], rel=0.12)
    assert 0.2 < np.corrcoef(people.T)[0, 1] < 0.7
    assert list(running.persons(cohort, 80.0, 1.8)) == list(running.persons(cohort, 80.0, 1.8))


def test_a_worker_that_dies_is_said_in_words(folder, monkeypatch):
    def died(futures):
        raise BrokenProcessPool

    monkeypatch.setattr(running, "run_job", str)
    monkeypatch.setattr(running, "is_compiled", lambda *_: True)
    monkeypatch.setattr(running, "as_completed", died)
    job = running.Job((folder / "case.toml").read_text(), False)
    with pytest.raises(BiomechError, match="--workers 1"):
        running._run([job, job], None, 2)


def test_validate_says_so_with_its_exit_code(folder, tmp_path, monkeypatch, capsys, change):
    monkeypatch.chdir(tmp_path)
    code = main(["validate", "--json", "--workers", "1", "-o", "forest.png"])
    out = json.loads(capsys.readouterr().out)
    got = out["rows"][0]
    assert code == 0 and got["verdict"] == "in" and 1.0 <= got["simulated"] <= 3.0
    assert (tmp_path / "forest.png").stat().st_size > 10_000
    assert main(["validate", "--workers", "0"]) == 2  # seen to be taken for "as many as there are cores"
    assert "Must be >= 1" in capsys.readouterr().err
    change("value = 2.0\nsd = 1.0\nband = [1.0, 3.0]", "value = 9.0\nsd = 1.0\nband = [8.0, 10.0]")
    assert main(["validate", "--workers", "1"]) == 1
    text = capsys.readouterr().out
    assert "OUT" in text and "9 ± 1" in text and text.count("not a medical device") == 1
    (folder / "README.md").write_text("# Why\n\n## gain\n\nIt is made up.\n")
    assert main(["validate", "--workers", "1"]) == 0
    assert "out, explained" in capsys.readouterr().out


@pytest.mark.slow
def test_two_processes_give_the_same_digits_as_one():
    entries = [catalog.read(n) for n in ("bridger1990", "rodacki2007")]
    assert running.run_all(entries, workers=1) == running.run_all(entries, workers=2)
