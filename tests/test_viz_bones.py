"""Bones have the dimensions of the dataset, are closed surfaces, and stand where the poses say."""

import numpy as np
import pytest
from test_viz_synthetic import VERTEBRAE, synthetic

from biomech.errors import InputError
from biomech.viz.bones.dimensions import dimensions
from biomech.viz.bones.disc import discs
from biomech.viz.exaggerate import exaggerated
from biomech.viz.probe import NO_PYVISTA, probe
from biomech.viz.reading import Spine, rotation

MISSING = probe()
needs_pyvista = pytest.mark.skipif(MISSING == NO_PYVISTA, reason="no PyVista")
needs_3d = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))


@pytest.fixture(scope="module")
def spine() -> Spine:
    return Spine(synthetic(60))


@pytest.fixture(scope="module")
def bones(spine: Spine):  # type: ignore[no-untyped-def]
    pytest.importorskip("pyvista")
    from biomech.viz.bones.skeleton import bones as build

    return build(spine)


def test_rotation_of_a_quaternion() -> None:
    half = np.sqrt(0.5)
    turned = rotation(np.array([half, 0, 0, half])) @ np.array([1.0, 0, 0])  # 90° about z
    assert np.allclose(turned, [0, 1, 0])


def test_every_bone_is_there_and_closed(bones) -> None:  # type: ignore[no-untyped-def]
    assert set(bones) == {f"C{i}" for i in range(1, 8)} | {f"T{i}" for i in range(1, 13)} | {f"L{i}" for i in range(1, 6)} | {
        "pelvis"
    }
    for name, mesh in bones.items():
        assert mesh.n_open_edges == 0, name
        assert np.isfinite(mesh.points).all(), name


@pytest.mark.parametrize("name", ["C5", "T7", "L1", "L3", "L5"])
def test_bones_have_the_tabulated_size(bones, name: str) -> None:  # type: ignore[no-untyped-def]
    points = np.asarray(bones[name].points)
    height, _, _, upper_depth, *_, transverse, spinous = VERTEBRAE[name]
    body = points[(np.abs(points[:, 2]) < 2) & (points[:, 0] > 0)]
    assert np.ptp(points[:, 2]) == pytest.approx(transverse, abs=3.5)
    assert -points[:, 0].min() == pytest.approx(spinous, abs=4.0)
    assert np.ptp(body[:, 1]) == pytest.approx(height, rel=0.15)
    assert body[:, 0].max() == pytest.approx(upper_depth / 2, abs=1.5)


def test_a_wider_vertebra_is_drawn_wider() -> None:
    pytest.importorskip("pyvista")
    from biomech.viz.bones.lumbar import lumbar

    widths = []
    for factor in (1.0, 1.2):
        ds = synthetic(60)
        ds["upper_width"] = ds["upper_width"] * factor
        ds["lower_width"] = ds["lower_width"] * factor
        points = np.asarray(lumbar(dimensions(Spine(ds))["L3"], 1.6).mesh().points)
        widths.append(np.ptp(points[points[:, 0] > 0, 2]))
    assert widths[1] / widths[0] == pytest.approx(1.2, rel=0.03)


def test_missing_dimensions_are_filled_in() -> None:
    ds = synthetic(60)
    for name in ("canal_width", "pedicle_height", "spinous_length", "transverse_width"):
        ds[name] = ds[name] * np.nan
    for d in dimensions(Spine(ds)).values():
        assert np.isfinite([d.canal_width, d.pedicle_height, d.spinous_length, d.transverse_width]).all()
        assert d.tip < d.canal_back < d.back < 0


def test_spinous_processes_keep_apart(spine: Spine, bones) -> None:  # type: ignore[no-untyped-def]
    """The storyboards' bones nearly touched there; neighbours must keep 2 mm in standing."""
    from scipy.spatial import cKDTree

    sizes, pose = dimensions(spine), spine.pose(spine.reference)
    names = ["T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5"]
    clouds = {}
    for name in names:
        points = np.asarray(bones[name].points, float)
        behind = points[(points[:, 0] < sizes[name].canal_back - 6) & (np.abs(points[:, 2]) < 6)]
        clouds[name] = pose[name].at(behind)
    for upper, lower in zip(names, names[1:], strict=False):
        gap = cKDTree(clouds[upper]).query(clouds[lower])[0].min()
        assert gap > 2.0, (upper, lower, gap)


def test_bodies_do_not_enter_each_other(spine: Spine, bones) -> None:  # type: ignore[no-untyped-def]
    pose = spine.pose(spine.reference)
    for level in spine.discs[:-1]:
        above, below = spine.neighbours(level)
        low, _ = spine.disc_ends(level, pose)
        points = low.inverse().at(pose[above].at(np.asarray(bones[above].points, float)))
        near = np.hypot(points[:, 0] / 6, points[:, 2] / 6) < 1  # the middle of the body
        assert points[near, 1].min() > 0, level


def test_discs_fill_the_space_between_real_endplates(spine: Spine) -> None:
    for index in (spine.reference, spine.end):
        made = discs(spine, spine.pose(index))
        assert list(made) == spine.discs
        for level, disc in made.items():
            gap = np.linalg.norm(disc.upper.frame.origin - disc.lower.frame.origin)
            assert gap == pytest.approx(float(spine.data["disc_height"].values[index, spine.levels.index(level)]), abs=1e-6)
            # anterior − posterior opening is the disc angle
            turn = disc.lower.frame.axes.T @ disc.upper.frame.axes
            angle = np.degrees(np.arctan2(turn[1, 0], turn[0, 0]))
            assert angle == pytest.approx(float(spine.data["disc_angle"].values[index, spine.levels.index(level)]), abs=1e-6)


