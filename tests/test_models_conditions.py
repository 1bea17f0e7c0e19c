"""The conditions of models/: curves that stay balanced, discs that degenerate one way."""

import math
from itertools import pairwise

import pytest
from model_files import LUMBAR, column, load, scalar
from stacked_spine import Floats, segment_angles, stacked


def tilt(axes: Floats) -> float:
    """Lean of a body to the right in the frontal plane, deg."""
    return math.degrees(math.atan2(axes[2, 1], axes[1, 1]))


def test_scoliosis_is_balanced_and_has_its_cobb_angle() -> None:
    centre, axes, _ = stacked("scoliosis")
    assert abs(centre["C7"][2]) < 2 and abs(tilt(axes["C7"])) < 1
    facing = math.degrees(math.atan2(-axes["C7"][2, 0], axes["C7"][0, 0]))
    assert abs(facing) < 1
    assert tilt(axes["T11"]) - tilt(axes["T5"]) == pytest.approx(
        scalar("spine/scoliosis", "cobb_angle"), abs=1
    )
    assert centre["T8"][2] > 10 > 0 > centre["L2"][2]  # thorax right, loins left
    turned = math.degrees(math.atan2(-axes["T8"][2, 0], axes["T8"][0, 0]))
    assert -15 < turned < -8  # bodies turn to the convex side
    assert abs(centre["C7"][0] - stacked()[0]["C7"][0]) < 5


@pytest.mark.parametrize(
    ("condition", "lordosis"), [("hyperlordosis", 68.4), ("hypolordosis", 33.4)]
)
def test_curves_change_and_stay_balanced(condition: str, lordosis: float) -> None:
    change = column(f"spine/{condition}", "joints", "sagittal_change")
    assert sum(segment_angles()[v] + change[v] for v in LUMBAR) == pytest.approx(lordosis, abs=0.1)
    assert abs(stacked(condition)[0]["C7"][0] - stacked()[0]["C7"][0]) < 5


def test_degeneration_goes_one_way() -> None:
    for condition, best in (("degenerated_disc", 1.0), ("herniated_disc", 0.95)):
        data = load(f"spine/{condition}")
        assert data["default_level"] in LUMBAR
        assert data["default_grade"] in data["tables"]["grades"]["rows"]
        for factor, direction in (
            ("height_factor", -1),
            ("pressure_factor", -1),
            ("swelling_factor", -1),
            ("permeability_factor", 1),
        ):
            values = list(column(f"spine/{condition}", "grades", factor).values())
            steps = [direction * (b - a) for a, b in pairwise(values)]
            assert min(steps) >= 0 and sum(steps) > 0, factor
            if direction < 0:
                assert max(values) <= best, factor
    assert column("spine/degenerated_disc", "grades", "height_factor")["I"] == 1.0
    assert scalar("conditions/muscle_guarding", "tone_multiplier") > 1
