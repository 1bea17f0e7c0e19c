"""Rotations in bulk, outside kernels: vectors → matrices → quaternions, on plain arrays.

SciPy has these too; importing it would take longer than a whole simulated session.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def matrices(vectors: Floats) -> Floats:
    """Rotation matrices (..., 3, 3) of rotation vectors (..., 3), axis × angle in rad (Rodrigues)."""
    cross = np.zeros((*vectors.shape, 3))
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        cross[..., k, j] = vectors[..., i]
        cross[..., j, k] = -vectors[..., i]
    half = 0.5 * np.sqrt((vectors**2).sum(axis=-1))[..., None, None]
    # sinc keeps every digit at small angles: sin t / t, and (1 − cos t) / t² = ½ (sin ½t / ½t)²
    first, second = np.sinc(2.0 * half / np.pi), 0.5 * np.sinc(half / np.pi) ** 2
    out: Floats = np.eye(3) + first * cross + second * (cross @ cross)
    return out


def quaternions(turns: Floats) -> Floats:
    """Unit quaternions (..., 4), scalar first and not negative, of rotation matrices (..., 3, 3)."""
    m = turns
    trace = np.trace(m, axis1=-2, axis2=-1)
    # 4 q qᵀ, of which the longest row is taken: no component is ever got by cancellation
    outer = np.empty((*m.shape[:-2], 4, 4))
    outer[..., 0, 0] = 1.0 + trace
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        outer[..., 1 + i, 1 + i] = 1.0 - trace + 2.0 * m[..., i, i]
        outer[..., 0, 1 + i] = outer[..., 1 + i, 0] = m[..., k, j] - m[..., j, k]
        outer[..., 1 + i, 1 + j] = outer[..., 1 + j, 1 + i] = m[..., i, j] + m[..., j, i]
    longest = np.diagonal(outer, axis1=-2, axis2=-1).argmax(axis=-1)
    row = np.take_along_axis(outer, longest[..., None, None], axis=-2)[..., 0, :]
    out: Floats = row / np.sqrt((row**2).sum(axis=-1, keepdims=True))
    return np.where(out[..., :1] < 0.0, -out, out)
