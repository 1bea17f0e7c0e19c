"""Screening of a scenario or of a result: the person's warnings and the limits that are passed."""

from __future__ import annotations

from typing import Any

from biomech import scenario
from biomech.results.result import Result
from biomech.safety.finding import STATEMENT, Finding
from biomech.safety.limits import screen_result
from biomech.safety.person import screen_person


def screen(result: Result) -> list[Finding]:
    """Everything there is to warn of about a simulated session, the gravest first."""
    spec = scenario.read(str(result.recorded.attrs["scenario"]))
    return [*screen_person(spec), *screen_result(result.recorded)]


def as_json(findings: list[Finding]) -> dict[str, Any]:
    """The findings for programs."""
    return {"statement": STATEMENT, "findings": [f.as_dict() for f in findings]}
