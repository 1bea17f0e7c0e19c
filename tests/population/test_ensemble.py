"""Ensembles: people as they were measured, unknowns as they are written down, results that do not depend on how they are computed."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from biomech import library, scenario
from biomech.errors import InputError
from biomech.population import persons
from biomech.population.axis import Case
from biomech.population.ensemble import Draws, course_times, ensemble
from biomech.population.job import Job, run_block
from biomech.population.summary import share, spread
from biomech.population.unknowns import Span, deviate, unknowns
from biomech.simulation import simulate

SHORT = scenario.read(
    "table_60", {"session.hold_s": 5, "session.ramp_s": 2, "history.days": 0, "history.awake_h": 0.1, "history.upright_after_min": 2}
)


# ---- who is drawn


def test_people_have_the_means_spreads_and_correlations_of_the_survey() -> None:
    people = persons.load("us_army_2012")
    drawn = [people.draw(np.random.default_rng([7, i])) for i in range(4000)]
    table = library.load("population", "us_army_2012").table("persons")
    for row, body in enumerate(table.rows):
        own = [p for p in drawn if p.body == body]
        assert 0.47 < len(own) / len(drawn) < 0.53
        stature, mass = np.array([p.stature_m for p in own]), np.array([p.mass_kg for p in own])
        # four standard errors: fails once in ten thousand
        near = 4 / math.sqrt(len(own))
        assert abs(stature.mean() - table.si("stature")[row]) < near * stature.std()
        assert np.log(mass).std() == pytest.approx(table.column("log_mass").sd[row], rel=near)  # type: ignore[index]
        found = np.corrcoef(stature, np.log(mass))[0, 1]
        assert found == pytest.approx(table.si("stature_with_mass")[row], abs=near)
        assert stats.kstest(np.log(mass), "norm", (np.log(mass).mean(), np.log(mass).std())).pvalue > 1e-4
        assert all(17 <= p.age_years <= 58 for p in own)


def test_a_body_or_a_population_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match="us_army_2012"):
        persons.load("unknowns")
    with pytest.raises(InputError, match="adult_female"):
        persons.load("us_army_2012", "child")


# ---- what is not known


def test_a_range_holds_what_is_drawn_and_its_value_is_the_median() -> None:
    z = deviate(np.linspace(0.0, 1.0, 2001))
    for span in (Span(1.35, 0.4, 3.5), Span(-0.0489, -0.06, -0.04), Span(10.0, -20.0, 30.0), Span(0.0, 0.0, 1.0)):
        values = np.array([span.at(float(v)) for v in z])
        assert values.min() == pytest.approx(span.low) and values.max() == pytest.approx(span.high)
        assert np.median(values) == pytest.approx(span.value)
    # over more than a factor of four on a logarithmic scale: equal factors for equal deviates
    wide = Span(1.0, 0.1, 10.0)
    assert wide.at(1.0) * wide.at(-1.0) == pytest.approx(1.0)
    spread_out = Span(67.0, 50.0, 85.0, sd=3.3)
    assert spread_out.at(1.0) == pytest.approx(70.3)


def test_what_is_fitted_or_a_definition_is_left_alone() -> None:
    known_not = {u.key: u for u in unknowns(SHORT, ["adult_male", "adult_female"], None)}
    assert "models.spine.disc.modulus_tension" in known_not and "equipment.friction" in known_not
    assert "models.spine.disc.permeability" not in known_not  # fitted
    assert not any("reference" in key or ".vertebrae." in key for key in known_not)
    assert not any(key.startswith("models.circulation") for key in (u.key for u in unknowns(SHORT, ["adult_male"], "spine")))
    hip = known_not["models.body.hip_x"]
    assert {file for file, _, _ in hip.spans} == {"body/adult_male", "body/adult_female"}
    assert hip.numbers(0.0, "adult_female") == ("body/adult_female", "hip_x", library.load("body", "adult_female").scalar("hip_x").value)
    # what the scenario says itself is not drawn
    assert "equipment.friction" not in {u.key for u in unknowns(scenario.read(SHORT, {"equipment.friction": 0.4}), ["adult_male"], "spine")}


def test_the_values_in_the_files_are_the_middle_of_what_is_drawn() -> None:
    known_not = tuple(unknowns(SHORT, ["adult_male"], "spine"))
    middle = {(file, name): value for u in known_not if (n := u.numbers(0.0, "adult_male")) for file, name, value in [n]}
    for (file, name), value in middle.items():
        there = library.load(*file.split("/"))
        if "." in name:
            table, column = name.split(".")
            np.testing.assert_allclose(value, there.table(table).column(column).values)
        else:
            assert value == pytest.approx(there.scalar(name).value)


# ---- the result


def test_a_larger_ensemble_begins_with_the_smaller_one_and_each_is_a_single_run(tmp_path: Path) -> None:
    small = ensemble(SHORT, 3, seed=5, only="spine")
    large = ensemble(SHORT, 5, seed=5, only="spine", output=tmp_path / "e.nc")
    assert large.isel(person=slice(0, 3)).drop_attrs().identical(small.drop_attrs())
    draws = Draws("adult_male", persons.load("us_army_2012"), tuple(unknowns(SHORT, ["adult_male", "adult_female"], "spine")), 5)
    case = draws.case(4)
    with library.varied(case.variation):
        single = simulate(scenario.read(SHORT, dict(case.settings)), only="spine")
    for name, m in single.measures()["measures"].items():
        assert float(large[name][4]) == m["value"]
    assert float(large["person.mass_kg"][4]) == dict(case.settings)["person.mass_kg"]
    stature = single.data["stature"]
    np.testing.assert_array_equal(large["course_stature"][4], np.interp(course_times(SHORT), stature["time"], stature))
    assert len(set(large["person.stature_m"].values)) == 5


def test_a_spine_that_cannot_stand_is_not_counted() -> None:
    # standing for six minutes costs this person 13 mm against lying
    heavy = [Case((("person.mass_kg", 120.0),))]
    sunk = run_block(Job(SHORT.to_toml(), "spine", most_sinking_mm=10.0), 7, heavy)
    assert "buckles" in sunk.failures[7] and not sunk.columns
    assert not run_block(Job(SHORT.to_toml(), "spine", most_sinking_mm=20.0), 7, heavy).failures
    limit = library.load("population", "unknowns").scalar("most_sinking")
    daily = -simulate("day", only="spine").data["stature"]
    assert float(daily.max() - daily[0]) < limit.value  # a whole day upright is no buckling


def test_sampling_converges_with_the_root_of_the_number() -> None:
    rng = np.random.default_rng(3)
    means = {n: np.std([spread(rng.normal(size=n)).mean for _ in range(400)]) for n in (25, 400)}
    assert means[25] / means[400] == pytest.approx(4.0, rel=0.15)
    assert spread(rng.normal(size=400)).error == pytest.approx(1 / 20, rel=0.15)


def test_shares_of_people_come_with_what_chance_leaves_open() -> None:
    values = np.concatenate([np.arange(10.0), [np.nan]])
    data = xr.Dataset({"x_mm": ("person", values, {"units": "mm"}), "failed": ("person", np.zeros(11))})
    told = share(data, "x_mm > 6.5")
    assert (told.count, told.share) == (10, 0.3)
    low, high = stats.binomtest(3, 10).proportion_ci(method="wilson")
    assert (told.low, told.high) == (pytest.approx(low), pytest.approx(high))
    for wrong in ("x_mm", "y_mm > 3", "x_mm > much", "x_mm = 3"):
        with pytest.raises(InputError):
            share(data, wrong)


def test_nothing_to_draw_is_an_error() -> None:
    with pytest.raises(InputError, match="nothing differs"):
        ensemble(SHORT, 4, population=persons.SAME, fixed=True)
    with pytest.raises(InputError, match="2 or more"):
        ensemble(SHORT, 1)


def test_people_only_leaves_the_numbers_alone() -> None:
    data = ensemble(SHORT, 2, only="spine", fixed=True, body="adult_female")
    assert json.loads(data.attrs["unknowns"]) == []
    assert set(data["person.body"].values) == {"adult_female"}


def test_draws_of_the_circulation_are_what_its_files_allow() -> None:
    known_not = tuple(unknowns(SHORT, ["adult_male", "adult_female"], "circulation"))
    floor = next(u for u in known_not if u.key == "models.circulation.vessels.compartment.floor")
    number = floor.numbers(2.0, "adult_male")
    assert number is not None
    there = library.load("circulation", "vessels").table("compartment").column("floor").values
    # 1 says that a vessel does not collapse at all, and is no estimate
    assert [v for v, t in zip(number[2], there, strict=True) if t == 1.0] == [1.0] * int((there == 1.0).sum())
    data = ensemble(SHORT, 6, seed=1, only="circulation")
    assert json.loads(data.attrs["failures"]) == {}
    assert len(set(data["heart_rate_per_min"].values)) == 6 and np.isfinite(data["iop_peak_mmHg"]).all()
