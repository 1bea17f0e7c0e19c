"""What every picture says about itself: the moment, the scale, the reference, the convention, where it comes from."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from biomech.viz import glyph, words
from biomech.viz.colour import ALERT, QUIET, Scale
from biomech.viz.reading import Spine
from biomech.viz.sheet import Sheet

_FINE = 7.2  # points of the footer


def ground(sheet: Sheet) -> None:
    """A neutral ground, a little darker below."""
    t = np.linspace(0, 1, 256)[:, None, None]
    image = (1 - t) * np.array([0.975, 0.98, 0.985]) + t * np.array([0.875, 0.89, 0.905])
    sheet.image(image, 0, 0, sheet.width, sheet.height, zorder=0)


def to_scale(exaggeration: float) -> str:
    """The sentence about the size of displacements."""
    if exaggeration == 1:
        return "Geometry and displacements to scale (×1)."
    return f"Opening of the discs exaggerated ×{exaggeration:g}; bones, angles and sideways slip to scale; numbers and colours are true."


def heading(sheet: Sheet, spine: Spine, index: int, note: str, alarmed: bool = False) -> None:
    """How the body lies, what the session is, when this is, and how large displacements are drawn."""
    tilt, y = spine.value("tilt", index), sheet.height - 0.62
    glyph.tilt(sheet, (0.85, y), tilt, 0.72)
    glyph.gravity(sheet, (1.38, y + 0.24), (0.0, -1.0), 0.48, "g")
    left, room = 1.70, sheet.width - 2.0
    sheet.text((left, y + 0.10), words.attitude(tilt), 16, bold=True, room=room, gid="title")
    facts = [str(spine.data.attrs.get("title", "")), words.equipment(spine, index), words.moment(spine, index)]
    said = "  ·  ".join(f for f in facts if f)
    if len(broken(sheet, said, room, 8.5)) > 1:
        said = "  ·  ".join(f for f in facts[1:] if f)  # the footer tells the title too
    sheet.text((left, y - 0.12), said, 8.5, colour=QUIET, room=room)
    style = {"colour": ALERT, "bold": True, "gid": "exaggeration"} if alarmed else {"colour": QUIET}
    sheet.text((left, y - 0.31), note, 9 if alarmed else 8.5, room=room, **style)


def title(sheet: Sheet, words_: str, note: str, alarmed: bool = False) -> None:
    """The same for a sheet of several moments: a title and one line."""
    room = sheet.width - 0.9
    sheet.text((0.45, sheet.height - 0.52), words_, 17, bold=True, room=room, smallest=11, gid="title")
    style = {"colour": ALERT, "bold": True, "gid": "exaggeration"} if alarmed else {"colour": QUIET}
    sheet.text((0.45, sheet.height - 0.80), note, 9, room=room, **style)


def footer(sheet: Sheet, spines: Sequence[Spine], scale: Scale | None = None, more: Sequence[str] = (), *, free: float = 0.0) -> None:
    """Reference, convention, what is only predicted, the disclaimer, version and digests; the colours at the right.

    ``free`` inches at the right are left to a scale of the scene's own.
    """
    bar = min(3.2, 0.34 * sheet.width) if scale else 0.0
    if scale:
        glyph.colour_bar(sheet, sheet.width - bar - 0.45, 0.62, bar, scale, "Change of disc height (mm)")
    room = sheet.width - max(bar, free) - (1.3 if scale or free else 0.9)
    first = spines[0]
    notes = [
        *more,
        f"Reference: {'; '.join(sorted({words.reference(s) for s in spines}))}.",
        words.convention(first),
        words.prediction(first),
        words.disclaimer(first),
        *dict.fromkeys(who(s) for s in spines),
        words.provenance(spines),
    ]
    lines = [line for note in notes for line in broken(sheet, note, room)]
    step = min(0.18, 0.90 / max(1, len(lines) - 1 - len(more)))
    for i, line in enumerate(lines):
        sheet.text((0.45, 1.04 + step * (len(more) - i)), line, _FINE, colour=QUIET, room=room)


def who(spine: Spine) -> str:
    """What was simulated of whom."""
    return f"{spine.data.attrs.get('title', '')}: {words.person(spine)}."


def broken(sheet: Sheet, note: str, room: float, size: float = _FINE) -> list[str]:
    """A note on as many lines as it takes: what is said for honesty's sake is not cut."""

    def fits(text: str) -> bool:
        drawn = sheet.text((0, 0), text, size)
        width = sheet.extent(drawn).width
        drawn.remove()
        return bool(width <= room)

    lines: list[str] = []
    rest = note.split(" ")
    while rest:
        count = bisect_left(range(1, len(rest) + 1), True, key=lambda n: not fits(" ".join(rest[:n])))
        lines.append(" ".join(rest[: max(1, count)]))
        rest = rest[max(1, count) :]
    return lines
