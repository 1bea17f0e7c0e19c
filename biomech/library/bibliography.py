"""Where the numbers come from: models/sources.toml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from biomech.errors import InputError
from biomech.library.catalog import model_folders
from biomech.library.document import read_document
from biomech.library.suggest import did_you_mean
from biomech.library.tables import ParameterFile

KINDS = ("article", "book", "code", "review", "website", "design")
#: how much of the source was read
READ = ("abstract", "table", "full text", "code", "secondary", "memory")


@dataclass(frozen=True)
class Source:
    """A source: `kind` one of `KINDS`, `read` one of `READ` or empty."""

    key: str
    citation: str
    doi: str = ""
    url: str = ""
    kind: str = "article"
    read: str = ""


def sources() -> dict[str, Source]:
    """Every known source by its key; a user's folder may add sources or replace them."""
    known: dict[str, Source] = {}
    for folder in model_folders():
        file = folder / "sources.toml"
        if file.is_file():
            known = dict(_read(file, file.stat().st_mtime_ns)) | known
    return known


def cite(files: Iterable[ParameterFile]) -> list[Source]:
    """The sources that `files` use, sorted by key; one that nobody has described is an error."""
    known = sources()
    used = set()
    for file in files:
        for key, where in file.citations():
            if key not in known:
                document = read_document(file.file)
                raise document.error(
                    f"source {key!r} is not in models/sources.toml",
                    where,
                    hint=did_you_mean(key, known),
                )
            used.add(key)
    return [known[key] for key in sorted(used)]


@lru_cache(maxsize=16)
def _read(file: Path, changed_ns: int) -> tuple[tuple[str, Source], ...]:
    document = read_document(file)
    found = []
    fields = tuple(Source.__dataclass_fields__)[1:]
    for key, entry in document.data.items():
        if not isinstance(entry, dict):
            raise document.error("is not a table", (key,))
        for field, value in entry.items():
            where = (key, field)
            if field not in fields:
                hint = did_you_mean(field, fields)
                raise document.error("unknown key", where, allowed=fields, hint=hint)
            if not isinstance(value, str):
                raise document.error(f"{value!r} is not a text", where)
            for name, allowed in (("kind", KINDS), ("read", READ)):
                if field == name and value not in allowed:
                    hint = did_you_mean(value, allowed)
                    raise document.error(f"unknown {name} {value!r}", where, allowed, hint)
        if "citation" not in entry:
            raise InputError("is missing", file, document.line((key,)), f"{key}.citation")
        found.append((key, Source(key=key, **entry)))
    return tuple(found)
