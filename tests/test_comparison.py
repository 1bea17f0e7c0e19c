"""Results side by side, and how their measures are read."""

from pathlib import Path

import numpy as np
import pytest

import biomech

QUICK = {"history.days": 0, "history.awake_h": 0.1, "history.upright_after_min": 2}


@pytest.fixture(scope="module")
def both() -> list[biomech.Result]:
    return [biomech.simulate(name, QUICK) for name in ("table_30", "table_60")]


def test_scenarios_results_and_files_are_compared_alike(both: list[biomech.Result], tmp_path: Path) -> None:
    file = both[1].save(tmp_path / "sixty.nc")
    again = biomech.compare(["table_30", file], QUICK)
    assert [r.data.attrs["title"] for r in again.results] == [r.data.attrs["title"] for r in both]
    for mixed, plain in zip(again.results, both, strict=True):
        assert mixed.measures() == plain.measures()


def test_levels_are_the_measures_by_case(both: list[biomech.Result]) -> None:
    levels = biomech.compare(both).levels()
    assert levels.sizes["case"] == 2 and "L4/L5" in levels["level"]
    sixty = levels.sel(case=both[1].data.attrs["title"])
    for name in ("disc_height_change_mm", "traction_N", "supine_nucleus_pressure_MPa"):
        assert float(sixty[name].sel(level="L4/L5")) == both[1].measures()["levels"]["L4/L5"][name]
        assert levels[name].attrs["units"] in name and levels[name].attrs["long_name"]
    assert np.isnan(sixty["disc_height_change_mm"].sel(level="C0/C1"))  # a joint without a disc


def test_a_comparison_draws_itself(both: list[biomech.Result], tmp_path: Path) -> None:
    assert biomech.compare(both).figure(tmp_path / "both.svg").stat().st_size > 10_000


def test_a_moment_between_two_steps_is_interpolated(both: list[biomech.Result]) -> None:
    for result in both:
        data, attrs = result.data, result.data.attrs
        stature = np.interp([attrs["reference_time_s"], attrs["after_time_s"]], data["time"], data["stature"])
        assert attrs["after_time_s"] not in data["time"]
        assert result.measures()["measures"]["stature_gain_mm"]["value"] == pytest.approx(stature[1] - stature[0], abs=1e-9)


def test_everything_a_result_was_computed_from_is_in_its_digest(both: list[biomech.Result]) -> None:
    files = both[0].data.attrs["model_files"].split(", ")
    assert {"spine/healthy", "body/adult_male", "equipment/inversion_table", "equipment/lying", "equipment/standing"} <= set(files)
