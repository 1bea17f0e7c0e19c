"""The verbs that run a scenario many times."""
# ruff: noqa: B006 — cyclopts copies defaults

import json
import os
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from biomech.cli.options import COMMON, Chunk, Common, Flexibility, Json, Measure, Out, Settings, Vary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xarray import Dataset

    from biomech.population.undertaking import Means
    from biomech.results.result import Result
    from biomech.scenario import Scenario
    from biomech.simulation import Half


@contextmanager
def _means(what: str, common: Common = COMMON, chunk: int | None = None, *, kept: bool = True) -> "Iterator[Means]":
    """Where and how cases are done, progress shown meanwhile; who interrupts is told how to go on if they are ``kept``."""
    from biomech.cli.progress import progress_of_cases, resumable
    from biomech.cli.running import say
    from biomech.population.undertaking import Means

    with resumable() if kept else nullcontext(), progress_of_cases(what) as progress:
        yield Means(common.workers or os.cpu_count() or 1, common.cluster, chunk, progress, say)


def draws_of(target: Path) -> Path:
    """Where the draws go that tell how sure the numbers of a result are."""
    return target.with_name(f"{target.stem}_draws.nc")


def doubt_about(
    spec: "Scenario", draws: int, only: "Half | None", flexibility: bool = False, output: Path | None = None
) -> "Dataset":
    """An ensemble of the scenario's own person: what is not known about the numbers of models/; without ``output`` none is kept."""
    from biomech.population.ensemble import ensemble as run
    from biomech.population.persons import SAME

    with _means("uncertainty", kept=output is not None) as means:
        return run(spec, draws, population=SAME, only=only, flexibility=flexibility, output=output, means=means)


def paired_doubt(
    specs: "list[Scenario]", draws: int, population: str, only: "Half | None", flexibility: bool, outputs: "list[Path]"
) -> "list[Dataset]":
    """The same draws through every one of some scenarios."""
    from biomech.population.paired import paired

    with _means("uncertainty") as means:
        return paired(specs, draws, population=population, only=only, flexibility=flexibility, outputs=outputs, means=means)


def with_doubt(found: dict[str, Any], doubt: "Dataset | None") -> dict[str, Any]:
    """Measures with ``sd``, ``low`` and ``high`` (95 %) beside every value that has them."""
    if doubt is None:
        return found
    from biomech.population.summary import spreads

    known = spreads(doubt, list(found["levels"]))
    told = {name: {"sd": s.sd, "low": s.low, "high": s.high} for name, (s, _) in known.items()}
    measures = {name: m | told.get(name, {}) for name, m in found["measures"].items()}
    levels = {level: {name: told[f"{level}:{name}"] for name in row if f"{level}:{name}" in told} for level, row in found["levels"].items()}
    return found | {"measures": measures, "levels_uncertainty": levels, "uncertainty_draws": doubt.sizes["person"]}


def note_doubt(result: "Result", doubt: "Dataset") -> None:
    """Write into a result how sure its measures are: the attribute ``uncertainty``, as JSON."""
    told = with_doubt(result.measures(), doubt)
    measures = {name: {k: float(f"{m[k]:.6g}") for k in ("sd", "low", "high")} for name, m in told["measures"].items() if "sd" in m}
    result.recorded.attrs["uncertainty"] = json.dumps({"draws": told["uncertainty_draws"], "measures": measures})


def differences_json(doubts: "list[Dataset]") -> dict[str, Any]:
    """Differences of the other cases against the first, over the same draws; nothing without draws."""
    if not doubts:
        return {}
    from biomech.population.paired import differences

    levels = [str(v) for v in doubts[0]["level"].values] if "level" in doubts[0] else []
    told = [
        {
            "case": i,
            "against": 0,
            "measures": {
                name: {
                    "unit": d.unit, "mean": d.spread.mean, "sd": d.spread.sd, "low": d.spread.low,
                    "high": d.spread.high, "share_above_zero": d.more,
                }
                for name, d in differences(doubts[0], other, levels).items()
            },
        }
        for i, other in enumerate(doubts[1:], start=1)
    ]  # fmt: skip
    return {"differences": told, "uncertainty_draws": doubts[0].sizes["person"], "population": doubts[0].attrs["population"]}


