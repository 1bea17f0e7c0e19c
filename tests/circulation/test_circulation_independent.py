"""The same equations written a second time from the data files in plain numpy, and integrated by SciPy.

Nothing of the assembly or the kernels is used here but the names of the state's entries: every law is that of the docstrings,
every number is read by its name, the reflexes' convolution is a numerical integral. Regulation is held over bins, as the model
defines it; between bins any solver may integrate.
"""

import copy
import math
from functools import cache

import numpy as np
import pytest
from networks import MMHG, WEIGHT, copied, model, settled
from scipy.integrate import quad, solve_ivp

from biomech.circulation.kernels import layout as k
from biomech.circulation.kernels.march import march
from biomech.circulation.kernels.scratch import new_scratch
from biomech.circulation.model import CirculationModel
from biomech.circulation.piece import new_record, recorded
from biomech.circulation.places import drive, places
from biomech.posture.person import Person
from biomech.posture.stance import stance

BIN = 0.0625
LEAST = 0.3


class Own:
    """One person between two stances."""

    def __init__(self, values, before, after, start, ramp):
        v = self.v = values
        self.names = v.rows["vessels.compartment"]
        self.at = {n: i for i, n in enumerate(self.names)}
        self.edges = v.rows["vessels.edge"]
        pairs = [[self.at[p.strip()] for p in e.split(">")] for e in self.edges]
        self.a, self.b = np.array(pairs).T
        data = v.layout["vessels"]
        self.kind = np.array([next((kind for kind, rows in data["kind"].items() if e in rows), "plain") for e in self.edges])
        self.vein = np.array([self.at.get(data["narrowed_by"].get(e, ""), -1) for e in self.edges])
        self.place = places(v, before)[:, :2], places(v, after)[:, :2]
        self.moving = before.moving, after.moving
        self.turn = before.tilt, after.tilt
        self.start, self.ramp = start, ramp
        c = lambda t, name: v.column(t, name)  # noqa: E731
        t = "vessels.compartment"
        floor = c(t, "floor")
        self.v0 = c(t, "unstressed_volume").copy()
        veins = np.where(floor < 1.0, self.v0, 0.0)
        self.v0 -= v.value["regulation.stressed_offset"] * veins / veins.sum()
        self.floor, self.c, self.vm = floor, c(t, "compliance"), c(t, "capacity")
        self.share = c(t, "outside_thorax"), c(t, "outside_abdomen")
        self.r0 = c("vessels.edge", "resistance")
        self.special = data["special"]
        self.heart = v.rows["heart.chamber"]
        self.responses = self.weights()

    def weights(self):
        """Weights of past bins by quadrature: mean over a bin of the response to a bin."""
        out = []
        table = "reflexes.response"
        for d, p, e in zip(*(self.v.column(table, n) for n in ("delay", "peak", "end")), strict=True):
            def triangle(t, d=d, p=p, e=e):
                return 2 / (e - d) * max(0.0, min((t - d) / (p - d), (e - t) / (e - p)))

            row = np.zeros(k.MEMORY)
            for i in range(k.MEMORY):
                lag = (i + 1) * BIN
                if d - BIN < lag < e + BIN:
                    spots = [x for x in (d, p, e, lag) if lag - BIN < x < lag + BIN]
                    row[i] = quad(lambda t, lag=lag: triangle(t) * (1 - abs(t - lag) / BIN), lag - BIN, lag + BIN, points=spots)[0]
            out.append(row)
        return np.array(out)

    def where(self, t):
        """Heights of compartments and places, sine of the tilt."""
        x = min(max((t - self.start) / self.ramp, 0.0), 1.0)
        x = x**3 * (10 - 15 * x + 6 * x * x)
        tilt = self.turn[0] + x * (self.turn[1] - self.turn[0])
        p = self.place[0] + x * (self.place[1] - self.place[0])
        return math.cos(tilt) * p[:, 0] - math.sin(tilt) * p[:, 1], math.sin(tilt)

    def column(self, t, height):
        """Of every edge, and of every compartment below the heart; Pa. Where legs step (straight ones, here), muscles carry a share."""
        z = height[: len(self.names)]
        lifted = z.copy()
        x = min(max((t - self.start) / self.ramp, 0.0), 1.0)
        x = x**3 * (10 - 15 * x + 6 * x * x)
        step = self.moving[0] + x * (self.moving[1] - self.moving[0])
        hip = -math.sin(self.turn[0] + x * (self.turn[1] - self.turn[0])) * self.v.value["vessels.hip_height"]
        share = step * self.v.value["regulation.pump_share"]
        edge = WEIGHT * (z[self.a] - z[self.b])
        for row in self.v.layout["vessels"]["pumped"]["edges"]:
            e = self.edges.index(row)
            i = self.a[e]
            lifted[i] = (1 - share) * z[i] + share * hip
        for row in self.v.layout["vessels"]["pumped"]["edges"]:
            e = self.edges.index(row)
            edge[e] = WEIGHT * (lifted[self.a[e]] - lifted[self.b[e]])
        return edge, WEIGHT * (height[len(self.names) + k.HEART] - lifted)

    def outside(self, sine):
        s = self.v.value
        return (
            self.share[0] * (s["regulation.thorax_pressure"] + s["regulation.thorax_slope"] * sine)
            + self.share[1] * (s["regulation.abdomen_pressure"] + s["regulation.abdomen_slope"] * sine)
        )

    def regulate(self, signal, local):
        y = dict(zip(self.v.rows["reflexes.response"], [
            float(w @ signal[1 if name.startswith("cardio") else 0])
            for w, name in zip(self.responses, self.v.rows["reflexes.response"], strict=True)
        ], strict=True))
        s = self.v.value
        r = self.r0.copy()
        for row, share in zip(self.v.rows["reflexes.resistance"], self.v.column("reflexes.resistance", "share"), strict=True):
            r[self.edges.index(row)] += share * (
                s["reflexes.resistance_arterial"] * y["alpha_resistance"]
                + s["reflexes.resistance_cardiopulmonary"] * y["cardiopulmonary_resistance"]
            )
        self.r = np.maximum(r, LEAST * self.r0) * local
        v0 = self.v0.copy()
        for row, ga, gc in zip(
            self.v.rows["reflexes.venous"], self.v.column("reflexes.venous", "arterial"),
            self.v.column("reflexes.venous", "cardiopulmonary"), strict=True,
        ):
            v0[self.at[row]] += ga * y["alpha_venous"] + gc * y["cardiopulmonary_venous"]
        self.limp = np.maximum(v0, LEAST * self.v0)
        ees = self.v.column("heart.chamber", "end_systolic_elastance")
        self.ees = np.maximum(ees + self.v.column("heart.chamber", "elastance_gain") * y["beta"], LEAST * ees)
        period = 1 / s["heart.heart_rate"] + s["reflexes.interval_sympathetic"] * y["beta"] + s["reflexes.interval_vagal"] * y["vagal"]
        return min(max(period, s["heart.fastest_interval"]), s["heart.slowest_interval"])

    def pressure(self, volume, since, period, sine):
        """Against the atmosphere."""
        over = volume - self.limp
        p = over / self.c
        full = self.vm > 0
        p[full] = (2 * self.vm / (math.pi * self.c) * np.tan(math.pi * over / np.where(full, 2 * self.vm, 1.0)))[full]
        low = (over < 0) & (self.floor < 1)
        pc = self.v.value["vessels.collapse_pressure"]
        p[low] = (-pc * (1 - self.floor) * -over / (volume - self.floor * self.limp))[low]
        s = self.v.value
        root = math.sqrt(period)
        col = lambda n: self.v.column("heart.chamber", n)  # noqa: E731
        for j, name in enumerate(self.heart):
            i = self.at[name]
            ventricle = name in self.v.layout["heart"]["kind"]["ventricles"]
            ts = s["heart.ventricular_systole" if ventricle else "heart.atrial_systole"] * root
            t = since - (s["heart.pr_interval"] * root if ventricle else 0.0)
            if 0 < t < ts:
                a = 0.5 - 0.5 * math.cos(math.pi * t / ts)
            elif ts <= t < 1.5 * ts:
                a = 0.5 + 0.5 * math.cos(2 * math.pi * (t - ts) / ts)
            else:
                a = 0.0
            va = col("active_volume")[j]
            if ventricle:
                full, fp = col("filling_volume")[j], col("filling_pressure")[j]
                vp = full * (s["heart.passive_offset"] - s["heart.passive_offset_slope"] * fp)
                u = max(volume[i] - vp, 0.0) / (full - vp) * (fp / s["heart.passive_pressure"]) ** (1 / s["heart.passive_exponent"])
                limp = col("passive_elastance")[j] * (volume[i] - vp) + s["heart.passive_pressure"] * u ** s["heart.passive_exponent"]
            else:
                limp = col("passive_elastance")[j] * (volume[i] - va)
            p[i] = (1 - a) * limp + a * self.ees[j] * (volume[i] - va)
        return p + self.outside(sine)

    def flow(self, volume, p, column, sine):
        out = self.outside(sine)
        a, b = self.a, self.b
        drop = p[a] - np.where(self.kind == "bed", np.maximum(p[b], out[b]), p[b]) + column
        slit = (self.kind == "tube") & (self.vein == a)
        drop = np.where(slit, np.minimum(drop, np.maximum(p[a] - out[a], 0.0)), drop)
        drop[(self.kind == "valve") & (drop < 0)] = 0.0
        drop[(self.kind == "bed") & (drop < 0)] = 0.0
        g = 1.0 / self.r
        v = self.vein
        has = v >= 0
        collapsed = has & (volume[v] < self.limp[v])
        room = (volume[v] - self.floor[v] * self.limp[v]) / ((1 - self.floor[v]) * self.limp[v] + 1e-300)
        g = np.where(collapsed, g * room**2, g)
        tube = self.kind == "tube"
        x = (p[v] - out[v]) / self.v.value["vessels.tube_pressure"]
        opened = 1 + 2 / math.pi * np.arctan(x)
        return np.where(tube, self.v.column("vessels.edge", "tube_conductance") * opened**2, g) * drop

    def march(self, state, bins, rtol=1e-9):
        """Beats as (period, stroke, mean aortic, mean volumes, mean pressures), from a state of the model, which is not changed."""
        s = self.v.value
        n = len(self.names)
        m = len(self.edges)
        state = copied(state)
        y = np.concatenate([state.volume, np.zeros(2 * n + m + 3)])
        y[n : 2 * n], y[2 * n : 3 * n] = state.sum_volume, state.sum_pressure
        valve = self.edges.index(self.special["aortic_valve"])
        bed = self.edges.index(self.special["head_bed"])
        aorta, carotid, atrium = (self.at[self.special[x]] for x in ("aorta", "carotid", "right_atrium"))
        y[3 * n + valve] = state.sums[k.S_STROKE]
        clock = dict(zip(("time", "start", "end", "period", "wanted"), map(float, state.clock), strict=True))
        so_far = float(state.sums[k.S_TIME])
        filtered, local, signal, window = state.filtered, state.local, state.signal, state.window
        shares = self.v.column("regulation.filtration", "share")
        shares = shares / shares.sum()
        fil = {self.at[r]: x for r, x in zip(self.v.rows["regulation.filtration"], shares, strict=True)}
        straight = np.where(
            np.isnan(self.v.column("vessels.compartment", "height")),
            s["vessels.hip_height"] - self.v.column("vessels.compartment", "leg_distance"), self.v.column("vessels.compartment", "height"),
        )
        beats = []
        for _ in range(bins):
            t0 = clock["time"]
            wanted, before = self.regulate(signal, local), clock["wanted"]
            clock["wanted"] = wanted
            _, deep = self.column(t0, self.where(t0)[0])
            leak = np.zeros(n)
            for i, share in fil.items():
                column = deep[i]
                per = s["regulation.filtered_upright"] if column > 0 else -s["regulation.filtered_inverted"]
                goal = share * per * column / (-straight[i] * WEIGHT)
                tau = s["regulation.filtration_time" if goal > filtered[i] else "regulation.recovery_time"]
                change = (goal - filtered[i]) * (1 - math.exp(-BIN / tau))
                leak[i] = change / BIN
                filtered[i] += change
            period = before + (wanted - before) * min(max((clock["end"] - t0) / BIN, 0.0), 1.0)

            def rhs(t, y, since0, rr, leak=leak):
                h, sine = self.where(t)
                p = self.pressure(y[:n], t - since0, rr, sine)
                q = self.flow(y[:n], p, self.column(t, h)[0], sine)
                d = -leak
                d = d - np.bincount(self.a, q, n) + np.bincount(self.b, q, n)
                sinus = p[carotid] + WEIGHT * (h[carotid] - h[n + k.CAROTID_SINUS])
                out = self.outside(sine)
                w = s["reflexes.carotid_weight"]
                felt = (1 - w) * (p[aorta] - out[aorta]) + w * sinus
                bed_drop = p[self.a[bed]] - max(p[self.b[bed]], out[self.b[bed]]) + WEIGHT * (h[self.a[bed]] - h[self.b[bed]])
                return np.concatenate([d, y[:n], p, q, [felt, p[atrium] - out[atrium], bed_drop]])

            y[3 * n + m :] = 0.0
            before_p = y[2 * n : 3 * n].copy()
            carried = np.zeros(n)
            spots = [t0, t0 + BIN]
            if t0 < clock["end"] < t0 + BIN:
                spots.insert(1, clock["end"])
            for lo, hi in zip(spots, spots[1:], strict=False):
                if lo < clock["end"]:
                    since0, rr = clock["start"], clock["period"]
                else:
                    since0, rr = clock["end"], period
                scale = np.concatenate([np.full(2 * n, 1e-15), np.full(n, 1e-7), np.full(m, 1e-15), np.full(3, 1e-7)])
                sol = solve_ivp(lambda t, y, a=since0, b=rr: rhs(t, y, a, b), (lo, hi), y, "LSODA", rtol=rtol, atol=scale)
                assert sol.success
                y = sol.y[:, -1]
                so_far += hi - lo
                if hi == clock["end"]:
                    mean = (y[2 * n : 3 * n] / so_far, y[n : 2 * n] / so_far)
                    beats.append((clock["period"], y[3 * n + valve], *mean, so_far))
                    carried = y[2 * n : 3 * n] - before_p
                    y[n : 3 * n + m] = 0.0
                    before_p = np.zeros(n)
                    so_far = 0.0
                    clock["start"], clock["end"], clock["period"] = clock["end"], clock["end"] + period, period
            clock["time"] = t0 + BIN
            felt, filling, perfusion = y[3 * n + m :] / BIN
            mean_p = (carried + y[2 * n : 3 * n] - before_p) / BIN
            h, sine = self.where(t0 + BIN)
            out = self.outside(sine)
            for e, gain in enumerate(self.v.column("vessels.edge", "local_gain")):
                if gain > 0:
                    i = self.b[e]
                    x = (mean_p[i] - out[i] - s["regulation.local_centre"]) / s["regulation.local_width"]
                    local[e] += (1 + gain / (1 + math.exp(-x)) - local[e]) * (1 - math.exp(-BIN / s["regulation.local_time"]))
            goal = (perfusion / state.reference[0]) ** s["regulation.autoregulation"]
            goal = min(max(goal, s["regulation.autoregulation_least"]), s["regulation.autoregulation_most"])
            local[bed] += (goal - local[bed]) * (1 - math.exp(-BIN / s["regulation.autoregulation_time"]))
            window[:, :3] = window[:, 1:].copy()
            window[:, 3] = felt, filling
            signal[:, 1:] = signal[:, :-1].copy()
            point = s["reflexes.arterial_set_point"] + s["reflexes.reset_head_down"] * max(sine, 0.0)
            scale = s["reflexes.arterial_scale"]
            signal[0, 0] = scale * math.atan((window[0].mean() - point) / scale)
            scale = s["reflexes.cardiopulmonary_scale"]
            signal[1, 0] = scale * math.atan((window[1].mean() - s["reflexes.cardiopulmonary_set_point"]) / scale)
        return beats


