"""Whole-array arithmetic as plain loops over flat views: compiled once, where array expressions are compiled anew
at every place they stand."""

from numba import njit


@njit(cache=True, error_model="numpy")
def clear(out):
    """out = 0."""
    for i in range(out.size):
        out[i] = 0.0


@njit(cache=True, error_model="numpy")
def copy(out, y):
    """out = y."""
    for i in range(out.size):
        out[i] = y[i]


@njit(cache=True, error_model="numpy")
def add_scaled(out, y, c, k):
    """out = y + c k."""
    for i in range(out.size):
        out[i] = y[i] + c * k[i]


@njit(cache=True, error_model="numpy")
def add_both(out, y, c, k1, k2):
    """out = y + c (k1 + k2)."""
    for i in range(out.size):
        out[i] = y[i] + c * (k1[i] + k2[i])


@njit(cache=True, error_model="numpy")
def add_extrapolated(out, y, c, k2, a, k1):
    """out = y + c (k2 + a (k2 − k1))."""
    for i in range(out.size):
        out[i] = y[i] + c * (k2[i] + a * (k2[i] - k1[i]))


@njit(cache=True, error_model="numpy")
def rate(out, y, known, dh):
    """out = (y − known) / dh."""
    for i in range(out.size):
        out[i] = (y[i] - known[i]) / dh
