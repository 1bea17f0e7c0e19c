"""The pictures of `render`, by name: each is a function of one result or of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from biomech.errors import InputError
from biomech.library.suggest import did_you_mean

if TYPE_CHECKING:
    from biomech.viz.reading import Result, Spine
    from biomech.viz.sheet import Sheet

DEFAULT = "hero"
SMALLEST, LARGEST = 400, 8000  # pixels


@dataclass(frozen=True)
class Scene:
    """What a picture shows and how many results it takes."""

    module: str
    least: int
    most: int
    shows: str
    enlarges: bool = False  # whether it obeys an exaggeration
    at_a_time: bool = True  # whether it shows one moment
    sized: bool = False  # whether it fits itself to any size


SCENES = {
    "hero": Scene("biomech.viz.scenes.hero", 1, 1, "the whole spine and the lumbar spine, disc by disc", enlarges=True, sized=True),
    "compare": Scene("biomech.viz.compare", 2, 4, "cases side by side, every disc with its number", at_a_time=False),
    "linked": Scene("biomech.viz.scenes.linked", 1, 3, "where the length comes from: upright and each case, enlarged", enlarges=True),
    "section": Scene("biomech.viz.scenes.section", 1, 1, "L3 to S1 cut in the middle: pressure, bulge, foramina", enlarges=True),
    "body": Scene("biomech.viz.scenes.body", 1, 3, "the body on its equipment and what carries it"),
    "blood": Scene("biomech.viz.scenes.blood", 1, 2, "the pressure column and where the blood is"),
    "timecourse": Scene("biomech.viz.scenes.timecourse", 1, 4, "everything over time", at_a_time=False),
}


@dataclass(frozen=True)
class Wish:
    """What was asked for: a moment (default: end of the last hold), pixels, an enlargement of displacements."""

    time_s: float | None = None
    size: tuple[int, int] | None = None
    exaggeration: float | None = None

    def index(self, spine: Spine) -> int:
        """The sample the picture shows."""
        return spine.end if self.time_s is None else spine.index(self.time_s)


def draw(name: str, results: Sequence[Result], wish: Wish | None = None) -> Sheet:
    """Draw a scene by name; what it cannot do is refused before any work."""
    wish = wish or Wish()
    if name not in SCENES:
        raise InputError(f"unknown scene {name!r}", allowed=SCENES, hint=did_you_mean(name, SCENES))
    scene = SCENES[name]
    if not scene.least <= len(results) <= scene.most:
        wanted = str(scene.least) if scene.least == scene.most else f"{scene.least} to {scene.most}"
        raise InputError(f"the scene {name} takes {wanted} result{'s' if scene.most > 1 else ''}, not {len(results)}")
    if wish.exaggeration is not None and not scene.enlarges:
        raise InputError(f"the scene {name} is always to scale", key="--exaggeration")
    if wish.time_s is not None and not scene.at_a_time:
        raise InputError(f"the scene {name} shows no single moment", key="--time-s")
    if wish.size is not None and (len(wish.size) != 2 or not all(SMALLEST <= n <= LARGEST for n in wish.size)):
        raise InputError(f"size {'x'.join(str(n) for n in wish.size)}", allowed=f"{SMALLEST} to {LARGEST} pixels each way")
    if wish.size is not None and not scene.sized:
        raise InputError(f"the scene {name} has a size of its own", key="--size", hint="--dpi makes it finer")
    if wish.exaggeration is not None and not (np.isfinite(wish.exaggeration) and 1 <= wish.exaggeration <= 200):
        raise InputError(f"exaggeration {wish.exaggeration:g}: must be a number from 1 to 200")
    sheet: Sheet = import_module(scene.module).draw(results, wish)
    return sheet
