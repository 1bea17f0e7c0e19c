"""`biomech resume`, and how to go on with many runs."""

from pathlib import Path

import pytest
from calling import QUICK, call

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_an_interrupted_run_of_many_says_how_to_go_on(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("biomech.population.sweep.sweep", stop)
    monkeypatch.setattr("biomech.population.optimum.optimize", stop)
    vary = ("--vary", "session.angle_deg=30,60")
    code, _, err = call(capsys, "sweep", "table_60", *vary)
    assert code == 130 and err.splitlines()[-1] == "biomech: interrupted; the same command goes on where it was"
    code, _, err = call(capsys, "optimize", "table_60", "--vary", "session.angle_deg=30:60", "--maximize", "net_traction_N")
    assert code == 130 and err.splitlines()[-1] == "biomech: interrupted; the same command goes on where it was"


def test_resume_says_how_many_runs_go_on(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    (in_a_folder / "e.parts").mkdir()
    code, _, err = call(capsys, "resume", "e.nc")
    assert code == 2 and "many runs go on with the command that began them" in err


def test_a_resumed_run_is_called_as_the_first_one_was(
    capsys: pytest.CaptureFixture[str], in_a_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("biomech.simulation.SpineModel.march", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        assert call(capsys, "run", "table_60", *QUICK, "--only", "spine", "-o", "out/r.nc")[0] == 130
    code, out, _ = call(capsys, "resume", "out/r.nc")
    assert code == 0 and "written: out/r.nc" in out
