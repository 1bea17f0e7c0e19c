"""Machines without OpenGL get a line of help and a flat drawing, never a segmentation fault."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from biomech.viz import probe

HERE = str(Path(__file__).parent)
# no driver behind the EGL loader, no X server, no choice made before
BLIND = {"__EGL_VENDOR_LIBRARY_DIRS": "/nonexistent", "LIBGL_DRIVERS_PATH": "/nonexistent"}


def run(code: str, **extra: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", probe.WINDOW)} | extra
    env["PYTHONPATH"] = os.pathsep.join([HERE, *sys.path])
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120, check=False)


def test_importing_the_package_loads_no_graphics() -> None:
    code = "import sys, biomech.viz; print([m for m in ('matplotlib', 'pyvista', 'vtkmodules') if m in sys.modules])"
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_the_probe_loads_no_vtk() -> None:
    code = "import sys; from biomech.viz.probe import probe; probe(); print('vtkmodules' in sys.modules)"
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"


@pytest.mark.skipif(sys.platform != "linux", reason="hides Linux libraries")
def test_without_a_driver_the_figure_is_drawn_flat(tmp_path: Path) -> None:
    code = f"""
from test_viz_synthetic import synthetic
from biomech import viz
from biomech.errors import InputError
from biomech.viz.probe import probe
line = probe()
assert line and "libgl1-mesa-dri" in line and "\\n" not in line, line
viz.compare_figure([synthetic(30), synthetic(60)], r"{tmp_path}/flat.png")
try:
    viz.render(synthetic(60), r"{tmp_path}/deep.png")
except InputError as error:
    print(error)
"""
    done = run(code, **BLIND)
    assert done.returncode == 0, done.stderr
    assert "libegl1" in done.stdout
    assert (tmp_path / "flat.png").stat().st_size > 50_000
    assert not (tmp_path / "deep.png").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="hides Linux libraries")
def test_a_wish_that_cannot_be_met_is_refused() -> None:
    code = "from biomech.viz.probe import probe; print(probe())"
    done = run(code, **BLIND, **{probe.WINDOW: "vtkEGLRenderWindow"})
    assert done.returncode == 0, done.stderr
    assert "does not work here" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="hides Linux libraries")
def test_no_library_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert probe.probe({}) == probe.INSTALL


@pytest.mark.skipif(sys.platform != "linux", reason="hides Linux libraries")
def test_a_library_that_is_not_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """libEGL.so.1 may be a stub without the functions."""
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object() if "EGL" in name else _fail(name))
    assert probe.probe({}) == probe.INSTALL


def _fail(name: str) -> None:
    raise OSError(name)


def test_view_without_a_screen_points_to_render() -> None:
    code = """
from test_viz_synthetic import synthetic
from biomech import viz
from biomech.errors import InputError
try:
    viz.view(synthetic(60))
except InputError as error:
    print(error)
"""
    done = run(code)
    assert done.returncode == 0, done.stderr
    if sys.platform == "linux":
        assert "biomech render" in done.stdout
