"""What the pictures need to know about a result: poses, endplates, changes, moments in time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from biomech.errors import InputError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
DISCLESS = ("C0/C1", "C1/C2")


class HasData(Protocol):
    """A simulation result, or anything else that carries its dataset."""

    @property
    def data(self) -> xr.Dataset: ...


Result = HasData | xr.Dataset


def dataset(result: Result) -> xr.Dataset:
    """The dataset of a result; a dataset is passed through."""
    return result if isinstance(result, xr.Dataset) else result.data


def rotation(quaternion: Floats) -> Floats:
    """Rotation matrices of unit quaternions (w, x, y, z), over the last axis."""
    q = quaternion / np.linalg.norm(quaternion, axis=-1, keepdims=True)
    w, x, y, z = np.moveaxis(q, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows), (0, 1), (-2, -1))


def about_right(angle_rad: float) -> Floats:
    """Rotation about the axis to the right; positive tips cranial backwards (extension)."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def turned(azimuth: float, elevation: float) -> Floats:
    """Axes of a camera (right, up, towards it): 0 looks from the right side, + azimuth from further in front; deg."""
    a, e = np.radians(azimuth), np.radians(elevation)
    towards = np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])
    right = np.cross([0.0, 1.0, 0.0], towards)
    right /= np.linalg.norm(right)
    return np.column_stack([right, np.cross(towards, right), towards])


@dataclass(frozen=True)
class Frame:
    """A place with axes (columns of ``axes``: anterior, cranial, right), in mm."""

    origin: Floats
    axes: Floats

    def at(self, point: Floats) -> Floats:
        """Local points to the space this frame is given in."""
        return np.asarray(point @ self.axes.T + self.origin)

    def then(self, inner: "Frame") -> "Frame":
        """A frame given in this one, in the space this one is given in."""
        return Frame(self.at(inner.origin), self.axes @ inner.axes)

    def inverse(self) -> "Frame":
        return Frame(-self.axes.T @ self.origin, self.axes.T)

    @property
    def matrix(self) -> Floats:
        """The 4 × 4 matrix of the frame."""
        m = np.eye(4)
        m[:3, :3], m[:3, 3] = self.axes, self.origin
        return m


Pose = Mapping[str, Frame]  # body name → where it is


def anchored(pose: Pose) -> dict[str, Frame]:
    """The pose with the S1 endplate at the origin, so that pictures can be laid side by side."""
    foot = pose["pelvis"].origin
    return {body: Frame(frame.origin - foot, frame.axes) for body, frame in pose.items()}


class Timeline:
    """One result over the time of one of its halves: moments, phases, plain series."""

    def __init__(self, result: Result, clock: str, tilt: str) -> None:
        self.data = dataset(result)
        self.time: Floats = self.data[clock].values.astype(float)
        self._tilt = tilt

    # ---- moments
    def index(self, time_s: float) -> int:
        """The sample nearest to a time; a time outside the result is refused."""
        first, last = float(self.time[0]), float(self.time[-1])
        slack = 1e-6 * max(1.0, abs(first), abs(last)) + 0.5
        if not first - slack <= time_s <= last + slack:
            raise InputError(f"time {time_s:g} s: the result covers {first:g} s to {last:g} s")
        return int(np.argmin(np.abs(self.time - time_s)))

    @cached_property
    def reference(self) -> int:
        """Sample of the reference state: standing just before the session."""
        return self.index(float(self.data.attrs["reference_time_s"]))

    @cached_property
    def end(self) -> int:
        """Sample at the end of the last hold."""
        return self.index(float(self.data.attrs["end_time_s"]))

    @cached_property
    def phases(self) -> list[dict[str, Any]]:
        phases = self.data.attrs.get("phases", "[]")
        return list(json.loads(phases) if isinstance(phases, str) else phases)

    def phase_at(self, index: int) -> dict[str, Any]:
        """The phase a sample belongs to; at a seam the one that ends there. Empty when unknown."""
        time = float(self.time[index])
        if self.phases and time <= float(self.phases[0]["start_s"]):
            return {"equipment": "lying"}  # asleep, where every run starts
        inside = [p for p in self.phases if float(p["start_s"]) < time <= float(p["end_s"]) + 1e-6]
        return inside[0] if inside else {}

    # ---- numbers
    def series(self, name: str) -> Floats:
        """A variable at all samples."""
        return np.asarray(self.data[name].values, float)

    def value(self, name: str, index: int) -> float:
        """A plain time series at one sample; nan when the result lacks it."""
        return float(self.series(name)[index]) if name in self.data else float("nan")

    def tilt(self, index: int) -> float:
        """Head-down angle of the body at one sample, deg."""
        return self.value(self._tilt, index)

    def tilts(self) -> Floats:
        """The same at all samples."""
        return self.series(self._tilt)

    def change(self, name: str, index: int) -> float:
        """The same against the reference state."""
        return self.value(name, index) - self.value(name, self.reference)


