"""The answer in sentences a patient understands, with the numbers in them.

Every number comes from the measures or from the dataset at the end of the last hold; no sentence claims what the result
does not show.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from biomech.library.anatomy import LUMBAR_LEVELS
from biomech.viz import words
from biomech.viz.web.told import Told

GRAVITY = 9.81  # m/s², to say newtons as the weight of kilograms
_NECK = ("C2/C3", "C3/C4", "C4/C5", "C5/C6", "C6/C7")
_NOTHING_N = 5.0  # forces below are not worth a word
_RELIEVED = 0.8  # a disc that carries more than this share of its load in standing is not called relieved
_NECK_N = 100.0  # a neck pressed harder than this at the end is told


@dataclass(frozen=True)
class Paragraph:
    """A heading and its sentences."""

    key: str
    heading: str
    sentences: tuple[str, ...]


def summary(cases: Sequence[Told]) -> list[Paragraph]:
    """What happens, why, and what is left of it; a paragraph the results cannot speak about is left out."""
    makers: tuple[tuple[str, str, Callable[[Sequence[Told]], list[str]]], ...] = (
        ("length", "How much longer", _length),
        ("why", "Why", _why),
        ("pressure", "Inside the discs", _pressure),
        ("neck", "The neck", _neck),
        ("after", "What is left afterwards", _after),
    )
    made = [Paragraph(key, heading, tuple(make(cases))) for key, heading, make in makers]
    return [p for p in made if p.sentences]


def mm(value: float) -> str:
    """A length without its sign."""
    return f"{abs(value):.2f} mm"


def newtons(value: float) -> str:
    """A force, and what weighs as much."""
    return f"{abs(value):.0f} N (the weight of {abs(value) / GRAVITY:.0f} kg)"


def _more(value: float) -> str:
    return "longer" if value >= 0 else "shorter"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _same_reference(cases: Sequence[Told]) -> str:
    return words.reference(cases[0].spine)


def _length(cases: Sequence[Told]) -> list[str]:
    lumbar = [c.value("lumbar_length_change_mm") for c in cases]
    column = [c.value("spine_length_change_mm") for c in cases]
    parts = [f"{mm(v)} {_more(v)} {c.name.within}" for c, v in zip(cases, lumbar, strict=True)]
    out = [f"At the end of the hold, the lower back (L1 to S1) is {words.listed(parts)} than {_same_reference(cases)}."]
    if len(cases) == 2:
        gap = lumbar[1] - lumbar[0]
        out.append(f"{_sentence(cases[1].name.within)}, that is {mm(gap)} {'more' if gap >= 0 else 'less'} than {cases[0].name.within}.")
    parts = [f"{mm(v)} {_more(v)} {c.name.within}" for c, v in zip(cases, column, strict=True)]
    out.append(f"The whole column from the base of the neck (C7) to the sacrum is {words.listed(parts)}.")
    spans = []
    for c in cases:
        discs = [c.level(v, "disc_height_change_mm") for v in LUMBAR_LEVELS]
        low, high = min(discs), max(discs)
        spans.append(f"{words.signed(low)} to {words.signed(high)} mm {c.name.within}")
    out.append(f"Each of the five lumbar discs changes by {words.listed(spans)}.")
    return out


def _why(cases: Sequence[Told]) -> list[str]:
    out: list[str] = []
    for c in cases:
        out += _mechanism(c)
    return out


def _mechanism(c: Told) -> list[str]:
    """Where the weight goes, and whether a disc is pulled or only no longer pressed."""
    left, after, before = c.value("net_traction_N"), c.level("L5/S1", "axial_force_N"), _force_before(c)
    if not (np.isfinite(left) and np.isfinite(after) and before < 0):
        return []
    head = _sentence(c.name.within)
    if left < _NOTHING_N:
        share = 100 * after / before
        if left < -_NOTHING_N:
            weighs = f"{head}, weight presses on the lowest disc (L5/S1) with {newtons(left)}"
        else:
            weighs = f"{head}, weight neither pulls nor presses on the lowest disc (L5/S1)"
        carries = f"With what the muscles add it carries {abs(after):.0f} N, {share:.0f} % of the {-before:.0f} N standing"
        relieved = share < 100 * _RELIEVED
        verdict = "what it gains is the load of standing taken away, not a pull" if relieved else "the lower back is not relieved"
        return [f"{weighs}. {carries}, so {verdict}."]
    return [*_weight(c), _pull(c, left, after, before)]


def _weight(c: Told) -> list[str]:
    """How much of the upper body acts along the spine, and what friction takes of it."""
    weight, friction = c.value("gravity_along_spine_N"), c.value("friction_used_N")
    if not weight > _NOTHING_N:
        return []
    head = f"{_sentence(c.name.within)}, {newtons(weight)} of the upper body pull towards the head"
    rest = words.moved_and_belly(c.values)
    moved = "" if rest is None else f" Moved blood and the pressure of the belly {'add' if rest > 0 else 'take'} {abs(rest):.0f} N."
    if friction > _NOTHING_N:
        return [f"{head}. Friction of the back on its support holds {friction:.0f} N of that ({100 * friction / weight:.0f} %).{moved}"]
    return [f"{head}, and no friction holds them.{moved}"]


def _pull(c: Told, left: float, after: float, before: float) -> str:
    """What of the pull reaches the lowest disc."""
    start = f"{left:.0f} N are left to pull at the lowest disc (L5/S1)"
    if not c.value("gravity_along_spine_N") > _NOTHING_N:
        start = f"{_sentence(c.name.within)}, {newtons(left)} pull at the lowest disc (L5/S1)"
    if after > _NOTHING_N:
        reaches = f"The muscles press against it, but {after:.0f} N of pull reach the disc"
        return f"{start}. {reaches}; standing, it is pressed with {-before:.0f} N. It is really pulled."
    return (
        f"{start}, less than the muscles press: the disc is still pressed with {-after:.0f} N, against {-before:.0f} N standing. "
        "What it gains is the load of standing taken away, not a pull."
    )


def _force_before(c: Told) -> float:
    data = c.spine.data
    return float(data["axial_force"].values[c.spine.reference, c.spine.levels.index("L5/S1")])


def _pressure(cases: Sequence[Told]) -> list[str]:
    before = cases[0].level("L4/L5", "standing_nucleus_pressure_MPa")
    found = [(c, c.level("L4/L5", "nucleus_pressure_MPa")) for c in cases]
    if not np.isfinite(before) or not all(np.isfinite(v) for _, v in found):
        return []
    parts = [f"{_pascals(v)} {c.name.within}" for c, v in found]
    return [f"The pressure inside the disc L4/L5 goes from {before:.2f} MPa standing to {words.listed(parts)}."]


def _pascals(value: float) -> str:
    return f"slightly below zero ({words.plain(value, 2)} MPa)" if value <= -0.005 else f"{max(value, 0.0):.2f} MPa"


def _neck(cases: Sequence[Told]) -> list[str]:
    out = []
    for c in cases:
        force = min(c.level(v, "axial_force_N") for v in _NECK)
        if force < -_NECK_N:
            out.append(f"{_sentence(c.name.within)}, the neck is pressed together with {newtons(force)}.")
    return out


def _after(cases: Sequence[Told]) -> list[str]:
    out = []
    soon = [(c, c.value("stature_gain_mm")) for c in cases]
    if all(np.isfinite(v) for _, v in soon):
        out.append(f"One minute after standing up again, the person is {_afterwards(soon)} than before it.")
    late = [(c, c.value("stature_gain_40min_mm")) for c in cases]
    if all(np.isfinite(v) for _, v in late):
        why = " (standing goes on costing height, session or not)" if min(v for _, v in late) < 0 else ""
        out.append(f"40 minutes later: {_afterwards(late)}{why}.")
    return out


def _afterwards(found: Sequence[tuple[Told, float]]) -> str:
    """Standing, not in the session: nobody is taller "at 60°"."""
    return words.listed([f"{mm(v)} {'taller' if v >= 0 else 'shorter'} after the session {c.name.within}" for c, v in found])