STEPS = (8, 16, 32, 64, 128, 256, 512)
BINS = 48  # 3 s: three whole beats


@cache
def both(equipment, angle, moving=False):
    """Own beats, and those of the model at growing numbers of steps."""
    person = Person()
    before, after = stance(person, "lying", 0.0), stance(person, equipment, angle, moving=moving)
    own = Own(copy.deepcopy(model().values), before, after, 0.5, 2.0).march(settled(), BINS)
    m = CirculationModel(person)
    d = drive(m.values, before, after, 0.5, 2.0)
    found = {}
    n = m.plan.network.vessel.shape[0]
    for steps in STEPS:
        record = new_record(1, 40, 0, n)
        status, _ = march(m.plan, d, settled(), BINS, steps, 1e-14 if steps > 8 else 1e-9, new_scratch(m.plan), record, math.inf)
        assert status == 0
        beats = recorded(record, 0)
        found[steps] = list(zip(beats.beat, beats.pressure, beats.volume, strict=True))
    return own, found


def differences(own, beats):
    """Relative differences of beat means: interval, stroke volume, pressures (of 5 mmHg at least), volumes."""
    assert len(own) == len(beats) >= 3
    return np.array([
        [
            beat[k.B_PERIOD] / period - 1, beat[k.B_STROKE] / stroke - 1, *((pressure - p) / np.maximum(np.abs(p), 5 * MMHG)),
            *((volume - v) / v),
        ]
        for (period, stroke, p, v, _), (beat, pressure, volume) in zip(own, beats, strict=True)
    ])


