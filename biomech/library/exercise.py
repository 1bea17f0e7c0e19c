"""Exercises: what the trunk does in one repetition, from models/exercise/."""

from dataclasses import dataclass, fields

from biomech.library.catalog import load
from biomech.library.needed import Needed, fits

NEEDED = Needed(positive="up down", zero_or_more="held rest let_go", any_sign="trunk_flexion trunk_rotation trunk_lift")


@dataclass(frozen=True)
class Exercise:
    """One repetition, SI: how far the trunk curls, turns and is lifted by the hips (rad), and how long each part takes (s)."""

    trunk_flexion: float
    trunk_rotation: float
    trunk_lift: float
    up: float
    held: float
    down: float
    rest: float
    let_go: float


def exercise(name: str) -> Exercise:
    """An exercise by the name of its file."""
    file = load("exercise", name)
    fits(file, NEEDED)
    return Exercise(*(file.scalar(f.name).value_si for f in fields(Exercise)))
