"""What somebody waits for who looks: a still, a frame of a film, a report that opens, an answer of the explorer.

    python benchmarks/performance/seeing.py

CPU seconds where one process does the work, wall seconds where a browser waits; run it on a quiet machine. Chromium is needed for
the last three. Bounds: a still 3 s at 960 x 720, a frame 0.5 s, a report opened in 2 s and of at most 4 MB, an answer in 0.3 s.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

RUNS = 5


def children() -> float:
    """CPU seconds of all finished child processes."""
    used = os.times()
    return used.children_user + used.children_system


def command(*tokens: str) -> float:
    """CPU seconds of one command."""
    before = children()
    subprocess.run([sys.executable, "-m", "biomech", *tokens], check=True, capture_output=True)
    return children() - before


def drawn(folder: Path) -> dict[str, list[float]]:
    """Stills as whole processes, and what one more frame of a film costs."""
    result = folder / "x.nc"
    command("run", "table_60", "-o", str(result))
    found = {
        "still, hero": [command("render", str(result), "--size", "960x720", "-o", str(folder / "x.png")) for _ in range(RUNS)],
        "still, body": [command("render", str(result), "--scene", "body", "-o", str(folder / "x.png")) for _ in range(RUNS)],
    }
    short, long = (command("render", str(result), "--size", "960x720", "--seconds", s, "-o", str(folder / "x.mp4")) for s in ("1", "3"))
    found["one frame of a film"] = [(long - short) / 40]  # 20 a second
    return found


def opened(folder: Path, running: object) -> dict[str, list[float]]:
    """Wall seconds from the address to the first picture of a report of two cases, and its size in MB."""
    from browsing import Tab

    page = folder / "x.html"
    command("report", "table_30", "table_60", "-o", str(page))
    seconds = []
    for _ in range(RUNS):
        before = time.perf_counter()
        tab = Tab(running, page.as_uri())
        seconds.append(time.perf_counter() - before)
        tab.close()
    return {"report opened (wall)": seconds, "size of the report, MB": [page.stat().st_size / 1e6]}


def answered(running: object) -> dict[str, list[float]]:
    """Wall seconds from a movement of the slider to its answer on the screen: previews while it moves, the whole when it is let go."""
    from browsing import Tab

    from biomech.explorer.server import Explorer

    previews, wholes = [], []
    with Explorer("127.0.0.1", 0) as server:
        server.session.warm_up()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tab = Tab(running, server.url, 1400, 1000)
        page = tab.page
        page.wait_for_function("() => biomech.answers > 0")
        page.wait_for_load_state("networkidle")
        box = page.locator("#session-angle_deg").bounding_box()
        y = box["y"] + box["height"] / 2
        for n in range(8):
            page.mouse.move(box["x"] + box["width"] * 5 / 6, y)
            page.mouse.down()
            for step in range(4):
                before = page.evaluate("biomech.previews || 0")
                page.mouse.move(box["x"] + box["width"] * (0.5 + 0.02 * n + 0.08 * step), y)
                page.wait_for_function("before => (biomech.previews || 0) > before", arg=before)
                previews.append(page.evaluate("biomech.answeredIn") / 1e3)
            before = page.evaluate("biomech.answers")
            page.mouse.up()
            page.wait_for_function("before => biomech.answers > before", arg=before)
            wholes.append(page.evaluate("biomech.answeredIn") / 1e3)
        tab.close()
        server.shutdown()
    return {"preview while dragging (wall)": previews, "whole answer on release (wall)": wholes}


def main() -> None:
    from browsing import chromium, missing

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = drawn(folder)
        if why := missing():
            print(why)
        else:
            with chromium() as running:
                found |= opened(folder, running) | answered(running)
    print(f"load {os.getloadavg()[0]:.1f}")
    for what, seconds in found.items():
        print(f"{what:34} {statistics.median(seconds):6.3f}   ({min(seconds):.3f} to {max(seconds):.3f}, n = {len(seconds)})")


if __name__ == "__main__":
    main()
