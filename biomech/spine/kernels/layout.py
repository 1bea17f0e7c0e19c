"""The arrays the kernels work on: a constant plan, a drive for one phase, a mutable state.

Bodies are numbered from the pelvis (0) to the skull (n − 1); joint j lies between body j (below, "a") and
body j + 1 (above, "b"). Everything is SI, in the moving frame of the equipment. A kernel gets few arrays with
many columns: compiled code pays for every array it is handed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# ---- state: columns of the body rows and of the joint rows; y and its rate dy/dt share the layout
POSITION, ANGLE, VELOCITY, SPIN, SLIP, TISSUE = 0, 3, 6, 9, 12, 16
BODY_STATE = 17  # ANGLE counts from the start of a step; SLIP: y, z left and right; TISSUE: row 0 only
STRAIN, WATER, COLUMN = 0, 6, 7  # joint coordinates e (6), water gain, creep of columns (4 per branch)


def joint_state(branches: int) -> int:
    """Columns of a joint's state: strain, water, creep of 4 columns and 6 linear components per branch."""
    return COLUMN + 10 * branches


# ---- plan: columns of a body
MASS, INERTIA, BODY = 0, 1, 4
# ---- of a joint: origin in a, in b; axes in a, in b (row-major)
AT_A, AT_B, FRAME_A, FRAME_B, JOINT = 0, 3, 6, 15, 24
# ---- of a disc (the symbols are explained in disc.py)
(
    K_TENSION, K_COMPRESSION, U_MIDDLE, U_WIDTH, U_REST, CREEP_TENSION, PRESSURE_AREA, TENSION_SHARE,
    PERMEABILITY, PERMEABILITY_STRAIN, SWELLING, SWELLING_EXPONENT, RESTRAINT, RESTRAINT_SLOPE, WATER_HEIGHT,
) = range(15)
COLUMN_X, COLUMN_Z, VISCOSITY, DISC = 15, 19, 23, 29
# ---- of a ligament strand and of a facet: points in joint axes
STRAND_A, STRAND_B, STRAND_LENGTH, STRAND_STIFFNESS, STRAND_SLACK, STRAND_TOE, STRAND = 0, 3, 6, 7, 8, 9, 10
FACET_A, FACET_B, FACET_NORMAL, FACET_GAP, FACET_STIFFNESS, FACET_TOE, FACET_COLUMNS = 0, 3, 6, 9, 10, 11, 12
# ---- of a creep branch
BRANCH_TIME, BRANCH_AXIAL, BRANCH_LINEAR = 0, 1, 2

# ---- drive: entries of the clock. GRAVITY_TURNS = 1: the frame stands still and gravity turns in it, at an even rate
(
    START, RAMP, TILT0, TILT1, GRAVITY, TONE_START, TONE_RAMP, MOMENT_START, MOMENT_RAMP, SIDE, SURFACE_TOE,
    SURFACE_KT, SLIP_TIME, SETTLE_TIME, SHIFT_TIME, LEGS0, LEGS1,
    GRAVITY_TURNS, CLOCK,
) = range(19)
# ---- of an anchor; turn is a row-major matrix, on goes from ON to ON + 1 with the
# supports or, where A_MUSCLE = 1, with the muscles
A_POINT, A_TARGET, A_TURN, A_STIFFNESS, A_DAMPING, A_ON, A_LEGS, A_MUSCLE, ANCHOR = 0, 3, 6, 15, 21, 27, 29, 30, 31
# ---- of the surface under one side of a body
S_POINT, S_PLACE, S_STIFFNESS, S_DAMPING, S_ON, S_FRICTION, SURFACE = 0, 3, 6, 7, 8, 10, 12
# ---- of a prescribed force; WITH_GRAVITY = 1: the first number acts along gravity
L_POINT, L_FORCE, L_WITH_GRAVITY, L_ON, LOAD = 0, 3, 6, 7, 9
# ---- of the muscles of a joint
M_TONE, M_MOMENT, M_HOLD, M_CURVE, MUSCLE_COLUMNS = 0, 1, 4, 7, 10

# ---- report of a joint: what tissue carries (axes of the lower body, force on the upper), the pull along the
# body's long axis before muscle, and the parts
(
    FORCE_X, FORCE_Y, FORCE_Z, MOMENT_X, MOMENT_Y, MOMENT_Z, TRACTION, DISC_TENSION, PRESSURE, FACET_FORCE,
    LIGAMENT_FORCE, MUSCLE_FORCE, REPORT,
) = range(13)
# beside it and not recorded: change of a disc's water with its strain 1, 3 and 5
WATER_BY, JOINT_REPORT = REPORT, REPORT + 3


