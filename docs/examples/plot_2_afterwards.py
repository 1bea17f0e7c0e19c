"""
What is left afterwards?
========================

Stature before, during and after ten minutes at 60°, against the same person who went on standing.
"""

import matplotlib.pyplot as plt
import numpy as np

import biomech

MINUTES = np.arange(1, 61)
stood = """
title = "Standing all the time"
person = { body = "adult_male", mass_kg = 78, stature_m = 1.78 }
phase = [{ posture = "standing", duration_s = 4600 }]
history = { upright_after_min = 0 }
"""
hung = biomech.simulate("table_60", {"session.hold_s": 600, "history.upright_after_min": 62}, only="spine").data
still = biomech.simulate(stood, only="spine").data

up = float(hung.attrs["after_time_s"]) - 60.0  # when the person stands again
at = up + 60.0 * MINUTES
gain = np.interp(at, hung.time, hung.stature) - np.interp(at, still.time, still.stature)

figure, axes = plt.subplots(figsize=(7, 3.2), dpi=80, layout="constrained")
axes.plot(MINUTES, gain, color="#1f5a99")
axes.set(xlabel="minutes after standing up again", ylabel="taller than without, mm", ylim=(0, None))
plt.show()

print(f"after 1 min {gain[0]:.1f} mm, after 30 min {gain[29]:.1f} mm, after 60 min {gain[59]:.1f} mm")
