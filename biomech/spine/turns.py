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
    first, second = _shares(half)
    out: Floats = np.eye(3) + first * cross + second * (cross @ cross)
    return out


def _shares(half: Floats) -> tuple[Floats, Floats]:
    """Of an angle t, given half of it: sin t / t, and (1 − cos t) / t² = ½ (sin ½t / ½t)²; sinc keeps every digit at small angles."""
    return np.sinc(2.0 * half / np.pi), 0.5 * np.sinc(half / np.pi) ** 2


def turned(vectors: Floats, points: Floats) -> Floats:
    """Points (..., 3) turned by rotation vectors (..., 3) without the matrices in between."""
    first, second = _shares(0.5 * np.sqrt((vectors**2).sum(axis=-1, keepdims=True)))
    once = _cross(vectors, points)
    out: Floats = points + first * once + second * _cross(vectors, once)
    return out


def applied(rotations: Floats, vectors: Floats) -> Floats:
    """Vectors (..., 3) turned by matrices (..., 3, 3); einsum takes four times as long over stacks of these."""
    out: Floats = rotations[..., 0] * vectors[..., 0, None]
    for k in (1, 2):
        out += rotations[..., k] * vectors[..., k, None]
    return out


def _cross(a: Floats, b: Floats) -> Floats:
    """Vector products; NumPy's own takes three times as long on stacks."""
    out = np.empty(np.broadcast_shapes(a.shape, b.shape))
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        out[..., i] = a[..., j] * b[..., k] - a[..., k] * b[..., j]
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
