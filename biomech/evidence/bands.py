"""How close is close: one rule for every kind of published number, fixed before anything was compared.

See benchmarks/validation/README.md for the reasons. ``sd`` mean ± one standard deviation between subjects; ``range`` what the study
prints as its range or confidence interval; ``kind`` mean ± the spread that studies of the same kind of quantity found; ``sign`` the
direction, by more than the method can resolve; ``bound`` more (or less) than the number given.
"""

import math
from dataclasses import dataclass

from biomech.evidence.study import Quantity
from biomech.library.document import Document

Interval = tuple[float, float]


@dataclass(frozen=True)
class Kind:
    """What is known of a kind of quantity where a study says nothing of its spread."""

    name: str
    unit: str
    sd: float  # absolute, in unit
    percent: float  # of the mean; the larger of both counts
    resolution: float  # a change smaller than this is none
    basis: str

    def spread(self, value: float) -> float:
        """Standard deviation between subjects around a mean."""
        return max(self.sd, self.percent / 100.0 * abs(value))


def read_kinds(document: Document) -> dict[str, Kind]:
    """The kinds of kinds.toml."""
    out = {}
    for name, entry in document.data.items():
        try:
            out[name] = Kind(
                name, entry["unit"], float(entry.get("sd", 0.0)), float(entry.get("percent", 0.0)), float(entry["resolution"]),
                entry["basis"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise document.error(f"is missing or wrong: {error}", (name,), "unit, sd, percent, resolution, basis") from None
    return out


def spread_of(q: Quantity, kind: Kind | None, n: int) -> float | None:
    """Standard deviation between subjects of a measured number: the study's own, or its kind's."""
    if q.sd is not None:
        return q.sd
    if q.range is not None:
        width = q.range[1] - q.range[0]
        if q.range_of == "subjects":
            return width / 4.0  # the expected range of 30 normal values is 4.1 SD, of 15 it is 3.5, of 60 4.6
        return width / 2.0 if q.range_of == "means" else width / 2.0 / 1.96 * math.sqrt(q.n or n)
    return kind.spread(q.value or 0.0) if kind is not None else None


def band_of(q: Quantity, kind: Kind | None) -> Interval:
    """The band that the rule of a quantity makes of its published numbers; ValueError says what is missing for it."""
    if q.rule == "sign":
        if kind is None or q.direction == "":
            raise ValueError("a sign needs kind and direction")
        r = kind.resolution
        return {"+": (r, math.inf), "-": (-math.inf, -r), "0": (-r, r)}[q.direction]
    if q.rule == "range":
        if q.range is None:
            raise ValueError("the rule needs a range")
        return q.range
    if q.value is None:
        raise ValueError("the rule needs a value")
    if q.rule == "bound":
        if q.direction not in ("+", "-"):
            raise ValueError("a bound needs direction + or -")
        return (q.value, math.inf) if q.direction == "+" else (-math.inf, q.value)
    if q.rule == "sd":
        if q.sd is None:
            raise ValueError("the rule needs sd")
        spread = q.sd
    else:
        if kind is None:
            raise ValueError("the rule needs kind")
        spread = kind.spread(q.value)
    return (q.value - spread, q.value + spread)


def check_band(q: Quantity, kinds: dict[str, Kind], where: tuple[str, int], document: Document) -> None:
    """Refuse a band that is not what the rule gives."""
    kind = kinds.get(q.kind)
    if q.kind and kind is None:
        raise document.error(f"unknown kind {q.kind!r}", (*where, "kind"), sorted(kinds))
    if kind is not None and kind.unit != q.unit:
        raise document.error(f"{q.unit} is not the unit of kind {kind.name}", (*where, "unit"), kind.unit)
    try:
        low, high = band_of(q, kind)
    except ValueError as error:
        raise document.error(str(error), (*where, "rule")) from None
    for got, want in zip(q.band, (low, high), strict=True):
        # bands are written with the digits of the publication
        if not math.isclose(got, want, rel_tol=2e-3, abs_tol=6e-3):
            raise document.error(
                f"[{q.band[0]:g}, {q.band[1]:g}] is not what rule {q.rule!r} gives", (*where, "band"), f"[{low:.4g}, {high:.4g}]"
            )
    if q.band[0] >= q.band[1]:
        raise document.error("is empty", (*where, "band"))
