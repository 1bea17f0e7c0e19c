"""`biomech screen` and `check`, of a result as of its scenario."""

import re
from pathlib import Path

import pytest
from calling import call

from biomech.cli.screening import in_words
from biomech.safety.finding import Finding

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_a_result_is_checked_and_screened_as_its_scenario(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    assert call(capsys, "run", "boots_90", "--only", "spine", "--set", "session.hold_s=9", "-o", "x.nc")[0] == 0
    assert " 9 " in call(capsys, "check", "x.nc")[1]
    code, out, err = call(capsys, "screen", "x.nc")
    assert code == 0, err
    # the half that was simulated, and whole numbers as limits are
    assert re.search(r"clamp on the skin of both ankles: \d+ mmHg \(limit: at most 32\)", out) and "eye" not in out


def test_a_limit_says_on_which_side_of_it_one_should_be() -> None:
    low, high = (Finding("limit", "x", "x", "", "", "", "mmHg", 40.0, worst) for worst in (32.44, 276.2))
    assert [in_words(f) for f in (low, high)] == ["x: 32 mmHg (limit: at least 40)", "x: 276 mmHg (limit: at most 40)"]
