"""The baroreflexes: what the receptors feel, filtered by published impulse responses.

Receptors are read in bins of `BIN` seconds. The error of a receptor saturates, e = S · atan((P − set) / S); each effector
follows the error through a response of unit area with a delay, a peak and an end (Berger 1989, Heldt 2004). The
responses are the exact weights of a signal that is held over bins and answered by its mean over a bin: a constant
error is passed on exactly, and every response has the mean lag of the published triangle. A triangle is straight between its corners:
weights w_k of past signals s make the answer Σ w_k s_k, and its second difference is Σ b_k s_k with b = δ²w, which is nothing but near
corners.
"""

from biomech.circulation.kernels.elementary import atan
from biomech.circulation.kernels.lanes import alike
from biomech.circulation.kernels.layout import (
    ARTERIAL_SCALE,
    ARTERIAL_SET_POINT,
    CARDIOPULMONARY_RESISTANCE,
    CARDIOPULMONARY_SCALE,
    CARDIOPULMONARY_SET_POINT,
    MEMORY,
    RESET_HEAD_DOWN,
    RESPONSES,
)
from biomech.compiled import merged


@merged
def feel(scalar, window, signal, arterial, cardiopulmonary, head_down):
    """Push one bin of sensed pressure (Pa) into the memory; head_down: sine of the tilt, at least 0."""
    for k in range(3):
        window[0, k] = window[0, k + 1]
        window[1, k] = window[1, k + 1]
    window[0, 3] = arterial
    window[1, 3] = cardiopulmonary
    pressure = 0.25 * (window[0, 0] + window[0, 1] + window[0, 2] + window[0, 3])
    filling = 0.25 * (window[1, 0] + window[1, 1] + window[1, 2] + window[1, 3])
    for k in range(MEMORY - 1, 0, -1):
        signal[0, k] = signal[0, k - 1]
        signal[1, k] = signal[1, k - 1]
    goal = scalar[ARTERIAL_SET_POINT] + scalar[RESET_HEAD_DOWN] * head_down
    s = scalar[ARTERIAL_SCALE]
    signal[0, 0] = s * atan((pressure - goal) / s)
    s = scalar[CARDIOPULMONARY_SCALE]
    signal[1, 0] = s * atan((filling - scalar[CARDIOPULMONARY_SET_POINT]) / s)


@merged
def respond(bend, lag, signal, answer):
    """Advance the answer of every reflex by one bin: what it gains over the last bin changes only where its impulse response bends."""
    for r in range(RESPONSES):
        past = signal[1 if r >= CARDIOPULMONARY_RESISTANCE else 0]
        change = alike(0.0, past[0])
        for k in lag[r]:
            change += bend[r, k] * past[k]
        answer[1, r] += change
        answer[0, r] += answer[1, r]
