"""The circulation as the rest of the house calls it: a person, a list of phases → beats.

Long constant phases are not simulated beat by beat. After the reflexes have settled, the only thing that still moves is plasma
through the capillaries, whose law is known in closed form while nobody moves: it is advanced at once, the loop is
woken for twice as long as the reflexes remember, and so on to the end of the phase, which is always simulated in full.
What the loop does until it has got over a leap is an artefact and is not recorded.
Of the hours before a session only the state they end in is asked for: there one leap goes all the way.
"""

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from biomech.circulation.assembly import assemble
from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels import march as kernel
from biomech.circulation.kernels.layout import Drive, Plan, State
from biomech.circulation.kernels.scratch import new_scratch
from biomech.circulation.parameters import ARTERY_ENDS, BLOOD_VOLUME, CirculationParameters, load
from biomech.circulation.piece import Beats, Piece, all_alone, alone
from biomech.circulation.places import drive as drive_of
from biomech.errors import SimulationError
from biomech.library.units import UNITS
from biomech.posture.person import Person
from biomech.posture.stance import Stance

STEPS = 8  # steps in a bin (7.8 ms): beat means within 0.1 % of the limit
IN_FULL = 900.0  # s, phases up to this are simulated beat by beat
FIRST = 120.0  # s of a longer phase simulated before the first leap
WAKE = 120.0  # s simulated after a leap
RELAX = 72.0  # s of these that are not recorded: longer than the longest impulse response
LEAP = 75e-6  # m³, most plasma moved in one leap
TURNED = 20.0  # s of a brief phase simulated after a change of posture, before its one leap
SETTLE = 130.0  # s simulated after that leap and not recorded: it may move all plasma that ever leaks
LITTLE = 1e-7  # m³, plasma a leap moves without anything having to settle
STEADY = 3e-4  # relative change of mean pressure and stroke volume between chunks at which a person at rest counts as settled
CHUNK = 30.0  # s
MOST_CHUNKS = 40
WAVING = 2e-3  # spread of the last chunks between which somebody who keeps moving about his mean is settled too: slow waves of the reflexes

REASON = {
    kernel.NOT_CONVERGED: "the pressures of one step did not converge",
    kernel.NOT_FINITE: "a pressure became infinite or not a number",
}


class Turn(NamedTuple):
    """One phase for the circulation: where to, for how long."""

    name: str
    stance: Stance
    ramp: float  # s
    hold: float  # s
    brief: bool = False  # only how a long phase ends is asked for, not its course


class Past(NamedTuple):
    """Phases that need not be simulated again, rest included, and where they lead."""

    beats: tuple[Beats, ...]
    state: State


