"""Writes docs/gallery.md and its pictures: `make gallery`. Results are kept in out/gallery and made anew when the engine changes."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import biomech
from biomech import scenario
from biomech.results.result import Result, open_result
from biomech.viz import words
from biomech.viz.colour import Scale, pressure_ramp
from biomech.viz.scenes import draw

HERE = Path(__file__).resolve().parent
PICTURES, KEPT = HERE / "pictures" / "gallery", HERE.parent / "out" / "gallery"
WIDTH = 1000  # pixels

CASES = {
    "table_30": "Inversion table, 30°",
    "table_60": "Inversion table, 60°",
    "boots_90": "Gravity boots",
    "chair": "Inversion chair",
    "headstand": "Headstand",
    "scoliosis": "Inversion table, 60°, with a scoliosis",
    "degenerated_L4L5": "Inversion table, 60°, with a degenerated disc L4/L5",
}
EACH = ("hero", "body", "section", "blood")
SAME_DEVICE = ("scoliosis", "degenerated_L4L5")  # lie on the table like the others: what differs is the spine
TOGETHER = {
    "compare": (("table_30", "table_60"), "30° or 60°? Every disc with its number."),
    "linked": (("table_30", "table_60"), "Where the length comes from, displacements enlarged."),
    "body": (("table_60", "chair", "headstand"), "What carries the body: ankles and bed, lap belt, crown and forearms."),
    "timecourse": (("table_30", "table_60", "headstand"), "Over time, three cases laid over each other."),
}


def result_of(name: str) -> Result:
    """The kept result of a shipped scenario, or a new one."""
    file = KEPT / f"{name}.nc"
    if file.exists() and file.stat().st_mtime > _newest():
        return open_result(file)
    print(f"simulating {name} …", flush=True)
    result = biomech.simulate(scenario.read(name))
    result.save(file)
    return result


def _newest() -> float:
    """When engine, models or scenarios were last changed."""
    root = HERE.parent
    files = [*(root / "biomech").rglob("*.py"), *(root / "models").rglob("*.toml"), *(root / "scenarios").glob("*.toml")]
    return max(f.stat().st_mtime for f in files if "viz" not in f.relative_to(root).parts)


def save(sheet: Any, name: str) -> str:
    """Write a figure at the size of a page, packed small."""
    buffer = io.BytesIO()
    sheet.figure.savefig(buffer, format="png", dpi=sheet.figure.dpi)
    image = Image.open(buffer).convert("RGB")
    image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    packed(image).save(PICTURES / f"{name}.png", optimize=True)
    print(f"written: {PICTURES / name}.png", flush=True)
    return f"pictures/gallery/{name}.png"


def packed(image: Image.Image) -> Image.Image:
    """The same in 255 colours, of which the colour scales get their share however little of them is in sight."""
    pressure = pressure_ramp(image.width).reshape(1, -1, 3)
    ramps = np.vstack(
        [np.tile(Scale(1.0).ramp(image.width), (90, 1, 1)), np.tile(pressure, (50, 1, 1))]
    )
    strip = Image.fromarray(np.round(255 * ramps).astype(np.uint8))
    both = Image.new("RGB", (image.width, image.height + strip.height))
    both.paste(image, (0, 0))
    both.paste(strip, (0, image.height))
    small = both.quantize(255, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    return small.crop((0, 0, image.width, image.height))


def sentence(result: Result) -> str:
    """The headline numbers of a case."""
    measures = result.measures()["measures"]

    def said(key: str, decimals: int, sign: bool = False) -> str:
        entry = measures.get(key)
        if entry is None or entry["value"] is None:
            return "–"
        value = float(entry["value"])
        return words.signed(value, decimals) if sign else words.plain(value, decimals)

    length = f"Lumbar spine {said('lumbar_length_change_mm', 2, True)} mm, column {said('spine_length_change_mm', 2, True)} mm"
    if "iop_mmHg" not in measures:
        return f"{length} against standing."
    heart = f"heart {said('heart_rate_per_min', 0)} a minute, eye {said('iop_mmHg', 0)} mmHg"
    return f"{length} against standing; {heart}; {said('blood_shift_head_mL', 0, True)} mL of blood into the head."


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    results = {name: result_of(name) for name in CASES}
    lines = [
        "# Gallery",
        "",
        "Written by `make gallery` from the shipped scenarios. Every number is one of the result; every picture says its reference, its",
        "scale and what is only predicted. biomech is a research model, not a medical device.",
        "",
        "Pictures are drawn by `biomech render RESULT --scene NAME`; see [pictures](pictures.md).",
        "",
        "## Side by side",
        "",
    ]
    for scene, (names, title) in TOGETHER.items():
        file = save(draw(scene, [results[n] for n in names]), f"together_{scene}")
        lines += [f"{title}", "", f"![{title}]({file})", ""]
    for name, title in CASES.items():
        lines += [f"## {title}", "", sentence(results[name]), ""]
        for scene in EACH:
            if name in SAME_DEVICE and scene in ("body", "blood"):
                continue
            file = save(draw(scene, [results[name]]), f"{name}_{scene}")
            lines += [f"![{title}: {scene}]({file})", ""]
    (HERE / "gallery.md").write_text("\n".join(lines), encoding="utf-8")
    print(f"written: {HERE / 'gallery.md'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
