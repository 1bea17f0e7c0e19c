"""MuJoCo on the chain problem: three slides and three hinges between neighbours, with stiffness and damping."""

import common
import mujoco
import numpy as np
from chain import BODIES, END, PITCH, RAMP, TIMES, chain, gravity

STEP = 1e-3


def model(case: str, integrator: str) -> str:
    """The model as MuJoCo's XML; lateral support is two long springs, straight enough to act in x and y."""
    c = chain(case)
    k, d = c.support
    world, body, springs = [], [], []
    for i in range(BODIES):
        body.append(f'<body pos="0 0 {PITCH}"><inertial pos="0 0 0" mass="{c.mass[i]}" diaginertia="{" ".join(map(str, c.inertia[i]))}"/>')
        for n, kind in ((0, "slide"), (1, "slide"), (2, "slide"), (4, "hinge"), (3, "hinge"), (5, "hinge")):
            axis = " ".join("1" if n % 3 == a else "0" for a in range(3))
            body.append(f'<joint type="{kind}" axis="{axis}" pos="0 0 {-PITCH / 2}" stiffness="{c.stiffness[n]}" damping="{c.damping[n]}"/>')
        body.append(f'<site name="s{i}"/>')
        for axis, place in (("x", f"-10 0 {(i + 1) * PITCH}"), ("y", f"0 -10 {(i + 1) * PITCH}")):
            world.append(f'<site name="{axis}{i}" pos="{place}"/>')
            springs.append(f'<spatial stiffness="{k}" damping="{d}" springlength="10"><site site="{axis}{i}"/><site site="s{i}"/></spatial>')
    held = f"<tendon>{''.join(springs)}</tendon>" if k else ""
    option = f'<option timestep="{STEP}" integrator="{integrator}"><flag contact="disable" constraint="disable"/></option>'
    return f"<mujoco>{option}<worldbody>{''.join(world)}{''.join(body)}{'</body>' * BODIES}</worldbody>{held}</mujoco>"


def run(case, setting):
    m = mujoco.MjModel.from_xml_string(model(case, setting[0]))
    d = mujoco.MjData(m)
    first = m.nbody - BODIES
    wanted = {round(t / STEP) for t in TIMES}
    places = []
    for n in range(1, round(END / STEP) + 1):
        if n <= RAMP / STEP + 1:
            m.opt.gravity[:] = gravity((n - 0.5) * STEP)
        mujoco.mj_step(m, d)
        if n in wanted:
            mujoco.mj_kinematics(m, d)
            places.append(d.xpos[first:].copy())
    if not np.isfinite(places[-1]).all() or d.warning.number.sum():
        raise RuntimeError("not a number, or a warning of the solver")
    return places


if __name__ == "__main__":
    common.time_chain("mujoco", mujoco.__version__, [("implicitfast", "1 ms")], run, "hinges in series instead of a rotation vector: the same in a plane")
