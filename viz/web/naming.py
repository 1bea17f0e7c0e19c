"""What to call the cases of a page: headings, and words for the middle of a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from biomech.viz import words
from biomech.viz.reading import Spine

LETTERS = "ABCD"


@dataclass(frozen=True)
class Name:
    """One case in words."""

    letter: str
    heading: str  # "60° head-down"
    within: str  # "at 60°"


# what one says of an equipment in the middle of a sentence; any other one is "on" it
_WHERE = {
    "lying": "lying", "standing": "standing", "sitting": "sitting", "headstand": "in a headstand",
    "shoulder stand": "in a shoulder stand", "gravity boots": "in gravity boots", "fowler": "in Fowler's position",
    "forward fold": "in a forward fold", "downward dog": "in downward dog", "upright suspension": "hanging upright",
}  # fmt: skip


def name_cases(spines: Sequence[Spine]) -> list[Name]:
    """Names that tell the cases apart by what differs: angle, then equipment, then person, then title."""
    tilts = [s.value("tilt", s.end) for s in spines]
    attitudes = [words.attitude(t) for t in tilts]
    gear = [words.equipment(s) for s in spines]
    whole = [f"{g[:1].upper()}{g[1:]}, {a}" for g, a in zip(gear, attitudes, strict=True)]
    places = [_place(g, t) for g, t in zip(gear, tilts, strict=True)]
    if _different(attitudes) and len(set(gear)) == 1 and gear[0] not in _WHERE:
        return _names(attitudes, [f"at {words.angle(t)}" if t > 0.5 else a for t, a in zip(tilts, attitudes, strict=True)])
    if _different(places):
        return _names(whole, places)
    titles = [str(s.data.attrs.get("title", "")) for s in spines]
    cases = [f"in case {letter}" for letter in LETTERS[: len(spines)]]
    if _different(titles):
        return _names(titles, cases)
    return _names([f"{letter}: {w}" for letter, w in zip(LETTERS, whole, strict=False)], cases)


def _place(gear: str, tilt: float) -> str:
    """On the inversion table at 60°, in a headstand."""
    where = _WHERE.get(gear, f"on the {gear}")
    return where if gear in _WHERE or abs(tilt) < 0.5 else f"{where} at {words.angle(tilt)}"


def _different(texts: Sequence[str]) -> bool:
    return len(set(texts)) == len(texts) and all(texts)


def _names(headings: Sequence[str], within: Sequence[str]) -> list[Name]:
    return [Name(letter, h, w) for letter, h, w in zip(LETTERS, headings, within, strict=False)]
