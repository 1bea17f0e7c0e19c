"""A result for ParaView: bones once, their places and the discs for every step, and a script that puts them together.

``x.pvd`` lists the steps; each is a small file of discs, with the places of the bodies as field data. The bones stand
in ``x/bones.vtp`` once, in the axes of their bodies. ``x.py`` is run inside ParaView (File, Load State… or
``paraview --script=x.py``): it opens both and moves the bones with the steps.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np

from biomech.errors import InputError
from biomech.viz import words
from biomech.viz.bones.disc import discs, faces
from biomech.viz.portrait import Portraits
from biomech.viz.probe import need_meshes
from biomech.viz.reading import Result, Spine

if TYPE_CHECKING:
    import pyvista as pv

SUFFIXES = (".pvd",)
_DISC = {"around": 40, "up": 5, "inwards": 4}
_LEVELS = (  # variable of the dataset, unit
    ("disc_height", "mm"), ("nucleus_pressure", "MPa"), ("axial_force", "N"), ("facet_force", "N"), ("water_content", "pct"),
)  # fmt: skip

# What ParaView runs for every step; plain numpy, so that it can be tested without ParaView.
FILTER = """\
import numpy as np
bones, step = inputs[0], inputs[1]
place = np.asarray(step.FieldData["place"]).reshape(-1, 3)
axes = np.stack([np.asarray(step.FieldData[name]).reshape(-1, 3) for name in ("anterior", "cranial", "right")], axis=-1)
body = np.asarray(bones.PointData["body"]).astype(int)
points = np.einsum("nij,nj->ni", axes[body], np.asarray(bones.Points)) + place[body]
normals = np.einsum("nij,nj->ni", axes[body], np.asarray(bones.PointData["Normals"]))
output.ShallowCopy(bones.VTKObject)
from vtkmodules.numpy_interface import dataset_adapter as dsa
from vtkmodules.vtkCommonCore import vtkPoints
moved = vtkPoints()
moved.SetData(dsa.numpyTovtkDataArray(np.ascontiguousarray(points)))
output.SetPoints(moved)
dsa.WrapDataObject(output).PointData.append(normals, "Normals")
"""

_SCRIPT = '''\
"""Opens this result in ParaView: run it with `paraview --script={stem}.py`, or from its Python shell."""
import os
from paraview.simple import *

here = os.path.dirname(os.path.abspath(__file__))
steps = PVDReader(FileName=os.path.join(here, "{stem}.pvd"))
bones = XMLPolyDataReader(FileName=[os.path.join(here, "{stem}", "bones.vtp")])
moved = ProgrammableFilter(Input=[bones, steps])
moved.OutputDataSetType = "vtkPolyData"
moved.Script = {filter!r}
view = GetActiveViewOrCreate("RenderView")
drawn = Show(moved, view)
drawn.DiffuseColor = [0.93, 0.88, 0.78]
soft = Show(steps, view)
ColorBy(soft, ("POINTS", "disc_height_change_mm"))
GetAnimationScene().UpdateAnimationUsingDataTimeSteps()
view.CameraPosition, view.CameraFocalPoint, view.CameraViewUp = [0, 250, 1500], [0, 250, 0], [0, 1, 0]
Render()
'''


def write(result: Result, path: Path, progress: Callable[[int, int], None] | None = None) -> Path:
    """Write the series; the list of steps comes last, so that an interrupted one is not mistaken for whole."""
    need_meshes()
    spine = Spine(result)
    folder = path.with_suffix("")
    script = path.with_suffix(".py")
    ours = (folder / "bones.vtp").is_file()
    for there in (folder, script):
        if there.exists() and not ours:
            raise InputError(f"{there}: exists and is not of an earlier export", hint="choose another name")
    try:
        path.unlink(missing_ok=True)  # first, or the list of the earlier export would name steps that are gone
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        _save(_bones(spine), folder / "bones.vtp")
        entries = []
        for index, time in enumerate(spine.time):
            name = f"step_{index:05d}.vtp"
            _save(step(spine, index), folder / name)
            entries.append(f'    <DataSet timestep="{float(time)!r}" file={quoteattr(f"{folder.name}/{name}")}/>')
            if progress:
                progress(index + 1, len(spine.time))
        script.write_text(_SCRIPT.format(stem=folder.name, filter=FILTER), encoding="utf-8")
        about = f"{words.provenance([spine])}. {words.disclaimer(spine)}".replace("--", "- -")
        text = ['<?xml version="1.0"?>', f"<!-- {about} -->", '<VTKFile type="Collection" version="0.1">', "  <Collection>"]
        path.write_text("\n".join([*text, *entries, "  </Collection>", "</VTKFile>", ""]), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot write: {error.strerror or error}") from error
    return path


def _save(mesh: pv.PolyData, file: Path) -> None:
    """The file is written here: VTK's own writer ends the process where the disk is full."""
    from vtkmodules.vtkIOXML import vtkXMLPolyDataWriter

    writer = vtkXMLPolyDataWriter()
    writer.SetInputData(mesh)
    writer.SetDataModeToBinary()
    writer.WriteToOutputStringOn()
    writer.Write()
    file.write_text(writer.GetOutputString(), encoding="utf-8")


def _bones(spine: Spine) -> pv.PolyData:
    """All bones in the axes of their bodies, each point with the number of its body."""
    import pyvista as pv

    from biomech.viz.bones.skeleton import COARSE, carrier

    portraits = Portraits()
    parts = []
    for name, mesh in {**portraits.bones(spine, COARSE), **portraits.around(spine, COARSE)}.items():
        copy = pv.PolyData.from_regular_faces(np.asarray(mesh.points, np.float32), mesh.regular_faces)
        copy.point_data["Normals"] = np.asarray(mesh.point_data["Normals"], np.float32)
        copy.point_data["shade"] = np.asarray(mesh.point_data["shade"], np.float32)
        copy.point_data["body"] = np.full(mesh.n_points, spine.bodies.index(carrier(name)), np.int16)
        parts.append(copy)
    whole: pv.PolyData = pv.merge(parts)
    return whole


def step(spine: Spine, index: int) -> pv.PolyData:
    """The discs of one sample with their numbers, and where every body is."""
    import pyvista as pv

    pose = spine.pose(index)
    made = discs(spine, pose, index)
    surfaces = [disc.surface(**_DISC) for disc in made.values()]
    each, triangles = len(surfaces[0]), faces(**_DISC)
    mesh: pv.PolyData = pv.PolyData.from_regular_faces(
        np.vstack(surfaces).astype(np.float32), np.vstack([triangles + n * each for n in range(len(surfaces))])
    )

    def spread(values: dict[str, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.repeat(np.array([values[level] for level in made], np.float32), each)

    mesh.point_data["disc_height_change_mm"] = spread(spine.height_changes(index))
    for name, unit in _LEVELS:
        if name in spine.data:
            mesh.point_data[f"{name}_{unit}"] = spread(spine.levelled(name, index))
    mesh.field_data["place"] = np.array([pose[b].origin for b in spine.bodies])
    # three vectors, because ParaView hands a 3 × 3 matrix to its scripts transposed
    for column, name in enumerate(("anterior", "cranial", "right")):
        mesh.field_data[name] = np.array([pose[b].axes[:, column] for b in spine.bodies])
    mesh.field_data["tilt_deg"] = [spine.value("tilt", index)]
    return mesh