@dataclass
class CirculationModel:
    """One person's circulation, ready to be marched through phases."""

    person: Person
    steps: int = STEPS
    parameters: CirculationParameters | None = None  # None: as the data files say
    in_full: float = IN_FULL

    def __post_init__(self) -> None:
        self.values = self.parameters or load(self.person)
        self.plan: Plan = assemble(self.values)
        self._scratch = new_scratch(self.plan)
        self._past: dict[tuple[Stance, tuple[Turn, ...], float], Past] = {}

    def settled(self, stance: Stance, time: float) -> tuple[State, Beats]:
        """`settling` by itself."""
        return all_alone(self.settling(stance, time))

    def settling(self, stance: Stance, time: float) -> Generator[Piece, None, tuple[State, Beats]]:
        """Periodic steady state at rest in a stance, filtration in balance; its last half minute of beats.

        The head's perfusion pressure found there becomes the one its own regulation defends.
        """
        state = self._guess()
        drive = drive_of(self.values, stance, stance, -1e9, 0.0)
        self._filter_at_once(state, drive, math.inf)
        state.clock[k.TIME] = state.clock[k.BEAT_START] = 0.0
        state.clock[k.PERIOD] = state.clock[k.BEAT_END] = state.clock[k.WANTED] = float(self.plan.network.scalar[k.PERIOD_REST])
        course = [np.zeros(2)]
        for _ in range(MOST_CHUNKS):
            beats = yield from self._run(state, drive, CHUNK, f"rest ({stance.equipment})")
            means = beats.beat[-10:, [k.B_MEAN, k.B_STROKE]].mean(axis=0)
            if np.all(np.abs(means - course[-1]) <= STEADY * np.abs(means)):
                break
            course.append(means)
        late = np.array(course[-MOST_CHUNKS // 4 :])
        if len(course) > MOST_CHUNKS and np.any(np.ptp(late, axis=0) > WAVING * np.abs(late[-1])):
            wandering = 100.0 * float((np.ptp(late, axis=0) / np.abs(late[-1])).max())
            raise SimulationError(
                f"the circulation at rest did not settle: mean pressure or stroke volume keeps wandering by {wandering:.2g} %", time_s=time,
                hint="check mass, stature and conditions of the person",
            )
        self._set_reference(state, beats)
        shift = time - state.clock[k.TIME]
        self._shift(state, shift)
        beats.beat[:, k.B_TIME] += shift
        return state, beats

    def marching(
        self, start: Stance, turns: list[Turn], time: float, progress: Callable[[float, str], None] | None = None,
        pulse_from: float = math.inf, remember: int = 0, past: Past | None = None,
        note: Callable[[Beats, State], None] | None = None,
    ) -> Iterator[Piece | Beats]:
        """Go through phases from rest in ``start``; yields every piece to be marched, the beats at rest, those of each phase.

        pulse_from: s, from where the pulsatile window is kept (to the end of the phase it lies in).
        remember: so many phases from the first are kept; when they come again, they are handed out and not simulated. What follows
        is the same to the last bit.
        past: what a former, interrupted march noted. note: called with each phase that is finished, rest included, and the state.
        """
        key = (start, tuple(turns[:remember]), time)
        if past is None and remember:
            past = self._past.get(key)
        if past is None:
            state, rest = yield from self.settling(start, time)
            done = [rest]
            if note is not None:
                note(rest, state)
        else:
            state, done = copied(past.state), list(past.beats)
        yield from done
        known = turns[: len(done) - 1]
        before = known[-1].stance if known else start
        total = sum(t.ramp + t.hold for t in turns) or 1.0
        begin = time
        for turn in known:
            begin = begin + turn.ramp + turn.hold
        for turn in turns[len(known) :]:
            if progress is not None:
                progress((begin - time) / total, turn.name)
            end = begin + turn.ramp + turn.hold
            beats = yield from self._phase(state, before, turn, begin, end, pulse_from if begin <= pulse_from < end else math.inf)
            before = turn.stance
            begin = end
            if note is not None:
                note(beats, state)
            if len(done) <= remember:
                done.append(beats)
                if len(done) == remember + 1:
                    self._past = {key: Past(tuple(done), copied(state))}
            yield beats
        if progress is not None:
            progress(1.0, "done")

    def march(
        self, start: Stance, turns: list[Turn], time: float, progress: Callable[[float, str], None] | None = None,
        pulse_from: float = math.inf, remember: int = 0, past: Past | None = None,
        note: Callable[[Beats, State], None] | None = None,
    ) -> Iterator[Beats]:
        """`marching` by itself: the beats at rest, then those of each phase when it is done."""
        for item in self.marching(start, turns, time, progress, pulse_from, remember, past, note):
            if isinstance(item, Piece):
                alone(item)
            else:
                yield item

    def phase(
        self, state: State, before: Stance, turn: Turn, begin: float, end: float, pulse_from: float = math.inf
    ) -> Beats:
        """March one phase; ``state`` is advanced in place to the bin that holds ``end``."""
        return all_alone(self._phase(state, before, turn, begin, end, pulse_from))

    def _phase(
        self, state: State, before: Stance, turn: Turn, begin: float, end: float, pulse_from: float
    ) -> Generator[Piece, None, Beats]:
        drive = drive_of(self.values, before, turn.stance, begin, turn.ramp)
        lasts = end - begin > self.in_full
        parts = []
        if lasts and turn.brief:
            if turn.stance != before:
                parts.append((yield from self._run(state, drive, turn.ramp + TURNED, turn.name)))
            last = end - (WAKE - RELAX)
            if self._leap(state, drive, last - SETTLE - float(state.clock[k.TIME]), math.inf) > LITTLE:
                yield from self._run(state, drive, last - float(state.clock[k.TIME]), turn.name)
            else:
                self._leap(state, drive, last - float(state.clock[k.TIME]), math.inf)
        elif lasts:
            parts.append((yield from self._run(state, drive, turn.ramp + FIRST, turn.name, pulse_from)))
            while (rest := end - WAKE - float(state.clock[k.TIME])) >= WAKE:
                self._leap(state, drive, rest, LEAP)
                yield from self._run(state, drive, RELAX, turn.name)
                parts.append((yield from self._run(state, drive, WAKE - RELAX, turn.name, pulse_from)))
        parts.append((yield from self._run(state, drive, end - float(state.clock[k.TIME]), turn.name, pulse_from)))
        return Beats(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def _run(
        self, state: State, drive: Drive, duration: float, name: str, pulse_from: float = math.inf
    ) -> Generator[Piece, None, Beats]:
        self._refuse_no_number(state, name)
        piece = Piece(self.plan, drive, state, max(0, round(duration / k.BIN)), self.steps, self._scratch, pulse_from)
        yield piece
        if piece.status != kernel.DONE or piece.beats is None:
            place = self._without_number() if piece.status == kernel.NOT_FINITE else ""
            raise SimulationError(
                f"{REASON.get(piece.status, 'the record is full')}{place} in phase {name!r}", time_s=float(state.clock[k.TIME]),
                hint="a longer ramp_s, or a person and conditions nearer to those the model was made for",
            )
        return piece.beats

    def _without_number(self) -> str:
        """Where the step that failed has no pressure, or no flow, beginning with the pressure: it spoils the flows beside it."""
        names = self.values.rows["vessels.compartment"]
        for row in (k.W_PRESSURE, k.W_RATE):
            bad = np.flatnonzero(~np.isfinite(self._scratch.w[row, : len(names)]))
            if bad.size:
                return f" at {names[bad[0]]}"
        return ", or the interval of the heart"

    def _refuse_no_number(self, state: State, name: str) -> None:
        """Also where the march would not feel it: plasma outside a vessel that does not filter, a signal long past."""
        for part, values in state._asdict().items():
            if not np.isfinite(values).all():
                where = part
                if part in ("volume", "filtered"):
                    where += f" of {self.values.rows['vessels.compartment'][int(np.flatnonzero(~np.isfinite(values))[0])]}"
                time = float(state.clock[k.TIME])
                raise SimulationError(
                    f"{where} is infinite or not a number in phase {name!r}", time_s=time if math.isfinite(time) else None)

    def _guess(self) -> State:
        """Volumes near rest: vessels filled to likely pressures, what is left in the veins by their compliance."""
        plan = self.plan
        n = plan.network.vessel.shape[0]
        volume = plan.network.vessel[:, k.UNSTRESSED].copy()
        names = self.values.rows["vessels.compartment"]
        for i, name in enumerate(names):
            pressure = 90.0 if name.endswith(ARTERY_ENDS) else 7.0
            pressure = {"pulmonary_arteries": 15.0, "pulmonary_veins": 9.0}.get(name, pressure)
            volume[i] += plan.network.vessel[i, k.COMPLIANCE] * pressure * UNITS["mmHg"]
        for c in range(plan.network.chamber.shape[0]):
            i = plan.network.chamber_ints[c, k.CHAMBER_AT]
            volume[i] = plan.network.chamber[c, k.PASSIVE_VOLUME] + 60e-6 * self.values.value[BLOOD_VOLUME] / 5.15e-3
        soft = plan.network.vessel[:, k.COMPLIANCE] * (plan.network.vessel[:, k.FLOOR] < 1.0)
        volume += (self.values.value[BLOOD_VOLUME] - volume.sum()) * soft / soft.sum()
        return State(
            volume=volume, filtered=np.zeros(n), clock=np.zeros(k.CLOCK), signal=np.zeros((2, k.MEMORY)),
            answer=np.zeros((2, k.RESPONSES)),
            window=np.repeat([[plan.network.scalar[k.ARTERIAL_SET_POINT]], [plan.network.scalar[k.CARDIOPULMONARY_SET_POINT]]], 4, axis=1),
            local=np.ones(plan.network.edge.shape[0]), reference=np.zeros(1), sums=np.zeros(k.SUMS), sum_volume=np.zeros(n),
            sum_pressure=np.zeros(n),
        )

    def _set_reference(self, state: State, beats: Beats) -> None:
        bed = int(self.plan.special[k.HEAD_BED])
        a, b = self.plan.network.edge_ints[bed, :2]
        pressure = beats.pressure[-10:].mean(axis=0)
        height = beats.height[-1]
        column = self.plan.network.scalar[k.WEIGHT] * (height[a] - height[b])
        state.reference[0] = pressure[a] - max(pressure[b], 0.0) + column

    def _filtration(self, state: State, drive: Drive) -> tuple[k.Floats, k.Floats]:
        """Plasma (m³) each compartment has yet to lose while nobody moves, and its time constant (s)."""
        tilt, place, net = drive.clock[k.TILT1], drive.place1, self.plan.network
        height = math.cos(tilt) * place[:, k.LIFTED_AHEAD] - math.sin(tilt) * place[:, k.LIFTED_CRANIAL]
        n = net.vessel.shape[0]
        column = net.scalar[k.WEIGHT] * (height[n + k.HEART] - height[:n])
        rate = np.where(column > 0.0, net.vessel[:, k.FILTRATION_LOADED], net.vessel[:, k.FILTRATION_UNLOADED])
        left = rate * column - state.filtered
        return left, np.where(left > 0.0, net.scalar[k.FILTRATION_TIME], net.scalar[k.RECOVERY_TIME])

    def _filter_at_once(self, state: State, drive: Drive, span: float) -> None:
        """Advance filtration by ``span`` seconds in closed form."""
        left, tau = self._filtration(state, drive)
        change = left * -np.expm1(-span / tau)
        state.volume[:] -= change
        state.filtered[:] += change

    def _leap(self, state: State, drive: Drive, span: float, most: float) -> float:
        """Leap over ``span`` seconds, or as far as plasma moves by ``most`` (m³); returns what has moved."""
        left, tau = self._filtration(state, drive)

        def moved() -> float:
            return float((np.abs(left) * -np.expm1(-span / tau)).sum())

        while moved() > most:
            span *= 0.8
        span = max(k.BIN, math.floor(span / k.BIN) * k.BIN)
        self._filter_at_once(state, drive, span)
        self._shift(state, span)
        return moved()

    @staticmethod
    def _shift(state: State, span: float) -> None:
        state.clock[k.TIME] += span
        state.clock[k.BEAT_START] += span
        state.clock[k.BEAT_END] += span


def copied(state: State) -> State:
    """A state of its own."""
    return State(*(part.copy() for part in state))
