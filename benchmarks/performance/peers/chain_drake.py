"""Drake on the chain problem: free bodies, LinearBushingRollPitchYaw, radau3 with error control."""

from importlib.metadata import version

import common
import numpy as np
from chain import BODIES, END, PITCH, RAMP, TIMES, chain, gravity, straight
from pydrake.all import (
    DiagramBuilder,
    FixedOffsetFrame,
    LinearBushingRollPitchYaw,
    MultibodyPlant,
    PiecewisePolynomial,
    ResetIntegratorFromFlags,
    RigidTransform,
    RotationMatrix,
    Simulator,
    SpatialInertia,
    TrajectorySource,
    UnitInertia,
)

# pitch is singular at 90 degrees, so the axis that bends is made the roll axis
TURN = RotationMatrix(np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))


def build(case):
    c = chain(case)
    b = DiagramBuilder()
    plant = b.AddSystem(MultibodyPlant(time_step=0.0))
    plant.mutable_gravity_field().set_gravity_vector([0.0, 0.0, 0.0])
    swap = np.abs(TURN.matrix().T)
    k, d = (np.concatenate([swap @ x[:3], swap @ x[3:]]) for x in (c.stiffness, c.damping))
    below, bodies = plant.world_frame(), []
    for i, place in enumerate(straight()):
        m = c.mass[i]
        body = plant.AddRigidBody(f"body{i}", SpatialInertia(m, np.zeros(3), UnitInertia(*(c.inertia[i] / m))))
        low, high = (
            plant.AddFrame(FixedOffsetFrame(f"{name}{i}", frame, RigidTransform(TURN, [0, 0, z])))
            for name, frame, z in (("low", below, PITCH / 2), ("high", body.body_frame(), -PITCH / 2))
        )
        plant.AddForceElement(LinearBushingRollPitchYaw(low, high, k[3:], d[3:], k[:3], d[:3]))
        if c.support[0]:
            fixed = plant.AddFrame(FixedOffsetFrame(f"fixed{i}", plant.world_frame(), RigidTransform(place)))
            ks, ds = c.support
            plant.AddForceElement(LinearBushingRollPitchYaw(fixed, body.body_frame(), [0] * 3, [0] * 3, [ks, ks, 0], [ds, ds, 0]))
        below = body.body_frame()
        bodies.append(body)
    plant.Finalize()
    times = np.append(np.linspace(0.0, RAMP, 2001), END + 1.0)
    weight = np.zeros((6 * BODIES, times.size))
    for n, t in enumerate(times):
        for i, body in enumerate(bodies):
            v = body.floating_velocities_start_in_v()
            weight[v + 3 : v + 6, n] = c.mass[i] * gravity(t)
    source = b.AddSystem(TrajectorySource(PiecewisePolynomial.FirstOrderHold(times, weight)))
    b.Connect(source.get_output_port(), plant.get_applied_generalized_force_input_port())
    return b.Build(), plant, bodies


def run(case, setting):
    diagram, plant, bodies = build(case)
    context = diagram.CreateDefaultContext()
    own = plant.GetMyContextFromRoot(context)
    for body, place in zip(bodies, straight(), strict=True):
        plant.SetFreeBodyPose(own, body, RigidTransform(place))
    simulator = Simulator(diagram, context)
    ResetIntegratorFromFlags(simulator, setting[0], 0.1)
    simulator.get_mutable_integrator().set_target_accuracy(float(setting[1]))
    simulator.Initialize()
    places = []
    for t in TIMES:
        simulator.AdvanceTo(t)
        places.append([plant.EvalBodyPoseInWorld(own, body).translation() for body in bodies])
    return places


if __name__ == "__main__":
    common.time_chain("drake", version("drake"), [("radau3", 1e-3)], run, "bushing half-way between the two frames: another law at large angles")
