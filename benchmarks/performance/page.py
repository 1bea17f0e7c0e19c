"""Results of the timing → README.md and a figure."""

import json
import os
import platform
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
from chain import farthest

# CPU seconds asked for, and at least how many times faster than the best setting of a peer
BOUND = {
    "chain B": 0.03, "chain A": 0.2, "spine session": 0.05, "biomech run": 1.2, "biomech --help": 0.2,
    "first run ever (wall)": 15.0,
}
# CPU seconds of the peers on case B on the machine that the bounds were set on (the project's issue 7)
PACE_B = {"scipy": 0.149, "drake": 2.97, "exudyn": 5.3, "opensim": 6.3, "mujoco": 37.0}
STEP_BOUND, BLOOD_BOUND, GROWTH_BOUND = 11e-6, 0.25e-3, 1.05
TIMES_FASTER = {"scipy": 5, "drake": 100, "exudyn": 150, "opensim": 200, "mujoco": 1000, "svzerod": 50, "ModularCirc": 100}

MARKS = {"scipy": ("o", "#2166ac"), "exudyn": ("s", "#4d4d4d"), "opensim": ("^", "#1b7837"), "drake": ("D", "#762a83"), "mujoco": ("v", "#b35806")}


def machine() -> dict[str, str]:
    """Where and when."""
    info = Path("/proc/cpuinfo")
    names = [x.split(":")[1].strip() for x in info.read_text().splitlines() if x.startswith("model name")] if info.exists() else []
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return {
        "processor": names[0] if names else platform.processor(), "cores": str(os.cpu_count()), "system": platform.system(),
        "python": platform.python_version(), "date": time.strftime("%Y-%m-%d"), "load": f"{load:.1f}",
    }


