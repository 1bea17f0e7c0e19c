"""
Which angle opens the lumbar spine?
===================================

One person on an inversion table, three minutes at each of seven angles. Only the spine is simulated.
"""

import matplotlib.pyplot as plt

import biomech

angles = [0, 15, 30, 45, 60, 75, 90]
found = [biomech.simulate("table_60", {"session.angle_deg": a}, only="spine").measures()["measures"] for a in angles]

# %%
# The pull at L5/S1 rises faster than the weight along the body does: below about 27° friction of the back alone can carry the trunk.

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), dpi=80, layout="constrained")
left.plot(angles, [m["lumbar_length_change_mm"]["value"] for m in found], "o-", color="#1f5a99")
left.set(xlabel="angle, deg", ylabel="lumbar spine longer by, mm", ylim=(0, None))
forces = {"gravity_along_spine_N": "weight along the body", "net_traction_N": "traction at L5/S1", "friction_used_N": "friction"}
for name, label in forces.items():
    right.plot(angles, [m[name]["value"] for m in found], "o-", label=label)
right.set(xlabel="angle, deg", ylabel="N")
right.legend(frameon=False)
plt.show()

# %%
# Much of the lengthening is there at 0° already: it is what not standing gives. The size of the angle-response is a prediction.
