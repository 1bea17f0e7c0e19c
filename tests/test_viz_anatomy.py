"""Skull, ribs, hips and discs: closed, in their places, as large as the person, as full as the pressure says."""

import numpy as np
import pytest
from test_viz_synthetic import synthetic

from biomech.viz.bones.disc import bulge_at, discs, faces, rim_faces
from biomech.viz.probe import NO_PYVISTA, probe
from biomech.viz.reading import Spine

pytestmark = pytest.mark.skipif(probe() == NO_PYVISTA, reason="no PyVista")


@pytest.fixture(scope="module")
def spine() -> Spine:
    return Spine(synthetic(60))


@pytest.fixture(scope="module")
def parts(spine: Spine):  # type: ignore[no-untyped-def]
    from biomech.viz.bones.skeleton import COARSE, around

    return around(spine, COARSE)


def placed(spine: Spine, mesh, part: str) -> np.ndarray:  # type: ignore[no-untyped-def, type-arg]
    from biomech.viz.bones.skeleton import carrier

    return spine.standing[carrier(part)].at(np.asarray(mesh.points, float))


def test_all_parts_are_there_and_closed(parts) -> None:  # type: ignore[no-untyped-def]
    assert set(parts) == {"skull", "hips"} | {f"ribs T{i}" for i in range(1, 13)}
    for name, mesh in parts.items():
        assert mesh.n_open_edges <= (0 if name != "skull" else 4), name
        assert np.isfinite(mesh.points).all(), name


def test_parts_are_symmetric(parts) -> None:  # type: ignore[no-untyped-def]
    for name, mesh in parts.items():
        sides = np.asarray(mesh.points)[:, 2]
        assert sides.max() == pytest.approx(-sides.min(), abs=0.5), name


def test_the_hips_hold_the_sacrum_and_the_sockets(spine: Spine, parts) -> None:  # type: ignore[no-untyped-def]
    from scipy.spatial import cKDTree

    from biomech.viz.bones.skeleton import COARSE, bones
    from biomech.viz.person import build_of

    hips = cKDTree(placed(spine, parts["hips"], "hips"))
    sacrum = spine.standing["pelvis"].at(np.asarray(bones(spine, COARSE)["pelvis"].points, float))
    gap = hips.query(sacrum)[0]
    assert gap.min() < 3.0, "the joint with the sacrum"
    socket = spine.standing["pelvis"].origin + build_of(spine).hip
    assert 15 < hips.query(socket)[0] < 32, "the hip centre lies in a hollow of about the head's radius"


def test_ribs_start_at_their_vertebra_and_the_cage_has_its_breadth(spine: Spine, parts) -> None:  # type: ignore[no-untyped-def]
    from biomech.viz.person import build_of

    for i in range(1, 13):
        rib = np.asarray(parts[f"ribs T{i}"].points)
        near = np.linalg.norm(rib, axis=1).min()
        assert near < 35, f"T{i}"
    widest = max(np.ptp(np.asarray(parts[f"ribs T{i}"].points)[:, 2]) for i in range(5, 10))
    assert widest == pytest.approx(build_of(spine).cage[0], abs=14)


def test_the_skull_ends_below_the_scalp(spine: Spine, parts) -> None:  # type: ignore[no-untyped-def]
    from biomech.viz.person import build_of

    top = np.asarray(parts["skull"].points)[:, 1].max()
    height = build_of(spine).head_height
    assert 0.9 * height < top < height


def test_a_smaller_person_is_drawn_smaller() -> None:
    from biomech.viz.person import build_of

    small, large = synthetic(60), synthetic(60)
    small.attrs |= {"model_files": "spine/healthy, body/adult_female", "scenario": "[person]\nmass_kg = 50\nstature_m = 1.55\n"}
    large.attrs |= {"model_files": "spine/healthy, body/adult_male", "scenario": "[person]\nmass_kg = 110\nstature_m = 1.95\n"}
    a, b = build_of(Spine(small)), build_of(Spine(large))
    assert b.head_height > a.head_height and b.limbs["thigh"] > 1.15 * a.limbs["thigh"]
    assert b.slices["L4"].breadth > 1.1 * a.slices["L4"].breadth
    # a result that does not say whose it is is drawn as the reference person
    assert build_of(Spine(synthetic(60))).length == 1.0


def test_discs_bulge_with_their_pressure(spine: Spine) -> None:
    assert bulge_at(0.0) < bulge_at(0.3) < bulge_at(0.8)
    assert bulge_at(float("nan")) == bulge_at(0.5)
    high, low = (discs(spine, spine.anchored_pose(spine.end), i)["L4/L5"] for i in (spine.reference, spine.end))
    pressure = spine.data["nucleus_pressure"].values[:, spine.levels.index("L4/L5")]
    assert pressure[spine.reference] > pressure[spine.end]
    reach = [np.ptp(d.lower.frame.inverse().at(d.surface())[:, 2]) for d in (high, low)]
    assert reach[0] > reach[1] + 0.5


def test_the_nucleus_lies_within_the_annulus(spine: Spine) -> None:
    disc = discs(spine, spine.anchored_pose(spine.end), spine.end)["L4/L5"]
    inside = disc.lower.frame.inverse()
    nucleus, annulus = inside.at(disc.nucleus()), inside.at(disc.section())
    assert annulus[:, 0].min() < nucleus[:, 0].min() and nucleus[:, 0].max() < annulus[:, 0].max()
    assert np.ptp(nucleus[:, 0]) == pytest.approx(0.62 * np.ptp(annulus[:, 0]), rel=0.08)


def test_surface_and_faces_belong_together(spine: Spine) -> None:
    pv = pytest.importorskip("pyvista")
    disc = discs(spine, spine.anchored_pose(spine.end), spine.end)["L3/L4"]
    for numbers in ({}, {"around": 40, "up": 5, "inwards": 4}):
        mesh = pv.PolyData.from_regular_faces(disc.surface(**numbers), faces(**numbers))
        assert mesh.n_open_edges == 0 and mesh.volume > 0
    rims = pv.PolyData.from_regular_faces(disc.rim_surface(0.3), rim_faces())
    assert rims.n_open_edges == 0
