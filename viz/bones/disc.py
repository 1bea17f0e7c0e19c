"""Intervertebral discs: what fills the space between two real endplates, annulus round a nucleus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from biomech.viz.bones.body import hollow, outline
from biomech.viz.bones.dimensions import Region
from biomech.viz.bones.field import Floats
from biomech.viz.reading import Frame, Pose, Spine

if TYPE_CHECKING:
    import pyvista as pv

Faces = NDArray[np.int64]

# Bulge at half height as a part of the radius: a look that follows the computed nucleus pressure, not a
# result. Half a millimetre to a millimetre at the pressure of standing, nearly flat when nothing presses.
_FLAT, _PER_MPA, _MOST = 0.012, 0.085, 0.16
NUCLEUS = 0.62  # radius of the nucleus against the disc's
_ROOTED = 0.7  # mm that the annulus reaches into the rounded rims
_RIM_AROUND, _RIM_SIDES = 48, 6  # points along a rim, and of a section through its tube
_INSET = 0.985  # the annulus starts a little inside the rim of the bone


@dataclass(frozen=True)
class Plate:
    """One endplate of a disc."""

    frame: Frame
    width: float
    depth: float
    region: Region

    def ring(self, angle: Floats, scale: float, lift: float) -> Floats:
        """Points of its outline, shrunk by ``scale`` and lifted along the normal, (n, 3)."""
        radius = outline(angle, self.width, self.depth, self.region) * scale
        local = np.stack([radius * np.cos(angle), np.full_like(angle, lift), radius * np.sin(angle)], axis=1)
        return self.frame.at(local)


def bulge_at(pressure: float, exaggeration: float = 1.0) -> float:
    """Bulge (a part of the radius) drawn for a nucleus pressure in MPa; where there is none, as if 0.5 MPa."""
    level = pressure if np.isfinite(pressure) else 0.5
    return float(np.clip(_FLAT + exaggeration * _PER_MPA * level, -_MOST / 2, _MOST * max(1.0, exaggeration / 2)))


@dataclass(frozen=True)
class Disc:
    """A disc between two endplates."""

    level: str
    lower: Plate
    upper: Plate
    bulge: float = bulge_at(0.5)

    def layer(self, angle: Floats, height: float, scale: float) -> Floats:
        """A closed curve: ``height`` 0 on the lower, 1 on the upper endplate; ``scale`` 0 centre, 1 rim."""
        bulge = 1 + self.bulge * (1 - (2 * height - 1) ** 2) * scale**3
        dome = 1 - scale**4  # into the hollow endplates; the rim a little into the rounded edge
        low = self.lower.ring(angle, _INSET * scale * bulge, -hollow(self.lower.region) * dome - _ROOTED)
        high = self.upper.ring(angle, _INSET * scale * bulge, hollow(self.upper.region) * dome + _ROOTED)
        return low * (1 - height) + high * height

    def surface(self, around: int = 72, up: int = 9, inwards: int = 8) -> Floats:
        """Points of a closed surface, whose faces are those of `faces` for the same numbers."""
        angle = np.linspace(-np.pi, np.pi, around, endpoint=False)
        course = _course(up, inwards)
        height, scale = course[:, 0], course[:, 1]
        grown = _INSET * scale * (1 + self.bulge * (1 - (2 * height - 1) ** 2) * scale**3)
        dome = 1 - scale**4
        sheets = []
        for plate, sign in ((self.lower, -1.0), (self.upper, 1.0)):
            radius = outline(angle, plate.width, plate.depth, plate.region)
            flat = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
            local = np.empty((len(course), around, 3))
            local[..., 0::2] = grown[:, None, None] * flat
            local[..., 1] = (sign * (hollow(plate.region) * dome + _ROOTED))[:, None]
            sheets.append(plate.frame.at(local))
        points = sheets[0] * (1 - height)[:, None, None] + sheets[1] * height[:, None, None]
        # the two poles are rings of almost no width: one point stands for each
        return np.vstack([points[0, :1], points[1:-1].reshape(-1, 3), points[-1, :1]])

    def rim_surface(self, radius: float) -> Floats:
        """Points of the two rims of the annulus as thin closed tubes, whose faces are those of `rim_faces`."""
        angle = np.linspace(-np.pi, np.pi, _RIM_AROUND, endpoint=False)
        turn = np.linspace(0, 2 * np.pi, _RIM_SIDES, endpoint=False)
        tubes = []
        for height in (0.0, 1.0):
            ring = self.layer(angle, height, 1.0)
            along = np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0)
            along /= np.linalg.norm(along, axis=1, keepdims=True)
            normal = (self.lower if height == 0 else self.upper).frame.axes[:, 1]
            out = np.cross(along, normal)
            tubes.append(ring[:, None] + radius * (np.cos(turn)[:, None] * out[:, None] + np.sin(turn)[:, None] * normal))
        return np.concatenate(tubes).reshape(-1, 3)

    def mesh(self, around: int = 72, up: int = 9, inwards: int = 8) -> pv.PolyData:
        """A closed surface."""
        import pyvista as pv  # not needed for the flat drawing

        mesh: pv.PolyData = pv.PolyData.from_regular_faces(self.surface(around, up, inwards), faces(around, up, inwards))
        return mesh

    def section(self, points: int = 12) -> Floats:
        """Outline of the mid-sagittal section: lower edge forwards, bulge, upper edge back, bulge."""
        return np.vstack([self.lamella(1.0, points), self.lamella(1.0, points, behind=True)[::-1]])

    def lamella(self, scale: float, points: int = 12, *, behind: bool = False) -> Floats:
        """One sheet of the annulus in the mid-sagittal section, from the lower to the upper endplate."""
        angle = np.array([np.pi if behind else 0.0])
        return np.array([self.layer(angle, h, scale)[0] for h in np.linspace(0, 1, points)])

    def nucleus(self, points: int = 40) -> Floats:
        """Outline of the nucleus in the mid-sagittal section: a rounded box between the endplates."""
        turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
        across = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.6 * NUCLEUS
        height = 0.5 + 0.46 * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.6
        front, back = np.array([0.0]), np.array([np.pi])
        spots = [self.layer(front if a >= 0 else back, float(h), abs(float(a)))[0] for a, h in zip(across, height, strict=True)]
        return np.array(spots)

    @property
    def front(self) -> Floats:
        """The foremost point at half height: where a leader line ends."""
        return np.asarray(self.layer(np.array([0.0]), 0.5, 1.0)[0])


@lru_cache(maxsize=8)
def _course(up: int, inwards: int) -> Floats:
    """(height, scale) of the rings, from the middle of the lower endplate round the rim to the middle of the upper."""
    course = [(0.0, s) for s in np.linspace(0, 1, inwards)]
    course += [(h, 1.0) for h in np.linspace(0, 1, up)[1:-1]]
    course += [(1.0, s) for s in np.linspace(1, 0, inwards)]
    rings = np.array(course)
    rings[[0, -1], 1] = 1e-6
    return rings


@lru_cache(maxsize=8)
def faces(around: int = 72, up: int = 9, inwards: int = 8) -> Faces:
    """Triangles of `Disc.surface`."""
    rings = len(_course(up, inwards)) - 2
    i = np.arange(around)
    j = (i + 1) % around
    found = [np.stack([np.zeros_like(i), 1 + i, 1 + j], axis=1)]
    for ring in range(rings - 1):
        a, b = 1 + ring * around, 1 + (ring + 1) * around
        found += [np.stack([a + i, b + j, a + j], axis=1), np.stack([a + i, b + i, b + j], axis=1)]
    last = 1 + (rings - 1) * around
    found.append(np.stack([last + i, np.full_like(i, 1 + rings * around), last + j], axis=1))
    return np.vstack(found).astype(np.int64)


def heights(around: int = 72, up: int = 9, inwards: int = 8) -> Floats:
    """Where the points of `Disc.surface` are between the endplates: 0 on the lower, 1 on the upper."""
    course = _course(up, inwards)[:, 0]
    return np.concatenate([course[:1], np.repeat(course[1:-1], around), course[-1:]])


@lru_cache(maxsize=1)
def rim_faces() -> Faces:
    """Triangles of `Disc.rim_surface`."""
    around, sides = _RIM_AROUND, _RIM_SIDES
    i, j = np.meshgrid(np.arange(around), np.arange(sides), indexing="ij")
    up, side = (i + 1) % around, (j + 1) % sides
    a, b, c, d = i * sides + j, up * sides + j, up * sides + side, i * sides + side
    one = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    return np.vstack([one, one + around * sides]).astype(np.int64)


def discs(spine: Spine, pose: Pose, index: int | None = None, bulging: float = 1.0) -> dict[str, Disc]:
    """Every disc, between its endplates as they stand in ``pose``.

    With a sample ``index`` they bulge with the nucleus pressure of that sample, ``bulging`` times as much as usual.
    """
    found = {}
    pressure = spine.levelled("nucleus_pressure", index)
    for level in spine.discs:
        above, below = spine.neighbours(level)
        low, high = spine.disc_ends(level, pose)
        found[level] = Disc(
            level,
            Plate(low, *spine.plate_size(below, upper=True), region=_region(below)),
            Plate(high, *spine.plate_size(above, upper=False), region=_region(above)),
            bulge_at(pressure[level], bulging),
        )
    return found


def _region(body: str) -> Region:
    return "C" if body[0] == "C" else "T" if body[0] == "T" else "L"
