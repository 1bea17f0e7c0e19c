"""Several marches at once: pieces of the same length are marched side by side, with the same result to the last bit.

A march asks for a piece and waits. Those who have come the least far are served first, so that the others, who wait, can go on in
full rows. A row in which somebody needs smaller steps is marched one by one: alone each finds them.
"""

from collections.abc import Generator, Sequence
from typing import Any

import numba
import numpy as np

from biomech.circulation.assembly import lags
from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels import march as kernel
from biomech.circulation.kernels.lanes import WIDTH, stacked
from biomech.circulation.piece import ACCEPT, Beats, Outcome, Piece, alone, new_record, recorded
from biomech.errors import BiomechError

WORTH = 3  # persons from whom on it costs less than one by one


def together(works: Sequence[Generator[Piece, None, Outcome]]) -> list[Outcome | BiomechError]:
    """What each work comes to whose pieces are marched side by side, or why it comes to nothing."""
    found: list[Any] = [None] * len(works)
    asked: dict[int, Piece] = {}

    def go_on(i: int) -> None:
        asked.pop(i, None)
        try:
            asked[i] = next(works[i])
        except StopIteration as end:
            found[i] = end.value
        except BiomechError as error:
            found[i] = error

    for i in range(len(works)):
        go_on(i)
    while asked:
        last = min(asked, key=lambda i: _reached(asked[i]))
        alike = _alike(asked[last])
        row = [i for i, piece in asked.items() if _alike(piece) == alike][:WIDTH]
        side_by_side([asked[i] for i in row])
        for i in row:
            go_on(i)
    return found


def _reached(piece: Piece) -> tuple[float, float]:
    """Phase and time; rest, which has lasted for ever, comes before all phases."""
    return float(piece.drive.clock[k.START]), float(piece.state.clock[k.TIME])


def side_by_side(pieces: Sequence[Piece]) -> None:
    """March at most `WIDTH` pieces that are alike in all that is no number of a person."""
    if len(pieces) < WORTH or numba.config.DISABLE_JIT or not _in_one_row(pieces):  # type: ignore[attr-defined]
        for piece in pieces:
            alone(piece)


def _in_one_row(pieces: Sequence[Piece]) -> bool:
    """Whether it has been done; if not, nothing has changed."""
    first = pieces[0]
    columns: Any = zip(*(p.plan.network for p in pieces), strict=True)
    network = k.Network._make(values[0] if values[0].dtype == np.int64 else stacked(values) for values in columns)
    bend = stacked(p.plan.bend for p in pieces)
    plan = first.plan._replace(network=network, bend=bend, bend_lag=lags(bend))
    drive = k.Drive(*(stacked(values) for values in zip(*(p.drive for p in pieces), strict=True)))
    state = k.State(*(stacked(values) for values in zip(*(p.state for p in pieces), strict=True)))
    scratch = type(first.scratch)(*(np.zeros((*values.shape, WIDTH)) for values in first.scratch))
    room = np.array([p.room() for p in pieces]).max(axis=0)
    record = new_record(WIDTH, int(room[0]), int(room[1]), first.state.volume.size)
    status, _ = kernel.march_side_by_side(
        plan, drive, state, first.bins, first.steps, ACCEPT, scratch, record, first.pulse_from
    )
    if status != kernel.DONE:
        return False
    for i, piece in enumerate(pieces):
        for mine, all_of_them in zip(piece.state, state, strict=True):
            mine[...] = all_of_them[..., i]
        # copies: of a view the whole record would stay
        piece.beats = Beats(*[rows.copy() for rows in recorded(record, i)])
    return True


def _alike(piece: Piece) -> tuple[Any, ...]:
    net = piece.plan.network
    return (
        piece.bins, piece.steps, piece.pulse_from, net.vessel.shape, net.edge_ints.tobytes(), net.chamber_ints.tobytes(),
        piece.plan.special.tobytes(),
    )  # fmt: skip
