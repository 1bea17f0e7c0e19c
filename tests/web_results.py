"""Results that the tests of the pages share: simulated once."""

from functools import cache

from biomech import simulate
from biomech.results.result import Result


@cache
def result(name: str) -> Result:
    """A shipped scenario, simulated."""
    return simulate(name)
