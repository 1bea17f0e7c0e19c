"""The chain problem, stated once for every program that is timed on it (needs only numpy).

24 rigid bodies stand on each other, each 0.03 m high, the lowest on the ground; between two neighbours, and below the
lowest, a linear bushing (six springs, six dashpots) half-way. Axes: z along the straight chain, gravity turns in x-z at
an even rate from upright to 60 degrees head-down within 10 s and then stays; the frame itself does not move.

A bushing measures in the axes of its *lower* body: the displacement of the upper joint point, and the rotation vector of the
upper body relative to the lower. Its force acts on both bodies at the upper joint point.

supported (case B): every centre of mass also has a spring and a dashpot to the ground in x and y. Rotations stay small,
the motion is stiff and nearly static: the regime of a spine that is held.
bare (case A): nothing else. The weight is far beyond what the column can carry upright, so it falls over and hangs, with
more than 50 degrees in a joint.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BODIES, PITCH, RADIUS, GRAVITY = 24, 0.03, 0.12, 9.81
TURN, RAMP, END = math.radians(150.0), 10.0, 190.0
# where trajectories are compared (s)
TIMES = np.append(np.arange(1, 41) * 0.5, END)


class Chain(NamedTuple):
    """Everything a program needs to know, SI; vectors are (x, y, z)."""

    mass: Floats  # (n,)
    inertia: Floats  # (n, 3) about the body axes
    stiffness: Floats  # (6,) N/m, N m/rad
    damping: Floats  # (6,)
    support: tuple[float, float]  # N/m, N s/m of every centre of mass in x and y


def chain(case: str, bodies: int = BODIES) -> Chain:
    """Case "A" or "B"; more bodies are more of the same, as heavy altogether and as stiff as a whole."""
    share = BODIES / bodies
    mass = np.linspace(2.5, 1.0, bodies) * share
    across, along = mass * (3 * RADIUS**2 + PITCH**2) / 12, mass * RADIUS**2 / 2
    return Chain(
        mass, np.column_stack([across, across, along]),
        np.array([2e5, 2e5, 8e5, 100.0, 100.0, 200.0]) / share, np.array([1e3, 1e3, 1e3, 5.0, 5.0, 5.0]) / share,
        (5e3 * share, 200.0 * share) if case == "B" else (0.0, 0.0),
    )


def gravity(t: float) -> Floats:
    """Gravity (m/s²) in the frame."""
    a = TURN * min(t, RAMP) / RAMP
    return np.array([GRAVITY * math.sin(a), 0.0, -GRAVITY * math.cos(a)])


def straight(bodies: int = BODIES, pitch: float = PITCH) -> Floats:
    """Centres of mass (n, 3) at the start."""
    return np.column_stack([np.zeros((bodies, 2)), (np.arange(bodies) + 1) * pitch])


def farthest(found: Floats, reference: Floats) -> float:
    """Largest distance (mm) between two trajectories (times, n, 3)."""
    return float(1e3 * np.linalg.norm(found - reference, axis=2).max())
