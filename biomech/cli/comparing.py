"""`biomech compare`: several cases side by side."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from biomech.errors import InputError
from biomech.results.result import Result, open_result

if TYPE_CHECKING:
    from xarray import Dataset


def _angles(text: str) -> list[float]:
    try:
        angles = [float(a) for a in text.split(",")]
    except ValueError as error:
        raise InputError(f"{text!r} is not a list of numbers", key="--angles", hint="for example --angles 30,60") from error
    if len(set(angles)) < len(angles):
        raise InputError(f"{text} names an angle twice", key="--angles")
    return angles


def _cases(sources: Sequence[str], angles: str | None, settings: Sequence[str]) -> list[tuple[str, str, list[str]]]:
    """(label, source, overrides) of every case."""
    from biomech.cli.places import called

    kept = [s for s in sources if s.endswith(".nc")]
    if kept and angles is not None:
        raise InputError("--angles takes a scenario, not a result", kept[0], key="compare")
    if angles is None:
        if len(sources) < 2:
            raise InputError("needs two scenarios or results, or --angles 30,60", key="compare")
        return [(called(s, settings), s, []) for s in sources]
    if len(sources) != 1:
        raise InputError("--angles takes one scenario", key="compare")
    return [(called(sources[0], settings, f"{a:g}deg"), sources[0], [f"session.angle_deg={a!r}"]) for a in _angles(angles)]


def compare_cases(
    sources: Sequence[str], angles: str | None, output: Path | None, settings: Sequence[str], json: bool, flexibility: bool = False,
    draws: int | None = None, population: str = "same",
) -> None:
    """Simulate or open every case, print the table, write results and figure (to a file named after the cases, without output)."""
    from biomech import scenario
    from biomech.cli.places import PAGES, PICTURES, together, writable
    from biomech.cli.screening import print_findings_by_case
    from biomech.cli.tables import print_comparison, print_json
    from biomech.safety.screening import as_json, screen

    if angles is not None and any(path[:2] == ("session", "angle_deg") for path, _ in scenario.flatten(settings)):
        raise InputError("--angles sets the angle already", key="--set session.angle_deg")
    cases = _cases(sources, angles, settings)
    if not 2 <= len(cases) <= 4:
        raise InputError(f"{len(cases)} cases", key="compare", allowed="two to four")
    target = writable(output or Path("out") / f"{together('compare', [label for label, _, _ in cases])}.png", (*PICTURES, *PAGES))
    results, written = _finished(cases, target, settings, "compare", flexibility)
    # drawn before anything is printed: `biomech compare … | head` closes the pipe
    picture = _draw(results, target)
    doubts = []
    if draws is not None:
        kept = _places_of_draws([label for label, _, _ in cases], target)
        doubts = _doubts(results, draws, population, flexibility, kept)
        written += kept
    if json:
        from biomech.cli.many import differences_json, with_doubt

        told = [with_doubt(r.measures(), doubts[i] if doubts else None) for i, r in enumerate(results)]
        print_json(
            {"cases": [t | {"screening": as_json(screen(r))} for t, r in zip(told, results, strict=True)]} | differences_json(doubts)
        )
    else:
        print_comparison(results)
        if doubts:
            from biomech.cli.ensemble_tables import print_differences

            print_differences(results, doubts)
        print_findings_by_case(results)
        for file in [*written, *picture]:
            print(f"written: {file}")


def _places_of_draws(labels: Sequence[str], target: Path) -> list[Path]:
    from biomech.cli.many import draws_of
    from biomech.cli.places import unused

    taken: set[str] = set()
    # with a suffix: what follows the point of "30.5deg" would be taken for one
    return [draws_of(target.with_name(f"{unused(label, taken)}.nc")) for label in labels]


def _doubts(results: Sequence[Result], draws: int, population: str, flexibility: bool, outputs: list[Path]) -> "list[Dataset]":
    """The same draws through the scenario of every result, over the halves that all of them have."""
    from biomech import scenario
    from biomech.cli.many import paired_doubt

    spine = all("stature" in r.recorded for r in results)
    blood = all("iop" in r.recorded for r in results)
    if not (spine or blood):
        raise InputError("these results have no half in common", key="--uncertainty")
    specs = [scenario.read(str(r.recorded.attrs["scenario"])) for r in results]
    return paired_doubt(specs, draws, population, None if spine and blood else "spine" if spine else "circulation", flexibility, outputs)


def report_cases(sources: Sequence[str], output: Path | None, settings: Sequence[str]) -> None:
    """Simulate or open every case and write the report (to a file named after the cases, without output)."""
    from biomech import viz
    from biomech.cli.places import PAGES, called, together, writable
    from biomech.cli.screening import for_page

    if not 1 <= len(sources) <= 4:
        raise InputError(f"{len(sources)} cases", key="report", allowed="one to four")
    cases: list[tuple[str, str, list[str]]] = [(called(s, settings), s, []) for s in sources]
    target = writable(output or Path("out") / f"{together('report', [label for label, _, _ in cases])}.html", PAGES)
    results, written = _finished(cases, target, settings, "report")
    for file in [*written, viz.write_report(results, target, for_page(results))]:
        print(f"written: {file}")


def _finished(
    cases: Sequence[tuple[str, str, list[str]]], target: Path, settings: Sequence[str], verb: str, flexibility: bool = False
) -> tuple[list[Result], list[Path]]:
    """The results of all cases, and the files of those that were simulated now."""
    from biomech import scenario
    from biomech.cli.places import unused
    from biomech.cli.running import save_result, simulate_with_progress
    from biomech.scenario import Scenario

    # everything is read before anything is simulated: a typing error in the last case costs nothing
    inputs: list[tuple[str, Result | Scenario]] = []
    for label, source, overrides in cases:
        if not source.endswith(".nc"):
            inputs.append((label, scenario.read(source, [*settings, *overrides])))
        elif settings:
            raise InputError("--set cannot change a result that is simulated already", source, key=verb)
        else:
            inputs.append((label, open_result(source)))
    # a result that is compared is never written over
    taken = {Path(source).stem for _, source, _ in cases if source.endswith(".nc")}
    results: list[Result] = []
    written: list[Path] = []
    known: list[tuple[Scenario, Result]] = []
    for label, case in inputs:
        if isinstance(case, Result):
            results.append(case)
            continue
        # a scenario named twice is one run with one file: a second would take the name, and the place, of another run
        same = next((r for spec, r in known if spec == case), None)
        if same is not None:
            results.append(same)
            continue
        result = simulate_with_progress(case, label, flexibility=flexibility)
        # what is done is kept, whatever happens to the next case
        file = target.parent / f"{unused(label, taken)}.nc"
        save_result(result, file)
        written.append(file)
        results.append(result)
        known.append((case, result))
    return results, written


def _draw(results: list[Result], target: Path) -> list[Path]:
    """The figure; without a 3D library it is drawn flat, and one line says what to install."""
    from biomech import viz
    from biomech.cli.places import PAGES
    from biomech.cli.screening import for_page
    from biomech.viz.probe import probe

    if target.suffix.lower() in PAGES:
        return [viz.write_report(results, target, for_page(results))]
    missing = probe()
    if missing:
        print(f"biomech: {missing}", file=sys.stderr)
    return [Path(viz.compare_figure(results, target))]
