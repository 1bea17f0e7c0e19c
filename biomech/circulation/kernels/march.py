"""The march through time: SDIRK2 within bins, regulation between them, one record a beat.

One step from t to t + h (γ = 1 − √2/2) solves two implicit stages

    V₁ = V + γ h f(t + γ h, V₁)
    V₂ = V + (1 − γ) h f₁ + γ h f(t + h, V₂)         V(t + h) = V₂

L-stable, second order (Alexander 1977). Volume moves along edges: what leaves one compartment enters the next by the same
number, so that total volume is kept to round-off whatever Newton's tolerance. A closed valve passes exactly nothing,
because a stage's flows are those of the exact law at its state. Steps divide a bin, and regulation is
renewed at bins only: between them the equations are an ordinary differential equation that any solver can check.
"""

import math

from biomech.circulation.kernels.elimination import solve
from biomech.circulation.kernels.lanes import alike, every, larger, otherwise, smaller, some, where, width
from biomech.circulation.kernels.layout import (
    AORTA,
    ARTERIAL,
    AT_HEART,
    BEAT_END,
    BEAT_START,
    BIN,
    CAROTID,
    CAROTID_SINUS,
    CAROTID_WEIGHT,
    F_COLUMN,
    F_FIRST_FLOW,
    F_FLOW,
    F_FOUND_FLOW,
    FILLING,
    FROM,
    HEAD_BED,
    HEART,
    PERFUSION,
    PERIOD,
    RAMP,
    RIGHT_ATRIUM,
    START,
    TIME,
    TO,
    W_BIN_PRESSURE,
    W_CORRECTION,
    W_FIRST_PRESSURE,
    W_FIRST_VOLUME,
    W_FOUND,
    W_FOUND_PRESSURE,
    W_FOUND_RATE,
    W_HEIGHT,
    W_KNOWN,
    W_OUTSIDE,
    W_PRESSURE,
    W_RATE,
    W_RATE_BEFORE,
    W_TRIAL,
    WANTED,
    WEIGHT,
    Drive,
    Network,
    Plan,
    State,
)
from biomech.circulation.kernels.network import flows, linearise, pressures, rates, stage_matrix, stand
from biomech.circulation.kernels.recording import GAMMA, add_to_sums, close_beat, sample
from biomech.circulation.kernels.reflex import feel, respond
from biomech.circulation.kernels.regulation import filter_plasma, regulate, regulate_locally
from biomech.circulation.kernels.scratch import Scratch
from biomech.circulation.kernels.vectors import as_lanes
from biomech.compiled import kernel, merged

MOST_NEWTON = 20
MOST_PIECES = 64  # into which a step is cut where Newton does not converge at once (after a leap, at a collapsing vein)
CURVED = 1e-5  # m³, over which pressures bend: a correction x leaves an error of about x² / CURVED
AHEAD = (GAMMA / (1.0 - GAMMA), (1.0 - GAMMA) / GAMMA)  # of each stage: how far it goes on from the last one, against how far that came
DONE, NOT_CONVERGED, NOT_FINITE, FULL = range(4)


@merged
def solve_stage(net, program, dh, since, period, accept, s):
    """Newton: W_TRIAL solves V = W_KNOWN + dh · f(V); F_FLOW, W_PRESSURE and W_RATE are those of the solution.

    The last iteration's flows are the linearised ones: their error is of second order in the correction.
    accept: m³, largest error of a compartment. Returns status.
    """
    w = s.w
    f = s.f
    n = net.vessel.shape[0]
    trial = w[W_TRIAL]
    rate = w[W_RATE]
    correction = w[W_CORRECTION]
    found = alike(False, trial[0])
    for _ in range(MOST_NEWTON):
        pressures(net, trial, since, period, s.elastance, w)
        flows(net, trial, w, f)
        rates(net, w, f, rate)
        for i in range(n):
            correction[i] = w[W_KNOWN, i] + dh * rate[i] - trial[i]
        stage_matrix(program.entry, dh, f, s.matrix)
        solve(program, s.matrix, correction)
        size = alike(0.0, trial[0])
        for i in range(n):
            here = abs(correction[i])
            size = where((here > size) | (here != here), here, size)  # one that is no number stays
        size = where(found, 0.0, size)
        if not every(size - size == 0.0):
            return NOT_FINITE
        near = (size * size <= accept * CURVED) & otherwise(found)
        if some(near):
            near = linearise(net, w, f, 1e-3 * accept / dh, near)
        if some(near):
            # the volumes that these very flows give, so that nothing is lost between compartments
            rates(net, w, f, rate)
            if every(near | found):
                for i in range(n):
                    trial[i] = w[W_KNOWN, i] + dh * rate[i]
                if some(found):
                    for i in range(n):
                        trial[i] = where(found, w[W_FOUND, i], trial[i])
                        w[W_PRESSURE, i] = where(found, w[W_FOUND_PRESSURE, i], w[W_PRESSURE, i])
                        rate[i] = where(found, w[W_FOUND_RATE, i], rate[i])
                    for e in range(net.edge.shape[0]):
                        f[F_FLOW, e] = where(found, f[F_FOUND_FLOW, e], f[F_FLOW, e])
                return DONE
            for i in range(n):
                w[W_FOUND, i] = where(near, w[W_KNOWN, i] + dh * rate[i], w[W_FOUND, i])
                w[W_FOUND_PRESSURE, i] = where(near, w[W_PRESSURE, i], w[W_FOUND_PRESSURE, i])
                w[W_FOUND_RATE, i] = where(near, rate[i], w[W_FOUND_RATE, i])
            for e in range(net.edge.shape[0]):
                f[F_FOUND_FLOW, e] = where(near, f[F_FLOW, e], f[F_FOUND_FLOW, e])
            found = found | near
        for i in range(n):
            trial[i] = where(found, trial[i], trial[i] + correction[i])
    return NOT_CONVERGED


