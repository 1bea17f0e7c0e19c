"""The person of a result as the drawings need them: sizes of trunk, head and limbs, from the body file it was computed from."""

import re
import tomllib
from dataclasses import dataclass

import numpy as np

from biomech import library
from biomech.errors import InputError
from biomech.viz.reading import Floats, Spine

_FALLBACK = "adult_male"  # a dataset that does not say whose it is


@dataclass(frozen=True)
class Slice:
    """One level of the trunk, mm."""

    depth: float
    breadth: float
    skin_back: float  # from the vertebra's centre back to the skin


@dataclass(frozen=True)
class Build:
    """Sizes of one person, mm."""

    slices: dict[str, Slice]
    hip: Floats  # right hip centre from S1's, upright
    head_height: float
    limbs: dict[str, float]  # lengths of thigh, shank, foot, upper_arm, forearm, hand
    length: float  # against the reference body of the file
    width: float

    @property
    def cage(self) -> tuple[float, float]:
        """Breadth and depth of the bony rib cage where it is widest: the chest less skin and muscle."""
        chest = self.slices["T9"]
        return chest.breadth - 32.0 * self.width, chest.depth - 62.0 * self.width


def build_of(spine: Spine) -> Build:
    """Read the body file a result names and scale it to the person, as the engine does."""
    attrs = spine.data.attrs
    found = re.search(r"body/([^,\s]+)", str(attrs.get("model_files", "")))
    try:
        body = library.load("body", found.group(1) if found else _FALLBACK)
    except InputError:  # a result from elsewhere, with somebody's own body file
        body = library.load("body", _FALLBACK)
    stature, mass = body.scalar("reference_stature").value, body.scalar("reference_mass").value
    length = _person(attrs, "stature_m", stature) / stature
    width = float(np.sqrt(_person(attrs, "mass_kg", mass) / mass / length))
    table, segments = body.table("slices"), body.table("segments")
    columns = {name: table.column(name).values * width for name in ("depth", "breadth", "skin_back")}
    slices = {row: Slice(*(float(columns[c][i]) for c in ("depth", "breadth", "skin_back"))) for i, row in enumerate(table.rows)}
    # the sockets stand as far apart as the sacrum is broad: 85 mm from the middle beside an S1 of 50 mm
    side = 1.7 * spine.plate_size("pelvis", upper=True)[0]
    hip = np.array([body.scalar("hip_x").value * length, body.scalar("hip_y").value * length, side])
    limbs = {row: float(v) * length for row, v in zip(segments.rows, segments.column("length").values, strict=True)}
    return Build(slices, hip, body.scalar("head_height").value * length, limbs, length, width)


def _person(attrs: dict[str, object], key: str, otherwise: float) -> float:
    """A number of the scenario's [person]; the reference person's where the result does not tell."""
    try:
        person = tomllib.loads(str(attrs.get("scenario", ""))).get("person", {})
    except tomllib.TOMLDecodeError:
        return otherwise
    value = person.get(key, otherwise)
    return float(value) if isinstance(value, int | float) else otherwise
