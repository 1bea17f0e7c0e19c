"""`biomech pressure`: blood pressure at any place of a result."""

import json
from pathlib import Path

import pytest
from calling import QUICK, call

import biomech

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_pressure_prints_any_place_at_the_end_of_every_phase(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    code, _, _ = call(capsys, "run", "table_60", "--only", "circulation", "-o", "blood.nc", *QUICK)
    assert code == 0
    code, out, _ = call(capsys, "pressure", "blood.nc", "--at", "brain", "--at=-80", "--at", "calf", "--side", "venous", "--json")
    phases = json.loads(out)["phases"]
    assert code == 0 and phases[0]["name"] == "lying at rest"
    assert phases[-1]["pressure"]["calf"] < 0 < phases[-1]["pressure"]["brain"]
    measures = biomech.open_result("blood.nc").measures()["measures"]
    # over the same half minute as the measures
    _, out, _ = call(capsys, "pressure", "blood.nc", "--json")
    lying, *_, stood, held = [phase["pressure"]["brain"] for phase in json.loads(out)["phases"]]
    for found, prefix in ((lying, "supine_"), (stood, "standing_"), (held, "")):
        assert found == pytest.approx(measures[f"{prefix}map_brain_mmHg"]["value"], abs=1e-6)
    code, out, _ = call(capsys, "pressure", "blood.nc", "--at=-80")
    assert code == 0 and "-80 cm" in out and out.count("not a medical device") == 1
    code, _, err = call(capsys, "pressure", "blood.nc", "--at", "brian")
    assert code == 2 and "did you mean brain" in err
    call(capsys, "run", "table_60", "--only", "spine", "-o", "spine.nc", *QUICK)
    code, _, err = call(capsys, "pressure", "spine.nc")
    assert code == 2 and "no circulation" in err