@merged
def phase_of(clock, period, t):
    """Time since the beat began and its RR interval; after its end the next one has begun."""
    still = t < clock[BEAT_END]
    return t - where(still, clock[BEAT_START], clock[BEAT_END]), where(still, clock[PERIOD], period)


@merged
def sense(net, special, w, f, out):
    """What is felt at a stage: arterial and atrial receptors, perfusion of the head, aortic pressure at heart level; Pa."""
    n = net.vessel.shape[0]
    aorta = special[AORTA]
    carotid = special[CAROTID]
    atrium = special[RIGHT_ATRIUM]
    bed = special[HEAD_BED]
    artery = net.edge_ints[bed, FROM]
    vein = net.edge_ints[bed, TO]
    weight = net.scalar[WEIGHT]
    share = net.scalar[CAROTID_WEIGHT]
    pressure = w[W_PRESSURE]
    sinus = pressure[carotid] + weight * (w[W_HEIGHT, carotid] - w[W_HEIGHT, n + CAROTID_SINUS])
    out[ARTERIAL] = (1.0 - share) * (pressure[aorta] - w[W_OUTSIDE, aorta]) + share * sinus
    out[FILLING] = pressure[atrium] - w[W_OUTSIDE, atrium]
    out[PERFUSION] = pressure[artery] + f[F_COLUMN, bed] - larger(pressure[vein], w[W_OUTSIDE, vein])
    out[AT_HEART] = pressure[aorta] + weight * (w[W_HEIGHT, aorta] - w[W_HEIGHT, n + HEART])


@merged
def step(plan, drive, clock, volume, t, h, period, accept, moving, tilt, s):
    """One SDIRK2 step; ``volume`` is advanced. Returns (status, tilt)."""
    net = plan.network
    w = s.w
    f = s.f
    n = volume.size
    dh = GAMMA * h
    for stage in range(2):
        now = t + dh if stage == 0 else t + h
        since, rr = phase_of(clock, period, now)
        if some(moving):
            tilt = stand(net, drive, now, moving, tilt, w, f)
        gone = 0.0 if stage == 0 else (1.0 - GAMMA) * h
        ahead = AHEAD[stage]
        for i in range(n):
            rate = w[W_RATE, i]
            w[W_KNOWN, i] = volume[i] + gone * rate
            # a first guess, from the straight line through the last two rates
            w[W_TRIAL, i] = w[W_KNOWN, i] + dh * (rate + ahead * (rate - w[W_RATE_BEFORE, i]))
            w[W_RATE_BEFORE, i] = rate
        status = solve_stage(net, plan.elimination, dh, since, rr, accept, s)
        if status != DONE:
            return status, tilt
        sense(net, plan.special, w, f, s.sensed[stage])
        if stage == 0:
            for i in range(n):
                w[W_FIRST_PRESSURE, i] = w[W_PRESSURE, i]
                w[W_FIRST_VOLUME, i] = w[W_TRIAL, i]
            for e in range(net.edge.shape[0]):
                f[F_FIRST_FLOW, e] = f[F_FLOW, e]
    for i in range(n):
        volume[i] = w[W_TRIAL, i]
    return DONE, tilt


@kernel
def look(net, volume, since, period, s):
    """Pressures, flows and rates of given volumes, from where a first guess goes on at this rate."""
    pressures(net, volume, since, period, s.elastance, s.w)
    flows(net, volume, s.w, s.f)
    rates(net, s.w, s.f, s.w[W_RATE])
    for i in range(volume.size):
        s.w[W_RATE_BEFORE, i] = s.w[W_RATE, i]


