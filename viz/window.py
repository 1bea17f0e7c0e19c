"""The window of `view`: the spine in three dimensions with a slider for time."""

from __future__ import annotations

import numpy as np

from biomech.errors import InputError
from biomech.viz import words
from biomech.viz.bones.disc import discs
from biomech.viz.colour import INK, Scale
from biomech.viz.portrait import Portraits
from biomech.viz.probe import screen
from biomech.viz.reading import Result, Spine

_SIZE = (900, 1200)


def view(result: Result) -> None:
    """Open a window and return when it is closed.

    Raises
    ------
    biomech.errors.InputError
        Where there is no screen; `biomech render` draws pictures there.
    """
    missing = screen()
    if missing:
        raise InputError(f"cannot open a window: {missing}", hint="draw a picture instead: biomech render RESULT -o spine.png")
    Viewer(Spine(result)).show()


class Viewer:
    """The scene behind the window; can be driven off screen, too."""

    def __init__(self, spine: Spine, *, off_screen: bool = False) -> None:
        from biomech.viz.stage import Stage

        self.spine = spine
        self.scale = Scale.fitting([1.15 * v for v in spine.height_changes(spine.end).values()])
        self.stage = Stage(Portraits(flat=False).bones(spine), _SIZE, off_screen=off_screen)
        self.plotter = self.stage.plotter
        self._caption = self.plotter.add_text("", position="upper_left", font_size=11, color=INK, render=False)
        self._legend()
        start = max(0.0, float(spine.time[0])), float(spine.time[-1])
        self.set_time(float(spine.time[spine.end]))
        middle = np.mean([frame.origin for frame in spine.anchored_pose(spine.end).values()], axis=0)
        self.stage.look_from_the_right((float(middle[0]), float(middle[1]) - 75), 440)
        if not off_screen:
            self.plotter.add_slider_widget(
                self.set_time,
                start,
                value=float(spine.time[spine.end]),
                title="seconds into the session",
                pointa=(0.12, 0.06),
                pointb=(0.88, 0.06),
                color=INK,
                style="modern",
                fmt="%.0f",
                title_height=0.014,
                slider_width=0.02,
                tube_width=0.006,
            )

    def set_time(self, time_s: float) -> None:
        """Show the sample nearest to a time."""
        spine = self.spine
        index = spine.index(float(np.clip(time_s, spine.time[0], spine.time[-1])))
        pose, changes = spine.anchored_pose(index), spine.height_changes(index)
        self.stage.set_pose(pose)
        self.stage.set_discs(discs(spine, pose), {level: self.scale.colour(v) for level, v in changes.items()})
        self._caption.SetText(2, self.caption(index))
        self.plotter.render()

    def caption(self, index: int) -> str:
        """What the window says about a sample."""
        spine = self.spine
        return (
            "\n".join(
                [
                    f"{words.attitude(spine.value('tilt', index))}, {words.moment(spine, index)}",
                    f"column C7-S1 {words.signed(spine.change('spine_length', index))} mm, "
                    f"lumbar L1-S1 {words.signed(spine.change('lumbar_length', index))} mm",
                    f"against {words.reference(spine)}; discs coloured by change of height, to scale (x1)",
                    words.disclaimer(spine),
                ]
            )
            .replace(words.MINUS, "-")
            .replace("“", '"')
            .replace("”", '"')
        )

    def _legend(self) -> None:
        from cmcrameri import cm
        from pyvista import LookupTable
        from vtkmodules.vtkRenderingAnnotation import vtkScalarBarActor

        bar = vtkScalarBarActor()
        bar.SetLookupTable(LookupTable(cm.vik, scalar_range=(-self.scale.limit, self.scale.limit)))
        bar.SetTitle("mm\n")
        bar.SetLabelFormat("%+.2f")
        bar.SetNumberOfLabels(5)
        bar.SetPosition(0.84, 0.2)
        bar.SetWidth(0.12)
        bar.SetHeight(0.5)
        bar.UnconstrainedFontSizeOn()
        for style in (bar.GetTitleTextProperty(), bar.GetLabelTextProperty()):
            style.SetColor(0.11, 0.14, 0.17)
            style.ShadowOff()
            style.ItalicOff()
            style.BoldOff()
            style.SetFontSize(16)
        self.plotter.add_actor(bar, render=False)

    def show(self) -> None:
        """Hand over to the window system until the window is closed."""
        self.plotter.show()