class Plan(NamedTuple):
    """One person's spine; never changes during a run."""

    body: Floats  # (n, BODY) mass and inertia about the body axes; a body's origin is its centre of mass
    joint: Floats  # (m, JOINT)
    disc: Floats  # (m, DISC)
    linear: Floats  # (m, 6, 6) stiffness of the linear part of a disc
    branch: Floats  # (nb, 3) creep branches
    strand_first: Ints  # (m + 1,) strands strand_first[j]:strand_first[j + 1] belong to joint j
    strand: Floats  # (k, STRAND)
    facet_first: Ints  # (m + 1,)
    facet: Floats  # (k, FACET_COLUMNS)
    tissue: Floats  # (2,) compliance (m/N) and time (s) of the soft tissue below the sacrum


class Drive(NamedTuple):
    """What one phase prescribes; every pair goes from its first to its second value along a smooth ramp."""

    clock: Floats  # (CLOCK,)
    anchor_body: Ints  # (na,)
    anchor: Floats  # (na, ANCHOR) six-component springs to the frame
    surface: Floats  # (n, 2, SURFACE) one surface along the back (SIDE = +1) or the front (−1); left, right
    load_body: Ints  # (nl,)
    load: Floats  # (nl, LOAD)
    muscle: Floats  # (2, m, MUSCLE_COLUMNS) tone (N), moment on b (N m), hold (N m/rad), held curve (rad)


class State(NamedTuple):
    """All that evolves, and its time derivative, which the integrator carries along."""

    clock: Floats  # (2,) time (s), proposal for the next step (s)
    rotation: Floats  # (n, 3, 3)
    body: Floats  # (n, BODY_STATE)
    body_rate: Floats
    joint: Floats  # (m, joint_state)
    joint_rate: Floats
    inflow: Floats  # (m,) m, water that has flowed in since the start: the other side of the book


class Trial(NamedTuple):
    """The iterate of a stage, its residual with the block-tridiagonal tangent, and what was found on the way."""

    rotation: Floats  # (n, 3, 3)
    body: Floats  # (n, BODY_STATE)
    joint: Floats  # (m, joint_state)
    residual: Floats  # (n, 6) N and N m, axes of the frame
    diag: Floats  # (n, 36) the blocks row by row: changes with shifts and turns in the axes of the frame
    lower: Floats
    upper: Floats
    report: Floats  # (m, JOINT_REPORT)
    contact: Floats  # (n, 4) normal, friction y, friction z, friction available; N, both sides
    anchor: Floats  # (na, 6) force in the frame, moment in the body


class Record(NamedTuple):
    """What is written down, one row per accepted step."""

    time: Floats  # (t,) s
    body: Floats  # (t, n, BODY_STATE)
    rotation: Floats  # (t, n, 3, 3)
    strain: Floats  # (t, m, 7) joint coordinates and water (the first columns of a joint state)
    report: Floats  # (t, m, REPORT)
    contact: Floats  # (t, n, 4)
    anchor: Floats  # (t, na, 6)


def new_trial(bodies: int, branches: int, anchors: int) -> Trial:
    """Zeros of the right shapes."""
    n, m, z = bodies, bodies - 1, np.zeros
    return Trial(
        z((n, 3, 3)), z((n, BODY_STATE)), z((m, joint_state(branches))), z((n, 6)), z((n, 36)),
        z((n, 36)), z((n, 36)), z((m, JOINT_REPORT)), z((n, 4)), z((anchors, 6)),
    )


def new_record(bodies: int, anchors: int, rows: int) -> Record:
    """Room for a number of steps."""
    n, m, t, z = bodies, bodies - 1, rows, np.zeros
    return Record(
        z(t), z((t, n, BODY_STATE)), z((t, n, 3, 3)), z((t, m, 7)), z((t, m, REPORT)), z((t, n, 4)),
        z((t, anchors, 6)),
    )


def head(record: Record, rows: int) -> Record:
    """The first rows, copied."""
    return Record(*(a[:rows].copy() for a in record))


def new_state(position: Floats, rotation: Floats, branches: int) -> State:
    """Everything at rest in a pose (n, 3), (n, 3, 3)."""
    n = position.shape[0]
    m = n - 1
    body = np.zeros((n, BODY_STATE))
    body[:, :3] = position
    joint = np.zeros((m, joint_state(branches)))
    return State(
        np.zeros(2), rotation.copy(), body, np.zeros_like(body), joint, np.zeros_like(joint), np.zeros(m)
    )