@kernel
def march(plan, drive, state, bins, steps, accept, s, record, pulse_from):
    """Advance by a number of bins with ``steps`` steps each; one row of the record a beat.

    accept: m³, Newton's residual. pulse_from: time from which the pulsatile window is sampled once a step.
    Returns (status, bins done). Of several persons one who needs smaller steps ends it for all (NOT_CONVERGED): alone each finds them.
    """
    net = plan.network
    special = plan.special
    clock = state.clock
    w = s.w
    f = s.f
    n = state.volume.size
    h = BIN / steps
    start = clock[TIME]
    nothing = alike(0.0, start)
    persons = width(start)
    tilt = stand(net, drive, start, alike(True, start), nothing, w, f)
    for b in range(bins):
        for p in range(persons):
            if record.used[p, 0] + 2 > record.beat.shape[1]:
                return FULL, b
        begin = start + b * BIN
        moving = begin < drive.clock[START] + drive.clock[RAMP]
        respond(plan.bend, plan.bend_lag, state.signal, state.answer)
        wanted = regulate(net, state.answer[0], state.local, s.elastance, w, f)
        if not every(wanted - wanted == 0.0):  # nobody would feel it before the next beat
            return NOT_FINITE, b
        before = clock[WANTED]
        clock[WANTED] = wanted
        filter_plasma(net, state.filtered, w)
        # anew in every bin: a march in pieces is then the march in one to the last bit
        since, rr = phase_of(clock, wanted, begin)
        look(net, state.volume, since, rr, s)
        for i in range(n + 1):
            w[W_BIN_PRESSURE, i] = nothing
        felt = nothing
        filling = nothing
        for k in range(steps):
            pieces = 1
            j = 0
            while j < pieces:
                part = h / pieces
                t = begin + k * h + j * part
                # between bins in proportion: a beat that begins a little later must not jump to another interval
                period = before + (wanted - before) * smaller(larger((clock[BEAT_END] - begin) / BIN, 0.0), 1.0)
                status, turned = step(plan, drive, clock, state.volume, t, part, period, accept, moving, tilt, s)
                if status != DONE:
                    if pieces == MOST_PIECES or persons > 1:
                        return status, b
                    pieces *= 2
                    j *= 2
                    since, rr = phase_of(clock, period, t)
                    look(net, state.volume, since, rr, s)
                    continue
                j += 1
                tilt = turned
                now = t + part
                clock[TIME] = now
                one = (1.0 - GAMMA) * part
                two = GAMMA * part
                felt += one * s.sensed[0, ARTERIAL] + two * s.sensed[1, ARTERIAL]
                filling += one * s.sensed[0, FILLING] + two * s.sensed[1, FILLING]
                for i in range(n):
                    w[W_BIN_PRESSURE, i] += (one * w[W_FIRST_PRESSURE, i] + two * w[W_PRESSURE, i]) / BIN
                w[W_BIN_PRESSURE, n] += (one * s.sensed[0, PERFUSION] + two * s.sensed[1, PERFUSION]) / BIN
                ended = clock[BEAT_END] <= now
                if some(ended):
                    add_to_sums(special, state, where(ended, clock[BEAT_END] - t, part), s)
                    close_beat(state, ended, tilt, w, record)
                    add_to_sums(special, state, where(ended, now - clock[BEAT_END], 0.0), s)
                    clock[BEAT_START] = where(ended, clock[BEAT_END], clock[BEAT_START])
                    clock[PERIOD] = where(ended, period, clock[PERIOD])
                    clock[BEAT_END] = where(ended, clock[BEAT_END] + period, clock[BEAT_END])
                else:
                    add_to_sums(special, state, alike(part, now), s)
                if some(now > pulse_from):
                    sample(special, now, pulse_from, s, record)
        regulate_locally(net, special[HEAD_BED], state.reference[0], state.local, w)
        feel(net.scalar, state.window, state.signal, felt / BIN, filling / BIN, larger(math.sin(tilt), 0.0))
    clock[TIME] = start + bins * BIN
    return DONE, bins


@kernel
def march_side_by_side(plan, drive, state, bins, steps, accept, s, record, pulse_from):
    """The march of several persons at once: arrays of plan, drive, state and scratch have a last axis that counts them."""
    net = plan.network
    network = Network(
        as_lanes(net.vessel), as_lanes(net.edge), net.edge_ints, as_lanes(net.chamber), net.chamber_ints, as_lanes(net.scalar)
    )
    return march(
        Plan(network, plan.elimination, as_lanes(plan.bend), plan.bend_lag, plan.special),
        Drive(as_lanes(drive.clock), as_lanes(drive.place0), as_lanes(drive.place1)),
        State(
            as_lanes(state.volume), as_lanes(state.filtered), as_lanes(state.clock), as_lanes(state.signal), as_lanes(state.answer),
            as_lanes(state.window), as_lanes(state.local), as_lanes(state.reference), as_lanes(state.sums),
            as_lanes(state.sum_volume), as_lanes(state.sum_pressure),
        ),
        bins, steps, accept,
        Scratch(as_lanes(s.w), as_lanes(s.f), as_lanes(s.elastance), as_lanes(s.matrix), as_lanes(s.sensed)),
        record, pulse_from,
    )
