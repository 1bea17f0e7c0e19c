"""What the discs of a page can be coloured by, and with which colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from cmcrameri import cm

from biomech.viz.colour import round_up
from biomech.viz.reading import Floats, Spine

_STEPS = 64


@dataclass(frozen=True)
class Field:
    """A number for every disc and moment."""

    key: str
    label: str
    unit: str
    decimals: int
    signed: bool  # a change or a force with two directions: symmetric scale
    low: str  # what the ends of the scale mean
    high: str
    least: float  # the scale reaches at least so far


FIELDS = (
    Field("height", "Change of disc height", "mm", 2, True, "thinner", "thicker", 0.6),
    Field("foramen", "Change of the nerve opening", "mm", 2, True, "narrower", "wider", 0.6),
    Field("pressure", "Pressure in the disc", "MPa", 2, False, "none", "high", 0.6),
    Field("force", "Force on the disc, muscle included", "N", 0, True, "pressed", "pulled", 200.0),
)


def values(spine: Spine, moments: Sequence[int]) -> dict[str, Floats]:
    """Every field the result has, (moments, discs)."""
    rows = list(moments)
    discs = [spine.levels.index(v) for v in spine.discs]

    def of(name: str, since: bool) -> Floats:
        data = np.asarray(spine.data[name].values, float)
        if data.ndim == 3:  # left and right
            data = data.mean(axis=2)
        shown = data[rows][:, discs]
        return np.asarray(shown - data[spine.reference][discs] if since else shown)

    sources = {
        "height": ("disc_height", True),
        "foramen": ("foramen_height", True),
        "pressure": ("nucleus_pressure", False),
        "force": ("axial_force", False),
    }
    return {key: of(name, since) for key, (name, since) in sources.items() if name in spine.data}


def scales(at_end: Sequence[dict[str, Floats]]) -> list[dict[str, Any]]:
    """One scale a field for all cases; their values at the end of the hold decide how far it reaches."""
    out = []
    for field in FIELDS:
        found = [np.nanmax(np.abs(case[field.key])) for case in at_end if field.key in case]
        if not found:
            continue
        limit = round_up(max([field.least, *(1.15 * float(v) for v in found if np.isfinite(v))]))
        ramp = cm.vik if field.signed else cm.devon_r
        # the palest tenth of the pressure ramp could not be told from bone
        part = np.linspace(0.0 if field.signed else 0.1, 1.0, _STEPS)
        colours = (np.asarray(ramp(part))[:, :3] * 255).round().astype(int)
        out.append(
            {
                "key": field.key, "label": field.label, "unit": field.unit, "decimals": field.decimals,
                "signed": field.signed, "low": field.low, "high": field.high,
                "from": -limit if field.signed else 0.0, "to": limit, "ramp": colours.ravel().tolist(),
            }
        )  # fmt: skip
    return out
