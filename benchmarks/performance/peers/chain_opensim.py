"""OpenSim on the chain problem: free joints, BushingForce, weight as prescribed forces, CPodes.

Its axes here: y along the chain, z to the left of x.
"""

import math

import common
import numpy as np
import opensim as osim
from chain import BODIES, END, GRAVITY, PITCH, RAMP, TIMES, TURN, chain, gravity, straight

osim.Logger.setLevelString("Error")
ZERO = osim.Vec3(0.0)


def vector(v):
    """x, y, z of the problem in the order of this model (sizes, not directions)."""
    return osim.Vec3(float(v[0]), float(v[2]), float(v[1]))


def build(case, turning):
    c = chain(case)
    model = osim.Model()
    model.setGravity(ZERO)
    below, bodies = model.getGround(), []

    def at(name, frame, place):
        out = osim.PhysicalOffsetFrame(name, frame, osim.Transform(osim.Vec3(0.0, float(place), 0.0)))
        model.addComponent(out)
        return out

    for i, place in enumerate(straight()):
        m = float(c.mass[i])
        body = osim.Body(f"body{i}", m, ZERO, osim.Inertia(vector(c.inertia[i])))
        model.addBody(body)
        model.addJoint(osim.FreeJoint(f"joint{i}", below, osim.Vec3(0, PITCH / 2, 0), ZERO, body, osim.Vec3(0, -PITCH / 2, 0), ZERO))
        parts = [vector(x) for x in (c.stiffness[:3], c.stiffness[3:], c.damping[:3], c.damping[3:])]
        model.addForce(osim.BushingForce(f"bushing{i}", at(f"low{i}", below, PITCH / 2), at(f"high{i}", body, -PITCH / 2), *parts))
        if c.support[0]:
            k, d = (osim.Vec3(x, 0.0, x) for x in c.support)
            model.addForce(osim.BushingForce(f"support{i}", at(f"fixed{i}", model.getGround(), place[2]), at(f"centre{i}", body, 0.0), k, ZERO, d, ZERO))
        weight = osim.PrescribedForce(f"weight{i}", body)
        weight.setForceIsInGlobalFrame(True)
        weight.setPointIsInGlobalFrame(False)
        g = gravity(END)
        if turning:
            x, y = osim.Sine(m * GRAVITY, TURN / RAMP, 0.0), osim.Sine(m * GRAVITY, TURN / RAMP, -0.5 * math.pi)
        else:
            x, y = osim.Constant(float(m * g[0])), osim.Constant(float(m * g[2]))
        weight.setForceFunctions(x, y, osim.Constant(0.0))
        weight.setPointFunctions(osim.Constant(0.0), osim.Constant(0.0), osim.Constant(0.0))
        model.addForce(weight)
        bodies.append(body)
        below = body
    return model, bodies


def run(case, setting):
    places, before = [], None
    for first, last in ((0.0, RAMP), (RAMP, END)):
        model, bodies = build(case, before is None)
        state = model.initSystem()
        if before is not None:
            state.setQ(before[0])
            state.setU(before[1])
        state.setTime(first)
        manager = osim.Manager(model)
        manager.setIntegratorMethod(osim.Manager.IntegratorMethod_CPodes)
        manager.setWriteToStorage(False)
        manager.setIntegratorAccuracy(float(setting[1]))
        manager.initialize(state)
        for t in TIMES[(first < TIMES) & (last >= TIMES)]:
            state = manager.integrate(float(t))
            model.realizePosition(state)
            row = [b.getPositionInGround(state) for b in bodies]
            places.append([[p[0], -p[2], p[1]] for p in row])
        before = (osim.Vector(state.getQ()), osim.Vector(state.getU()))
    assert np.shape(places) == (TIMES.size, BODIES, 3)
    return places


if __name__ == "__main__":
    common.time_chain("opensim", osim.GetVersion(), [("CPodes", 1e-5)], run)
