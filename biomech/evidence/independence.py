"""Is a study that counts as independent really unknown to the model? Who gave a number cannot also judge it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from biomech import library
from biomech.evidence.catalog import Entry
from biomech.library.bibliography import Source

UNREAD = ("safety", "population")  # warnings, limits and distributions: no value there goes into a simulation of a given person
_KEY = re.compile(r"\b[a-z]+\d{4}\b")
_YEAR = re.compile(r"\((\d{4})\)|, (\d{4})\b")


def used_sources(models: Path) -> dict[str, list[str]]:
    """Every source that a value in models/ names, with the files it stands in.

    A value of our own making (source "biomech") may say in its `place` what it was derived from: words there that look like a key
    ("baskaran2006") count as well. Notes only compare, and do not.
    """
    out: dict[str, list[str]] = {}
    for file in sorted(models.rglob("*.toml")):
        if file.name == "sources.toml" or file.parent.name in UNREAD:
            continue
        for key in _walk(tomllib.loads(file.read_text(encoding="utf-8"))):
            where = out.setdefault(key, [])
            name = f"{file.parent.name}/{file.name}"
            if name not in where:
                where.append(name)
    return out


def _walk(data: Any) -> list[str]:
    """Values of every key "source" in a parsed file, and keys named in every "place"."""
    if isinstance(data, dict):
        own = [data["source"]] if isinstance(data.get("source"), str) else []
        own += _KEY.findall(data["place"]) if isinstance(data.get("place"), str) else []
        return own + [key for value in data.values() for key in _walk(value)]
    if isinstance(data, list):
        return [key for value in data for key in _walk(value)]
    return []


def _same(entry: Entry, source: Source) -> bool:
    """Is it the same publication? By key, DOI, or first author and year."""
    c = entry.study.citation
    if source.key in c.keys or source.key == entry.name:
        return True
    if c.doi and source.doi and c.doi.lower() == source.doi.lower():
        return True
    mine, theirs = _author_year(c.text), _author_year(source.citation)
    return mine is not None and mine == theirs


def _author_year(text: str) -> tuple[str, str] | None:
    found = _YEAR.search(text)
    author = re.match(r"[A-Z][\w'’-]+", text)
    return (author[0].lower(), found[1] or found[2]) if found and author else None


def conflicts(entries: Sequence[Entry], models: Path | None = None, sources: dict[str, Source] | None = None) -> list[str]:
    """Studies with an independent quantity that are also the source of a value in models/; empty is right."""
    from biomech.library.catalog import folder

    used = used_sources(models or folder("models"))
    known = sources or library.sources()
    out = []
    for entry in entries:
        if all(entry.study.role_of(q) == "calibration" for q in entry.study.quantity):
            continue
        for key, files in used.items():
            if key == entry.name or (key in known and _same(entry, known[key])):
                out.append(f"{entry.name} is independent, but {key} gives values in {', '.join(files)}")
    return out
