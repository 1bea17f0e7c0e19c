"""A NaN or an infinity planted in any part of a state ends the run before a step is accepted, with phase, place and time."""

import math
from typing import Any

import numpy as np
import pytest

from biomech.circulation.kernels import layout as c
from biomech.circulation.kernels.layout import State as CirculationState
from biomech.circulation.model import CirculationModel, Turn
from biomech.errors import SimulationError
from biomech.head.model import HeadDrive, HeadModel
from biomech.library.anatomy import LEVELS_UP
from biomech.posture.person import Person
from biomech.posture.stance import stance
from biomech.spine.kernels import layout as s
from biomech.spine.model import Course, SpineModel

PERSON = Person()
LYING, STANDING = stance(PERSON, "lying", 0.0), stance(PERSON, "standing", -90.0)


@pytest.mark.parametrize("planted", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    ("part", "place"),
    [
        ("body", (5, 1)), ("body", (0, s.TISSUE)), ("body", (7, s.SLIP + 2)), ("body_rate", (20, 0)), ("body_rate", (3, s.SLIP)),
        ("rotation", (12, 1, 1)), ("joint", (3, 0)), ("joint", (9, s.WATER)), ("joint", (9, s.COLUMN + 1)), ("joint", (24, -1)),
        ("joint_rate", (7, s.WATER)), ("joint_rate", (7, -1)), ("inflow", (11,)),
    ],
)  # fmt: skip
def test_in_the_spine(part: str, place: Any, planted: float) -> None:
    model = SpineModel(PERSON)
    state, _, _ = model.settled(LYING, 100.0)
    getattr(state, part)[place] = planted
    with pytest.raises(SimulationError, match="phase 'up'.*standing") as caught:
        model.phase(state, LYING, Course("up", STANDING, 10.0, 60.0, 30.0))
    assert caught.value.time_s == 100.0  # not one step was accepted
    # there, or beside it
    assert caught.value.joint is not None
    assert abs(LEVELS_UP.index(caught.value.joint) - place[0]) <= 1


@pytest.mark.parametrize("planted", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("part", CirculationState._fields)
def test_in_the_circulation(part: str, planted: float) -> None:
    model = CirculationModel(PERSON)
    state, _ = model.settled(LYING, 100.0)
    values = getattr(state, part)
    values.flat[min(3, values.size - 1)] = planted
    with pytest.raises(SimulationError, match=f"{part}.* in phase 'up'") as caught:
        model.phase(state, LYING, Turn("up", STANDING, 10.0, 60.0), 100.0, 170.0)
    assert caught.value.time_s is not None
    assert caught.value.time_s < 100.1


@pytest.mark.parametrize("table", ["vessel", "edge", "chamber", "response"])
def test_on_the_way_through_the_circulation(table: str) -> None:
    """What goes wrong while it marches ends the very step, and says where."""
    model = CirculationModel(PERSON)
    state, _ = model.settled(LYING, 100.0)
    names = model.values.rows["vessels.compartment"]
    values, row, column = {
        "vessel": (model.plan.network.vessel, names.index("thigh_veins"), c.STIFFNESS),
        "edge": (model.plan.network.edge, 2, c.RESISTANCE),
        "chamber": (model.plan.network.chamber, 0, c.PASSIVE_ELASTANCE),
        "response": (model.plan.bend, 0, model.plan.bend_lag[0, 0]),
    }[table]
    values[row, column] = math.nan
    with pytest.raises(SimulationError, match="infinite or not a number.* in phase 'up'") as caught:
        model.phase(state, LYING, Turn("up", STANDING, 10.0, 60.0), 100.0, 170.0)
    assert caught.value.time_s is not None
    assert caught.value.time_s < 100.0 + 2 * c.BIN
    assert any(name in str(caught.value) for name in (*names, "interval of the heart"))


@pytest.mark.parametrize("series", ["sinus", "orbital", "tilt", "brain"])
def test_in_what_drives_the_head(series: str) -> None:
    n = 20
    drive = HeadDrive(np.arange(n, dtype=float), np.full(n, 900.0), np.full(n, 900.0), np.zeros(n), np.zeros(n))
    getattr(drive, series)[7] = math.nan
    with pytest.raises(SimulationError, match="skull|eye") as caught:
        HeadModel(PERSON).march(drive)
    assert caught.value.time_s == 7.0
