"""Exercises: what the trunk does in one repetition, from models/exercise/."""

from dataclasses import dataclass, fields

from biomech.library.catalog import load


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
    return Exercise(*(file.scalar(f.name).value_si for f in fields(Exercise)))
