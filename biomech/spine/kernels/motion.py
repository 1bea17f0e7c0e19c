"""Smooth ramps and the motion of the frame."""

from biomech.compiled import kernel


@kernel
def ramp(t, start, length):
    """Quintic step from 0 to 1 (C²) with its first and second time derivative."""
    if t < start or (t == start and length > 0.0):
        return 0.0, 0.0, 0.0
    if t >= start + length:
        return 1.0, 0.0, 0.0
    x = (t - start) / length
    s = x * x * x * (10.0 + x * (-15.0 + 6.0 * x))
    d = 30.0 * x * x * (1.0 - x) * (1.0 - x) / length
    a = 60.0 * x * (1.0 - x) * (1.0 - 2.0 * x) / (length * length)
    return s, d, a
