"""One result as the scripts of a page take it: poses, colours, curves and measures."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from biomech.results.measures import measures
from biomech.viz import words
from biomech.viz.reading import Floats, Result, Spine
from biomech.viz.web import fields
from biomech.viz.web.curves import curves
from biomech.viz.web.naming import name_cases
from biomech.viz.web.skeleton import sizes
from biomech.viz.web.timeline import Timeline, moments

MOST_CASES = 4
_LEAST_HEIGHT = 0.15  # of a disc, that exaggeration must leave
_MOST_EXAGGERATION = 20


def page_data(results: Sequence[Result]) -> dict[str, Any]:
    """Everything the scripts of a page need to know about its cases, ready for JSON."""
    spines = [Spine(r) for r in results]
    timeline = Timeline.of(spines)
    names = name_cases(spines)
    chosen = [moments(s, timeline) for s in spines]
    coloured = [fields.values(s, m) for s, m in zip(spines, chosen, strict=True)]
    cases = [
        {
            "letter": name.letter, "heading": name.heading, "title": str(spine.data.attrs.get("title", "")),
            "person": words.person(spine), "equipment": words.equipment(spine),
            "digest": str(spine.data.attrs.get("digest", "")),
            **_moving(spine, rows, timeline),
            "fields": {key: packed(v) for key, v in values.items()},
            "curves": curves(spine, timeline),
            "measures": measured(spine),
        }
        for spine, name, rows, values in zip(spines, names, chosen, coloured, strict=True)
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
        "reference": words.reference(spines[0]),
    }


def measured(spine: Spine) -> dict[str, Any]:
    """The named measures and the levels of a result."""
    found = measures(spine.data)
    return {"values": found["measures"], "levels": found["levels"]}


def _moving(spine: Spine, rows: list[int], timeline: Timeline) -> dict[str, Any]:
    """Poses and what goes with them, at the moments shown; lengths from the S1 endplate."""
    place = np.asarray(spine.data["position"].values, float)[rows]
    turn = np.asarray(spine.data["orientation"].values, float)[rows]
    poses = np.concatenate([place - place[:, -1:], turn], axis=2)
    gravity = np.asarray(spine.data["gravity"].values, float)[rows] if "gravity" in spine.data else np.tile([0.0, -1.0, 0.0], (len(rows), 1))
    reference = rows.index(spine.reference)
    feet = [_lower_end(spine, body) for body in spine.bodies]
    return {
        "sizes": sizes(spine),
        "places": [round(float(v), 5) for v in timeline.place(spine.time[rows])],
        "times": [round(float(v), 2) for v in spine.time[rows]],
        "phases": [str(spine.phase_at(i).get("name", "")) for i in rows],
        "tilt": [round(float(v), 1) for v in np.asarray(spine.data["tilt"].values, float)[rows]],
        "gravity": [[round(float(v), 4) for v in g[:2]] for g in gravity],
        "poses": packed(poses),
        "feet": [[round(float(v), 3) for v in foot] for foot in feet],
        "reference": reference,
        "end": rows.index(spine.end),
        "exaggeration": _most(spine, rows),
    }


def _lower_end(spine: Spine, body: str) -> Floats:
    """Centre of the lower endplate in the axes of the body; its origin where it has none."""
    return spine.plates[body][1].origin if body in spine.plates and body != "pelvis" else np.zeros(3)


def _most(spine: Spine, rows: list[int]) -> int:
    """How far changes can be exaggerated before a disc vanishes."""
    height = np.asarray(spine.data["disc_height"].values, float)
    discs = [spine.levels.index(v) for v in spine.discs]
    before = height[spine.reference][discs]
    loss = np.nanmax(before - height[rows][:, discs], axis=0)
    limits = (1 - _LEAST_HEIGHT) * before / np.maximum(loss, 1e-9)
    return int(np.clip(np.nanmin(limits), 1, _MOST_EXAGGERATION))


def packed(values: Floats) -> str:
    """An array as single-precision bytes in base64."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode("ascii")
