"""An interrupted run goes on where it stood and gives the very same result; no file is ever half written."""

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

from biomech import checkpoint as module
from biomech import scenario, simulate
from biomech.checkpoint import Checkpoint, Task, folder_of, open_checkpoint
from biomech.cli import main
from biomech.cli.running import simulate_and_save
from biomech.errors import BiomechError, InputError
from biomech.results.storage import open_dataset
from biomech.scenario import Scenario

SETS = {"session.sets": 3, "session.hold_s": 20, "session.rest_s": 20,
        "history.upright_after_min": 2, "history.days": 0, "history.awake_h": 0.5}


@pytest.fixture(scope="module")
def spec() -> Scenario:
    return scenario.read("table_60", SETS)


@pytest.fixture(scope="module")
def whole(spec: Scenario) -> xr.Dataset:
    """What an undisturbed run gives."""
    return simulate(spec).data


def same(a: xr.Dataset, b: xr.Dataset) -> None:
    """Equal to the last bit, nan and minus zero included."""
    assert a.attrs["digest"] == b.attrs["digest"]
    assert set(a.variables) == set(b.variables)
    for name in a.variables:
        x, y = a[name].values, b[name].values
        assert x.dtype.kind in "OUT" or x.tobytes() == y.astype(x.dtype).tobytes(), name
    assert dict(a.attrs) == dict(b.attrs)


class Stopped(KeyboardInterrupt):
    """Ctrl-C at a planned moment."""


