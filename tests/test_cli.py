"""The command line: what a person types, what comes back, and with which exit code."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from calling import call

import biomech
from biomech import scenario
from biomech.cli import main
from biomech.cli.places import called, together
from biomech.cli.screening import in_words
from biomech.errors import SimulationError
from biomech.safety.finding import Finding
from biomech.viz.probe import probe

QUICK = ["--set", "history.days=0", "--set", "history.awake_h=0.1", "--set", "history.upright_after_min=0"]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test in its own empty folder, which is also a test that biomech does not care where it is called."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_run_prints_measures_and_keeps_the_result(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    code, out, _ = call(capsys, "run", "table_60", *QUICK)
    assert code == 0
    assert "lumbar spine (L1-S1) longer by" in out and "L4/L5" in out
    assert out.count("not a medical device") == 1
    assert "predicted, not measured" in out
    assert [p.name for p in (in_a_folder / "out").iterdir()] == ["table_60_days_0_awake_h_0.1_upright_after_min_0.nc"]


def test_another_comparison_does_not_take_the_place_of_this_one() -> None:
    assert together("validation", []) == "validation"
    assert together("compare", ["table_30", "table_60"]) == "compare_table_30_table_60"
    many = [f"study{k}" for k in range(60)]
    assert together("validation", many) != together("validation", many[1:])
    assert len(together("validation", many)) < 40


def test_a_changed_run_does_not_take_the_place_of_the_plain_one() -> None:
    assert called("mine.toml") == "mine"
    assert called("mine.toml", ["session.angle_deg=45"], "spine") == "mine_angle_deg_45_spine"
    assert "/" not in called("mine.toml", ['person.conditions=["a/b"]'])
    assert len(called("mine.toml", [f"phase.{i}.duration_s=10" for i in range(20)])) < 40


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


def test_what_is_beyond_knowledge_is_warned_of_once_in_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    pull = ["--set", "equipment.force_percent_bw=200", *QUICK]
    _, out, _ = call(capsys, "run", "traction_33", "--no-save", *pull)
    assert out.count("warning: beyond what is known: ") == 1 and "stretched by" in out
    _, out, _ = call(capsys, "run", "traction_33", "--no-save", "--json", *pull)
    assert "stretched by" in json.loads(out)["warnings"][0]
    _, out, _ = call(capsys, "run", "table_60", "--no-save", *QUICK)
    assert "warning" not in out


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
    assert kept == [f"table_60_days_0_awake_h_0.1_upright_after_min_0_{a}deg.nc" for a in (30, 60)]
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


def test_the_other_verbs(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    assert "inversion_table" in call(capsys, "list")[1]
    assert "friction" in call(capsys, "show", "equipment", "inversion_table")[1]
    assert "measured" in call(capsys, "cite", "table_60")[1]
    assert "night 1" in call(capsys, "check", "table_60_sets")[1]
    assert json.loads(call(capsys, "schema")[1])["title"]
    assert call(capsys, "new", "mine")[0] == 0
    assert call(capsys, "check", "mine.toml")[0] == 0
    assert call(capsys, "new", "mine")[0] == 2  # never overwrites


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


def test_help_is_light() -> None:
    heavy = {"numpy", "numba", "pydantic", "xarray", "matplotlib", "pyvista", "scipy"}
    code = (
        "import sys\nfrom biomech.cli import main\nmain(['--help'])\nimport biomech\n"
        f"print('loaded', sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "loaded []" in done.stdout


@pytest.mark.parametrize("half", [["--only", "spine"], ["--only", "circulation"], []])
def test_run_brings_no_package_along_that_it_does_not_use(in_a_folder: Path, half: list[str]) -> None:
    """Importing one of these takes longer than a simulation; xarray is for whoever asks for `result.data`."""
    heavy = {"xarray", "pandas", "pyarrow", "scipy", "dask", "matplotlib", "coverage", "yaml", "pyvista"}
    code = (
        f"import sys\nfrom biomech.cli import script\nsys.argv = {['biomech', 'run', 'table_60', *half, *QUICK]!r}\n"
        f"try:\n    script()\nfinally:\n    print('loaded', sorted(n for n in {sorted(heavy)!r} if sys.modules.get(n)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "loaded []" in done.stdout, done.stdout[-300:] + done.stderr
    assert done.returncode == 0 and list(in_a_folder.rglob("*.nc"))


def test_run_can_keep_nothing_and_says_what_was_changed(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    code, out, _ = call(capsys, "run", "table_60", "--no-save", "--set", "session.angle_deg=20", *QUICK)
    assert code == 0 and "written" not in out and not list(in_a_folder.iterdir())
    head = out.splitlines()[0]
    assert "[angle_deg = 20" in head and "20° head-down, 3:00 held" in out


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


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (SimulationError("the step failed", time_s=12.0, joint="L4/L5", hint="a longer ramp"), 1, "L4/L5"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(28, "No space left on device", "out/x.nc"), 1, "No space left"),
    ],
)
def test_what_stops_a_run_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, said: str
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("biomech.cli.running.simulate_with_progress", stop)
    found, out, err = call(capsys, "run", "table_60", "--json")
    assert found == code and out == ""
    assert said in err and len(err.splitlines()) == 1


def test_a_title_with_brackets_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    title = "[/red] twice [bold]"
    code, out, _ = call(capsys, "compare", "table_60", "--angles", "10,20", "--set", f'title="{title}"', *QUICK)
    assert code == 0 and out.count(title) == 2


def test_a_table_fits_a_terminal_of_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    out = call(capsys, "run", "table_60", "--no-save", *QUICK)[1]
    table = [line for line in out.splitlines() if "/" in line[:7] or line.startswith("level")]
    assert len(table) == 24
    assert max(len(line.rstrip()) for line in table) <= 80


def test_pictures_of_a_result(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    assert call(capsys, "run", "table_60", "-o", "r.nc", *QUICK)[0] == 0
    assert call(capsys, "plot", "r.nc", "-o", "plot.svg")[0] == 0
    assert (in_a_folder / "plot.svg").stat().st_size > 10_000
    missing = probe()
    code, _, err = call(capsys, "render", "r.nc", "-o", "new/bones.png")
    assert (code, (in_a_folder / "new/bones.png").is_file()) == ((0, True) if missing is None else (2, False))
    assert missing is None or (missing in err and len(err.splitlines()) == 1)


def test_ascii_output_and_a_closed_pipe_are_no_tracebacks() -> None:
    base = [sys.executable, "-m", "biomech.cli"]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*base, "run", "table_60", "--no-save", *QUICK], capture_output=True, text=True, env=ascii_only, check=True)
    assert "Traceback" not in done.stderr and "-0.0" in done.stdout  # a minus stays a minus


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """`biomech …` with pipes and redirections as bash does them; the code is that of biomech."""
    line = command.replace("biomech", f'"{sys.executable}" -m biomech.cli', 1) + "; exit ${PIPESTATUS[0]}"
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("verb", ["cite", "list", "check table_60", "show spine healthy", "schema"])
def test_a_reader_who_has_seen_enough_is_no_error(verb: str) -> None:
    done = shell(f"biomech {verb} | head -n 1")
    assert (done.returncode, done.stderr) == (0, "") and len(done.stdout.splitlines()) == 1


def test_compare_into_a_closed_pipe_still_writes_its_figure(in_a_folder: Path) -> None:
    assert main(["run", "table_60", "-o", "a.nc", *QUICK]) == 0
    done = shell("biomech compare a.nc a.nc -o both.svg | true")
    assert done.returncode == 0 and (in_a_folder / "both.svg").is_file()


@pytest.mark.parametrize(("where", "code"), [(">&-", 0), ("> /dev/full", 1)])
def test_output_that_goes_nowhere_is_no_traceback(where: str, code: int) -> None:
    done = shell(f"biomech list {where}")
    assert done.returncode == code and len(done.stderr.splitlines()) == code


def test_a_scenario_with_an_equals_sign_in_its_name(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    assert call(capsys, "new", "mu=0.3.toml")[0] == 0
    assert call(capsys, "check", "mu=0.3.toml")[0] == 0


def test_a_report_of_kept_results(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    call(capsys, "run", "table_60", "--only", "spine", "-o", "out/table_60_spine.nc", *QUICK)
    code, out, _ = call(capsys, "report", "out/table_60_spine.nc", "-o", "new/page.html")
    assert code == 0 and out == f"written: {Path('new/page.html')}\n"
    page = (in_a_folder / "new" / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "60° head-down" in page
    code, out, _ = call(capsys, "compare", "out/table_60_spine.nc", "out/table_60_spine.nc", "-o", "two.html")
    assert code == 0 and (in_a_folder / "two.html").is_file()


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("report", "out/none.nc"), "none.nc"),
        (("report", "table_60", "-o", "x.png"), "allowed: .html"),
        (("report", *["table_60"] * 5), "one to four"),
        (("app", "--port", "70000"), "allowed: 0 to 65535"),
        (("app", "--host", "no.such.host.invalid", "--no-browser"), "cannot listen"),
    ],
)
def test_pages_that_cannot_be_made(capsys: pytest.CaptureFixture[str], in_a_folder: Path, tokens: tuple[str, ...], said: str) -> None:
    code, _, err = call(capsys, *tokens)
    assert code == 2 and said in err and len(err.splitlines()) == 1
    assert not list(in_a_folder.rglob("*.nc"))


def test_cite_and_a_result_name_the_same_files() -> None:
    from biomech.simulation import files_of

    spec = scenario.read("table_60", ["history.days=0", "history.awake_h=0.1", "person.conditions=['hypertension', 'scoliosis']"])
    result = biomech.simulate(spec)
    assert result.data.attrs["model_files"] == ", ".join(files_of(spec))
    assert "circulation/vessels" in result.data.attrs["model_files"]


def test_the_verbs_are_functions_of_the_package() -> None:
    code = "import biomech, sys; print(sorted({'numpy', 'xarray', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    for name in biomech.__all__:
        assert getattr(biomech, name) is not None
    found = biomech.sweep("table_60", ["session.angle_deg=20,40"], only="spine")
    assert found.sizes["session.angle_deg"] == 2


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


def test_what_was_assumed_about_the_person_is_told(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    old = ["--set", 'person.conditions=["degenerated_disc"]', "--set", "person.age_years=70"]
    _, out, _ = call(capsys, "run", "table_60", *QUICK, "--no-save", "--only", "spine", *old)
    assert "no level and grade given, degenerated disc L4/L5 IV assumed (height × 0.88" in out and "nothing of the spine" in out
    known = 'person.conditions=[{name="degenerated_disc",level="L3/L4",grade="V"}]'
    _, out, _ = call(capsys, "run", "table_60", *QUICK, "--no-save", "--only", "spine", "--set", known)
    assert "assumed" not in out and "age changes" not in out


def test_tables_say_whether_the_legs_moved(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    text = """
title = "standing"
person = { body = "adult_male", mass_kg = 78, stature_m = 1.78 }
phase = [{ posture = "standing", angle_deg = -90, duration_s = 40, moving = MOVING }]
history = { days = 0, awake_h = 0.1, upright_after_min = 0 }
"""
    for moving, word in (("true", "moving about"), ("false", "keeping still")):
        (in_a_folder / "s.toml").write_text(text.replace("MOVING", moving))
        _, out, _ = call(capsys, "run", "s.toml", "--only", "circulation", "--no-save")
        assert f"standing just before the session, moving about; last 30 s of the last hold, {word}" in out and "1 phase, " in out


def test_a_session_with_exercise_says_where_its_traction_comes_from(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    quick = [*QUICK, "--only", "spine", "--no-save"]
    _, out, _ = call(capsys, "run", "crunches_60", *quick, "--set", "phase.1.repetitions=1")
    found = re.search(r"friction (\d+) N towards the feet before, .* at the end, so traction changed by \+(\d+) N", out)
    assert found and int(found[1]) > 50 and int(found[2]) > 50 and "psoas" not in out
    _, out, _ = call(capsys, "run", "crunches_60", *quick, "--set", "phase.1.repetitions=1", "--set", "phase.1.exercise=sit_up")
    assert "psoas" in out


def test_hints_lead_to_ones_own_files_and_past_a_fixed_angle(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    _, _, err = call(capsys, "check", "table_60", "--set", "equipment.model=my_sling")
    assert "BIOMECH_MODELS" in err
    _, _, err = call(capsys, "show", "equipment", "my_sling")
    assert "BIOMECH_MODELS" in err
    _, _, err = call(capsys, "check", "table_60", "--set", "equipment.model=headstand")
    assert err.rstrip().endswith("on the command line: --set session.angle_deg=90")
    assert call(capsys, "check", "table_60", "--set", "equipment.model=headstand", "--set", "session.angle_deg=90")[0] == 0


def test_flexibility_ends_with_a_verdict(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    _, out, _ = call(capsys, "compare", "table_60", "headstand", *QUICK, "--flexibility")
    assert len(re.findall(r"^[AB]: under 30 N m the lumbar spine bends (?:neither )?(?:more|less)", out, re.MULTILINE)) == 2


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
