"""The sentences of report and explorer say what the results say, and no more."""

import re
from dataclasses import replace

import pytest
from web_results import result

from biomech.viz.web import circulation
from biomech.viz.web.summary import summary
from biomech.viz.web.told import Told, told


def text(cases: list[Told]) -> str:
    return " ".join(s for p in summary(cases) for s in p.sentences)


@pytest.fixture(scope="module")
def pair() -> list[Told]:
    return told([result("table_30"), result("table_60")])


def test_the_lengths_in_the_sentences_are_the_measures(pair: list[Told]) -> None:
    said = text(pair)
    for case, angle in zip(pair, (30, 60), strict=True):
        assert f"{case.value('lumbar_length_change_mm'):.2f} mm longer at {angle}°" in said
        assert f"{case.value('spine_length_change_mm'):.2f} mm longer at {angle}°" in said
        assert f"{case.value('stature_gain_mm'):.2f} mm taller after the session at {angle}°" in said
    gap = pair[1].value("lumbar_length_change_mm") - pair[0].value("lumbar_length_change_mm")
    assert f"At 60°, that is {gap:.2f} mm more than at 30°." in said


def test_unloading_is_told_from_pulling(pair: list[Told]) -> None:
    at_30, at_60 = text(pair[:1]), text(pair[1:])
    assert pair[0].level("L5/S1", "axial_force_N") < 0 < pair[1].level("L5/S1", "axial_force_N")
    assert "not a pull" in at_30 and "really pulled" not in at_30
    assert "really pulled" in at_60 and "not a pull" not in at_60
    share = 100 * pair[0].value("friction_used_N") / pair[0].value("gravity_along_spine_N")
    assert f"({share:.0f} %)" in at_30


def test_the_forces_that_are_told_add_up(pair: list[Told]) -> None:
    for case in pair:
        weight, friction, left = (case.value(k) for k in ("gravity_along_spine_N", "friction_used_N", "net_traction_N"))
        found = re.search(r"Moved blood and the pressure of the belly (add|take) (\d+) N", text([case]))
        assert found
        rest = int(found[2]) * (1 if found[1] == "add" else -1)
        assert weight - friction + rest == pytest.approx(left, abs=0.6)


def test_a_verdict_follows_the_force(pair: list[Told]) -> None:
    """The same case with the sign of its force turned gets the other verdict."""
    turned = replace(pair[1], levels={**pair[1].levels, "L5/S1": {**pair[1].levels["L5/S1"], "axial_force_N": -40.0}})
    assert "not a pull" in text([turned])


def test_a_headstand_is_not_called_relief() -> None:
    (case,) = told([result("headstand")])
    said = text([case])
    assert "the lower back is not relieved" in said
    assert "In a headstand, the neck is pressed together with" in said
    assert "pull at the lowest disc" not in said
    neck = min(case.level(v, "axial_force_N") for v in ("C2/C3", "C3/C4", "C4/C5", "C5/C6", "C6/C7"))
    assert f"{-neck:.0f} N" in said


def test_boots_have_no_friction_to_speak_of() -> None:
    said = text(told([result("boots_90")]))
    assert "no friction holds them" in said and "Friction of the back" not in said


def test_cases_are_named_by_what_differs() -> None:
    names = [c.name for c in told([result("chair"), result("headstand")])]
    assert [n.within for n in names] == ["on the inversion chair at 70°", "in a headstand"]
    assert [n.heading for n in told([result("table_60"), result("table_30")]) for n in [n.name]] == ["60° head-down", "30° head-down"]
    same = told([result("table_60"), result("small_woman")])
    assert len({c.name.heading for c in same}) == len({c.name.within for c in same}) == 2


def test_without_circulation_nothing_is_said_about_it(pair: list[Told]) -> None:
    bare = [replace(c, values={k: v for k, v in c.values.items() if "mmHg" not in k and "heart" not in k and "blood" not in k
                               and "cardiac" not in k and "stroke" not in k}) for c in pair]  # fmt: skip
    assert circulation.table(bare) == [] and circulation.notes(bare) == []


def test_circulation_is_shown_when_it_is_there(pair: list[Told]) -> None:
    def with_eye(case: Told, iop: float) -> Told:
        found = {"iop_mmHg": iop, "standing_iop_mmHg": 14.0, "supine_iop_mmHg": 16.04, "blood_shift_legs_mL": -410.0}
        return replace(case, values={**case.values, **{k: {"value": v, "unit": "mmHg", "definition": ""} for k, v in found.items()}})

    cases = [with_eye(pair[0], 21.5), with_eye(pair[1], 27.25)]
    rows = {r.label: r for r in circulation.table(cases)}
    eye = rows["Eye pressure"]
    assert (eye.unit, eye.standing, eye.values) == ("mmHg", "14.0", ("21.5", "27.2"))
    legs = rows["Blood in the legs, against standing"]
    assert legs.values == ("−410", "−410") and legs.standing == ""
    assert circulation.notes(cases)[0] == "The pressure in the eye is 21.5 mmHg at 30° and 27.2 mmHg at 60° (14.0 standing, 16.0 lying)."


def test_every_number_of_a_sentence_is_finite() -> None:
    for name in ("lying", "traction_33", "fowler", "suspension", "forward_fold"):
        said = text(told([result(name)]))
        assert said and "nan" not in said and "–" not in said and not re.search(r"\binf\b", said)
