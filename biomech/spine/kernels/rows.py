"""Arithmetic on whole tables as plain loops: compiled once, where an array expression is compiled anew at every
place it stands. ``out`` may have fewer columns than what it is made of."""

from biomech.compiled import kernel


@kernel
def clear(out):
    """out = 0."""
    for i in range(out.shape[0]):
        for k in range(out.shape[1]):
            out[i, k] = 0.0


@kernel
def copy(out, y):
    """out = y."""
    for i in range(out.shape[0]):
        for k in range(out.shape[1]):
            out[i, k] = y[i, k]


@kernel
def add_scaled(out, y, c, k):
    """out = y + c k."""
    for i in range(out.shape[0]):
        for n in range(out.shape[1]):
            out[i, n] = y[i, n] + c * k[i, n]


@kernel
def add_both(out, y, c, k1, k2):
    """out = y + c (k1 + k2)."""
    for i in range(out.shape[0]):
        for n in range(out.shape[1]):
            out[i, n] = y[i, n] + c * (k1[i, n] + k2[i, n])


@kernel
def add_extrapolated(out, y, c, k2, a, k1):
    """out = y + c (k2 + a (k2 − k1))."""
    for i in range(out.shape[0]):
        for n in range(out.shape[1]):
            out[i, n] = y[i, n] + c * (k2[i, n] + a * (k2[i, n] - k1[i, n]))


@kernel
def rate(out, y, known, dh):
    """out = (y − known) / dh."""
    for i in range(out.shape[0]):
        for n in range(out.shape[1]):
            out[i, n] = (y[i, n] - known[i, n]) / dh
