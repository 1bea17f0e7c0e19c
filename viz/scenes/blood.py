"""The pressure column and where the blood is: heights above the heart, pressures along them, volumes that moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from biomech.errors import InputError
from biomech.viz import legend, words
from biomech.viz.blood import PREDICTION, WINDOW_S
from biomech.viz.colour import FAINT, INK, QUIET, SERIES, Scale
from biomech.viz.labels import spread
from biomech.viz.photo import Project
from biomech.viz.probe import need_3d
from biomech.viz.reading import Floats, Result, Spine
from biomech.viz.room import Scene, scene_at
from biomech.viz.scenes import Wish
from biomech.viz.scenes.body import heading, layout, portrait, versus
from biomech.viz.sheet import Sheet

_HEIGHT, _LABELS, _COLUMN, _NAMES = 8.6, 1.75, 5.0, 1.55
_BOTTOM, _TOP = 1.66, 1.30
# a column of blood presses so much a centimetre: 1055 kg/m³ × 9.81 m/s², in mmHg
_PER_CM = 1055 * 9.81 * 0.01 / 133.322
_FRESH_S = 4.0  # two of the slowest beats: of an older one nothing is known at this moment
_HEART = ("T7", 62.0)  # the heart is drawn at this vertebra's height, so many mm in front of it
_WHERE = {"head": "skull", "arms": "arms", "thorax": "T7", "abdomen": "L3", "legs": "knees"}
_HEART_AND_LUNGS = ("atrium", "ventricle", "pulmonary")  # they beat, or lie at the heart's height in any case
_NEEDED = ("region_volume", "compartment_height", "compartment_pressure")


def draw(results: Sequence[Result], wish: Wish) -> Sheet:
    """One or two cases: the body tinted by the weight of the blood column, volumes moved, pressures by height."""
    need_3d()
    spines = [Spine(r) for r in results]
    for spine in spines:
        lacking = [name for name in _NEEDED if name not in spine.data]
        if lacking:
            title = str(spine.data.attrs.get("title", "this result"))
            raise InputError(
                f"{title}: holds no circulation ({', '.join(lacking)})",
                key="--scene blood",
                hint="simulate it whole, not with --only spine",
            )
    moments = [wish.index(s) for s in spines]
    scenes = [scene_at(s, i) for s, i in zip(spines, moments, strict=True)]
    per_mm, widths = layout(scenes, _HEIGHT - _BOTTOM - _TOP - 0.35)
    extra = _LABELS + _COLUMN
    sheet = Sheet(max(10.5, sum(widths) + len(scenes) * extra + 0.9), _HEIGHT)
    limit = _limit(scenes)
    spare = (sheet.width - sum(widths) - len(scenes) * extra) / (len(scenes) + 1)
    left = spare
    for scene, width in zip(scenes, widths, strict=True):
        _case(sheet, scene, left, width, per_mm, limit)
        if len(scenes) > 1:
            heading(sheet, scene, left, width + extra)
        left += width + extra + spare
    note = "Colour: weight of the blood column above or below the heart (ρ·g·h). Volumes and pressures are results."
    if len(scenes) == 1:
        legend.heading(sheet, spines[0], moments[0], note)
    else:
        legend.title(sheet, f"Blood at {versus(scenes)}", note)
    note = (
        "Volumes: change against the reference, mL.  Numbers: means over 30 s at the end of a hold.  Heart chambers and lungs are left out."
    )
    legend.footer(sheet, spines, None, [note, PREDICTION], free=3.2)
    _colour_bar(sheet, limit)
    return sheet


def beats(spine: Spine, index: int) -> NDArray[np.bool_]:
    """The beats a number is the mean of: half a minute at the end of a hold and before the session, as measures are; else one."""
    time = np.asarray(spine.data["beat_time"].values, float)
    moment = float(spine.time[index])
    inside = (time <= moment + 1e-6) & (time > moment - WINDOW_S)
    if index in (spine.end, spine.reference) and inside.any():
        return np.asarray(inside)
    last = int(np.searchsorted(time, moment + 1e-6)) - 1
    if last < 0 or moment - time[last] > _FRESH_S:
        near = " and ".join(f"{t:.0f} s" for t in time[max(0, last) : last + 2])
        raise InputError(
            f"no beat was simulated at {moment:.0f} s", key="--time-s", hint=f"long rest is leapt over; there are beats at {near}"
        )
    one = np.zeros(len(time), bool)
    one[last] = True
    return one


def mean(spine: Spine, name: str, index: int) -> Floats:
    """A variable of compartments or regions at a moment."""
    return np.asarray(np.asarray(spine.data[name].values, float)[beats(spine, index)].mean(axis=0))


def heart(scene: Scene) -> Floats:
    """Where the heart is, in the room."""
    name, ahead = _HEART
    return scene.place.at(scene.pose[name].at(np.array([ahead, 0.0, 0.0])))


def column(height_mm: Floats | float) -> Floats:
    """Pressure of the blood column, mmHg, at a height above the heart: higher is less."""
    return np.asarray(-np.asarray(height_mm) / 10.0 * _PER_CM)


def _limit(scenes: Sequence[Scene]) -> float:
    reach = [abs(float(column(y - heart(s)[1]))) for s in scenes for y in s.place.at(np.asarray(s.skin.points, float))[:, 1][::97]]
    return float(np.ceil(max(reach) / 20.0) * 20.0)


def _case(sheet: Sheet, scene: Scene, left: float, width: float, per_mm: float, limit: float) -> None:
    spine = scene.spine
    scale = Scale(limit)
    level = heart(scene)
    points = scene.place.at(np.asarray(scene.skin.points, float))
    flesh = np.array([scale.colour(float(v)) for v in np.linspace(-limit, limit, 257)])
    tint = flesh[np.clip(np.round((column(points[:, 1] - level[1]) + limit) / (2 * limit) * 256).astype(int), 0, 256)]
    project = portrait(sheet, scene, dict.fromkeys(spine.discs, float("nan")), scale, (left, _BOTTOM), width, per_mm, tint, 0.78)
    y = float(project(level[None])[0][1])
    start, stop = left + width + _LABELS + _NAMES, left + width + _LABELS + _COLUMN - _NAMES - 0.15
    for a, b in ((left, left + width), (start, stop)):  # across the body, and across its pressures
        sheet.line([(a, y), (b, y)], QUIET, 0.9, dashes=(4, 3))
    said = sheet.text((left + 0.02, y + 0.06), "heart level", 7.5, colour=INK)
    said.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6})  # may lie over the body
    _volumes(sheet, scene, project, left + width + 0.05)
    _pressures(sheet, scene, y, per_mm, left + width + _LABELS)


def _spot(scene: Scene, region: str) -> Floats:
    limbs, place = scene.body.limbs, scene.place
    if region == "legs":
        return place.at(limbs.knee * [1, 1, 0])
    if region == "arms":
        return place.at(limbs.elbow * [1, 1, 0])
    name = _WHERE.get(region, "T12")
    ahead = 55.0 if name != "skull" else 20.0
    up = 60.0 if name == "skull" else 0.0
    return place.at(scene.pose[name].at(np.array([ahead, up, 0.0])))


def _volumes(sheet: Sheet, scene: Scene, project: Project, x: float) -> None:
    """What each region gained or lost against the reference."""
    spine = scene.spine
    now, before = (mean(spine, "region_volume", i) for i in (scene.index, spine.reference))
    data = spine.data["region_volume"]
    regions = [str(r) for r in data["region"].values]
    spots = [project(_spot(scene, r)[None])[0] for r in regions]
    places = spread([float(s[1]) for s in spots], 0.40, _BOTTOM + 0.3, _HEIGHT - _TOP - 0.6)
    for k, (region, spot, y) in enumerate(zip(regions, spots, places, strict=True)):
        total, change = float(now[k]), float(now[k] - before[k])
        sheet.line([tuple(spot), (x - 0.10, y + 0.03), (x - 0.02, y + 0.03)], INK, 0.6)
        sheet.dot(tuple(spot), 0.025, facecolor=INK)
        colour = SERIES[0] if change > 0 else SERIES[1]
        sheet.text((x, y + 0.04), f"{words.signed(change, 0)} mL", 10, bold=True, colour=colour, gid=f"volume {region}")
        sheet.text((x, y - 0.11), f"{region}, now {words.plain(total, 0)} mL", 7.2, colour=QUIET, room=_LABELS - 0.1)


def _pressures(sheet: Sheet, scene: Scene, heart_y: float, per_mm: float, left: float) -> None:
    """Vessels by height: pressure now, and in the reference (hollow); veins named on the left, arteries on the right."""
    data, spine = scene.spine.data, scene.spine
    now, before = (mean(spine, "compartment_pressure", i) for i in (scene.index, spine.reference))
    height = mean(spine, "compartment_height", scene.index)
    names = [str(n) for n in data["compartment"].values]
    shown = [k for k, n in enumerate(names) if not any(word in n for word in _HEART_AND_LUNGS)]
    values = np.concatenate([now[shown], before[shown]])
    low, high = float(np.floor(min(0.0, np.nanmin(values)) / 20) * 20), float(np.ceil(np.nanmax(values) / 20) * 20)
    x, width = left + _NAMES, _COLUMN - 2 * _NAMES - 0.15
    bottom, top = _BOTTOM + 0.25, sheet.height - _TOP - 0.65

    def place(mmhg: float) -> float:
        return x + width * (mmhg - low) / (high - low)

    for tick in np.arange(low, high + 1, 40 if high - low > 120 else 20):
        sheet.line([(place(tick), bottom), (place(tick), top)], FAINT, 0.5)
        sheet.text((place(tick), bottom - 0.14), words.plain(tick, 0), 7, ha="center", colour=QUIET)
    sheet.text((x + width / 2, bottom - 0.30), "pressure (mmHg) at its height", 7.5, ha="center")
    sheet.text((x - 0.12, top + 0.14), "veins", 8.5, bold=True, ha="right")
    sheet.text((x + width + 0.12, top + 0.14), "arteries", 8.5, bold=True)
    sheet.text((x + width / 2, top + 0.14), "● now   ○ reference", 7, colour=QUIET, ha="center")
    for veins in (True, False):
        group = [k for k in shown if ("vein" in names[k] or "vena" in names[k]) == veins]
        level = [float(np.clip(heart_y + 10.0 * float(height[k]) * per_mm, bottom, top)) for k in group]
        for k, y, said in zip(group, level, spread(level, 0.155, bottom, top), strict=True):
            a, b = float(before[k]), float(now[k])
            sheet.line([(place(a), y), (place(b), y)], FAINT, 1.4)
            sheet.dot((place(a), y), 0.032, facecolor="white", edgecolor=QUIET, linewidth=0.8)
            sheet.dot((place(b), y), 0.036, facecolor=SERIES[0] if b > a else SERIES[1], gid=f"pressure {names[k]}")
            end = x - 0.10 if veins else x + width + 0.10
            near = min(place(a), place(b)) - 0.05 if veins else max(place(a), place(b)) + 0.05
            sheet.line([(near, y), (end, said)], FAINT, 0.5)
            text = f"{names[k].replace('_', ' ')}  {words.plain(b, 0)}"
            ha = "right" if veins else "left"
            at = end - 0.03 if veins else end + 0.03
            sheet.text((at, said), text, 6.8, va="center", ha=ha, room=_NAMES - 0.1, gid=f"column {names[k]}")


def _colour_bar(sheet: Sheet, limit: float) -> None:
    scale, wide = Scale(limit), min(3.0, 0.3 * sheet.width)
    x, y = sheet.width - wide - 0.5, 0.62
    sheet.image(scale.ramp(), x, y, wide, 0.14)
    sheet.box((x, y), wide, 0.14, facecolor="none", edgecolor=INK, linewidth=0.6)
    for part in (-1.0, -0.5, 0.0, 0.5, 1.0):
        at = x + wide * (part + 1) / 2
        sheet.line([(at, y), (at, y - 0.04)], INK, 0.6)
        sheet.text((at, y - 0.07), words.signed(part * limit, 0), 7.5, ha="center", va="top")
    sheet.text((x + wide / 2, y + 0.20), "Column of blood against heart level (mmHg)", 8, bold=True, ha="center", room=wide + 0.6)
