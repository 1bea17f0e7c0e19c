"""Forest figure of a validation: numbers in standard deviations of the people measured, directions as right or wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from biomech.evidence.verdict import Row, summary
from biomech.evidence.words import digits, measured

COLOURS = {"in": "#1b6f8a", "explained": "#c1551f", "out": "#8c1c13"}
ROW_INCHES = 0.185
LIMIT = 4.0  # SD shown; what lies beyond is drawn at the edge with its value


def draw(rows: Sequence[Row], path: Path) -> Path:
    """Write the figure; PNG, PDF or SVG by the suffix."""
    from matplotlib.figure import Figure

    from biomech.viz.sheet import save

    shown = [r for r in rows if r.counted]
    numbers = _ordered([r for r in shown if r.difference_sd is not None])
    signs = _ordered([r for r in shown if r.difference_sd is None])
    most = max(len(numbers) + 1, len(signs) + 1, 3)
    # a panel nothing is in is left out, and its room with it
    panels = [p for p in ((numbers, _numbers, 8.9), (signs, _signs, 6.6)) if p[0]] or [(numbers, _numbers, 8.9)]
    fig = Figure(figsize=(max(11.0, sum(width for *_, width in panels)), 2.0 + ROW_INCHES * most))
    axes = fig.subplots(1, len(panels), squeeze=False, width_ratios=[width for *_, width in panels])[0]
    for ax, (group, fill, _) in zip(axes, panels, strict=True):
        fill(ax, group, most)
    s = summary(rows)
    i, c = s["independent"], s["calibration"]
    told = "" if i["median_difference_sd"] is None else f"; median |difference| {i['median_difference_sd']:.2f} SD"
    studies = "study" if i["studies"] == 1 else "studies"
    counted = (
        f"{i['in_band']} of {i['quantities']} independent quantities from {i['studies']} {studies} inside their bands{told}"
        if i["quantities"] else "none of these is independent of it"
    )
    fig.suptitle(
        f"Published measurements against the model: {counted}",
        x=0.01, y=1.0 - 0.12 / fig.get_figheight(), va="top", ha="left", fontsize=12, fontweight="bold",
    )
    fig.text(
        0.01, 1.0 - 0.42 / fig.get_figheight(),
        f"Filled: independent. Hollow: calibration ({c['in_band']} of {c['quantities']} inside). Grey bar: the band, fixed before "
        "simulating. Blue inside, orange outside and explained, red outside.\nbiomech is a research model, not a medical device.",
        fontsize=8, va="top",
    )
    fig.tight_layout(rect=(0, 0, 1, 1.0 - 0.65 / fig.get_figheight()))
    return save(fig, path, 130)


def _ordered(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda r: (r.role != "independent", r.study))


def _label(r: Row) -> str:
    return f"{r.quantity.name}  ({r.study})"


def _both(r: Row) -> str:
    """Measured and simulated beside a row."""
    q = r.quantity
    return f"{measured(q.rule, q.direction, q.value, r.sd, q.band)} | {digits(r.simulated)} {q.unit}"


def _marker(r: Row) -> dict[str, Any]:
    colour = COLOURS[r.verdict]
    return {"marker": "o", "markersize": 5, "color": colour, "markerfacecolor": colour if r.role == "independent" else "white"}


def _numbers(ax: Any, rows: Sequence[Row], most: int) -> None:
    for k, r in enumerate(rows):
        assert r.difference_sd is not None and r.sd
        q = r.quantity
        low, high = ((b - q.middle) / r.sd for b in q.band)
        low, high = max(low, -LIMIT), min(high, LIMIT)
        ax.barh(k, high - low, left=low, height=0.72, color="#d9dee2", zorder=1)
        x = max(-LIMIT, min(LIMIT, r.difference_sd))
        ax.plot([0, x], [k, k], color=COLOURS[r.verdict], lw=0.8, zorder=2)
        ax.plot(x, k, zorder=3, **_marker(r))
        if x != r.difference_sd:
            ax.annotate(f"{r.difference_sd:+.1f}", (x, k), (-6 if x > 0 else 6, 0), textcoords="offset points", fontsize=7,
                        va="center", ha="right" if x > 0 else "left")
        ax.text(LIMIT + 0.25, k, _both(r), fontsize=7, va="center")
    ax.axvline(0, color="black", lw=0.8, zorder=0)
    ax.set_xlim(-LIMIT - 0.2, LIMIT + 0.2)
    ax.set_xlabel("(simulated − measured) / SD between the people measured")
    ax.text(LIMIT + 0.25, -1.0, "measured | simulated", fontsize=7, va="center", fontweight="bold")
    _rows(ax, rows, most)


def _signs(ax: Any, rows: Sequence[Row], most: int) -> None:
    for k, r in enumerate(rows):
        low, high = r.quantity.band
        # in units of the least change that counts, positive the way it was measured
        unit = min(abs(b) for b in (low, high) if math.isfinite(b)) or 1.0
        way = -1.0 if r.quantity.direction == "-" else 1.0
        x = way * r.simulated / unit
        if r.quantity.rule == "bound" and (r.quantity.value or 0.0) * way < 0:
            x = r.simulated / (r.quantity.value or 1.0)
        if r.quantity.direction == "0":
            ax.barh(k, 2.0, left=-1.0, height=0.72, color="#d9dee2", zorder=1)
        else:
            ax.barh(k, 99.0, left=1.0, height=0.72, color="#d9dee2", zorder=1)
        ax.plot(max(-100.0, min(100.0, x)), k, zorder=3, **_marker(r))
        ax.text(130.0, k, _both(r), fontsize=7, va="center")
    ax.set_xscale("symlog", linthresh=1.0)
    ax.set_xlim(-110, 110)
    ax.set_xticks([-10, -1, 0, 1, 10], ["−10", "−1", "0", "1", "10"])
    ax.minorticks_off()
    ax.axvline(0, color="black", lw=0.8, zorder=0)
    ax.set_xlabel("change in the measured direction / least that counts")
    ax.text(130.0, -1.0, "measured | simulated", fontsize=7, va="center", fontweight="bold")
    _rows(ax, rows, most)


def _rows(ax: Any, rows: Sequence[Row], most: int) -> None:
    ax.set_yticks(range(len(rows)), [_label(r) for r in rows], fontsize=7)
    ax.set_ylim(most - 0.5, -1.5)
    ax.margins(y=0)
    calibration = sum(r.role == "independent" for r in rows)
    if 0 < calibration < len(rows):
        ax.axhline(calibration - 0.5, color="black", lw=0.6, ls=":")
    ax.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
