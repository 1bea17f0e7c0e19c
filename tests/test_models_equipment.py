"""The equipment of models/."""

from model_files import MODELS, load

EQUIPMENT = {
    "inversion_table",
    "gravity_boots",
    "inversion_chair",
    "headstand",
    "shoulder_stand",
    "downward_dog",
    "forward_fold",
    "standing",
    "sitting",
    "lying",
    "fowler",
    "traction_table",
    "upright_suspension",
}


def test_all_equipment_is_here() -> None:
    assert {p.stem for p in (MODELS / "equipment").glob("*.toml")} == EQUIPMENT


def test_legs_hang_only_where_nothing_carries_them() -> None:
    hanging = {d for d in EQUIPMENT if not load(f"equipment/{d}")["legs"]["supported"]}
    assert hanging == {"headstand", "shoulder_stand", "upright_suspension"}


def test_table_at_zero_differs_from_the_bed_in_name_only() -> None:
    table, bed = load("equipment/inversion_table"), load("equipment/lying")
    for key in (
        "facing",
        "muscle",
        "legs",
        "hip_flexion_deg",
        "neck_flexion_deg",
        "trunk_flexion_deg",
    ):
        assert table[key] == bed[key], key
    for a, b in zip(table["support"], bed["support"], strict=True):
        assert {k: v for k, v in a.items() if k not in ("name", "friction")} == {
            k: v for k, v in b.items() if k not in ("name", "friction")
        }
