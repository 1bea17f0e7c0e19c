"""A bar for every level, with its name and its signed number: shared by the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from biomech.viz import words
from biomech.viz.colour import INK, Colour
from biomech.viz.sheet import Sheet

NAMES, BARS, VALUES = 0.55, 1.75, 0.55  # widths of the columns, inches
WIDTH = NAMES + BARS + VALUES
_REGION_GAP = 0.45  # of a row, between neck, chest and loin
_THICK = 0.17


@dataclass(frozen=True)
class Ruler:
    """Where millimetres are; the same in every panel of a figure."""

    low: float  # mm at the left end
    high: float

    @classmethod
    def fitting(cls, values: Sequence[float], at_least: float) -> "Ruler":
        """Zero, all values, and at least so many mm to the right."""
        finite = [v for v in values if np.isfinite(v)]
        low, high = min([*finite, 0.0]), max([*finite, at_least])
        return cls(low if low < -0.004 else 0.0, high * 1.02)

    def x(self, left: float, value: float) -> float:
        """Sheet position of a value on bars that begin at ``left``."""
        pad = VALUES if self.low < 0 else 0.0  # negative numbers stand left of their bars
        return left + pad + (value - self.low) / (self.high - self.low) * (BARS - pad)


def rows(levels: Sequence[str], top: float, bottom: float) -> dict[str, float]:
    """Heights of the rows, with a little room between the regions."""
    place, places = 0.0, {}
    for i, level in enumerate(levels):
        if i:
            place += 1.0 + (_REGION_GAP if level[0] != levels[i - 1][0] else 0.0)
        places[level] = place
    return {level: top - (top - bottom) * p / place for level, p in places.items()}


def strong(level: str) -> bool:
    """Whether a level is one people look for first: a lumbar one, or that above."""
    return level[0] == "L" or level == "T12/L1"


def column(
    sheet: Sheet,
    ruler: Ruler,
    places: Mapping[str, float],
    left: float,
    values: Mapping[str, float],
    colours: Mapping[str, Colour | str],
    tag: str,
) -> None:
    """Names, bars and numbers of one case, ``left`` being where the names begin."""
    start = left + NAMES
    zero = ruler.x(start, 0.0)
    sheet.line([(zero, max(places.values()) + 0.14), (zero, min(places.values()) - 0.14)], INK, 0.8)
    for level, value in values.items():
        y, heavy = places[level], strong(level)
        sheet.text((start - 0.07, y), level, 8, ha="right", va="center", bold=heavy)
        tip = ruler.x(start, value) if np.isfinite(value) else zero
        if tip != zero:
            sheet.box(
                (min(zero, tip), y - _THICK / 2),
                abs(tip - zero),
                _THICK,
                facecolor=colours[level],
                edgecolor=INK,
                linewidth=0.4,
                gid=f"bar {tag} {level}",
            )
        falls = tip < zero
        sheet.text(
            (tip + (-0.05 if falls else 0.05), y),
            words.signed(value),
            8,
            ha="right" if falls else "left",
            va="center",
            bold=heavy,
            gid=f"{tag} {level}",
        )
