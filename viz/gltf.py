"""A moment as a 3D model (glTF): every bone a node of its own, the body and its device beside them, in metres."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from biomech.errors import InputError
from biomech.files import replace_file
from biomech.viz import words
from biomech.viz.bones.disc import discs
from biomech.viz.colour import Colour, Scale
from biomech.viz.portrait import Portraits
from biomech.viz.probe import need_meshes
from biomech.viz.reading import Floats, Frame, Result, Spine

if TYPE_CHECKING:
    import pyvista as pv
    import trimesh

SUFFIXES = (".glb", ".gltf")
_METRES = 1e-3
_FLESH = 0.28  # opacity of the skin


def write(result: Result, path: Path, time_s: float | None = None) -> Path:
    """Write ``.glb`` (one binary file) or ``.gltf`` (one text file that holds its data)."""
    need_meshes()
    if find_spec("trimesh") is None:
        raise InputError("3D models need trimesh: pip install 'biomech[viz]'")
    spine = Spine(result)
    scene = model(spine, spine.end if time_s is None else spine.index(time_s))
    from trimesh.exchange import gltf

    # the exporter adds a number to names it thinks repeat; ours do not
    if path.suffix.lower() == ".glb":
        data = gltf.export_glb(scene, include_normals=True)
    else:
        data = gltf.export_gltf(scene, include_normals=True, embed_buffers=True, merge_buffers=True)["model.gltf"]
    replace_file(path, lambda part: part.write_bytes(data))
    return path


def model(spine: Spine, index: int) -> trimesh.Scene:
    """The scene: y up, gravity along −y, seen from the right the trunk's front is at +x when upright."""
    import trimesh

    from biomech.viz.bones.skeleton import COARSE, carrier
    from biomech.viz.room import SKIN, scene_at

    moment, portraits = scene_at(spine, index), Portraits()
    room = moment.moved()
    changes = spine.height_changes(index)
    scale = Scale.fitting([1.15 * v for v in spine.height_changes(spine.end).values()])
    out = trimesh.Scene()
    out.metadata.update(_about(spine, index))
    for name, mesh in {**portraits.bones(spine, COARSE), **portraits.around(spine, COARSE)}.items():
        _put(out, _bone_name(name), mesh, _shades(mesh), room[carrier(name)])
    for level, disc in discs(spine, room, index).items():
        facts = {"height_change_mm": round(changes[level], 4)}
        _put(out, f"disc {level}", disc.mesh(), _plain(scale.colour(changes[level])), extras=facts)
    _put(out, "body", moment.skin, _plain(SKIN, _FLESH), moment.place)
    for number, part in enumerate(moment.held.parts):
        red, green, blue = (int(part.colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        _put(out, f"device {number}", part.mesh, _plain((red, green, blue)))
    return out


def _bone_name(name: str) -> str:
    return {"pelvis": "sacrum"}.get(name, name)


def _about(spine: Spine, index: int) -> dict[str, Any]:
    facts = {
        "title": str(spine.data.attrs.get("title", "")),
        "moment": words.moment(spine, index),
        "time_s": float(spine.time[index]),
        "attitude": words.attitude(spine.value("tilt", index)),
        "reference": words.reference(spine),
        "provenance": words.provenance([spine]),
        "disclaimer": words.disclaimer(spine),
    }
    return {"biomech": json.dumps(facts, ensure_ascii=False)}


def _put(
    scene: trimesh.Scene,
    name: str,
    mesh: pv.PolyData,
    colours: NDArray[np.uint8],
    frame: Frame | None = None,
    extras: dict[str, Any] | None = None,
) -> None:
    import trimesh
    from trimesh.visual.material import PBRMaterial

    points = np.asarray(mesh.points, float) * _METRES
    normals = np.asarray(mesh.point_data["Normals"]) if "Normals" in mesh.point_data else None
    made = trimesh.Trimesh(points, mesh.regular_faces, vertex_normals=normals, process=False)
    if colours.ndim == 2:
        made.visual = trimesh.visual.ColorVisuals(made, vertex_colors=colours)
    else:
        clear = colours[3] < 255
        material = PBRMaterial(
            name=name, baseColorFactor=colours, metallicFactor=0.0, roughnessFactor=0.7, doubleSided=clear,
            alphaMode="BLEND" if clear else "OPAQUE",
        )  # fmt: skip
        made.visual = trimesh.visual.TextureVisuals(material=material)
    if extras:
        made.metadata.update(extras)
    matrix = np.eye(4) if frame is None else frame.matrix.copy()
    matrix[:3, 3] *= _METRES
    scene.add_geometry(made, node_name=name, geom_name=name, transform=matrix)


def _shades(mesh: pv.PolyData) -> NDArray[np.uint8]:
    from biomech.viz.stage import shaded

    colour = np.round(255 * _linear(np.asarray(shaded(mesh).point_data["colour"]) / 255)).astype(np.uint8)
    return np.column_stack([colour, np.full(len(colour), 255, np.uint8)])


def _plain(colour: Colour, alpha: float = 1.0) -> NDArray[np.uint8]:
    return np.round(255 * np.array([*_linear(np.array(colour)), alpha])).astype(np.uint8)


def _linear(colour: Floats) -> Floats:
    """glTF wants light, not the numbers of a screen."""
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
