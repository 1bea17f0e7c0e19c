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
from biomech.circulation.kernels.layout import (
    AORTA,
    AORTIC_VALVE,
    ARTERIAL,
    AT_HEART,
    B_DIASTOLIC,
    B_FILTERED,
    B_HEAD_FLOW,
    B_HEART,
    B_MEAN,
    B_PERIOD,
    B_STROKE,
    B_SYSTOLIC,
    B_TILT,
    B_TIME,
    BEAT_END,
    BEAT_START,
    BIN,
    CAROTID,
    CAROTID_SINUS,
    CAROTID_WEIGHT,
    F_COLUMN,
    F_FIRST_FLOW,
    F_FLOW,
    FILLING,
    FROM,
    HEAD_BED,
    HEART,
    LEFT_VENTRICLE,
    P_AORTA,
    P_CENTRAL_VENOUS,
    P_LV_PRESSURE,
    P_LV_VOLUME,
    P_RV_PRESSURE,
    P_RV_VOLUME,
    P_TIME,
    PERFUSION,
    PERIOD,
    PLACES,
    RAMP,
    RIGHT_ATRIUM,
    RIGHT_VENTRICLE,
    S_AORTA,
    S_DIASTOLIC,
    S_HEAD_FLOW,
    S_STROKE,
    S_SYSTOLIC,
    S_TIME,
    START,
    TIME,
    TO,
    W_BIN_PRESSURE,
    W_CORRECTION,
    W_FIRST_PRESSURE,
    W_FIRST_VOLUME,
    W_HEIGHT,
    W_KNOWN,
    W_OUTSIDE,
    W_PRESSURE,
    W_RATE,
    W_TRIAL,
    WANTED,
    WEIGHT,
)
from biomech.circulation.kernels.network import flows, linearise, pressures, rates, stage_matrix, stand
from biomech.circulation.kernels.reflex import feel, respond
from biomech.circulation.kernels.regulation import filter_plasma, regulate, regulate_locally
from biomech.compiled import kernel, merged

GAMMA = 1.0 - 0.5 * math.sqrt(2.0)
MOST_NEWTON = 20
MOST_PIECES = 64  # into which a step is cut where Newton does not converge at once (after a leap, at a collapsing vein)
CURVED = 1e-5  # m³, over which pressures bend: a correction x leaves an error of about x² / CURVED
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
    for _ in range(MOST_NEWTON):
        pressures(net, trial, since, period, s.elastance, w)
        flows(net, trial, w, f)
        rates(net, w, f, rate)
        for i in range(n):
            correction[i] = w[W_KNOWN, i] + dh * rate[i] - trial[i]
        stage_matrix(program.entry, dh, f, s.matrix)
        solve(program, s.matrix, correction)
        size = 0.0
        for i in range(n):
            far = abs(correction[i])
            if far > size or far != far:  # one that is no number stays
                size = far
        if not math.isfinite(size):
            return NOT_FINITE
        if size * size <= accept * CURVED and linearise(net, w, f, 1e-3 * accept / dh):
            # the volumes that these very flows give, so that nothing is lost between compartments
            rates(net, w, f, rate)
            for i in range(n):
                trial[i] = w[W_KNOWN, i] + dh * rate[i]
            return DONE
        for i in range(n):
            trial[i] += correction[i]
    return NOT_CONVERGED


@merged
def phase_of(clock, period, t):
    """Time since the beat began and its RR interval; after its end the next one has begun."""
    if t < clock[BEAT_END]:
        return t - clock[BEAT_START], clock[PERIOD]
    return t - clock[BEAT_END], period


@kernel
def close_beat(state, tilt, w, record, row):
    """Write one row of the record from the sums of the beat, and begin new sums."""
    sums = state.sums
    time = sums[S_TIME]
    out = record.beat[row]
    out[B_TIME] = state.clock[BEAT_END]
    out[B_PERIOD] = state.clock[PERIOD]
    out[B_STROKE] = sums[S_STROKE]
    out[B_MEAN] = sums[S_AORTA] / time
    out[B_SYSTOLIC] = sums[S_SYSTOLIC]
    out[B_DIASTOLIC] = sums[S_DIASTOLIC]
    out[B_HEAD_FLOW] = sums[S_HEAD_FLOW] / time
    out[B_FILTERED] = state.filtered.sum()
    out[B_TILT] = tilt
    n = state.volume.size
    for k in range(PLACES):
        out[B_HEART + k] = w[W_HEIGHT, n + k]
    for i in range(n):
        record.volume[row, i] = state.sum_volume[i] / time
        record.pressure[row, i] = state.sum_pressure[i] / time
        record.height[row, i] = w[W_HEIGHT, i]
    sums[:] = 0.0
    sums[S_SYSTOLIC] = -1e300
    sums[S_DIASTOLIC] = 1e300
    state.sum_volume[:] = 0.0
    state.sum_pressure[:] = 0.0


