"""Kills at random moments, of a run and of what resumes it, and a disk that is really full: the result is that of a quiet run."""

import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from biomech import scenario, simulate
from biomech.results.storage import open_dataset

SETS = {"session.sets": 3, "session.hold_s": 20, "session.rest_s": 20,
        "history.upright_after_min": 2, "history.days": 0, "history.awake_h": 0.5}
#: every phase is written when it is done: a kill then meets a file that is being written more often
EAGER = "import sys; from biomech import checkpoint, cli; checkpoint.EVERY_S = -1.0; sys.exit(cli.main(sys.argv[1:]))"
RUN = ["run", "table_60", "-o", "x.nc", *(f"--set={k}={v}" for k, v in SETS.items())]


@pytest.fixture(scope="module")
def whole() -> xr.Dataset:
    return simulate(scenario.read("table_60", SETS)).data


def started(folder: Path, words: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", EAGER, *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def same(found: xr.Dataset, whole: xr.Dataset) -> None:
    assert dict(found.attrs) == dict(whole.attrs)
    for name, v in whole.variables.items():
        values = found[name].values
        assert v.dtype.kind in "OUT" or values.astype(v.dtype).tobytes() == v.values.tobytes(), name


def nothing_is_half_written(folder: Path) -> None:
    """Under their own names there are whole files only; what a kill left of others is hidden and a part."""
    for file in (p for p in folder.rglob("*") if p.is_file()):
        if file.name.startswith("."):
            assert ".part" in file.name
        elif file.suffix == ".npz":
            with zipfile.ZipFile(file) as pieces:
                assert pieces.testzip() is None
            assert int(np.load(file)["count"]) > 0
        else:
            assert file.name == "plan.json"
            assert file.read_text().endswith("}")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_killed_again_and_again(tmp_path: Path, whole: xr.Dataset, seed: int) -> None:
    rng = random.Random(seed)
    quiet = time.perf_counter()
    assert started(tmp_path, ["--help"]).wait() == 0
    quiet = time.perf_counter() - quiet  # what a process needs to begin here and now
    target, plan = tmp_path / "x.nc", tmp_path / "x.checkpoint" / "plan.json"
    for attempt in range(40):
        process = started(tmp_path, ["resume", "x.nc"] if plan.exists() else RUN)
        time.sleep(rng.uniform(1.0, 2.0 + attempt) * quiet)  # later and later, so that it ends one day
        process.kill()
        _, said = process.communicate()
        assert "Traceback" not in said
        if process.returncode == 0:
            break
        if target.exists():  # killed between the result and the end of its checkpoint: both are whole
            break
        nothing_is_half_written(tmp_path)
    same(open_dataset(target), whole)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that can be made smaller and larger; needs the right to mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.name != "posix" or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no right to mount a file system")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def resized(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("size", ["4k", "300k", "2000k"])
def test_a_disk_that_is_really_full(small_disk: Path, whole: xr.Dataset, size: str) -> None:
    """Room for the plan alone; for some phases; for nearly all of it."""
    resized(small_disk, size)
    process = started(small_disk, RUN)
    _, said = process.communicate()
    assert process.returncode == 1, said
    assert "Traceback" not in said
    assert "No space left on device" in said
    assert not (small_disk / "x.nc").exists()
    assert not [p for p in small_disk.rglob("*") if p.name.startswith(".")]  # an error takes its parts away
    nothing_is_half_written(small_disk)
    pieces = len(list(small_disk.rglob("*.npz")))
    assert (pieces == 0) == (size == "4k")
    resized(small_disk, "64m")
    process = started(small_disk, ["resume", "x.nc"])
    _, said = process.communicate()
    assert process.returncode == 0, said
    same(open_dataset(small_disk / "x.nc"), whole)
    assert [p.name for p in small_disk.iterdir()] == ["x.nc"]
