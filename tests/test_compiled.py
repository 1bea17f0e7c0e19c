"""Compiled code never outlives its sources, and every package of kernels has a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from biomech import compiled, simulation
from biomech.circulation import together
from biomech.population import job, undertaking
from biomech.population.undertaking import Means
from biomech.spine.kernels import ahead

PROGRAM = "from kitchen.stoves import main; print(main.double(3.0))"


def make_package(root: Path, factor: str) -> None:
    """A package of two kernel files: main calls helper, whose source is the one that will change."""
    folder = root / "kitchen" / "stoves"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "kitchen" / "__init__.py").touch()
    (folder / "__init__.py").write_text("from biomech.compiled import use_folder\nuse_folder(__name__)\nfrom kitchen.stoves import main\n")
    kernel = "from numba import njit\n{imports}\n@njit(cache=True)\ndef {name}(x):\n    return {value}\n"
    (folder / "helper.py").write_text(kernel.format(imports="", name="times", value=f"{factor} * x"))
    (folder / "main.py").write_text(
        kernel.format(imports="from kitchen.stoves.helper import times", name="double", value="times(x)")
    )


@pytest.fixture
def kitchen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to import the package from, with a cache of its own."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("BIOMECH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delitem(sys.modules, "kitchen", raising=False)  # of another test, imported to find its files
    compiled.sources_digest.cache_clear()
    return tmp_path


def call(root: Path, program: str = PROGRAM) -> str:
    """What a fresh process computes with the package."""
    keep = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    env = keep | {"PYTHONPATH": str(root), "BIOMECH_CACHE": str(root / "cache")}
    return subprocess.run([sys.executable, "-c", program], env=env, check=True, capture_output=True, text=True).stdout.strip()


def test_an_edited_callee_is_compiled_anew(kitchen: Path) -> None:
    make_package(kitchen, "2.0")
    assert not compiled.is_compiled("kitchen.stoves", "main.double")
    assert call(kitchen) == "6.0"
    assert compiled.is_compiled("kitchen.stoves", "main.double")
    assert compiled.is_compiled("kitchen.stoves")
    assert not compiled.is_compiled("kitchen.stoves", "main.double", "main.another")
    assert compiled.cache_folder("kitchen.stoves").parent == kitchen / "cache" / "biomech"
    make_package(kitchen, "5.0")
    compiled.sources_digest.cache_clear()
    assert not compiled.is_compiled("kitchen.stoves", "main.double")
    assert call(kitchen) == "15.0"


def test_another_process_compiles_for_this_one(kitchen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    make_package(kitchen, "2.0")
    with compiled.call_elsewhere("kitchen.stoves.main", "double", 3.0):
        pass
    assert compiled.is_compiled("kitchen.stoves", "main.double")


def make_kernels(root: Path, callee: str) -> None:
    """The same package with decorators of the house."""
    make_package(root, "2.0")
    folder = root / "kitchen" / "stoves"
    for file, imports in (("helper", f"{callee} as njit"), ("main", "kernel as njit")):
        text = (folder / f"{file}.py").read_text()
        text = text.replace("from numba import njit", f"from biomech.compiled import {imports}").replace("@njit(cache=True)", "@njit")
        (folder / f"{file}.py").write_text(text)


def test_a_merged_kernel_leaves_nothing_on_disk_unless_python_calls_it(kitchen: Path) -> None:
    make_kernels(kitchen, "merged")
    assert call(kitchen) == "6.0"
    assert compiled.is_compiled("kitchen.stoves", "main.double")
    assert not compiled.is_compiled("kitchen.stoves", "helper.times")
    assert call(kitchen, "from kitchen.stoves import helper, main; print(main.double(3.0) + helper.times(3.0))") == "12.0"
    assert compiled.is_compiled("kitchen.stoves", "helper.times")


def test_a_kernel_is_compiled_with_one_that_another_process_left(kitchen: Path) -> None:
    make_kernels(kitchen, "kernel")
    assert call(kitchen, "from kitchen.stoves import helper; print(helper.times(3.0))") == "6.0"
    assert not compiled.is_compiled("kitchen.stoves", "main.double")
    assert call(kitchen) == "6.0"
    assert call(kitchen) == "6.0"


def test_with_a_numba_nobody_looked_into_kernels_do_the_same(kitchen: Path) -> None:
    make_kernels(kitchen, "merged")
    unknown = "from biomech import compiled; compiled.KNOWN = (); "
    assert call(kitchen, unknown + PROGRAM) == "6.0"
    assert compiled.is_compiled("kitchen.stoves", "helper.times", "main.double")


def test_a_helper_that_fails_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with compiled.call_elsewhere("no.such.module", "double", 3.0):
        pass
    with pytest.raises(ZeroDivisionError), compiled.call_elsewhere("time", "sleep", 3600.0):
        raise ZeroDivisionError  # and does not wait for a helper that nobody needs any more


def test_every_package_has_its_own_folder() -> None:
    assert compiled.cache_folder("biomech.spine.kernels").name.startswith("spine-")
    with pytest.raises(ValueError, match="is not a package"):
        compiled.sources_digest("biomech.errors")


def test_a_run_is_ready_if_the_halves_it_takes_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIOMECH_CACHE", str(tmp_path))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    assert not simulation.is_ready("spine") and not simulation.is_ready("circulation")
    leave(ahead.KERNELS, *ahead.ENTRIES)
    assert simulation.is_ready("spine") and not simulation.is_ready("circulation") and not simulation.is_ready()
    leave(simulation.BLOOD, "march.march")
    assert simulation.is_ready()
    many = job.Job("", None)
    assert job.is_all_ready(many, together.WORTH - 1) and not job.is_all_ready(many, together.WORTH)
    assert job.is_all_ready(job.Job("", "spine"), together.WORTH)
    leave(simulation.BLOOD, "march.march_side_by_side")
    assert job.is_all_ready(many, together.WORTH)


def leave(package: str, *entries: str) -> None:
    """Files as a compilation leaves them."""
    folder = compiled.cache_folder(package) / "kernels"
    folder.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        (folder / f"{entry}-1.py311.1.nbc").touch()


def test_what_takes_long_before_the_first_case_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undertaking.executor, "run", lambda *_, **__: ())
    monkeypatch.setattr(undertaking, "Gathered", lambda _: SimpleNamespace(failures={}))
    monkeypatch.setattr(undertaking, "is_side_by_side_ready", lambda asked, most: most < together.WORTH)
    said: list[str] = []
    enough = together.WORTH
    for count, chunk in ((enough, enough), (enough, enough - 1), (enough - 1, enough)):
        means = Means(chunk=chunk, say=said.append)
        undertaking.undertake(job.Job(""), count, lambda a, b: [], "test", tmp_path / f"{count}{chunk}.nc", means)
    assert said == [undertaking.COMPILING]
