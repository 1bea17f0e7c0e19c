"""Rotations in bulk, against SciPy: vectors, matrices and quaternions of every size of angle."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from biomech.spine.turns import applied, matrices, quaternions, turned


@pytest.mark.parametrize("size", [0.0, 1e-9, 1e-4, 0.3, 2.0, np.pi - 1e-7, np.pi])
def test_matrices_and_quaternions_are_those_of_scipy(size: float) -> None:
    axes = np.random.default_rng(7).normal(size=(3, 40, 3))
    axes[0, :3] = np.eye(3)  # turns about the axes: two components of the quaternion vanish
    vectors = size * axes / np.sqrt((axes**2).sum(axis=-1, keepdims=True))
    expected = Rotation.from_rotvec(vectors.reshape(-1, 3))
    found = matrices(vectors)
    assert np.abs(found.reshape(-1, 3, 3) - expected.as_matrix()).max() < 2e-15
    points = np.random.default_rng(8).normal(size=(40, 3))
    there = expected.apply(np.tile(points, (3, 1))).reshape(vectors.shape)
    assert np.abs(turned(vectors, points) - there).max() < 1e-14
    assert np.abs(applied(found, points) - there).max() < 1e-14
    q = quaternions(found)
    again = expected.as_quat(canonical=True, scalar_first=True).reshape(q.shape)
    # at half a turn a quaternion and its opposite are the same turn
    assert np.minimum(np.abs(q - again).max(axis=-1), np.abs(q + again).max(axis=-1)).max() < 2e-15 + 1e-9 * (size > 3.0)
    assert (q[..., 0] >= 0.0).all()
