"""History → recording in the user's units: every variable with units, long_name and source."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from biomech.library.anatomy import BODIES_UP, LEVELS_UP, REGION, body_index
from biomech.posture.stance import Anchor, Load
from biomech.results.recording import Recording
from biomech.spine.drive import Subject
from biomech.spine.kernels import layout
from biomech.spine.kernels.motion import ramp
from biomech.spine.model import Piece
from biomech.spine.parameters import VERTEBRA_HEIGHTS, VERTEBRA_WIDTHS
from biomech.spine.turns import applied, quaternions, turned

Floats = NDArray[np.float64]

REGIONS_UP = tuple(REGION)[::-1]  # as the supports are listed: from the pelvis up

MM, CM3, MPA, DEG = 1e3, 1e6, 1e-6, 180.0 / np.pi
COMPUTED = "computed by biomech: docs/physics.md"


class Channel(NamedTuple):
    """Name, dimensions, values, unit and description of one variable."""

    name: str
    dims: tuple[str, ...]
    values: Any
    unit: str
    long_name: str


def _along_ramp(p: Piece) -> Floats:
    """How far the movement of a phase has come, 0 … 1, at every recorded time."""
    start, length = p.drive.clock[[layout.START, layout.RAMP]]
    t = p.record.time
    # almost all of a phase is after its movement
    moving = (t >= start) & (t < start + length)
    out = np.where(t < start, 0.0, 1.0)
    out[moving] = [ramp(x, start, length)[0] for x in t[moving]]
    return out


def _frame_tilt(p: Piece) -> Floats:
    """Rotation of the frame (rad) at every recorded time."""
    first, last = p.drive.clock[[layout.TILT0, layout.TILT1]]
    out: Floats = first + (last - first) * _along_ramp(p)
    return out


def trunk_angle(tilt: Floats) -> Floats:
    """Head-down angle (rad, −π/2…π/2) of the body's long axis for a frame rotation."""
    out: Floats = np.arcsin(np.sin(tilt))
    return out


def _points(position: Floats, rotation: Floats, local: Floats) -> Floats:
    """Frame positions (t, n, 3) of points fixed in the bodies."""
    return position + applied(rotation, local)


def _angle(rotation: Floats) -> Floats:
    """Sagittal angle (rad, extension +) of body axes."""
    out: Floats = np.arctan2(-rotation[..., 0, 1], rotation[..., 1, 1])
    return out


def _foramina(f: Subject, strain: Floats) -> Floats:
    """Foraminal height (t, m, 2) in mm: distance of the pedicles that bound the foramen, left and right."""
    q = f.parameters.joints
    sign = np.array([[-1.0], [1.0]])
    high = np.stack(np.broadcast_arrays(q["foramen_x"], q["pedicle_to_disc"], sign * q["foramen_z"]), axis=-1)
    low = high - np.stack([z := np.zeros_like(q["foramen_height"]), q["foramen_height"], z], axis=-1)
    line = strain[:, None, :, :3] + turned(strain[:, None, :, 3:], high) - low
    return np.moveaxis(MM * np.sqrt((line**2).sum(axis=-1)), 1, -1)


def _joint_channels(f: Subject, strain: Floats, water: Floats, report: Floats) -> list[Channel]:
    """Everything with a level."""
    q = f.parameters.joints
    tl = ("time", "level")
    h0 = q["disc_height"]
    d = np.nan_to_num(q["disc_depth"])
    axial = strain[..., 1]
    bend = strain[..., 5] * 0.5 * d
    wedge = q["disc_wedge"]
    disc = f.plan.disc[:, layout.PRESSURE_AREA] > 0

    def of_discs(x: Floats) -> Floats:
        return np.where(disc, x, np.nan)

    force = report[..., layout.FORCE_X : layout.FORCE_Z + 1]
    moment = report[..., layout.MOMENT_X : layout.MOMENT_Z + 1]
    total = f.plan.disc[:, layout.WATER_HEIGHT]
    return [
        Channel("disc_height", tl, MM * of_discs(h0 + axial), "mm", "disc height at the centre"),
        Channel("disc_height_anterior", tl, MM * of_discs(h0 + np.sin(0.5 * wedge) * d + axial + bend), "mm",
                "disc height at the anterior edge"),
        Channel("disc_height_posterior", tl, MM * of_discs(h0 - np.sin(0.5 * wedge) * d + axial - bend), "mm",
                "disc height at the posterior edge"),
        Channel("disc_angle", tl, DEG * (wedge + strain[..., 5]), "deg", "disc wedge angle, lordotic +"),
        Channel("axial_force", tl, -report[..., layout.FORCE_Y], "N",
                "force along the disc normal carried by disc, ligaments and facets, tension +"),
        Channel("traction", tl, report[..., layout.TRACTION], "N",
                "pull of gravity and supports along the body's long axis, before muscle, tension +"),
        Channel("shear_force", tl, np.hypot(force[..., 0], force[..., 2]), "N", "shear force across the joint"),
        Channel("moment", tl, np.sqrt((moment**2).sum(axis=-1)), "N*m", "passive moment of the joint"),
        Channel("muscle_force", tl, report[..., layout.MUSCLE_FORCE], "N", "compression by muscle"),
        Channel("nucleus_pressure", tl, of_discs(MPA * report[..., layout.PRESSURE]), "MPa",
                "nucleus pressure from the disc's own force"),
        Channel("water_content", tl, of_discs(100.0 * (1.0 + water / np.where(disc, total, 1.0))), "%",
                "disc water relative to the rested state"),
        Channel("facet_force", tl, report[..., layout.FACET_FORCE], "N", "sum of facet contact forces"),
        Channel("ligament_force", tl, report[..., layout.LIGAMENT_FORCE], "N", "sum of ligament tensions"),
        Channel("foramen_height", (*tl, "side"), _foramina(f, strain), "mm",
                "pedicle-to-pedicle height of the foramen"),
    ]


