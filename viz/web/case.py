"""One result as the scripts of a page take it: poses, colours, curves and measures."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from biomech.viz.exaggerate import LEAST_HEIGHT
from biomech.viz.reading import Floats, Spine
from biomech.viz.web import fields
from biomech.viz.web.curves import curves
from biomech.viz.web.skeleton import sizes
from biomech.viz.web.timeline import Timeline, moments
from biomech.viz.web.told import Told

MOST_CASES = 4
_MOST_EXAGGERATION = 20


def page_data(told: Sequence[Told]) -> dict[str, Any]:
    """Everything the scripts of a page need to know about its cases, ready for JSON."""
    spines = [t.spine for t in told]
    timeline = Timeline.of(spines)
    chosen = [moments(s, timeline) for s in spines]
    coloured = [fields.values(s, m) for s, m in zip(spines, chosen, strict=True)]
    cases = [
        {
            "letter": case.name.letter, "heading": case.name.heading,
            **_moving(case.spine, rows, timeline),
            "fields": {key: packed(v) for key, v in values.items()},
            "curves": curves(case.spine, timeline),
            "measures": case.values,
        }
        for case, rows, values in zip(told, chosen, coloured, strict=True)
    ]  # fmt: skip
    at_end = [
        {key: v[rows.index(s.end)] for key, v in values.items()}
        for s, rows, values in zip(spines, chosen, coloured, strict=True)
    ]
    return {
        "cases": cases,
        "levels": spines[0].discs,
        "fields": fields.scales(at_end),
        "axis": {"ticks": timeline.ticks(), "split": timeline.parts[0].right, "parts": [p.name for p in timeline.parts]},
        "exaggeration": min(c["exaggeration"] for c in cases),
    }


def _moving(spine: Spine, rows: list[int], timeline: Timeline) -> dict[str, Any]:
    """Poses and what goes with them, at the moments shown; lengths from the S1 endplate."""
    place = np.asarray(spine.data["position"].values, float)[rows]
    turn = np.asarray(spine.data["orientation"].values, float)[rows]
    poses = np.concatenate([place - place[:, -1:], turn], axis=2)
    gravity = np.asarray(spine.data["gravity"].values, float)[rows]
    reference = rows.index(spine.reference)
    # centre of the lower endplate in the axes of the body; the origin where there is none
    feet = -0.5 * np.nan_to_num(np.asarray(spine.data["body_height"].values, float))
    return {
        "sizes": sizes(spine),
        "places": timeline.places(spine.time[rows]),
        "times": [round(float(v), 2) for v in spine.time[rows]],
        "phases": [str(spine.phase_at(i).get("name", "")) for i in rows],
        "tilt": [round(float(v), 1) for v in np.asarray(spine.data["tilt"].values, float)[rows]],
        "gravity": [[round(float(v), 4) for v in g[:2]] for g in gravity],
        "poses": packed(poses),
        "feet": [round(float(v), 3) + 0.0 for v in feet],
        "reference": reference,
        "end": rows.index(spine.end),
        "exaggeration": _most(spine, rows),
    }


def _most(spine: Spine, rows: list[int]) -> int:
    """How far changes can be exaggerated before a disc vanishes."""
    height = np.asarray(spine.data["disc_height"].values, float)
    discs = [spine.levels.index(v) for v in spine.discs]
    before = height[spine.reference][discs]
    loss = np.nanmax(before - height[rows][:, discs], axis=0)
    limits = (1 - LEAST_HEIGHT) * before / np.maximum(loss, 1e-9)
    return int(np.clip(np.nanmin(limits), 1, _MOST_EXAGGERATION))


def packed(values: Floats) -> str:
    """An array as single-precision bytes in base64."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode("ascii")
