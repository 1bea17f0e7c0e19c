"""The healthy spine of models/: whole, plausible, and as the sources say."""

import math
from itertools import pairwise

import pytest
from model_files import BODIES, LEVELS, LUMBAR, column, columns, load, scalar
from stacked_spine import segment_angles, stacked

# column: lowest and highest value that a grown-up could have
PLAUSIBLE: dict[str, tuple[float, float]] = {
    "vertebrae.body_height": (10, 32),
    "vertebrae.wedge": (-7, 13),
    "vertebrae.upper_width": (13, 60),
    "vertebrae.upper_depth": (11, 40),
    "vertebrae.lower_width": (14, 60),
    "vertebrae.lower_depth": (13, 40),
    "vertebrae.canal_width": (14, 35),
    "vertebrae.canal_depth": (12, 23),
    "vertebrae.pedicle_width": (3.5, 19),
    "vertebrae.pedicle_height": (5.5, 19),
    "vertebrae.transverse_width": (40, 105),
    "vertebrae.spinous_length": (28, 75),
    "joints.disc_height": (3, 15),
    "joints.disc_area": (150, 2000),
    "joints.disc_depth": (12, 42),
    "joints.disc_width": (14, 60),
    "joints.disc_wedge": (-5, 22),
    "joints.shear_stiffness_ap": (40, 300),
    "joints.shear_stiffness_lateral": (40, 300),
    "joints.bending_stiffness_sagittal": (0.05, 16),
    "joints.bending_stiffness_lateral": (0.1, 20),
    "joints.torsion_stiffness": (0.02, 13),
    "joints.axial_factor": (0.3, 3),
    "joints.rib_factor_sagittal": (1, 5),
    "joints.rib_factor_lateral": (1, 5),
    "joints.rib_factor_torsion": (1, 5),
    "joints.axial_stiffness_no_disc": (20, 600),
    "joints.axial_viscosity": (100, 6000),
    "joints.extensor_arm": (25, 70),
    "joints.flexor_arm": (15, 140),
    "joints.lateral_arm": (20, 110),
    "joints.pedicle_to_disc": (4, 20),
    "joints.foramen_x": (-30, -7),
    "joints.foramen_z": (9, 26),
    "joints.foramen_height": (7, 25),
    "ligaments.stiffness": (10, 6000),
    "ligaments.reference_strain": (-0.1, 0.6),
    "ligaments.transition_strain": (0, 2.5),
    "facets.x": (-42, -24),
    "facets.y": (-15, 2),
    "facets.z": (-27, 27),
    "facets.gap": (0, 1.5),
    "facets.stiffness": (50, 2000),
    "facets.normal_x": (-1, 0),
    "facets.normal_y": (-0.4, 0.5),
    "facets.normal_z": (-1, 1),
}


def test_rows_of_the_spine() -> None:
    tables = load("spine/healthy")["tables"]
    assert tables["vertebrae"]["rows"] == BODIES
    assert tables["joints"]["rows"] == LEVELS
    assert len(LEVELS) == 25 and len(BODIES) == 26
    kinds = ["ALL", "PLL", "LF", "ISL", "SSL", "CL left", "CL right", "ITL left", "ITL right"]
    assert tables["ligaments"]["rows"] == [f"{v} {k}" for v in LUMBAR for k in kinds]
    assert tables["facets"]["rows"] == [f"{v} {s}" for v in LUMBAR for s in ("left", "right")]


def test_spine_is_plausible() -> None:
    found = set()
    for where, rows, col in columns(load("spine/healthy")):
        if where.startswith("ligaments.") and where[-2:] in ("_x", "_y", "_z"):
            low, high = -75.0, 50.0
        else:
            low, high = PLAUSIBLE[where]
            found.add(where)
        for row, value in zip(rows, col["values"], strict=True):
            assert math.isnan(value) or low <= value <= high, f"{where}[{row}] = {value}"
    assert found == set(PLAUSIBLE)


def test_only_what_does_not_exist_is_missing() -> None:
    for where, rows, col in columns(load("spine/healthy")):
        missing = {r for r, v in zip(rows, col["values"], strict=True) if math.isnan(v)}
        table = where.split(".")[0]
        if where.endswith("axial_stiffness_no_disc"):
            assert missing == set(LEVELS[2:])
        elif table == "joints":
            assert missing in (set(), set(LEVELS[:2])), where
        elif table == "vertebrae":
            assert missing <= {"skull", "C1", "pelvis"}, where
        else:
            assert not missing, where
    # the engine stacks bodies: every vertebra between skull and pelvis has a height
    assert {
        r for r, v in column("spine/healthy", "vertebrae", "body_height").items() if math.isnan(v)
    } == {"skull", "pelvis"}


