"""All bones of one person, each in its own axes, ready to be placed by a pose."""

from collections.abc import Collection

import numpy as np
import pyvista as pv

from biomech.viz.bones.atlas import atlas
from biomech.viz.bones.cervical import cervical
from biomech.viz.bones.dimensions import dimensions
from biomech.viz.bones.field import Field, Floats
from biomech.viz.bones.hip import hip_bones
from biomech.viz.bones.lumbar import facet_centre, lumbar
from biomech.viz.bones.ribs import ribs
from biomech.viz.bones.sacrum import sacrum
from biomech.viz.bones.skull import skull
from biomech.viz.bones.thoracic import thoracic
from biomech.viz.person import build_of
from biomech.viz.reading import Frame, Spine

STEP = 1.25  # mm, for stills
COARSE = 2.2  # mm, for films and pages: a third of the triangles
TINY = 3.4  # mm, for a body that fills no more than a few hundred pixels
ATLAS_WIDTH = 78.0  # mm, when the dataset has none


def bones(spine: Spine, step: float = STEP, only: Collection[str] | None = None) -> dict[str, pv.PolyData]:
    """C1 to L5 and the sacrum (under "pelvis"), or some of them, in the axes of their bodies."""
    sizes = dimensions(spine)
    standing = spine.standing
    rise = standing["C2"].inverse().at(standing["C1"].origin)
    fields: dict[str, Field] = {}
    width = spine.static("transverse_width", "C1")
    if only is None or "C1" in only:
        fields["C1"] = atlas(width if np.isfinite(width) else ATLAS_WIDTH, step)
    for name, d in sizes.items():
        if only is not None and name not in only:
            continue
        if d.region == "C":
            fields[name] = cervical(d, step, float(rise[1]))
        else:
            fields[name] = thoracic(d, step) if d.region == "T" else lumbar(d, step)
    meshes = {name: field.mesh() for name, field in fields.items()}
    if only is not None and "pelvis" not in only:
        return meshes
    plate = spine.plates["pelvis"][0]
    meeting = standing["L5"].at(facet_centre(sizes["L5"].below))
    facet = standing["pelvis"].then(plate).inverse().at(meeting)
    meshes["pelvis"] = placed(sacrum(*spine.plate_size("pelvis", upper=True), facet, max(step, 1.4)).mesh(), plate)
    return meshes


def around(spine: Spine, step: float = STEP) -> dict[str, pv.PolyData]:
    """What the spine is set in: "skull", "hips", and "ribs T1" to "ribs T12" (breastbone with T6's).

    Each is in the axes of the body it moves with, see `carrier`.
    """
    build, standing, sizes = build_of(spine), spine.standing, dimensions(spine)
    plate = spine.plate_size("pelvis", upper=True)
    upright = Frame(standing["pelvis"].origin, np.eye(3))
    hips = placed(hip_bones(plate[0], build.hip, max(step, 1.8)).mesh(), standing["pelvis"].inverse().then(upright))
    parts = {"skull": skull(build.head_height, max(step, 1.6)).mesh(), "hips": hips}
    for name, mesh in ribs(sizes, standing, build.cage).items():
        parts[f"ribs {name}"] = mesh
    return parts


def carrier(part: str) -> str:
    """The body a part moves with: "L3" with itself, "hips" with the pelvis, "ribs T4" with T4."""
    return "pelvis" if part == "hips" else part.rpartition(" ")[2]


def placed(mesh: pv.PolyData, frame: Frame) -> pv.PolyData:
    """A copy of the mesh where ``frame`` is; normals turn with it."""
    moved = mesh.copy(deep=False)
    moved.points = _float32(frame.at(np.asarray(mesh.points, float)))
    moved.point_data["Normals"] = _float32(np.asarray(mesh.point_data["Normals"], float) @ frame.axes.T)
    moved.point_data.active_normals_name = "Normals"
    return moved


def _float32(values: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return values.astype(np.float32)
