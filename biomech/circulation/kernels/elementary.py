"""The elementary functions a step asks for most: arithmetic alone, so that one person and four go the same way.

They are as exact as those of a library of mathematics to a few units of the last place. The fractions for tangent and arc tangent are those
of Cephes (Moshier 1989).
"""

import math

from biomech.circulation.kernels.lanes import exponent, larger, mantissa, power_of_two, smaller, where, whole
from biomech.compiled import merged

LN2, LN2_REST = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # the first with few digits: its multiples are exact
REST_OF_RIGHT_ANGLE = 6.123233995736766e-17  # what π/2 has more than the nearest double


@merged
def tan(x):
    """Tangent of an angle between −3π/4 and 3π/4."""
    size = abs(x)
    steep = size > 0.25 * math.pi
    # tan(x) = 1 / tan(π/2 − x)
    y = where(steep, (0.5 * math.pi - size) + REST_OF_RIGHT_ANGLE, size)
    z = y * y
    over = ((-1.30936939181383777646e4 * z + 1.15351664838587416140e6) * z - 1.79565251976484877988e7) * z
    under = (((z + 1.36812963470692954678e4) * z - 1.32089234440210967447e6) * z + 2.50083801823357915839e7) * z - 5.38695755929454629881e7
    sine = y * (under + over)
    out = where(steep, under, sine) / where(steep, sine, under)
    return where(x < 0.0, -out, out)


@merged
def atan(x):
    """Arc tangent."""
    size = abs(x)
    far = size > 2.41421356237309504880
    middle = size > 0.66
    y = where(far, -1.0, where(middle, size - 1.0, size)) / where(far, size, where(middle, size + 1.0, 1.0))
    base = where(far, 0.5 * math.pi, where(middle, 0.25 * math.pi, 0.0))
    rest = where(far, REST_OF_RIGHT_ANGLE, where(middle, 0.5 * REST_OF_RIGHT_ANGLE, 0.0))
    z = y * y
    over = ((-8.750608600031904122785e-1 * z - 1.615753718733365076637e1) * z - 7.500855792314704667340e1) * z
    over = (over - 1.228866684490136173410e2) * z - 6.485021904942025371773e1
    under = ((z + 2.485846490142306297962e1) * z + 1.650270098316988542046e2) * z + 4.328810604912902668951e2
    under = (under * z + 4.853903996359136964868e2) * z + 1.945506571482613964425e2
    out = base + (y + (y * (z * over / under) + rest))
    return where(x < 0.0, -out, out)


@merged
def sine_of_share(x):
    """Sine of a share of a right angle (0–1)."""
    y = 0.5 * math.pi * x
    z = y * y
    # Taylor to the 21st power: less than 1e-17 is left out
    s = 1.0 / 51090942171709440000.0
    s = s * z - 1.0 / 121645100408832000.0
    s = s * z + 1.0 / 355687428096000.0
    s = s * z - 1.0 / 1307674368000.0
    s = s * z + 1.0 / 6227020800.0
    s = s * z - 1.0 / 39916800.0
    s = s * z + 1.0 / 362880.0
    s = s * z - 1.0 / 5040.0
    s = s * z + 1.0 / 120.0
    s = s * z - 1.0 / 6.0
    return y + y * z * s


@merged
def power(x, y):
    """A positive number to a power, 2^(−1000) to 2^1000."""
    m = mantissa(x)
    high = m > 1.4142135623730951
    m = where(high, 0.5 * m, m)
    k = where(high, exponent(x) + 1.0, exponent(x))
    # ln m = 2 artanh((m − 1)/(m + 1)), to the 21st power
    a = (m - 1.0) / (m + 1.0)
    z = a * a
    s = 1.0 / 21.0
    s = s * z + 1.0 / 19.0
    s = s * z + 1.0 / 17.0
    s = s * z + 1.0 / 15.0
    s = s * z + 1.0 / 13.0
    s = s * z + 1.0 / 11.0
    s = s * z + 1.0 / 9.0
    s = s * z + 1.0 / 7.0
    s = s * z + 1.0 / 5.0
    s = s * z + 1.0 / 3.0
    log = k * LN2 + (2.0 * a + (2.0 * a * z * s + k * LN2_REST))
    t = y * log
    t = smaller(larger(t, -693.0), 693.0)
    # e^t = 2^n e^r, to the 13th power of r
    n = whole(t * (1.0 / math.log(2.0)))
    r = (t - n * LN2) - n * LN2_REST
    e = 1.0 / 6227020800.0
    e = e * r + 1.0 / 479001600.0
    e = e * r + 1.0 / 39916800.0
    e = e * r + 1.0 / 3628800.0
    e = e * r + 1.0 / 362880.0
    e = e * r + 1.0 / 40320.0
    e = e * r + 1.0 / 5040.0
    e = e * r + 1.0 / 720.0
    e = e * r + 1.0 / 120.0
    e = e * r + 1.0 / 24.0
    e = e * r + 1.0 / 6.0
    e = e * r + 0.5
    return (1.0 + (r + r * r * e)) * power_of_two(n)
