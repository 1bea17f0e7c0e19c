"""
Pressure in the eye during a session
====================================

Three minutes at 60°, for a healthy eye and one with glaucoma. Only blood, brain and eye are simulated.
"""

import matplotlib.pyplot as plt

import biomech

figure, axes = plt.subplots(figsize=(7, 3.2), dpi=80, layout="constrained")
for name, conditions in (("healthy", []), ("glaucoma", ["glaucoma"])):
    data = biomech.simulate("table_60", {"person.conditions": conditions, "history.awake_h": 0.5}, only="circulation").data
    data = data.sel(beat_time=slice(-60, 300))
    axes.plot(data.beat_time, data.iop, label=name)
axes.set(xlabel="seconds from the start of the session", ylabel="eye pressure, mmHg")
axes.legend(frameon=False)
plt.show()

# %%
# The rise is that of a normal eye in both; it starts higher in glaucoma. Nobody with glaucoma should try it: see
# :doc:`the questions of patients </faq_patients>`.
