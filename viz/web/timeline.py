"""The moments a page shows: from standing just before the session to the end, few enough to send."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from biomech.viz.clock import Part, label
from biomech.viz.reading import Floats, Spine

SESSION_SHARE = 0.64  # of the width of a time axis; what comes after has the rest
MOST_MOMENTS = 96
_TOLERANCE = 0.004  # of its range that a kept line may miss a sample by


@dataclass(frozen=True)
class Timeline:
    """One axis for all cases: the session at one speed, what follows at another."""

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, spines: Sequence[Spine]) -> "Timeline":
        """Long enough for every case."""
        over = max(session_end(s) for s in spines)
        last = max(float(s.time[-1]) for s in spines)
        if last - over < 1.0:
            return cls((Part("session", 0.0, max(last, 1.0), 0.0, 1.0),))
        return cls((Part("session", 0.0, over, 0.0, SESSION_SHARE), Part("after", over, last, SESSION_SHARE, 1.0)))

    def place(self, time: Floats | float) -> Floats:
        """Axis positions (0–1) of times in s."""
        return np.asarray(np.interp(time, [0.0, *(p.stop for p in self.parts)], [0.0, *(p.right for p in self.parts)]))

    def places(self, times: Floats) -> list[float]:
        """The same as the page gets them."""
        return [round(float(v), 5) for v in self.place(times)]

    def ticks(self) -> list[tuple[float, str]]:
        """Positions and minutes, none of them too near to another."""
        found: list[tuple[float, str]] = []
        for part in self.parts:
            for time in part.ticks():
                spot = float(self.place(time))
                if all(abs(spot - other) > 0.06 for other, _ in found):
                    found.append((spot, label(time + 0.0, part.stop - part.start)))  # + 0.0: no minus before zero
        return found


def session_end(spine: Spine) -> float:
    """When the last hold or rest is over, s."""
    ends = [float(p["end_s"]) for p in spine.phases if p.get("role") in ("session", "rest")]
    return min(max([float(spine.time[spine.end]), *ends]), float(spine.time[-1]))


def moments(spine: Spine, timeline: Timeline) -> list[int]:
    """Samples to show: as many as straight lines between them need to follow length, tilt and pressure."""
    names = [n for n in ("tilt", "spine_length", "lumbar_length", "stature") if n in spine.data]
    lines = [np.asarray(spine.data[n].values, float) for n in names]
    if "nucleus_pressure" in spine.data and "L4/L5" in spine.levels:
        lines.append(np.asarray(spine.data["nucleus_pressure"].values[:, spine.levels.index("L4/L5")], float))
    first = spine.reference
    inside = np.arange(first, len(spine.time))
    kept = thinned(timeline.place(spine.time[inside]), [line[inside] for line in lines], MOST_MOMENTS)
    return sorted({*(int(inside[i]) for i in kept), spine.reference, spine.end})


def thinned(x: Floats, lines: Sequence[Floats], most: int) -> list[int]:
    """Indices kept so that straight lines between them pass within a small share of every sample.

    In every pass, each gap that is not straight enough gets its worst sample; the worst gaps first when there are many.
    """
    clean = [np.where(np.isfinite(y), y, 0.0) for y in lines]
    scaled = [y / (y.max() - y.min()) for y in clean if y.max() - y.min() > 1e-9]
    kept = np.unique([0, len(x) - 1])
    while scaled and len(kept) < min(most, len(x)):
        gap = np.searchsorted(kept, np.arange(len(x)), side="right") - 1
        misses = np.max([np.abs(y - np.interp(x, x[kept], y[kept])) for y in scaled], axis=0)
        misses[kept] = 0.0  # at a step, samples can share a place
        order = np.argsort(misses, kind="stable")[::-1]
        order = order[misses[order] > _TOLERANCE]
        _, first = np.unique(gap[order], return_index=True)
        new = order[np.sort(first)][: most - len(kept)]
        if not new.size:
            break
        kept = np.union1d(kept, new)
    return [int(i) for i in kept]
