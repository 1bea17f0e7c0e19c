"""Colours of the pictures: one symmetric scale for changes, one ramp for pressure, plain ones for the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]

INK = "#1d232b"  # text
QUIET = "#66707c"  # notes
FAINT = "#b9c0c8"  # leader lines, grids
PAPER = "#ffffff"
ALERT = "#b3261e"  # exaggeration, and nothing else
SLATE = "#4f5b69"  # differences between cases
BONE, BONE_SHADE = (0.97, 0.925, 0.835), (0.50, 0.36, 0.26)
SERIES = ("#a5480f", "#1f6f8b", "#7a5195", "#4c7a34", "#8a6d1b", "#4f5b69")  # lines of one plot
_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@cache
def _map(name: str) -> NDArray[np.float64]:
    """The 256 colours of a map of cmcrameri: read here, because importing the package reads all of its maps and loads pyplot."""
    spec = find_spec("cmcrameri")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cmcrameri is not installed")
    return np.loadtxt(Path(spec.origin).with_name("cmaps") / f"{name}.txt")


def _picked(colours: NDArray[np.float64], share: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Colours at shares from 0 to 1 of a map, in equal steps as matplotlib picks them."""
    return colours[np.clip(np.int64(np.asarray(share) * len(colours)), 0, len(colours) - 1)]


@dataclass(frozen=True)
class Scale:
    """Signed changes in colour: cmcrameri's vik, symmetric about zero."""

    limit: float

    @classmethod
    def fitting(cls, values: Iterable[float], smallest: float = 0.05) -> "Scale":
        """The tightest round limit that holds every value."""
        finite = [abs(v) for v in values if np.isfinite(v)]
        return cls(round_up(max([smallest, *finite])))

    def colour(self, value: float) -> Colour:
        """The colour of a value; grey where there is none."""
        if not np.isfinite(value):
            return (0.75, 0.75, 0.75)
        r, g, b = _picked(_map("vik"), 0.5 + 0.5 * float(np.clip(value / self.limit, -1, 1)))
        return (float(r), float(g), float(b))

    def ramp(self, steps: int = 256) -> NDArray[np.float64]:
        """An image of the scale, one row."""
        return _picked(_map("vik"), np.linspace(0, 1, steps))[None]


def round_up(value: float) -> float:
    """The next number of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 × 10ⁿ that is not below."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in _STEPS if step * power >= value * (1 - 1e-9)))


PRESSURE_LIMIT = 0.5  # MPa, at least: what standing does to a nucleus


def pressure_colour(value: float, limit: float) -> Colour:
    """The colour of a pressure: cmcrameri's devon reversed, pale where nothing presses; grey where there is none."""
    if not np.isfinite(value):
        return (0.75, 0.75, 0.75)
    r, g, b = _picked(_map("devon")[::-1], float(np.clip(value / limit, 0, 1)))
    return (float(r), float(g), float(b))


def pressure_ramp(steps: int = 256) -> NDArray[np.float64]:
    """An image of that scale, one column, lowest first."""
    return _picked(_map("devon")[::-1], np.linspace(0, 1, steps))[:, None]
