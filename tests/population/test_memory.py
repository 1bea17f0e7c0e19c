"""Ten thousand people stay within two gigabytes: the bookkeeping of a real ensemble around blocks that nobody simulated."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import resource, sys
import numpy as np
from biomech.population import executor, undertaking
from biomech.population.ensemble import COURSES, ensemble
from biomech.population.job import Block, fingerprint

LEVELS = tuple(f"L{i}" for i in range(25))

def made(job, spans, cases, **_):
    for start, stop in spans:
        block = Block(start, stop, levels=LEVELS, made_by=fingerprint())
        for row in range(stop - start):
            for k in range(60):
                block.put(row, f"measure_{k}", float(row), ("mm", "m", ""))
            for k in range(14):
                block.put(row, f"level_{k}", np.full(25, float(row)), ("mm", "m", "level"))
            for name in COURSES:
                block.put(row, f"course_{name}", np.zeros(len(job.times)), ("mm", "m", "course_time"))
        yield block

undertaking.executor.run = made
data = ensemble("table_60", 10_000, output=sys.argv[1])
assert data.sizes["person"] == 10_000 and float(data["measure_3"][-1]) == 9_999 % undertaking.LARGEST_CHUNK
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""


@pytest.mark.slow
def test_ten_thousand_people_fit_into_two_gigabytes(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path / "many.nc")], capture_output=True, text=True, check=True)
    gigabytes = float(done.stdout.split()[-1])
    assert gigabytes < 2.0
    print(f"{gigabytes:.2f} GiB")
