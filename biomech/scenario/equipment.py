"""What a scenario needs to know of a device or posture; the supports are posture's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from biomech import library
from biomech.library.document import KeyPath, read_document


@dataclass(frozen=True)
class Holder:
    """A device or posture, as far as a sequence of phases is concerned."""

    name: str
    fixed_deg: float | None  # tilt, where the person cannot choose it
    lowest_deg: float
    highest_deg: float
    harness: bool  # has a harness with an adjustable pull
    surface: bool  # has a surface, and so friction

    def allows(self, angle_deg: float) -> bool:
        """Can it stand at this tilt?"""
        return self.lowest_deg <= angle_deg <= self.highest_deg


def holder(name: str) -> Holder:
    """Look a device or posture up; whatever is wrong with its file is an `InputError`."""
    file = library.load("equipment", name)
    data = file.data
    trunk: Any = data.get("trunk_angle_deg")
    span: Any = [trunk, trunk] if _number(trunk) else data.get("angle_range_deg", [-90, 90])
    wrong: KeyPath = ()
    if trunk != "session" and not _number(trunk):
        wrong, allowed = ("trunk_angle_deg",), '"session", or a number of degrees'
    elif not (isinstance(span, list) and len(span) == 2 and all(map(_number, span))):
        wrong, allowed = ("angle_range_deg",), "[lowest, highest] in degrees"
    supports: Any = data.get("support", [])
    if not isinstance(supports, list) or not all(isinstance(s, dict) for s in supports):
        wrong, allowed = ("support",), "[[support]] tables"
    if wrong:
        raise read_document(file.file).error("is missing or wrong", wrong, allowed)
    return Holder(
        name=name,
        fixed_deg=float(trunk) if _number(trunk) else None,
        lowest_deg=float(span[0]),
        highest_deg=float(span[1]),
        harness=any(s.get("kind") == "harness" and not s.get("anchor") for s in supports),
        surface=any(s.get("kind") == "surface" for s in supports),
    )


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
