"""The files of models/, read with tomllib alone: what tests them must not depend on the library that reads them."""

import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

Table = dict[str, Any]

MODELS = Path(__file__).resolve().parents[1] / "models"

FILES = sorted(p for p in MODELS.rglob("*.toml") if p.name != "sources.toml")

BODIES = [
    "skull",
    *(f"C{i}" for i in range(1, 8)),
    *(f"T{i}" for i in range(1, 13)),
    *(f"L{i}" for i in range(1, 6)),
    "pelvis",
]

LEVELS = ["C0/C1", *(f"{a}/{b}" for a, b in pairwise(BODIES[1:-1])), "L5/S1"]

LUMBAR = LEVELS[-5:]


def load(path: str) -> Table:
    return tomllib.loads((MODELS / f"{path}.toml").read_text(encoding="utf-8"))


def column(file: str, table: str, col: str) -> dict[str, float]:
    """One column as row → value, in the unit of the file."""
    t = load(file)["tables"][table]
    return dict(zip(t["rows"], map(float, t[col]["values"]), strict=True))


def scalar(file: str, key: str) -> float:
    return float(load(file)["scalars"][key]["value"])


def columns(data: Table) -> Iterator[tuple[str, list[str], Table]]:
    for t, table in data.get("tables", {}).items():
        for c, col in table.items():
            if isinstance(col, dict):
                yield f"{t}.{c}", table["rows"], col
