"""Values and tables as TOML text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from biomech.library.document import KeyPath, dotted, literal


def to_toml(data: Mapping[str, Any]) -> str:
    """A dictionary of TOML values as TOML text; empty lists are left out."""
    lines: list[str] = []
    _write(data, (), lines)
    return "\n".join(lines).strip() + "\n"


def _write(data: Mapping[str, Any], path: KeyPath, lines: list[str]) -> None:
    below: list[tuple[str, Any]] = []
    for key, value in data.items():
        if isinstance(value, Mapping) or _is_tables(value):
            below.append((key, value))
        elif value not in ([], ()):
            lines.append(f"{dotted((key,))} = {literal(value)}")
    for key, value in below:
        where = (*path, key)
        if isinstance(value, Mapping):
            lines += ["", f"[{dotted(where)}]"]
            _write(value, where, lines)
        else:
            for item in value:
                lines += ["", f"[[{dotted(where)}]]"]
                _write(item, where, lines)


def _is_tables(value: object) -> bool:
    """Is it a list that can be written as an array of tables?"""
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and len(value) > 0
        and all(isinstance(item, Mapping) for item in value)
    )
