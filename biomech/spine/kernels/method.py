"""Implicit one-step methods as data: stiffly accurate, first stage explicit, the same diagonal in all others (ESDIRK).

A step from t to t + h solves for i = 1, 2, …

    y_i = y + h Σ_{j<i} a_ij k_j + h d k_i      at t + c_i h

with k = dy/dt, k_0 known from the step before; the last y_i is the new state and its k the next k_0. One stage after the
other is the same implicit problem, so whatever solves it serves every method.

Sources: TR-BDF2, order 2 (3): Bank et al. 1985, error estimate of Hosea & Shampine 1996. ESDIRK4(3)6L[2]SA, order 4 (3):
implicit part of ARK4(3)6L[2]SA, Kennedy & Carpenter 2003.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from biomech.compiled import merged

Floats = NDArray[np.float64]


class Method(NamedTuple):
    """Coefficients of one method with s stages."""

    weight: Floats  # (s, s) a_ij; the diagonal d in every row but the first
    node: Floats  # (s,) c_i
    guess: Floats  # (s, s) from the rates of the stages before to a first guess of the rate of stage i;
    # row 0 marks the stages of the step before that stage 1 is guessed from (`extrapolate`)
    error: Floats  # (s,) weights of the error estimate
    falls: Floats  # (1,) power of h the estimate falls with


def method(weight: Floats, embedded: Floats, falls: int, fits: int) -> Method:
    """Complete a table. fits: how many of the stages before a stage's rate is extrapolated from."""
    node = weight.sum(axis=1)
    guess = np.zeros_like(weight)
    for i in range(1, len(node)):
        # Lagrange polynomial through the nearest stages, evaluated at the node
        near = sorted(range(i), key=lambda j: abs(node[j] - node[i]))[:fits]
        for j in near:
            guess[i, j] = np.prod([(node[i] - node[k]) / (node[j] - node[k]) for k in near if k != j])
    # the latest stages of the step before, but its last, which is the first of this
    for j in sorted(range(len(node) - 1), key=lambda j: -node[j])[: fits - 1]:
        guess[0, j] = 1.0
    return Method(weight, node, guess, weight[-1] - embedded, np.array([float(falls)]))


def tr_bdf2() -> Method:
    """Second order; damps what it cannot resolve, and is content with laws that have kinks (friction, contact)."""
    d = 1.0 - 0.5 * math.sqrt(2.0)
    w = 0.25 * math.sqrt(2.0)
    weight = np.array([[0.0, 0.0, 0.0], [d, d, 0.0], [w, w, d]])
    return method(weight, np.array([1.0 - w, 3.0 * w + 1.0, d]) / 3.0, 3, 2)


def esdirk4() -> Method:
    """Fourth order, for motion that is smooth and has to be followed closely."""
    weight = np.zeros((6, 6))
    weight[1, :2] = 1 / 4, 1 / 4
    weight[2, :3] = 8611 / 62500, -1743 / 31250, 1 / 4
    weight[3, :4] = 5012029 / 34652500, -654441 / 2922500, 174375 / 388108, 1 / 4
    weight[4, :5] = 15267082809 / 155376265600, -71443401 / 120774400, 730878875 / 902184768, 2285395 / 8070912, 1 / 4
    weight[5] = 82889 / 524892, 0.0, 15625 / 83664, 69875 / 102672, -2260 / 8211, 1 / 4
    embedded = [
        4586570599 / 29645900160, 0.0, 178811875 / 945068544, 814220225 / 1159782912, -3700637 / 11593932, 61727 / 225920,
    ]
    return method(weight, np.array(embedded), 4, 3)


@merged
def extrapolate(node, ratio, mark, weight):
    """Weights of the rates of the last step, ``ratio`` as long as this one, for a first guess of the first rate to be solved."""
    last = node.size - 1
    for j in range(last):
        weight[j] = 0.0
    weight[last] = 1.0
    if ratio == 0.0:
        return
    x = node[1]
    for j in range(last):
        if mark[j] != 0.0:
            xj = (node[j] - 1.0) * ratio
            w = x / xj
            for i in range(last):
                if i != j and mark[i] != 0.0:
                    xi = (node[i] - 1.0) * ratio
                    w *= (x - xi) / (xj - xi)
            weight[j] = w
            weight[last] *= (x - xj) / (-xj)
