"""Signed distance fields: the clay the bones are made of.

A bone is a union of simple solids with soft seams, some of them carved out again. Bones are
symmetric, so only the right half (z ≥ 0) is computed and mirrored. Axes: x anterior, y cranial,
z right; mm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyvista as pv

Grid = NDArray[np.float32]
Floats = NDArray[np.float64]
Distance = Callable[[Grid, Grid, Grid], Grid]
Point = Sequence[float] | Floats
OUTSIDE = 30.0  # mm, where no solid has been put yet
OCCLUSION = ((2.0, 0.45), (5.0, 0.35), (9.0, 0.20))  # reach in mm and weight of baked shade


@dataclass(frozen=True)
class Solid:
    """A distance function and the box outside which it need not be evaluated."""

    distance: Distance
    low: Floats
    high: Floats


def blend(a: Grid, b: Grid, seam: float) -> Grid:
    """Union of two fields with a fillet of about ``seam`` mm (polynomial smooth minimum)."""
    if seam <= 0:
        return np.minimum(a, b)
    h = np.maximum(np.float32(seam) - np.abs(a - b), np.float32(0))
    return np.asarray(np.minimum(a, b) - h * h * np.float32(0.25 / seam))


def common(a: Grid, b: Grid, seam: float) -> Grid:
    """Intersection with a rounded edge."""
    return -blend(-a, -b, seam)


class Field:
    """The right half of a bone on a grid of ``step`` mm."""

    def __init__(self, low: Point, high: Point, step: float) -> None:
        self.step = step
        start = np.array([np.floor(low[0] / step), np.floor(low[1] / step), 0]) * step
        count = np.ceil((np.asarray(high) - start) / step).astype(int) + 2
        self.low = start
        self.axes = [(start[i] + step * np.arange(count[i])).astype(np.float32) for i in range(3)]
        self.values: Grid = np.full(tuple(count), OUTSIDE, np.float32)

    def _window(self, solid: Solid, margin: float) -> tuple[slice, slice, slice] | None:
        parts = []
        for i in range(3):
            first = max(0, int(np.floor((solid.low[i] - margin - self.low[i]) / self.step)))
            last = min(self.values.shape[i], int(np.ceil((solid.high[i] + margin - self.low[i]) / self.step)) + 1)
            if last <= first:
                return None
            parts.append(slice(first, last))
        return parts[0], parts[1], parts[2]

    def _evaluate(self, solid: Solid, window: tuple[slice, slice, slice]) -> Grid:
        x, y, z = (self.axes[i][window[i]] for i in range(3))
        return solid.distance(x[:, None, None], y[None, :, None], z[None, None, :])

    def add(self, solid: Solid, seam: float = 2.0) -> None:
        """Join a solid on, with a fillet."""
        window = self._window(solid, seam + 2.5)
        if window is not None:
            self.values[window] = blend(self.values[window], self._evaluate(solid, window), seam)

    def carve(self, solid: Solid, seam: float = 1.5) -> None:
        """Take a solid away, with a rounded rim."""
        window = self._window(solid, seam + 1.0)
        if window is not None:
            self.values[window] = common(self.values[window], -self._evaluate(solid, window), seam)

    def add_pair(self, solid: Callable[[int], Solid], seam: float = 2.0) -> None:
        """Join a solid and its mirror image: ``solid(+1)`` on the right, ``solid(-1)`` on the left."""
        self.add(solid(+1), seam)
        self.add(solid(-1), seam)  # costs nothing unless it reaches over the middle

    def carve_pair(self, solid: Callable[[int], Solid], seam: float = 1.5) -> None:
        self.carve(solid(+1), seam)
        self.carve(solid(-1), seam)

    def mesh(self) -> pv.PolyData:
        """The surface of both halves, with normals and baked ambient occlusion ("shade", 0–1)."""
        import pyvista as pv  # here, because outlines are needed where 3D is not possible

        # Contour the negated field: flying edges winds triangles towards falling values.
        image = pv.ImageData(dimensions=self.values.shape, spacing=(self.step,) * 3, origin=tuple(self.low))
        image.point_data["distance"] = (-self.values).ravel(order="F")
        half = image.contour([0.0], scalars="distance", method="flying_edges", compute_normals=False, compute_scalars=False)
        points = np.asarray(half.points, np.float32)
        normals = self._normals(points)
        shade = np.ones(len(points), np.float32)
        for reach, weight in OCCLUSION:
            clear = self._sample(self.values, points + normals * np.float32(reach)) / np.float32(reach)
            shade -= np.float32(weight) * (1 - np.clip(clear, 0, 1))
        return _mirrored(points, half.regular_faces, normals, np.clip(shade, 0, 1))

    def _normals(self, points: Grid) -> Grid:
        # Central differences of the interpolated field; left of the middle the mirror image counts.
        normals = np.empty_like(points)
        for axis in range(3):
            offset = np.zeros(3, np.float32)
            offset[axis] = 0.75 * self.step
            normals[:, axis] = self._sample(self.values, points + offset) - self._sample(self.values, points - offset)
        return np.asarray(normals / (np.linalg.norm(normals, axis=1, keepdims=True) + np.float32(1e-9)))

    def _sample(self, values: Grid, points: Grid) -> Grid:
        """Trilinear interpolation, mirrored at z = 0."""
        place = points.copy()
        place[:, 2] = np.abs(place[:, 2])
        place = (place - self.low.astype(np.float32)) / np.float32(self.step)
        limit = np.array(values.shape) - 1
        place = np.clip(place, 0, (limit - 1e-3).astype(np.float32))
        cell = place.astype(np.int32)
        x, y, z = (place - cell).T
        deep, wide = values.shape[1] * values.shape[2], values.shape[2]
        base = cell @ np.array([deep, wide, 1])
        flat = values.ravel()

        def edge(first: int) -> Grid:
            """Between two neighbours along z."""
            low = flat[base + first]
            return low + z * (flat[base + (first + 1)] - low)

        def sheet(first: int) -> Grid:
            low = edge(first)
            return low + y * (edge(first + wide) - low)

        low = sheet(0)
        return np.asarray(low + x * (sheet(deep) - low))


def _mirrored(points: Grid, faces: NDArray[np.int64], normals: Grid, shade: Grid) -> pv.PolyData:
    """Both halves from the right one; points in the middle plane are shared, so the surface is closed."""
    import pyvista as pv

    middle = np.abs(points[:, 2]) < 1e-6
    twin = np.arange(len(points))
    twin[~middle] = len(points) + np.arange(np.count_nonzero(~middle))
    flip = np.array([1, 1, -1], np.float32)
    mesh: pv.PolyData = pv.PolyData.from_regular_faces(
        np.vstack([points, points[~middle] * flip]), np.vstack([faces, twin[faces][:, ::-1]])
    )
    mesh.point_data["Normals"] = np.vstack([normals, normals[~middle] * flip])
    mesh.point_data.active_normals_name = "Normals"
    mesh.point_data["shade"] = np.concatenate([shade, shade[~middle]])
    return mesh
