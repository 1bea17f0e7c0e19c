"""No exact answer exists for a whole spine: the finest run stands for it."""

import biomech

TOLERANCES = (4.0, 1.0, 0.25, 0.0625)


def compute() -> dict[str, dict[str, object]]:
    found = []
    for tolerance in TOLERANCES:
        m = biomech.simulate("table_60", {"solver.tolerance": tolerance}, only="spine").measures()["measures"]
        found.append((m["lumbar_length_change_mm"]["value"], m["stature_gain_mm"]["value"]))
    fine = found[-1]
    table = [
        {"tolerance": t, "lumbar mm": a, "stature mm": b} for t, (a, b) in zip(TOLERANCES, found, strict=True)
    ]
    error = [abs(a - fine[0]) for a, _ in found]
    return {
        "lumbar": {"result": error[1] / fine[0], "table": table},
        "stature": {"result": abs(found[1][1] - fine[1])},
        "coarse": {"result": error[0] / fine[0]},
    }
