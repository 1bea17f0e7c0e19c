"""One spine on a sheet, in 3D where the machine can, else flat; and where its discs are on the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from biomech.viz.bones.disc import discs
from biomech.viz.colour import Colour
from biomech.viz.flat import FlatSpine
from biomech.viz.photo import edge_fronts, projection
from biomech.viz.probe import probe
from biomech.viz.reading import Floats, Pose, Spine
from biomech.viz.sheet import Sheet, Spot

if TYPE_CHECKING:
    import pyvista as pv

_PIXELS = 200.0  # an inch
_DIMENSIONS = (
    "body_height", "wedge", "upper_width", "upper_depth", "lower_width", "lower_depth", "canal_width", "canal_depth", "pedicle_width",
    "pedicle_height", "transverse_width", "spinous_length", "position0", "orientation0",
)  # fmt: skip

# the bones of the last few people: figures of one session mostly show the same person
_KEPT: dict[tuple[int, str, float, tuple[str, ...]], dict[str, pv.PolyData]] = {}
_MOST_KEPT = 6


@dataclass(frozen=True)
class Extent:
    """A rectangle of the sagittal plane, mm."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def joined(self, other: Extent) -> Extent:
        return Extent(
            min(self.left, other.left), max(self.right, other.right), min(self.bottom, other.bottom), max(self.top, other.top)
        )


class Portraits:
    """Draws spines from the right side; people of equal dimensions share their bones."""

    def __init__(self, *, flat: bool | None = None) -> None:
        self.missing = probe() if not flat else None
        self.flat = bool(flat) or self.missing is not None
        self._outlines: dict[int, FlatSpine] = {}

    def extent(self, spine: Spine, pose: Pose) -> Extent:
        """What the spine covers."""
        if self.flat:
            return Extent(*self._outline(spine).extent(pose))
        points = [pose[name].at(np.asarray(m.points[::7], float)) for name, m in self.bones(spine).items()]
        low, high = np.min([p.min(axis=0) for p in points], axis=0), np.max([p.max(axis=0) for p in points], axis=0)
        return Extent(float(low[0]), float(high[0]), float(low[1]), float(high[1]))

    def draw(
        self,
        sheet: Sheet,
        spine: Spine,
        pose: Pose,
        colours: Mapping[str, Colour],
        at: Spot,
        view: Extent,
        scale: float,
        *,
        index: int | None = None,
    ) -> dict[str, Spot]:
        """Put a spine on the sheet.

        Parameters
        ----------
        at : tuple
            Lower left corner of ``view`` on the sheet, inches.
        scale : float
            Inches per mm.
        index : int, optional
            The sample whose pressures make the discs bulge.

        Returns
        -------
        dict
            The front of each disc on the sheet, in inches.
        """
        made = discs(spine, pose, index)
        fronts = np.array([disc.front for disc in made.values()])
        if self.flat:
            origin = (at[0] - view.left * scale, at[1] - view.bottom * scale)
            self._outline(spine).draw(sheet, spine, pose, colours, origin, scale)
            spots: Floats = fronts[:, :2] * scale + np.asarray(origin)
        else:
            from biomech.viz.stage import Stage

            size = (max(2, round(view.width * scale * _PIXELS)), max(2, round(view.height * scale * _PIXELS)))
            stage = Stage(self.bones(spine), size)
            try:
                stage.set_pose(pose)
                stage.set_discs(made, colours)
                middle = ((view.left + view.right) / 2, (view.bottom + view.top) / 2)
                stage.look_from_the_right(middle, view.height / 2)
                shot = stage.shot()
            finally:
                stage.close()
            sheet.image(shot.image, *at, view.width * scale, view.height * scale)
            project = projection(shot, at, view.width * scale, view.height * scale)
            edge_fronts(sheet, made.values(), project)
            spots = project(fronts)
        return {level: (float(x), float(y)) for level, (x, y) in zip(made, spots, strict=True)}

    def bones(self, spine: Spine, step: float | None = None, only: Sequence[str] = ()) -> dict[str, pv.PolyData]:
        """The bones of a person (3D only), or some of them, made with ``step`` mm between samples of their shape."""
        return self._kept(spine, "bones", step, tuple(only))

    def around(self, spine: Spine, step: float | None = None) -> dict[str, pv.PolyData]:
        """Skull, hips and ribs of a person (3D only)."""
        return self._kept(spine, "around", step)

    def _kept(self, spine: Spine, what: str, step: float | None, only: tuple[str, ...] = ()) -> dict[str, pv.PolyData]:
        from biomech.viz.bones import skeleton

        key = (_likeness(spine), what, step or skeleton.STEP, only)
        if key not in _KEPT:
            while len(_KEPT) >= _MOST_KEPT:
                del _KEPT[next(iter(_KEPT))]
            make = skeleton.around if what == "around" else partial(skeleton.bones, only=only or None)
            _KEPT[key] = make(spine, key[2])
        return _KEPT[key]

    def _outline(self, spine: Spine) -> FlatSpine:
        key = _likeness(spine)
        if key not in self._outlines:
            self._outlines[key] = FlatSpine(spine)
        return self._outlines[key]


def _likeness(spine: Spine) -> int:
    return hash(tuple(spine.data[name].values.tobytes() for name in _DIMENSIONS if name in spine.data))
