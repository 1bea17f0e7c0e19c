"""Exudyn on the chain problem: rigid bodies with Euler parameters, six-component spring-dampers, generalised-alpha."""

from importlib.metadata import version

import common
import exudyn as exu
import exudyn.itemInterface as items
import numpy as np
from chain import END, PITCH, RAMP, TIMES, chain, gravity, straight
from exudyn.rigidBodyUtilities import AddRigidBody, RigidBodyInertia


def build(case):
    c = chain(case)
    system = exu.SystemContainer()
    mbs = system.AddSystem()
    ground = mbs.AddObject(items.ObjectGround())
    below = mbs.AddMarker(items.MarkerBodyRigid(bodyNumber=ground, localPosition=[0, 0, PITCH / 2]))
    loads, sensors = [], []
    for i, place in enumerate(straight()):
        inertia = RigidBodyInertia(mass=c.mass[i], inertiaTensor=np.diag(c.inertia[i]))
        _, body = AddRigidBody(mainSys=mbs, inertia=inertia, nodeType=exu.NodeType.RotationEulerParameters, position=list(place), gravity=[0, 0, 0])
        low, high = (mbs.AddMarker(items.MarkerBodyRigid(bodyNumber=body, localPosition=[0, 0, z])) for z in (-PITCH / 2, PITCH / 2))
        mbs.AddObject(items.RigidBodySpringDamper(
            markerNumbers=[below, low], stiffness=np.diag(c.stiffness), damping=np.diag(c.damping), intrinsicFormulation=True,
        ))
        if c.support[0]:
            fixed = mbs.AddMarker(items.MarkerBodyPosition(bodyNumber=ground, localPosition=list(place)))
            centre = mbs.AddMarker(items.MarkerBodyPosition(bodyNumber=body, localPosition=[0, 0, 0]))
            k, d = c.support
            mbs.AddObject(items.CartesianSpringDamper(markerNumbers=[fixed, centre], stiffness=[k, k, 0], damping=[d, d, 0]))
        mass = mbs.AddMarker(items.MarkerBodyMass(bodyNumber=body))
        loads.append(mbs.AddLoad(items.LoadMassProportional(markerNumber=mass, loadVector=list(gravity(0.0)))))
        sensors.append(mbs.AddSensor(items.SensorBody(bodyNumber=body, storeInternal=True, outputVariableType=exu.OutputVariableType.Position)))
        below = high
    return system, mbs, loads, sensors


def run(case, setting):
    step = float(setting[1]) * 1e-3
    _, mbs, loads, sensors = build(case)

    def turn(mbs, t):
        for load in loads:
            mbs.SetLoadParameter(load, "loadVector", list(gravity(t)))
        return True

    s = exu.SimulationSettings()
    s.timeIntegration.verboseMode = 0
    s.solutionSettings.writeSolutionToFile = False
    s.solutionSettings.sensorsWritePeriod = 0.5
    s.parallel.numberOfThreads = 1
    s.linearSolverType = exu.LinearSolverType.EigenSparse
    s.timeIntegration.newton.useModifiedNewton = True
    # the default of 1e-10 lies below the round-off of such stiff springs: Newton would stall
    s.timeIntegration.newton.absoluteTolerance = s.timeIntegration.newton.relativeTolerance = 1e-6
    s.timeIntegration.generalizedAlpha.spectralRadius = 0.9
    places, state = [], None
    for first, last in ((0.0, RAMP), (RAMP, END)):
        mbs.SetPreStepUserFunction(turn if state is None else 0)
        mbs.Assemble()
        if state is not None:
            for load in loads:
                mbs.SetLoadParameter(load, "loadVector", list(gravity(END)))
            mbs.systemData.SetSystemState(state, configuration=exu.ConfigurationType.Initial)
        s.timeIntegration.startTime, s.timeIntegration.endTime = first, last
        s.timeIntegration.numberOfSteps = round((last - first) / step)
        mbs.SolveDynamic(s, solverType=exu.DynamicSolverType.GeneralizedAlpha)
        kept = np.stack([mbs.GetSensorStoredData(x) for x in sensors], axis=1)
        places.append(kept[kept[:, 0, 0] > first + 1e-6])
        state = mbs.systemData.GetSystemState(configuration=exu.ConfigurationType.Current)
    kept = np.concatenate(places)
    return [kept[np.argmin(abs(kept[:, 0, 0] - t)), :, 1:4] for t in TIMES]


if __name__ == "__main__":
    common.time_chain("exudyn", version("exudyn"), [("generalised-alpha", 2.0, "ms")], run, "bushing half-way between the two frames: another law at large angles")
