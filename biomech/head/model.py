"""Head and eye as the rest of the house calls them: a person and what the circulation did → pressures beat by beat."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from biomech.errors import SimulationError
from biomech.head.kernels import march as kernel
from biomech.head.parameters import HeadParameters, load
from biomech.library.units import GRAVITY
from biomech.posture.person import Person

Floats = NDArray[np.float64]

# what the kernel takes as it stands in head.toml; its index is the name in capitals
BY_NAME = """
    formation outflow_resistance elastance outflow_facility uveoscleral_flow aqueous_flow episcleral_pressure transmission_down
    transmission_up choroid_gain rigidity choroid_fast choroid_slow choroid_slow_share"""


class HeadDrive(NamedTuple):
    """What the circulation gives the head, one value a beat; SI. The first value is the person lying at rest."""

    time: Floats  # (N,) s
    sinus: Floats  # (N,) Pa, venous pressure in the skull at the height of the brain
    orbital: Floats  # (N,) Pa, venous pressure at the height of the eye
    tilt: Floats  # (N,) rad, rotation of the frame
    brain: Floats  # (N,) m, height of the brain above the heart, against gravity


class HeadPressures(NamedTuple):
    """Pressures (Pa) in skull, eye and episcleral veins, one value a beat."""

    icp: Floats
    iop: Floats
    episcleral: Floats


class HeadModel:
    """One person's head.

    Parameters
    ----------
    person : Person
    parameters : HeadParameters, optional
        As the data files say if left out.
    """

    def __init__(self, person: Person, parameters: HeadParameters | None = None) -> None:
        self.values = parameters or load(person)

    def march(self, drive: HeadDrive, longest_step: float = kernel.STEP) -> HeadPressures:
        """Start in balance with the first beat and follow the others."""
        v = self.values.value
        weight = v["head.fluid_density"] * GRAVITY
        indifferent = -np.sin(drive.tilt) * v["head.indifference_height"]
        drivers = np.stack([drive.sinus, drive.orbital - drive.orbital[0], weight * (indifferent - drive.brain)], axis=1)
        p = np.zeros(kernel.PARAMETERS)
        for name in BY_NAME.split():
            p[getattr(kernel, name.upper())] = v[f"head.{name}"]
        p[kernel.VENOUS_COMPLIANCE] = 1.0 / (v["head.venous_elastance"] * (v["head.bridging_drop"] - v["head.venous_offset"]))
        outflow = v["head.aqueous_flow"] - v["head.uveoscleral_flow"]
        p[kernel.REST_EYE] = v["head.episcleral_pressure"] + outflow / v["head.outflow_facility"]
        p[kernel.THRESHOLD] = max(v["head.episcleral_pressure"] - float(drive.orbital[0]), 0.0)
        state = np.zeros(kernel.STATE)
        state[kernel.FLUID] = drive.sinus[0] + p[kernel.FORMATION] * p[kernel.OUTFLOW_RESISTANCE] - drivers[0, kernel.COLUMN]
        state[kernel.EYE] = np.log(p[kernel.REST_EYE])
        n = drive.time.size
        out = HeadPressures(np.zeros(n), np.zeros(n), np.zeros(n))
        kernel.march(p, drive.time, drivers, state, longest_step, *out)
        for place, pressure in zip(("the skull", "the eye", "the veins of the eye"), out, strict=True):
            bad = np.flatnonzero(~np.isfinite(pressure))
            if bad.size:
                raise SimulationError(f"the pressure in {place} is infinite or not a number", time_s=float(drive.time[bad[0]]))
        return out
