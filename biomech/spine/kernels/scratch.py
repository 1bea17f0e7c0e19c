"""Small work arrays of a disc, allocated once per run and handed down; everything else lives in local numbers."""

from typing import NamedTuple

import numpy as np

from biomech.spine.kernels.layout import Floats

# vec: the four columns of a disc, generalised force, strain rate
COLUMN_FORCE, COLUMN_SLOPE, G, STRAIN_RATE, VECTORS = range(5)


class Scratch(NamedTuple):
    """Work arrays; a row of ``vec`` is longer than some vectors in it."""

    vec: Floats  # (VECTORS, 6)
    tangent: Floats  # (6, 6) of a disc, in joint coordinates


def new_scratch() -> Scratch:
    """Fresh work arrays."""
    return Scratch(np.zeros((VECTORS, 6)), np.zeros((6, 6)))
