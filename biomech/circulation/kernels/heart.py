"""The heart: four chambers whose stiffness rises and falls with every beat.

P(V, t) = (1 − a) · passive(V) + a · E_es (V − V0), a(t) a half-cosine up over the systole and down over half of it.
The passive law of a ventricle is the power law that normal and diseased human hearts share when volume is
scaled by two of its own values (Klotz 2006), P = P30 · ((V − Vp) / span)^n: it makes stroke volume level off above the filling
of a person lying down, which a linear law does not. Atria are linear.

Sources: Suga & Sagawa 1974; Heldt 2004 (timing, atria, elastances); Klotz et al. 2006 (passive ventricle).
"""

import math

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
    """Share of full contraction (0–1) a time after the beat began with the atria."""
    root = math.sqrt(period)
    systole = scalar[ATRIAL_SYSTOLE] * root
    t = since
    if kind != ATRIUM:
        systole = scalar[VENTRICULAR_SYSTOLE] * root
        t -= scalar[PR_INTERVAL] * root
    if t <= 0.0 or t >= 1.5 * systole:
        return 0.0
    if t < systole:
        return 0.5 * (1.0 - math.cos(math.pi * t / systole))
    return 0.5 * (1.0 + math.cos(2.0 * math.pi * (t - systole) / systole))


@merged
def chamber_pressure(row, scalar, kind, active, elastance, volume):
    """Transmural pressure (Pa) of a chamber and dP/dV."""
    over = volume - row[PASSIVE_VOLUME]
    passive = row[PASSIVE_ELASTANCE] * over
    slope = row[PASSIVE_ELASTANCE]
    if kind != ATRIUM and over > 0.0:
        u = over / row[PASSIVE_SPAN]
        p = scalar[PASSIVE_PRESSURE] * u ** scalar[PASSIVE_EXPONENT]
        passive += p
        slope += scalar[PASSIVE_EXPONENT] * p / over
    return (
        (1.0 - active) * passive + active * elastance * (volume - row[ACTIVE_VOLUME]),
        (1.0 - active) * slope + active * elastance,
    )
