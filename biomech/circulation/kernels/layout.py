"""The arrays the circulation kernels work on: a constant plan, a drive for one phase, a mutable state.

Compartments and edges are numbered as in models/circulation/vessels.toml. Everything is SI: Pa, m³, s. A kernel
gets few arrays with many columns: compiled code pays for every array it is handed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Indices = NDArray[np.uint64]

# ---- plan: columns of a compartment
(
    UNSTRESSED, COMPLIANCE, CAPACITY, FLOOR, COLLAPSE_PRESSURE, OUTSIDE_SHARE_THORAX, OUTSIDE_SHARE_ABDOMEN,
    GAIN_VOLUME_ARTERIAL, GAIN_VOLUME_CARDIOPULMONARY, FILTRATION_LOADED, FILTRATION_UNLOADED, STIFFNESS, VESSEL,
) = range(13)
# STIFFNESS: 1 / COMPLIANCE
# CAPACITY 0: linear; FLOOR: share of the unstressed volume a collapsed vein keeps, 1: never collapses

# ---- of an edge
(
    RESISTANCE, GAIN_ARTERIAL, GAIN_CARDIOPULMONARY, LOCAL_GAIN, TUBE_CONDUCTANCE, TUBE_PRESSURE, EDGE,
) = range(7)
# ---- integer columns of an edge
FROM, TO, KIND, NARROWED_BY, PUMPED, EDGE_INTS = 0, 1, 2, 3, 4, 5
# kinds: a resistor; a diode (valve); a bed whose outflow sees the higher of vein and outside (waterfall); a tube that closes by the
# transmural pressure of an end (jugular); the outside holds up what that end drains into the tube, and nothing lower.
# NARROWED_BY: the end whose collapse narrows the edge, or by which a tube closes; −1 none.
# PUMPED: 1 where muscles lift the blood, its column is that of the lifted places
RESISTOR, VALVE, BED, TUBE = range(4)

# ---- of a heart chamber
(
    ACTIVE_ELASTANCE, ACTIVE_VOLUME, PASSIVE_VOLUME, PASSIVE_SPAN, PASSIVE_ELASTANCE, GAIN_ELASTANCE, CHAMBER,
) = range(7)
CHAMBER_AT, CHAMBER_KIND, CHAMBER_INTS = 0, 1, 2
ATRIUM, VENTRICLE = 0, 1

# ---- places whose height matters though no blood is stored there
HEART, CAROTID_SINUS, BRAIN, EYE, CUFF, PLACES = range(6)

# ---- scalars of the plan, named as in models/circulation/ (but WEIGHT and PERIOD_REST: density · g, 1 / heart_rate)
(
    WEIGHT, THORAX_PRESSURE, THORAX_SLOPE, ABDOMEN_PRESSURE, ABDOMEN_SLOPE, PASSIVE_PRESSURE, PASSIVE_EXPONENT,
    VENTRICULAR_SYSTOLE, ATRIAL_SYSTOLE, PR_INTERVAL, PERIOD_REST, INTERVAL_SYMPATHETIC, INTERVAL_VAGAL,
    ARTERIAL_SET_POINT, ARTERIAL_SCALE, CARDIOPULMONARY_SET_POINT, CARDIOPULMONARY_SCALE, CAROTID_WEIGHT, RESET_HEAD_DOWN,
    FILTRATION_TIME, RECOVERY_TIME, LOCAL_CENTRE, LOCAL_WIDTH, LOCAL_TIME,
    AUTOREGULATION, AUTOREGULATION_TIME, AUTOREGULATION_LEAST, AUTOREGULATION_MOST, FASTEST_INTERVAL, SLOWEST_INTERVAL, SCALARS,
) = range(31)

# ---- impulse responses of the reflexes, rows of Plan.response and of models/circulation/reflexes.toml
REFLEXES = ("vagal", "beta", "alpha_resistance", "alpha_venous", "cardiopulmonary_resistance", "cardiopulmonary_venous")
RESPONSES = len(REFLEXES)
VAGAL, BETA, ALPHA_RESISTANCE, ALPHA_VENOUS, CARDIOPULMONARY_RESISTANCE, CARDIOPULMONARY_VENOUS = range(RESPONSES)
BIN = 0.0625  # s, in which reflexes, local regulation and filtration are held and then renewed
MEMORY = 690  # bins of signal kept; longer than the longest response

# ---- special compartments and edges the measures are read at, entries of Plan.special
(
    AORTA, RIGHT_ATRIUM, LEFT_VENTRICLE, RIGHT_VENTRICLE, JUGULAR, VENA_CAVA, HEAD_ARTERIES, HEAD_VEINS, CAROTID, AORTIC_VALVE,
    HEAD_BED, SPECIAL,
) = range(12)

# ---- columns of a place of a drive: where it is in body axes (x anterior, y cranial), and where its blood behaves as if it were:
# nearer to the hip where a muscle pump carries part of the column
AHEAD, CRANIAL, LIFTED_AHEAD, LIFTED_CRANIAL, PLACE = 0, 1, 2, 3, 4

# ---- clock of the state
TIME, BEAT_START, BEAT_END, PERIOD, WANTED, CLOCK = 0, 1, 2, 3, 4, 5
# PERIOD: RR interval of this beat; WANTED: the one the reflexes asked for in the last bin

# ---- sums over the beat so far
S_TIME, S_STROKE, S_AORTA, S_HEAD_FLOW, S_SYSTOLIC, S_DIASTOLIC, SUMS = range(7)

# ---- clock of a drive
START, RAMP, TILT0, TILT1, DRIVE_CLOCK = 0, 1, 2, 3, 4

# ---- columns of a recorded beat
(
    B_TIME, B_PERIOD, B_STROKE, B_MEAN, B_SYSTOLIC, B_DIASTOLIC, B_HEAD_FLOW, B_FILTERED, B_TILT, B_HEART, B_CAROTID_SINUS,
    B_BRAIN, B_EYE, B_CUFF, BEAT,
) = range(15)
# B_MEAN … B_DIASTOLIC: aortic pressure at heart level; B_HEART …: heights of the places, in their order

# ---- columns of the pulsatile window
P_TIME, P_AORTA, P_LV_PRESSURE, P_LV_VOLUME, P_RV_PRESSURE, P_RV_VOLUME, P_CENTRAL_VENOUS, PULSE = range(8)


# ---- working values of compartments, rows of an array (W_ROWS, n + PLACES): what is held over a bin, then of one stage
(
    W_HEIGHT, W_LIFTED, W_OUTSIDE, W_UNSTRESSED, W_LEAK, W_PRESSURE, W_SLOPE, W_CORRECTION, W_KNOWN, W_TRIAL, W_RATE, W_FIRST_PRESSURE,
    W_FIRST_VOLUME, W_BIN_PRESSURE, W_FOUND, W_FOUND_PRESSURE, W_FOUND_RATE, W_RATE_BEFORE, W_ROWS,
) = range(19)
# W_FOUND…: solution of a stage of who has it, while others are still looking
# W_LIFTED: height of the lifted place. W_BIN_PRESSURE: column n holds the perfusion pressure of the head

# ---- and of edges, rows of an array (F_ROWS, m)
F_CONDUCTANCE, F_COLUMN, F_FLOW, F_BY_FROM, F_BY_TO, F_FIRST_FLOW, F_FOUND_FLOW, F_ROWS = range(8)

# ---- what is sensed at a stage of a step
ARTERIAL, FILLING, PERFUSION, AT_HEART, SENSED = range(5)


class Network(NamedTuple):
    """Compartments, edges and chambers of one person."""

    vessel: Floats  # (n, VESSEL)
    edge: Floats  # (m, EDGE)
    edge_ints: Ints  # (m, EDGE_INTS)
    chamber: Floats  # (k, CHAMBER)
    chamber_ints: Ints  # (k, CHAMBER_INTS)
    scalar: Floats  # (SCALARS,)


# ---- columns of a row of the elimination's program: compartment, number of neighbours left; of the first two of them compartment,
# entries below and right of the pivot, and the four entries their products are taken from
PIVOT, NEIGHBOURS, NEIGHBOUR, LOWER, UPPER, UPDATE, ELIMINATION = 0, 1, 2, 4, 6, 8, 12


class Elimination(NamedTuple):
    """The program of the sparse linear solve (elimination.py)."""

    entry: Indices  # (m, 4) where each edge's four entries (from-from, from-to, to-from, to-to) stand
    row: Indices  # (n, ELIMINATION) compartments in the order they are eliminated; entry i is the diagonal of compartment i
    # a neighbour that is missing: the pivot itself, with an entry that is always 0, the last one
    lower: Indices  # (l, 2) row and entry of what stands below pivots with more than two neighbours
    upper: Indices  # (l, 2) column and entry of what stands right of them
    first: Indices  # (n + 1,) rows of lower and upper that belong to each pivot
    update: Indices  # (u,) entry each product of lower and upper is taken from, in the order they are met
    entries: int  # of the pattern, and the one that is always 0


class Plan(NamedTuple):
    """One person's circulation; never changes during a run."""

    network: Network
    elimination: Elimination
    bend: Floats  # (RESPONSES, MEMORY) second difference of the weights of past signals, newest first
    bend_lag: Indices  # (RESPONSES, corners) where it is not 0, ascending
    special: Ints  # (SPECIAL,)


