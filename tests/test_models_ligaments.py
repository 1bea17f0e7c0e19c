"""Ligaments and facets of models/: where they lie, and how they pull and press."""

import math

import numpy as np
import pytest
from model_files import LUMBAR, column, load
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ligaments() -> dict[str, dict[str, float]]:
    t = load("spine/healthy")["tables"]["ligaments"]
    cols = [c for c in t if isinstance(t[c], dict)]
    return {row: {c: t[c]["values"][i] for c in cols} for i, row in enumerate(t["rows"])}


def tension(strain: float, q: dict[str, float]) -> float:
    x, toe = strain - q["reference_strain"], q["transition_strain"] - q["reference_strain"]
    if x <= 0:
        return 0.0
    return q["stiffness"] * (0.5 * x * x / toe if x < toe else x - 0.5 * toe)


def axial_force(level: str, stretch: float) -> float:
    """Force (N) of a level's ligaments along the disc's normal, its joint opened by so many mm."""
    force = 0.0
    for row, q in ligaments().items():
        if row.startswith(level + " "):
            d = np.array([q[f"upper_{a}"] - q[f"lower_{a}"] for a in "xyz"])
            length = np.linalg.norm(d)
            d[1] += stretch
            now = np.linalg.norm(d)
            force += tension(float(now / length) - 1, q) * d[1] / float(now)
    return force


@pytest.mark.parametrize("level", LUMBAR)
def test_ligaments_leave_room_for_the_disc_in_tension(level: str) -> None:
    secant = axial_force(level, 1.0) - axial_force(level, 0.0)  # N/mm over the first millimetre
    assert 60 < secant < 150
    assert 5 < axial_force(level, 0.0) < 40  # pre-strained lying, N


def test_ligaments_lie_where_they_should() -> None:
    depth = column("spine/healthy", "joints", "disc_depth")
    for row, q in ligaments().items():
        assert q["transition_strain"] > q["reference_strain"], row
        assert q["upper_y"] > q["lower_y"], row
        level, kind = row.split(" ")[:2]
        middle = 0.5 * (q["upper_x"] + q["lower_x"])
        if kind == "ALL":
            assert 0.3 * depth[level] < middle < 0.6 * depth[level], row
        elif kind == "PLL":
            assert -0.6 * depth[level] < middle < -0.3 * depth[level], row
        else:
            assert middle < -0.5 * depth[level], row


def test_left_and_right_mirror_each_other() -> None:
    tables = load("spine/healthy")["tables"]
    for table in ("ligaments", "facets"):
        rows = tables[table]["rows"]
        for c, col in tables[table].items():
            if not isinstance(col, dict):
                continue
            value = dict(zip(rows, col["values"], strict=True))
            sign = -1 if c in ("z", "lower_z", "upper_z", "normal_z") else 1
            for row in rows:
                if row.endswith("left"):
                    assert value[row] == sign * value[row[:-4] + "right"], f"{table}.{c}[{row}]"
                elif not row.endswith("right"):
                    assert sign == 1 or value[row] == 0, f"{table}.{c}[{row}]"
            right = [value[r] for r in rows if r.endswith("right")]
            if c in ("z", "lower_z", "upper_z"):
                assert min(right) > 0, c


def test_facets_face_backwards_and_inwards() -> None:
    t = load("spine/healthy")["tables"]["facets"]
    angles = []
    for i, row in enumerate(t["rows"]):
        n = np.array([t[f"normal_{a}"]["values"][i] for a in "xyz"])
        assert np.linalg.norm(n) == pytest.approx(1, abs=2e-3), row
        assert n[0] < 0 and n[2] * t["z"]["values"][i] < 0, row
        angles.append(math.degrees(math.atan2(abs(n[0]), abs(n[2]))))  # of the plane from sagittal
    assert 20 < angles[0] < 35 and 30 < angles[6] < 50  # L1/L2, L4/L5


def test_facets_bring_torsion_near_the_intact_segment() -> None:
    t = load("spine/healthy")["tables"]["facets"]
    torsion = column("spine/healthy", "joints", "torsion_stiffness")
    for level in LUMBAR:
        i = t["rows"].index(f"{level} right")
        get = {c: t[c]["values"][i] for c in ("x", "z", "normal_x", "normal_z", "stiffness")}
        arm = get["z"] * get["normal_x"] - get["x"] * get["normal_z"]  # mm, about the disc's axis
        contact = get["stiffness"] * arm * arm * 1e-3 * math.pi / 180  # N m/deg
        assert 4 < torsion[level] + contact < 13, level  # published 8.4 +- 1.1, 3.6-13