@merged
def add_to_sums(special, state, span, s):
    """Add a share ``span`` (s) of the step that has just been made."""
    if span <= 0.0:
        return
    w = s.w
    f = s.f
    a = (1.0 - GAMMA) * span
    b = GAMMA * span
    valve = special[AORTIC_VALVE]
    bed = special[HEAD_BED]
    sums = state.sums
    high = s.sensed[1, AT_HEART]
    sums[S_TIME] += span
    sums[S_STROKE] += a * f[F_FIRST_FLOW, valve] + b * f[F_FLOW, valve]
    sums[S_HEAD_FLOW] += a * f[F_FIRST_FLOW, bed] + b * f[F_FLOW, bed]
    sums[S_AORTA] += a * s.sensed[0, AT_HEART] + b * high
    sums[S_SYSTOLIC] = max(sums[S_SYSTOLIC], high)
    sums[S_DIASTOLIC] = min(sums[S_DIASTOLIC], high)
    for i in range(state.volume.size):
        state.sum_volume[i] += a * w[W_FIRST_VOLUME, i] + b * w[W_TRIAL, i]
        state.sum_pressure[i] += a * w[W_FIRST_PRESSURE, i] + b * w[W_PRESSURE, i]


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
    out[PERFUSION] = pressure[artery] + f[F_COLUMN, bed] - max(pressure[vein], w[W_OUTSIDE, vein])
    out[AT_HEART] = pressure[aorta] + weight * (w[W_HEIGHT, aorta] - w[W_HEIGHT, n + HEART])


@merged
def step(plan, drive, clock, volume, t, h, period, accept, moving, s):
    """One SDIRK2 step; ``volume`` is advanced. Returns (status, tilt, if moving)."""
    net = plan.network
    w = s.w
    f = s.f
    n = volume.size
    tilt = 0.0
    dh = GAMMA * h
    for stage in range(2):
        now = t + dh if stage == 0 else t + h
        since, rr = phase_of(clock, period, now)
        if moving:
            tilt = stand(net, drive, now, w, f)
        gone = 0.0 if stage == 0 else (1.0 - GAMMA) * h
        for i in range(n):
            w[W_KNOWN, i] = volume[i] + gone * w[W_RATE, i]
            w[W_TRIAL, i] = w[W_KNOWN, i] + dh * w[W_RATE, i]
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
    """Pressures, flows and rates of given volumes."""
    pressures(net, volume, since, period, s.elastance, s.w)
    flows(net, volume, s.w, s.f)
    rates(net, s.w, s.f, s.w[W_RATE])


@kernel
def march(plan, drive, state, bins, steps, accept, s, record, pulse_from):
    """Advance by a number of bins with ``steps`` steps each; one row of the record a beat.

    accept: m³, Newton's residual. pulse_from: time from which the pulsatile window is sampled once a step.
    Returns (status, bins done, beats recorded, samples of the window).
    """
    net = plan.network
    special = plan.special
    clock = state.clock
    w = s.w
    f = s.f
    n = state.volume.size
    h = BIN / steps
    beats = 0
    samples = 0
    atrium = special[RIGHT_ATRIUM]
    left = special[LEFT_VENTRICLE]
    right = special[RIGHT_VENTRICLE]
    start = clock[TIME]
    tilt = stand(net, drive, start, w, f)
    for b in range(bins):
        if beats + 2 > record.beat.shape[0]:
            return FULL, b, beats, samples
        begin = start + b * BIN
        moving = begin < drive.clock[START] + drive.clock[RAMP]
        respond(plan.response, plan.response_span, state.signal, s.answer)
        wanted = regulate(net, s.answer, state.local, s.elastance, w, f)
        if not math.isfinite(wanted):  # nobody would feel it before the next beat
            return NOT_FINITE, b, beats, samples
        before = clock[WANTED]
        clock[WANTED] = wanted
        filter_plasma(net, state.filtered, w)
        # anew in every bin: a march in pieces is then the march in one to the last bit
        since, rr = phase_of(clock, wanted, begin)
        look(net, state.volume, since, rr, s)
        w[W_BIN_PRESSURE, :] = 0.0
        felt = 0.0
        filling = 0.0
        for k in range(steps):
            pieces = 1
            j = 0
            while j < pieces:
                part = h / pieces
                t = begin + k * h + j * part
                # between bins in proportion: a beat that begins a little later must not jump to another interval
                period = before + (wanted - before) * min(max((clock[BEAT_END] - begin) / BIN, 0.0), 1.0)
                status, turned = step(plan, drive, clock, state.volume, t, part, period, accept, moving, s)
                if status != DONE:
                    if pieces == MOST_PIECES:
                        return status, b, beats, samples
                    pieces *= 2
                    j *= 2
                    since, rr = phase_of(clock, period, t)
                    look(net, state.volume, since, rr, s)
                    continue
                j += 1
                if moving:
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
                if clock[BEAT_END] <= now:
                    add_to_sums(special, state, clock[BEAT_END] - t, s)
                    close_beat(state, tilt, w, record, beats)
                    beats += 1
                    add_to_sums(special, state, now - clock[BEAT_END], s)
                    clock[BEAT_START] = clock[BEAT_END]
                    clock[PERIOD] = period
                    clock[BEAT_END] += period
                else:
                    add_to_sums(special, state, part, s)
                if now > pulse_from and samples < record.pulse.shape[0]:
                    row = record.pulse[samples]
                    row[P_TIME] = now
                    row[P_AORTA] = s.sensed[1, AT_HEART]
                    row[P_LV_PRESSURE] = w[W_PRESSURE, left]
                    row[P_LV_VOLUME] = w[W_TRIAL, left]
                    row[P_RV_PRESSURE] = w[W_PRESSURE, right]
                    row[P_RV_VOLUME] = w[W_TRIAL, right]
                    row[P_CENTRAL_VENOUS] = w[W_PRESSURE, atrium]
                    samples += 1
        regulate_locally(net, special[HEAD_BED], state.reference[0], state.local, w)
        feel(net.scalar, state.window, state.signal, felt / BIN, filling / BIN, max(0.0, math.sin(tilt)))
    clock[TIME] = start + bins * BIN
    return DONE, bins, beats, samples