def test_lumbar_angles_are_kimuras() -> None:
    angle = segment_angles()
    published = {
        "T12/L1": -0.8,
        "L1/L2": 0.7,
        "L2/L3": 4.7,
        "L3/L4": 7.9,
        "L4/L5": 14.3,
        "L5/S1": 25.8,
    }
    for level, value in published.items():
        assert angle[level] == pytest.approx(value, abs=0.051), level
    assert sum(angle[v] for v in LUMBAR) == pytest.approx(
        scalar("spine/healthy", "lordosis_l1_s1"), abs=0.1
    )


def test_curves_add_up() -> None:
    wedge = column("spine/healthy", "vertebrae", "wedge")
    disc = column("spine/healthy", "joints", "disc_wedge")
    kyphosis = sum(wedge[f"T{i}"] for i in range(1, 13)) + sum(
        disc[f"T{i}/T{i + 1}"] for i in range(1, 12)
    )
    assert -kyphosis == pytest.approx(scalar("spine/healthy", "kyphosis_t1_t12"), abs=0.1)
    cervical = sum(wedge[f"C{i}"] for i in range(3, 8)) + sum(
        disc[f"C{i}/C{i + 1}"] for i in range(2, 7)
    )
    assert cervical == pytest.approx(scalar("spine/healthy", "lordosis_c2_c7"), abs=0.1)


def test_the_healthy_spine_stands_balanced() -> None:
    centre, _, _ = stacked()
    assert 0 < centre["C7"][0] < 30  # C7 a little in front of S1
    assert -10 < centre["skull"][0] < 45
    assert centre["T8"][0] < centre["C7"][0] - 20  # the thorax behind both
    assert all(c[2] == 0 for c in centre.values())


def test_disc_heights_and_areas() -> None:
    height = column("spine/healthy", "joints", "disc_height")
    area = column("spine/healthy", "joints", "disc_area")
    assert sum(height[v] for v in LUMBAR) == pytest.approx(57.3, abs=0.1)
    assert sum(v for v in height.values() if not math.isnan(v)) == pytest.approx(149.9, abs=0.1)
    assert min(LEVELS[2:], key=lambda v: height[v]) == "T4/T5"  # Pooni 1986, Fletcher 2015
    # area grows towards the pelvis, but for the last disc
    grows = [area[v] for v in LEVELS[2:-1]]
    assert all(a < b for a, b in pairwise(grows))
    depth, width = (
        column("spine/healthy", "joints", "disc_depth"),
        column("spine/healthy", "joints", "disc_width"),
    )
    for v in LEVELS[2:]:
        assert 0.76 < area[v] / (depth[v] * width[v]) < 0.87, v


def test_lumbar_lengths_agree_with_an_independent_source() -> None:
    height = column("spine/healthy", "vertebrae", "body_height")
    disc = column("spine/healthy", "joints", "disc_height")
    arc = (
        0.5 * (height["T12"] + height["L5"])
        + sum(height[f"L{i}"] for i in range(1, 5))
        + sum(disc[v] for v in LEVELS[-6:-1])
    )
    assert arc == pytest.approx(353.07 - 165.13, rel=0.01)  # Kitazaki & Griffin (1997), Table 1


def test_thoracic_stiffness_in_series_gives_the_published_blocks() -> None:
    blocks = {
        "upper": (LEVELS[8:11], 2.12, 4.70, 1.35),
        "middle": (LEVELS[11:15], 3.36, 4.48, 1.08),
        "lower": (LEVELS[15:19], 1.39, 1.50, 1.02),
    }
    ribs = {"upper": (2.29, 6.85, 3.28), "middle": (4.74, 8.30, 4.51), "lower": (2.97, 2.87, 2.31)}
    for block, (levels, *published) in blocks.items():
        for k, rib, without, with_ribs in zip(
            ("bending_stiffness_sagittal", "bending_stiffness_lateral", "torsion_stiffness"),
            ("rib_factor_sagittal", "rib_factor_lateral", "rib_factor_torsion"),
            published,
            ribs[block],
            strict=True,
        ):
            each, factor = (
                column("spine/healthy", "joints", k),
                column("spine/healthy", "joints", rib),
            )
            assert 1 / sum(1 / each[v] for v in levels) == pytest.approx(without, rel=0.01), (
                block,
                k,
            )
            assert 1 / sum(1 / (each[v] * factor[v]) for v in levels) == pytest.approx(
                with_ribs, rel=0.02
            ), (block, k)


def test_no_ribs_outside_the_thorax() -> None:
    for rib in ("sagittal", "lateral", "torsion"):
        factor = column("spine/healthy", "joints", f"rib_factor_{rib}")
        assert all(factor[v] == 1.0 for v in (*LEVELS[:8], *LEVELS[19:]))
        assert all(factor[v] > 1.0 for v in LEVELS[8:19])