class Spine(Timeline):
    """The spine of a result, read for drawing."""

    def __init__(self, result: Result) -> None:
        if "time" not in dataset(result).dims:
            raise InputError("this result has no spine: it was simulated with --only circulation")
        super().__init__(result, "time", "tilt")
        self.bodies = [str(b) for b in self.data["body"].values]
        self.levels = [str(v) for v in self.data["level"].values]
        self.discs = [v for v in self.levels if v not in DISCLESS]
        # bones ask for hundreds of single numbers: reading each out of the dataset took a quarter of the time they are made in
        self._static: dict[str, Floats] = {}

    def height_changes(self, index: int) -> dict[str, float]:
        """Disc-height change against the reference, mm, per level that has a disc."""
        height = self.data["disc_height"].values
        delta = height[index] - height[self.reference]
        return {v: float(delta[self.levels.index(v)]) for v in self.discs}

    def levelled(self, name: str, index: int | None) -> dict[str, float]:
        """A variable of the discs at one sample; nan where the result lacks it or no sample is given."""
        if index is None or name not in self.data:
            return dict.fromkeys(self.discs, float("nan"))
        values = self.data[name].values[index]
        return {v: float(values[self.levels.index(v)]) for v in self.discs}

    def upright(self, index: int) -> "Frame":
        """The frame of the body in the room at a sample: seen from the right, gravity pulls down."""
        pull = self.data["gravity"].values[index] if "gravity" in self.data else np.array([0.0, -1.0, 0.0])
        x, y = pull[:2] / max(float(np.hypot(*pull[:2])), 1e-9)
        return Frame(np.zeros(3), np.array([[-y, x, 0.0], [-x, -y, 0.0], [0.0, 0.0, 1.0]]))

    def static(self, name: str, body: str) -> float:
        """A dimension of one body, mm or deg; nan when the result lacks it."""
        if name not in self._static:
            missing = np.full(len(self.bodies), np.nan)
            self._static[name] = np.asarray(self.data[name].values, float) if name in self.data else missing
        return float(self._static[name][self.bodies.index(body)])

    # ---- poses
    def pose(self, index: int) -> dict[str, Frame]:
        place, axes = self.data["position"].values[index], self.data["orientation"].values[index]
        return {b: Frame(place[i], rotation(axes[i])) for i, b in enumerate(self.bodies)}

    def anchored_pose(self, index: int) -> dict[str, Frame]:
        """The pose at a sample, see `anchored`."""
        return anchored(self.pose(index))

    @cached_property
    def standing(self) -> dict[str, Frame]:
        """The reference standing curve, which the shapes of the bones are fitted to."""
        if "position0" not in self.data:
            return self.pose(self.reference)
        place, axes = self.data["position0"].values, self.data["orientation0"].values
        return {b: Frame(place[i], rotation(axes[i])) for i, b in enumerate(self.bodies)}

    @cached_property
    def plates(self) -> dict[str, tuple[Frame, Frame]]:
        """Upper and lower endplate of C2–L5, and the S1 endplate (twice), each in its own body."""
        plates = {}
        for body in self.bodies[2:-1]:
            height, wedge = self.static("body_height", body), np.radians(self.static("wedge", body))
            upper = Frame(np.array([0.0, height / 2, 0.0]), about_right(wedge / 2))
            lower = Frame(np.array([0.0, -height / 2, 0.0]), about_right(-wedge / 2))
            plates[body] = upper, lower
        sacral = Frame(np.zeros(3), about_right(self._sacral_turn(plates["L5"][1])))
        return {**plates, "pelvis": (sacral, sacral)}

    def _sacral_turn(self, under_l5: Frame) -> float:
        """Angle of the S1 endplate in the axes of the pelvis.

        Found from the disc angle at the reference, so that it does not matter whether the
        pelvis is described by axes along its endplate or by upright ones.
        """
        pose, level = self.pose(self.reference), self.levels.index("L5/S1")
        angle = float(self.data["disc_angle"].values[self.reference, level]) if "disc_angle" in self.data else 0.0
        if not np.isfinite(angle):
            angle = 0.0
        wanted = pose["L5"].axes @ under_l5.axes @ about_right(-np.radians(angle))
        local = pose["pelvis"].axes.T @ wanted
        return float(np.arctan2(local[1, 0], local[0, 0]))

    def plate_size(self, body: str, upper: bool) -> tuple[float, float]:
        """Width and depth of an endplate, mm."""
        side = "upper" if upper or body == "pelvis" else "lower"
        return self.static(f"{side}_width", body), self.static(f"{side}_depth", body)

    def neighbours(self, level: str) -> tuple[str, str]:
        """The bodies above and below a joint."""
        i = self.levels.index(level)
        return self.bodies[i], self.bodies[i + 1]

    def disc_ends(self, level: str, pose: Pose) -> tuple[Frame, Frame]:
        """The endplates under and above a disc, where the bones are in ``pose``."""
        above, below = self.neighbours(level)
        return pose[below].then(self.plates[below][0]), pose[above].then(self.plates[above][1])
