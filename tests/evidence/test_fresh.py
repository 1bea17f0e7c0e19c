"""What is printed about the evidence is what the files say now."""

import json
import re
import runpy
import tomllib
from pathlib import Path

import numpy as np
import pytest

from biomech.evidence import catalog, uncertainty
from biomech.posture.person import Person
from biomech.spine.parameters import load

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def toml(path: str) -> dict:
    return tomllib.loads((BENCHMARKS / path).read_text(encoding="utf-8"))


def test_the_credibility_page_and_the_validation_tables_are_fresh():
    # if this fails: make evidence
    assert runpy.run_path(str(BENCHMARKS / "credibility.py"))["stale"]() == []


def test_every_explanation_speaks_of_the_number_that_is_simulated():
    """Seen to fail for ten quantities: explanations that told what an earlier version had simulated."""
    rows = {(r["study"], r["quantity"]): r["simulated"] for r in json.loads((BENCHMARKS / "validation/results.json").read_text())["rows"]}
    other = []
    for entry in catalog.read_all():
        readme = entry.folder / "README.md"
        for section in re.split(r"^## ", readme.read_text(encoding="utf-8"), flags=re.M)[1:] if readme.is_file() else []:
            head, _, why = section.partition("\n")
            told = [abs(float(x)) for x in re.findall(r"\d+(?:\.\d+)?", why)]
            for quantity in head.replace(",", " ").split():
                simulated = abs(rows[entry.name, quantity])
                if not any(abs(x - simulated) <= 0.1 * simulated for x in told):
                    other.append(f"{entry.name} {quantity}: {simulated:.3g}")
    assert other == []


def test_what_is_fitted_to_is_marked_as_calibration_and_has_the_study_s_number():
    for target in toml("calibration/calibration.toml")["target"]:
        for source in target["from"]:
            study = catalog.read(source["study"]).study
            q = next(q for q in study.quantity if q.id == source["quantity"])
            assert study.role_of(q) == "calibration", source
            assert abs(source["value"]) == pytest.approx(abs(q.value), rel=0.01), source


def test_the_values_in_models_are_those_of_the_fit():
    posterior = toml("calibration/posterior.toml")
    calibrate = runpy.run_path(str(BENCHMARKS / "calibration" / "calibrate.py"))
    base = load(Person("adult_male", 72.0, 1.77, 25.0))
    now = calibrate["current"](base) / calibrate["scaling"](base)
    for free, x in zip(posterior["free"].values(), now, strict=True):
        assert x == pytest.approx(free["in_models"], rel=1e-3), free["name"]
        assert x == pytest.approx(free["fitted"], rel=0.03), free["name"]
    # a tenth of what moves the posterior density by one standard deviation
    assert posterior["misfit_in_models"] - posterior["misfit_fitted"] < 0.1


def test_directions_carry_the_whole_spread_of_the_posterior():
    posterior = toml("calibration/posterior.toml")
    names = posterior["correlation"]["names"]
    moves = np.log([[d[n] for n in names] for d in uncertainty.directions()])
    spread = {f["name"]: f["factor"] for f in posterior["free"].values()}
    # two digits of the correlations are kept
    assert np.exp(np.sqrt((moves**2).sum(axis=0))) == pytest.approx([spread[n] for n in names], rel=0.02)


def test_moved_values_move_only_what_was_fitted():
    base = load(Person("adult_male", 72.0, 1.77, 25.0))
    other = uncertainty.moved(base, {"branch.minutes.axial": 2.0, "permeability": 3.0})
    assert other.branches["axial"][1] == pytest.approx(2.0 * base.branches["axial"][1])
    assert other.branches["axial"][0] == base.branches["axial"][0]
    assert other.scalars["permeability"] == pytest.approx(3.0 * base.scalars["permeability"])
    assert {k for k in base.scalars if base.scalars[k] != other.scalars[k]} == {"permeability"}


@pytest.mark.slow
def test_verification_cases_are_within_their_limits():
    run = runpy.run_path(str(BENCHMARKS / "verification" / "run.py"))["run"]
    for folder in sorted((BENCHMARKS / "verification").glob("*/case.toml")):
        for row in run(folder.parent)["rows"]:
            assert row["within"], (folder.parent.name, row)
