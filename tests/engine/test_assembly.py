"""The constant plan of a person: joints seen from their bodies, and where lateral shear acts."""

import numpy as np

from biomech.posture.person import Person
from biomech.spine.assembly import assemble_plan
from biomech.spine.parameters import load

PARAMETERS = load(Person())
PLAN, GEOMETRY = assemble_plan(PARAMETERS)


def test_in_the_reference_pose_both_bodies_of_a_joint_see_it_in_one_place():
    g = GEOMETRY
    for j, row in enumerate(PLAN.joint):
        for b, place, frame in ((j, row[0:3], row[6:15]), (j + 1, row[3:6], row[15:24])):
            np.testing.assert_allclose(g.mass_centre[b] + g.rotation[b] @ place, g.joint[j], atol=1e-15)
            np.testing.assert_allclose(g.rotation[b] @ frame.reshape(3, 3), g.joint_axes[j], atol=1e-15)


def test_lateral_shear_at_the_shear_centre_does_not_twist():
    offset = PARAMETERS.scalars["shear_centre"] * np.nan_to_num(PARAMETERS.joints["disc_depth"])
    shear, twist = PLAN.linear[:, 2, 2], PLAN.linear[:, 4, 2]
    within = offset * offset * shear < PLAN.linear[:, 4, 4]  # where it may be coupled as much
    assert within.sum() > 5 and (offset[within] != 0.0).any()
    np.testing.assert_allclose(twist[within], (offset * shear)[within], rtol=1e-12)
    assert np.all(np.linalg.eigvalsh(PLAN.linear) > -1e-9)
