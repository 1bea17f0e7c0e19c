"""Names and units → the arrays of the kernels: one person's constant plan."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from biomech.library.anatomy import BODIES_UP, LEVELS_UP, LUMBAR_LEVELS, body_index
from biomech.spine.kernels.disc import axial_law
from biomech.spine.kernels.layout import DISC, K_TENSION, U_REST, Plan
from biomech.spine.parameters import SpineParameters
from biomech.spine.turns import matrices

Floats = NDArray[np.float64]


class Geometry(NamedTuple):
    """The reference pose (standing curve, heights as measured lying) in the frame, origin at S1."""

    centre: Floats  # (26, 3) vertebral body centre; skull: C0/C1 joint; pelvis: S1 endplate
    rotation: Floats  # (26, 3, 3)
    joint: Floats  # (25, 3) joint origins (disc centres)
    joint_axes: Floats  # (25, 3, 3)
    mass_centre: Floats  # (26, 3) arms included
    hip: Floats  # (3,)
    shoulder: Floats  # (3,) middle of both, fixed to T1


def reference_pose(p: SpineParameters) -> Geometry:
    """Stack the vertebrae on the sacrum along the standing curve."""
    n = len(BODIES_UP)
    s = p.scalars
    centre = np.zeros((n, 3))
    rotation = np.tile(np.eye(3), (n, 1, 1))
    joint = np.zeros((n - 1, 3))
    axes = np.zeros((n - 1, 3, 3))
    top = np.zeros(3)
    # rotations about x: lateral bend, y: axial, z: extension +
    end = matrices(np.array([0.0, 0.0, -s["sacral_slope"]]))
    halves = matrices(0.5 * np.stack([p.joints["lateral_bend"], p.joints["axial_rotation"], p.joints["disc_wedge"]], axis=1))
    leans = matrices(0.5 * p.vertebrae["wedge"][:, None] * np.array([0.0, 0.0, 1.0]))
    for j, level in enumerate(LEVELS_UP):
        height = p.joints["disc_height"][j]
        if not np.isfinite(height):
            height = 0.0
        half = halves[j]
        axes[j] = end @ half
        up = axes[j, :, 1]
        joint[j] = top + 0.5 * height * up
        floor = top + height * up
        end = axes[j] @ half
        b = j + 1
        if level == "C0/C1":
            centre[b] = floor
            rotation[b] = end
            break
        body = p.vertebrae["body_height"][b]
        lean = leans[b]
        rotation[b] = end @ lean
        half_way = 0.5 * body * rotation[b, :, 1]
        centre[b] = floor + half_way
        top = centre[b] + half_way
        end = rotation[b] @ lean
    # the skull keeps a level gaze whatever the joint angles below
    rotation[-1] = np.eye(3)
    axes[-1] = np.eye(3)
    offset = np.stack([p.slices["com_x"], p.slices["com_y"], np.zeros(n)], axis=1)
    hip = np.array([s["hip_x"], s["hip_y"], 0.0])
    shoulder = centre[body_index("T1")] + np.array([s["arm_x"], 0.0, 0.0])
    return Geometry(centre, rotation, joint, axes, centre + offset, hip, shoulder)


def _bodies(p: SpineParameters, g: Geometry) -> tuple[Floats, Geometry]:
    """Mass and inertia of every body (26, 4); the arms hang on T1 by the shoulders."""
    mass = p.slices["mass"].copy()
    depth, breadth, height = p.slices["depth"], p.slices["breadth"], p.slices["height"]
    # elliptic cylinders
    inertia = np.stack(
        [
            mass * (breadth**2 / 16 + height**2 / 12),
            mass * (breadth**2 + depth**2) / 16,
            mass * (depth**2 / 16 + height**2 / 12),
        ],
        axis=1,
    )
    com = g.mass_centre.copy()
    t1 = body_index("T1")
    arms = 2.0 * p.scalars["arm_mass"]
    both = mass[t1] + arms
    new = (mass[t1] * com[t1] + arms * g.shoulder) / both
    for part, place in ((mass[t1], com[t1]), (arms, g.shoulder)):
        d = place - new
        inertia[t1] += part * (d @ d - d * d)
    # the arms as two points at half the breadth
    inertia[t1, :2] += arms * (0.5 * breadth[t1]) ** 2
    mass[t1] = both
    com[t1] = new
    return np.column_stack([mass, inertia]), g._replace(mass_centre=com)


def _joints(g: Geometry) -> Floats:
    """Joint origins and axes seen from both bodies, (25, 24)."""
    seen = np.swapaxes(g.rotation, 1, 2)
    places, frames = [], []
    for body in (slice(None, -1), slice(1, None)):
        places.append((seen[body] @ (g.joint - g.mass_centre[body])[..., None])[..., 0])
        frames.append((seen[body] @ g.joint_axes).reshape(-1, 9))
    return np.hstack([*places, *frames])


def resting_force(p: SpineParameters) -> Floats:
    """Disc compression (N) of every level at rest, lying: resting pressure × area × load sharing."""
    area = np.nan_to_num(p.joints["disc_area"])
    out: Floats = p.scalars["resting_pressure"] * p.scalars["load_sharing"] * area
    return out


def _linear(p: SpineParameters, column_bending: Floats) -> Floats:
    """Stiffness matrices (25, 6, 6) of what the columns do not carry: a beam with a rigid posterior offset.

    column_bending: of the columns at rest, lateral and sagittal, (25, 2).
    """
    q = p.joints
    # the columns already bend: what they give at rest is taken off the published segment value
    floor = p.scalars["bending_floor"]
    bending = np.stack([q["bending_stiffness_lateral"], q["bending_stiffness_sagittal"]], axis=1)
    lateral, sagittal = np.maximum(bending - column_bending, floor * bending).T
    torsion = q["torsion_stiffness"] * q["rib_factor_torsion"]
    shear = q["shear_stiffness_lateral"]
    out = np.zeros((len(LEVELS_UP), 6, 6))
    # where there is no disc there is no depth but an axial stiffness, and the other way round
    diagonal = [
        q["shear_stiffness_ap"], np.nan_to_num(q["axial_stiffness_no_disc"]), shear,
        lateral * q["rib_factor_lateral"], torsion, sagittal * q["rib_factor_sagittal"],
    ]
    out[:, range(6), range(6)] = np.stack(diagonal, axis=1)
    # lateral shear acts behind the centre by e: d_z + e φ_y; torsion as published already contains the offset's share
    coupled = shear * (p.scalars["shear_centre"] * np.nan_to_num(q["disc_depth"]))
    # kept well inside what a stiffness matrix may couple: no movement may give energy
    coupled = np.where(torsion * shear <= coupled**2, 0.5 * np.sqrt(torsion * shear), coupled)
    out[:, 2, 4] = out[:, 4, 2] = coupled
    return out


def _discs(p: SpineParameters) -> tuple[Floats, Floats]:
    """The disc law of every level from one material law: (25, DISC) and (25, 6, 6)."""
    q, s = p.joints, p.scalars
    m = len(LEVELS_UP)
    disc = np.nan_to_num(q["disc_height"]) > 0.0
    h = np.where(disc, q["disc_height"], 1.0)
    area = np.where(disc, q["disc_area"], 0.0)
    soft = q["stiffness_factor"] * np.where(disc, q["axial_factor"], 1.0)
    k_t = s["modulus_tension"] * area / h * soft
    k_c = s["modulus_compression"] * area / h * soft
    u_m = s["strain_middle"] * h
    lam = s["strain_width"] * h
    rest = resting_force(p)
    # left and right follow each other, so that their lateral sums cancel to the last bit
    # columns at quarters of depth and width have exactly the area moments of an ellipse
    x = 0.25 * np.nan_to_num(q["disc_depth"])[:, None] * np.array([1.0, 1.0, -1.0, -1.0])
    z = 0.25 * np.nan_to_num(q["disc_width"])[:, None] * np.array([1.0, -1.0, 1.0, -1.0])
    # the cartilage endplates, one on each side, are the narrow gate
    gate = 2.0 * s["permeability"] / s["endplate_thickness"]
    permeability = np.where(disc, gate, 0.0) * q["permeability_factor"]
    viscosity = np.full((m, 6), s["viscosity_shear"])
    viscosity[:, 1] = q["axial_viscosity"]
    bulk = np.where(disc, area, area[disc].min()) / area[: len(LUMBAR_LEVELS)].mean()
    viscosity[:, 3:] = (s["viscosity_rotation"] * np.maximum(bulk, s["viscosity_floor"]))[:, None]
    full = np.ones(m)
    columns = [
        k_t, k_c, u_m, lam, np.zeros(m), s["creep_tension"] * full,
        s["load_sharing"] * area * q["pressure_area_factor"], s["tension_share"] * full, permeability,
        np.where(disc, s["permeability_strain"] / h, 0.0), s["resting_pressure"] * q["swelling_factor"],
        s["swelling_exponent"] * full, s["swelling_restraint"] * full,
        s["swelling_restraint_slope"] * full, s["water_fraction"] * h,
    ]
    table = np.column_stack([*columns, x, z, viscosity])
    assert table.shape == (m, DISC)
    bending = np.zeros((m, 2))
    for j in np.flatnonzero(disc):
        table[j, U_REST] = _stretch(table[j], -rest[j])
        k_rest = axial_law(table[j], table[j, U_REST])[1]
        bending[j] = k_rest * z[j, 0] ** 2, k_rest * x[j, 0] ** 2
    linear = _linear(p, bending)
    return table, linear


def _stretch(row: Floats, force: float) -> float:
    """Stretch (m) at which the quasi-static law of a disc gives a compressive force (N, negative)."""
    # the law is softest far in tension, so this is the most it can be, and softer towards the answer than here:
    # Newton's steps come from this side and never pass it
    u = force / row[K_TENSION]
    for _ in range(100):
        f, k = axial_law(row, u)[:2]
        step = (force - f) / k
        u += step
        if abs(step) <= 1e-16:
            break
    return float(u)


@lru_cache(maxsize=16)
def _by_joint(rows: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order of the rows by joint (their first word), and where each joint's rows begin.

    Left and right of a pair follow each other, so that their lateral sums cancel to the last bit. Nobody writes to the answer: all
    persons share it.
    """
    joint = np.array([LEVELS_UP.index(r.split(" ")[0]) for r in rows], dtype=np.int64)
    order = np.array(sorted(range(len(rows)), key=lambda i: (joint[i], rows[i])), dtype=np.int64)
    first = np.searchsorted(joint[order], np.arange(len(LEVELS_UP) + 1))
    return order, first.astype(np.int64)