class Drive(NamedTuple):
    """One phase: where everything stands in the frame before and after the change of tilt."""

    clock: Floats  # (DRIVE_CLOCK,)
    place0: Floats  # (n + PLACES, PLACE) m, before
    place1: Floats  # after


class State(NamedTuple):
    """What the circulation remembers."""

    volume: Floats  # (n,)
    filtered: Floats  # (n,) plasma that has left each compartment
    clock: Floats  # (CLOCK,)
    signal: Floats  # (2, MEMORY) errors of the arterial and cardiopulmonary receptors, newest first
    answer: Floats  # (2, RESPONSES) of the reflexes in this bin, and what came to it since the last one; Pa
    window: Floats  # (2, 4) the last four bins of sensed pressure, for the moving average
    local: Floats  # (m,) local regulation of each edge's resistance, as a factor
    reference: Floats  # (1,) perfusion pressure of the head lying at rest, 0: not yet known
    sums: Floats  # (SUMS,) of the beat so far
    sum_volume: Floats  # (n,) integral over the beat so far
    sum_pressure: Floats  # (n,)


class Record(NamedTuple):
    """One row a beat, person by person."""

    beat: Floats  # (persons, rows, BEAT)
    volume: Floats  # (persons, rows, n)
    pressure: Floats  # (persons, rows, n)
    height: Floats  # (persons, rows, n)
    pulse: Floats  # (persons, samples, PULSE)
    used: Ints  # (persons, 2) beats and samples that have been written
