"""A film of a session: the body tilts, hangs and returns; clock, angle and the numbers run along."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.text import Text

from biomech.errors import InputError
from biomech.library.anatomy import LUMBAR_LEVELS
from biomech.viz import glyph, words
from biomech.viz.apparatus import apparatus
from biomech.viz.bones.disc import discs
from biomech.viz.colour import INK, QUIET, SERIES, Scale
from biomech.viz.layers import Image, fading, over
from biomech.viz.moving import SUFFIXES, write
from biomech.viz.person import build_of
from biomech.viz.photo import projection
from biomech.viz.portrait import Portraits
from biomech.viz.probe import need_3d
from biomech.viz.reading import Floats, Frame, Pose, Result, Spine
from biomech.viz.room import SKIN, furnish_device, picture, posed_at
from biomech.viz.sheet import Sheet
from biomech.viz.skin import skin
from biomech.viz.target import checked

SIZE = (960, 720)
NARROWEST = 640  # pixels at which the smallest words can still be read
WIDEST = 3840
SECONDS, RATE = 12.0, 20  # of the film, and frames a second
_DPI = 100.0
_TILTING = 0.55  # of the film's time goes where the tilt changes, the rest to the clock
_ROOM = (0.1, 1.42, 5.75, 4.85)  # left, bottom, width, height of the room on the sheet, inches of 9.6 × 7.2
_FADE = 0.06  # of its height, where the spine goes on
_LOIN = (5.95, 1.42, 2.25, 4.85)
Progress = Callable[[int, int], None]


def film(
    result: Result,
    path: str | os.PathLike[str],
    *,
    size: tuple[int, int] = SIZE,
    seconds: float = SECONDS,
    progress: Progress | None = None,
) -> Path:
    """Write the film of a session, frame by frame.

    Parameters
    ----------
    path : path
        ``.mp4`` or ``.gif``.
    size : (int, int)
        Width and height in pixels, in the proportion 4:3; even numbers.
    seconds : float
        Length of the film.
    progress : callable, optional
        Called with frames done and frames in all.

    Returns
    -------
    pathlib.Path
        The file, written whole or not at all.
    """
    target = checked(path, SUFFIXES)
    if size[0] % 2 or size[1] % 2 or abs(size[0] * 3 - size[1] * 4) > 8 or not NARROWEST <= size[0] <= WIDEST:
        allowed = f"even numbers of pixels in the proportion 4:3, {NARROWEST} to {WIDEST} wide"
        raise InputError(f"a film of {size[0]}x{size[1]}", allowed=allowed)
    if not 1 <= seconds <= 300:
        raise InputError(f"a film of {seconds:g} s", allowed="1 to 300 s")
    need_3d()
    times = moments(Spine(result), max(2, round(seconds * RATE)))
    return write(target, size, RATE, frames(result, times, size), len(times), progress)


def moments(spine: Spine, count: int) -> Floats:
    """Times of the frames: from the start of the session until standing again, slower where the body is tilted."""
    first = float(spine.time[spine.reference])
    after = spine.data.attrs.get("after_time_s")
    last = float(after) if after is not None and np.isfinite(float(after)) else float(spine.time[-1])
    last = min(max(last, float(spine.time[spine.end])), float(spine.time[-1]))
    if last <= first:
        raise InputError("this result has no session to film")
    inside = (spine.time >= first) & (spine.time <= last)
    time, tilt = spine.time[inside], spine.data["tilt"].values[inside]
    path = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(tilt)))])
    share = (time - time[0]) / (time[-1] - time[0])
    if path[-1] > 1.0:
        share = _TILTING * path / path[-1] + (1 - _TILTING) * share
    return np.interp(np.linspace(0, 1, count), share, time)


def between(spine: Spine, times: Floats) -> xr.Dataset:
    """The result at other times, in straight lines between its samples; the reference and the end are kept among them."""
    attrs = spine.data.attrs
    wanted = np.unique([*times, float(attrs["reference_time_s"]), float(attrs["end_time_s"])])
    names = [n for n, v in spine.data.data_vars.items() if v.dims[:1] == ("time",) and v.dtype.kind == "f"]
    _, first = np.unique(spine.data["time"].values, return_index=True)  # a seam may hold one time twice
    moved = spine.data[names].isel(time=first).interp(time=wanted)
    still = spine.data[[n for n, v in spine.data.data_vars.items() if "time" not in v.dims]]
    out: xr.Dataset = xr.merge([moved, still])
    out.attrs = dict(attrs)
    return out


def frames(result: Result, times: Floats, size: tuple[int, int] = SIZE) -> Iterator[Image]:
    """The pictures at the given times, (height, width, 3)."""
    whole = Spine(result)
    spine = Spine(between(whole, times))
    reel = _Reel(spine, whole, times, size)
    try:
        for time in times:
            yield reel.frame(float(time))
    finally:
        reel.close()


@dataclass
class _Words:
    """The words that change."""

    clock: Text
    tilt: Text
    phase: Text
    numbers: dict[str, Text] = field(default_factory=dict)
    levels: dict[str, Text] = field(default_factory=dict)


class _Reel:
    """Two stages (room and loin), a sheet that stays, and the few things on it that change."""

    def __init__(self, spine: Spine, whole: Spine, times: Floats, size: tuple[int, int]) -> None:
        from biomech.viz.bones.skeleton import COARSE, TINY
        from biomech.viz.stage import Stage

        self.spine, self.times = spine, times
        self.dpi = _DPI * size[0] / SIZE[0]
        self.build = build_of(spine)
        portraits = Portraits()
        self.room = Stage({**portraits.bones(whole, TINY), **portraits.around(whole, TINY)}, self._pixels(_ROOM))
        loin = portraits.bones(whole, COARSE, ("T12", "L1", "L2", "L3", "L4", "L5", "pelvis"))
        self.loin = Stage(loin, self._pixels(_LOIN))
        self.scale = Scale.fitting([1.15 * v for v in whole.height_changes(whole.end).values()])
        self.equipment = "nothing yet"
        self._frame_the_room()
        self.sheet = Sheet(9.6, 7.2, dpi=self.dpi)
        self.words = self._write()
        self._curve()
        self.sheet.canvas.draw()
        self.ground = np.asarray(self.sheet.canvas.buffer_rgba()).copy()

    def close(self) -> None:
        self.room.close()
        self.loin.close()

    def _pixels(self, box: tuple[float, float, float, float]) -> tuple[int, int]:
        return round(box[2] * self.dpi), round(box[3] * self.dpi)

    # ---- what stays
    def _frame_the_room(self) -> None:
        """A camera that holds everything the film will show, with what the device stands on kept still."""
        low, high = [], []
        for index in np.unique(np.linspace(0, len(self.spine.time) - 1, 24).astype(int)):
            held = apparatus(posed_at(self.spine, int(index), self.build))
            low.append((held.low - held.anchor)[:2])
            high.append((held.high - held.anchor)[:2])
        a, b = np.min(low, axis=0) - 40, np.max(high, axis=0) + 40
        _, _, width, height = _ROOM
        self.centre = np.array([*(a + b) / 2, 0.0])
        self.half = max((b - a)[1] / 2, (b - a)[0] / 2 * height / width)

    def _write(self) -> _Words:
        sheet, spine = self.sheet, self.spine
        sheet.text((0.3, 6.88), str(spine.data.attrs.get("title", "")), 12.5, bold=True, room=6.0, smallest=8)
        sheet.text((0.3, 6.68), words.person(spine), 8, colour=QUIET, room=6.0)
        words_ = _Words(
            clock=sheet.text((9.3, 6.86), "", 15, bold=True, ha="right"),
            tilt=sheet.text((9.3, 6.62), "", 11, ha="right"),
            phase=sheet.text((0.3, 6.46), "", 8, colour=QUIET, room=5.6),
        )
        glyph.gravity(sheet, (0.42, 6.20), (0, -1), 0.42, "g")
        rows = [(k, label, unit) for k, label, unit in _RUNNING if k in self._known()]
        for i, (key, label, unit) in enumerate(rows):
            x = 0.3 + i * (9.2 / len(rows))
            sheet.text((x, 0.98), label, 7, colour=QUIET, room=9.2 / len(rows) - 0.1)
            words_.numbers[key] = sheet.text((x, 0.74), "", 12, bold=True, gid=f"running {key}")
            sheet.text((x + (0.78 if len(rows) < 5 else 0.62), 0.74), unit, 8, colour=QUIET)
        made = self._loin_view()
        for level, y in made.items():
            sheet.text((8.42, y + 0.04), level, 9, bold=True)
            words_.levels[level] = sheet.text((8.42, y - 0.13), "", 9, gid=f"change {level}")
        sheet.text((8.42, max(made.values()) + 0.45), "disc height\nagainst standing", 7.5, colour=QUIET)
        for y, note in ((0.20, words.prediction(spine)), (0.07, f"{words.disclaimer(spine)}  {words.provenance([spine])}")):
            sheet.text((0.3, y), note, 6.0, colour=QUIET, room=9.0)
        sheet.text((5.98, 1.32), "discs to scale (×1), coloured by change of height", 6.5, colour=QUIET)
        return words_

    def _known(self) -> set[str]:
        data = self.spine.data
        return {k for k, _, _ in _RUNNING if k in data or k == "pressure" and "nucleus_pressure" in data or k in self._beats()}

    def _beats(self) -> dict[str, tuple[Floats, Floats]]:
        data = self.spine.data
        if "beat_time" not in data:
            return {}
        return {k: (data["beat_time"].values, data[k].values) for k, _, _ in _RUNNING if k in data and data[k].dims == ("beat_time",)}

    def _loin_view(self) -> dict[str, float]:
        """Set the camera of the loin; where the discs are on the sheet."""
        pose = self.spine.anchored_pose(self.spine.end)
        made = discs(self.spine, pose, self.spine.end)
        fronts = np.array([made[v].front for v in LUMBAR_LEVELS])
        _, bottom, width, height = _LOIN
        low, high = fronts[:, 1].min() - 52, fronts[:, 1].max() + 26
        per_mm = min(height / (high - low), width / 128.0)
        centre = np.array([float(fronts[:, 0].max()) + 8 - width / per_mm / 2, (low + high) / 2, 0.0])
        self.loin.look(Frame(centre, np.eye(3)), height / per_mm / 2)
        self.loin.set_pose(pose)
        project = projection(self.loin.shot(), (_LOIN[0], bottom), width, height)
        return dict(zip(LUMBAR_LEVELS, project(fronts)[:, 1].tolist(), strict=True))

    def _curve(self) -> None:
        """The change of length along the film, which a mark runs over."""
        left, width, bottom, height = 0.3, 9.0, 0.36, 0.30
        values = np.array([self.spine.change("spine_length", self.spine.index(t)) for t in self.times])
        low, high = min(0.0, float(np.nanmin(values))), max(1e-6, float(np.nanmax(values)))
        x = left + width * np.linspace(0, 1, len(values))
        y = bottom + height * (values - low) / (high - low)
        self.sheet.line(np.column_stack([x, y]), SERIES[0], 1.2)
        self.sheet.line(
            [(left, bottom + height * (0 - low) / (high - low)), (left + width, bottom + height * (0 - low) / (high - low))], QUIET, 0.5
        )
        self.track = np.column_stack([x, y])

    # ---- what changes
    def frame(self, time: float) -> Image:
        spine, index = self.spine, self.spine.index(time)
        changes = spine.height_changes(index)
        colours = {level: self.scale.colour(v) for level, v in changes.items()}
        image = self.ground.copy()
        self._paste(image, self._in_room(index, colours), _ROOM)
        pose = spine.anchored_pose(index)
        self.loin.set_pose(pose)
        self.loin.set_discs({v: d for v, d in discs(spine, pose, index).items() if v in (*LUMBAR_LEVELS, "T12/L1")}, colours)
        self.loin.show("bones", "discs")
        self._paste(image, fading(self.loin.shot().image, _FADE), _LOIN)
        return self._overwrite(image, index, time, changes)

    def _in_room(self, index: int, colours: dict[str, tuple[float, float, float]]) -> Image:
        posed = posed_at(self.spine, index, self.build)
        held = apparatus(posed)
        stage, place = self.room, posed.place
        moved: Pose = {name: place.then(frame) for name, frame in posed.pose.items()}
        stage.set_pose(moved)
        stage.set_discs(discs(self.spine, moved, index), colours)
        name = posed.gear.name if posed.gear else ""
        if name != self.equipment:  # the skin changes its shape only when the posture does
            stage.clear("skin")
            body = skin(self.build, posed.pose, posed.limbs)
            body.point_data["colour"] = np.tile(np.round(255 * np.array(SKIN)).astype(np.uint8), (body.n_points, 1))
            stage.add("skin", body)
            self.equipment = name
        stage.move("skin", place)
        furnish_device(stage, held)
        stage.look(Frame(held.anchor + self.centre, np.eye(3)), self.half)
        return picture(stage, ribs=0.0, line=1)[0]

    def _paste(self, image: Image, picture: Image, box: tuple[float, float, float, float]) -> None:
        top = image.shape[0] - round((box[1] + box[3]) * self.dpi)
        left = round(box[0] * self.dpi)
        height, width = picture.shape[:2]
        under = image[top : top + height, left : left + width]
        under[:] = over([under, picture[: under.shape[0], : under.shape[1]]])

    def _overwrite(self, image: Image, index: int, time: float, changes: dict[str, float]) -> Image:
        """The running words, drawn by matplotlib over the finished pixels."""
        spine, w = self.spine, self.words
        tilt = spine.value("tilt", index)
        w.clock.set_text(words.clock(time))
        w.tilt.set_text(words.attitude(tilt))
        w.phase.set_text(words.moment(spine, index))
        for level, text in w.levels.items():
            text.set_text(f"{words.signed(changes[level])} mm")
        for key, text in w.numbers.items():
            text.set_text(self._number(key, index, time))
        canvas = self.sheet.canvas
        renderer = canvas.get_renderer()
        renderer.clear()
        for text in (w.clock, w.tilt, w.phase, *w.levels.values(), *w.numbers.values()):
            text.draw(renderer)
        x, y = self.track[int(np.argmin(np.abs(self.times - time)))]
        mark = self.sheet.dot((float(x), float(y)), 0.05, facecolor=INK)
        mark.draw(renderer)
        mark.remove()
        return over([image, np.asarray(canvas.buffer_rgba())])[..., :3]

    def _number(self, key: str, index: int, time: float) -> str:
        if key == "pressure":
            return words.plain(self.spine.levelled("nucleus_pressure", index)["L4/L5"], 2)
        beats = self._beats()
        if key in beats:
            at, values = beats[key]
            return words.plain(float(np.interp(time, at, values)), 0)
        return words.signed(self.spine.change(key, index))


_RUNNING = (  # key, label, unit
    ("spine_length", "column C7–S1", "mm"),
    ("lumbar_length", "lumbar L1–S1", "mm"),
    ("pressure", "nucleus L4/L5", "MPa"),
    ("heart_rate", "heart rate", "1/min"),
    ("sbp_cuff", "systolic (cuff)", "mmHg"),
    ("map_brain", "mean at brain", "mmHg"),
    ("iop", "eye pressure", "mmHg"),
)
