"""All bones of one person, each in its own axes, ready to be placed by a pose."""

import numpy as np
import pyvista as pv

from biomech.viz.bones.atlas import atlas
from biomech.viz.bones.cervical import cervical
from biomech.viz.bones.dimensions import dimensions
from biomech.viz.bones.field import Field, Floats
from biomech.viz.bones.lumbar import facet_centre, lumbar
from biomech.viz.bones.sacrum import sacrum
from biomech.viz.bones.thoracic import thoracic
from biomech.viz.reading import Frame, Spine

STEP = 1.25  # mm, good for stills; 2.2 for films
ATLAS_WIDTH = 78.0  # mm, when the dataset has none


def bones(spine: Spine, step: float = STEP) -> dict[str, pv.PolyData]:
    """C1 to L5 and the sacrum (under "pelvis"), in the axes of their bodies."""
    sizes = dimensions(spine)
    standing = spine.standing
    rise = standing["C2"].inverse().at(standing["C1"].origin)
    fields: dict[str, Field] = {}
    width = spine.static("transverse_width", "C1")
    fields["C1"] = atlas(width if np.isfinite(width) else ATLAS_WIDTH, step)
    for name, d in sizes.items():
        if d.region == "C":
            fields[name] = cervical(d, step, float(rise[1]))
        else:
            fields[name] = thoracic(d, step) if d.region == "T" else lumbar(d, step)
    meshes = {name: field.mesh() for name, field in fields.items()}
    plate = spine.plates["pelvis"][0]
    meeting = standing["L5"].at(facet_centre(sizes["L5"].below))
    facet = standing["pelvis"].then(plate).inverse().at(meeting)
    meshes["pelvis"] = placed(sacrum(*spine.plate_size("pelvis", upper=True), facet, max(step, 1.4)).mesh(), plate)
    return meshes


def placed(mesh: pv.PolyData, frame: Frame) -> pv.PolyData:
    """A copy of the mesh where ``frame`` is; normals turn with it."""
    moved = mesh.copy(deep=False)
    moved.points = _float32(frame.at(np.asarray(mesh.points, float)))
    moved.point_data["Normals"] = _float32(np.asarray(mesh.point_data["Normals"], float) @ frame.axes.T)
    moved.point_data.active_normals_name = "Normals"
    return moved


def _float32(values: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return values.astype(np.float32)
