"""SciPy on the chain problem: LSODA with a banded and Radau with a sparse Jacobian, right-hand side compiled by Numba.

State of a body: place, quaternion (scalar first), velocity, spin in the axes of the body. With "reference" as fourth
argument the converged trajectory is computed instead.
"""

import math
import os
import sys

os.environ["WARM"] = "1"  # compile first
import common  # noqa: F401, I001
import numba
import numpy as np
import scipy
from chain import BODIES, END, GRAVITY, PITCH, RAMP, TIMES, TURN, chain, straight
from scipy.integrate import solve_ivp
from scipy.sparse import csc_matrix

S = 13


# vectors and matrices as tuples: nothing is allocated, all stays in registers
@numba.njit(cache=True)
def axes(w, x, y, z):
    s = 2.0 / (w * w + x * x + y * y + z * z)
    return (
        (1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y)),
        (s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x)),
        (s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y)),
    )


@numba.njit(cache=True)
def dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@numba.njit(cache=True)
def forth(m, v):
    return (dot(m[0], v), dot(m[1], v), dot(m[2], v))


@numba.njit(cache=True)
def back(m, v):
    return (
        m[0][0] * v[0] + m[1][0] * v[1] + m[2][0] * v[2],
        m[0][1] * v[0] + m[1][1] * v[1] + m[2][1] * v[2],
        m[0][2] * v[0] + m[1][2] * v[1] + m[2][2] * v[2],
    )


@numba.njit(cache=True)
def cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


@numba.njit(cache=True)
def add(a, b):
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


@numba.njit(cache=True)
def less(a, b):
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


@numba.njit(cache=True)
def law(k, c, at, x, v):
    return (
        -(k[at] * x[0] + c[at] * v[0]), -(k[at + 1] * x[1] + c[at + 1] * v[1]), -(k[at + 2] * x[2] + c[at + 2] * v[2]),
    )


@numba.njit(cache=True)
def rates(t, y, mass, inertia, stiffness, damping, ks, cs, out):
    a = TURN * min(t, RAMP) / RAMP
    gx, gz = GRAVITY * math.sin(a), -GRAVITY * math.cos(a)
    half = 0.5 * PITCH
    zero = (0.0, 0.0, 0.0)
    ra, va, wa, turn_a = zero, zero, zero, ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    force, moment = zero, zero  # on the body below: world axes, about its centre of mass
    for i in range(mass.size + 1):
        if i < mass.size:
            o = S * i
            r, v, w0 = (y[o], y[o + 1], y[o + 2]), (y[o + 7], y[o + 8], y[o + 9]), (y[o + 10], y[o + 11], y[o + 12])
            turn = axes(y[o + 3], y[o + 4], y[o + 5], y[o + 6])
            w = forth(turn, w0)
            arm = (-half * turn[0][2], -half * turn[1][2], -half * turn[2][2])
            top = (half * turn_a[0][2], half * turn_a[1][2], half * turn_a[2][2])
            reach = less(add(r, arm), ra)
            d = less(reach, top)
            drift = less(add(v, cross(w, arm)), add(va, cross(wa, reach)))
            c0 = back(turn_a, (turn[0][0], turn[1][0], turn[2][0]))
            c1 = back(turn_a, (turn[0][1], turn[1][1], turn[2][1]))
            c2 = back(turn_a, (turn[0][2], turn[1][2], turn[2][2]))
            # rotation vector from the skew part and the trace
            u = (0.5 * (c1[2] - c2[1]), 0.5 * (c2[0] - c0[2]), 0.5 * (c0[1] - c1[0]))
            sine = math.sqrt(dot(u, u))
            x = math.atan2(sine, 0.5 * (c0[0] + c1[1] + c2[2] - 1.0)) / sine if sine > 1e-8 else 1.0
            f = forth(turn_a, law(stiffness, damping, 0, back(turn_a, d), back(turn_a, drift)))
            m = forth(turn_a, law(stiffness, damping, 3, (x * u[0], x * u[1], x * u[2]), back(turn_a, less(w, wa))))
        else:
            f, m, reach, arm = zero, zero, zero, zero
            r, v, w, w0, turn = zero, zero, zero, zero, turn_a
        if i > 0:
            # the body below is complete
            o = S * (i - 1)
            force = less(force, f)
            moment = back(turn_a, less(less(moment, m), cross(reach, f)))
            k, j0, j1, j2 = 1.0 / mass[i - 1], inertia[i - 1, 0], inertia[i - 1, 1], inertia[i - 1, 2]
            p, q, s = y[o + 10], y[o + 11], y[o + 12]
            for n in range(3):
                out[o + n] = y[o + 7 + n]
            out[o + 3] = -0.5 * (y[o + 4] * p + y[o + 5] * q + y[o + 6] * s)
            out[o + 4] = 0.5 * (y[o + 3] * p + y[o + 5] * s - y[o + 6] * q)
            out[o + 5] = 0.5 * (y[o + 3] * q + y[o + 6] * p - y[o + 4] * s)
            out[o + 6] = 0.5 * (y[o + 3] * s + y[o + 4] * q - y[o + 5] * p)
            out[o + 7] = k * (force[0] - ks * y[o] - cs * y[o + 7]) + gx
            out[o + 8] = k * (force[1] - ks * y[o + 1] - cs * y[o + 8])
            out[o + 9] = k * force[2] + gz
            out[o + 10] = (moment[0] - (j2 - j1) * q * s) / j0
            out[o + 11] = (moment[1] - (j0 - j2) * s * p) / j1
            out[o + 12] = (moment[2] - (j1 - j0) * p * q) / j2
        force, moment = f, add(m, cross(arm, f))
        ra, va, wa, turn_a = r, v, w, turn


