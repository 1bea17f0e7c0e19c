"""`biomech validate`: measured against simulated, study by study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from biomech.errors import BiomechError
from biomech.evidence.words import digits, measured

if TYPE_CHECKING:
    from biomech.evidence.verdict import Row

MARK = {"in": "in", "out": "OUT", "explained": "out, explained"}


def validate_studies(studies: Sequence[str], target: Path | None, json: bool, workers: int | None, uncertainty: bool) -> None:
    """Simulate, print, draw; an error if a counted quantity is outside its band and nobody has explained it."""
    from biomech.cli.progress import progress_of_cases
    from biomech.cli.tables import print_json
    from biomech.evidence import catalog, figure, running, verdict
    from biomech.evidence.uncertainty import directions

    entries = catalog.read_all(tuple(studies))
    moves = directions() if uncertainty else []
    for entry in entries:
        _ = entry.cases  # every scenario is read before anything is simulated
    with progress_of_cases("studies") as report:
        found = running.run_all(entries, report, workers)
        moved = running.run_moved(entries, moves, report, workers) if moves else []
    rows = []
    for entry in entries:
        own = verdict.rows_of(entry, found[entry.name])
        rows += verdict.with_uncertainty(own, [m[entry.name] for m in moved])
    if json:
        print_json(verdict.as_json(rows))
    else:
        print_rows(rows, verdict.summary(rows))
    if target is not None:
        written = figure.draw(rows, target)
        if not json:
            print(f"written: {written}")
    if missed := verdict.failed(rows):
        what = ", ".join(f"{r.study}: {r.quantity.id}" for r in missed)
        raise BiomechError(f"{len(missed)} outside the band and not explained in the study's README ({what})")


def _cells(r: Row) -> tuple[str, ...]:
    spread = f" ± {r.simulated_sd:.2g}" if r.simulated_sd is not None else ""
    if r.model_sd is not None:
        spread += f" ({r.model_sd:.2g})"
    q = r.quantity
    found = measured(q.rule, q.direction, q.value, r.sd, q.band)
    if q.rule == "kind" and not q.sd:
        found += "*"
    return (
        r.study, q.name, found, f"{digits(r.simulated)}{spread}", q.unit,
        "–" if r.difference_sd is None else f"{r.difference_sd:+.2f}", MARK[r.verdict] + ("" if r.proves else " (weak)"),
    )


def print_rows(rows: Sequence[Row], summary: dict[str, Any]) -> None:
    """The table: independent, calibration, not counted; then what it comes to."""
    from biomech.cli.tables import console, new_table

    out = console()
    groups = (
        ("Independent: nothing of these studies was used to build the model", lambda r: r.role == "independent" and r.counted),
        ("Calibration: values of the model come from these studies", lambda r: r.role == "calibration" and r.counted),
        ("Shown, not counted: remembered, second-hand, or a protocol the model cannot follow", lambda r: not r.counted),
    )
    for title, belongs in groups:
        mine = [r for r in rows if belongs(r)]
        if not mine:
            continue
        out.print(Text(title, style="bold"))
        table = new_table(
            ("study", "left"), ("quantity", "left"), ("measured", "right"), ("simulated", "right"), ("", "left"),
            ("diff/SD", "right"), ("band", "left"),
        )
        for r in mine:
            style = {"in": "", "explained": "yellow", "out": "red"}[r.verdict]
            table.add_row(*(Text(c, style=style) for c in _cells(r)))
        out.print(table)
        out.print()
    if explained := sorted({r.study for r in rows if r.verdict == "explained"}):
        out.print(Text(f"why, study by study: benchmarks/validation/STUDY/README.md of {', '.join(explained)}; all in docs/validation.md"))
        out.print()
    print_summary(out, rows, summary)


def print_summary(out: Any, rows: Sequence[Row], summary: dict[str, Any]) -> None:
    """What all rows come to."""
    for role in ("independent", "calibration"):
        s = summary[role]
        if not s["quantities"]:
            continue
        middle = s["median_difference_sd"]
        out.print(Text(
            f"{role}: {s['in_band']} of {s['quantities']} quantities ({s['studies']} studies) inside their bands, "
            f"{s['explained']} outside and explained, {s['unexplained']} outside and not"
            + ("" if middle is None else f"; median |difference| {middle:.2f} SD")
            + f"; within two standard errors of the mean: {s['in_two_standard_errors']} of {s['with_standard_error']}"
        ))
    if any(r.model_sd is not None for r in rows):
        out.print(Text("(in brackets: one SD of what the calibration of the spine leaves open)", style="dim"))
    out.print(Text("* spread of this kind of quantity (kinds.toml), the study prints none; weak: the band contains no change", style="dim"))
    from biomech.simulation import DISCLAIMER

    out.print(Text(DISCLAIMER, style="italic"))
