"""The spine in front of VTK's camera: pixels only, every word is matplotlib's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from biomech.viz.bones.disc import Disc
from biomech.viz.colour import BONE, BONE_SHADE, Colour
from biomech.viz.reading import Floats, Frame, Pose

# direction from the subject, in the camera's axes; strength; colour
_LIGHTS = (
    ((-0.8, 0.9, 1.6), 2.15, "#fff6e8"),
    ((1.6, 0.2, 0.9), 1.00, "#cfe0ff"),
    ((0.3, 1.5, -1.4), 1.15, "#ffffff"),
    ((0.0, -1.5, 0.4), 0.42, "#ffe6cc"),
)
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
    """Bones that can be moved, discs that are made anew for every pose."""

    def __init__(self, bones: Mapping[str, pv.PolyData], size: tuple[int, int], *, off_screen: bool = True) -> None:
        self.plotter = _plotter(size, off_screen)
        self.plotter.set_background("white")
        self.plotter.enable_anti_aliasing("ssaa")
        for place, strength, colour in _LIGHTS:
            light = pv.Light(position=place, focal_point=(0, 0, 0), color=colour, intensity=strength, light_type="camera light")
            self.plotter.add_light(light)
        self._bones: dict[str, Any] = {}
        for name, mesh in bones.items():
            mesh.point_data["colour"] = _shaded(np.asarray(mesh.point_data["shade"], float))
            self._bones[name] = self.plotter.add_mesh(
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
        self._soft: list[Any] = []

    def set_pose(self, pose: Pose) -> None:
        """Move the bones."""
        for name, actor in self._bones.items():
            actor.user_matrix = pose[name].matrix

    def set_discs(self, discs: Mapping[str, Disc], colours: Mapping[str, Colour]) -> None:
        """Put discs in, unlit, so that a colour can be read off; a thin rim sets them off from bone."""
        for actor in self._soft:
            self.plotter.remove_actor(actor, reset_camera=False, render=False)
        bodies, rims = [], []
        for level, disc in discs.items():
            body = disc.mesh()
            body.point_data["colour"] = np.tile(np.round(np.array(colours[level]) * 255).astype(np.uint8), (body.n_points, 1))
            bodies.append(body)
            rims += [pv.lines_from_points(rim).tube(radius=_RIM_RADIUS, n_sides=8) for rim in disc.rims()]
        self._soft = [
            self.plotter.add_mesh(
                pv.merge(bodies),
                scalars="colour",
                rgb=True,
                lighting=False,
                show_scalar_bar=False,
                reset_camera=False,
                render=False,
            ),
            self.plotter.add_mesh(pv.merge(rims), color=_RIM_COLOUR, lighting=False, reset_camera=False, render=False),
        ]

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
        height, width = image.shape[:2]
        m = self.plotter.camera.GetCompositeProjectionTransformMatrix(width / height, -1, 1)
        return Shot(image, np.array([[m.GetElement(i, j) for j in range(4)] for i in range(4)]))

    def close(self) -> None:
        """Free the window."""
        self.plotter.close()


def _plotter(size: tuple[int, int], off_screen: bool) -> Any:
    # PyVista's decorators hide the signatures of its methods from type checkers
    return pv.Plotter(off_screen=off_screen, window_size=list(size), lighting="none")


def _shaded(shade: Floats) -> NDArray[np.uint8]:
    """Baked ambient occlusion as the colour of bone, darker and browner in the hollows."""
    t = np.clip((shade[:, None] - 0.2) / 0.72, 0, 1) ** 0.8
    colour = np.asarray(BONE_SHADE) * (1 - t) + np.asarray(BONE) * t
    return np.asarray((np.clip(colour, 0, 1) * 255).astype(np.uint8))
