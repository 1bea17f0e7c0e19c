"""The window of `view`: the spine in three dimensions with a slider for time, and every level's numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from biomech.errors import InputError
from biomech.viz import words
from biomech.viz.bones.disc import discs
from biomech.viz.colour import INK, PRESSURE_LIMIT, Colour, Scale, pressure_colour, round_up
from biomech.viz.exaggerate import exaggerated, most_bearable
from biomech.viz.portrait import Portraits
from biomech.viz.probe import screen
from biomech.viz.reading import Floats, Frame, Pose, Result, Spine, anchored, turned

_SIZE = (1180, 900)
_GROUND = "#e3e8ed"
_GHOST = (0.62, 0.70, 0.80)
_MOST = 40.0
_KEYS = "drag: turn   wheel: zoom   click a disc: its numbers   F: colours   G: ghost   B: body   1 2 3: side, front, oblique"


def view(result: Result) -> None:
    """Open a window and return when it is closed.

    Raises
    ------
    biomech.errors.InputError
        Where there is no screen; `biomech view --web` and `biomech render` work there.
    """
    missing = screen()
    if missing:
        raise InputError(f"cannot open a window: {missing}", hint="biomech view --web RESULT, or biomech render RESULT -o spine.png")
    Viewer(Spine(result)).show()


@dataclass(frozen=True)
class Field:
    """What the discs are coloured by."""

    name: str
    title: str
    values: Callable[[Spine, int], dict[str, float]]
    signed: bool
    unit: str
    decimals: int = 2


FIELDS = (
    Field("height", "change of disc height (mm)", Spine.height_changes, True, "mm"),
    Field("pressure", "nucleus pressure (MPa)", lambda s, i: s.levelled("nucleus_pressure", i), False, "MPa"),
    Field("force", "axial force (N), tension +", lambda s, i: s.levelled("axial_force", i), True, "N", 0),
)


class Viewer:
    """The scene behind the window; can be driven off screen, too."""

    def __init__(self, spine: Spine, *, off_screen: bool = False) -> None:
        from biomech.viz.bones.skeleton import COARSE
        from biomech.viz.stage import Stage

        self.spine = spine
        self.index, self.factor, self.level = spine.end, 1.0, "L4/L5"
        self.ghost, self.body, self.side = False, False, "side"
        self.fields = [f for f in FIELDS if any(np.isfinite(v) for v in f.values(spine, spine.end).values())]
        self.field = self.fields[0]
        portraits = Portraits(flat=False)
        self._bones = portraits.bones(spine, COARSE)
        self.stage = Stage({**self._bones, **portraits.around(spine, COARSE)}, _SIZE, off_screen=off_screen)
        self.plotter = self.stage.plotter
        self.plotter.set_background(_GROUND)  # pale discs must stand out from it
        self.most = max(1.0, min(_MOST, *(most_bearable(spine, i) for i in self._session())))
        self._limits = {f.name: self._limit(f) for f in self.fields}
        self._caption = self.plotter.add_text("", position="upper_left", font_size=10, color=INK, render=False)
        self._numbers = self.plotter.add_text("", position="lower_right", font_size=10, color=INK, render=False)
        self._bar: Any = None
        self._show_ghost()
        self._layers()
        self.draw()
        self.look("side")
        if not off_screen:
            self._controls()

    def _session(self) -> list[int]:
        """Samples of the session and what follows: what the slider covers."""
        return [int(i) for i in np.flatnonzero(self.spine.time >= self.spine.time[self.spine.reference] - 1e-6)]

    def _limit(self, field: Field) -> float:
        values = [v for i in self._session() for v in field.values(self.spine, i).values() if np.isfinite(v)]
        if field.signed:
            return Scale.fitting([1.05 * v for v in values]).limit
        return round_up(max([PRESSURE_LIMIT, *values]))

    # ---- what can be asked for
    def set_time(self, time_s: float) -> None:
        """Show the sample nearest to a time."""
        self.index = self.spine.index(float(np.clip(time_s, self.spine.time[0], self.spine.time[-1])))
        self.draw()

    def set_exaggeration(self, factor: float) -> None:
        """Enlarge displacements; never so much that a disc would vanish at this moment."""
        self.factor = float(np.clip(factor, 1.0, self.most))
        self.draw()

    def set_field(self, name: str) -> None:
        """Colour the discs by "height", "pressure" or "force"."""
        self.field = next(f for f in self.fields if f.name == name)
        self.draw()

    def next_field(self) -> None:
        """The next of the fields."""
        names = [f.name for f in self.fields]
        self.set_field(names[(names.index(self.field.name) + 1) % len(names)])

    def toggle_ghost(self) -> None:
        """Show or hide the reference state behind the spine."""
        self.ghost = not self.ghost
        self._layers()
        self.plotter.render()

    def toggle_body(self) -> None:
        """Show or hide skull, ribs and hips."""
        self.body = not self.body
        self._layers()
        self.look(self.side)

    def pick(self, point: Floats) -> str:
        """Choose the disc nearest to a point of the scene and show its numbers."""
        made = discs(self.spine, self._pose())
        middles = {v: (d.lower.frame.origin + d.upper.frame.origin) / 2 for v, d in made.items()}
        self.level = min(middles, key=lambda v: float(np.linalg.norm(middles[v] - np.asarray(point))))
        self._write()
        self.plotter.render()
        return self.level

    def look(self, side: str) -> None:
        """From the "side", the "front", or "oblique"."""
        middle = np.mean([f.origin for f in self.spine.anchored_pose(self.spine.end).values()], axis=0)
        axes = {"side": turned(0, 0), "front": turned(89.9, 0), "oblique": turned(42, 10)}[side]
        self.stage.look(Frame(middle + ([0, -22.0, 0] if self.body else [0, -62.0, 0]), axes), 530 if self.body else 410)
        self.side = side
        self.plotter.render()

    # ---- drawing
    def _pose(self) -> Pose:
        factor = min(self.factor, most_bearable(self.spine, self.index))
        return anchored(exaggerated(self.spine, self.index, max(1.0, factor)))

    def colours(self) -> dict[str, Colour]:
        """The colours of the discs now."""
        limit, values = self._limits[self.field.name], self.field.values(self.spine, self.index)
        if self.field.signed:
            return {v: Scale(limit).colour(x) for v, x in values.items()}
        return {v: pressure_colour(x, limit) for v, x in values.items()}

    def draw(self) -> None:
        """Bring everything up to date."""
        pose = self._pose()
        self.stage.set_pose(pose)
        self.stage.set_discs(discs(self.spine, pose, self.index), self.colours())
        self._write()
        self._legend()
        self.plotter.render()

    def _show_ghost(self) -> None:
        pose = self.spine.anchored_pose(self.spine.reference)
        for name, mesh in self._bones.items():
            self.stage.add("ghost", mesh.copy(deep=False), _GHOST, opacity=0.28)
            self.stage.last("ghost").user_matrix = pose[name].matrix

    def _layers(self) -> None:
        shown = ["bones", "discs"] + (["ghost"] if self.ghost else []) + (["around", "ribs"] if self.body else [])
        self.stage.show(*shown)

    def caption(self, index: int) -> str:
        """What the window says about a sample."""
        spine = self.spine
        size = "to scale (x1)" if self.factor == 1 else f"EXAGGERATED x{self.factor:.3g}"
        return _plain(
            [
                f"{words.attitude(spine.value('tilt', index))}, {words.moment(spine, index)}",
                f"column C7-S1 {words.signed(spine.change('spine_length', index))} mm, "
                f"lumbar L1-S1 {words.signed(spine.change('lumbar_length', index))} mm",
                f"against {words.reference(spine)}; displacements {size}",
                f"discs: {self.field.title}",
                _KEYS,
                words.disclaimer(spine),
            ]
        )

    def numbers(self) -> dict[str, str]:
        """What is said about the chosen level: name → number with its unit."""
        spine, level, i = self.spine, self.level, self.index
        known: Mapping[str, tuple[str, int, str]] = {
            "disc_height": ("disc height", 2, "mm"), "disc_angle": ("disc angle", 1, "deg"), "axial_force": ("axial force", 0, "N"),
            "nucleus_pressure": ("nucleus pressure", 2, "MPa"), "facet_force": ("facet force", 0, "N"), "water_content": ("water", 1, "%"),
        }  # fmt: skip
        said = {"level": level, "change of height": f"{words.signed(spine.height_changes(i)[level])} mm"}
        for name, (label, decimals, unit) in known.items():
            value = spine.levelled(name, i)[level]
            if np.isfinite(value):
                said[label] = f"{words.plain(value, decimals)} {unit}"
        return said

    def _write(self) -> None:
        self._caption.SetText(2, self.caption(self.index))
        self._numbers.SetText(1, _plain([v if k == "level" else f"{k}: {v}" for k, v in self.numbers().items()]))

    def _legend(self) -> None:
        from cmcrameri import cm
        from pyvista import LookupTable
        from vtkmodules.vtkRenderingAnnotation import vtkScalarBarActor

        if self._bar is not None:
            self.plotter.remove_actor(self._bar, reset_camera=False, render=False)
        limit, field = self._limits[self.field.name], self.field
        bar = vtkScalarBarActor()
        span = (-limit, limit) if field.signed else (0.0, limit)
        bar.SetLookupTable(LookupTable(cm.vik if field.signed else cm.devon_r, scalar_range=span))
        bar.SetTitle(f"{field.unit}\n")
        bar.SetLabelFormat(f"%{'+' if field.signed else ''}.{field.decimals}f")
        bar.SetNumberOfLabels(5)
        bar.SetPosition(0.88, 0.36)
        bar.SetWidth(0.09)
        bar.SetHeight(0.42)
        bar.UnconstrainedFontSizeOn()
        for style in (bar.GetTitleTextProperty(), bar.GetLabelTextProperty()):
            style.SetColor(0.11, 0.14, 0.17)
            style.ShadowOff()
            style.ItalicOff()
            style.SetFontSize(13)
        self._bar = self.plotter.add_actor(bar, reset_camera=False, render=False)[0]

    def _controls(self) -> None:
        spine, look = self.spine, {"color": INK, "style": "modern", "title_height": 0.013, "slider_width": 0.018, "tube_width": 0.005}
        start, stop = (float(spine.time[i]) for i in (self._session()[0], self._session()[-1]))
        self.plotter.add_slider_widget(
            self.set_time, (start, stop), value=float(spine.time[spine.end]), title="seconds into the session",
            pointa=(0.05, 0.06), pointb=(0.60, 0.06), fmt="%.0f", **look,
        )  # fmt: skip
        if self.most > 1.5:
            self.plotter.add_slider_widget(
                self.set_exaggeration, (1.0, self.most), value=1.0, title="displacements x", pointa=(0.05, 0.16), pointb=(0.25, 0.16),
                fmt="%.0f", **look,
            )  # fmt: skip
        for key, action in self.keys().items():
            self.plotter.add_key_event(key, action)
        # VTK has meanings of its own for F and 3 (flying to a point, stereo), which would come on top of ours
        hands = self.plotter.iren.interactor
        style = hands.GetInteractorStyle()
        style.AddObserver("CharEvent", lambda *_: None if hands.GetKeySym().lower() in self.keys() else style.OnChar())
        self.plotter.enable_point_picking(
            callback=lambda point: self.pick(np.asarray(point)), left_clicking=True, show_message=False, show_point=False, tolerance=0.01
        )

    def keys(self) -> dict[str, Callable[[], Any]]:
        """What each key does."""
        return {
            "f": self.next_field, "g": self.toggle_ghost, "b": self.toggle_body,
            "1": lambda: self.look("side"), "2": lambda: self.look("front"), "3": lambda: self.look("oblique"),
        }  # fmt: skip

    def show(self) -> None:
        """Hand over to the person."""
        self.plotter.show(title="biomech", auto_close=False)
        self.stage.close()


def _plain(lines: list[str]) -> str:
    """VTK's own fonts lack the signs of our texts."""
    text = "\n".join(lines)
    for sign, plain in ((words.MINUS, "-"), ("“", '"'), ("”", '"'), ("–", "-"), ("×", "x")):
        text = text.replace(sign, plain)
    return text