@pytest.mark.parametrize(
    ("equipment", "angle", "moving"), [("standing", None, False), ("standing", None, True), ("gravity_boots", 90.0, False)]
)
def test_beat_means_agree_with_an_independent_solver(equipment, angle, moving):
    """Tilted within two seconds, with everything that regulates at work."""
    own, found = both(equipment, angle, moving)
    worst = {steps: float(np.abs(differences(own, beats)).max()) for steps, beats in found.items()}
    print(equipment, worst)
    # measured 1e-7 and 6e-4. Seen to fail (4e-6 at 2048 steps, 1.1e-3 at 8) when receptors were read at the ends of steps only
    assert worst[512] < 1e-6
    assert worst[8] < 1e-3


@pytest.mark.parametrize(("equipment", "angle"), [("standing", None), ("gravity_boots", 90.0)])
def test_whole_beats_converge_with_second_order(equipment, angle):
    """Valves, beats and bins included. Where in a step a valve moves scatters the errors, so a line is laid through them."""
    own, found = both(equipment, angle)
    size = [math.log2(np.sqrt((differences(own, found[n])[1:] ** 2).mean())) for n in STEPS]
    slope = -np.polyfit(np.log2(STEPS), size, 1)[0]
    print(equipment, slope, np.diff(size))
    # measured 2.08 standing and 2.18 in boots, where the errors fall from 1e-4 to 9e-9 by steps of 1.6 to 3.2.
    # Seen to fail (1.0): receptors read at the ends of steps
    assert 1.9 < slope < 2.25
