"""Pictures of the stage put on a sheet, with the way back from points of the scene to places on the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from biomech.viz.layers import Image, faded, fading, over
from biomech.viz.reading import Floats, Frame
from biomech.viz.sheet import Sheet, Spot

if TYPE_CHECKING:
    from biomech.viz.bones.disc import Disc
    from biomech.viz.stage import Shot, Stage

_EDGE = "#6b5a50"
Project = Callable[[Floats], Floats]  # points of the scene → inches on the sheet
Layer = tuple[Sequence[str], float]  # layers of the stage shown together, and their opacity
SPINE: tuple[Layer, ...] = ((("bones", "discs"), 1.0),)


def photograph(
    sheet: Sheet,
    stage: Stage,
    view: Frame,
    at: Spot,
    width: float,
    height: float,
    per_mm: float,
    *,
    layers: Sequence[Layer] = SPINE,
    fade: float = 0.0,
) -> Project:
    """Take a picture into a rectangle of the sheet.

    Parameters
    ----------
    view : Frame
        Looks along its third axis; its origin comes to lie in the middle.
    at : (float, float)
        Lower left corner, inches.
    per_mm : float
        Inches per mm.
    layers : sequence
        What is drawn, from the bottom up.
    fade : float
        The part of the height over which the picture fades out at its upper and lower edge.

    Returns
    -------
    callable
        Points of the scene to places on the sheet.
    """
    dpi = sheet.figure.dpi
    stage.resize(round(width * dpi), round(height * dpi))
    stage.look(view, height / per_mm / 2)
    shots: list[Image] = []
    for shown, opacity in layers:
        stage.show(*shown)
        shot = stage.shot()
        shots.append(shot.image if opacity == 1 else faded(shot.image, opacity))
    image = over(shots) if len(shots) > 1 else shots[0]
    if fade:
        image = fading(image, fade)
    sheet.image(image, *at, width, height)
    return projection(shot, at, width, height)


def edge_fronts(sheet: Sheet, made: Iterable[Disc], project: Project) -> None:
    """A thin line down the front of each disc seen from the side: one that hardly changed is nearly as pale as paper."""
    for disc in made:
        sheet.line(project(disc.lamella(1.0)), _EDGE, 0.5, zorder=1.5, solid_capstyle="butt")


def projection(shot: Shot, at: Spot, width: float, height: float) -> Project:
    """The way from points of the scene to places on the sheet, for a shot put into a rectangle."""
    per_pixel = np.array([width / shot.size[0], height / shot.size[1]])
    return lambda points: np.asarray(shot.pixels(points) * per_pixel + np.asarray(at))
