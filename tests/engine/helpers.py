"""Small hand-made plans and drives: the engine without person, data files or equipment."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from biomech.spine.kernels import layout as L
from biomech.spine.kernels.equilibrium import relax
from biomech.spine.kernels.march import march
from biomech.spine.kernels.method import Method, tr_bdf2
from biomech.spine.kernels.scratch import new_scratch

Floats = NDArray[np.float64]
NO_BRANCH = np.zeros((0, 3))
NO_STRAND = np.zeros((0, L.STRAND))
NO_FACET = np.zeros((0, L.FACET_COLUMNS))
NEVER = 1.0e12  # s

# the reference lumbar disc of models/spine/disc.toml: 1446 mm² x 11.46 mm
AREA, HEIGHT = 1446e-6, 11.46e-3


def chain(
    n: int, mass: float = 1.0, inertia: tuple[float, float, float] = (2e-3, 1e-3, 2e-3), pitch: float = 0.04,
    stiffness: Any = 1e5, bending: Any = 30.0, viscosity: Any = 0.0, branch: Floats = NO_BRANCH,
) -> L.Plan:
    """n equal bodies stacked along y, joints half-way, linear joints without disc, ligament or facet."""
    m = n - 1
    body = np.tile([mass, *inertia], (n, 1)).astype(float)
    eye = np.eye(3).ravel()
    joint = np.tile([0.0, 0.5 * pitch, 0.0, 0.0, -0.5 * pitch, 0.0, *eye, *eye], (m, 1))
    disc = np.zeros((m, L.DISC))
    disc[:, L.U_WIDTH] = 1.0
    disc[:, L.WATER_HEIGHT] = 1.0
    disc[:, L.VISCOSITY : L.VISCOSITY + 6] = viscosity
    k = np.broadcast_to(np.asarray(stiffness, float), (3,))
    b = np.broadcast_to(np.asarray(bending, float), (3,))
    linear = np.tile(np.diag([*k, *b]), (m, 1, 1))
    none = np.zeros(m + 1, dtype=np.int64)
    return L.Plan(
        body, joint, disc, linear, np.asarray(branch, float).reshape(-1, 3), none, NO_STRAND, none.copy(), NO_FACET,
        np.array([1e-6, 100.0]),
    )


def disc_row(area: float = AREA, height: float = HEIGHT, **change: float) -> Floats:
    """A disc row from models/spine/disc.toml, put together here from the file's values and the docstring of disc.py."""
    from biomech import library

    file = library.load("spine", "disc")
    s = {name: file.scalar(name).value_si for name in file.scalars} | change
    p = np.zeros(L.DISC)
    p[L.K_TENSION] = s["modulus_tension"] * area / height
    p[L.K_COMPRESSION] = s["modulus_compression"] * area / height
    p[L.U_MIDDLE] = s["strain_middle"] * height
    p[L.U_WIDTH] = s["strain_width"] * height
    p[L.CREEP_TENSION] = s["creep_tension"]
    p[L.PRESSURE_AREA] = s["load_sharing"] * area
    p[L.TENSION_SHARE] = s["tension_share"]
    p[L.PERMEABILITY] = 2.0 * s["permeability"] / s["endplate_thickness"]
    p[L.PERMEABILITY_STRAIN] = s["permeability_strain"] / height
    p[L.SWELLING] = s["resting_pressure"]
    p[L.SWELLING_EXPONENT] = s["swelling_exponent"]
    p[L.RESTRAINT] = s["swelling_restraint"]
    p[L.RESTRAINT_SLOPE] = s["swelling_restraint_slope"]
    p[L.WATER_HEIGHT] = s["water_fraction"] * height
    p[L.COLUMN_X : L.COLUMN_X + 4] = 0.25 * 0.0345 * np.array([1.0, -1.0, 1.0, -1.0])
    p[L.COLUMN_Z : L.COLUMN_Z + 4] = 0.25 * 0.0503 * np.array([1.0, 1.0, -1.0, -1.0])
    return p


def disc_branches() -> Floats:
    """The creep branches of models/spine/disc.toml."""
    from biomech import library

    t = library.load("spine", "disc").table("branches")
    return np.column_stack([t.si(c) for c in ("time", "axial", "bending")])


def no_surface(n: int) -> Floats:
    """Left and right of every body, switched off."""
    surface = np.zeros((n, 2, L.SURFACE))
    surface[..., L.S_STIFFNESS] = 1e5
    return surface


