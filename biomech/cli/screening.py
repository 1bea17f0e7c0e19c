"""What is printed about screening."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from biomech import library
from biomech.cli.model_tables import READ
from biomech.cli.tables import case_names, console
from biomech.results.result import Result
from biomech.safety.finding import STATEMENT, WORDS, Finding
from biomech.safety.screening import screen
from biomech.simulation import DISCLAIMER
from biomech.viz.words import clock

if TYPE_CHECKING:
    from biomech.viz.web.screened import Screening

LAID = {"no": "bold red", "ask": "bold", "unlisted": "bold", "limit": "bold"}
NOTHING = "nothing found that this screening knows of"


def in_short(finding: Finding) -> str:
    """What, and by how much."""
    if finding.limit is None or finding.worst is None:
        return finding.words
    side = "at most" if finding.worst > finding.limit else "at least"
    return f"{finding.words}: {_rounded(finding.worst)} {finding.unit} (limit: {side} {finding.limit:g})"


def in_words(finding: Finding) -> str:
    """One line: what, by how much, when."""
    said = in_short(finding)
    if finding.from_s is not None and finding.lasts_s is not None:
        said += f", first {clock(finding.from_s)} into the session ({finding.phase}), for {clock(finding.lasts_s)}"
    if finding.ordinary is not None:
        said += f"; getting up from bed, the same person: {_rounded(finding.ordinary)}"
    return said


def _rounded(value: float) -> str:
    """Whole numbers, as limits are: what a model says of pressures and forces has no more digits."""
    return f"{value:.0f}" if abs(value) >= 10.0 else f"{value:.2g}"


def cited(finding: Finding) -> str:
    """Where it is written."""
    known = library.sources().get(finding.source)
    return f"{known.citation}; {finding.place} [read: {known.read}]" if known and finding.source != "biomech" else finding.place


def for_page(results: Sequence[Result]) -> "Screening":
    """What screening says about each case, as the report takes it."""
    from biomech.viz.web.screened import Line, Screening

    def line(f: Finding) -> Line:
        return Line(WORDS[f.advice], in_words(f), in_short(f), f.why, cited(f), f.advice != "limit", f.simulated)

    return Screening([[line(f) for f in screen(r)] for r in results], STATEMENT)


def print_findings(findings: list[Finding]) -> None:
    """All findings with reasons and sources."""
    out = console()
    for finding in findings:
        out.print(_line(finding))
        out.print(Text(f"    {finding.why}"))
        if not finding.simulated:
            out.print(Text("    the simulation knows nothing of it"))
        out.print(Text(f"    {cited(finding)}", style="dim"))
    if findings:
        out.print(Text(READ, style="dim"))
    else:
        out.print(Text(NOTHING))
    out.print(Text(STATEMENT, style="italic"))


def print_findings_of_result(findings: list[Finding]) -> None:
    """All findings without reasons and sources, at the end of a result, with what biomech is not."""
    out = console()
    for finding in findings:
        out.print(_line(finding))
    if not findings:
        out.print(Text(NOTHING))
    _print_end(findings)


def _line(finding: Finding) -> Text:
    return Text(f"{WORDS[finding.advice]}: ", style=LAID[finding.advice]).append(Text(in_words(finding), style="default"))


def _print_end(findings: list[Finding]) -> None:
    """Where to read what a limit means, and what biomech is not."""
    out = console()
    if any(f.limit is not None for f in findings):
        out.print(Text("what a limit means and who says so: biomech screen", style="dim"))
    out.print(Text(f"{DISCLAIMER} {STATEMENT}", style="italic"))


def print_findings_by_case(results: Sequence[Result]) -> None:
    """What screening says about each case that is compared, with the letter it has in the table."""
    out = console()
    found = [screen(result) for result in results]
    for name, findings in zip(case_names(results), found, strict=True):
        for finding in findings:
            out.print(Text(f"{name}  {WORDS[finding.advice]}: {in_words(finding)}"))
    _print_end([finding for findings in found for finding in findings])
