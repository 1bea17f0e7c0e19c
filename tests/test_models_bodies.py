"""The bodies of models/: masses, sizes, and what they weigh on the spine."""

import math

import pytest
from model_files import BODIES, column, load, scalar
from stacked_spine import stacked

GRAVITY = 9.81


@pytest.mark.parametrize(("body", "scale"), [("adult_male", 1.0), ("adult_female", 1.65 / 1.78)])
def test_stature_closes(body: str, scale: float) -> None:
    file = f"body/{body}"
    centre, _, _ = stacked()
    discs = sum(
        v for v in column("spine/healthy", "joints", "disc_height").values() if not math.isnan(v)
    )
    trunk = scale * (centre["skull"][1] - (1 - scalar(file, "disc_height_factor")) * discs)
    stature = (
        trunk + scalar(file, "leg_length") - scalar(file, "hip_y") + scalar(file, "head_height")
    )
    assert stature == pytest.approx(1e3 * scalar(file, "reference_stature"), rel=0.015)


@pytest.mark.parametrize(("body", "mass"), [("adult_male", 77.97), ("adult_female", 61.0)])
def test_masses_add_up(body: str, mass: float) -> None:
    file = f"body/{body}"
    slices = column(file, "slices", "mass")
    assert list(slices) == BODIES
    total = sum(slices.values()) + 2 * (scalar(file, "arm_mass") + scalar(file, "leg_mass"))
    assert scalar(file, "reference_mass") == mass
    assert total == pytest.approx(mass, abs=0.005)
    assert slices["skull"] + sum(slices[f"C{i}"] for i in range(1, 8)) == pytest.approx(
        0.068 * mass, rel=0.03
    )
    # what hangs from L5/S1 in ankle inversion
    above = sum(v for b, v in slices.items() if b != "pelvis") + 2 * scalar(file, "arm_mass")
    assert above / mass == pytest.approx(0.494 if mass > 70 else 0.476, abs=0.01)


def test_hanging_weight_below_l5_s1() -> None:
    slices = column("body/adult_male", "slices", "mass")
    above = sum(v for b, v in slices.items() if b != "pelvis") + 2 * scalar(
        "body/adult_male", "arm_mass"
    )
    for degrees, newton in ((30, 189), (60, 327), (90, 378)):
        assert above * GRAVITY * math.sin(math.radians(degrees)) == pytest.approx(newton, rel=0.02)


def test_weight_stands_in_front_of_the_lumbar_spine() -> None:
    """Head, arms and trunk above L4/L5 pull the trunk forward, with a few newton-metres."""
    centre, _, joint = stacked()
    mass = column("body/adult_male", "slices", "mass")
    ahead = column("body/adult_male", "slices", "com_x")
    arms = 2 * scalar("body/adult_male", "arm_mass")
    above = BODIES[: BODIES.index("L4") + 1]
    weight = sum(mass[b] for b in above) + arms
    shoulder = centre["T1"][0] + scalar("spine/muscle", "arm_x")
    x = (
        sum(mass[b] * (centre[b][0] + ahead[b]) for b in above) + arms * shoulder
    ) / weight - joint["L4/L5"][0]
    assert 7 < x < 25
    assert 2 < 1e-3 * x * weight * GRAVITY < 9


@pytest.mark.parametrize("body", ["adult_male", "adult_female"])
def test_bodies_are_plausible(body: str) -> None:
    bounds = {
        "mass": (0.08, 10),
        "com_x": (-5, 55),
        "com_y": (-80, 70),
        "depth": (95, 260),
        "breadth": (95, 360),
        "height": (12, 160),
        "skin_back": (45, 105),
    }
    table = load(f"body/{body}")["tables"]["slices"]
    assert {c for c in table if isinstance(table[c], dict)} == set(bounds)
    for c, (low, high) in bounds.items():
        for row, value in column(f"body/{body}", "slices", c).items():
            assert low <= value <= high, f"{c}[{row}]"
    depth, back = (
        column(f"body/{body}", "slices", "depth"),
        column(f"body/{body}", "slices", "skin_back"),
    )
    assert all(back[b] < 0.65 * depth[b] for b in BODIES)


def test_women_and_men() -> None:
    for c in ("depth", "breadth"):
        man, woman = (column(f"body/{b}", "slices", c) for b in ("adult_male", "adult_female"))
        assert all(woman[b] < 1.02 * man[b] for b in BODIES)
    assert (
        scalar("body/adult_female", "disc_height_factor")
        < 1
        > scalar("body/adult_female", "disc_area_factor")
    )
    for body, total in (("adult_male", 1.0), ("adult_female", 1.0)):
        f = column(f"body/{body}", "segments", "mass_fraction")
        whole = (
            f["head"] + f["trunk"] + 2 * sum(v for k, v in f.items() if k not in ("head", "trunk"))
        )
        assert whole == pytest.approx(total, abs=0.002)
