"""What a wheel holds: the package, its data, and nothing else at top level."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_the_wheel_holds_models_scenarios_and_pictures_inside_biomech(tmp_path: Path) -> None:
    source = tmp_path / "source"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(source)], check=True)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert {n.split("/")[0] for n in names} == {"biomech", next(n for n in names if "dist-info" in n).split("/")[0]}
    for wanted in (
        "biomech/models/spine/healthy.toml", "biomech/models/sources.toml", "biomech/models/equipment/inversion_table.toml",
        "biomech/scenarios/table_60.toml", "biomech/viz/compare.py", "biomech/viz/bones/lumbar.py", "biomech/viz/scenes/body.py",
        "biomech/viz/web/report.py", "biomech/viz/web/assets/report.html", "biomech/viz/web/assets/view.js",
        "biomech/viz/web/assets/page.css", "biomech/explorer/server.py", "biomech/spine/kernels/disc.py",
        "biomech/studies/kinds.toml", "biomech/studies/boocock1990/study.toml", "biomech/studies/boocock1990/README.md",
    ):
        assert wanted in names
    assert not any(n.startswith("biomech/tests") for n in names)
