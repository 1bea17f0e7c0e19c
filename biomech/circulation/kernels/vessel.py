"""What a compartment holds at which pressure.

Transmural pressure and its slope dP/dV from the volume: linear, or saturating at a largest volume, and below the
unstressed volume collapsing towards a floor that stays.

    linear        P = (V − V0) / C
    saturating    P = 2 Vm / (π C) · tan(π (V − V0) / (2 Vm))            Heldt 2004
    collapsed     P = −Pc (1 − f)(V0 − V) / (V − f V0)    for V < V0       Pc, f: collapse pressure and floor
"""

import math

from biomech.circulation.kernels.layout import CAPACITY, COLLAPSE_PRESSURE, COMPLIANCE, FLOOR
from biomech.compiled import merged

MOST = 0.97  # of the capacity; beyond, the tangent continues: Newton may look there, the body never goes
LEAST = 0.02  # of what can collapse


@merged
def vessel_pressure(row, volume, unstressed):
    """Transmural pressure (Pa) of a compartment and dP/dV."""
    over = volume - unstressed
    floor = row[FLOOR]
    if over < 0.0 and floor < 1.0:
        limp = (1.0 - floor) * unstressed
        left = volume - floor * unstressed
        scale = row[COLLAPSE_PRESSURE] * (1.0 - floor)
        if left > LEAST * limp:
            return scale * over / left, scale * limp / (left * left)
        left = LEAST * limp
        slope = scale * limp / (left * left)
        return scale * (left - limp) / left + slope * (volume - floor * unstressed - left), slope
    compliance = row[COMPLIANCE]
    capacity = row[CAPACITY]
    if capacity <= 0.0:
        slope = 1.0 / compliance
        return over * slope, slope
    a = 0.5 * math.pi / capacity
    x = over if over < MOST * capacity else MOST * capacity
    tangent = math.tan(a * x)
    slope = (1.0 + tangent * tangent) / compliance
    return tangent / (a * compliance) + slope * (over - x), slope


@merged
def narrowing(row, volume, unstressed):
    """Factor on the resistance beside a collapsing vein, and d ln(factor)/dV."""
    floor = row[FLOOR]
    if volume >= unstressed or floor >= 1.0:
        return 1.0, 0.0
    limp = (1.0 - floor) * unstressed
    left = volume - floor * unstressed
    if left <= LEAST * limp:
        return 1.0 / (LEAST * LEAST), 0.0
    ratio = limp / left
    return ratio * ratio, -2.0 / left
