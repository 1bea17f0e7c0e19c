"""A sheet of paper measured in inches: what the figures are laid out on."""

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch, Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from biomech.files import replace_file
from biomech.viz.colour import FAINT, INK, PAPER, QUIET
from biomech.viz.reading import Floats
from biomech.viz.target import checked

_STYLE: Any = {"font.family": "DejaVu Sans", "svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "biomech"}
_SMALLEST = 5.5  # points
Spot = tuple[float, float]


class Sheet:
    """One figure; all places in inches from the lower left corner."""

    def __init__(self, width: float, height: float, dpi: float = 150.0) -> None:
        self.width, self.height = width, height
        with rc_context(_STYLE):
            self.figure = Figure(figsize=(width, height), dpi=dpi, facecolor=PAPER)
            self.canvas = FigureCanvasAgg(self.figure)
            self.axes = self.figure.add_axes((0, 0, 1, 1), label="sheet")
        self.axes.set_axis_off()
        self.axes.set_autoscale_on(False)
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(0, height)

    # ---- words
    def text(
        self,
        at: Spot,
        words: str,
        size: float = 9.0,
        *,
        colour: str = INK,
        bold: bool = False,
        ha: str = "left",
        va: str = "baseline",
        room: float | None = None,
        smallest: float = _SMALLEST,
        gid: str | None = None,
    ) -> Text:
        """Write; with ``room`` (inches) the words shrink to ``smallest`` points, and are cut if that is not enough."""
        weight = "bold" if bold else "normal"
        text = self.axes.text(
            *at, words, family=_STYLE["font.family"], fontsize=size, color=colour, fontweight=weight, ha=ha, va=va, gid=gid, zorder=6
        )
        if room is not None:
            self._fit(text, room, smallest)
        return text

    def _fit(self, text: Text, room: float, smallest: float) -> None:
        width = self.extent(text).width
        if width <= room:
            return
        size = float(text.get_fontsize())
        text.set_fontsize(max(smallest, size * room / width * 0.995))
        words = text.get_text()
        while self.extent(text).width > room and len(words) > 4:
            words = words[: -max(1, len(words) // 20)].rstrip(" …")
            text.set_text(words + "…")

    def extent(self, text: Text) -> Bbox:
        """Where words stand, in inches."""
        box = text.get_window_extent()
        return Bbox(box.get_points() / self.figure.dpi)

    # ---- shapes
    def line(self, spots: Sequence[Spot] | Floats, colour: str = FAINT, width: float = 0.7, **style: Any) -> Line2D:
        xy = np.asarray(spots, float)
        line = Line2D(xy[:, 0], xy[:, 1], color=colour, linewidth=width, **{"zorder": 3, "solid_capstyle": "round", **style})
        self.axes.add_line(line)
        return line

    def box(self, at: Spot, width: float, height: float, **style: Any) -> Rectangle:
        patch = Rectangle(at, width, height, **{"zorder": 4, "linewidth": 0, **style})
        self.axes.add_patch(patch)
        return patch

    def shape(self, spots: Sequence[Spot] | Floats, **style: Any) -> Polygon:
        patch = Polygon(np.asarray(spots, float), closed=True, **{"zorder": 2, **style})
        self.axes.add_patch(patch)
        return patch

    def dot(self, at: Spot, radius: float, **style: Any) -> Circle:
        patch = Circle(at, radius, **{"zorder": 5, "linewidth": 0, **style})
        self.axes.add_patch(patch)
        return patch

    def arrow(self, start: Spot, stop: Spot, colour: str = INK, width: float = 1.2, head: float = 9.0) -> FancyArrowPatch:
        patch = FancyArrowPatch(
            start, stop, arrowstyle="-|>", mutation_scale=head, color=colour, linewidth=width, shrinkA=0, shrinkB=0, zorder=5
        )
        self.axes.add_patch(patch)
        return patch

    def image(self, pixels: Any, left: float, bottom: float, width: float, height: float, zorder: float = 1) -> AxesImage:
        """Put pixels on the sheet (rows run downwards)."""
        image = AxesImage(
            self.axes,
            extent=(left, left + width, bottom, bottom + height),
            origin="upper",
            zorder=zorder,
            interpolation="antialiased",
        )
        image.set_data(pixels)
        image.set_clip_path(self.axes.patch)
        self.axes.add_image(image)
        return image

    def axes_at(self, left: float, bottom: float, width: float, height: float, label: str) -> Axes:
        """Axes at a place, without a ground of their own."""
        with rc_context({"font.family": _STYLE["font.family"]}):
            axes = self.figure.add_axes((left / self.width, bottom / self.height, width / self.width, height / self.height), label=label)
        axes.patch.set_alpha(0.0)
        return axes

    # ---- out
    def save(self, path: str | os.PathLike[str], dpi: float | None = None) -> Path:
        """Write it; ``dpi`` overrides the pixels per inch it was made for."""
        return save(self.figure, path, dpi)


def save(figure: Figure, path: str | os.PathLike[str], dpi: float | None = None) -> Path:
    """Write a figure; the file appears whole or not at all, and equal figures give equal bytes."""
    target = checked(path)
    kind = target.suffix.lower()[1:]
    # no dates in the file: the same result gives the same picture, byte for byte
    metadata = {"png": {"Software": "biomech"}, "pdf": {"CreationDate": None, "Creator": "biomech"}, "svg": {"Date": None}}[kind]
    buffer = io.BytesIO()
    with rc_context(_STYLE):
        figure.savefig(buffer, format=kind, dpi=dpi or figure.dpi, metadata=metadata, facecolor=PAPER)
    replace_file(target, lambda part: part.write_bytes(buffer.getvalue()))
    return target


def without_frame(axes: Axes) -> None:
    """Two grey lines and small ticks in place of a frame."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(QUIET)
    axes.tick_params(colors=INK, labelsize=8, width=0.7, length=3, color=QUIET)
