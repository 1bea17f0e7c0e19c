"""What is renewed once a bin and held in between: reflexes, local regulation, filtration of plasma.

    R = (R0 + g (α_R * e) + g_c (α_Rc * e_c)) · local        V0 = V00 + g (α_V * e) + g_c (α_Vc * e_c)
    RR = 60/HR0 + g_β (β * e) + g_p (p * e)                   E_es = E0 + g (β * e)
    local of a limb: 1 + a · sigmoid((P_v,tm − centre) / width), veins that stand full close their arterioles (Henriksen)
    local of the head: (perfusion pressure / that lying at rest)^gain within limits, with a time constant
    dF/dt = (F∞ − F)/τ,  F∞ = k⁺ · column for a column that loads, k⁻ · column for one that unloads;
        the column that a muscle pump lifts loads no capillary

Sources: models/circulation/*.toml.
"""

import math

from biomech.circulation.kernels.lanes import alike, every, larger, smaller, some, where
from biomech.circulation.kernels.layout import (
    ACTIVE_ELASTANCE,
    ALPHA_RESISTANCE,
    ALPHA_VENOUS,
    AUTOREGULATION,
    AUTOREGULATION_LEAST,
    AUTOREGULATION_MOST,
    AUTOREGULATION_TIME,
    BETA,
    BIN,
    CARDIOPULMONARY_RESISTANCE,
    CARDIOPULMONARY_VENOUS,
    F_CONDUCTANCE,
    FASTEST_INTERVAL,
    FILTRATION_LOADED,
    FILTRATION_TIME,
    FILTRATION_UNLOADED,
    GAIN_ARTERIAL,
    GAIN_CARDIOPULMONARY,
    GAIN_ELASTANCE,
    GAIN_VOLUME_ARTERIAL,
    GAIN_VOLUME_CARDIOPULMONARY,
    HEART,
    INTERVAL_SYMPATHETIC,
    INTERVAL_VAGAL,
    LOCAL_CENTRE,
    LOCAL_GAIN,
    LOCAL_TIME,
    LOCAL_WIDTH,
    PERIOD_REST,
    RECOVERY_TIME,
    RESISTANCE,
    SLOWEST_INTERVAL,
    TO,
    UNSTRESSED,
    VAGAL,
    W_BIN_PRESSURE,
    W_HEIGHT,
    W_LEAK,
    W_LIFTED,
    W_OUTSIDE,
    W_UNSTRESSED,
    WEIGHT,
)
from biomech.compiled import merged

LEAST = 0.3  # share of a resistance, elastance or unstressed volume that no reflex can take away


@merged
def regulate(net, y, local, elastance, w, f):
    """Set conductances, unstressed volumes and contractility for the coming bin from the answers ``y`` of the reflexes.

    Returns the wanted RR interval, s.
    """
    scalar = net.scalar
    for e in range(net.edge.shape[0]):
        row = net.edge[e]
        r = row[RESISTANCE] + row[GAIN_ARTERIAL] * y[ALPHA_RESISTANCE] + row[GAIN_CARDIOPULMONARY] * y[CARDIOPULMONARY_RESISTANCE]
        f[F_CONDUCTANCE, e] = 1.0 / (larger(r, LEAST * row[RESISTANCE]) * local[e])
    for i in range(net.vessel.shape[0]):
        row = net.vessel[i]
        v = row[UNSTRESSED] + row[GAIN_VOLUME_ARTERIAL] * y[ALPHA_VENOUS] + row[GAIN_VOLUME_CARDIOPULMONARY] * y[CARDIOPULMONARY_VENOUS]
        w[W_UNSTRESSED, i] = larger(v, LEAST * row[UNSTRESSED])
    for k in range(net.chamber.shape[0]):
        row = net.chamber[k]
        elastance[k] = larger(row[ACTIVE_ELASTANCE] + row[GAIN_ELASTANCE] * y[BETA], LEAST * row[ACTIVE_ELASTANCE])
    period = scalar[PERIOD_REST] + scalar[INTERVAL_SYMPATHETIC] * y[BETA] + scalar[INTERVAL_VAGAL] * y[VAGAL]
    return smaller(larger(period, scalar[FASTEST_INTERVAL]), scalar[SLOWEST_INTERVAL])


@merged
def filter_plasma(net, filtered, w):
    """Plasma leaving each compartment in the coming bin (exact for constant heights); ``filtered`` is advanced."""
    scalar = net.scalar
    heart = w[W_HEIGHT, net.vessel.shape[0] + HEART]
    for i in range(net.vessel.shape[0]):
        row = net.vessel[i]
        w[W_LEAK, i] = alike(0.0, heart)
        if every((row[FILTRATION_LOADED] == 0.0) & (row[FILTRATION_UNLOADED] == 0.0)):
            continue
        column = scalar[WEIGHT] * (heart - w[W_LIFTED, i])
        goal = where(column > 0.0, row[FILTRATION_LOADED], row[FILTRATION_UNLOADED]) * column
        tau = where(goal > filtered[i], scalar[FILTRATION_TIME], scalar[RECOVERY_TIME])
        change = (goal - filtered[i]) * (1.0 - math.exp(-BIN / tau))
        w[W_LEAK, i] = change / BIN
        filtered[i] += change


@merged
def regulate_locally(net, head_bed, reference, local, w):
    """Advance local regulation by one bin from the mean pressures of the bin that ends.

    reference: perfusion pressure (Pa) the head defends, 0: none yet.
    """
    scalar = net.scalar
    share = 1.0 - math.exp(-BIN / scalar[LOCAL_TIME])
    for e in range(net.edge.shape[0]):
        gain = net.edge[e, LOCAL_GAIN]
        if some(gain > 0.0):
            v = net.edge_ints[e, TO]
            x = (w[W_BIN_PRESSURE, v] - w[W_OUTSIDE, v] - scalar[LOCAL_CENTRE]) / scalar[LOCAL_WIDTH]
            change = (1.0 + gain / (1.0 + math.exp(-x)) - local[e]) * share
            local[e] += where(gain > 0.0, change, 0.0)
    known = reference > 0.0
    if some(known):
        goal = larger(w[W_BIN_PRESSURE, net.vessel.shape[0]] / where(known, reference, 1.0), 0.1) ** scalar[AUTOREGULATION]
        goal = smaller(larger(goal, scalar[AUTOREGULATION_LEAST]), scalar[AUTOREGULATION_MOST])
        change = (goal - local[head_bed]) * (1.0 - math.exp(-BIN / scalar[AUTOREGULATION_TIME]))
        local[head_bed] += where(known, change, 0.0)
