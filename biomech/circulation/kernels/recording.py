"""What is kept of a march: means over beats, and the pulsatile window.

A step counts with the weights of its two stages, 1 − γ and γ; the one in which a beat ends is shared out between two beats.
"""

import math

from biomech.circulation.kernels.lanes import alike, lane, larger, smaller, some, where, width
from biomech.circulation.kernels.layout import (
    AORTIC_VALVE,
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
    F_FIRST_FLOW,
    F_FLOW,
    HEAD_BED,
    LEFT_VENTRICLE,
    P_AORTA,
    P_CENTRAL_VENOUS,
    P_LV_PRESSURE,
    P_LV_VOLUME,
    P_RV_PRESSURE,
    P_RV_VOLUME,
    P_TIME,
    PERIOD,
    PLACES,
    RIGHT_ATRIUM,
    RIGHT_VENTRICLE,
    S_AORTA,
    S_DIASTOLIC,
    S_HEAD_FLOW,
    S_STROKE,
    S_SYSTOLIC,
    S_TIME,
    SUMS,
    W_FIRST_PRESSURE,
    W_FIRST_VOLUME,
    W_HEIGHT,
    W_PRESSURE,
    W_TRIAL,
)
from biomech.compiled import merged

GAMMA = 1.0 - 0.5 * math.sqrt(2.0)  # of the scheme (march.py)


@merged
def close_beat(state, ended, tilt, w, record):
    """Write one row of the record from the sums of the beat, for whom it has ended, and begin new sums."""
    sums = state.sums
    n = state.volume.size
    time = sums[S_TIME]
    filtered = alike(0.0, time)
    for i in range(n):
        filtered += state.filtered[i]
    for p in range(width(time)):
        if not lane(ended, p):
            continue
        row = record.used[p, 0]
        record.used[p, 0] += 1
        out = record.beat[p, row]
        out[B_TIME] = lane(state.clock[BEAT_END], p)
        out[B_PERIOD] = lane(state.clock[PERIOD], p)
        out[B_STROKE] = lane(sums[S_STROKE], p)
        out[B_MEAN] = lane(sums[S_AORTA] / time, p)
        out[B_SYSTOLIC] = lane(sums[S_SYSTOLIC], p)
        out[B_DIASTOLIC] = lane(sums[S_DIASTOLIC], p)
        out[B_HEAD_FLOW] = lane(sums[S_HEAD_FLOW] / time, p)
        out[B_FILTERED] = lane(filtered, p)
        out[B_TILT] = lane(tilt, p)
        for k in range(PLACES):
            out[B_HEART + k] = lane(w[W_HEIGHT, n + k], p)
        for i in range(n):
            record.volume[p, row, i] = lane(state.sum_volume[i] / time, p)
            record.pressure[p, row, i] = lane(state.sum_pressure[i] / time, p)
            record.height[p, row, i] = lane(w[W_HEIGHT, i], p)
    for k in range(SUMS):
        sums[k] = where(ended, 0.0, sums[k])
    sums[S_SYSTOLIC] = where(ended, -1e300, sums[S_SYSTOLIC])
    sums[S_DIASTOLIC] = where(ended, 1e300, sums[S_DIASTOLIC])
    for i in range(n):
        state.sum_volume[i] = where(ended, 0.0, state.sum_volume[i])
        state.sum_pressure[i] = where(ended, 0.0, state.sum_pressure[i])


@merged
def add_to_sums(special, state, span, s):
    """Add a share ``span`` (s) of the step that has just been made."""
    counts = span > 0.0
    if not some(counts):
        return
    w = s.w
    f = s.f
    a = where(counts, (1.0 - GAMMA) * span, 0.0)
    b = where(counts, GAMMA * span, 0.0)
    valve = special[AORTIC_VALVE]
    bed = special[HEAD_BED]
    sums = state.sums
    high = s.sensed[1, AT_HEART]
    sums[S_TIME] += where(counts, span, 0.0)
    sums[S_STROKE] += a * f[F_FIRST_FLOW, valve] + b * f[F_FLOW, valve]
    sums[S_HEAD_FLOW] += a * f[F_FIRST_FLOW, bed] + b * f[F_FLOW, bed]
    sums[S_AORTA] += a * s.sensed[0, AT_HEART] + b * high
    sums[S_SYSTOLIC] = where(counts, larger(sums[S_SYSTOLIC], high), sums[S_SYSTOLIC])
    sums[S_DIASTOLIC] = where(counts, smaller(sums[S_DIASTOLIC], high), sums[S_DIASTOLIC])
    for i in range(state.volume.size):
        state.sum_volume[i] += a * w[W_FIRST_VOLUME, i] + b * w[W_TRIAL, i]
        state.sum_pressure[i] += a * w[W_FIRST_PRESSURE, i] + b * w[W_PRESSURE, i]


@merged
def sample(special, now, pulse_from, s, record):
    """One row of the pulsatile window, for whom it has begun."""
    w = s.w
    left = special[LEFT_VENTRICLE]
    right = special[RIGHT_VENTRICLE]
    for p in range(width(now)):
        row = record.used[p, 1]
        if lane(now, p) > pulse_from and row < record.pulse.shape[1]:
            record.used[p, 1] += 1
            out = record.pulse[p, row]
            out[P_TIME] = lane(now, p)
            out[P_AORTA] = lane(s.sensed[1, AT_HEART], p)
            out[P_LV_PRESSURE] = lane(w[W_PRESSURE, left], p)
            out[P_LV_VOLUME] = lane(w[W_TRIAL, left], p)
            out[P_RV_PRESSURE] = lane(w[W_PRESSURE, right], p)
            out[P_RV_VOLUME] = lane(w[W_TRIAL, right], p)
            out[P_CENTRAL_VENOUS] = lane(w[W_PRESSURE, special[RIGHT_ATRIUM]], p)
