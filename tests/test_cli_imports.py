"""What is loaded when: help and verbs bring along no package that they do not use."""

import subprocess
import sys
from pathlib import Path

import pytest
from calling import QUICK

import biomech

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_help_is_light() -> None:
    heavy = {"numpy", "numba", "pydantic", "xarray", "matplotlib", "pyvista", "scipy"}
    code = (
        "import sys\nfrom biomech.cli import main\nmain(['--help'])\nimport biomech\n"
        f"print('loaded', sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "loaded []" in done.stdout


@pytest.mark.parametrize("half", [["--only", "spine"], ["--only", "circulation"], []])
def test_run_brings_no_package_along_that_it_does_not_use(in_a_folder: Path, half: list[str]) -> None:
    """Importing one of these takes longer than a simulation; xarray is for whoever asks for `result.data`."""
    heavy = {"xarray", "pandas", "pyarrow", "scipy", "dask", "matplotlib", "coverage", "yaml", "pyvista"}
    code = (
        f"import sys\nfrom biomech.cli import script\nsys.argv = {['biomech', 'run', 'table_60', *half, *QUICK]!r}\n"
        f"try:\n    script()\nfinally:\n    print('loaded', sorted(n for n in {sorted(heavy)!r} if sys.modules.get(n)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "loaded []" in done.stdout, done.stdout[-300:] + done.stderr
    assert done.returncode == 0 and list(in_a_folder.rglob("*.nc"))


def test_the_verbs_are_functions_of_the_package() -> None:
    code = "import biomech, sys; print(sorted({'numpy', 'xarray', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    for name in biomech.__all__:
        assert getattr(biomech, name) is not None
    found = biomech.sweep("table_60", ["session.angle_deg=20,40"], only="spine")
    assert found.sizes["session.angle_deg"] == 2