def draw(data: "Dataset", target: Path, measure: str | None = None) -> Path:
    """The figure that belongs to a kind of many runs."""
    from biomech import viz

    if data.attrs["kind"] == "sweep":
        return viz.sweep_figure(data, target, measure)
    if data.attrs["kind"] == "programme":
        return viz.programme_figure(data, target)
    if data.attrs["kind"] == "optimum":
        return viz.optimum_figure(data, target)
    if data.attrs["kind"] == "sensitivity":
        return viz.sensitivity_figure(data, target, measure)
    return viz.ensemble_figure(data, target)


def _target(scenario: str, common: Common, kind: str) -> Path:
    from biomech.cli.places import called, writable

    return writable(common.output or Path("out") / f"{called(scenario, common.set_, kind)}.nc", (".nc",))


def _tell(
    data: "Dataset", target: Path, json: bool, as_json: "Callable[[Dataset], Any]", show: "Callable[[Dataset], None]",
    measure: str | None = None,
) -> None:
    """The end of every verb: JSON alone, or the table, the file and its figure."""
    from biomech.cli.tables import print_json

    if json:
        print_json(as_json(data))
        return
    show(data)
    print(f"written: {target}")
    print(f"written: {draw(data, target.with_suffix('.png'), measure)}")


def sweep(
    scenario: str,
    /,
    *,
    vary: Vary,
    method: Annotated[
        Literal["grid", "latin", "sobol", "random"], Parameter(help="Every combination, or --samples points of the spans.")
    ] = "grid",
    samples: Annotated[int | None, Parameter(help="How many points (sobol: a power of two).")] = None,
    measure: Measure = None,
    flexibility: Flexibility = False,
    chunk: Chunk = None,
    common: Common = COMMON,
) -> None:
    """Simulate a scenario at many values of some keys; interrupted, the same command goes on where it was."""
    from biomech import scenario as scenarios
    from biomech.cli.many_tables import print_sweep, sweep_json
    from biomech.population.sweep import sweep as run

    spec = scenarios.read(scenario, common.set_)
    target = _target(scenario, common, "sweep")
    with _means("sweep", common, chunk) as means:
        data = run(
            spec, vary, method=method, samples=samples, seed=common.seed, only=common.only, flexibility=flexibility, output=target,
            means=means,
        )  # fmt: skip
    _tell(data, target, common.json, sweep_json, lambda d: print_sweep(d, measure), measure)


def ensemble(
    scenario: str,
    /,
    *,
    number: Annotated[int, Parameter(name=["-n", "--number"], help="How many people.")] = 100,
    population: Annotated[str, Parameter(help="A file of models/population/, or same: exactly the scenario's person.")] = "us_army_2012",
    body: Annotated[str | None, Parameter(help="Only people with this body: adult_male, adult_female.")] = None,
    fixed: Annotated[bool, Parameter(negative="", help="Leave the numbers of models/ as they are: only people differ.")] = False,
    unknown: Annotated[list[str], Parameter(name=["--unknown"], negative="", help="Draw only these: models.spine.disc.*")] = [],
    probability: Annotated[
        list[str], Parameter(name=["--probability"], negative="", help='A statement: "L4/L5:disc_height_change_mm > 0.5" (repeatable).')
    ] = [],
    flexibility: Flexibility = False,
    chunk: Chunk = None,
    common: Common = COMMON,
) -> None:
    """Simulate a scenario for many people, each with other values of what is not known; interrupted, it goes on where it was."""
    from biomech import scenario as scenarios
    from biomech.cli.ensemble_tables import print_ensemble
    from biomech.population.ensemble import ensemble as run
    from biomech.population.summary import as_json

    spec = scenarios.read(scenario, common.set_)
    target = _target(scenario, common, "ensemble")
    with _means("ensemble", common, chunk) as means:
        data = run(
            spec, number, seed=common.seed, population=population, body=body, fixed=fixed, names=unknown, only=common.only,
            flexibility=flexibility, output=target, means=means,
        )  # fmt: skip
    _tell(data, target, common.json, lambda d: as_json(d, probability), lambda d: print_ensemble(d, probability))