def gathered(folder: Path) -> list[dict[str, Any]]:
    """What the peers have left, with the error of every trajectory."""
    rows = []
    for path in sorted(folder.glob("*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            case = row.get("case") or (path.stem[-1] if path.stem[-2] == "_" else "")
            row["case"] = case
            reference = folder / f"reference_{case}.npy"
            if "trajectory" in row and reference.exists():
                row["error_mm"] = farthest(np.load(folder / row["trajectory"]), np.load(reference))
            rows.append(row)
    return rows


def middle(seconds: list[float]) -> float:
    """Median."""
    return statistics.median(seconds)


def slower(peers: list[dict[str, Any]]) -> dict[str, float]:
    """How many times as long each peer took here as where the bounds were set, by its fastest setting on case B."""
    best: dict[str, float] = {}
    for row in peers:
        if row["case"] == "B" and "seconds" in row:
            best[row["program"]] = min(middle(row["seconds"]), best.get(row["program"], float("inf")))
    return {name: best[name] / PACE_B[name] for name in PACE_B if name in best}


def verdict(value: float, bound: float, pace: float) -> str:
    """A bound kept, missed, or missed by no more than this machine is slower."""
    if value <= bound:
        return f"{bound:.3g}"
    return f"{bound:.3g} {'missed here, kept at that pace' if value <= bound * pace else '**missed**'}"


def own_rows(ours: dict[str, Any], pace: float) -> list[tuple[str, str, str]]:
    """Name, measured, bound."""
    rows = []
    for case in "BA":
        c = ours["chain"][case]
        s = middle(c["seconds"])
        what = f"chain {case}, {c['error_mm']:.3f} mm from the reference ({c['reference']}; {c['steps']} steps)"
        rows.append((what, f"{s:.3f} s", verdict(s, BOUND[f"chain {case}"], pace)))
    step = middle(ours["step"])
    rows.append(("one linearly implicit step of the whole chain B: forces, tangent, solution, turning", f"{1e6 * step:.1f} µs", verdict(1e6 * step, 1e6 * STEP_BOUND, pace)))
    for name, seconds in ours["jobs"].items():
        s = middle(seconds)
        if name.startswith("circulation"):
            rows.append(("circulation with reflexes, head and eye, per simulated second", f"{1e3 * s / 600:.3f} ms", verdict(1e3 * s / 600, 1e3 * BLOOD_BOUND, pace)))
        else:
            rows.append((name, f"{s:.3f} s", verdict(s, BOUND[name], pace)))
    return rows


def own_lines(ours: dict[str, Any], paces: dict[str, float]) -> list[str]:
    """Our own numbers, and how fast the machine is by the peers."""
    pace = max(1.0, middle(list(paces.values()))) if paces else 1.0
    by_peer = ", ".join(f"{name} {x:.1f}" for name, x in paces.items())
    told = [
        f"Bounds are seconds on the machine that they were set on. The peers took {pace:.1f} times as long here as they did there "
        f"(median; {by_peer}): a bound that is missed by no more is marked so.", "",
    ] if pace > 1.0 else []
    rows = [f"| {a} | {b} | {c} |" for a, b, c in own_rows(ours, pace)]
    return [*told, "| what | measured | bound |", "|---|---|---|", *rows]


def chain_table(results: dict[str, Any], case: str) -> list[str]:
    """Us and the peers on one case, fastest first."""
    own = results["ours"]["chain"][case]
    base = middle(own["seconds"])
    rows = [(base, f"| **biomech** | ESDIRK4(3) | {base:.3f} | {len(own['seconds'])} | {own['error_mm']:.3f} | 1 | |")]
    for r in results["peers"]:
        if r["case"] != case:
            continue
        name = f"{r['program']} {r.get('version', '')}".strip()
        if "failed" in r:
            rows.append((1e9, f"| {name} | {r.get('setting', '')} | – | | | | {r['failed']} |"))
            continue
        s = middle(r["seconds"])
        least = TIMES_FASTER.get(r["program"])
        asked = "" if case == "A" or not least else f" (asked {least})"
        rows.append((s, f"| {name} | {r['setting']} | {s:.3g} | {len(r['seconds'])} | {r.get('error_mm', float('nan')):.3f} | {s / base:.3g}{asked} | {r['note']} |"))
    head = ["| program | setting | CPU s, median | n | error, mm | slower than biomech | remark |", "|---|---|---|---|---|---|---|"]
    return head + [line for _, line in sorted(rows)]


def blood_table(results: dict[str, Any]) -> list[str]:
    """Circulations per simulated second."""
    seconds = middle(results["ours"]["jobs"]["circulation, 10 min"]) / 600
    out = ["| program | model | CPU ms per simulated second | slower than biomech |", "|---|---|---|---|"]
    out.append(f"| **biomech** | whole circulation, reflexes, head and eye | {1e3 * seconds:.3f} | 1 |")
    for r in results["peers"]:
        if "seconds_per_second" in r:
            s = middle(r["seconds_per_second"])
            least = TIMES_FASTER.get(r["program"])
            asked = f" (asked {least})" if least else ""
            out.append(f"| {r['program']} {r['version']}, {r['setting']} | {r['model']} | {1e3 * s:.3g} | {s / seconds:.3g}{asked} |")
        elif not r["case"]:
            out.append(f"| {r['program']} {r.get('version', '')} | – | – | {r['failed']} |")
    return out


def growth_table(grown: dict[str, Any]) -> list[str]:
    """Sizes, cost, exponent."""
    out = [f"| over | sizes | CPU s | exponent (≤ {GROWTH_BOUND}) |", "|---|---|---|---|"]
    for name, g in grown.items():
        if "failed" in g:
            out.append(f"| {name} | – | – | {g['failed']} |")
            continue
        sizes, seconds = (", ".join(f"{x:g}" for x in row) for row in (g["sizes"], [float(f"{s:.3g}") for s in g["seconds"]]))
        more = f"; 10,000 persons at that slope: {g['days_for_10000']:.2g} days of one core" if "days_for_10000" in g else ""
        out.append(f"| {name} | {sizes} | {seconds} | {g['exponent']:.2f}{'' if g['exponent'] <= GROWTH_BOUND else ' **missed**'}{more} |")
    return out


def roofline_lines(r: dict[str, Any]) -> list[str]:
    """Share of the peak."""
    total = sum(r["operations"].values())
    speed = total / r["seconds"]
    parts = ", ".join(f"{name} {n}" for name, n in r["operations"].items())
    return [
        f"One Newton iteration of the chain does {total} floating-point operations ({parts}), counted by running the same source "
        "uncompiled on numbers that count. "
        f"It touches {r['bytes'] / 1024:.0f} KiB, which stay in the caches of one core: {total / r['bytes']:.1f} operations per byte, so memory is not the limit. "
        f"At {1e6 * r['seconds']:.1f} µs (everything between the iterations shared out) that is {speed / 1e9:.2f} Gflop/s, "
        f"{100 * speed / r['peak_per_s']:.0f} % of the {r['peak_per_s'] / 1e9:.0f} Gflop/s this core reaches in a matrix product."
    ]


def figure(results: dict[str, Any], path: Path) -> None:
    """Error over CPU time, both cases."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    shown, axes = plt.subplots(1, 2, figsize=(10, 4.2), sharey=True, layout="constrained")
    for ax, case, title, limit in zip(axes, "BA", ("B: held at the side", "A: bare, falls over"), (0.05, 0.1), strict=True):
        own = results["ours"]["chain"][case]
        ax.scatter(middle(own["seconds"]), own["error_mm"], color="#b2182b", zorder=3)
        ax.annotate("biomech", (middle(own["seconds"]), own["error_mm"]), xytext=(0, -15), textcoords="offset points", color="#b2182b", weight="bold", ha="center")
        for r in results["peers"]:
            if r["case"] == case and "error_mm" in r:
                mark, color = MARKS[r["program"]]
                ax.scatter(middle(r["seconds"]), r["error_mm"], marker=mark, color=color, label=r["program"])
        ax.axhline(limit, color="0.6", lw=0.8, ls="--")
        ax.text(0.01, limit, f"asked: {limit} mm", transform=ax.get_yaxis_transform(), ha="left", va="bottom", fontsize=8, color="0.4")
        ax.set(xscale="log", yscale="log", title=title, xlabel="CPU time (s)")
        ax.margins(0.2)
        ax.spines[["top", "right"]].set_visible(False)
    named = dict(zip(*reversed(axes[0].get_legend_handles_labels()), strict=True))
    axes[0].legend(named.values(), named.keys(), frameon=False, fontsize=8, loc="upper left")
    axes[0].set_ylabel("largest error on the trajectory (mm)")
    shown.savefig(path, dpi=130)
    plt.close(shown)


def write(folder: Path) -> None:
    """README.md and chain.png from results.json."""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    m, ours = results["machine"], results["ours"]
    busy = float(m["load"]) > 1.2
    apart = max(ours["chain"][c]["references_apart_mm"] for c in "AB")
    lines = [
        "# Speed", "",
        "Written by `make bench` (`page.py`); do not edit.", "",
        f"{m['processor']}, {m['cores']} cores, {m['system']}, Python {m['python']}, {m['date']}. One core a run, BLAS threads 1, medians of CPU time; "
        "where not said otherwise without start-up and compilation. Results of peers are kept and may be of an earlier hour; `make bench BENCH=--fresh` "
        "measures all of them in one run."
        + (f" **The machine was busy (load {m['load']}): only ratios and bounds missed by far mean something.**" if busy else ""), "",
        "## Ours", "", *own_lines(ours, slower(results["peers"])), "",
        "## Chain problem", "", "![error over time](chain.png)", "",
        "24 rigid bodies on linear bushings; gravity turns from upright to 60° head-down in 10 s, then 180 s at rest (`chain.py` states it in full). "
        "We solve it with the spine's own kernels: bodies, joints and anchors as data (`engine.py`). Error: largest distance of any body from the "
        f"reference at 41 times. The references, SciPy's Radau at rtol 1e-8 on equations written separately and ours at 1e-9 m, are {apart:.3f} mm apart.", "",
        "**B, held at the side** (small rotations, stiff: like a spine)", "", *chain_table(results, "B"), "",
        "**A, bare** (falls over, large rotations)", "", *chain_table(results, "A"), "",
        "A run longer than 20 s is made once. Where the remark names another law, the distance from the reference is partly that law and no error.", "",
        "## Circulation", "",
        "Each program with a model of its own, so this compares cost per simulated second and not the same equations; ours has the most in it.", "",
        *blood_table(results), "",
        "## Growth", "", *growth_table(ours["growth"]), "",
        "## Roofline", "", *roofline_lines(ours["roofline"]), "",
    ]
    (folder / "README.md").write_text("\n".join(lines), encoding="utf-8")
    figure(results, folder / "chain.png")
