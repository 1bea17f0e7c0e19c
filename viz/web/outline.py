"""The outline of the body for a page: one closed surface for every posture the moments show, shared by the cases of one person."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence
from typing import Any

import numpy as np

from biomech.viz.reading import Spine
from biomech.viz.web.skeleton import lighter, packed_bone

TRIANGLES = 7_000
STEP = 10.0  # mm, grid of the distance field: under a bone's thickness, which is all a veil has to hold


def outlines(spines: Sequence[Spine], moments: Sequence[Sequence[int]]) -> tuple[list[dict[str, Any]], list[list[int]]]:
    """Surfaces in the axes of the body from the S1 endplate, and for every case which of them each of its moments shows.

    A posture is drawn as it is where the hold ends, or at its first moment; what the spine changes within it is less than a line's width.
    """
    from biomech.viz.person import build_of
    from biomech.viz.room import gear_at, posed_at
    from biomech.viz.skin import skin

    made: list[dict[str, Any]] = []
    known: dict[tuple[str, str], int] = {}
    shown: list[list[int]] = []
    for spine, rows in zip(spines, moments, strict=True):
        build = build_of(spine)
        names = {row: gear.name if (gear := gear_at(spine, row)) else "" for row in rows}
        for row in sorted(rows, key=lambda r: r != spine.end):
            key = names[row], str(build)
            if key not in known:
                posed = posed_at(spine, row, build)
                known[key] = len(made)
                made.append(_packed(skin(build, posed.pose, posed.limbs, STEP)))
        shown.append([known[names[row], str(build)] for row in rows])
    return made, shown


def _packed(mesh: Any) -> dict[str, Any]:
    block = bytearray()
    points, normals, shade, faces = lighter(mesh, TRIANGLES)
    found = packed_bone(block, points, normals, shade, faces)
    box = np.concatenate([points.min(axis=0)[:2], points.max(axis=0)[:2]])
    return {
        **found, "box": [round(float(v), 1) for v in box],
        "block": base64.b64encode(gzip.compress(bytes(block), 9, mtime=0)).decode("ascii"),
    }  # fmt: skip
