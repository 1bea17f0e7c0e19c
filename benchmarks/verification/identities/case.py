"""Two ways to the same number."""

import numpy as np

import biomech

# the two supports take different steps: what is equal is equal up to the error allowed, so little is allowed
HOLD = {"session.hold_s": 1200, "history.upright_after_min": 0, "solver.tolerance": 0.02}


def compute() -> dict[str, dict[str, object]]:
    boots = biomech.simulate("boots_90", HOLD, only="spine")
    table = biomech.simulate("table_60", HOLD | {"session.angle_deg": 90, "equipment.friction": 0.0}, only="spine")
    a, b = (r.measures()["measures"] for r in (boots, table))
    end = boots.data.isel(time=-1)
    weight = float(boots.data.attrs["weight_above_L5S1_N"])
    traction = float(end["traction"].sel(level="L5/S1"))
    sideways = float(np.abs(boots.data["position"].sel(axis="z")).max())
    return {
        "boots": {"result": abs(b["lumbar_length_change_mm"]["value"] / a["lumbar_length_change_mm"]["value"] - 1.0)},
        "weight": {"result": abs(traction / weight - 1.0)},
        "plane": {"result": sideways},
    }
