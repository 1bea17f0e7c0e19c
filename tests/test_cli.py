"""The command line: what a person types, what comes back, and with which exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from biomech.cli import main

QUICK = ["--set", "history.days=0", "--set", "history.awake_h=0.1", "--set", "history.upright_after_min=0"]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test in its own empty folder, which is also a test that biomech does not care where it is called."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(capsys: pytest.CaptureFixture[str], *tokens: str) -> tuple[int, str, str]:
    code = main(list(tokens))
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_run_prints_measures_and_keeps_the_result(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    code, out, _ = call(capsys, "run", "table_60", *QUICK)
    assert code == 0
    assert "lumbar spine (L1-S1) longer by" in out and "L4/L5" in out
    assert out.count("not a medical device") == 1
    assert "prediction" in out
    assert (in_a_folder / "out" / "table_60.nc").is_file()


def test_json_is_alone_on_stdout_and_has_the_promised_names(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "run", "table_60", "--json", *QUICK)
    found = json.loads(out)
    assert code == 0
    assert set(found["measures"]["lumbar_length_change_mm"]) == {"value", "unit", "definition"}
    for name in ("spine_length_change_mm", "lordosis_change_deg", "net_traction_N"):
        assert name in found["measures"]
    for name in (
        "disc_height_change_mm", "anterior_change_mm", "posterior_change_mm", "foramen_change_mm", "axial_force_N",
        "nucleus_pressure_MPa", "standing_nucleus_pressure_MPa", "facet_force_N",
    ):
        assert name in found["levels"]["L4/L5"]
    assert found["provenance"]["digest"]


def test_set_changes_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    values = []
    for angle in (20, 60):
        _, out, _ = call(capsys, "run", "table_60", "--json", "--set", f"session.angle_deg={angle}", *QUICK)
        values.append(json.loads(out)["measures"]["net_traction_N"]["value"])
    assert values[1] > values[0] + 100.0


def test_compare_writes_results_table_and_figure(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    code, out, _ = call(capsys, "compare", "table_60", "--angles", "30,60", "-o", "both.png", *QUICK)
    assert code == 0 and "B − A" in out and "L5/S1" in out
    assert (in_a_folder / "both.png").stat().st_size > 50_000
    kept = sorted(p.name for p in in_a_folder.glob("*.nc"))
    assert kept == ["table_60_30deg.nc", "table_60_60deg.nc"]
    code, again, _ = call(capsys, "compare", *kept, "-o", "again.svg")
    assert code == 0
    assert again.split("change of disc")[1].split("written")[0] == out.split("change of disc")[1].split("written")[0]


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (["run", "nothing_of_that_name"], "nothing_of_that_name"),
        (["run", "table_60", "--set", "session.angel_deg=5"], "did you mean"),
        (["run", "table_60", "--set", "session.angle_deg=120"], "allowed"),
        (["run", "table_60", "--set", "person.mass_kg=nan"], "person.mass_kg"),
        (["run", "table_60", "-o", "x.csv", *QUICK], ".nc"),
        (["compare", "table_60"], "two scenarios"),
        (["compare", "table_60", "--angles", "30,sixty"], "--angles"),
        (["compare", "table_60", "table_30", "-o", "x.doc"], ".png"),
        (["plot", "missing.nc", "-o", "x.png"], "missing.nc"),
        (["show", "equipment", "inversion_tabel"], "inversion_table"),
        (["list", "chairs"], "equipment"),
        (["check", "nothing"], "nothing"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str], tokens: list[str], said: str) -> None:
    code, out, err = call(capsys, *tokens)
    assert code == 2
    assert said in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("tokens", [["frobnicate"], ["run"], ["run", "table_60", "--angel", "3"]])
def test_wrong_arguments_are_exit_code_2(capsys: pytest.CaptureFixture[str], tokens: list[str]) -> None:
    assert call(capsys, *tokens)[0] == 2


def test_a_bad_scenario_names_file_line_and_key(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    (in_a_folder / "bad.toml").write_text('[person]\nbody = "adult_male"\nmass_kg = -5\nstature_m = 1.7\n', encoding="utf-8")
    code, _, err = call(capsys, "run", "bad.toml")
    assert code == 2 and "bad.toml:3: person.mass_kg" in err


def test_the_other_verbs(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    assert "inversion_table" in call(capsys, "list")[1]
    assert "friction" in call(capsys, "show", "equipment", "inversion_table")[1]
    assert "measured" in call(capsys, "cite", "table_60")[1]
    assert "night 1" in call(capsys, "check", "table_60_sets")[1]
    assert json.loads(call(capsys, "schema")[1])["title"]
    assert call(capsys, "new", "mine")[0] == 0
    assert call(capsys, "check", "mine.toml")[0] == 0
    assert call(capsys, "new", "mine")[0] == 2  # never overwrites


def test_help_is_light() -> None:
    heavy = {"numpy", "numba", "pydantic", "xarray", "matplotlib", "pyvista", "scipy"}
    code = (
        "import sys\nfrom biomech.cli import main\nmain(['--help'])\nimport biomech\n"
        f"print('loaded', sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "loaded []" in done.stdout
