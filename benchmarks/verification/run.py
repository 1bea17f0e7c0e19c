"""Run every verification case and print its table.

    python benchmarks/verification/run.py            # all; exit code 1 if a row is beyond its limit
    python benchmarks/verification/run.py blood      # one
    python benchmarks/verification/run.py --write    # keep the tables in results.json
"""

import argparse
import json
import runpy
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def run(folder: Path) -> dict[str, Any]:
    """One case: its rows with the limits of case.toml."""
    case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    computed = runpy.run_path(str(folder / "case.py"))["compute"]()
    rows = []
    for name, limit in case["row"].items():
        found = computed[name]
        within = bool(limit.get("low", float("-inf")) <= found["result"] <= limit.get("high", float("inf")))
        rows.append({"name": name, "what": limit["what"], **found, "low": limit.get("low"), "high": limit.get("high"), "within": within})
    return {"case": folder.name, "title": case["title"], "rows": rows}


def main() -> int:
    """Run, print, and say with the exit code whether all is well."""
    cases = {f.parent.name: f.parent for f in sorted(HERE.glob("*/case.toml"))}
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("case", nargs="*", help=f"{', '.join(cases)}; without: all")
    parser.add_argument("--write", action="store_true", help="keep the tables of all cases in results.json")
    asked = parser.parse_args()
    if unknown := set(asked.case) - set(cases):
        parser.error(f"no case {', '.join(sorted(unknown))}; there are {', '.join(cases)}")
    if asked.write and asked.case:
        parser.error("--write keeps the tables of all cases, not of some")
    results = []
    for folder in (cases[name] for name in asked.case or cases):
        result = run(folder)
        results.append(result)
        print(f"\n{result['case']}: {result['title']}")
        for r in result["rows"]:
            limits = " … ".join("" if x is None else f"{x:g}" for x in (r["low"], r["high"]))
            print(f"  {r['what']:88s} {r['result']:10.3g}   allowed {limits:14s} {'' if r['within'] else 'BEYOND'}")
            if "table" in r:
                for line in r["table"]:
                    print("      " + "   ".join(f"{k} {v:.4g}" for k, v in line.items()))
    if asked.write:
        (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0 if all(r["within"] for result in results for r in result["rows"]) else 1


if __name__ == "__main__":
    sys.exit(main())
