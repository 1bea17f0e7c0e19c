"""A number that is none, planted in a state, is found in the next step and told with phase, place and time."""

import math
from typing import Any

import pytest

from biomech.circulation.model import CirculationModel, Turn
from biomech.errors import SimulationError
from biomech.posture.person import Person
from biomech.posture.stance import stance
from biomech.spine.model import Course, SpineModel

PERSON = Person()
LYING, STANDING = stance(PERSON, "lying", 0.0), stance(PERSON, "standing", -90.0)


@pytest.mark.parametrize("planted", [math.nan, math.inf])
@pytest.mark.parametrize(("part", "place"), [("body", (5, 1)), ("body_rate", (20, 0)), ("joint", (3, 0)), ("joint_rate", (7, 6))])
def test_in_the_spine(part: str, place: Any, planted: float) -> None:
    model = SpineModel(PERSON)
    state, _, _ = model.settled(LYING, 100.0)
    getattr(state, part)[place] = planted
    with pytest.raises(SimulationError, match="phase 'up'.*standing") as caught:
        model.phase(state, LYING, Course("up", STANDING, 10.0, 60.0, 30.0))
    assert caught.value.time_s == 100.0  # not one step was accepted
    assert caught.value.joint is not None


@pytest.mark.parametrize("planted", [math.nan, math.inf])
@pytest.mark.parametrize("part", ["volume", "filtered", "signal", "window", "local"])
def test_in_the_circulation(part: str, planted: float) -> None:
    model = CirculationModel(PERSON)
    state, _ = model.settled(LYING, 100.0)
    getattr(state, part).flat[3] = planted
    with pytest.raises(SimulationError, match=f"{part}.* in phase 'up'") as caught:
        model.phase(state, LYING, Turn("up", STANDING, 10.0, 60.0), 100.0, 170.0)
    assert caught.value.time_s is not None
    assert caught.value.time_s < 100.1
