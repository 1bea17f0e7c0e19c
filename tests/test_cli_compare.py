"""`biomech compare`: table, figure, and which files it may write."""

import re
from pathlib import Path

import pytest
from calling import QUICK, call, shell

from biomech.cli import main
from biomech.cli.places import together

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_another_comparison_does_not_take_the_place_of_this_one() -> None:
    assert together("validation", []) == "validation"
    assert together("compare", ["table_30", "table_60"]) == "compare_table_30_table_60"
    many = [f"study{k}" for k in range(60)]
    assert together("validation", many) != together("validation", many[1:])
    assert len(together("validation", many)) < 40


def test_compare_writes_results_table_and_figure(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    code, out, _ = call(capsys, "compare", "table_60", "--angles", "30,60", "-o", "both.png", *QUICK)
    assert code == 0 and "B − A" in out and "L5/S1" in out
    assert (in_a_folder / "both.png").stat().st_size > 50_000
    kept = sorted(p.name for p in in_a_folder.glob("*.nc"))
    assert kept == [f"table_60_days_0_awake_h_0.1_upright_after_min_0_{a}deg.nc" for a in (30, 60)]
    code, again, _ = call(capsys, "compare", *kept, "-o", "again.svg")
    assert code == 0
    assert again.split("change of disc")[1].split("written")[0] == out.split("change of disc")[1].split("written")[0]


def test_compare_says_the_angle_that_was_simulated(capsys: pytest.CaptureFixture[str]) -> None:
    lines = call(capsys, "compare", "table_60", "--angles", "30,60", *QUICK)[1].splitlines()
    assert lines[0].startswith("A ") and "30° head-down" in lines[0]
    assert lines[1].startswith("B ") and "60° head-down" in lines[1]


def test_compare_never_writes_over_a_result_it_compares(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    assert call(capsys, "run", "table_60", "-o", "table_60.nc", *QUICK)[0] == 0
    before = (in_a_folder / "table_60.nc").read_bytes()
    assert call(capsys, "new", "table_60", "--angle", "40")[0] == 0
    assert call(capsys, "compare", "table_60.toml", "table_60.nc", "-o", "both.svg")[0] == 0
    assert (in_a_folder / "table_60.nc").read_bytes() == before
    assert (in_a_folder / "table_60_2.nc").is_file()


def test_compare_with_other_settings_leaves_the_plain_run_alone(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    plain = in_a_folder / "table_60.nc"
    plain.write_bytes(b"a run from before")
    (in_a_folder / "table_60_2.nc").write_bytes(b"another")
    assert call(capsys, "compare", "table_60", "table_60", "-o", "both.svg", *QUICK)[0] == 0
    assert plain.read_bytes() == b"a run from before" and (in_a_folder / "table_60_2.nc").read_bytes() == b"another"
    assert (in_a_folder / "table_60_days_0_awake_h_0.1_upright_after_min_0.nc").is_file()
    assert len(list(in_a_folder.glob("*.nc"))) == 3  # the same scenario twice is one run


def test_compare_into_a_closed_pipe_still_writes_its_figure(in_a_folder: Path) -> None:
    assert main(["run", "table_60", "-o", "a.nc", *QUICK]) == 0
    done = shell("biomech compare a.nc a.nc -o both.svg | true")
    assert done.returncode == 0 and (in_a_folder / "both.svg").is_file()


def test_a_title_with_brackets_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    title = "[/red] twice [bold]"
    code, out, _ = call(capsys, "compare", "table_60", "--angles", "10,20", "--set", f'title="{title}"', *QUICK)
    assert code == 0 and out.count(title) == 2


def test_flexibility_ends_with_a_verdict(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    _, out, _ = call(capsys, "compare", "table_60", "headstand", *QUICK, "--flexibility")
    assert len(re.findall(r"^[AB]: under 30 N m the lumbar spine bends (?:neither )?(?:more|less)", out, re.MULTILINE)) == 2
