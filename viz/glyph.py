"""Small signs: how the body lies, where gravity pulls, how long a millimetre is."""

import numpy as np

from biomech.viz import words
from biomech.viz.colour import FAINT, INK, QUIET, Scale
from biomech.viz.sheet import Sheet, Spot

GRAVITY = "#1f6f8b"


def tilt(sheet: Sheet, centre: Spot, degrees: float, size: float = 0.62) -> None:
    """How the trunk lies, seen from the right: a figure through ``centre``, the horizontal dashed, the angle between."""
    x, y = centre
    half = size / 2
    theta = np.radians(degrees)
    ahead = np.array([-np.cos(theta), -np.sin(theta)])  # from the feet to the head
    middle = np.array([x, y])
    sheet.line([(x - half * 1.16, y), (x + half * 1.16, y)], FAINT, 0.9, dashes=(3, 2))
    feet, hip, neck = (middle + ahead * t for t in (-half * 0.98, -half * 0.02, half * 0.60))
    sheet.line([tuple(feet), tuple(hip)], INK, 3.6 * size)
    sheet.line([tuple(hip), tuple(neck)], INK, 7.0 * size)
    head = middle + ahead * half * 0.86
    sheet.dot((float(head[0]), float(head[1])), 0.085 * size, facecolor=INK)
    sweep = np.linspace(0, theta, 24)
    if 0.02 < abs(theta) < 1.55:
        arc = np.stack([x - half * 1.16 * np.cos(sweep), y - half * 1.16 * np.sin(sweep)], axis=1)
        sheet.line(arc, QUIET, 0.8)


def gravity(sheet: Sheet, at: Spot, direction: tuple[float, float], length: float, label: str) -> None:
    """An arrow from ``at``; ``direction`` in the picture."""
    d = np.asarray(direction, float)
    size = float(np.linalg.norm(d))
    if size < 0.05:  # along the line of sight
        sheet.dot(at, 0.03, facecolor=GRAVITY)
        sheet.text((at[0] + 0.07, at[1]), label, 7.5, colour=GRAVITY, va="center")
        return
    tip = (at[0] + length * d[0] / size, at[1] + length * d[1] / size)
    sheet.arrow(at, tip, GRAVITY, 1.5)
    side = "left" if d[0] >= -0.3 * size else "right"
    gap = 0.07 if side == "left" else -0.07
    middle = ((at[0] + tip[0]) / 2, (at[1] + tip[1]) / 2)
    sheet.text(
        (max(at[0], middle[0]) + gap if side == "left" else middle[0] + gap, middle[1]),
        label,
        7.5,
        colour=GRAVITY,
        ha=side,
        va="center",
    )


def scale_bar(sheet: Sheet, at: Spot, inches_per_mm: float, mm: float, label: str | None = None, colour: str = INK) -> None:
    """A vertical bar of so many millimetres."""
    x, y = at
    high = mm * inches_per_mm
    sheet.line([(x, y), (x, y + high)], colour, 2.2, solid_capstyle="butt")
    sheet.text((x + 0.08, y + high / 2), label or f"{mm:g} mm", 7.5, colour=colour, va="center")


def colour_bar(sheet: Sheet, left: float, bottom: float, width: float, scale: Scale, title: str) -> None:
    """The symmetric scale lying down, with signed ticks and both ends named."""
    height = 0.14
    sheet.image(scale.ramp(), left, bottom, width, height)
    sheet.box((left, bottom), width, height, facecolor="none", edgecolor=INK, linewidth=0.6)
    decimals = 3 if scale.limit < 0.1 else 2
    for part in (-1.0, -0.5, 0.0, 0.5, 1.0):
        x = left + width * (part + 1) / 2
        sheet.line([(x, bottom), (x, bottom - 0.04)], INK, 0.6)
        sheet.text((x, bottom - 0.07), words.signed(part * scale.limit, decimals), 7.5, ha="center", va="top", gid="colour-tick")
    sheet.text((left, bottom + height + 0.06), "◂ thinner", 8, colour=QUIET)
    sheet.text((left + width, bottom + height + 0.06), "thicker ▸", 8, colour=QUIET, ha="right")
    above = 0.06 if width > 3.3 else 0.24  # a short bar has no room between its ends
    sheet.text((left + width / 2, bottom + height + above), title, 8.5, ha="center", bold=True)