def stopping(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Ctrl-C while the phase after so many is marched (both halves counted)."""
    count = 0
    old = module.Track.note

    def note(self: module.Track, *args: Any) -> None:
        nonlocal count
        old(self, *args)
        count += 1
        if count == after:
            raise Stopped

    monkeypatch.setattr(module.Track, "note", note)


# the first and the last seam of either half; between them all are alike
@pytest.mark.parametrize("after", [1, 8, 9, 16, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 5, 10, 14))])
def test_ctrl_c_at_any_seam_and_resume(
    tmp_path: Path, spec: Scenario, whole: xr.Dataset, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    target = tmp_path / "x.nc"
    with monkeypatch.context() as patched:
        stopping(patched, after)
        with pytest.raises(KeyboardInterrupt, match="biomech resume"):
            simulate_and_save(spec, target, None)
    assert not target.exists()
    found = open_checkpoint(target)
    assert len(found.circulation.phases) + len(found.spine.phases) == after
    simulate_and_save(scenario.read(found.task.scenario), target, None, found=found)
    same(open_dataset(target), whole)
    assert [p.name for p in tmp_path.iterdir()] == ["x.nc"]


def test_a_damaged_or_lost_piece_of_a_checkpoint_is_simulated_again(
    tmp_path: Path, spec: Scenario, whole: xr.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.nc"
    monkeypatch.setattr(module, "EVERY_S", -1.0)  # every phase in a file of its own
    with monkeypatch.context() as patched:
        stopping(patched, 13)
        with pytest.raises(KeyboardInterrupt):
            simulate_and_save(spec, target, None)
    pieces = sorted(folder_of(target).glob("*.npz"))
    assert len(pieces) == 13
    kept = tmp_path / "kept"
    shutil.copytree(folder_of(target), kept)
    for number, damage in ((2, b""), (4, b"\0" * 100), (12, None)):
        shutil.rmtree(folder_of(target), ignore_errors=True)
        shutil.copytree(kept, folder_of(target))
        if damage is None:
            raw = bytearray(pieces[number].read_bytes())
            raw[len(raw) // 2] ^= 1
            pieces[number].write_bytes(bytes(raw))
        else:
            pieces[number].write_bytes(damage)
        found = open_checkpoint(target)
        assert len(found.circulation.phases) + len(found.spine.phases) < 13
        simulate_and_save(spec, target, None, found=found)
        same(open_dataset(target), whole)


def test_what_cannot_be_resumed_says_why(tmp_path: Path, spec: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "x.nc"
    assert main(["resume", str(target)]) == 2
    assert "nothing to resume" in capsys.readouterr().err
    for no_file in (".", "/"):  # seen to fail with a traceback
        assert main(["resume", no_file]) == 2
        assert "nothing to resume" in capsys.readouterr().err
    Checkpoint(Task(spec.to_toml(), None, False, str(target))).begin()
    plan = folder_of(target) / "plan.json"
    good = plan.read_text()
    for bad, said in (
        (good.replace('"made_by": "', '"made_by": "f'), "another version"), ("{", "is no checkpoint"), ("[]", "is no checkpoint"),
        (good.replace('"only": null', '"only": "half"'), "is no checkpoint"),
    ):  # fmt: skip
        plan.write_text(bad)
        with pytest.raises(InputError, match=said):
            open_checkpoint(target)
    plan.write_text(good)
    assert open_checkpoint(folder_of(target)).task.scenario == spec.to_toml()  # by its own name too
    target.write_bytes(b"x")
    shutil.rmtree(folder_of(target))
    with pytest.raises(InputError, match="is finished"):
        open_checkpoint(target)


def test_a_full_disk_is_one_line_and_the_last_good_checkpoint_stays(
    tmp_path: Path, spec: Scenario, whole: xr.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.nc"
    count = 0
    fsync: Callable[[int], None] = os.fsync

    def full(handle: int) -> None:
        nonlocal count
        count += 1
        if count > 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(handle)

    monkeypatch.setattr(module, "EVERY_S", -1.0)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(BiomechError, match="No space left on device"):
            simulate_and_save(spec, target, None)
    assert sorted(p.name for p in folder_of(target).iterdir()) == [
        "circulation-00000.npz", "circulation-00001.npz", "circulation-00002.npz", "plan.json"
    ]  # fmt: skip
    assert not target.exists()
    simulate_and_save(spec, target, None, found=open_checkpoint(target))
    same(open_dataset(target), whole)


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "biomech", *words]


def test_no_room_for_the_result_is_one_line_and_leaves_no_half_of_it(tmp_path: Path) -> None:
    """The system itself refuses to let a file grow."""

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        command("run", "table_60", "-o", "x.nc", *(f"--set={k}={v}" for k, v in SETS.items())),
        cwd=tmp_path, preexec_fn=small, capture_output=True, text=True,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "cannot be written" in done.stderr
    assert "biomech resume x.nc" in done.stderr
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["plan.json"]
    assert main(["resume", str(tmp_path / "x.nc")]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["x.nc"]


@pytest.mark.parametrize(
    ("sent", "wait"),
    [
        pytest.param(signal.SIGKILL, 0.6, id="killed late"),
        pytest.param(signal.SIGKILL, 0.02, id="killed early", marks=pytest.mark.slow),
        pytest.param(signal.SIGINT, 0.6, id="interrupted late", marks=pytest.mark.slow),
        pytest.param(signal.SIGINT, 0.02, id="interrupted early", marks=pytest.mark.slow),
    ],
)
def test_a_killed_process_is_resumed(tmp_path: Path, spec: Scenario, whole: xr.Dataset, sent: signal.Signals, wait: float) -> None:
    run = subprocess.Popen(
        command("run", "table_60", "-o", "x.nc", *(f"--set={k}={v}" for k, v in SETS.items())),
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )
    plan = tmp_path / "x.checkpoint" / "plan.json"
    while not plan.exists() and run.poll() is None:
        time.sleep(0.005)
    time.sleep(wait)
    run.send_signal(sent)
    _, said = run.communicate()
    assert b"Traceback" not in said
    if run.returncode == 0:  # it was faster
        assert not plan.exists()
    else:
        assert not (tmp_path / "x.nc").exists()
        assert main(["resume", str(tmp_path / "x.nc")]) == 0
    same(open_dataset(tmp_path / "x.nc"), whole)
    assert not plan.exists()


def test_a_result_is_simulated_again_from_itself(tmp_path: Path, spec: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for only in (None, "spine", "circulation"):
        result = simulate(spec, only=only)
        result.save("x.nc")
        assert main(["run", "x.nc"]) == 0
        same(open_dataset("out/x_again.nc"), open_dataset("x.nc"))
    assert main(["run", "x.nc", "--set", "session.hold_s=21", "-o", "y.nc"]) == 0
    assert open_dataset("y.nc").attrs["digest"] != open_dataset("x.nc").attrs["digest"]


def test_a_run_that_fails_keeps_its_last_good_checkpoint_and_fails_again_from_it(
    tmp_path: Path, spec: Scenario, whole: xr.Dataset, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from biomech.errors import SimulationError
    from biomech.spine import model

    target = tmp_path / "x.nc"
    with monkeypatch.context() as patched:
        patched.setattr(model, "MOST_STEPS", 3)
        with pytest.raises(SimulationError, match="more than.*last good checkpoint: .*x.checkpoint") as first:
            simulate_and_save(spec, target, None)
        assert not target.exists()
        assert main(["resume", str(target)]) == 1
        said = capsys.readouterr().err
        assert str(first.value) in said
        assert "it stopped at the same moment again" in said
    found = open_checkpoint(target)
    assert found.circulation.phases  # this half had been finished, and what is kept is good
    simulate_and_save(spec, target, None, found=found)
    same(open_dataset(target), whole)
    assert [p.name for p in tmp_path.iterdir()] == ["x.nc"]
