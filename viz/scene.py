"""The picture of `render`: one moment of one result in three dimensions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from biomech.errors import InputError
from biomech.viz import glyph, words
from biomech.viz.bones.disc import Disc, discs
from biomech.viz.colour import ALERT, INK, QUIET, Scale
from biomech.viz.exaggerate import exaggerated
from biomech.viz.labels import spread
from biomech.viz.portrait import Portraits
from biomech.viz.probe import probe
from biomech.viz.reading import Floats, Frame, Pose, Result, Spine
from biomech.viz.sheet import Sheet, Spot, checked

if TYPE_CHECKING:
    from biomech.viz.stage import Stage

SIZE = (1600, 1200)
SMALLEST, LARGEST = 400, 8000  # pixels
_HEIGHT = 8.0  # inches the layout is made for, whatever the pixels
_BOTTOM, _TOP = 1.40, _HEIGHT - 1.25
_LOIN = ("T12/L1", "L1/L2", "L2/L3", "L3/L4", "L4/L5", "L5/S1")
_OBLIQUE = (42.0, 8.0)  # deg, azimuth (0 from the right, + towards the front) and elevation of the whole spine


def render(
    result: Result,
    path: str | os.PathLike[str],
    time_s: float | None = None,
    size: tuple[int, int] = SIZE,
    exaggeration: float = 1.0,
) -> Path:
    """Draw the spine at one moment and write the picture.

    Parameters
    ----------
    result : Result or xarray.Dataset
        A simulation result.
    path : path
        ``.png`` (or ``.pdf``, ``.svg`` with the pixels inside).
    time_s : float, optional
        Seconds from the start of the session; by default the end of the last hold.
    size : (int, int)
        Width and height in pixels.
    exaggeration : float
        Enlarges the displacements between the bones, not the bones; the picture says so in red.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    biomech.errors.InputError
        For an unknown suffix, a time outside the result, a machine that cannot draw in 3D.
    """
    target = checked(path)
    return draw_scene(result, time_s, size, exaggeration).save(target)


def draw_scene(result: Result, time_s: float | None = None, size: tuple[int, int] = SIZE, exaggeration: float = 1.0) -> Sheet:
    """The same picture, not yet written."""
    if len(size) != 2 or not all(SMALLEST <= n <= LARGEST for n in size):
        raise InputError(f"size {'x'.join(str(n) for n in size)}", allowed=f"{SMALLEST} to {LARGEST} pixels each way")
    missing = probe()
    if missing:
        raise InputError(missing)
    from biomech.viz.stage import Stage

    spine = Spine(result)
    index = spine.end if time_s is None else spine.index(time_s)
    pose = exaggerated(spine, index, exaggeration)
    changes = spine.height_changes(index)
    # fitted to the end as well, so that pictures of one result can be laid side by side
    scale = Scale.fitting([1.15 * v for v in [*changes.values(), *spine.height_changes(spine.end).values()]])
    made = discs(spine, pose)
    sheet = Sheet(_HEIGHT * size[0] / size[1], _HEIGHT, dpi=size[1] / _HEIGHT)
    sheet.image(_ground(), 0, 0, sheet.width, _HEIGHT, zorder=0)
    stage = Stage(Portraits().bones(spine), (SMALLEST, SMALLEST))
    try:
        stage.set_pose(pose)
        stage.set_discs(made, {level: scale.colour(v) for level, v in changes.items()})
        split = 0.44 * sheet.width
        _whole(sheet, stage, pose, split, exaggeration)
        _loin(sheet, stage, made, changes, split)
    finally:
        stage.close()
    _heading(sheet, spine, index, exaggeration)
    _footer(sheet, spine, scale)
    return sheet


def _photograph(
    sheet: Sheet, stage: Stage, view: Frame, at: Spot, width: float, height: float, per_mm: float, fade: float = 0.0
) -> Callable[[Floats], Floats]:
    """Take a picture into a rectangle of the sheet; returns the projection of points onto the sheet.

    ``fade`` is the part of the height over which the picture fades out at its upper and lower edge.
    """
    dpi = sheet.figure.dpi
    stage.plotter.window_size = [max(2, round(width * dpi)), max(2, round(height * dpi))]
    stage.look(view, height / per_mm / 2)
    shot = stage.shot()
    image = shot.image.copy()
    if fade:
        rows = np.linspace(0, 1, len(image))
        veil = np.clip(np.minimum(rows, 1 - rows) / fade, 0, 1)[:, None]
        image[..., 3] = (image[..., 3] * veil).astype(np.uint8)
    sheet.image(image, *at, width, height)
    per_pixel = np.array([width / shot.size[0], height / shot.size[1]])
    return lambda points: np.asarray(shot.pixels(points) * per_pixel + np.asarray(at))


def _whole(sheet: Sheet, stage: Stage, pose: Pose, width: float, exaggeration: float) -> None:
    """The whole spine, obliquely from the front."""
    axes = _turned(*_OBLIQUE)
    joints = np.array([frame.origin for frame in pose.values()]) @ axes
    # bones reach past their origins: sideways, above the atlas, and down to the coccyx
    left, right = joints[:, 0].min() - 75, joints[:, 0].max() + 55
    bottom, top = joints[:, 1].min() - 138, joints[:, 1].max() + 12
    per_mm = min((_TOP - _BOTTOM) / (top - bottom), width / (right - left))
    centre = axes @ np.array([(left + right) / 2, (bottom + top) / 2, float(joints[:, 2].mean())])
    _photograph(sheet, stage, Frame(centre, axes), (0.16 * width, _BOTTOM), width, _TOP - _BOTTOM, per_mm)
    glyph.scale_bar(sheet, (0.45, _BOTTOM), per_mm, 50, "50 mm" if exaggeration == 1 else "50 mm\nof bone")
    if exaggeration != 1:
        moved = 50 / exaggeration
        glyph.scale_bar(sheet, (0.45, _BOTTOM + 50 * per_mm + 0.2), per_mm, 50, f"{moved:.2g} mm\nmoved", ALERT)


def _loin(sheet: Sheet, stage: Stage, made: Mapping[str, Disc], changes: Mapping[str, float], left: float) -> None:
    """L1 to S1 from the right, with a number at every disc."""
    width = sheet.width - left
    shown = [level for level in _LOIN if level in made]
    fronts = np.array([made[level].front for level in shown])
    low, high = fronts[:, 1].min() - 40, fronts[:, 1].max() + 22
    per_mm = min((_TOP - _BOTTOM) / (high - low), (width - 1.3) / 120.0)
    # the discs' fronts a third from the right, the spinous processes to their left, the numbers to their right
    x = float(fronts[:, 0].max()) - (0.57 - 0.5) * width / per_mm
    centre = np.array([x, (low + high) / 2, 0.0])
    project = _photograph(sheet, stage, Frame(centre, np.eye(3)), (left, _BOTTOM), width, _TOP - _BOTTOM, per_mm, fade=0.07)
    spots = project(fronts)
    column = min(sheet.width - 1.15, float(spots[:, 0].max()) + 0.60)
    rows = spread([float(y) for y in spots[:, 1]], 0.42, _BOTTOM + 0.2, _TOP - 0.2)
    for level, spot, row in zip(shown, spots, rows, strict=True):
        x, y = float(spot[0]) + 0.02, float(spot[1])
        sheet.dot((x, y), 0.022, facecolor=INK)
        sheet.line([(x, y), (column - 0.20, row), (column - 0.07, row)], QUIET, 0.8)
        sheet.text((column, row + 0.03), level, 9.5, bold=True)
        sheet.text((column, row - 0.15), f"{words.signed(changes[level])} mm", 9.5, gid=f"change {level}")


def _heading(sheet: Sheet, spine: Spine, index: int, exaggeration: float) -> None:
    tilt, y = spine.value("tilt", index), _HEIGHT - 0.62
    glyph.tilt(sheet, (0.85, y), tilt, 0.72)
    glyph.gravity(sheet, (1.38, y + 0.24), (0.0, -1.0), 0.48, "g")
    left, room = 1.70, sheet.width - 2.0
    sheet.text((left, y + 0.10), words.attitude(tilt), 16, bold=True, room=room, gid="title")
    facts = [str(spine.data.attrs.get("title", "")), words.equipment(spine, index), words.moment(spine, index)]
    sheet.text((left, y - 0.12), "  ·  ".join(f for f in facts if f), 8.5, colour=QUIET, room=room)
    if exaggeration == 1:
        sheet.text((left, y - 0.31), "Geometry and displacements to scale (×1).", 8.5, colour=QUIET, room=room)
    else:
        note = f"Displacements exaggerated ×{exaggeration:g}; bones and angles to scale; numbers and colours are true."
        sheet.text((left, y - 0.31), note, 9, colour=ALERT, bold=True, room=room, gid="exaggeration")


def _footer(sheet: Sheet, spine: Spine, scale: Scale) -> None:
    bar = min(3.2, 0.34 * sheet.width)
    glyph.colour_bar(sheet, sheet.width - bar - 0.45, 0.62, bar, scale, "Change of disc height (mm)")
    room = sheet.width - bar - 1.3
    notes = [
        f"Reference: {words.reference(spine)}.",
        words.convention(spine),
        words.prediction(spine),
        words.disclaimer(spine),
        words.provenance([spine]),
    ]
    for i, note in enumerate(notes):
        sheet.text((0.45, 1.02 - 0.18 * i), note, 7.2, colour=QUIET, room=room)


def _turned(azimuth: float, elevation: float) -> Floats:
    """Axes of a camera (right, up, towards it) that starts at the right side of the body."""
    a, e = np.radians(azimuth), np.radians(elevation)
    towards = np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])
    right = np.cross([0.0, 1.0, 0.0], towards)
    right /= np.linalg.norm(right)
    return np.column_stack([right, np.cross(towards, right), towards])


def _ground() -> NDArray[np.float64]:
    """A neutral ground, a little darker below."""
    t = np.linspace(0, 1, 256)[:, None, None]
    return np.asarray((1 - t) * np.array([0.975, 0.98, 0.985]) + t * np.array([0.875, 0.89, 0.905]))
