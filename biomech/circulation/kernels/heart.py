"""The heart: four chambers whose stiffness rises and falls with every beat.

P(V, t) = (1 − a) · passive(V) + a · E_es (V − V0), a(t) a half-cosine up over the systole and down over half of it.
The passive law of a ventricle is the power law that normal and diseased human hearts share when volume is
scaled by two of its own values (Klotz 2006), P = P30 · ((V − Vp) / span)^n: it makes stroke volume level off above the filling
of a person lying down, which a linear law does not. Atria are linear.

Sources: Suga & Sagawa 1974; Heldt 2004 (timing, atria, elastances); Klotz et al. 2006 (passive ventricle).
"""

import math

from biomech.circulation.kernels.elementary import power, sine_of_share
from biomech.circulation.kernels.lanes import where
from biomech.circulation.kernels.layout import (
    ACTIVE_VOLUME,
    ATRIAL_SYSTOLE,
    ATRIUM,
    PASSIVE_ELASTANCE,
    PASSIVE_EXPONENT,
    PASSIVE_PRESSURE,
    PASSIVE_SPAN,
    PASSIVE_VOLUME,
    PR_INTERVAL,
    VENTRICULAR_SYSTOLE,
)
from biomech.compiled import merged


@merged
def activation(scalar, kind, since, period):
    """Share of full contraction (0–1) a time after the beat began with the atria: (1 − cos φ)/2 = sin²(φ/2), φ up to π and back."""
    root = math.sqrt(period)
    if kind == ATRIUM:
        part = since / (scalar[ATRIAL_SYSTOLE] * root)
    else:
        part = (since - scalar[PR_INTERVAL] * root) / (scalar[VENTRICULAR_SYSTOLE] * root)
    up = where(part < 1.0, part, 3.0 - 2.0 * part)
    s = sine_of_share(where(up > 0.0, up, 0.0))
    return s * s


@merged
def chamber_pressure(row, scalar, kind, active, elastance, volume):
    """Transmural pressure (Pa) of a chamber and dP/dV."""
    over = volume - row[PASSIVE_VOLUME]
    passive = row[PASSIVE_ELASTANCE] * over
    slope = row[PASSIVE_ELASTANCE]
    if kind != ATRIUM:
        filled = over > 0.0
        u = where(filled, over, 1.0) / row[PASSIVE_SPAN]
        p = where(filled, scalar[PASSIVE_PRESSURE] * power(u, scalar[PASSIVE_EXPONENT]), 0.0)
        passive = passive + p
        slope = slope + where(filled, scalar[PASSIVE_EXPONENT] * p / over, 0.0)
    return (
        (1.0 - active) * passive + active * elastance * (volume - row[ACTIVE_VOLUME]),
        (1.0 - active) * slope + active * elastance,
    )