@needs_pyvista
def test_discs_are_closed(spine: Spine) -> None:
    for level, disc in discs(spine, spine.pose(spine.end)).items():
        mesh = disc.mesh()
        assert mesh.n_open_edges == 0, level
        assert mesh.volume > 0, level


@pytest.mark.parametrize("turned", [-40.0, 25.0])
def test_the_axes_of_the_pelvis_do_not_matter(spine: Spine, turned: float) -> None:
    other = Spine(synthetic(60, pelvis_turn=turned))
    here = spine.pose(spine.end)["pelvis"].then(spine.plates["pelvis"][0])
    there = other.pose(other.end)["pelvis"].then(other.plates["pelvis"][0])
    assert np.allclose(here.axes, there.axes, atol=1e-9)


def test_exaggeration_magnifies_gaps_and_nothing_else(spine: Spine) -> None:
    factor = 15.0
    drawn = discs(spine, exaggerated(spine, spine.end, factor))
    height = spine.data["disc_height"].values
    for level, disc in drawn.items():
        column = spine.levels.index(level)
        across = disc.upper.frame.origin - disc.lower.frame.origin
        true = height[spine.reference, column]
        assert np.linalg.norm(across) == pytest.approx(true + factor * (height[spine.end, column] - true), rel=0.02)
    pose = spine.pose(spine.end)
    for body, frame in exaggerated(spine, spine.end, factor).items():
        assert np.allclose(frame.axes, pose[body].axes)
    assert exaggerated(spine, spine.end, 1.0)["C2"].origin == pytest.approx(pose["C2"].origin)


def test_exaggeration_leaves_sideways_slip_as_it_is(spine: Spine) -> None:
    """A vertebra that slips a millimetre forwards is drawn a millimetre forwards, not fifteen."""
    slipped = Spine(spine.data.copy(deep=True))
    above = spine.bodies[: spine.bodies.index("L4") + 1]
    slipped.data["position"].values[spine.end, : len(above), 0] += 1.0
    for level in ("L3/L4", "L4/L5"):
        ends = [s.disc_ends(level, exaggerated(s, s.end, 15.0)) for s in (spine, slipped)]
        low, high = (np.array([e[i].origin for e in ends]) for i in (0, 1))
        apart = (high - low) @ ends[0][0].axes  # in the axes of the endplate below
        moved = apart[1] - apart[0]
        assert abs(moved[0]) < 1.5 and abs(moved[2]) < 1e-6, level


def test_exaggeration_that_crushes_a_disc_is_refused() -> None:
    spine = Spine(synthetic(90, strength=-1.0))
    with pytest.raises(InputError, match="would vanish.*at most"):
        exaggerated(spine, spine.end, 100)
    for nonsense in (0.0, -3.0, float("nan"), 1e6):
        with pytest.raises(InputError, match="1 to 200"):
            exaggerated(spine, spine.end, nonsense)


@needs_3d
def test_a_dropped_bone_changes_the_picture(spine: Spine, bones) -> None:  # type: ignore[no-untyped-def]
    from biomech.viz.stage import Stage

    def picture(names: set[str]) -> np.ndarray:  # type: ignore[type-arg]
        stage = Stage({k: v for k, v in bones.items() if k in names}, (160, 480))
        stage.set_pose(spine.pose(spine.end))
        stage.set_discs(discs(spine, spine.pose(spine.end)), dict.fromkeys(spine.discs, (0.8, 0.3, 0.1)))
        stage.look_from_the_right((-20.0, 230.0), 370.0)
        image = stage.shot().image.astype(int)
        stage.close()
        return image

    whole = picture(set(bones))
    assert (whole == picture(set(bones))).all(), "the same scene gives the same pixels"
    assert (whole[..., 3] > 0).mean() > 0.05, "something is drawn"
    for name in ("C5", "T6", "L3"):
        change = np.abs(whole - picture(set(bones) - {name})).max(axis=2) > 20
        assert change.sum() > 40, name


@needs_3d
def test_points_are_projected_where_they_are_drawn(spine: Spine) -> None:
    """The red pixels of one disc lie round the projection of its centre."""
    from biomech.viz.stage import Stage

    made = discs(spine, spine.pose(spine.end))
    stage = Stage({}, (300, 900))
    colours = {level: (1.0, 0.0, 0.0) if level == "L3/L4" else (0.0, 0.0, 1.0) for level in made}
    stage.set_discs(made, colours)
    stage.look_from_the_right((-20.0, 230.0), 370.0)
    shot = stage.shot()
    stage.close()
    red = (shot.image[..., 0] > 200) & (shot.image[..., 2] < 60) & (shot.image[..., 3] > 200)
    rows, columns = np.nonzero(red)
    disc = made["L3/L4"]
    x, y = shot.pixels((disc.lower.frame.origin + disc.upper.frame.origin) / 2)[0]
    assert columns.mean() + 0.5 == pytest.approx(x, abs=2.0)
    assert shot.size[1] - rows.mean() - 0.5 == pytest.approx(y, abs=2.0)
