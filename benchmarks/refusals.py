"""What a refusal costs: python benchmarks/refusals.py [FILE …] [--mutants N] [--seed N].

Mutants of shipped TOML (tests/reliability/hostile.py), each read as a simulation would read it, timed one by one in processor time:
writing, reading and refusing. Fails where one takes longer than BOUND_S or ends in anything but one line. A time above the bound is
taken again, because a busy machine takes caches away. What was found stands in out/refusals.json, by file.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "reliability"))

from hostile import FILES, Reader, mutant, parsed, refusal  # noqa: E402

BOUND_S = 0.1
OUT = ROOT / "out" / "refusals.json"


def main() -> int:
    parser = argparse.ArgumentParser(description="What a refusal costs.")
    parser.add_argument("file", nargs="*", help="shipped TOML, models/… or scenarios/…; none: all")
    parser.add_argument("--mutants", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2)
    asked = parser.parse_args()
    warnings.simplefilter("error", RuntimeWarning)
    OUT.parent.mkdir(exist_ok=True)
    found = json.loads(OUT.read_text()) if OUT.exists() else {}
    bad = 0
    for name in asked.file or FILES:
        found[name] = survey(name, asked.mutants, asked.seed)
        OUT.write_text(json.dumps(found, indent=1))
        bad += len(found[name]["slow"]) + len(found[name]["raised"])
        told = {k: v for k, v in found[name].items() if k not in ("slow", "raised")}
        print(f"{name}: {told}", flush=True)
        for line in found[name]["slow"] + found[name]["raised"]:
            print(f"  {line}", flush=True)
    total = sum(f["mutants"] for f in found.values())
    print(f"{total} mutants of {len(found)} files, {sum(f['refused'] for f in found.values())} refused, "
          f"longest {max(f['longest_ms'] for f in found.values())} ms")  # fmt: skip
    return min(bad, 1)


def survey(name: str, count: int, seed: int) -> dict:
    """Times of so many mutants of one file, and what went wrong."""
    data, text = parsed(name)
    spent, slow, raised, refused = [], [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BIOMECH_MODELS"] = folder
        reader = Reader(Path(folder), name)
        refusal(reader, text.encode())
        for i in range(count):
            raw = mutant(data, text, random.Random(f"{name} {seed} {i}"))
            try:
                took, said = timed(reader, raw)
                if said is not None and took > BOUND_S:
                    took = min(took, timed(reader, raw)[0])
            except Exception as error:
                raised.append(f"mutant {i}: {error!r:.300} {traceback.extract_tb(error.__traceback__)[-1]}")
                continue
            if said is not None:
                refused += 1
                spent.append(took)
                if took > BOUND_S:
                    slow.append(f"mutant {i}: {1e3 * took:.0f} ms: {said[:200]}")
    return {
        "mutants": count, "refused": refused, "median_ms": round(1e3 * statistics.median(spent), 2),
        "longest_ms": round(1e3 * max(spent), 1), "slow": slow, "raised": raised,
    }  # fmt: skip


def timed(reader: Reader, raw: bytes) -> tuple[float, str | None]:
    """Processor time of one reading, and the line it was refused with."""
    start = time.process_time()
    said = refusal(reader, raw)
    return time.process_time() - start, said


if __name__ == "__main__":
    raise SystemExit(main())
