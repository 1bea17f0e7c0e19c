"""`biomech plot` and `render` of a kept result; more in test_viz_commands.py."""

from pathlib import Path

import pytest
from calling import QUICK, call

from biomech.viz.probe import probe

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_pictures_of_a_result(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    assert call(capsys, "run", "table_60", "-o", "r.nc", *QUICK)[0] == 0
    assert call(capsys, "plot", "r.nc", "-o", "plot.svg")[0] == 0
    assert (in_a_folder / "plot.svg").stat().st_size > 10_000
    missing = probe()
    code, _, err = call(capsys, "render", "r.nc", "-o", "new/bones.png")
    assert (code, (in_a_folder / "new/bones.png").is_file()) == ((0, True) if missing is None else (2, False))
    assert missing is None or (missing in err and len(err.splitlines()) == 1)
