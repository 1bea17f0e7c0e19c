"""A time axis with three speeds: hours before the session, the session itself, and what comes after.

A session of minutes follows hours of history; on one even scale it would be a hair. Each part gets its
share of the width, and the axis says so.
"""

from dataclasses import dataclass

import numpy as np

from biomech.viz.reading import Floats, Timeline

_SHARE = {"before": 0.16, "session": 0.54, "after": 0.30}
_TICKS = 6
_STEPS = (  # seconds
    1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400, 172800, 604800,
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A stretch of time with one speed."""

    name: str
    start: float  # s
    stop: float
    left: float  # 0–1
    right: float

    def ticks(self) -> list[float]:
        """Round times within it, s."""
        wish = max(2.0, _TICKS * (self.right - self.left) / 0.54)
        step = next((s for s in _STEPS if (self.stop - self.start) / s <= wish), _STEPS[-1])
        first = np.ceil((self.start - 1e-6) / step) * step
        found = [float(t) for t in np.arange(first, self.stop + 1e-6, step)]
        return found or [self.start]


class Clock:
    """Where a moment lies on the axis; ``early``: s after the session that run at a speed of their own."""

    def __init__(self, course: Timeline, early: float = 0.0) -> None:
        first, last = float(course.time[0]), float(course.time[-1])
        ends = [float(p["end_s"]) for p in course.phases if p.get("role") in ("session", "rest")]
        over = min(max([0.0, *ends]), last)
        bounds = [("before", first, min(0.0, last)), ("session", max(first, 0.0), over), ("after", max(over, first), last)]
        share = dict(_SHARE)
        if early and last - over > 3 * early:
            bounds[-1:] = [("early", over, over + early), ("after", over + early, last)]
            share |= {"early": 0.5 * share["after"], "after": 0.5 * share["after"]}
        real = [(name, a, b) for name, a, b in bounds if b - a > 1e-6]
        self.parts: list[Part] = []
        whole, left = sum(share[name] for name, _, _ in real), 0.0
        for name, a, b in real:
            right = left + share[name] / whole
            self.parts.append(Part(name, a, b, left, right))
            left = right

    def place(self, time: Floats | float) -> Floats:
        """Axis positions (0–1) of times in s."""
        knots = [self.parts[0].start, *(p.stop for p in self.parts)]
        marks = [self.parts[0].left, *(p.right for p in self.parts)]
        return np.asarray(np.interp(time, knots, marks))

    @property
    def stretches(self) -> list[tuple[float, float]]:
        """Start and stop (s) of what comes before, of the session, and of all that comes after."""
        early = [p.start for p in self.parts if p.name == "early"]
        return [(early[0] if early and p.name == "after" else p.start, p.stop) for p in self.parts if p.name != "early"]

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Positions and labels: minutes from the start of the session; hours where they are many."""
        out: list[tuple[float, str]] = []
        for part in self.parts:
            for time in part.ticks():
                spot = float(self.place(time))
                if all(abs(spot - other) > 0.035 for other, _ in out):
                    out.append((spot, label(time, part.stop - part.start)))
        return out

    @property
    def uneven(self) -> bool:
        """Whether the parts run at different speeds."""
        return len(self.parts) > 1


def label(time: float, span: float) -> str:
    """Minutes, or hours in a part that lasts for hours: −4 h, 0, 7.5."""
    text = f"{time / 3600:.3g} h" if span > 3 * 3600 and time else f"{time / 60:.3g}"
    return text.replace("-", "\u2212")
