"""Pressure in skull and eye along the beats.

    C dp/dt = I_f − max(ICP − P_sinus, 0)/R + C_v d(P_sinus − ICP)/dt        ICP = p + column of cerebrospinal fluid
        p: pressure at the point where tilting changes nothing; C = 1/(k_E p); C_v = 1/(k_v (drop − P_v1))
    d ln IOP/dt = K (dV_choroid/dt + F − U − c (IOP − EVP))                   EVP = EVP₀ + up · min(ΔP_o, t) + down · max(ΔP_o − t, 0)
        ΔP_o: orbital venous pressure against lying; t = EVP₀ − that lying: episcleral veins stand above the orbital ones they drain
        into, and feel them only where these stand higher
        V_choroid follows ln(1 + ΔEVP / (gain IOP₀)) / K in a fast and a slow part

Heun's method in steps of at most STEP, drivers linear between beats: second order. Sources: Davson, Gadda 2015 (skull);
Goldmann, Friedenwald, Friberg 1987 (eye).
"""

import math

import numpy as np

from biomech.compiled import allocating, merged

# entries of the parameters, named as in head.toml; the last three follow from others (biomech/head/model.py)
(
    FORMATION, OUTFLOW_RESISTANCE, ELASTANCE, OUTFLOW_FACILITY, UVEOSCLERAL_FLOW, AQUEOUS_FLOW, EPISCLERAL_PRESSURE, TRANSMISSION_DOWN,
    TRANSMISSION_UP, CHOROID_GAIN, RIGIDITY, CHOROID_FAST, CHOROID_SLOW, CHOROID_SLOW_SHARE, VENOUS_COMPLIANCE, REST_EYE, THRESHOLD,
    PARAMETERS,
) = range(18)
# columns of the drivers
SINUS, ORBITAL, COLUMN, DRIVERS = 0, 1, 2, 3
# the state: pressure of the fluid at its indifference point, ln IOP, two parts of the choroid's volume
FLUID, EYE, FILLED_FAST, FILLED_SLOW, STATE = 0, 1, 2, 3, 4

STEP = 1.0  # s
LEAST = 100.0  # Pa, pressure below which the skull's compliance grows no more


@merged
def episcleral(p, orbital):
    """Episcleral venous pressure (Pa) for a change of orbital venous pressure against lying."""
    over = orbital - p[THRESHOLD]
    return p[EPISCLERAL_PRESSURE] + p[TRANSMISSION_UP] * min(orbital, p[THRESHOLD]) + p[TRANSMISSION_DOWN] * max(over, 0.0)


@merged
def rates(p, y, drive, slope, out):
    """dy/dt at drivers ``drive`` that change at ``slope`` per second."""
    icp = y[FLUID] + drive[COLUMN]
    absorbed = max(icp - drive[SINUS], 0.0) / p[OUTFLOW_RESISTANCE]
    compliance = 1.0 / (p[ELASTANCE] * max(y[FLUID], LEAST))
    # what the veins take up: C_v (dP_sinus − dICP), with dICP = dp + dcolumn
    veins = p[VENOUS_COMPLIANCE]
    out[FLUID] = (p[FORMATION] - absorbed + veins * (slope[SINUS] - slope[COLUMN])) / (compliance + veins)
    evp = episcleral(p, drive[ORBITAL])
    target = math.log(max(1.0 + (evp - p[EPISCLERAL_PRESSURE]) / (p[CHOROID_GAIN] * p[REST_EYE]), 0.1)) / p[RIGIDITY]
    out[FILLED_FAST] = ((1.0 - p[CHOROID_SLOW_SHARE]) * target - y[FILLED_FAST]) / p[CHOROID_FAST]
    out[FILLED_SLOW] = (p[CHOROID_SLOW_SHARE] * target - y[FILLED_SLOW]) / p[CHOROID_SLOW]
    aqueous = p[AQUEOUS_FLOW] - p[UVEOSCLERAL_FLOW] - p[OUTFLOW_FACILITY] * (math.exp(y[EYE]) - evp)
    out[EYE] = p[RIGIDITY] * (out[FILLED_FAST] + out[FILLED_SLOW] + aqueous)


@allocating
def march(p, time, drivers, y, most, icp, eye, evp):
    """Advance ``y`` along the beats; drivers (N, DRIVERS); icp, eye and evp (N,) are filled, Pa. most: s, longest step."""
    k1 = np.zeros(STATE)
    k2 = np.zeros(STATE)
    z = np.zeros(STATE)
    here = np.zeros(DRIVERS)
    there = np.zeros(DRIVERS)
    slope = np.zeros(DRIVERS)
    for i in range(time.size):
        if i > 0:
            span = time[i] - time[i - 1]
            steps = max(1, math.ceil(span / most))
            h = span / steps
            for d in range(DRIVERS):
                slope[d] = (drivers[i, d] - drivers[i - 1, d]) / span
            for j in range(steps):
                for d in range(DRIVERS):
                    here[d] = drivers[i - 1, d] + j * h * slope[d]
                    there[d] = here[d] + h * slope[d]
                rates(p, y, here, slope, k1)
                for n in range(STATE):
                    z[n] = y[n] + h * k1[n]
                rates(p, z, there, slope, k2)
                for n in range(STATE):
                    y[n] += 0.5 * h * (k1[n] + k2[n])
        icp[i] = y[FLUID] + drivers[i, COLUMN]
        eye[i] = math.exp(y[EYE])
        evp[i] = episcleral(p, drivers[i, ORBITAL])
