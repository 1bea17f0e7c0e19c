"""What is written for other programs holds the dataset's numbers, in places other programs find."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_viz_synthetic import synthetic, with_circulation

from biomech import viz
from biomech.errors import InputError
from biomech.results.series import table, write_series
from biomech.results.storage import save
from biomech.viz.probe import NO_PYVISTA, probe
from biomech.viz.reading import Frame, Spine, rotation

needs_pyvista = pytest.mark.skipif(probe() == NO_PYVISTA, reason="no PyVista")


# ---- glTF
@needs_pyvista
@pytest.mark.parametrize("suffix", [".glb", ".gltf"])
def test_a_model_holds_every_bone_where_it_is(tmp_path: Path, suffix: str) -> None:
    trimesh = pytest.importorskip("trimesh")
    ds = synthetic(60)
    spine = Spine(ds)
    path = viz.render(ds, tmp_path / f"x{suffix}", time_s=100.0)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    scene = trimesh.load(path)
    names = set(scene.graph.nodes_geometry)
    assert {"C1", "T6", "L3", "sacrum", "hips", "skull", "body", "disc L4/L5"} <= names
    assert sum(n.startswith("disc ") for n in names) == len(spine.discs)
    index = spine.index(100.0)
    room, pose = spine.upright(index), spine.anchored_pose(index)
    matrix, _ = scene.graph.get("L3")
    assert np.allclose(matrix[:3, 3] * 1000, room.at(pose["L3"].origin), atol=1e-3), "metres, in the room"
    assert np.allclose(matrix[:3, :3], room.axes @ pose["L3"].axes, atol=1e-6)
    facts = json.loads(scene.metadata["biomech"])
    assert facts["time_s"] == float(spine.time[index]) and "not a medical device" in facts["disclaimer"]


class Read:
    """A glTF as a viewer reads it: nodes by name, arrays, the animation at a moment."""

    def __init__(self, data: bytes) -> None:
        length = struct.unpack("<I", data[12:16])[0]
        self.tree = json.loads(data[20 : 20 + length])
        self.block = data[28 + length :]
        self.nodes = {n["name"]: n for n in self.tree["nodes"]}
        self.tracks = {
            (self.tree["nodes"][c["target"]["node"]]["name"], c["target"]["path"]): self.tree["animations"][0]["samplers"][c["sampler"]]
            for c in self.tree.get("animations", [{"channels": []}])[0]["channels"]
        }

    def array(self, index: int) -> np.ndarray:
        entry = self.tree["accessors"][index]
        view = self.tree["bufferViews"][entry["bufferView"]]
        kind = {5126: "<f4", 5121: "u1", 5123: "<u2", 5125: "<u4"}[entry["componentType"]]
        part = self.block[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]
        return np.frombuffer(part, kind).reshape(entry["count"], -1)

    def frame(self, name: str, key: int) -> Frame:
        x, y, z, w = self.array(self.tracks[name, "rotation"]["output"])[key]
        return Frame(self.array(self.tracks[name, "translation"]["output"])[key].astype(float), rotation(np.array([w, x, y, z], float)))


@needs_pyvista
def test_the_model_plays_the_session() -> None:
    from biomech.viz.film import between
    from biomech.viz.gltf import KEYS, SECONDS, model

    spine = Spine(synthetic(60))
    read = Read(model(spine, spine.end).packed(binary=True))
    (played,) = read.tree["animations"]
    times = np.array(played["extras"]["time_s"])
    assert len(times) == KEYS and read.array(played["samplers"][0]["input"])[[0, -1], 0] == pytest.approx([0, SECONDS])
    assert {(n, p) for n in ("C1", "L3", "sacrum", "body") for p in ("translation", "rotation")} <= set(read.tracks)
    seen = [read.array(read.tracks[name, "scale"]["output"])[:, 0] for name in ("body", "body before")]
    assert (seen[0] + seen[1] == 1).all() and seen[1][0] == 1 and seen[0][KEYS // 2] == 1, "somebody is there all the time"
    for key in (0, 20, KEYS - 1):
        now = Spine(between(spine, times[key : key + 1]))
        index = now.index(times[key])
        pose, room = now.pose(index), now.upright(index)
        # between two bones there is what the result says, whatever is done with the whole
        apart = room.axes @ (pose["L3"].origin - pose["pelvis"].origin)
        got = read.frame("L3", key).origin - read.frame("sacrum", key).origin
        assert 1000 * got == pytest.approx(apart, abs=0.01)
        assert read.frame("L3", key).axes == pytest.approx(room.axes @ pose["L3"].axes, abs=1e-5)


@needs_pyvista
def test_discs_of_a_model_hang_between_their_bones() -> None:
    """Skinned as a viewer does it, the rims of a disc stay on the endplates when the bones move."""
    from biomech.viz.bones.disc import discs, heights
    from biomech.viz.gltf import _DISC, model

    spine = Spine(synthetic(60))
    read = Read(model(spine, spine.end).packed(binary=True))
    node = read.nodes["disc L4/L5"]
    for each in read.tree["skins"]:  # the rules of the format, which viewers may insist on
        roots = [i for i, n in enumerate(read.tree["nodes"]) if set(each["joints"]) <= set(n.get("children", []))]
        assert len(roots) == 1 and roots[0] in read.tree["scenes"][0]["nodes"]
    parts = read.tree["meshes"][node["mesh"]]["primitives"][0]["attributes"]
    points, joints, weights = (read.array(parts[k]).astype(float) for k in ("POSITION", "JOINTS_0", "WEIGHTS_0"))
    skin = read.tree["skins"][node["skin"]]
    names = [read.tree["nodes"][j]["name"] for j in skin["joints"]]
    assert names == ["L5", "L4"]
    key = 0  # standing: 40 mm and 150 degrees away from where the disc was made
    inverse = read.array(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
    moved = np.zeros_like(points)
    for k, name in enumerate(names):
        m = read.frame(name, key).matrix @ inverse[k]
        moved += weights[:, [k]] * (points @ m[:3, :3].T + m[:3, 3])
    first = Spine(synthetic(60)).index(read.tree["animations"][0]["extras"]["time_s"][key])
    shift = 1000 * read.frame("L5", key).origin - spine.upright(first).at(spine.pose(first)["L5"].origin)
    there = {n: Frame(spine.upright(first).at(f.origin) + shift, spine.upright(first).axes @ f.axes) for n, f in spine.pose(first).items()}
    wanted = discs(spine, there, spine.end)["L4/L5"].surface(**_DISC)
    ends = np.isin(heights(**_DISC), (0.0, 1.0))
    assert 1000 * moved[ends] == pytest.approx(wanted[ends], abs=0.05)
    assert np.linalg.norm(1000 * moved - wanted, axis=1).max() < 0.5
    assert set(joints[:, :2].ravel()) == {0.0, 1.0} and weights.sum(axis=1) == pytest.approx(1)


@needs_pyvista
def test_a_model_is_small_and_its_colours_are_light() -> None:
    from biomech.viz.colour import Scale
    from biomech.viz.gltf import _linear, model

    spine = Spine(synthetic(60))
    data = model(spine, spine.end).packed(binary=True)
    assert len(data) < 6e6
    read, change = Read(data), spine.height_changes(spine.end)
    scale = Scale.fitting([1.15 * v for v in change.values()])
    shape = read.tree["meshes"][read.nodes["disc L4/L5"]["mesh"]]["primitives"][0]
    look = read.tree["materials"][shape["material"]]["pbrMetallicRoughness"]
    assert look["baseColorFactor"][:3] == pytest.approx(_linear(np.array(scale.colour(change["L4/L5"]))), abs=1e-6)
    assert read.nodes["disc L4/L5"]["extras"]["height_change_mm"] == pytest.approx(change["L4/L5"], abs=1e-4)


# ---- ParaView
@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> tuple[Spine, Path]:
    pytest.importorskip("pyvista")
    ds = synthetic(60)
    ds = ds.isel(time=np.flatnonzero((ds.time.values >= 0) & (ds.time.values <= 440))[::22])
    spine = Spine(ds)
    return spine, viz.render(ds, tmp_path_factory.mktemp("series") / "run.pvd")


@needs_pyvista
def test_a_series_has_bones_once_and_every_step(series: tuple[Spine, Path]) -> None:
    import pyvista as pv

    spine, path = series
    reader = pv.PVDReader(path)
    assert reader.time_values == pytest.approx(list(spine.time))
    assert sorted(p.name for p in path.parent.iterdir()) == ["run", "run.pvd", "run.py"]
    assert len(list((path.parent / "run").iterdir())) == 1 + len(spine.time)
    reader.set_active_time_point(len(spine.time) - 1)
    step = reader.read()[0]
    values = np.asarray(step.point_data["disc_height_change_mm"]).reshape(len(spine.discs), -1)
    changes = spine.height_changes(len(spine.time) - 1)
    assert np.allclose(values[:, 0], list(changes.values()), atol=1e-4) and np.ptp(values, axis=1).max() == 0


@needs_pyvista
def test_the_script_puts_the_bones_in_their_places(series: tuple[Spine, Path]) -> None:
    """What ParaView will run, run here with the same objects it hands over."""
    import pyvista as pv
    from vtkmodules.numpy_interface import dataset_adapter

    from biomech.viz.paraview import FILTER

    spine, path = series
    index = len(spine.time) - 1
    bones = dataset_adapter.WrapDataObject(pv.read(path.parent / "run" / "bones.vtp"))
    step = dataset_adapter.WrapDataObject(pv.read(path.parent / "run" / f"step_{index:05d}.vtp"))
    output = pv.PolyData()
    exec(FILTER, {"inputs": [bones, step], "output": output})
    body = np.asarray(bones.PointData["body"])
    pose = spine.pose(index)
    for name in ("C4", "L3", "pelvis"):
        mine = body == spine.bodies.index(name)
        assert np.allclose(np.asarray(output.points)[mine], pose[name].at(np.asarray(bones.Points, float)[mine]), atol=1e-3)
    script = (path.parent / "run.py").read_text()
    compile(script, "run.py", "exec")
    assert "run.pvd" in script and "place" in script


@needs_pyvista
@pytest.mark.skipif(sys.platform == "win32", reason="no limits on the size of a file")
def test_a_series_that_does_not_fit_is_told_and_has_no_list(tmp_path: Path) -> None:
    """In a process of its own: what VTK writes itself ends that process."""
    save(synthetic(60), tmp_path / "x.nc")
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); from biomech.cli import main; "
    command = [sys.executable, "-c", f"{limited}raise SystemExit(main(['render', 'x.nc', '-o', 'y.pvd']))"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode in (1, 2) and "y.pvd: cannot write" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "y.pvd").exists()


@needs_pyvista
def test_an_interrupted_second_export_has_no_list_and_a_script_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    ds = synthetic(60)
    ds = ds.isel(time=np.flatnonzero((ds.time.values >= 0) & (ds.time.values <= 440))[::60])
    viz.render(ds, tmp_path / "run.pvd")

    def stop(done: int, count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        viz.render(ds, tmp_path / "run.pvd", progress=stop)
    assert not (tmp_path / "run.pvd").exists(), "it would name steps that are gone"
    viz.render(ds, tmp_path / "run.pvd")
    (tmp_path / "mine.py").write_text("mine")
    with pytest.raises(InputError, match="mine.py: exists"):
        viz.render(ds, tmp_path / "mine.pvd")
    assert (tmp_path / "mine.py").read_text() == "mine"


@needs_pyvista
def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="another name"):
        viz.render(synthetic(60), tmp_path / "mine.pvd")
    assert (tmp_path / "mine" / "thesis.txt").exists()


# ---- tables
def test_tables_hold_the_series_with_their_units(tmp_path: Path) -> None:
    import pandas as pd

    ds = with_circulation(synthetic(60))
    files = write_series(ds, tmp_path / "run.csv")
    assert [f.name for f in files] == ["run.csv", "run_beats.csv"]
    back = pd.read_csv(files[0])
    assert np.allclose(back["time_s"], ds.time.values)
    assert np.allclose(back["disc_height L4/L5 (mm)"], ds["disc_height"].sel(level="L4/L5").values, rtol=1e-8)
    assert not any("C0/C1" in c and "disc_height" in c for c in back.columns), "no column for a disc that does not exist"
    beats = pd.read_csv(files[1])
    assert np.allclose(beats["iop (mmHg)"], ds["iop"].values, rtol=1e-8)
    # a result names a dimension so, which once took the name of the table's own
    places = ds.assign(place_height=(("beat_time", "place"), np.outer(ds["iop"].values, [0.0, 1.0]), {"units": "cm"}))
    both = table(places.assign_coords(place=["heart", "eye"]), "beat_time")
    assert np.allclose(both["place_height eye (cm)"], ds["iop"].values)
    assert "region_volume head (mL)" in beats.columns and "cardiac_output (L/min)" in beats.columns


def test_parquet_holds_the_same(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pandas as pd

    ds = synthetic(60)
    (file,) = write_series(ds, tmp_path / "run.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(file), table(ds), check_like=False)
    with pytest.raises(InputError, match=r"\.csv, \.parquet"):
        write_series(ds, tmp_path / "run.xls")


# ---- what a suffix cannot do
def test_options_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    ds = synthetic(60)
    for name, options, said in (
        ("x.mp4", {"exaggeration": 5}, "--exaggeration"),
        ("x.mp4", {"scene": "body"}, "--scene"),
        ("x.glb", {"dpi": 300}, "--dpi"),
        ("x.pvd", {"time_s": 10.0}, "--time-s"),
        ("x.png", {"seconds": 3}, "--seconds"),
        ("x.png", {"dpi": 5}, "50 to 1200"),
        ("x.xyz", {}, "allowed"),
    ):
        with pytest.raises(InputError, match=said):
            viz.render(ds, tmp_path / name, **options)
    with pytest.raises(InputError, match="one result, not 2"):
        viz.render([ds, ds], tmp_path / "x.glb")
    assert not list(tmp_path.iterdir())


def test_figures_for_print_have_the_pixels(tmp_path: Path) -> None:
    from PIL import Image

    sizes = [Image.open(viz.render(synthetic(60), tmp_path / f"{d}.png", "timecourse", dpi=d)).size for d in (60, 120)]
    assert sizes[1] == pytest.approx(np.array(sizes[0]) * 2, abs=2)
    assert sizes[1][0] > 1500
