"""Films: every moment in order, the dataset's numbers on every frame, one file whole or none."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from test_viz_figures import number
from test_viz_synthetic import synthetic, with_circulation

from biomech.errors import BiomechError, InputError
from biomech.results.storage import save
from biomech.viz import moving, words
from biomech.viz.film import between, film, frames, moments
from biomech.viz.layers import faded, over, rim
from biomech.viz.probe import probe
from biomech.viz.reading import Spine

MISSING = probe()
needs_3d = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")


def test_moments_run_forwards_and_slow_down_where_the_body_tilts() -> None:
    spine = Spine(synthetic(60))
    times = moments(spine, 120)
    assert len(times) == 120 and (np.diff(times) > 0).all()
    assert times[0] == spine.time[spine.reference] and times[-1] == pytest.approx(500.0)
    step = np.diff(times)
    tilting = (times[:-1] > 0.5) & (times[:-1] < 9)
    holding = (times[:-1] > 60) & (times[:-1] < 150)
    assert step[tilting].mean() < 0.3 * step[holding].mean()


def test_a_frame_between_two_samples_lies_between_them() -> None:
    spine = Spine(with_circulation(synthetic(60)))
    i = spine.index(100.0)
    middle = float(spine.time[i] + spine.time[i + 1]) / 2
    inner = Spine(between(spine, np.array([middle])))
    k = inner.index(middle)
    a, b = (spine.value("spine_length", n) for n in (i, i + 1))
    assert inner.value("spine_length", k) == pytest.approx((a + b) / 2)
    assert inner.time[inner.reference] == spine.time[spine.reference]
    axes = inner.pose(k)["L1"].axes
    assert np.allclose(axes @ axes.T, np.eye(3), atol=1e-9)


@needs_3d
def test_numbers_on_the_frames_are_the_dataset_s() -> None:
    from biomech.viz.film import _Reel

    ds = with_circulation(synthetic(60))
    whole = Spine(ds)
    times = np.array([whole.time[whole.index(100.0)], 440.0])
    reel = _Reel(Spine(between(whole, times)), whole, times, (320, 240))
    try:
        for time in times:
            image = reel.frame(float(time))
            index = whole.index(float(time))
            assert image.shape == (240, 320, 3)
            assert reel.words.clock.get_text() == words.clock(float(time))
            for level, text in reel.words.levels.items():
                assert number(text.get_text()) == pytest.approx(whole.height_changes(index)[level], abs=0.00501), level
            said = reel.words.numbers
            assert number(said["spine_length"].get_text()) == pytest.approx(whole.change("spine_length", index), abs=0.00501)
            heart = np.interp(time, ds.beat_time.values, ds.heart_rate.values)
            assert number(said["heart_rate"].get_text()) == pytest.approx(heart, abs=0.501)
    finally:
        reel.close()


@needs_3d
def test_frames_show_the_body_turning() -> None:
    shots = [f.astype(int) for f in frames(synthetic(60), np.array([0.0, 100.0, 101.0]), (320, 240))]
    assert (np.abs(shots[0] - shots[1]).max(axis=2) > 60).mean() > 0.03, "upright and tilted differ"
    assert (np.abs(shots[1] - shots[2]).max(axis=2) > 60).mean() < 0.005, "nothing jumps in a second of the hold"


def drawn(count: int):  # type: ignore[no-untyped-def]
    for i in range(count):
        image = np.zeros((48, 64, 3), np.uint8)
        image[:, : 4 * (i + 1)] = 200
        yield image


@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_a_film_holds_every_frame(tmp_path: Path, suffix: str) -> None:
    seen: list[tuple[int, int]] = []
    path = moving.write(tmp_path / f"x{suffix}", (64, 48), 10, drawn(7), 7, lambda d, n: seen.append((d, n)))
    assert seen == [(i, 7) for i in range(1, 8)]
    reader = imageio_ffmpeg.read_frames(str(path))
    assert next(reader)["size"] == (64, 48)
    back = [np.frombuffer(f, np.uint8).reshape(48, 64, 3) for f in reader]
    assert len(back) == 7
    assert abs(int(back[3][24, 8, 0]) - 200) < 12 and back[3][24, 40, 0] < 12
    assert [p.name for p in tmp_path.iterdir()] == [f"x{suffix}"]


def test_an_interrupted_film_leaves_nothing_behind(tmp_path: Path) -> None:
    def breaks():  # type: ignore[no-untyped-def]
        yield from drawn(3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving.write(tmp_path / "x.mp4", (64, 48), 10, breaks(), 7)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on the size of a file")
@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_a_film_that_does_not_fit_is_told_and_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    import resource

    noise = np.random.default_rng(1).integers(0, 255, (30, 96, 128, 3), dtype=np.uint8)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))  # what a full disk looks like to a writer
    try:
        with pytest.raises(BiomechError, match="cannot be written"):
            moving.write(tmp_path / f"x{suffix}", (128, 96), 20, iter(noise), len(noise))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())


@needs_3d
@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_film_told_to_end_takes_its_half_away(tmp_path: Path) -> None:
    save(synthetic(60), tmp_path / "x.nc")
    command = [sys.executable, "-c", "from biomech.cli import script; script()", "render", "x.nc", "-o", "f.mp4", "--seconds", "200"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        for _ in range(600):
            if any(p.stat().st_size for p in tmp_path.glob(".f*")) or running.poll() is not None:
                break
            time.sleep(0.1)
        running.terminate()
        assert running.wait(60) == 143
    assert [p.name for p in tmp_path.iterdir()] == ["x.nc"]


def test_films_that_cannot_be_made_are_refused(tmp_path: Path) -> None:
    ds = synthetic(60)
    wrong = ((641, 480), 5, "even"), ((40000, 30000), 5, "3840 wide"), ((640, 640), 5, "4:3"), ((640, 480), 0.1, "1 to 300")
    for size, seconds, said in wrong:
        with pytest.raises(InputError, match=said):
            film(ds, tmp_path / "x.mp4", size=size, seconds=seconds)
    with pytest.raises(InputError, match="no folder"):
        film(ds, tmp_path / "nowhere" / "x.mp4")


def test_layers_lie_over_each_other() -> None:
    red, blue = (np.zeros((4, 4, 4), np.uint8) for _ in range(2))
    red[..., 0], red[..., 3] = 255, 255
    blue[:2, :, 2], blue[:2, :, 3] = 255, 255
    mixed = over([red, faded(blue, 0.5)])
    assert abs(int(mixed[0, 0, 0]) - 127) <= 1 and abs(int(mixed[0, 0, 2]) - 127) <= 1
    assert (mixed[3] == [255, 0, 0, 255]).all()
    square = np.zeros((20, 20, 4), np.uint8)
    square[5:15, 5:15, 3] = 255
    edge = rim(square, (0.0, 0.0, 0.0), 1)[..., 3] > 0
    assert edge.sum() == 36 and not edge[6:14, 6:14].any()


def test_the_clock_of_a_film() -> None:
    assert [words.clock(s) for s in (0, 7.4, 187, 3729, -60)] == ["0:00", "0:07", "3:07", "1:02:09", "\u22121:00"]
