"""Every number in models/ says what it is and where it comes from."""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from model_files import FILES, MODELS, Table, columns, load

GRADES = {"measured", "derived", "fitted", "assumed"}

SOURCES = load("sources")


def name(path: Path) -> str:
    return path.relative_to(MODELS).with_suffix("").as_posix()


def numbers(data: Any, path: str = "") -> Iterator[tuple[str, Table]]:
    """Every table with a value in it: scalars, and sourced numbers in plain data."""
    if isinstance(data, dict):
        if "value" in data:
            yield path, data
        else:
            for key, inner in data.items():
                if key != "tables":
                    yield from numbers(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(data, list):
        for i, inner in enumerate(data):
            yield from numbers(inner, f"{path}[{i}]")


def origins(data: Table) -> Iterator[tuple[str, Table]]:
    """Where every single value comes from: a cell's own source, or its column's."""
    yield from numbers(data)
    for where, rows, col in columns(data):
        cells = col.get("cells", {})
        for row, value in zip(rows, col["values"], strict=True):
            if not math.isnan(value):
                yield (
                    f"{where}[{row}]",
                    {k: col[k] for k in ("source", "grade")} | cells.get(row, {}),
                )


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_number_has_unit_source_place_and_grade(path: Path) -> None:
    data = load(name(path))
    assert data["title"] and data["description"].strip()
    found = [(w, n) for w, n in numbers(data)] + [(w, c) for w, _, c in columns(data)]
    for where, number in found:
        for key in ("unit", "source", "place", "grade"):
            # the place of a number of our own is where it stands
            assert isinstance(number.get(key), str) and number[key], f"{where}: {key}"
        assert number["grade"] in GRADES, where
        assert number["source"] in SOURCES, f"{where}: {number['source']}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_columns_are_whole(path: Path) -> None:
    for where, rows, col in columns(load(name(path))):
        assert len(set(rows)) == len(rows) == len(col["values"]), where
        assert not any(math.isinf(v) for v in col["values"]), where
        assert any(math.isfinite(v) for v in col["values"]), where
        if "sd" in col:
            assert len(col["sd"]) == len(rows) and not any(s < 0 for s in col["sd"]), where
        for row, cell in col.get("cells", {}).items():
            assert row in rows, f"{where}: {row}"
            assert cell.get("source", col["source"]) in SOURCES, f"{where}: {row}"
            assert cell.get("grade", col["grade"]) in GRADES, f"{where}: {row}"
            if cell.get("source", col["source"]) != col["source"]:
                assert cell["place"], f"{where}: {row}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_ranges_hold_their_values(path: Path) -> None:
    data = load(name(path))
    for where, number in numbers(data):
        if "range" in number:
            low, high = number["range"]
            assert low <= number["value"] <= high and low < high, where
    for where, rows, col in columns(data):
        if "range_factor" in col:
            low, high = col["range_factor"]
            assert 0 < low <= 1 <= high, where
        for row, value, span in zip(rows, col["values"], col.get("range", []), strict=False):
            if math.isfinite(value):
                assert span[0] <= value <= span[1], f"{where}[{row}]"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_is_not_measured_has_a_range(path: Path) -> None:
    data = load(name(path))
    found = [(w, n) for w, n in numbers(data)] + [(w, c) for w, _, c in columns(data)]
    for where, number in found:
        if number["grade"] in ("assumed", "fitted"):
            assert {"range", "range_factor"} & set(number), where


def test_sources_are_described() -> None:
    for key, source in SOURCES.items():
        assert len(source["citation"]) > 20, key
        assert source["kind"] in {"article", "book", "code", "review", "website", "design"}, key
        if source["kind"] != "design":
            assert source["read"] in {
                "abstract",
                "table",
                "full text",
                "code",
                "secondary",
                "memory",
            }, key
        if "doi" in source:
            assert source["doi"].startswith("10."), key


def test_every_source_is_used() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in FILES)
    # a key, or the author and year that a note would write for it
    mentioned = {k for k in SOURCES if k in text}
    spelled = {k for k in SOURCES if k.rstrip("0123456789").title() in text and k[-4:] in text}
    assert set(SOURCES) == mentioned | spelled


def test_nothing_remembered_is_called_measured() -> None:
    for path in FILES:
        for where, origin in origins(load(name(path))):
            if SOURCES[origin["source"]].get("read") == "memory":
                assert origin["grade"] != "measured", f"{name(path)}: {where}"


def test_share_of_grades() -> None:
    count = Counter(o["grade"] for p in FILES for _, o in origins(load(name(p))))
    total = sum(count.values())
    assert total > 1500
    # half of the numbers are still choices or memories: whoever sources one may tighten this
    assert count["assumed"] / total < 0.50, count
    assert count["measured"] >= 70, count
    assert count["fitted"] / total < 0.02, count
