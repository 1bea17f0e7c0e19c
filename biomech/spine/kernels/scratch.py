"""Small work arrays, allocated once per run and handed down: compiled code pays for every array it is handed."""

from typing import NamedTuple

import numpy as np

from biomech.spine.kernels.layout import Floats

# mat: from joint axes to those of the frame, of b, of a (these three turn a tangent, so they stand together); axes of
# b in the frame, relative rotation Q, spare
AXES_A, BACK, FRAME, AXES_B, TURN, M1, M2, M3, MATRICES = range(9)
# vec: displacement d, vectors from the centres of mass to the joint origin (and to the upper origin, from a),
# force and moment on b, spare, the four columns of a disc, generalised force, strain rate, muscles
(
    SHIFT, ARM_A, ARM_B, ARM, FORCE, MOMENT, V1, V2, V3, COLUMN_FORCE, COLUMN_SLOPE, G, STRAIN_RATE, MUSCLES, VECTORS,
) = range(15)
# big: tangent in joint coordinates, in (d, ψ), in (δρ, β, α)
H, STIFF, X, TANGENTS = range(4)


class Scratch(NamedTuple):
    """Work arrays; a row of ``vec`` is longer than most vectors in it."""

    mat: Floats  # (MATRICES, 3, 3)
    vec: Floats  # (VECTORS, 10)
    big: Floats  # (TANGENTS, 9, 9)


def new_scratch() -> Scratch:
    """Fresh work arrays."""
    return Scratch(np.zeros((MATRICES, 3, 3)), np.zeros((VECTORS, 10)), np.zeros((TANGENTS, 9, 9)))