def _lengths(centre: Floats, joints: Floats) -> dict[str, Floats]:
    """Lengths along the curve (mm), from S1 through disc centres and vertebral centres upwards."""
    t, n, _ = centre.shape
    path = np.empty((t, 2 * n - 1, 3))
    path[:, 0::2] = centre
    path[:, 1::2] = joints
    step = np.sqrt((np.diff(path, axis=1) ** 2).sum(axis=-1))
    run = np.concatenate([np.zeros((t, 1)), np.cumsum(step, axis=1)], axis=1)

    def upto(body: str) -> Floats:
        out: Floats = MM * run[:, 2 * body_index(body)]
        return out

    return {"lumbar_length": upto("L1"), "spine_length": upto("C7")}


def _support_channels(pieces: list[Piece]) -> tuple[list[str], list[Channel]]:
    """Forces of every support region, anchor and prescribed load, (time, support)."""
    names = [f"surface {r}" for r in REGIONS_UP]
    holding: list[Anchor | Load] = []
    for p in pieces:
        holding += [*p.anchors, *p.loads]
    names += sorted({x.name for x in holding if not _is_own(x)})
    blocks = []
    for p in pieces:
        rows = p.record.time.size
        block = np.zeros((rows, len(names), 4))
        for k, region in enumerate(REGIONS_UP):
            members = [body_index(b) for b in REGION[region]]
            c = p.record.contact[:, members]
            block[:, k, 0] = c[..., 0].sum(axis=1)
            block[:, k, 1] = c[..., 1].sum(axis=1)
            block[:, k, 2] = c[..., 3].sum(axis=1)
        on, tilt = _along_ramp(p), _frame_tilt(p)
        for k, a in enumerate(p.anchors):
            share = _ramped(p.drive.anchor[k, layout.A_ON : layout.A_ON + 2], on)
            block[:, names.index(a.name), 0] += p.record.anchor[:, k, 0]
            # what holds the pelvis by the legs holds the legs too
            block[:, names.index(a.name), 3] += p.record.anchor[:, k, 1] - share * a.legs * np.sin(tilt)
        for load, row in zip(p.loads, p.drive.load, strict=True):
            if not _is_own(load):
                share = _ramped(row[layout.L_ON : layout.L_ON + 2], on)
                size = load.cranial - load.upward * np.sin(tilt)
                block[:, names.index(load.name), 3] += share * size
                block[:, names.index(load.name), 0] += share * load.upward * np.cos(tilt)
        blocks.append(block)
    data = np.concatenate(blocks)
    ts = ("time", "support")
    return names, [
        Channel("support_normal", ts, data[..., 0], "N", "force of the support normal to the back"),
        Channel("support_friction", ts, data[..., 1], "N",
                "friction along the body axis on the body, cranial +"),
        Channel("support_friction_available", ts, data[..., 2], "N", "largest friction Coulomb allows"),
        Channel("support_axial", ts, data[..., 3], "N",
                "force of a clamp, harness or load point along the body axis on what it holds, the legs included, cranial +"),
    ]


def _is_own(x: Anchor | Load) -> bool:
    """Legs that hang on the pelvis, blood and abdominal pressure are no supports."""
    return isinstance(x, Load) and x.own


def _ramped(pair: Floats, on: Floats) -> Floats:
    out: Floats = pair[0] + (pair[1] - pair[0]) * on
    return out


