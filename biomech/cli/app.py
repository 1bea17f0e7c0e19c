"""The verbs: what each takes; what it does stands in the modules it calls."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from cyclopts import App, Parameter

from biomech import __version__
from biomech.cli import many
from biomech.cli.options import Dpi, Flexibility, Json, Measure, Only, Out, Settings, Target, Workers

if TYPE_CHECKING:
    from xarray import Dataset

    from biomech.results.result import Result
    from biomech.simulation import Half

app = App(
    name="biomech",
    version=__version__,
    suppress_keyboard_interrupt=False,  # main() says "interrupted" and gives the exit code
    help="What inversion does to a human body: how far each disc opens, at which angle, for whom, for how long, "
    "and what it does to blood, brain and eye. "
    "A research model, not a medical device.",
)


@app.command
def run(
    scenario: str, /, *, output: Out = None, set_: Settings = [], json: Json = False,  # noqa: B006
    save: Annotated[bool, Parameter(help="Keep the result as NetCDF (out/NAME.nc unless -o says where).")] = True,
    only: Only = None,
    uncertainty: Annotated[int | None, Parameter(help="Say how sure every measure is, by N draws of what is not known.")] = None,
    flexibility: Flexibility = False,
) -> None:
    """Simulate a scenario (a file, the name of a shipped one, or a result: the same again) and print its measures.

    Interrupted, it goes on with biomech resume.
    """
    from biomech import scenario as scenarios
    from biomech.cli.places import called, writable
    from biomech.cli.running import say_if_the_same, scenario_of, simulate_and_save, simulate_with_progress

    source, half, digest = scenario_of(scenario)
    spec = scenarios.read(source, set_)
    only = only or half
    # half a result does not take the place of a whole one, a changed one that of the scenario's own, nor a repeated one that of the first
    name = called(scenario, set_, *([only] if only and not digest else []), *(["again"] if digest else []))
    target = writable(output or Path("out") / f"{name}.nc", (".nc",)) if save else None
    if target:
        result = simulate_and_save(spec, target, only, flexibility)
    else:
        result = simulate_with_progress(spec, only=only, flexibility=flexibility)
    if digest and not set_:
        say_if_the_same(result, digest)
    written = [target] if target else []
    doubt = None
    if uncertainty is not None:
        draws = many.draws_of(target) if target else None
        doubt = many.doubt_about(spec, uncertainty, only, flexibility, draws)
        if target and draws:  # the report tells it, too
            many.note_doubt(result, doubt)
            result.save(target)
            written.append(draws)
    _tell(result, written, json, doubt)


@app.command
def resume(result: Path, /, *, json: Json = False) -> None:
    """Go on with an interrupted run (RESULT is what it would have written); the result is the same to the last bit."""
    from biomech import scenario as scenarios
    from biomech.checkpoint import open_checkpoint
    from biomech.cli.places import near
    from biomech.cli.running import simulate_and_save

    found = open_checkpoint(result)
    target = near(Path(found.task.target))
    only = cast("Half | None", found.task.only)
    done = simulate_and_save(scenarios.read(found.task.scenario), target, only, found.task.flexibility, found)
    _tell(done, [target], json)


@app.command
def compare(
    first: str, /, *others: str,
    angles: Annotated[str | None, Parameter(help="Compare one scenario at several angles: --angles 30,60")] = None,
    output: Out = None, set_: Settings = [], json: Json = False, flexibility: Flexibility = False,  # noqa: B006
    uncertainty: Annotated[
        int | None, Parameter(help="Say how sure every difference is, by N draws of what is not known, the same for all cases.")
    ] = None,
    population: Annotated[
        str, Parameter(help="For --uncertainty: same (the scenario's person), or people of a file of models/population/.")
    ] = "same",
) -> None:
    """Compare scenarios or results side by side, disc by disc, and draw the figure (or a report: -o FILE.html).

    It goes to out/compare_CASES.png unless -o says where.
    """
    from biomech.cli.comparing import compare_cases

    compare_cases([first, *others], angles, output, set_, json, flexibility, uncertainty, population)


@app.command
def screen(
    scenario: str, /, *, set_: Settings = [], json: Json = False, only: Only = None,  # noqa: B006
    simulate: Annotated[bool, Parameter(help="Also simulate, and tell which limits the session passes.")] = True,
) -> None:
    """Warnings for this person and session (a scenario, or a result's), and limits it passes. It does not replace a clinician."""
    from biomech import scenario as scenarios
    from biomech.cli.running import scenario_of, simulate_with_progress
    from biomech.cli.screening import print_findings
    from biomech.cli.tables import print_json
    from biomech.safety.person import screen_person
    from biomech.safety.screening import as_json
    from biomech.safety.screening import screen as screen_result

    source, half, _ = scenario_of(scenario)
    spec = scenarios.read(source, set_)
    findings = screen_result(simulate_with_progress(spec, only=only or half)) if simulate else screen_person(spec)
    if json:
        print_json(as_json(findings))
    else:
        print_findings(findings)


@app.command
def validate(
    *studies: str, output: Out = None,
    json: Annotated[bool, Parameter(name=["--json"], negative="", help="Print every row as JSON, and nothing else.")] = False,
    workers: Workers = None,
    uncertainty: Annotated[bool, Parameter(negative="", help="Add what the spine's calibration leaves open (much slower).")] = False,
) -> None:
    """Hold the model against published studies: measured, simulated, verdict (all studies, or those named).

    The figure goes to out/validation.png (of some studies: out/validation_STUDIES.png) unless -o says where; with --json only if -o is
    given. Exit code 1: a quantity is outside its band and the study's README does not explain it.
    """
    from biomech.cli.places import PICTURES, together, writable
    from biomech.cli.validating import validate_studies

    target = output or (None if json else Path("out") / f"{together('validation', studies)}.png")
    validate_studies(studies, writable(target, PICTURES) if target else None, json, workers, uncertainty)


@app.command
def report(first: str, /, *others: str, output: Out = None, set_: Settings = []) -> None:  # noqa: B006
    """Write one to four results (or scenarios) as one web page: words, numbers, curves, 3D; it needs no network.

    It goes to out/report_CASES.html unless -o says where.
    """
    from biomech.cli.comparing import report_cases

    report_cases([first, *others], output, set_)


@app.command(name="app")
def app_(
    *, port: Annotated[int, Parameter(help="Port to listen on; 0 takes any free one.")] = 8765,
    host: Annotated[str, Parameter(help="Address to listen on. Anything but 127.0.0.1 lets others reach it.")] = "127.0.0.1",
    browser: Annotated[bool, Parameter(help="Open the page in the web browser.")] = True,
) -> None:
    """Explore live in the web browser: move the angle, the person, the equipment, and see the spine answer."""
    from biomech.cli.exploring import explore

    explore(host, port, browser)


@app.command
def check(scenario: str, /, *, set_: Settings = []) -> None:  # noqa: B006
    """Check a scenario (or a result's) without simulating it; lists its phases."""
    from biomech import scenario as scenarios
    from biomech.cli.running import scenario_of
    from biomech.cli.tables import print_phases

    source, _, _ = scenario_of(scenario)
    print_phases(scenarios.read(source, set_))


@app.command
def schema(*, output: Out = None) -> None:
    """Print the JSON schema of scenario files (for editors)."""
    import json as json_

    from biomech import scenario as scenarios

    _write_or_print(json_.dumps(scenarios.schema(), indent=2) + "\n", output)


@app.command
def new(
    name: str | None = None, /, *, equipment: str = "inversion_table", angle: float | None = None, output: Out = None,
) -> None:
    """Write a commented scenario to start from."""
    from biomech import scenario as scenarios

    options: dict[str, Any] = {} if angle is None else {"angle_deg": angle}
    text = scenarios.template(equipment, **options)
    target = output or (Path(name if name.endswith(".toml") else f"{name}.toml") if name else None)
    if target is not None and target.exists():
        from biomech.errors import InputError

        raise InputError("exists already", str(target), hint="choose another name")
    _write_or_print(text, target)


@app.command(name="list")
def list_(kind: str | None = None, /) -> None:
    """List what there is: scenarios, body, equipment, conditions, spine."""
    from biomech.cli.model_tables import print_list

    print_list(kind)


@app.command
def show(kind: str, name: str, /) -> None:
    """Show every value of a model file with its unit, range, grade and source."""
    from biomech.cli.model_tables import print_model

    print_model(kind, name)


@app.command
def cite(scenario: str | None = None, /) -> None:
    """List the sources behind a scenario (or behind everything) and how well the numbers are known."""
    from biomech.cli.model_tables import print_sources

    print_sources(scenario)


@app.command
def plot(
    results: Annotated[list[Path], Parameter(negative="")], /, *, output: Target, dpi: Dpi = None, measure: Measure = None,
    what: Annotated[
        Literal["time", "loop"], Parameter(help="Time courses, or pressure-volume loops of the heart (up to three results).")
    ] = "time",
) -> None:
    """Draw time courses of one result or several, loops of the heart, a sweep or an ensemble; or write the series (.csv, .parquet)."""
    from biomech.cli.drawing import plot_results

    plot_results(results, output, what, dpi, measure)


@app.command
def pressure(
    result: Path, /, *,
    at: Annotated[
        list[str], Parameter(name=["--at"], negative="", help="heart, brain, eye, calf, … or cm above the heart: --at=-80 (repeatable).")
    ] = ["heart", "brain", "eye"],  # noqa: B006
    side: Annotated[Literal["arterial", "venous"], Parameter(help="Which blood.")] = "arterial",
    json: Annotated[bool, Parameter(name=["--json"], negative="", help="Print the pressures as JSON, and nothing else.")] = False,
) -> None:
    """Print the mean blood pressure of a result at any height or organ, lying at rest and at the end of every phase."""
    from biomech.cli.pressing import print_pressures

    print_pressures(result, at, side, json)


@app.command
def render(
    results: Annotated[list[Path], Parameter(negative="")], /, *, output: Target,
    scene: Annotated[
        str | None, Parameter(help="hero, compare, linked, section, body, blood or timecourse; see docs/pictures.md.")
    ] = None,
    time_s: Annotated[float | None, Parameter(help="Seconds from the start of the session; default: end of the hold.")] = None,
    exaggeration: Annotated[float | None, Parameter(help="Enlarge displacements (marked in the picture).")] = None,
    size: Annotated[str | None, Parameter(help="Pixels, for example 1600x1200 (scene hero, films).")] = None,
    dpi: Dpi = None,
    seconds: Annotated[float | None, Parameter(help="Length of a film.")] = None,
) -> None:
    """Draw results: figure (.png, .pdf, .svg), film (.mp4, .gif), 3D model (.glb, .gltf), ParaView series (.pvd), page (.html)."""
    from biomech.cli.drawing import render_results

    render_results(results, output, scene, time_s, exaggeration, size, dpi, seconds)


@app.command
def view(
    result: Path, /, *,
    web: Annotated[bool, Parameter(negative="", help="In the browser: no window, no 3D library needed.")] = False,
) -> None:
    """Look at a result: a window with the spine, a time slider and every level's numbers."""
    from biomech.cli.drawing import view_result

    view_result(result, web)


app.command(many.sweep)
app.command(many.ensemble)
app.command(many.sensitivity)
app.command(many.optimize)
app.command(many.programme)


def _tell(result: "Result", written: list[Path], json: bool, doubt: "Dataset | None" = None) -> None:
    """The end of a run, whole or resumed: JSON alone, or tables, screening and the file."""
    from biomech.cli.screening import print_findings_of_result
    from biomech.cli.tables import print_json, print_run
    from biomech.safety.screening import as_json
    from biomech.safety.screening import screen as screen_

    if json:
        print_json(many.with_doubt(result.measures(), doubt) | {"screening": as_json(screen_(result))})
        return
    print_run(result)
    if doubt is not None:
        from biomech.cli.ensemble_tables import print_doubt

        print_doubt(result, doubt)
    print_findings_of_result(screen_(result))
    for file in written:
        print(f"written: {file}")


def _write_or_print(text: str, target: Path | None) -> None:
    if target is None:
        sys.stdout.write(text)
        return
    from biomech.cli.places import writable
    from biomech.files import replace_file

    replace_file(writable(target), lambda part: part.write_text(text, encoding="utf-8"))
    print(f"written: {target}")
