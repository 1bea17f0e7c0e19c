"""Several persons side by side: a number that is four numbers, one of each person.

Every kernel of this package is written once. Handed arrays of plain numbers it marches one person; handed arrays of `Lanes`, four,
with the vector instructions of the processor and the same operations in the same order for each, so that a person's result is the same
to the last bit in either. Where persons may part ways a kernel asks with the functions below, which mean the obvious for one
person: `where` chooses, `some` and `every` look at all lanes, `lane` reads one of them.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from biomech.compiled import merged

WIDTH = 4  # persons side by side: the doubles of one vector register of most processors; of more, too many wait for the slowest of them


def where(condition, yes, no):
    """One of two numbers; both have been computed."""
    return yes if condition else no


@merged
def larger(a, b):
    """The larger of two numbers."""
    return where(a < b, b, a)  # no number stays none


@merged
def smaller(a, b):
    """The smaller of two numbers."""
    return where(a > b, b, a)


def some(condition):
    """Whether it is so for anybody."""
    return condition


def every(condition):
    """Whether it is so for everybody."""
    return condition


def otherwise(condition):
    """Whether it is not so."""
    return not condition


def lane(value, i):
    """The number, or the answer, of one person."""
    return value


def width(value):
    """How many persons a number holds."""
    return 1


def whole(value):
    """The nearest whole number, as a number like any other."""
    return math.floor(value + 0.5) * 1.0


def mantissa(value):
    """What a positive number has in front of its power of two, 1 up to 2."""
    return 2.0 * math.frexp(value)[0]


def exponent(value):
    """The power of two of a positive number."""
    return math.frexp(value)[1] - 1.0


def power_of_two(value):
    """Two to a whole number."""
    return math.ldexp(1.0, int(value))


def alike(number, value):
    """A number, or an answer, the same for all that ``value`` is for."""
    return number


def stacked(arrays: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Arrays of several persons as one, contiguous, whose last axis counts them; the last one stands in for those that are missing."""
    arrays = list(arrays)
    return np.stack(arrays + arrays[-1:] * (WIDTH - len(arrays)), axis=-1)
