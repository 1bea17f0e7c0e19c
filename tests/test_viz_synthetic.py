"""A made-up result with the layout of a real one, for the tests of biomech.viz.

Every number below is invented (round, plausible, no source): the pictures are tested here, not the
physics. The poses are put together by forward kinematics, so that disc heights and poses agree.
"""

import json

import numpy as np
import xarray as xr
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BODIES = (
    ["skull"] + [f"C{i}" for i in range(1, 8)] + [f"T{i}" for i in range(1, 13)] + [f"L{i}" for i in range(1, 6)] + ["pelvis"]
)
LEVELS = ["C0/C1"] + [
    f"{upper}/{'S1' if lower == 'pelvis' else lower}" for upper, lower in zip(BODIES[1:-1], BODIES[2:], strict=True)
]
AXES = ["x", "y", "z"]

# body: height, wedge, upper width, upper depth, lower width, lower depth, canal width, canal depth,
#       pedicle width, pedicle height, transverse width, spinous length   (mm, deg)
NO = float("nan")
VERTEBRAE = {
    "skull": (NO,) * 12,
    "C1": (NO, NO, NO, NO, NO, NO, 27, 21, NO, NO, 78, NO),
    "C2": (19, 0, 16, 14, 17, 15, 25, 20, 7, 9, 54, 41),
    "C3": (12, 0, 16, 15, 17, 15, 24, 17, 6, 8, 52, 37),
    "C4": (12, 0, 17, 15, 18, 16, 24, 17, 6, 8, 52, 37),
    "C5": (11, 0, 18, 15, 19, 16, 25, 17, 6, 7, 53, 38),
    "C6": (11, 0, 19, 16, 21, 17, 25, 17, 6, 7, 55, 44),
    "C7": (13, 0, 21, 17, 23, 18, 24, 16, 7, 8, 64, 53),
    "T1": (15, -1, 24, 18, 27, 19, 22, 16, 8, 10, 74, 54),
    "T2": (16, -2, 25, 19, 27, 21, 19, 16, 7, 11, 68, 52),
    "T3": (16, -3, 25, 21, 26, 22, 18, 16, 6, 12, 62, 51),
    "T4": (17, -3, 25, 23, 26, 24, 17, 16, 6, 12, 60, 51),
    "T5": (17, -4, 25, 24, 27, 25, 17, 16, 6, 12, 61, 51),
    "T6": (18, -4, 26, 25, 28, 26, 17, 16, 6, 12, 62, 52),
    "T7": (18, -4, 28, 27, 29, 28, 17, 16, 6, 12, 61, 52),
    "T8": (19, -4, 29, 28, 31, 29, 18, 16, 7, 13, 60, 53),
    "T9": (20, -3, 31, 29, 33, 30, 18, 16, 8, 14, 59, 53),
    "T10": (21, -3, 32, 30, 35, 31, 18, 16, 8, 15, 57, 54),
    "T11": (22, -3, 35, 31, 39, 32, 19, 16, 9, 16, 52, 56),
    "T12": (23, -2, 39, 32, 42, 33, 22, 18, 9, 16, 48, 58),
    "L1": (25, -1, 41, 34, 43, 35, 24, 19, 9, 16, 71, 61),
    "L2": (26, 0, 43, 35, 45, 35, 24, 18, 8, 15, 77, 64),
    "L3": (26, 1, 44, 35, 48, 35, 24, 18, 10, 15, 87, 66),
    "L4": (26, 2, 47, 35, 49, 35, 25, 18, 13, 15, 86, 63),
    "L5": (26, 8, 48, 35, 50, 34, 27, 19, 17, 17, 92, 57),
    "pelvis": (NO, NO, 50, 33, NO, NO, 30, 18, NO, NO, NO, NO),
}  # fmt: skip
COLUMNS = (
    "body_height", "wedge", "upper_width", "upper_depth", "lower_width", "lower_depth", "canal_width",
    "canal_depth", "pedicle_width", "pedicle_height", "transverse_width", "spinous_length",
)  # fmt: skip

