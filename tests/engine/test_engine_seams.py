"""What blood weighs on the spine."""

from itertools import accumulate

import pytest

from biomech.circulation.model import CirculationModel, Turn
from biomech.posture.person import Person
from biomech.posture.stance import stance
from biomech.results.blood import Blood, follow_head
from biomech.seams import with_blood
from biomech.spine.model import Course

MAN = Person()
MODEL = CirculationModel(MAN)
LYING = stance(MAN, "lying", 0.0)


def ends_of(courses, begin):
    return [begin + t for t in accumulate(c.ramp + c.hold for c in courses)]


def carried(*holds):
    """Loads (N, by name) of blood in boots held for ``holds`` (s) one after the other."""
    courses = [Course("hung", stance(MAN, "gravity_boots", 90.0), 10.0, hold, 10.0) for hold in holds]
    beats = list(MODEL.march(LYING, [Turn(c.name, c.stance, c.ramp, c.hold) for c in courses], 0.0))
    found = with_blood(Blood(MODEL, beats, follow_head(MODEL, beats)), courses, ends_of(courses, 0.0), 0)
    return {load.name: load.downward for load in found[-1].stance.loads if load.name.startswith("blood")}


def test_cutting_a_hold_into_phases_changes_no_load():
    """Up to a second of the turn at either cut. Seen to fail (0.6 N of 1.9) when the end of the first phase counted."""
    whole, cut = carried(600.0), carried(*[50.0] * 10, 10.0)
    for name, load in whole.items():
        assert cut[name] == pytest.approx(load, abs=0.25), name


def test_what_came_before_the_session_does_not_depend_on_what_follows():
    """Else the kept day before is of no use to the next session. Seen to fail when a stance had one mean."""
    up = stance(MAN, "standing", None)

    def history(*after):
        courses = [Course("upright", up, 10.0, 300.0, 10.0), *(Course("after", s, 10.0, 60.0, 10.0) for s in after)]
        beats = list(MODEL.march(LYING, [Turn(c.name, c.stance, c.ramp, c.hold) for c in courses], -310.0))
        return with_blood(Blood(MODEL, beats, follow_head(MODEL, beats)), courses, ends_of(courses, -310.0), 0)

    one, other = history(up), history(stance(MAN, "inversion_table", 60.0), up)
    assert one[0].stance == other[0].stance
    assert one[1].stance != one[0].stance


def test_what_the_legs_lose_the_rest_carries():
    """In boots the legs hang above and weigh on nothing of the spine: all that left them does, but 0.1 L that left the vessels too."""
    loads = carried(600.0)
    beats = list(MODEL.march(LYING, [Turn("hung", stance(MAN, "gravity_boots", 90.0), 10.0, 600.0)], 0.0))
    region = MODEL.values.layout["vessels"]["region"]
    legs = [i for i, name in enumerate(MODEL.values.rows["vessels.compartment"]) if region[name] == "legs"]
    lost = beats[0].volume[-1, legs].sum() - beats[1].volume[-1, legs].sum()
    assert "blood legs" not in loads
    assert loads["blood head"] > 1.0
    assert sum(loads.values()) == pytest.approx(lost * 1060.0 * 9.81, abs=1.5)
