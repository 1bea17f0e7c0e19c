"""Labels that keep out of each other's way."""

from collections.abc import Sequence

import numpy as np


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as possible to the wanted ones, at least ``gap`` apart, between two ends.

    Clusters are spread about their own mean, which is the least-squares answer for ordered
    labels (pool adjacent violators).
    """
    order = np.argsort(wanted, kind="stable")
    gap = min(gap, (high - low) / max(1, len(order) - 1)) if len(order) > 1 else gap
    groups: list[tuple[float, int]] = []  # mean of (wanted − rank · gap), members
    for rank, i in enumerate(order):
        mean, count = float(wanted[i]) - rank * gap, 1
        while groups and groups[-1][0] > mean:
            other, members = groups.pop()
            mean, count = (other * members + mean * count) / (members + count), members + count
        groups.append((mean, count))
    levels = [mean for mean, count in groups for _ in range(count)]
    top = high - (len(order) - 1) * gap
    places = [0.0] * len(order)
    for rank, i in enumerate(order):
        places[i] = float(np.clip(levels[rank], low, max(low, top))) + rank * gap
    return places
