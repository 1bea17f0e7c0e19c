"""Small hand-made networks, and a person's network stepped by hand: kernels without the model around them."""

from functools import cache
from typing import Any

import numpy as np

from biomech.circulation.assembly import elimination
from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels.march import GAMMA, step
from biomech.circulation.kernels.network import flows, pressures, rates, stand
from biomech.circulation.kernels.regulation import regulate
from biomech.circulation.kernels.scratch import new_scratch
from biomech.circulation.model import CirculationModel
from biomech.library.units import GRAVITY
from biomech.posture.person import Person
from biomech.posture.stance import stance

MMHG = 133.322387415
ML = 1e-6
WEIGHT = 1060.0 * GRAVITY  # of blood, N/m3
LONG = 1e9  # s, a beat that never ends: the heart stands still
MAN = Person()


def network(compliance: Any, edges: Any, resistance: Any, kind: Any = k.RESISTOR, unstressed: float = 100e-6) -> k.Network:
    """Linear vessels joined by edges (from, to); no heart, no reflexes, atmosphere around."""
    compliance = np.asarray(compliance, float)
    vessel = np.zeros((compliance.size, k.VESSEL))
    vessel[:, k.COMPLIANCE] = compliance
    vessel[:, k.STIFFNESS] = 1.0 / compliance
    vessel[:, k.UNSTRESSED] = unstressed
    vessel[:, k.FLOOR] = 1.0
    edge = np.zeros((len(edges), k.EDGE))
    edge[:, k.RESISTANCE] = resistance
    ints = np.full((len(edges), k.EDGE_INTS), -1, dtype=np.int64)
    ints[:, :2] = edges
    ints[:, k.KIND] = kind
    scalar = np.zeros(k.SCALARS)
    scalar[k.WEIGHT] = WEIGHT
    scalar[[k.ATRIAL_SYSTOLE, k.VENTRICULAR_SYSTOLE]] = 0.3  # of a heart that is not there
    return k.Network(vessel, edge, ints, np.zeros((0, k.CHAMBER)), np.zeros((0, k.CHAMBER_INTS), dtype=np.int64), scalar)


def plan_of(net: k.Network) -> k.Plan:
    """A plan around a network, for what needs one."""
    return k.Plan(
        net, elimination(net.vessel.shape[0], net.edge_ints[:, :2]), np.zeros((k.RESPONSES, k.MEMORY)),
        np.zeros((k.RESPONSES, 0), dtype=np.uint64), np.zeros(k.SPECIAL, dtype=np.int64),
    )


def still(heights: Any, tilt: float = 0.0) -> k.Drive:
    """Nobody moves; heights (m) along the trunk, then the places of the layout at the heart."""
    place = np.zeros((len(heights) + k.PLACES, k.PLACE))
    place[: len(heights), k.CRANIAL] = place[: len(heights), k.LIFTED_CRANIAL] = heights
    return k.Drive(np.array([-1e9, 1.0, tilt, tilt]), place, place)


class Bench:
    """A network under a drive with its regulation held, advanced step by step."""

    def __init__(self, plan: k.Plan, drive: k.Drive, volume: Any, answer: Any = None, local: Any = None) -> None:
        self.plan, self.drive = plan, drive
        self.net = plan.network
        self.volume = np.array(volume, float)
        self.s = new_scratch(plan)
        self.clock = np.array([0.0, 0.0, LONG, LONG, LONG])
        self.t = 0.0
        local = np.ones(self.net.edge.shape[0]) if local is None else local
        regulate(self.net, np.zeros(k.RESPONSES) if answer is None else answer, local, self.s.elastance, self.s.w, self.s.f)
        stand(self.net, drive, 0.0, True, 0.0, self.s.w, self.s.f)
        self.look()

    def look(self) -> None:
        """Pressures, flows and rates of the present volumes, exactly."""
        since = self.t - self.clock[k.BEAT_START]
        pressures(self.net, self.volume, since, self.clock[k.PERIOD], self.s.elastance, self.s.w)
        flows(self.net, self.volume, self.s.w, self.s.f)
        rates(self.net, self.s.w, self.s.f, self.s.w[k.W_RATE])

    def step(self, h: float, accept: float = 1e-24) -> None:
        status, _ = step(
            self.plan, self.drive, self.clock, self.volume, self.t, h, self.clock[k.PERIOD], accept, False, 0.0, self.s
        )
        assert status == 0, (status, self.t)
        self.t += h

    @property
    def pressure(self) -> k.Floats:
        return self.s.w[k.W_PRESSURE, : self.volume.size].copy()

    @property
    def flow(self) -> k.Floats:
        return self.s.f[k.F_FLOW].copy()

    @property
    def mean_flow(self) -> k.Floats:
        """Of the last step, by the scheme's own weights."""
        return (1.0 - GAMMA) * self.s.f[k.F_FIRST_FLOW] + GAMMA * self.s.f[k.F_FLOW]


@cache
def model(person: Person = MAN, **more: Any) -> CirculationModel:
    """One model a person: assembling and settling cost more than a minute of its life."""
    return CirculationModel(person, **more)


@cache
def _settled(person: Person, equipment: str, angle: float | None) -> k.State:
    return model(person).settled(stance(person, equipment, angle), 0.0)[0]


def settled(person: Person = MAN, equipment: str = "lying", angle: float | None = 0.0) -> k.State:
    """State of a person at rest; yours to change."""
    return copied(_settled(person, equipment, angle))


def copied(state: k.State) -> k.State:
    return k.State(*(a.copy() for a in state))


def bench_of(person: Person = MAN, equipment: str = "lying", angle: float | None = 0.0) -> Bench:
    """A person's own network at rest, reflexes held as they are, at the beginning of a beat; its heart beats on."""
    from biomech.circulation.kernels.reflex import respond
    from biomech.circulation.places import drive

    m, state = model(person), settled(person, equipment, angle)
    there = stance(person, equipment, angle)
    respond(m.plan.bend, m.plan.bend_lag, state.signal, state.answer)
    bench = Bench(m.plan, drive(m.values, there, there, -1e9, 0.0), state.volume, state.answer[0], state.local)
    bench.clock[:] = state.clock
    bench.clock[k.BEAT_START] -= state.clock[k.TIME]
    bench.clock[k.BEAT_END] = bench.clock[k.BEAT_START] + bench.clock[k.PERIOD]
    bench.look()
    return bench


def beat_on(bench: Bench, steps: int, beats: int = 1, accept: float = 1e-18) -> dict[str, k.Floats]:
    """To the end of the present beat, then whole beats in equal steps; everything at the end of each step."""
    lead = bench.clock[k.BEAT_END]
    for left in range(64 if bench.t < lead < LONG else 0, 0, -1):
        bench.step((lead - bench.t) / left, accept)
    h = bench.clock[k.PERIOD] / steps
    out: dict[str, list[Any]] = {name: [] for name in ("time", "volume", "pressure", "flow", "mean_flow")}
    for _ in range(beats):
        bench.clock[k.BEAT_START] = bench.t
        bench.clock[k.BEAT_END] = LONG
        for _ in range(steps):
            bench.step(h, accept)
            for name, value in zip(out, (bench.t, bench.volume.copy(), bench.pressure, bench.flow, bench.mean_flow), strict=True):
                out[name].append(value)
    return {name: np.array(values) for name, values in out.items()}


def order(errors: Any) -> k.Floats:
    """Orders from errors at halved steps."""
    e = np.asarray(errors, dtype=float)
    return np.log2(e[:-1] / e[1:])
