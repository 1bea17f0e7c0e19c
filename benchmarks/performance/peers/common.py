"""What every program timed on the chain problem shares: one core, CPU seconds, the trajectory next to them.

    python chain_mujoco.py CASE RUNS FOLDER

writes FOLDER/<program>_<case>.json, one entry per setting, and the trajectory of each as an array.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402

LONG = 20.0  # s; what takes longer is run once


def time_chain(program: str, version: str, settings: Iterable[Any], run: Callable[[str, Any], Any], note: str = "") -> None:
    """Run all settings on the case named on the command line; a setting that fails is an entry too."""
    case, runs, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    rows = []
    for number, setting in enumerate(settings):
        row: dict[str, Any] = {
            "program": program, "version": version, "case": case, "setting": " ".join(str(x) for x in setting), "note": note,
        }
        seconds: list[float] = []
        try:
            run(case, setting) if os.environ.get("WARM") else None
            while len(seconds) < runs and not (seconds and seconds[-1] > LONG):
                before = time.process_time()
                found = np.asarray(run(case, setting))
                seconds.append(time.process_time() - before)
            path = folder / f"{program}_{case}_{number}.npy"
            np.save(path, found)
            row |= {"seconds": seconds, "trajectory": path.name}
        except Exception as problem:  # whatever another program throws is a line of the table
            row["failed"] = f"{type(problem).__name__}: {str(problem)[:200]}"
        rows.append(row)
        print(json.dumps(row), flush=True)
        (folder / f"{program}_{case}.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
