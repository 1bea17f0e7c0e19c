"""Head and eye as the rest of the house calls them: a person and what the circulation did → pressures beat by beat."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from biomech.head.kernels import march as kernel
from biomech.head.parameters import HeadParameters, load
from biomech.library.units import GRAVITY
from biomech.posture.person import Person

Floats = NDArray[np.float64]


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
        for index, name in (
            (kernel.FORMATION, "formation"), (kernel.RESISTANCE, "outflow_resistance"), (kernel.ELASTANCE, "elastance"),
            (kernel.FACILITY, "outflow_facility"), (kernel.UVEOSCLERAL, "uveoscleral_flow"), (kernel.AQUEOUS, "aqueous_flow"),
            (kernel.EPISCLERAL, "episcleral_pressure"), (kernel.SHARE_DOWN, "transmission_down"), (kernel.SHARE_UP, "transmission_up"),
            (kernel.CHOROID_GAIN, "choroid_gain"), (kernel.RIGIDITY, "rigidity"), (kernel.FAST, "choroid_fast"),
            (kernel.SLOW, "choroid_slow"), (kernel.SLOW_SHARE, "choroid_slow_share"),
        ):
            p[index] = v[f"head.{name}"]
        p[kernel.VENOUS_COMPLIANCE] = 1.0 / (v["head.venous_elastance"] * (v["head.bridging_drop"] - v["head.venous_offset"]))
        outflow = v["head.aqueous_flow"] - v["head.uveoscleral_flow"]
        p[kernel.REST_EYE] = v["head.episcleral_pressure"] + outflow / v["head.outflow_facility"]
        p[kernel.THRESHOLD] = max(v["head.episcleral_pressure"] - float(drive.orbital[0]), 0.0)
        state = np.zeros(kernel.STATE)
        state[kernel.FLUID] = drive.sinus[0] + p[kernel.FORMATION] * p[kernel.RESISTANCE] - drivers[0, kernel.COLUMN]
        state[kernel.EYE] = np.log(p[kernel.REST_EYE])
        n = drive.time.size
        out = HeadPressures(np.zeros(n), np.zeros(n), np.zeros(n))
        kernel.march(p, drive.time, drivers, state, longest_step, *out)
        return out