def drive(
    plan: L.Plan, gravity: float = 9.81, tilt: tuple[float, float] = (0.0, 0.0), start: float = 0.0, ramp: float = 0.0,
    anchors: tuple[tuple[int, Floats], ...] = (), loads: tuple[tuple[int, Floats], ...] = (),
    surface: Floats | None = None, muscle: Floats | None = None, **clock: float,
) -> L.Drive:
    """A drive with nothing in it but what is asked for."""
    n = plan.body.shape[0]
    c = np.zeros(L.CLOCK)
    c[[L.START, L.RAMP, L.TILT0, L.TILT1, L.GRAVITY]] = start, ramp, *tilt, gravity
    c[[L.SIDE, L.SURFACE_TOE, L.SURFACE_KT, L.SLIP_TIME, L.SETTLE_TIME, L.SHIFT_TIME]] = 1.0, 1e-3, 1e5, 0.1, NEVER, NEVER
    for name, value in clock.items():
        c[getattr(L, name.upper())] = value
    if surface is None:
        surface = no_surface(n)
    return L.Drive(
        c,
        np.array([b for b, _ in anchors], dtype=np.int64),
        np.array([a for _, a in anchors], dtype=float).reshape(-1, L.ANCHOR),
        surface,
        np.array([b for b, _ in loads], dtype=np.int64),
        np.array([a for _, a in loads], dtype=float).reshape(-1, L.LOAD),
        np.zeros((2, n - 1, L.MUSCLE_COLUMNS)) if muscle is None else muscle,
    )


def anchor(
    target: Any = (0.0, 0.0, 0.0), point: Any = (0.0, 0.0, 0.0), stiffness: Any = 1e9, damping: Any = 0.0,
    turn: Floats | None = None, on: tuple[float, float] = (1.0, 1.0),
) -> Floats:
    """One anchor row; stiffness and damping are six numbers or one."""
    row = np.zeros(L.ANCHOR)
    row[L.A_POINT : L.A_POINT + 3] = point
    row[L.A_TARGET : L.A_TARGET + 3] = target
    row[L.A_TURN : L.A_TURN + 9] = np.eye(3).ravel() if turn is None else turn.ravel()
    row[L.A_STIFFNESS : L.A_STIFFNESS + 6] = stiffness
    row[L.A_DAMPING : L.A_DAMPING + 6] = damping
    row[L.A_ON : L.A_ON + 2] = on
    return row


def load(
    force: Any, point: Any = (0.0, 0.0, 0.0), on: tuple[float, float] = (1.0, 1.0), with_gravity: float = 0.0
) -> Floats:
    """One prescribed force."""
    return np.array([*point, *force, with_gravity, *on])


def stacked(plan: L.Plan) -> L.State:
    """The reference pose of ``chain``, at rest."""
    n = plan.body.shape[0]
    position = np.zeros((n, 3))
    for j in range(n - 1):
        position[j + 1] = position[j] + plan.joint[j, L.AT_A : L.AT_A + 3] - plan.joint[j, L.AT_B : L.AT_B + 3]
    return L.new_state(position, np.tile(np.eye(3), (n, 1, 1)), plan.branch.shape[0])


def settle(plan: L.Plan, d: L.Drive, state: L.State) -> L.Record:
    """Static equilibrium in place."""
    n, na = plan.body.shape[0], d.anchor_body.size
    record = L.new_record(n, na, 1)
    status, _, where, moved = relax(
        plan, d, state, 1e9, 200, L.new_trial(n, plan.branch.shape[0], na), new_scratch(), record
    )
    assert status == 0, (status, where, moved)
    return record


def run(
    plan: L.Plan, d: L.Drive, state: L.State, end: float, tolerance: float = 1e-6, step: float = 0.0,
    accept: float | None = None, rows: int = 200_000, method: Method | None = None,
) -> L.Record:
    """March to ``end``; step > 0 forces that step."""
    n, na = plan.body.shape[0], d.anchor_body.size
    if step > 0.0:
        rows = int((end - state.clock[0]) / step) + 3
    record = L.new_record(n, na, rows)
    if state.clock[1] <= 0.0:
        state.clock[1] = 1e-3
    status, steps, _, _, where = march(
        method or tr_bdf2(), plan, d, state, end, tolerance, step, 1e-3 * tolerance if accept is None else accept,
        L.new_trial(n, plan.branch.shape[0], na), new_scratch(), record,
    )
    assert status == 0, f"march: status {status} at t = {state.clock[0]} body {where}"
    return L.head(record, steps)


def copied(state: L.State) -> L.State:
    """A state of its own."""
    return L.State(*(a.copy() for a in state))


def rotation(v: Any) -> Floats:
    """Rotation matrix of a rotation vector."""
    v = np.asarray(v, dtype=float)
    out: Floats = Rotation.from_rotvec(v.reshape(-1, 3)).as_matrix().reshape(*v.shape, 3)
    return out


def order(errors: Any) -> Floats:
    """Orders from errors at halved steps."""
    e = np.asarray(errors, dtype=float)
    out: Floats = np.log2(e[:-1] / e[1:])
    return out
