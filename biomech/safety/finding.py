"""What screening finds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

STATEMENT = (
    "This screening is a list of published cautions and a simulation. It does not replace a clinician who knows the person: "
    "ask one before hanging upside down."
)

Advice = Literal["no", "ask", "unlisted", "limit"]
WORDS: dict[str, str] = {
    "no": "contraindication", "ask": "ask a clinician first",
    "unlisted": "no list screened here names it, which does not mean it is safe",
    "limit": "outside a limit",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One warning.

    Attributes
    ----------
    advice : {"no", "ask", "unlisted", "limit"}
        A contraindication, a caution, a condition of the spine that no list names, or a limit the simulation passes.
    name, words, why, source, place
        Which entry of models/safety, in words, with reason and source.
    unit, limit, worst : str, float, float
        For a limit (and for the size of a person): the line, and the value furthest beyond it.
    from_s, at_s, lasts_s : float
        When it is first passed, when it is worst (s from the start of the session), and for how long altogether.
    phase : str
        The phase it is first passed in.
    ordinary : float
        For a limit on what standing up does: the furthest value of the same person getting up from bed that day.
    simulated : bool
        For a condition: does the simulation know it?
    """

    advice: Advice
    name: str
    words: str
    why: str
    source: str
    place: str
    unit: str = ""
    limit: float | None = None
    worst: float | None = None
    from_s: float | None = None
    at_s: float | None = None
    lasts_s: float | None = None
    phase: str = ""
    ordinary: float | None = None
    simulated: bool = True

    def as_dict(self) -> dict[str, Any]:
        """For JSON; what is not known is left out."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "")}
