"""Arithmetic on whole tables as plain loops: compiled once, where an array expression is compiled anew at every
place it stands. ``out`` may have fewer columns than what it is made of."""

from biomech.compiled import kernel, merged


@merged
def clear(out):
    """out = 0."""
    for i in range(out.shape[0]):
        for k in range(out.shape[1]):
            out[i, k] = 0.0


@merged
def copy(out, y):
    """out = y."""
    for i in range(out.shape[0]):
        for k in range(out.shape[1]):
            out[i, k] = y[i, k]


@kernel
def add_combined(out, y, h, weight, k, terms):
    """out = y + h Σ weight[j] k[j] over the first ``terms`` tables of k."""
    for i in range(out.shape[0]):
        row = out[i]
        old = y[i]
        for n in range(row.size):
            row[n] = old[n]
        for j in range(terms):
            c = h * weight[j]
            if c != 0.0:
                slope = k[j, i]
                for n in range(row.size):
                    row[n] += c * slope[n]


@merged
def rate(out, y, known, dh):
    """out = (y − known) / dh."""
    per = 1.0 / dh
    for i in range(out.shape[0]):
        for n in range(out.shape[1]):
            out[i, n] = (y[i, n] - known[i, n]) * per
