"""The block-tridiagonal solver against numpy's dense one."""

import numpy as np
import pytest

from biomech.spine.kernels.blocks import solve_blocks


def dense(diag, lower, upper):
    n = diag.shape[0]
    a = np.zeros((6 * n, 6 * n))
    for i in range(n):
        a[6 * i : 6 * i + 6, 6 * i : 6 * i + 6] = diag[i]
        if i > 0:
            a[6 * i : 6 * i + 6, 6 * i - 6 : 6 * i] = lower[i]
        if i + 1 < n:
            a[6 * i : 6 * i + 6, 6 * i + 6 : 6 * i + 12] = upper[i]
    return a


def solve(diag, lower, upper, rhs):
    x = rhs.copy()
    ok = solve_blocks(*(a.reshape(-1, 36).copy() for a in (diag, lower, upper)), x)
    return ok, x


@pytest.mark.parametrize("n", [1, 2, 7, 26])
def test_solution_agrees_with_a_dense_solve(n):
    rng = np.random.default_rng(n)
    diag, lower, upper = (rng.normal(size=(n, 6, 6)) for _ in range(3))
    diag += 12 * np.eye(6)
    rhs = rng.normal(size=(n, 6))
    ok, x = solve(diag, lower, upper, rhs)
    assert ok
    # seen to fail without the back substitution of `upper`
    assert np.abs(x.ravel() - np.linalg.solve(dense(diag, lower, upper), rhs.ravel())).max() < 1e-14


def test_rows_are_exchanged_where_the_diagonal_is_zero():
    rng = np.random.default_rng(9)
    n = 6
    diag, lower, upper = (rng.normal(size=(n, 6, 6)) for _ in range(3))
    diag = 10 * np.roll(np.eye(6), 2, axis=1) + diag
    lower *= 0.3
    for i in range(n):
        diag[i][np.diag_indices(6)] = 0.0
    diag[:, 1, 1] = 1e-14  # without pivoting this alone would lose every digit
    rhs = rng.normal(size=(n, 6))
    ok, x = solve(diag, lower, upper, rhs)
    assert ok
    a = dense(diag, lower, upper)
    # seen to fail with the pivot search left out: division by zero
    assert np.abs(x.ravel() - np.linalg.solve(a, rhs.ravel())).max() < 1e-13


def test_badly_scaled_blocks_keep_their_digits():
    """Forces and moments differ by 1e3 m⁻¹ and inertia by 1e9: as in the engine at a step of microseconds."""
    rng = np.random.default_rng(4)
    n = 26
    scale = np.array([1e5, 1e5, 1e5, 1.0, 1.0, 1.0])
    diag, lower, upper = (rng.normal(size=(n, 6, 6)) * scale[:, None] for _ in range(3))
    diag += 12 * np.eye(6) * scale
    rhs = rng.normal(size=(n, 6)) * scale
    ok, x = solve(diag, lower, upper, rhs)
    a = dense(diag, lower, upper)
    assert ok
    assert np.abs(a @ x.ravel() - rhs.ravel()).max() < 1e-9 * np.abs(rhs).max()


@pytest.mark.parametrize("where", [0, 3])
def test_a_singular_block_is_reported(where):
    n = 4
    diag = np.tile(np.eye(6), (n, 1, 1))
    off = np.zeros((n, 6, 6))
    diag[where, 2] = 0.0
    ok, _ = solve(diag, off, off, np.ones((n, 6)))
    assert not ok
    diag[where, 2, 2] = 1.0
    assert solve(diag, off, off, np.ones((n, 6)))[0]


def test_not_a_number_is_reported_as_singular():
    diag = np.tile(np.eye(6), (2, 1, 1))
    diag[1] = np.nan
    assert not solve(diag, np.zeros((2, 6, 6)), np.zeros((2, 6, 6)), np.ones((2, 6)))[0]
