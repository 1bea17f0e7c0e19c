"""Pressures, flows and their derivatives for the whole network at one instant.

q = (P_from + ρ g z_from − P_to − ρ g z_to) / R on every edge, with z the height against gravity: pressures are true at
every height and angle. On the veins of legs that take steps muscles lift part of the column: z is there that of a lifted place.
Valves are diodes; a bed drains against the higher of vein and outside pressure (waterfall) and passes nothing
backwards; the jugular's conductance follows the transmural pressure of one of its ends, k [1 + (2/π) atan(P / A)]² (Gadda 2015), and
where that is the end it drains, what lies below cannot pull through the slit: P_from − P_to + column ≤ max(P_from − P_outside, 0).

``w`` holds working values of compartments, ``f`` of edges (rows W_… and F_… of the layout).
"""

import math

from numpy import uint64 as unsigned  # an index that cannot count from the end: compiled code need not look

from biomech.circulation.kernels.elementary import atan
from biomech.circulation.kernels.heart import activation, chamber_pressure
from biomech.circulation.kernels.lanes import alike, every, larger, some, where
from biomech.circulation.kernels.layout import (
    ABDOMEN_PRESSURE,
    ABDOMEN_SLOPE,
    AHEAD,
    ATRIUM,
    BED,
    CHAMBER_AT,
    CHAMBER_KIND,
    CRANIAL,
    F_BY_FROM,
    F_BY_TO,
    F_COLUMN,
    F_CONDUCTANCE,
    F_FLOW,
    FROM,
    KIND,
    LIFTED_AHEAD,
    LIFTED_CRANIAL,
    NARROWED_BY,
    OUTSIDE_SHARE_ABDOMEN,
    OUTSIDE_SHARE_THORAX,
    PUMPED,
    RAMP,
    RESISTOR,
    START,
    THORAX_PRESSURE,
    THORAX_SLOPE,
    TILT0,
    TILT1,
    TO,
    TUBE,
    TUBE_CONDUCTANCE,
    TUBE_PRESSURE,
    VALVE,
    VENTRICLE,
    W_CORRECTION,
    W_HEIGHT,
    W_LEAK,
    W_LIFTED,
    W_OUTSIDE,
    W_PRESSURE,
    W_SLOPE,
    W_UNSTRESSED,
    WEIGHT,
)
from biomech.circulation.kernels.vessel import narrowing, vessel_pressure
from biomech.compiled import kernel, merged


@kernel
def stand(net, drive, t, moving, before, w, f):
    """Heights of compartments and places, outside pressures and columns of every edge at time t, for those who are moving.

    Returns the tilt; of the others the one ``before``.
    """
    clock = drive.clock
    x = where(t < clock[START] + clock[RAMP], larger((t - clock[START]) / clock[RAMP], 0.0), 1.0)
    x = x * x * x * (10.0 - 15.0 * x + 6.0 * x * x)
    tilt = clock[TILT0] + x * (clock[TILT1] - clock[TILT0])
    sine = math.sin(tilt)
    cosine = math.cos(tilt)
    height = w[W_HEIGHT]
    lifted = w[W_LIFTED]
    for i in range(height.size):
        a = drive.place0[i]
        b = drive.place1[i]
        here = cosine * (a[AHEAD] + x * (b[AHEAD] - a[AHEAD])) - sine * (a[CRANIAL] + x * (b[CRANIAL] - a[CRANIAL]))
        height[i] = where(moving, here, height[i])
        here = cosine * (a[LIFTED_AHEAD] + x * (b[LIFTED_AHEAD] - a[LIFTED_AHEAD])) - sine * (
            a[LIFTED_CRANIAL] + x * (b[LIFTED_CRANIAL] - a[LIFTED_CRANIAL])
        )
        lifted[i] = where(moving, here, lifted[i])
    thorax = net.scalar[THORAX_PRESSURE] + net.scalar[THORAX_SLOPE] * sine
    abdomen = net.scalar[ABDOMEN_PRESSURE] + net.scalar[ABDOMEN_SLOPE] * sine
    for i in range(net.vessel.shape[0]):
        outside = net.vessel[i, OUTSIDE_SHARE_THORAX] * thorax + net.vessel[i, OUTSIDE_SHARE_ABDOMEN] * abdomen
        w[W_OUTSIDE, i] = where(moving, outside, w[W_OUTSIDE, i])
    for e in range(net.edge.shape[0]):
        z = lifted if net.edge_ints[e, PUMPED] else height
        f[F_COLUMN, e] = net.scalar[WEIGHT] * (z[net.edge_ints[e, FROM]] - z[net.edge_ints[e, TO]])
    return where(moving, tilt, before)


@merged
def pressures(net, volume, since, period, elastance, w):
    """Pressures (Pa against the atmosphere) and slopes dP/dV of all compartments, into W_PRESSURE and W_SLOPE."""
    for i in range(net.vessel.shape[0]):
        p, slope = vessel_pressure(net.vessel[i], volume[i], w[W_UNSTRESSED, i])
        w[W_PRESSURE, i] = p + w[W_OUTSIDE, i]
        w[W_SLOPE, i] = slope
    atrium = activation(net.scalar, ATRIUM, since, period)
    ventricle = activation(net.scalar, VENTRICLE, since, period)
    for k in range(net.chamber.shape[0]):
        at = unsigned(net.chamber_ints[k, CHAMBER_AT])
        kind = net.chamber_ints[k, CHAMBER_KIND]
        active = atrium if kind == ATRIUM else ventricle
        p, slope = chamber_pressure(net.chamber[k], net.scalar, kind, active, elastance[k], volume[at])
        w[W_PRESSURE, at] = p + w[W_OUTSIDE, at]
        w[W_SLOPE, at] = slope


