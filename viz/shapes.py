"""The plain shapes devices are made of: boxes and tubes, and several meshes as one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from biomech.viz.reading import Floats, Frame

if TYPE_CHECKING:
    import pyvista as pv


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> pv.PolyData:
    import pyvista as pv

    return pv.Box((low[0], high[0], low[1], high[1], low[2], high[2])).triangulate()


def placed_box(place: Frame, low: tuple[float, float, float], high: tuple[float, float, float]) -> pv.PolyData:
    a, b = np.minimum(low, high), np.maximum(low, high)
    made = box(tuple(a), tuple(b))
    made.points = place.at(np.asarray(made.points, float))
    return made


def tube(start: Floats, stop: Floats, radius: float) -> pv.PolyData:
    import pyvista as pv

    a, b = np.asarray(start, float), np.asarray(stop, float)
    length = max(1.0, float(np.linalg.norm(b - a)))
    along = (b - a) / length
    aside = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 else [1.0, 0.0, 0.0])
    aside /= np.linalg.norm(aside)
    points, triangles = _rod()
    axes = np.column_stack([along * length, aside * radius, np.cross(along, aside) * radius])
    return pv.PolyData.from_regular_faces(points @ axes.T + a, triangles)


@lru_cache(maxsize=1)
def _rod() -> tuple[Floats, NDArray[np.int64]]:
    """A rod of length and radius one along the first axis, with ends; made once, because films are made of hundreds."""
    n = 24
    turn = np.linspace(0, 2 * np.pi, n, endpoint=False)
    ring = np.column_stack([np.zeros(n), np.cos(turn), np.sin(turn)])
    far = ring + [1.0, 0.0, 0.0]
    # the ends have points of their own, so that shading keeps their edges
    points = np.vstack([ring, far, ring, far, [[0.0, 0, 0], [1.0, 0, 0]]])
    i = np.arange(n)
    j = (i + 1) % n
    return points, np.vstack(
        [
            np.stack([i, j, n + j], 1),
            np.stack([i, n + j, n + i], 1),
            np.stack([np.full(n, 4 * n), 2 * n + j, 2 * n + i], 1),
            np.stack([np.full(n, 4 * n + 1), 3 * n + i, 3 * n + j], 1),
        ]
    ).astype(np.int64)


def joined(meshes: Sequence[pv.PolyData]) -> pv.PolyData:
    """Several triangle meshes as one."""
    import pyvista as pv

    starts = np.concatenate([[0], np.cumsum([m.n_points for m in meshes])[:-1]])
    triangles = np.vstack([m.regular_faces + start for m, start in zip(meshes, starts, strict=True)])
    return pv.PolyData.from_regular_faces(np.vstack([m.points for m in meshes]), triangles)
