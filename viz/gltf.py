"""A session as a 3D model (glTF): every bone a node of its own that moves, discs that hang between them, in metres."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from biomech.errors import InputError
from biomech.files import replace_file
from biomech.viz import words
from biomech.viz.bones.disc import Disc, discs, faces, heights
from biomech.viz.colour import Colour, Scale
from biomech.viz.gltf_file import GltfFile
from biomech.viz.portrait import Portraits
from biomech.viz.probe import need_meshes
from biomech.viz.reading import Floats, Frame, Result, Spine

if TYPE_CHECKING:
    import pyvista as pv

    from biomech.viz.apparatus import Held, Posed
    from biomech.viz.room import Scene

SUFFIXES = (".glb", ".gltf")
SECONDS, KEYS = 12.0, 73  # of the animation, and moments it is made of
_METRES = 1e-3
_FLESH = 0.28  # opacity of the skin
_STEP = 2.6  # mm, between samples of the shape of a bone
_SKIN_STEP = 13.0  # mm
_DISC = {"around": 48, "up": 5, "inwards": 4}
_RIGID = 8.0  # mm: a part of a device that changes its shape by more (a pad follows the back) is not shown while it does


def write(result: Result, path: Path, time_s: float | None = None) -> Path:
    """Write ``.glb`` (one binary file) or ``.gltf`` (one text file that holds its data)."""
    need_meshes()
    spine = Spine(result)
    made = model(spine, spine.end if time_s is None else spine.index(time_s))
    data = made.packed(binary=path.suffix.lower() == ".glb")
    replace_file(path, lambda part: part.write_bytes(data))
    return path


def model(spine: Spine, index: int) -> GltfFile:
    """The session, at rest at one moment: y up, gravity along −y; seen from the right the trunk's front is at +x when upright."""
    from biomech import __version__
    from biomech.viz.bones.skeleton import TINY, carrier
    from biomech.viz.room import SKIN, posed_at, scene_at
    from biomech.viz.skin import skin

    moment, portraits = scene_at(spine, index), Portraits()
    room = {name: _metres(frame) for name, frame in moment.moved().items()}
    out = GltfFile(f"biomech {__version__}", _about(spine, index))
    bone = out.material("bone")
    root = out.node("skeleton")  # discs hang between bones, and what a surface hangs on must have one root
    nodes = {body: out.node({"pelvis": "sacrum"}.get(body, body), parent=root, **_placed(room[body])) for body in spine.bodies}
    for name, mesh in {**portraits.bones(spine, _STEP), **portraits.around(spine, TINY)}.items():
        shape = out.mesh(name, *_surface(mesh), bone, COLOR_0=_shades(mesh))
        if name in nodes:
            out.tree["nodes"][nodes[name]]["mesh"] = shape
        else:
            out.node(name, shape, parent=nodes[carrier(name)])
    _put_discs(out, spine, moment, nodes, room)
    flesh = out.material("body", _light(SKIN, _FLESH))
    # a body has one shape for every way it is held: as at the moment at rest, and as before the session
    bodies = {}
    for name, posed in (("body", moment.body), ("body before", posed_at(spine, spine.reference, moment.build))):
        if _held_in(posed) not in bodies:
            outline = skin(moment.build, posed.pose, posed.limbs, _SKIN_STEP)
            still = {} if name == "body" else {"scale": [0.0, 0.0, 0.0]}
            bodies[_held_in(posed)] = out.node(name, out.mesh(name, *_surface(outline), flesh), **_placed(_metres(moment.place)), **still)
    device = []
    for number, part in enumerate(moment.held.parts):
        red, green, blue = (int(part.colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        name = f"device {number}"
        device.append(out.node(name, out.mesh(name, *_surface(part.mesh), out.material(name, _light((red, green, blue))))))
    _move(out, spine, moment, nodes, bodies, device)
    return out


def _put_discs(out: GltfFile, spine: Spine, moment: Scene, nodes: dict[str, int], room: dict[str, Frame]) -> None:
    """Each disc in its colour, its lower rim tied to the bone below, its upper rim to the bone above."""
    changes = spine.height_changes(moment.index)
    scale = Scale.fitting([1.15 * v for v in spine.height_changes(spine.end).values()])
    share = heights(**_DISC)
    weights = np.column_stack([1 - share, share, np.zeros((len(share), 2))]).astype("<f4")
    joints = np.zeros((len(share), 4), "u1")
    joints[:, 1] = weights[:, 1] > 0  # a joint without weight is to be the first
    for level, disc in discs(spine, moment.moved(), moment.index).items():
        above, below = spine.neighbours(level)
        name, colour = f"disc {level}", _light(scale.colour(changes[level]))
        shape = out.mesh(name, *_surface(_disc_mesh(disc)), out.material(name, colour), JOINTS_0=joints, WEIGHTS_0=weights)
        skin = out.skin([nodes[below], nodes[above]], [room[below], room[above]])
        out.node(name, shape, skin=skin, extras={"height_change_mm": round(changes[level], 4)})


@dataclass(frozen=True)
class _Moment:
    """Where things are at a key of the animation, in the room of the moment at rest, mm."""

    bones: dict[str, Frame]
    place: Frame
    device: str  # in which the body is held
    held: Held | None  # none where that is another one than at rest
    shift: Floats  # from the room of this moment to that at rest


def _move(out: GltfFile, spine: Spine, rest: Scene, nodes: dict[str, int], bodies: dict[str, int], device: Sequence[int]) -> None:
    """The session in the time of the film; an outline is seen while the body is held so, the device while it is the one at rest."""
    from biomech.viz.apparatus import FLOOR
    from biomech.viz.film import between, moments

    try:
        times = moments(spine, KEYS)
    except InputError:  # no session: nothing moves
        return
    filmed = Spine(between(spine, times))
    keys = [_key(filmed, filmed.index(t), rest) for t in times]
    tracks: list[tuple[int, str, Floats]] = []
    for name, node in nodes.items():
        tracks += _track(node, [_metres(k.bones[name]) for k in keys])
    for held, body in bodies.items():
        tracks += _track(body, [_metres(k.place) for k in keys])
        tracks.append((body, "scale", _seen([k.device == held for k in keys])))
    for number, node in enumerate(device):
        if rest.held.parts[number].colour == FLOOR:
            continue
        start = np.asarray(rest.held.parts[number].mesh.points, float)
        found = [_rigid(start, k, number) for k in keys]
        tracks += _track(node, [_metres(f or Frame(np.zeros(3), np.eye(3))) for f in found])
        tracks.append((node, "scale", _seen([f is not None for f in found])))
    out.animation("session", np.linspace(0, SECONDS, KEYS), tracks, {"time_s": [round(float(t), 2) for t in times]})


def _key(spine: Spine, index: int, rest: Scene) -> _Moment:
    from biomech.viz.apparatus import apparatus
    from biomech.viz.room import posed_at

    posed = posed_at(spine, index, rest.build)
    held = apparatus(posed)
    shift = rest.held.anchor - held.anchor  # what the device stands on stays where it is
    place = Frame(posed.place.origin + shift, posed.place.axes)
    device = _held_in(posed)
    return _Moment({n: place.then(f) for n, f in posed.pose.items()}, place, device, held if device == _held_in(rest.body) else None, shift)


def _held_in(posed: Posed) -> str:
    return posed.gear.name if posed.gear else ""


def _rigid(start: Floats, key: _Moment, number: int) -> Frame | None:
    """How a part of a device has moved; nothing where it is not there, or is not the same shape."""
    from scipy.spatial.transform import Rotation

    if key.held is None or number >= len(key.held.parts):
        return None
    now = np.asarray(key.held.parts[number].mesh.points, float) + key.shift
    if now.shape != start.shape:
        return None
    middle, before = now.mean(axis=0), start.mean(axis=0)
    turn, off = Rotation.align_vectors(now - middle, start - before)
    if off > _RIGID * np.sqrt(len(now)):
        return None
    axes = turn.as_matrix()
    return Frame(middle - axes @ before, axes)


def _track(node: int, frames: Sequence[Frame]) -> list[tuple[int, str, Floats]]:
    turns = np.stack([_quaternion(f) for f in frames])
    for i in range(1, len(turns)):  # of the two quaternions of a turn the one near the last, so that nothing spins between
        if turns[i] @ turns[i - 1] < 0:
            turns[i] *= -1
    return [(node, "translation", np.stack([f.origin for f in frames])), (node, "rotation", turns)]


def _seen(flags: Sequence[bool]) -> Floats:
    return np.repeat(np.asarray(flags, float)[:, None], 3, axis=1)


def _quaternion(frame: Frame) -> Floats:
    from scipy.spatial.transform import Rotation

    return np.asarray(Rotation.from_matrix(frame.axes).as_quat())


def _placed(frame: Frame) -> dict[str, Any]:
    return {"translation": frame.origin.tolist(), "rotation": _quaternion(frame).tolist()}


def _metres(frame: Frame) -> Frame:
    return Frame(frame.origin * _METRES, frame.axes)


def _about(spine: Spine, index: int) -> dict[str, Any]:
    facts = {
        "title": str(spine.data.attrs.get("title", "")),
        "moment": words.moment(spine, index),
        "time_s": float(spine.time[index]),
        "attitude": words.attitude(spine.value("tilt", index)),
        "reference": words.reference(spine),
        "colours": "change of disc height at this moment; they stay while the animation runs",
        "provenance": words.provenance([spine]),
        "disclaimer": words.disclaimer(spine),
    }
    return {"biomech": json.dumps(facts, ensure_ascii=False)}


def _disc_mesh(disc: Disc) -> pv.PolyData:
    import pyvista as pv

    mesh: pv.PolyData = pv.PolyData.from_regular_faces(disc.surface(**_DISC), faces(**_DISC))
    return mesh


def _surface(mesh: pv.PolyData) -> tuple[Floats, Floats, NDArray[Any]]:
    """Points in metres, normals, triangles."""
    whole = mesh if mesh.is_all_triangles else mesh.triangulate()
    if "Normals" not in whole.point_data:
        whole = whole.compute_normals(cell_normals=False, split_vertices=False, consistent_normals=False, auto_orient_normals=False)
    return np.asarray(whole.points, float) * _METRES, np.asarray(whole.point_data["Normals"], float), whole.regular_faces


def _shades(mesh: pv.PolyData) -> NDArray[np.uint8]:
    from biomech.viz.stage import shaded

    colour = np.round(255 * _linear(np.asarray(shaded(mesh).point_data["colour"]) / 255)).astype(np.uint8)
    return np.column_stack([colour, np.full(len(colour), 255, np.uint8)])


def _light(colour: Colour, alpha: float = 1.0) -> list[float]:
    return [*(float(v) for v in _linear(np.array(colour))), alpha]


def _linear(colour: Floats) -> Floats:
    """glTF wants light, not the numbers of a screen."""
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
