"""biomech: what inversion does to a human body.

The public API on one screen; everything is imported when it is first used.

>>> import biomech
>>> result = biomech.simulate("table_60", {"session.angle_deg": 45})        # doctest: +SKIP
>>> result.measures()["measures"]["lumbar_length_change_mm"]                  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from biomech.comparison import compare
    from biomech.errors import BiomechError, InputError, SimulationError
    from biomech.population.ensemble import ensemble
    from biomech.population.optimum import optimize
    from biomech.population.programme import programme
    from biomech.population.sensitivity import sensitivity
    from biomech.population.sweep import sweep
    from biomech.population.undertaking import Means
    from biomech.results.result import Result, open_result
    from biomech.safety.screening import screen
    from biomech.scenario import Scenario
    from biomech.simulation import simulate

__version__ = "0.1.0"

_WHERE = {
    "simulate": ("biomech.simulation", "simulate"),
    "compare": ("biomech.comparison", "compare"),
    "sweep": ("biomech.population.sweep", "sweep"),
    "ensemble": ("biomech.population.ensemble", "ensemble"),
    "sensitivity": ("biomech.population.sensitivity", "sensitivity"),
    "optimize": ("biomech.population.optimum", "optimize"),
    "programme": ("biomech.population.programme", "programme"),
    "Means": ("biomech.population.undertaking", "Means"),
    "screen": ("biomech.safety.screening", "screen"),
    "Scenario": ("biomech.scenario", "Scenario"),
    "Result": ("biomech.results.result", "Result"),
    "open_result": ("biomech.results.result", "open_result"),
    "BiomechError": ("biomech.errors", "BiomechError"),
    "InputError": ("biomech.errors", "InputError"),
    "SimulationError": ("biomech.errors", "SimulationError"),
}
_ROOMS = ("library", "scenario", "viz")

__all__ = [
    "BiomechError", "InputError", "Means", "Result", "Scenario", "SimulationError", "__version__", "compare", "ensemble",
    "open_result", "optimize", "programme", "screen", "sensitivity", "simulate", "sweep",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        module, attribute = _WHERE[name]
        return getattr(import_module(module), attribute)
    if name in _ROOMS:
        return import_module(f"biomech.{name}")
    raise AttributeError(f"module 'biomech' has no attribute {name!r}")
