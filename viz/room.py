"""A body on its equipment, in the room: what the scenes of body and blood and the film share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from biomech.library.equipment import Holder
from biomech.viz.apparatus import FLOOR, Held, Posed, apparatus
from biomech.viz.bones.disc import discs
from biomech.viz.colour import Colour
from biomech.viz.layers import Image, faded, over, rim
from biomech.viz.manikin import gear, limbs
from biomech.viz.person import Build, build_of
from biomech.viz.reading import Floats, Frame, Pose, Spine
from biomech.viz.shapes import joined
from biomech.viz.skin import skin

if TYPE_CHECKING:
    import pyvista as pv

    from biomech.viz.stage import Shot, Stage

SKIN, SKIN_RIM = (0.79, 0.80, 0.83), (0.36, 0.41, 0.47)


@dataclass(frozen=True)
class Scene:
    """One moment: the pose in the body's frame, and the frame in the room."""

    spine: Spine
    index: int
    pose: Pose
    place: Frame
    gear: Holder | None
    build: Build
    body: Posed
    skin: pv.PolyData  # in the body's frame
    held: Held

    @property
    def prone(self) -> bool:
        return self.body.prone

    def moved(self) -> dict[str, Frame]:
        """The pose in the room."""
        return {name: self.place.then(frame) for name, frame in self.pose.items()}

    def back(self) -> dict[str, Floats]:
        """Where the back (or front) touches what carries it, in the room, per vertebra."""
        return {name: self.place.at(point) for name, point in self.body.back(self.prone).items()}


def gear_at(spine: Spine, index: int) -> Holder | None:
    """The device a body is seen in: while it is tilted from one to the next, the one that can stand at this angle."""
    time, tilt = float(spine.time[index]), spine.value("tilt", index)
    now = spine.phase_at(index)
    candidates = [gear(str(now.get("equipment") or spine.data.attrs.get("equipment", "")))]
    before = [p for p in spine.phases if float(p["end_s"]) <= float(now.get("start_s", time)) + 1e-6]
    if before:
        candidates.append(gear(str(before[-1].get("equipment", ""))))

    def misses(device: Holder) -> float:
        return max(0.0, device.lowest_deg - tilt - 3.0, tilt - device.highest_deg - 3.0)

    return min((d for d in candidates if d), key=misses, default=None)


def posed_at(spine: Spine, index: int, build: Build) -> Posed:
    """The body as it is held at a sample, and where it is in the room."""
    pose, place, equipment = spine.anchored_pose(index), spine.upright(index), gear_at(spine, index)
    return Posed(build, pose, limbs(build, pose, equipment, place.axes.T @ np.array([0.0, -1.0, 0.0])), equipment, place)


def scene_at(spine: Spine, index: int) -> Scene:
    """Everything there is to see of one sample."""
    build = build_of(spine)
    posed = posed_at(spine, index, build)
    flesh = skin(build, posed.pose, posed.limbs)
    return Scene(spine, index, posed.pose, posed.place, posed.gear, build, posed, flesh, apparatus(posed))


def furnish(stage: Stage, scene: Scene, colours: Mapping[str, Colour], flesh: Floats | None = None) -> None:
    """Put a moment on the stage: bones and discs where they are, skin and device made for it.

    ``flesh`` gives the skin's points their colours (0–1).
    """
    room = scene.moved()
    stage.set_pose(room)
    stage.set_discs(discs(scene.spine, room, scene.index), colours)
    stage.clear("skin")
    body = scene.skin.copy()
    body.points = scene.place.at(np.asarray(body.points, float)).astype(np.float32)
    body.point_data["Normals"] = (np.asarray(body.point_data["Normals"], float) @ scene.place.axes.T).astype(np.float32)
    tint = np.tile(SKIN, (body.n_points, 1)) if flesh is None else flesh
    body.point_data["colour"] = np.round(255 * tint).astype(np.uint8)
    stage.add("skin", body, lit=flesh is None)
    furnish_device(stage, scene.held)


def furnish_device(stage: Stage, held: Held) -> None:
    """Put a device on the stage."""
    stage.clear("gear")
    for colour in dict.fromkeys(part.colour for part in held.parts):
        stage.add("gear", joined([part.mesh for part in held.parts if part.colour == colour]), colour, lit=colour != FLOOR)


def picture(stage: Stage, *, flesh: float = 0.42, ribs: float = 0.30, line: int = 2) -> tuple[Image, Shot]:
    """Device, translucent body with its outline, ribs, spine: laid over each other."""
    stage.show("gear")
    layers = [stage.shot().image]
    stage.show("skin")
    body = stage.shot().image
    layers += [faded(body, flesh), faded(rim(body, SKIN_RIM, line), 0.85)]
    if ribs > 0:
        stage.show("ribs")
        layers.append(faded(stage.shot().image, ribs))
    stage.show("bones", "around", "discs")
    shot = stage.shot()
    return over([*layers, shot.image]), shot