def _strands(p: SpineParameters) -> tuple[NDArray[np.int64], Floats]:
    """Ligament strands by joint."""
    order, first = _by_joint(p.ligament_rows)
    t = p.ligaments
    a = np.column_stack([t["lower_x"], t["lower_y"], t["lower_z"]])
    b = np.column_stack([t["upper_x"], t["upper_y"], t["upper_z"]])
    length = np.sqrt(((b - a) ** 2).sum(axis=1))
    law = [length, t["stiffness"], t["reference_strain"], t["transition_strain"]]
    return first, np.column_stack([a, b, *law])[order]


def _facets(p: SpineParameters) -> tuple[NDArray[np.int64], Floats]:
    """Facet contacts by joint."""
    order, first = _by_joint(p.facet_rows)
    t = p.facets
    at = np.column_stack([t["x"], t["y"], t["z"]])
    n = np.column_stack([t["normal_x"], t["normal_y"], t["normal_z"]])
    n /= np.sqrt((n * n).sum(axis=1))[:, None]
    toe = np.full(at.shape[0], p.scalars["facet_toe"])
    return first, np.column_stack([at, at, n, t["gap"], t["stiffness"], toe])[order]


def assemble_plan(p: SpineParameters) -> tuple[Plan, Geometry]:
    """The constant plan of one person and the reference pose it was built on."""
    body, g = _bodies(p, reference_pose(p))
    disc, linear = _discs(p)
    branch = np.column_stack([p.branches[c] for c in ("time", "axial", "bending")])
    tissue = np.array([p.scalars["soft_tissue_compliance"], p.scalars["soft_tissue_time"]])
    return Plan(body, _joints(g), disc, linear, branch, *_strands(p), *_facets(p), tissue), g
