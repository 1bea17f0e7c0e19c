"""Every device is drawn from its file: it touches the body where its supports are, and a new file needs no code."""

from pathlib import Path

import numpy as np
import pytest
from test_viz_synthetic import synthetic

from biomech import library
from biomech.library.equipment import holder
from biomech.viz.manikin import back_line, gear, limbs
from biomech.viz.person import build_of
from biomech.viz.probe import NO_PYVISTA, probe
from biomech.viz.reading import Spine

pytestmark = pytest.mark.skipif(probe() == NO_PYVISTA, reason="no PyVista")


def held(name: str, tilt: float):  # type: ignore[no-untyped-def]
    from biomech.viz.apparatus import Posed, apparatus

    ds = synthetic(60)
    device = holder(name)
    side = -1.0 if device.facing == "prone" else 1.0
    a = np.radians(tilt)
    ds["gravity"].values[:] = [-side * np.cos(a), np.sin(a), 0.0]
    spine = Spine(ds)
    pose, place, build = spine.anchored_pose(spine.end), spine.upright(spine.end), build_of(spine)
    posed = Posed(build, pose, limbs(build, pose, device, place.axes.T @ [0.0, -1.0, 0.0]), device, place)
    return posed, apparatus(posed)


def angle_of(name: str) -> float:
    device = holder(name)
    return device.highest_deg if device.fixed_deg is None else device.fixed_deg


@pytest.mark.parametrize("name", library.names("equipment"))
def test_every_device_stands_on_its_floor_under_the_body(name: str) -> None:
    posed, device = held(name, angle_of(name))
    low, high = posed.extent()
    assert device.floor <= low[1] + 1e-6
    for part in device.parts:
        assert np.isfinite(part.mesh.points).all()
        assert part.mesh.bounds[2] >= device.floor - 27
    assert (device.low <= low + 1e-6).all() and (device.high >= high - 1e-6).all()


@pytest.mark.parametrize(("name", "tilt"), [("inversion_table", 60.0), ("lying", 0.0), ("inversion_chair", 50.0)])
def test_the_pad_touches_the_back_and_does_not_enter_it(name: str, tilt: float) -> None:
    from biomech.viz.apparatus import PAD

    posed, device = held(name, tilt)
    back = min(p[0] for p in back_line(posed.build, posed.pose).values())
    pads = [posed.place.inverse().at(np.asarray(p.mesh.points, float)) for p in device.parts if p.colour == PAD]
    nearest = max(float(points[:, 0].max()) for points in pads if points[:, 0].max() < back + 1)
    assert back - 6 < nearest <= back


def test_cuffs_and_boots_are_round_the_ankles() -> None:
    from biomech.viz.apparatus import STRAP

    for name, tilt in (("inversion_table", 60.0), ("gravity_boots", 90.0)):
        posed, device = held(name, tilt)
        ankle = posed.place.at(posed.limbs.ankle)
        cuffs = [np.asarray(p.mesh.center) for p in device.parts if p.colour == STRAP]
        assert min(np.linalg.norm(c - ankle) for c in cuffs) < 60, name


def test_feet_stand_flat_and_the_head_stands_on_the_floor() -> None:
    posed, device = held("standing", -90.0)
    heel, toes = posed.place.at(posed.limbs.heel), posed.place.at(posed.limbs.toes)
    assert heel[1] == pytest.approx(toes[1], abs=1.0) and toes[0] > heel[0]
    assert device.floor == pytest.approx(heel[1], abs=5.0)
    posed, device = held("headstand", 90.0)
    crown = posed.place.at(posed.pose["skull"].at(np.array([0.0, posed.build.head_height, 0.0])))
    assert device.floor == pytest.approx(crown[1], abs=40.0)


def test_hips_and_knees_bend_as_the_file_says() -> None:
    posed, _ = held("inversion_chair", 60.0)
    thigh, shank = posed.limbs.knee - posed.limbs.hip, posed.limbs.ankle - posed.limbs.knee
    device = holder("inversion_chair")
    bent = np.degrees(np.arctan2(thigh[0], -thigh[1]))
    assert bent == pytest.approx(device.hip_flexion_deg, abs=2)
    assert abs(np.degrees(np.arctan2(shank[0], -shank[1])) - bent + device.knee_flexion_deg) < 2


def test_what_stands_still_while_a_table_turns() -> None:
    anchors = []
    for tilt in (-60.0, 0.0, 60.0):
        _, device = held("inversion_table", tilt)
        # trestle feet stay where they are against the anchor
        tubes = [p.mesh.bounds for p in device.parts]
        anchors.append((device.anchor[1] - device.floor, min(b[0] for b in tubes[-8:]) - device.anchor[0]))
    assert np.ptp([a for a, _ in anchors]) < 1e-6
    assert np.ptp([x for _, x in anchors]) < 400


def test_a_new_device_is_a_file_and_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from biomech.viz.apparatus import PAD

    folder = tmp_path / "equipment"
    folder.mkdir()
    text = (
        'title = "Plank"\ntrunk_angle_deg = "session"\nangle_range_deg = [0, 45]\n'
        '[[support]]\nname = "board"\nkind = "surface"\nbodies = ["thorax"]\nfriction = 0.4\n'
        '[[support]]\nname = "belt"\nkind = "clamp"\nbody = "pelvis"\n'
        '[drawing]\nframe = "pivot bed"\narms = "folded"\n'
    )
    (folder / "plank.toml").write_text(text)
    monkeypatch.setenv("BIOMECH_MODELS", str(tmp_path))
    _, device = held("plank", 30.0)
    assert any(p.colour == PAD for p in device.parts)
    from biomech.errors import InputError

    (folder / "plank.toml").write_text(text.replace('"pivot bed"', '"pivot bet"'))
    with pytest.raises(InputError, match="pivot bed"):
        holder("plank")


def test_a_device_that_is_not_here_is_drawn_as_none() -> None:
    from biomech.viz.room import scene_at

    ds = synthetic(60)
    ds.attrs["phases"] = ds.attrs["phases"].replace("inversion_table", "moon_swing")
    assert gear("moon_swing") is None
    scene = scene_at(Spine(ds), Spine(ds).end)
    assert scene.gear is None or scene.gear.name != "moon_swing"


def test_between_two_devices_the_one_that_can_stand_so_is_shown() -> None:
    from biomech.viz.room import gear_at

    spine = Spine(synthetic(60))
    after = int(np.flatnonzero(spine.time > 440.1)[0])  # the phase is called standing, the body still lies on the table
    assert spine.phase_at(after)["equipment"] == "standing"
    device = gear_at(spine, after)
    assert device is not None and device.name == ("inversion_table" if spine.value("tilt", after) > -87 else "standing")
    last = gear_at(spine, len(spine.time) - 1)
    assert last is not None and last.name == "standing"
