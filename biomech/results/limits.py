"""Where a run leaves what is known: loads at which spines have failed, strains and times that nobody has measured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from biomech import library
from biomech.errors import SimulationError
from biomech.library.anatomy import CERVICAL, DISC_LEVELS, LUMBAR
from biomech.library.needed import Needed, fits

if TYPE_CHECKING:
    from biomech.results.recording import Recorded

FILE = "spine/limits"
NEEDED = Needed(
    positive="disc_stretch disc_shortening longest_inversion strength.tension strength.compression",
    rows=(("strength", ("cervical", "thoracic", "lumbar")),),
)
HEAD_DOWN_DEG = 15.0  # less is bed rest, which has been measured for weeks


def known_limits() -> library.ParameterFile:
    """models/spine/limits.toml, checked."""
    file = library.load(*FILE.split("/"))
    fits(file, NEEDED)
    return file


def exceeded(data: Recorded) -> list[str]:
    """What a run goes beyond, in words: one line for each kind of limit, about the worst level.

    Strains are counted from the first recorded state, the rested person lying.
    """
    limits = known_limits()
    known_levels = [str(level) for level in data["level"].values]
    places = [known_levels.index(level) for level in DISC_LEVELS]
    height, force = (data[name].values[:, places] for name in ("disc_height", "axial_force"))
    strain = 100.0 * (height / height[0] - 1.0)
    strength = limits.table("strength")
    rows = [strength.rows.index(_region(level)) for level in DISC_LEVELS]
    # MPa × mm² = N
    pull, press = (strength.column(name).values[rows] * data["disc_area"].values[places] for name in ("tension", "compression"))
    stretch, shortening = (np.full(len(rows), limits.scalar(name).value) for name in ("disc_stretch", "disc_shortening"))
    found = []
    for what, unit, known, value, limit in (
        ("stretched by", "%", "not known beyond", strain, stretch),
        ("shortened by", "%", "not known beyond", -strain, shortening),
        ("pulled with", "N", "spines have failed at", force, pull),
        ("compressed with", "N", "spines have failed at", -force, press),
    ):
        share = np.nan_to_num(value / limit)
        t, j = np.unravel_index(share.argmax(), share.shape)
        if share[t, j] > 1.0:
            found.append(
                f"{DISC_LEVELS[j]} {what} {value[t, j]:.0f} {unit} at {data['time'].values[t]:.0f} s "
                f"({known} {limit[j]:.0f} {unit})"
            )
    found += _buckled(data)
    longest, known_min = _longest_inversion(data) / 60.0, limits.scalar("longest_inversion").value
    if longest > known_min:
        found.append(f"head-down for {longest:.0f} min without a break (not measured beyond {known_min:.0f} min)")
    return found


def refuse_crushed(data: Recorded) -> None:
    """The disc law knows no end of compression, a disc does: a spine with one that has no height left is nobody's.

    Raises
    ------
    SimulationError
        Says which disc first, when, and under how much.
    """
    known_levels = [str(level) for level in data["level"].values]
    names = [level for level in DISC_LEVELS if level in known_levels]
    places = [known_levels.index(level) for level in names]
    height, force = (data[name].values[:, places] for name in ("disc_height", "axial_force"))
    flat = np.argwhere(height <= 0.0)
    if flat.size:
        t, j = flat[0]
        raise SimulationError(
            f"{-force[t, j]:.0f} N would leave nothing of the height of a disc", float(data["time"].values[t]), names[j],
            hint="less mass, less muscle.tone, or a posture that presses less on it",
        )


def most_sinking_mm() -> float:
    """Who is lower by more, standing before the session, has buckled."""
    return library.load("population", "unknowns").scalar("most_sinking").value


def sunk_mm(data: Recorded) -> float:
    """How much lower somebody stands before the session than he lay."""
    stature = data["stature"].values
    return float(stature[0] - np.interp(data.attrs["reference_time_s"], data["time"].values, stature))


def _buckled(data: Recorded) -> list[str]:
    sunk, most = sunk_mm(data), most_sinking_mm()
    if sunk <= most:
        return []
    return [
        f"stands {sunk:.0f} mm lower than lying: this spine buckles (one that carries itself loses less than {most:.0f} mm; "
        "postural_stiffness in models/spine/muscle.toml, or muscle.tone, is too low for this mass)"
    ]


def _region(level: str) -> str:
    upper = level.split("/")[0]
    return "cervical" if upper in CERVICAL else "lumbar" if upper in LUMBAR else "thoracic"


def _longest_inversion(data: Recorded) -> float:
    """The longest time head-down in s, over all phases."""
    longest = now = 0.0
    for phase in json.loads(data.attrs["phases"]):
        now = now + phase["end_s"] - phase["start_s"] if phase["angle_deg"] > HEAD_DOWN_DEG else 0.0
        longest = max(longest, now)
    return longest
