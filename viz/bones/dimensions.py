"""The dimensions a vertebra is drawn from, read off the dataset; gaps filled by proportion.

A dimension the dataset lacks (nan) is drawn in proportion to the vertebral body. Such a proportion
only makes the picture whole: no number a user reads comes from here.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from biomech.viz.reading import Floats, Frame, Spine, about_right

Region = Literal["C", "T", "L"]


@dataclass(frozen=True)
class Neighbour:
    """What a vertebra must know of the joint to its neighbour, in its own sagittal plane."""

    x: float  # centre of the joint, mm
    y: float
    lean_rad: float  # of the joint's axes against the vertebra's, positive backwards
    canal_width: float  # of the lower of the two vertebrae
    canal_depth: float
    plate_depth: float  # of the upper one's lower endplate
    tip_distance: float  # from this vertebra's spinous tip to the neighbour's, cranially, mm

    def at(self, x: float, y: float, z: float) -> Floats:
        """A point of the joint's axes in the vertebra's."""
        return np.asarray(about_right(self.lean_rad) @ np.array([x, y, z]) + np.array([self.x, self.y, 0.0]))


@dataclass(frozen=True)
class Dimensions:
    """One vertebra, C2 to L5; mm, wedge in rad (lordotic positive)."""

    name: str
    region: Region
    number: int
    height: float
    wedge: float
    upper_width: float
    upper_depth: float
    lower_width: float
    lower_depth: float
    canal_width: float
    canal_depth: float
    pedicle_width: float
    pedicle_height: float
    transverse_width: float
    spinous_length: float  # centre of the body to the tip, along x; see below
    above: Neighbour
    below: Neighbour

    @property
    def back(self) -> float:
        """x of the posterior wall of the body."""
        return -(self.upper_depth + self.lower_depth) / 4

    @property
    def canal_back(self) -> float:
        """x of the posterior wall of the vertebral canal."""
        return self.back - self.canal_depth

    @property
    def tip(self) -> float:
        """x of the spinous tip.

        Counted from the centre of the body: only so do the tabulated lengths give whole
        vertebrae of the size they have (about 85 mm from front to tip at L3).
        """
        return -self.spinous_length

    @property
    def half_span(self) -> float:
        """z of the transverse tips."""
        return self.transverse_width / 2


# fallbacks as (lumbar, thoracic, cervical) multiples of the mean body width, depth or height
_PROPORTIONS: dict[str, tuple[str, tuple[float, float, float]]] = {
    "canal_width": ("width", (0.54, 0.60, 1.30)),
    "canal_depth": ("depth", (0.51, 0.60, 1.02)),
    "pedicle_width": ("width", (0.22, 0.23, 0.30)),
    "pedicle_height": ("height", (0.57, 0.68, 0.62)),
    "transverse_width": ("width", (1.80, 2.00, 2.80)),
    "spinous_length": ("depth", (1.80, 1.95, 2.40)),
}
_ORDER: tuple[Region, ...] = ("L", "T", "C")


def dimensions(spine: Spine) -> dict[str, Dimensions]:
    """Dimensions of C2 to L5, with the neighbours as they stand in the reference curve."""
    names = [b for b in spine.bodies if b not in ("skull", "C1", "pelvis")]
    plain = {name: _own(spine, name) for name in names}
    return {
        name: Dimensions(
            name=name,
            region=_region(name),
            number=int(name[1:]),
            above=_neighbour(spine, plain, name, upwards=True),
            below=_neighbour(spine, plain, name, upwards=False),
            **plain[name],
        )
        for name in names
    }


def _region(name: str) -> Region:
    return "C" if name[0] == "C" else "T" if name[0] == "T" else "L"


def _own(spine: Spine, name: str) -> dict[str, float]:
    own = {key: spine.static(key, name) for key in ("upper_width", "upper_depth", "lower_width", "lower_depth")}
    own["height"] = spine.static("body_height", name)
    wedge = spine.static("wedge", name)
    own["wedge"] = float(np.radians(wedge)) if np.isfinite(wedge) else 0.0
    measure = {
        "width": (own["upper_width"] + own["lower_width"]) / 2,
        "depth": (own["upper_depth"] + own["lower_depth"]) / 2,
        "height": own["height"],
    }
    for key, (base, factors) in _PROPORTIONS.items():
        value = spine.static(key, name)
        own[key] = value if np.isfinite(value) else measure[base] * factors[_ORDER.index(_region(name))]
    return own


def _neighbour(spine: Spine, plain: dict[str, dict[str, float]], name: str, *, upwards: bool) -> Neighbour:
    i = spine.bodies.index(name)
    other = spine.bodies[i - 1 if upwards else i + 1]
    level = spine.levels[i - 1 if upwards else i]
    inward = spine.standing[name].inverse()
    near = inward.then(spine.standing[other])
    if other in plain or other == "pelvis":
        low, high = (inward.then(end) for end in spine.disc_ends(level, spine.standing))
        centre = (low.origin + high.origin) / 2
        lean = (_lean(low) + _lean(high)) / 2
    else:  # C1: no disc between
        centre, lean = near.origin / 2, _lean(near) / 2
    lower, upper = plain.get(name if upwards else other), plain.get(other if upwards else name)
    lower, upper = lower or plain[name], upper or plain[name]
    own_tip = np.array([_tip(plain[name]), 0.0, 0.0])
    tip = near.at(np.array([_tip(plain[other]), 0.0, 0.0])) if other in plain else near.at(own_tip)
    return Neighbour(
        x=float(centre[0]),
        y=float(centre[1]),
        lean_rad=lean,
        canal_width=lower["canal_width"],
        canal_depth=lower["canal_depth"],
        plate_depth=upper["lower_depth"],
        tip_distance=float(tip[1]),
    )


def _tip(own: dict[str, float]) -> float:
    return -own["spinous_length"]


def _lean(frame: Frame) -> float:
    return float(np.arctan2(frame.axes[1, 0], frame.axes[0, 0]))
