"""Working arrays of the circulation kernels; nothing in them outlives a call."""

from typing import NamedTuple

import numpy as np

from biomech.circulation.kernels.layout import F_ROWS, PLACES, SENSED, W_ROWS, Floats, Plan


class Scratch(NamedTuple):
    """Values held over a bin and those of one stage; SI."""

    w: Floats  # (W_ROWS, n + PLACES) of compartments
    f: Floats  # (F_ROWS, m) of edges
    elastance: Floats  # (k,) of chambers
    matrix: Floats  # (Elimination.entries,)
    sensed: Floats  # (2, SENSED) at the two stages of the last step


def new_scratch(plan: Plan) -> Scratch:
    """Arrays of the right sizes for a plan."""
    n, m = plan.network.vessel.shape[0], plan.network.edge.shape[0]
    return Scratch(
        np.zeros((W_ROWS, n + PLACES)), np.zeros((F_ROWS, m)), np.zeros(plan.network.chamber.shape[0]),
        np.zeros(plan.elimination.entries), np.zeros((2, SENSED)),
    )
