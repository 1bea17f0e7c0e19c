"""What every picture says about itself: the moment, the scale, the reference, the convention, where it comes from."""

from collections.abc import Sequence

import numpy as np

from biomech.viz import glyph, words
from biomech.viz.colour import ALERT, QUIET, Scale
from biomech.viz.reading import Spine
from biomech.viz.sheet import Sheet

BELOW = 1.35  # inches at the foot of a sheet that the footer takes
ABOVE = 1.20  # inches that the heading takes


def ground(sheet: Sheet) -> None:
    """A neutral ground, a little darker below."""
    t = np.linspace(0, 1, 256)[:, None, None]
    image = (1 - t) * np.array([0.975, 0.98, 0.985]) + t * np.array([0.875, 0.89, 0.905])
    sheet.image(image, 0, 0, sheet.width, sheet.height, zorder=0)


def to_scale(exaggeration: float) -> str:
    """The sentence about the size of displacements."""
    if exaggeration == 1:
        return "Geometry and displacements to scale (×1)."
    return f"Displacements exaggerated ×{exaggeration:g}; bones and angles to scale; numbers and colours are true."


def heading(sheet: Sheet, spine: Spine, index: int, note: str, alarmed: bool = False, title: str = "") -> None:
    """How the body lies, what the session is, when this is, and how large displacements are drawn."""
    tilt, y = spine.value("tilt", index), sheet.height - 0.62
    glyph.tilt(sheet, (0.85, y), tilt, 0.72)
    glyph.gravity(sheet, (1.38, y + 0.24), (0.0, -1.0), 0.48, "g")
    left, room = 1.70, sheet.width - 2.0
    sheet.text((left, y + 0.10), title or words.attitude(tilt), 16, bold=True, room=room, gid="title")
    facts = [str(spine.data.attrs.get("title", "")), words.equipment(spine, index), words.moment(spine, index)]
    sheet.text((left, y - 0.12), "  ·  ".join(f for f in facts if f), 8.5, colour=QUIET, room=room)
    style = {"colour": ALERT, "bold": True, "gid": "exaggeration"} if alarmed else {"colour": QUIET}
    sheet.text((left, y - 0.31), note, 9 if alarmed else 8.5, room=room, **style)


def title(sheet: Sheet, words_: str, note: str, alarmed: bool = False) -> None:
    """The same for a sheet of several moments: a title and one line."""
    room = sheet.width - 0.9
    sheet.text((0.45, sheet.height - 0.52), words_, 17, bold=True, room=room, smallest=11, gid="title")
    style = {"colour": ALERT, "bold": True, "gid": "exaggeration"} if alarmed else {"colour": QUIET}
    sheet.text((0.45, sheet.height - 0.80), note, 9, room=room, **style)


def footer(sheet: Sheet, spines: Sequence[Spine], scale: Scale | None = None, more: Sequence[str] = ()) -> None:
    """Reference, convention, what is only predicted, the disclaimer, version and digests; the colours at the right."""
    bar = min(3.2, 0.34 * sheet.width) if scale else 0.0
    if scale:
        glyph.colour_bar(sheet, sheet.width - bar - 0.45, 0.62, bar, scale, "Change of disc height (mm)")
    room = sheet.width - bar - (1.3 if scale else 0.9)
    first = spines[0]
    notes = [
        *more,
        f"Reference: {'; '.join(sorted({words.reference(s) for s in spines}))}.",
        words.convention(first),
        words.prediction(first),
        words.disclaimer(first),
        words.provenance(spines),
    ]
    for i, note in enumerate(notes):
        sheet.text((0.45, 1.02 + 0.18 * len(more) - 0.18 * i), note, 7.2, colour=QUIET, room=room)