# disc height (mm) and disc angle (deg, lordotic +) in the reference state, C2/C3 … L5/S1
DISC_HEIGHT = [5.0] * 6 + [4.5, 4.2, 4.0, 3.8, 4.0, 4.4, 4.8, 5.2, 5.7, 6.3, 7.2, 8.5, 9.9, 11.2, 11.8, 12.6, 11.8]
DISC_ANGLE = [4, 4, 5, 5, 4, 2, 0, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 1, 4, 7, 9, 12, 15]  # fmt: skip
# growth of each disc per unit of "unloading" (mm)
GROWTH = [0.10, 0.11, 0.12, 0.13, 0.14, 0.15, 0.10, 0.14, 0.16, 0.18, 0.21, 0.22, 0.24, 0.26, 0.28, 0.31,
          0.34, 0.39, 0.62, 0.68, 0.75, 0.81, 0.82]  # fmt: skip
SACRAL_SLOPE = 40.0
PHASES = [
    ("awake", "standing", -90.0, -14400.0, 0.0, "history"),
    ("hold 1", "inversion_table", None, 0.0, 190.0, "session"),
    ("rest 1", "inversion_table", 0.0, 190.0, 250.0, "rest"),
    ("hold 2", "inversion_table", None, 250.0, 440.0, "session"),
    ("upright after", "standing", -90.0, 440.0, 2840.0, "after"),
]


