"""Wrong input of every verb: one line, exit code 2, nothing simulated."""

from pathlib import Path

import pytest
from calling import QUICK, call

pytestmark = pytest.mark.usefixtures("in_a_folder")


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (["run", "nothing_of_that_name"], "nothing_of_that_name"),
        (["run", "table_60", "--set", "session.angel_deg=5"], "did you mean"),
        (["run", "table_60", "--set", "session.angle_deg=120"], "allowed"),
        (["run", "table_60", "--set", "person.mass_kg=nan"], "person.mass_kg"),
        (["run", "table_60", "--set", "nothing"], "KEY=VALUE"),
        (["run", "table_60", "-o", "x.csv", *QUICK], ".nc"),
        (["run", "table_60", "-o", "a_file/x.nc", *QUICK], "a_file"),
        (["run", "table_60", "-o", "a_folder.nc", *QUICK], "folder"),
        (["compare", "table_60", "table_61"], "table_61"),
        (["compare", "junk.nc", "table_60"], "not a result"),
        (["compare", "junk.nc", "--angles", "30,60"], "takes a scenario"),
        (["compare", "table_30", "junk.nc", "--set", "person.mass_kg=90"], "simulated already"),
        (["compare", "table_60", "table_30", "-o", "x.htm"], ".html"),
        (["plot", "junk.nc", "-o", "x.png"], "junk.nc"),
        (["render", "junk.nc", "-o", "x.png"], "junk.nc"),
        (["view", "junk.nc"], "junk.nc"),
        (["new", "a_file/mine"], "a_file"),
        (["schema", "-o", "."], "folder"),
        (["cite", "nothing"], "nothing"),
        (["compare", "table_60"], "two scenarios"),
        (["compare", "table_60", "--angles", "30,sixty"], "--angles"),
        (["compare", "table_60", "table_30", "-o", "x.doc"], ".png"),
        (["plot", "missing.nc", "-o", "x.png"], "missing.nc"),
        (["show", "equipment", "inversion_tabel"], "inversion_table"),
        (["list", "chairs"], "equipment"),
        (["check", "nothing"], "nothing"),
        (["run", "table_60", "-o", "/proc/x.nc"], "/proc/x.nc"),
        (["compare", "table_60", "table_30", "-o", "/proc/x.png"], "/proc/x.png"),
        (["run", "table_60", "-o", "n" * 250 + ".nc"], "too long"),
        (["compare", "table_60", "--angles", "30,60", "--set", "session.angle_deg=5"], "session.angle_deg"),
        (["compare", "table_60", "--angles", "30,60", "--set", "session={angle_deg=5, hold_s=9}"], "session.angle_deg"),
        (["compare", "table_60", "--angles", "30,30.0"], "twice"),
        (["new", "--angle", "nan"], "nan is beyond"),
        (["new", "--angle", "500"], "500 is beyond"),
        (["new", "--equipment", "headstand", "--angle", "20"], "fixes the angle"),
        (["run", "x" * 5000], "no such file"),
        (["run", "table_60", "--set", "session.sets=" + "9" * 5000], "not a TOML value"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, in_a_folder: Path, tokens: list[str], said: str
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("wrong input is refused before anything is simulated")

    monkeypatch.setattr("biomech.cli.running.simulate_with_progress", never)
    (in_a_folder / "a_file").touch()
    (in_a_folder / "a_folder.nc").mkdir()
    (in_a_folder / "junk.nc").write_bytes(b"not a result")
    code, out, err = call(capsys, *tokens)
    assert code == 2
    assert said in err and out == ""
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (["frobnicate"], "frobnicate"), (["run"], "SCENARIO"), (["run", "table_60", "--angel", "3"], "--angel"),
        (["run", "table_60", "--set"], "--set"), (["plot", "x.nc"], "-o"), (["show", "body"], "NAME"),
        (["run", "table_60", "--json", "--angles", "3"], "--angles"),
        (["run", "table_60", "--angle", "45"], "--set session.angle_deg=…"),
        (["check", "table_60", "--hold-s", "45"], "--set session.hold_s=…"),
        (["sweep", "x.nc", "--vary", "session.angle_deg=1,2"], "is a result, no scenario"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str], tokens: list[str], said: str) -> None:
    code, out, err = call(capsys, *tokens)
    assert code == 2 and out == "" and said in err
    assert len(err.splitlines()) == 1 and err.startswith("biomech: ")


def test_a_bad_scenario_names_file_line_and_key(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    (in_a_folder / "bad.toml").write_text('[person]\nbody = "adult_male"\nmass_kg = -5\nstature_m = 1.7\n', encoding="utf-8")
    code, _, err = call(capsys, "run", "bad.toml")
    assert code == 2 and "bad.toml:3: person.mass_kg" in err


def test_hints_lead_to_ones_own_files_and_past_a_fixed_angle(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    _, _, err = call(capsys, "check", "table_60", "--set", "equipment.model=my_sling")
    assert "BIOMECH_MODELS" in err
    _, _, err = call(capsys, "show", "equipment", "my_sling")
    assert "BIOMECH_MODELS" in err
    _, _, err = call(capsys, "check", "table_60", "--set", "equipment.model=headstand")
    assert err.rstrip().endswith("on the command line: --set session.angle_deg=90")
    assert call(capsys, "check", "table_60", "--set", "equipment.model=headstand", "--set", "session.angle_deg=90")[0] == 0
