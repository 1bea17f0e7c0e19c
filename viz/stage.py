"""The spine in front of VTK's camera: pixels only, every word is matplotlib's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from biomech.viz.bones.disc import Disc, faces, rim_faces
from biomech.viz.bones.skeleton import carrier
from biomech.viz.colour import BONE, BONE_SHADE, Colour
from biomech.viz.reading import Floats, Frame, Pose

# direction from the subject, in the camera's axes; strength; colour
_LIGHTS = (
    ((-0.8, 0.9, 1.6), 2.15, "#fff6e8"),
    ((1.6, 0.2, 0.9), 1.00, "#cfe0ff"),
    ((0.3, 1.5, -1.4), 1.15, "#ffffff"),
    ((0.0, -1.5, 0.4), 0.42, "#ffe6cc"),
)
_FINENESS = 2  # pixels drawn for one shown, each way: as smooth as VTK's own smoothing (ssaa) at half its cost
_RIM_COLOUR, _RIM_RADIUS = "#3d2c22", 0.3  # mm


@dataclass(frozen=True)
class Shot:
    """Pixels, and where points of the scene are on them."""

    image: NDArray[np.uint8]  # (h, w, 4)
    matrix: Floats  # camera's composite projection

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.shape[1], self.image.shape[0]

    def pixels(self, points: Floats) -> Floats:
        """(n, 3) points of the scene to (n, 2) pixels; x to the right, y *upwards* from the lower edge."""
        width, height = self.size
        p = np.atleast_2d(points)
        clip = np.c_[p, np.ones(len(p))] @ self.matrix.T
        unit = clip[:, :2] / clip[:, 3:]
        return np.asarray((unit + 1) / 2 * [width, height])


class Stage:
    """Bones that are moved, discs that change their shape, and whatever else is put in, in layers that can be hidden."""

    def __init__(self, bones: Mapping[str, pv.PolyData], size: tuple[int, int], *, off_screen: bool = True) -> None:
        self.plotter = _plotter(size, off_screen)
        self.plotter.set_background("white")
        self._fineness = _FINENESS if off_screen else 1
        if off_screen:
            self.plotter.disable_anti_aliasing()
            self.resize(*size)
        else:
            self.plotter.enable_anti_aliasing("ssaa")
        for place, strength, colour in _LIGHTS:
            light = pv.Light(position=place, focal_point=(0, 0, 0), color=colour, intensity=strength, light_type="camera light")
            self.plotter.add_light(light)
        self._bones: dict[str, Any] = {}
        self._layers: dict[str, list[Any]] = {}
        for name, mesh in bones.items():
            self._bones[name] = self._lit(shaded(mesh), _layer(name))
        self._discs: list[pv.PolyData] = []

    def _lit(self, mesh: pv.PolyData, layer: str) -> Any:
        actor = self.plotter.add_mesh(
            mesh,
            scalars="colour",
            rgb=True,
            smooth_shading=True,
            pbr=True,
            metallic=0.0,
            roughness=0.5,
            show_scalar_bar=False,
            reset_camera=False,
            render=False,
        )
        self._layers.setdefault(layer, []).append(actor)
        return actor

    def add(self, layer: str, mesh: pv.PolyData, colour: Colour | str | None = None, *, lit: bool = True, opacity: float = 1.0) -> None:
        """Put a mesh in; without a colour it brings its own in "colour"."""
        if colour is not None:
            actor = self.plotter.add_mesh(
                mesh,
                color=colour,
                lighting=lit,
                smooth_shading=False,
                ambient=0.35,
                diffuse=0.36,
                opacity=opacity,
                reset_camera=False,
                render=False,
            )
        else:
            actor = self.plotter.add_mesh(
                mesh, scalars="colour", rgb=True, lighting=lit, smooth_shading=lit, ambient=0.42, diffuse=0.30,
                show_scalar_bar=False, reset_camera=False, render=False,
            )  # fmt: skip
        self._layers.setdefault(layer, []).append(actor)

    def last(self, layer: str) -> Any:
        """The actor put in last."""
        return self._layers[layer][-1]

    def clear(self, layer: str) -> None:
        """Take a layer out."""
        for actor in self._layers.pop(layer, []):
            self.plotter.remove_actor(actor, reset_camera=False, render=False)

    def show(self, *layers: str) -> None:
        """Show these layers and no other."""
        for name, actors in self._layers.items():
            for actor in actors:
                actor.SetVisibility(name in layers)

    def set_pose(self, pose: Pose) -> None:
        """Move the bones."""
        for name, actor in self._bones.items():
            actor.user_matrix = pose[carrier(name)].matrix

    def move(self, layer: str, frame: Frame) -> None:
        """Move all of a layer."""
        for actor in self._layers.get(layer, []):
            actor.user_matrix = frame.matrix

    def set_discs(self, discs: Mapping[str, Disc], colours: Mapping[str, Colour]) -> None:
        """Show discs, unlit, so that a colour can be read off; a thin rim sets them off from bone."""
        shapes = [d.surface() for d in discs.values()], [d.rim_surface(_RIM_RADIUS) for d in discs.values()]
        points = [np.vstack(parts).astype(np.float32) for parts in shapes]
        paint = np.round(np.repeat([colours[v] for v in discs], len(shapes[0][0]), axis=0) * 255).astype(np.uint8)
        if [len(p) for p in points] != [m.n_points for m in self._discs]:
            self.clear("discs")
            self._discs = [_stacked(p, f, len(discs)) for p, f in zip(points, (faces(), rim_faces()), strict=True)]
            self._discs[0].point_data["colour"] = paint
            look: dict[str, Any] = {"lighting": False, "reset_camera": False, "render": False}
            self._layers["discs"] = [
                self.plotter.add_mesh(self._discs[0], scalars="colour", rgb=True, show_scalar_bar=False, **look),
                self.plotter.add_mesh(self._discs[1], color=_RIM_COLOUR, **look),
            ]
            return
        for mesh, moved in zip(self._discs, points, strict=True):  # only their shape changed
            mesh.points = moved
        self._discs[0].point_data["colour"] = paint

    def look_from_the_right(self, centre: tuple[float, float], half_height: float) -> None:
        """Lateral view, parallel projection, anterior to the right."""
        self.look(Frame(np.array([*centre, 0.0]), np.eye(3)), half_height)

    def look(self, view: Frame, half_height: float) -> None:
        """Parallel projection along the third axis of ``view``; its second axis is up."""
        camera = self.plotter.camera
        camera.parallel_projection = True
        camera.focal_point = tuple(view.origin)
        camera.position = tuple(view.origin + 900.0 * view.axes[:, 2])
        camera.up = tuple(view.axes[:, 1])
        camera.parallel_scale = half_height
        self.plotter.renderer.ResetCameraClippingRange()

    def shot(self) -> Shot:
        """Take the picture, over a transparent ground."""
        self.plotter.render()
        image = np.asarray(self.plotter.screenshot(None, return_img=True, transparent_background=True))
        if self._fineness > 1:
            image = _averaged(image, self._fineness)
        height, width = image.shape[:2]
        m = self.plotter.camera.GetCompositeProjectionTransformMatrix(width / height, -1, 1)
        return Shot(image, np.array([[m.GetElement(i, j) for j in range(4)] for i in range(4)]))

    def close(self) -> None:
        """Free the window."""
        self.plotter.close()

    def resize(self, width: int, height: int) -> None:
        """Pixels of the next pictures."""
        # not by the plotter's own window_size, which draws everything once more
        self.plotter.render_window.SetSize(self._fineness * max(2, width), self._fineness * max(2, height))


def _averaged(image: NDArray[np.uint8], by: int) -> NDArray[np.uint8]:
    """Smaller by a whole number, each pixel as strong as it is opaque."""
    from PIL import Image

    opaque = Image.fromarray(image).convert("RGBa")  # colours times opacity, which may be averaged
    return np.array(opaque.reduce(by).convert("RGBA"))


def _stacked(points: Floats, triangles: NDArray[np.int64], copies: int) -> pv.PolyData:
    """So many surfaces of the same triangles in one mesh."""
    each = len(points) // copies
    mesh: pv.PolyData = pv.PolyData.from_regular_faces(points, np.vstack([triangles + n * each for n in range(copies)]))
    return mesh


def _layer(part: str) -> str:
    if part.startswith("ribs"):
        return "ribs"
    return "around" if part in ("skull", "hips") else "bones"


def shaded(mesh: pv.PolyData) -> pv.PolyData:
    """The same mesh with the colour of bone, darker where its baked shade says so."""
    mesh.point_data["colour"] = _bone(np.asarray(mesh.point_data["shade"], float))
    return mesh


def _plotter(size: tuple[int, int], off_screen: bool) -> Any:
    # PyVista's decorators hide the signatures of its methods from type checkers
    return pv.Plotter(off_screen=off_screen, window_size=list(size), lighting="none")


def _bone(shade: Floats) -> NDArray[np.uint8]:
    """Baked ambient occlusion as the colour of bone, darker and browner in the hollows."""
    t = np.clip((shade[:, None] - 0.2) / 0.72, 0, 1) ** 0.8
    colour = np.asarray(BONE_SHADE) * (1 - t) + np.asarray(BONE) * t
    return np.asarray((np.clip(colour, 0, 1) * 255).astype(np.uint8))
