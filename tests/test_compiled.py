"""Compiled code never outlives its sources, and every package of kernels has a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from biomech import compiled

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


def call(root: Path) -> str:
    """What a fresh process computes with the package."""
    keep = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    env = keep | {"PYTHONPATH": str(root), "BIOMECH_CACHE": str(root / "cache")}
    return subprocess.run([sys.executable, "-c", PROGRAM], env=env, check=True, capture_output=True, text=True).stdout.strip()


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