def sensitivity(
    scenario: str,
    /,
    *,
    method: Annotated[
        Literal["morris", "sobol"], Parameter(help="Elementary effects (cheap, ranks many) or shares of variance (dear, for a few).")
    ] = "morris",
    samples: Annotated[int | None, Parameter(help="Trajectories (default 10) or base samples (default 64, a power of two).")] = None,
    unknown: Annotated[list[str], Parameter(name=["--unknown"], negative="", help="Only these unknowns: models.spine.disc.*")] = [],
    vary: Annotated[list[str], Parameter(name=["--vary"], negative="", help="Also a span of a key: session.angle_deg=30:60")] = [],
    measure: Measure = None,
    flexibility: Flexibility = False,
    chunk: Chunk = None,
    common: Common = COMMON,
) -> None:
    """Find out which of the things that are not known matters, measure by measure; interrupted, the same command goes on where it was."""
    from biomech import scenario as scenarios
    from biomech.cli.many_tables import print_sensitivity, sensitivity_json
    from biomech.population.sensitivity import sensitivity as run

    spec = scenarios.read(scenario, common.set_)
    target = _target(scenario, common, "sensitivity")
    with _means("sensitivity", common, chunk) as means:
        data = run(
            spec, method=method, samples=samples, vary=vary, names=unknown, seed=common.seed, only=common.only,
            flexibility=flexibility, output=target, means=means,
        )  # fmt: skip
    _tell(data, target, common.json, sensitivity_json, lambda d: print_sensitivity(d, measure), measure)


def optimize(
    scenario: str,
    /,
    *,
    vary: Vary,
    maximize: Annotated[str | None, Parameter(help="The measure to make large.")] = None,
    minimize: Annotated[str | None, Parameter(help="The measure to make small.")] = None,
    subject_to: Annotated[
        list[str], Parameter(name=["--subject-to"], negative="", help='A limit on another measure: "iop_mmHg <= 25" (repeatable).')
    ] = [],
    against: Annotated[str | None, Parameter(help="A measure to keep small too: fills the Pareto front between the two.")] = None,
    flexibility: Flexibility = False,
    common: Common = COMMON,
) -> None:
    """Find the session that gives most within limits, or what must be paid for it; interrupted, the same command goes on where it was."""
    from biomech import scenario as scenarios
    from biomech.cli.many_tables import print_optimum, sweep_json
    from biomech.errors import InputError
    from biomech.population.optimum import optimize as run

    objective = maximize or minimize
    if objective is None or (maximize and minimize):
        raise InputError("needs one measure to make large or small", key="optimize", allowed="--maximize MEASURE or --minimize MEASURE")
    spec = scenarios.read(scenario, common.set_)
    target = _target(scenario, common, "optimum")
    with _means("optimize", common) as means:
        data = run(
            spec, objective, vary, sense="max" if maximize else "min", subject_to=subject_to, against=against, seed=common.seed,
            only=common.only, flexibility=flexibility, output=target, means=means,
        )  # fmt: skip
    _tell(data, target, common.json, sweep_json, print_optimum)


def programme(scenario: str, /, *, output: Out = None, set_: Settings = [], json: Json = False) -> None:
    """Simulate the weeks of a scenario with [[programme]]: what a session gains, what is left, whether anything adds up."""
    from biomech import scenario as scenarios
    from biomech.cli.many_tables import print_programme, programme_json
    from biomech.cli.running import say_if_compiling
    from biomech.population.programme import programme as run

    spec = scenarios.read(scenario, set_)
    target = _target(scenario, Common(output=output, set_=set_), "programme")
    say_if_compiling()
    data = run(spec, output=target)
    _tell(data, target, json, programme_json, print_programme)
