"""Everything that is timed, in one run on one core: `make bench`, or `make bench-quick` without other programs.

    python bench.py --quick            ours only, printed
    python bench.py                    ours and every peer that installs; writes README.md, results.json and a figure
    python bench.py mujoco drake       these peers again (and ours, so that the ratios stay those of one run)
    python bench.py --page             write the page anew from what has been measured

Peers live in virtual environments of their own under .peers/, made from the pinned peers/requirements-*.txt. A peer that
has a result in .peers/out is not run again unless it is named or --fresh is given, so an interrupted run goes on.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
os.environ.update(ONE_CORE)

import numpy as np  # noqa: E402
import page  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOMS = HERE / ".peers"
OUT = ROOMS / "out"
CHAIN_PEERS = ("scipy", "exudyn", "opensim", "drake", "mujoco")
RUNS = 5
PATIENCE = 3600  # s for one program and case


def room(group: str) -> str:
    """Python of the peers' environment; "" with the reason in the log if it cannot be made."""
    python = ROOMS / group / "bin" / "python"
    needs = HERE / "peers" / f"requirements-{group}.txt"
    stamp = ROOMS / group / "installed.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == needs.read_text(encoding="utf-8"):
        return str(python)
    shutil.rmtree(ROOMS / group, ignore_errors=True)
    print(f"installing {group} …", flush=True)
    with (ROOMS / f"{group}.log").open("w", encoding="utf-8") as log:
        for command in (
            [sys.executable, "-m", "venv", str(ROOMS / group)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(needs)],
        ):
            if subprocess.run(command, stdout=log, stderr=log).returncode:
                return ""
    shutil.copy(needs, stamp)
    return str(python)


def peer(group: str, script: str, *arguments: str, result: Path, again: bool) -> None:
    """Run one peer's script unless its result is there; a failure is a result too."""
    if result.exists() and not again:
        return
    result.unlink(missing_ok=True)
    python = room(group)
    why = f"does not install here (see .peers/{group}.log)"
    if python:
        print(f"{script} {' '.join(arguments[:1])} …", flush=True)
        log = ROOMS / f"{result.stem}.log"
        with log.open("w", encoding="utf-8") as file:
            try:
                command = [python, str(HERE / "peers" / script), *arguments]
                done = subprocess.run(command, cwd=OUT, stdout=file, stderr=file, timeout=PATIENCE)
                why = f"ended with {done.returncode} (see .peers/{log.name})"
            except subprocess.TimeoutExpired:
                why = f"took longer than {PATIENCE} s"
    if not result.exists() and result.suffix == ".json":
        result.write_text(json.dumps([{"program": group, "failed": why}]) + "\n", encoding="utf-8")


def peers(named: list[str], fresh: bool) -> None:
    """Every program on every problem it is made for."""
    for case in "BA":
        peer("scipy", "chain_scipy.py", case, "1", str(OUT), "reference", result=OUT / f"reference_{case}.npy", again=False)
        for group in CHAIN_PEERS:
            again = fresh or group in named
            peer(group, f"chain_{group}.py", case, str(RUNS), str(OUT), result=OUT / f"{group}_{case}.json", again=again)
    peer("blood", "blood.py", str(RUNS), str(OUT), result=OUT / "blood.json", again=fresh or "blood" in named)


def timed(work: Any, runs: int) -> tuple[list[float], Any]:
    """CPU seconds of several runs after one to warm up, and the last outcome."""
    work()
    seconds = []
    for _ in range(runs):
        before = time.process_time()
        found = work()
        seconds.append(time.process_time() - before)
    return seconds, found


def ours(quick: bool) -> dict[str, Any]:
    """Our own numbers."""
    import engine
    import growth
    import jobs
    from chain import farthest

    out: dict[str, Any] = {"chain": {}, "jobs": {}}
    for case in "BA":
        path = OUT / f"reference_{case}.npy"
        own = engine.chain_of(case, 1e-9)[0]
        reference = np.load(path) if path.exists() else own
        seconds, (found, steps, iterations) = timed(lambda case=case: engine.chain_of(case), 2 * RUNS)
        out["chain"][case] = {
            "seconds": seconds, "error_mm": farthest(found, reference), "steps": steps, "iterations": iterations,
            "reference": "SciPy Radau, rtol 1e-8" if path.exists() else "our own, converged",
            "references_apart_mm": farthest(own, reference),
        }
    out["step"] = engine.implicit_step()
    out["jobs"]["spine session"] = jobs.engine()
    out["jobs"]["circulation, 10 min"] = jobs.circulation()
    out["jobs"]["biomech --help"] = jobs.process("--help")
    out["jobs"]["biomech run"] = jobs.process("run", "table_60")
    if not quick:
        out["jobs"]["first run ever (wall)"] = jobs.first_ever()
        out["growth"] = growth.measure()
    out["roofline"] = roofline(out["chain"]["B"])
    return out


def roofline(chain: dict[str, Any]) -> dict[str, Any]:
    """Operations and bytes of one Newton iteration against what one core does at most, measured by a matrix product."""
    text = subprocess.run(
        [sys.executable, str(HERE / "roofline.py")], env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, check=True, capture_output=True, text=True
    ).stdout
    found: dict[str, Any] = json.loads(text)
    a = np.ones((768, 768))
    seconds, _ = timed(lambda: a @ a, 5)
    return found | {
        "peak_per_s": 2.0 * 768**3 / min(seconds), "seconds": min(chain["seconds"]) / chain["iterations"],
    }


def main() -> None:
    """As the docstring says."""
    OUT.mkdir(parents=True, exist_ok=True)
    quick, fresh = "--quick" in sys.argv, "--fresh" in sys.argv
    named = [a for a in sys.argv[1:] if not a.startswith("-")]
    if "--page" not in sys.argv:
        if not quick:
            peers(named, fresh)
        results = {"machine": page.machine(), "ours": ours(quick)}
        if quick:
            print("\n".join(page.own_lines(results["ours"], {})))
            return
        results["peers"] = page.gathered(OUT)
        (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    page.write(HERE)


if __name__ == "__main__":
    main()