def build(f: Subject, pieces: list[Piece]) -> Recording:
    """The recording of a march (see docs/results.md for the list of variables)."""
    time = np.concatenate([p.record.time for p in pieces])
    body = np.concatenate([p.record.body for p in pieces])
    rotation = np.concatenate([p.record.rotation for p in pieces])
    strain = np.concatenate([p.record.strain for p in pieces])
    report = np.concatenate([p.record.report for p in pieces])
    com = body[..., layout.POSITION : layout.POSITION + 3]
    tissue = body[:, 0, layout.TISSUE]
    tilt = np.concatenate([_frame_tilt(p) for p in pieces])
    g = f.geometry
    local = np.einsum("bji,bj->bi", g.rotation, g.centre - g.mass_centre)
    centre = _points(com, rotation, local)
    at_a = f.plan.joint[:, layout.AT_A : layout.AT_A + 3]
    frame_a = f.plan.joint[:, layout.FRAME_A : layout.FRAME_A + 9].reshape(-1, 3, 3)
    # half-way between the two joint origins: the middle of the disc
    joints = _points(com[:, :-1], rotation[:, :-1], at_a)
    joints = joints + 0.5 * applied(rotation[:, :-1], applied(frame_a, strain[..., :3]))
    lengths = _lengths(centre, joints)
    angle = _angle(rotation)
    l1, t12, t1 = (body_index(x) for x in ("L1", "T12", "T1"))
    half = 0.5 * f.parameters.vertebrae["wedge"]
    lordosis = angle[:, l1] + half[l1] - (angle[:, 0] - f.parameters.scalars["sacral_slope"])
    kyphosis = (angle[:, t12] - half[t12]) - (angle[:, t1] + half[t1])
    vertex = centre[:, -1, 1] + f.parameters.scalars["head_height"] * rotation[:, -1, 1, 1]
    # standing height: vertex above the pelvis, the pelvis above the soles
    hip = com[:, 0, 1] + np.einsum(
        "tj,j->t", rotation[:, 0, 1, :], g.rotation[0].T @ (g.hip - g.mass_centre[0])
    )
    stature = MM * (vertex - hip + f.parameters.scalars["leg_length"] - tissue)
    quaternion = quaternions(rotation)
    gravity = np.stack([-np.cos(tilt), np.sin(tilt), np.zeros_like(tilt)], axis=1)
    # piece 0 is the computed start, before the first phase
    phase = np.concatenate([np.full(p.record.time.size, i - 1) for i, p in enumerate(pieces)])
    names, supports = _support_channels(pieces)
    quat0 = quaternions(g.rotation)
    t, tb = ("time",), ("time", "body")
    channels = [
        Channel("tilt", t, DEG * trunk_angle(tilt), "deg", "head-down angle of the trunk from horizontal"),
        Channel("phase", t, phase.astype(np.int32), "1", "number of the phase in attrs['phases'] (-1: the computed start)"),
        Channel("gravity", ("time", "axis"), gravity, "1", "direction of gravity in the axes of the frame"),
        Channel("position", (*tb, "axis"), MM * centre, "mm",
                "vertebral body centre in the frame (skull: C0/C1 joint, pelvis: S1 endplate)"),
        Channel("orientation", (*tb, "quaternion"), quaternion, "1",
                "orientation of the body in the frame, scalar first"),
        *_joint_channels(f, strain[..., :6], strain[..., 6], report),
        Channel("lumbar_length", t, lengths["lumbar_length"], "mm", "S1 endplate to L1 along the curve"),
        Channel("spine_length", t, lengths["spine_length"], "mm", "S1 endplate to C7 along the curve"),
        Channel("stature", t, stature, "mm", "vertex above the soles with the trunk in this state"),
        Channel("lordosis", t, DEG * lordosis, "deg", "L1 upper endplate to S1 endplate"),
        Channel("kyphosis", t, DEG * kyphosis, "deg", "T1 upper endplate to T12 lower endplate"),
        *supports,
        Channel("position0", ("body", "axis"), MM * g.centre, "mm", "reference standing curve"),
        Channel("orientation0", ("body", "quaternion"), quat0, "1", "reference standing curve"),
        Channel("wedge", ("body",), DEG * f.parameters.vertebrae["wedge"], "deg", "vertebral wedge, lordotic +"),
    ]
    for name in (*VERTEBRA_WIDTHS, *VERTEBRA_HEIGHTS):
        channels.append(
            Channel(name, ("body",), MM * f.parameters.vertebrae[name], "mm", name.replace("_", " "))
        )
    for name in ("disc_depth", "disc_width"):
        channels.append(Channel(name, ("level",), MM * f.parameters.joints[name], "mm", name.replace("_", " ")))
    channels.append(Channel("disc_area", ("level",), CM3 * f.parameters.joints["disc_area"], "mm2", "disc area"))
    out = Recording()
    for c in channels:
        out.put(c.name, c.dims, _from_the_head(c), units=c.unit, long_name=c.long_name, source=COMPUTED)
    out.put("time", t, time, units="s", long_name="time from the start of the session")
    for scale, labels in (
        ("level", LEVELS_UP[::-1]), ("body", BODIES_UP[::-1]), ("support", names),
        ("axis", ("x", "y", "z")), ("quaternion", ("w", "x", "y", "z")), ("side", ("left", "right")),
    ):
        out.put(scale, (scale,), labels)
    return out


def _from_the_head(c: Channel) -> Any:
    """Values with levels and bodies from the head down, as tables are read."""
    return c.values[tuple(slice(None, None, -1) if d in ("level", "body") else slice(None) for d in c.dims)]
