"""What a compartment holds at which pressure.

Transmural pressure and its slope dP/dV from the volume: linear, or saturating at a largest volume, and below the
unstressed volume collapsing towards a floor that stays.

    linear        P = (V − V0) / C
    saturating    P = 2 Vm / (π C) · tan(π (V − V0) / (2 Vm))            Heldt 2004
    collapsed     P = −Pc (1 − f)(V0 − V) / (V − f V0)    for V < V0       Pc, f: collapse pressure and floor
"""

import math

from biomech.circulation.kernels.elementary import tan
from biomech.circulation.kernels.lanes import larger, some, where
from biomech.circulation.kernels.layout import CAPACITY, COLLAPSE_PRESSURE, FLOOR, STIFFNESS
from biomech.compiled import merged

MOST = 0.97  # of the capacity; beyond, the tangent continues: Newton may look there, the body never goes
LEAST = 0.02  # of what can collapse


@merged
def vessel_pressure(row, volume, unstressed):
    """Transmural pressure (Pa) of a compartment and dP/dV."""
    over = volume - unstressed
    floor = row[FLOOR]
    capacity = row[CAPACITY]
    slope = row[STIFFNESS]
    p = over * slope
    bent = capacity > 0.0
    if some(bent):
        a = 0.5 * math.pi / capacity
        x = where(over < MOST * capacity, over, MOST * capacity)
        tangent = tan(a * x)
        steeper = (1.0 + tangent * tangent) * row[STIFFNESS]
        p = where(bent, tangent * row[STIFFNESS] / a + steeper * (over - x), p)
        slope = where(bent, steeper, slope)
    limp = (over < 0.0) & (floor < 1.0)
    if some(limp):
        soft = (1.0 - floor) * unstressed
        scale = row[COLLAPSE_PRESSURE] * (1.0 - floor)
        left = volume - floor * unstressed
        least = LEAST * soft
        inverse = 1.0 / larger(left, least)
        flat = scale * soft * inverse * inverse
        p = where(limp, where(left > least, scale * over * inverse, scale * (1.0 - 1.0 / LEAST) + flat * (left - least)), p)
        slope = where(limp, flat, slope)
    return p, slope


@merged
def narrowing(row, volume, unstressed):
    """Share of the conductance that is left beside a collapsing vein, and d ln(share)/dV."""
    floor = row[FLOOR]
    soft = (1.0 - floor) * unstressed
    left = volume - floor * unstressed
    shut = left <= LEAST * soft
    ratio = where(shut, LEAST, left / soft)
    by_volume = where(shut, 0.0, 2.0 / left)
    narrow = (volume < unstressed) & (floor < 1.0)
    return where(narrow, ratio * ratio, 1.0), where(narrow, by_volume, 0.0)