def turn(degrees: float) -> Floats:
    """Rotation about z (right); positive tips the cranial axis backwards (extension)."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def quaternion(degrees: float) -> Floats:
    return np.array([np.cos(np.radians(degrees) / 2), 0.0, 0.0, np.sin(np.radians(degrees) / 2)])


def chain(height: Floats, angle: Floats, pelvis_turn: float = 0.0) -> tuple[Floats, Floats]:
    """Positions (mm) and quaternions of the 26 bodies for given disc heights and angles.

    ``pelvis_turn`` turns the axes of the pelvis against its S1 endplate, as another convention might.
    """
    position, orientation = np.zeros((26, 3)), np.zeros((26, 4))
    heading, here = -SACRAL_SLOPE, np.zeros(3)
    orientation[25] = quaternion(heading + pelvis_turn)
    for body in range(24, 1, -1):
        level = body - 2  # of DISC_HEIGHT: the disc below this body
        table = VERTEBRAE[BODIES[body]]
        here = here + turn(heading + angle[level] / 2) @ [0, height[level], 0]
        heading += angle[level] + table[1] / 2
        position[body] = here + turn(heading) @ [0, table[0] / 2, 0]
        orientation[body] = quaternion(heading)
        here = position[body] + turn(heading) @ [0, table[0] / 2, 0]
        heading += table[1] / 2
    position[1] = here + turn(heading) @ [0, 9.0, 0]
    orientation[1] = quaternion(heading)
    position[0] = position[1] + turn(heading) @ [0, 9.0, 0]
    orientation[0] = quaternion(heading)
    return position, orientation


def synthetic(tilt: float = 60.0, strength: float | None = None, pelvis_turn: float = 0.0) -> xr.Dataset:
    """A standing morning, two holds of 3 min at ``tilt`` degrees, 40 min standing afterwards."""
    time = np.unique(np.concatenate([
        np.linspace(-14400, 0, 13), np.linspace(0, 440, 89), np.linspace(440, 500, 13), np.linspace(500, 2840, 40),
    ]))  # fmt: skip
    strength = 0.35 + 0.65 * np.sin(np.radians(tilt)) if strength is None else strength
    sample, tilts, phase, unloading = len(time), np.empty(len(time)), np.zeros(len(time), int), np.zeros(len(time))
    level = 0.0
    for i, t in enumerate(time):
        for number, (_, _, angle, start, end, _) in enumerate(PHASES):
            if start < t <= end or (i == 0 and number == 0):
                phase[i], target = number, tilt if angle is None else angle
                ramp = np.clip((t - start) / 10.0, 0, 1)
                before = PHASES[number - 1][2] if number else -90.0
                before = tilt if before is None else before
                tilts[i] = before + (target - before) * ramp
        goal = strength * (tilts[i] + 90) / (tilt + 90)
        pace = 60.0 if goal > level else 300.0
        level = goal + (level - goal) * np.exp(-(time[i] - time[i - 1] if i else 0.0) / pace)
        unloading[i] = level
    growth, rest, angle0 = np.array(GROWTH), np.array(DISC_HEIGHT), np.array(DISC_ANGLE, float)
    poses = [chain(rest + growth * u, angle0 - 0.3 * u * (rest > 9), pelvis_turn) for u in unloading]
    discs = np.full((sample, 25), NO)
    discs[:, 2:] = rest + growth * unloading[:, None]
    angles = np.full((sample, 25), NO)
    angles[:, 2:] = angle0 - 0.3 * unloading[:, None] * (rest > 9)
    depth = np.full(25, NO)
    depth[2:] = [VERTEBRAE[b][5] for b in BODIES[2:25]]
    lean = np.tan(np.radians(angles)) * depth / 2
    bodies_between = {"lumbar": slice(20, 25), "spine": slice(7 + 1, 25)}
    tables = {name: np.array([VERTEBRAE[b][k] for b in BODIES], float) for k, name in enumerate(COLUMNS)}
    lumbar = discs[:, 20:25].sum(axis=1) + np.nansum(tables["body_height"][bodies_between["lumbar"]])
    spine = discs[:, 7:25].sum(axis=1) + np.nansum(tables["body_height"][bodies_between["spine"]])
    weight = np.linspace(40, 560, 25)
    axial = -weight + 1.4 * weight * unloading[:, None]
    th = np.radians(tilts)
    supports = ["ankles", "surface pelvis", "surface thorax", "surface head"]
    normal = np.maximum(np.cos(th), 0)[:, None] * np.array([0.0, 120.0, 200.0, 40.0])
    pull = np.maximum(np.sin(th), 0)[:, None] * np.array([420.0, -60.0, -90.0, -15.0])
    p0, q0 = chain(rest, angle0, pelvis_turn)
    ds = xr.Dataset(
        {
            "tilt": ("time", tilts, {"units": "deg"}),
            "phase": ("time", phase, {"units": "1"}),
            "gravity": (("time", "axis"), np.stack([-np.cos(th), np.sin(th), 0 * th], 1), {"units": "1"}),
            "position": (("time", "body", "axis"), np.array([p for p, _ in poses]), {"units": "mm"}),
            "orientation": (("time", "body", "quaternion"), np.array([q for _, q in poses]), {"units": "1"}),
            "disc_height": (("time", "level"), discs, {"units": "mm"}),
            "disc_height_anterior": (("time", "level"), discs + lean, {"units": "mm"}),
            "disc_height_posterior": (("time", "level"), discs - lean, {"units": "mm"}),
            "disc_angle": (("time", "level"), angles, {"units": "deg"}),
            "axial_force": (("time", "level"), axial, {"units": "N"}),
            "nucleus_pressure": (("time", "level"), np.where(np.isnan(discs), NO, -axial / 1000), {"units": "MPa"}),
            "lumbar_length": ("time", lumbar, {"units": "mm"}),
            "spine_length": ("time", spine, {"units": "mm"}),
            "stature": ("time", 1780 + 1.3 * (spine - spine[0]), {"units": "mm"}),
            "lordosis": ("time", 53 - 1.5 * unloading, {"units": "deg"}),
            "support_normal": (("time", "support"), normal, {"units": "N"}),
            "support_friction": (("time", "support"), -0.4 * normal * np.sign(pull), {"units": "N"}),
            "support_friction_available": (("time", "support"), 0.5 * normal, {"units": "N"}),
            "support_axial": (("time", "support"), pull, {"units": "N"}),
            "position0": (("body", "axis"), p0, {"units": "mm"}),
            "orientation0": (("body", "quaternion"), q0, {"units": "1"}),
            **{k: ("body", v, {"units": "deg" if k == "wedge" else "mm"}) for k, v in tables.items()},
        },
        {"time": time, "level": LEVELS, "body": BODIES, "axis": AXES, "quaternion": ["w", "x", "y", "z"],
         "support": supports},
    )  # fmt: skip
    ds.attrs = {
        "title": f"Synthetic session at {tilt:g} degrees",
        "phases": json.dumps([
            {"name": n, "equipment": e, "angle_deg": tilt if a is None else a, "start_s": s, "end_s": f, "role": r}
            for n, e, a, s, f, r in PHASES
        ]),
        "reference_time_s": 0.0, "end_time_s": 440.0, "after_time_s": 500.0, "after40_time_s": 2840.0,
        "angle_convention": "tilt from horizontal: 0 lying, positive head-down, -90 standing, +90 fully inverted",
        "biomech_version": "0.0.0", "digest": "5a3c0ffee0c0ffee", "person": "adult_male, 78 kg, 1.78 m, 40 years",
        "equipment": "inversion_table",
        "disclaimer": "A model of an average body for research and teaching; not a medical device.",
    }  # fmt: skip
    return ds


COMPARTMENTS = {  # name: (cm along the body from the heart, + cranial; mean pressure at heart level, mmHg)
    "head_arteries": (30, 92), "aorta": (0, 93), "leg_arteries": (-85, 90), "head_veins": (28, 6), "arm_veins": (-10, 6),
    "right_atrium": (0, 4), "abdominal_veins": (-25, 7), "leg_veins": (-90, 9),
}  # fmt: skip
SHIFT = {"legs": -420, "abdomen": -60, "thorax": 330, "arms": 40, "head": 45}  # mL at full inversion
REST = {"legs": 1100, "abdomen": 1500, "thorax": 1250, "arms": 380, "head": 470}


def with_circulation(ds: xr.Dataset) -> xr.Dataset:
    """The same result with a made-up circulation beside the spine, in the layout of a real one."""
    beats = np.unique(np.concatenate([np.linspace(-14400, 0, 40), np.arange(0, 2840, 4.0)]))
    tilt = np.interp(beats, ds.time.values, ds.tilt.values)
    up = np.sin(np.radians(tilt))
    share = (up + 1) / 2
    along = np.array([v[0] for v in COMPARTMENTS.values()], float)
    height = -along[None, :] * up[:, None]
    pressure = np.array([v[1] for v in COMPARTMENTS.values()])[None, :] - 0.776 * height
    brain = 93 + 23 * up
    series = {
        "heart_rate": (82 - 16 * share, "1/min"), "stroke_volume": (66 + 20 * share, "mL"), "cardiac_output": (5.4 + 0.3 * share, "L/min"),
        "sbp_heart": (118 + 8 * share, "mmHg"), "dbp_heart": (76 + 4 * share, "mmHg"), "map_heart": (92 + 5 * share, "mmHg"),
        "sbp_cuff": (120 + 14 * share, "mmHg"), "dbp_cuff": (78 + 8 * share, "mmHg"), "map_brain": (brain, "mmHg"),
        "cvp": (2 + 7 * share, "mmHg"), "jugular_pressure": (14 + 14 * up, "mmHg"), "icp": (8 + 9 * up + 4, "mmHg"),
        "iop": (15 + 13 * share, "mmHg"), "ocular_perfusion": (70 + 5 * up, "mmHg"), "translaminar": (6 - 3 * up, "mmHg"),
        "filtered_plasma": (40 - 60 * share, "mL"),
    }  # fmt: skip
    regions = list(SHIFT)
    volume = np.array([REST[r] for r in regions])[None, :] + np.array([SHIFT[r] for r in regions])[None, :] * share[:, None]
    out = ds.copy()
    out = out.assign_coords(beat_time=("beat_time", beats, {"units": "s"}), compartment=list(COMPARTMENTS), region=regions)
    for name, (values, unit) in series.items():
        out[name] = ("beat_time", values, {"units": unit, "long_name": name.replace("_", " ")})
    out["beat_tilt"] = ("beat_time", tilt, {"units": "deg"})
    out.attrs = {**ds.attrs, "rest_time_s": float(beats[0]) + 1.0}
    out["compartment_height"] = (("beat_time", "compartment"), height, {"units": "cm"})
    out["compartment_pressure"] = (("beat_time", "compartment"), pressure, {"units": "mmHg"})
    out["compartment_volume"] = (("beat_time", "compartment"), np.full_like(pressure, 300.0), {"units": "mL"})
    out["region_volume"] = (("beat_time", "region"), volume, {"units": "mL"})
    return out


def test_poses_agree_with_the_disc_heights() -> None:
    """Bottom of L4 and top of L5 are as far apart as disc_height says."""
    ds = synthetic()
    for time in (0, ds.sizes["time"] // 2):
        ends = []
        for body, side in ((23, -1), (24, +1)):
            w, _, _, z = ds["orientation"].values[time, body]
            half = np.array([0, side * VERTEBRAE[BODIES[body]][0] / 2, 0])
            ends.append(ds["position"].values[time, body] + turn(np.degrees(2 * np.arctan2(z, w))) @ half)
        gap = float(np.linalg.norm(ends[0] - ends[1]))
        assert np.isclose(gap, ds["disc_height"].values[time, 23], atol=1e-9)
