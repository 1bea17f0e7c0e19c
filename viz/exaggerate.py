"""Poses with the movement between neighbours magnified, to make tenths of a millimetre visible."""

import numpy as np

from biomech.errors import InputError
from biomech.viz.reading import Frame, Spine

LEAST_HEIGHT = 0.15  # share of its height that a disc must keep


def exaggerated(spine: Spine, index: int, factor: float) -> dict[str, Frame]:
    """The pose at a sample with displacements across every joint enlarged against the reference.

    Bones keep their size and their true angles; only the distance between the endplates of a disc
    (and of the joints above C2) changes ``factor`` times as much as it does: along the disc, not across it, because
    what slips sideways, enlarged, looks like a spine falling apart and is no answer to how far it opens. The sacrum stays.
    """
    now = spine.pose(index)
    if factor == 1:
        return now
    if not np.isfinite(factor) or not 1 <= factor <= 200:
        raise InputError(f"exaggeration {factor:g}: must be a number from 1 to 200")
    before = spine.pose(spine.reference)
    for level, most in _bearable(spine, index).items():
        if factor > most:
            raise InputError(f"exaggeration {factor:g}: the disc {level} would vanish", allowed=f"at most {max(1, int(most))}")
    drawn = {spine.bodies[-1]: now[spine.bodies[-1]]}
    for above, below in zip(spine.bodies[-2::-1], spine.bodies[:0:-1], strict=True):
        step_now = now[below].inverse().at(_foot(spine, above, now))
        step_before = before[below].inverse().at(_foot(spine, above, before))
        axis = spine.plates[below][0].axes[:, 1] if below in spine.plates else np.array([0.0, 1.0, 0.0])
        foot = drawn[below].at(step_now + (factor - 1) * axis * (axis @ (step_now - step_before)))
        shift = foot - _foot(spine, above, now)
        drawn[above] = Frame(now[above].origin + shift, now[above].axes)
        # the sacrum and every bone below keep their true angles, so a shift is all that is needed
    return drawn


def _foot(spine: Spine, body: str, pose: dict[str, Frame]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Centre of a body's lower endplate, or its origin where it has none."""
    frame = pose[body]
    return frame.then(spine.plates[body][1]).origin if body in spine.plates else frame.origin


def most_bearable(spine: Spine, index: int) -> float:
    """The largest factor at which every disc keeps a part of its height; infinite where none is thinner."""
    return min(_bearable(spine, index).values(), default=float("inf"))


def _bearable(spine: Spine, index: int) -> dict[str, float]:
    """The largest factor for every disc that is thinner."""
    height, changes = spine.levelled("disc_height", spine.reference), spine.height_changes(index)
    return {level: (1 - LEAST_HEIGHT) * height[level] / -change for level, change in changes.items() if change < 0}
