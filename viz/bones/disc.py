"""Intervertebral discs: what fills the space between two real endplates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from biomech.viz.bones.body import hollow, outline
from biomech.viz.bones.dimensions import Region
from biomech.viz.bones.field import Floats
from biomech.viz.reading import Frame, Pose, Spine

if TYPE_CHECKING:
    import pyvista as pv

BULGE = 0.055  # of the radius at half height: a fixed look, not a result
_ROOTED = 0.7  # mm that the annulus reaches into the rounded rims
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


@dataclass(frozen=True)
class Disc:
    """A disc between two endplates."""

    level: str
    lower: Plate
    upper: Plate

    def layer(self, angle: Floats, height: float, scale: float) -> Floats:
        """A closed curve: ``height`` 0 on the lower, 1 on the upper endplate; ``scale`` 0 centre, 1 rim."""
        bulge = 1 + BULGE * (1 - (2 * height - 1) ** 2) * scale**3
        dome = 1 - scale**4  # into the hollow endplates; the rim a little into the rounded edge
        low = self.lower.ring(angle, _INSET * scale * bulge, -hollow(self.lower.region) * dome - _ROOTED)
        high = self.upper.ring(angle, _INSET * scale * bulge, hollow(self.upper.region) * dome + _ROOTED)
        return low * (1 - height) + high * height

    def rims(self, points: int = 96) -> list[Floats]:
        """The two edges of the annulus, as closed curves."""
        angle = np.linspace(-np.pi, np.pi, points + 1)
        return [self.layer(angle, height, 1.0) for height in (0.0, 1.0)]

    def mesh(self, around: int = 72, up: int = 9, inwards: int = 8) -> pv.PolyData:
        """A closed surface."""
        import pyvista as pv  # not needed for the flat drawing

        angle = np.linspace(-np.pi, np.pi, around, endpoint=False)
        course = [(0.0, s) for s in np.linspace(0, 1, inwards)[1:]]
        course += [(h, 1.0) for h in np.linspace(0, 1, up)[1:-1]]
        course += [(1.0, s) for s in np.linspace(1, 0, inwards)[:-1]]
        rings = [self.layer(angle, h, s) for h, s in course]
        poles = [self.layer(angle[:1], h, 1e-6) for h in (0.0, 1.0)]
        points = np.vstack([poles[0], *rings, poles[1]])
        i = np.arange(around)
        j = (i + 1) % around
        faces = [np.stack([np.zeros_like(i), 1 + i, 1 + j], axis=1)]
        for ring in range(len(course) - 1):
            a, b = 1 + ring * around, 1 + (ring + 1) * around
            faces += [np.stack([a + i, b + j, a + j], axis=1), np.stack([a + i, b + i, b + j], axis=1)]
        last = 1 + (len(course) - 1) * around
        faces.append(np.stack([last + i, np.full_like(i, len(points) - 1), last + j], axis=1))
        mesh: pv.PolyData = pv.PolyData.from_regular_faces(points, np.vstack(faces).astype(int))
        return mesh

    def section(self, points: int = 12) -> Floats:
        """Outline of the mid-sagittal section: lower edge forwards, bulge, upper edge back, bulge."""
        front, back = np.array([0.0]), np.array([np.pi])
        heights = np.linspace(0, 1, points)
        anterior = [self.layer(front, h, 1.0)[0] for h in heights]
        posterior = [self.layer(back, h, 1.0)[0] for h in heights[::-1]]
        return np.array(anterior + posterior)

    @property
    def front(self) -> Floats:
        """The foremost point at half height: where a leader line ends."""
        return np.asarray(self.layer(np.array([0.0]), 0.5, 1.0)[0])


def discs(spine: Spine, pose: Pose) -> dict[str, Disc]:
    """Every disc, between its endplates as they stand in ``pose``."""
    found = {}
    for level in spine.discs:
        above, below = spine.neighbours(level)
        low, high = spine.disc_ends(level, pose)
        found[level] = Disc(
            level,
            Plate(low, *spine.plate_size(below, upper=True), region=_region(below)),
            Plate(high, *spine.plate_size(above, upper=False), region=_region(above)),
        )
    return found


def _region(body: str) -> Region:
    return "C" if body[0] == "C" else "T" if body[0] == "T" else "L"
