"""The same scenario gives the same bytes, whoever computes it, where, in which language, with how many threads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

#: prints a digest of every array and attribute, and one of the file
PROGRAM = """
import hashlib, json, sys
from pathlib import Path
from biomech import scenario, simulate
spec = scenario.read("table_60", {"session.hold_s": 20, "session.rest_s": 20, "history.upright_after_min": 2, "history.days": 0,
                                  "history.awake_h": 0.5, "person.conditions": ["scoliosis", "hypertension"]})
result = simulate(spec, flexibility=True)
found = {"attributes": hashlib.sha256(json.dumps(dict(result.data.attrs), default=str).encode()).hexdigest()}
for name, v in result.data.variables.items():
    raw = v.values.tobytes() if v.dtype.kind in "fiub" else "|".join(map(str, v.values.ravel())).encode()
    found[str(name)] = hashlib.sha256(str((v.dims, v.shape, v.dtype.kind)).encode() + raw).hexdigest()
result.save("same.nc")
found["the file"] = hashlib.sha256(Path("same.nc").read_bytes()).hexdigest()
found["measures"] = hashlib.sha256(json.dumps(result.measures(), default=str).encode()).hexdigest()
json.dump(found, sys.stdout)
"""
MANY = str(os.cpu_count() or 1)  # Numba refuses more threads than there are cores
ALONE = {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"}
OTHERS = {
    "NUMBA_NUM_THREADS": MANY, "OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4", "PYTHONHASHSEED": "4242", "LC_ALL": "de_DE.UTF-8",
    "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "COLUMNS": "40", "PYTHONUTF8": "1",
}  # fmt: skip


def digests(folder: Path, **environment: str) -> dict[str, str]:
    """What a process of its own computes there."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=folder, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    assert len(found) > 40
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return digests(tmp_path_factory.mktemp("alone"), **ALONE)


def test_processes_threads_hash_seed_locale_time_zone_and_folder_change_no_byte(tmp_path: Path, alone: dict[str, str]) -> None:
    other = digests(tmp_path / "ein Ordner mit Umlaut ü" / "tief", **OTHERS)
    assert {name for name in alone if alone[name] != other.get(name)} == set()
    assert other.keys() == alone.keys()


@pytest.mark.slow
def test_a_cold_cache_changes_no_byte(tmp_path: Path, alone: dict[str, str]) -> None:
    """Compiled anew, and then answered from what that left."""
    for _ in range(2):
        found = digests(tmp_path, **ALONE, BIOMECH_CACHE=str(tmp_path / "cache"))
        assert {name for name in alone if alone[name] != found.get(name)} == set()
    assert any((tmp_path / "cache").rglob("*.nbc"))
