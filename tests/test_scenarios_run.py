"""Every shipped scenario runs, and the numbers the project promises come out of it."""

import numpy as np
import pytest

import biomech
from biomech import library

LUMBAR = ("L1/L2", "L2/L3", "L3/L4", "L4/L5", "L5/S1")
RESULTS: dict[str, biomech.Result] = {}


def run(name: str) -> biomech.Result:
    """Each scenario once."""
    if name not in RESULTS:
        RESULTS[name] = biomech.simulate(name)
    return RESULTS[name]


def value(name: str, measure: str) -> float:
    return float(run(name).measures()["measures"][measure]["value"])


def level(name: str, where: str, measure: str) -> float:
    return float(run(name).measures()["levels"][where][measure])


@pytest.mark.parametrize("name", library.names("scenarios"))
def test_every_scenario_runs_to_its_end(name: str) -> None:
    data = run(name).data
    for variable in ("disc_height", "axial_force", "nucleus_pressure", "position", "stature"):
        part = data[variable].sel(level=list(LUMBAR)) if "level" in data[variable].dims else data[variable]
        assert np.isfinite(part).all(), variable
    assert all(v.attrs["units"] and v.attrs["long_name"] and v.attrs["source"] for v in data.data_vars.values())
    assert (data["disc_height"].isel(level=slice(2, None)) > 1.0).all()  # no disc is crushed or turned over
    assert abs(data["lordosis"] - data["lordosis"][0]).max() < 45.0  # nobody folds up


def test_nucleus_pressure_standing_and_lying() -> None:
    assert level("table_60", "L4/L5", "standing_nucleus_pressure_MPa") == pytest.approx(0.50, abs=0.10)
    assert level("lying", "L4/L5", "nucleus_pressure_MPa") == pytest.approx(0.10, abs=0.05)


def test_twenty_minutes_inverted_and_forty_standing() -> None:
    gain, left = value("inversion_20min", "stature_gain_mm"), value("inversion_20min", "stature_gain_40min_mm")
    assert 3.0 < gain < 7.5
    assert left < 0.5 * gain


def test_a_day_upright() -> None:
    data = run("day").data
    time = data["time"].values
    end = int(np.searchsorted(time, data.attrs["end_time_s"] + 1e-6)) - 1
    start = int(np.searchsorted(time, 60.0))
    stature = data["stature"].values
    assert -20.0 < stature[end] - stature[start] < -14.0
    lumbar = data["disc_height"].sel(level=list(LUMBAR)).sum("level").values
    assert -0.08 < lumbar[end] / lumbar[start] - 1.0 < -0.06


def test_a_scoliosis_moves_in_three_dimensions_and_a_straight_spine_does_not() -> None:
    assert abs(run("scoliosis").data["position"].sel(axis="z")).max() > 1.0
    assert abs(run("table_60").data["position"].sel(axis="z")).max() == 0.0


def test_a_degenerated_disc_opens_by_itself_differently() -> None:
    other = level("degenerated_L4L5", "L4/L5", "disc_height_change_mm") - level("table_60", "L4/L5", "disc_height_change_mm")
    neighbour = level("degenerated_L4L5", "L2/L3", "disc_height_change_mm") - level("table_60", "L2/L3", "disc_height_change_mm")
    assert abs(other) > 3.0 * abs(neighbour)


def test_nothing_compared_is_an_input_error() -> None:
    with pytest.raises(biomech.InputError, match="nothing to compare"):
        biomech.compare([])


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("traction_33", {"force_percent_bw": None, "force_N": 2000}, "stretched by"),
        ("table_60", {}, None),
    ],
)
def test_a_run_beyond_what_is_known_says_so(name: str, changes: dict[str, float | None], said: str | None) -> None:
    warnings = biomech.simulate(name, {"equipment": changes} if changes else None).measures()["warnings"]
    assert [said in w for w in warnings] == [True] if said else warnings == []


def test_hours_head_down_are_not_known() -> None:
    for hold, repeat, count in ((1500.0, 1, 0), (2000.0, 1, 1), (1200.0, 3, 1)):
        phases = [{"angle_deg": 20, "duration_s": hold, "repeat": repeat}]
        result = biomech.simulate("table_60", {"session": None, "phase": phases})
        assert len([w for w in result.measures()["warnings"] if "head-down for" in w]) == count