@merged
def flows(net, volume, w, f):
    """Flow of every edge (F_FLOW, m³/s) and its derivatives by the volumes of its ends (F_BY_FROM, F_BY_TO, 1/s)."""
    pressure = w[W_PRESSURE]
    outside = w[W_OUTSIDE]
    for e in range(net.edge.shape[0]):
        a = unsigned(net.edge_ints[e, FROM])
        b = unsigned(net.edge_ints[e, TO])
        narrowed = net.edge_ints[e, NARROWED_BY] >= 0
        v = unsigned(net.edge_ints[e, NARROWED_BY])
        kind = net.edge_ints[e, KIND]
        drop = pressure[a] - pressure[b] + f[F_COLUMN, e]
        slope_a = w[W_SLOPE, a]
        slope_b = w[W_SLOPE, b]
        conductance = f[F_CONDUCTANCE, e]
        by_vein = alike(0.0, drop)
        if kind != RESISTOR:
            shut = drop <= 0.0
            if kind == BED:
                higher = pressure[b] < outside[b]
                drop = where(higher, drop + (pressure[b] - outside[b]), drop)
                slope_b = where(higher, 0.0, slope_b)
                shut = drop <= 0.0
            elif kind == TUBE:
                shut = drop < drop
                if v == a:
                    most = larger(pressure[a] - outside[a], 0.0)
                    held = drop > most
                    drop = where(held, most, drop)
                    slope_b = where(held, 0.0, slope_b)
                    shut = held & (most == 0.0)
            if every(shut):
                f[F_FLOW, e] = alike(0.0, drop)
                f[F_BY_FROM, e] = alike(0.0, drop)
                f[F_BY_TO, e] = alike(0.0, drop)
                continue
            # what is shut passes nothing, exactly, whatever volumes do
            drop = where(shut, 0.0, drop)
            slope_a = where(shut, 0.0, slope_a)
            slope_b = where(shut, 0.0, slope_b)
        if kind == TUBE:
            width = net.edge[e, TUBE_PRESSURE]
            x = (pressure[v] - outside[v]) / width
            opened = 1.0 + 2.0 / math.pi * atan(x)
            widening = 2.0 / math.pi / (1.0 + x * x) / width
            conductance = net.edge[e, TUBE_CONDUCTANCE] * opened * opened
            by_vein = 2.0 * net.edge[e, TUBE_CONDUCTANCE] * opened * widening * w[W_SLOPE, v] * drop
        elif narrowed:
            limp = volume[v] < w[W_UNSTRESSED, v]
            if some(limp):
                left, log_slope = narrowing(net.vessel[v], volume[v], w[W_UNSTRESSED, v])
                narrower = conductance * left
                by_vein = where(limp, narrower * drop * log_slope, 0.0)
                conductance = where(limp, narrower, conductance)
        by_from = conductance * slope_a
        by_to = -conductance * slope_b
        f[F_FLOW, e] = conductance * drop
        f[F_BY_FROM, e] = by_from + by_vein if narrowed and v == a else by_from
        f[F_BY_TO, e] = by_to + by_vein if narrowed and v == b else by_to


@merged
def linearise(net, w, f, least, asked):
    """Follow flows and pressures along W_CORRECTION; who of those ``asked`` has no valve that would have to open or close on the way.

    least: m³/s; a valve in balance opens and closes by rounding, and less than this through it is no reason to look again.
    """
    change = w[W_CORRECTION]
    for i in range(net.vessel.shape[0]):
        w[W_PRESSURE, i] += w[W_SLOPE, i] * change[i]
    for e in range(net.edge.shape[0]):
        a = unsigned(net.edge_ints[e, FROM])
        b = unsigned(net.edge_ints[e, TO])
        q = f[F_FLOW, e] + f[F_BY_FROM, e] * change[a] + f[F_BY_TO, e] * change[b]
        if net.edge_ints[e, KIND] == VALVE:
            drop = w[W_PRESSURE, a] - w[W_PRESSURE, b] + f[F_COLUMN, e]
            calm = ((drop > 0.0) == (f[F_FLOW, e] > 0.0)) & (q >= 0.0)
            if not every(calm):
                little = larger(abs(q), drop * f[F_CONDUCTANCE, e]) <= least
                asked = asked & (calm | little)
                q = where(calm, q, where(drop > 0.0, larger(q, 0.0), 0.0))
        f[F_FLOW, e] = q
    return asked


@merged
def rates(net, w, f, rate):
    """dV/dt of every compartment from the flows and the plasma that leaves the vessels."""
    for i in range(net.vessel.shape[0]):
        rate[i] = -w[W_LEAK, i]
    for e in range(net.edge.shape[0]):
        q = f[F_FLOW, e]
        rate[unsigned(net.edge_ints[e, FROM])] -= q
        rate[unsigned(net.edge_ints[e, TO])] += q


@merged
def stage_matrix(entry, dh, f, matrix):
    """1 − dh ∂f/∂V on the pattern of the network; entry i of the pattern is the diagonal of compartment i."""
    nothing = alike(0.0, f[F_FLOW, 0])
    for k in range(matrix.size):
        matrix[k] = nothing
    for e in range(entry.shape[0]):
        x = dh * f[F_BY_FROM, e]
        matrix[entry[e, 0]] += x
        matrix[entry[e, 2]] -= x
        x = dh * f[F_BY_TO, e]
        matrix[entry[e, 1]] += x
        matrix[entry[e, 3]] -= x