@numba.njit(cache=True)
def slopes(t, y, rows, columns, size, mass, inertia, stiffness, damping, ks, cs):
    """Entries of the Jacobian by central differences, every third body at once."""
    near, high, low = np.empty((3 * S, y.size)), np.empty(y.size), np.empty(y.size)
    for colour in range(3 * S):
        moved = y.copy()
        moved[colour :: 3 * S] += size[colour :: 3 * S]
        rates(t, moved, mass, inertia, stiffness, damping, ks, cs, high)
        moved = y.copy()
        moved[colour :: 3 * S] -= size[colour :: 3 * S]
        rates(t, moved, mass, inertia, stiffness, damping, ks, cs, low)
        near[colour] = 0.5 * (high - low)
    out = np.empty(rows.size)
    for k in range(rows.size):
        out[k] = near[columns[k] % (3 * S), rows[k]] / size[columns[k]]
    return out


SIZE = np.tile(np.repeat([1e-7, 1e-6, 1e-6, 1e-5], [3, 4, 3, 3]), BODIES)
_body = np.arange(S * BODIES) // S
_pattern = csc_matrix(np.abs(_body[:, None] - _body[None, :]) <= 1)
ROWS = _pattern.indices.astype(np.int64)
COLUMNS = np.repeat(np.arange(S * BODIES), np.diff(_pattern.indptr)).astype(np.int64)


def run(case, setting):
    method, rtol = setting[0], float(setting[1])
    c = chain(case)
    args = (c.mass, c.inertia, c.stiffness, c.damping, *c.support)

    def right(t, y):
        out = np.empty_like(y)
        rates(t, y, *args, out)
        return out

    def jacobian(t, y):
        return csc_matrix((slopes(t, y, ROWS, COLUMNS, SIZE, *args), _pattern.indices, _pattern.indptr), shape=_pattern.shape)

    how = {"lband": 2 * S - 1, "uband": 2 * S - 1} if method == "LSODA" else {"jac": jacobian}
    y = np.zeros((BODIES, S))
    y[:, :3] = straight()
    y[:, 3] = 1.0
    y, places = y.ravel(), []
    for first, last in ((0.0, RAMP), (RAMP, END)):
        at = TIMES[(first < TIMES) & (last >= TIMES)]
        found = solve_ivp(right, (first, last), y, method=method, rtol=rtol, atol=1e-2 * rtol, t_eval=at, **how)
        if not found.success:
            raise RuntimeError(found.message)
        y = found.y[:, -1]
        places.append(found.y.T.reshape(-1, BODIES, S)[:, :, :3])
    return np.concatenate(places)


if __name__ == "__main__":
    if len(sys.argv) > 4:
        np.save(sys.argv[3] + f"/reference_{sys.argv[1]}.npy", run(sys.argv[1], ("Radau", 1e-8)))
    else:
        common.time_chain("scipy", scipy.__version__, [("LSODA", 1e-3), ("Radau", 1e-3), ("LSODA", 1e-4), ("LSODA", 1e-5)], run, "compiled right-hand side")
