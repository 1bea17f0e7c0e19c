"""A stretch of one person's march between two decisions of the model: asked for, then marched alone or beside others."""

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels import march as kernel
from biomech.circulation.kernels.layout import Drive, Plan, Record, State
from biomech.circulation.kernels.scratch import Scratch

ACCEPT = 1e-9  # m³, error of a Newton solve: a thousandth of a millilitre

Outcome = TypeVar("Outcome")


class Beats(NamedTuple):
    """What was recorded, one row a beat; SI."""

    beat: k.Floats  # (rows, BEAT)
    volume: k.Floats  # (rows, n)
    pressure: k.Floats  # (rows, n)
    height: k.Floats  # (rows, n)
    pulse: k.Floats  # (samples, PULSE)


@dataclass
class Piece:
    """What is to be marched; ``state`` is advanced in place, ``status`` and ``beats`` are the answer."""

    plan: Plan
    drive: Drive
    state: State
    bins: int
    steps: int  # in a bin
    scratch: Scratch
    pulse_from: float = math.inf  # s, from where the pulsatile window is kept
    status: int = kernel.DONE
    beats: Beats | None = None

    def room(self) -> tuple[int, int]:
        """Rows for beats and samples it may need."""
        duration = self.bins * k.BIN
        rows = int(duration / float(self.plan.network.scalar[k.FASTEST_INTERVAL])) + 4
        if self.pulse_from == math.inf:
            return rows, 0
        return rows, max(0, int((float(self.state.clock[k.TIME]) + duration - self.pulse_from) / (k.BIN / self.steps)) + 2)


def new_record(persons: int, rows: int, samples: int, n: int) -> Record:
    """An empty record."""
    return Record(
        np.zeros((persons, rows, k.BEAT)), np.zeros((persons, rows, n)), np.zeros((persons, rows, n)), np.zeros((persons, rows, n)),
        np.zeros((persons, samples, k.PULSE)), np.zeros((persons, 2), dtype=np.int64),
    )  # fmt: skip


def recorded(record: Record, person: int) -> Beats:
    """What one person has in a record."""
    beats, samples = record.used[person]
    return Beats(
        record.beat[person, :beats], record.volume[person, :beats], record.pressure[person, :beats], record.height[person, :beats],
        record.pulse[person, :samples],
    )  # fmt: skip


def alone(piece: Piece) -> None:
    """March a piece by itself."""
    record = new_record(1, *piece.room(), piece.state.volume.size)
    piece.status, _ = kernel.march(
        piece.plan, piece.drive, piece.state, piece.bins, piece.steps, ACCEPT, piece.scratch, record, piece.pulse_from
    )
    piece.beats = recorded(record, 0)


def all_alone(work: Generator[Piece, None, Outcome]) -> Outcome:
    """What work comes to whose pieces are marched as soon as they are asked for."""
    while True:
        try:
            alone(next(work))
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
