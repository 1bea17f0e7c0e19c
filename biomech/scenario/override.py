"""Values that replace those in the file: ``--set session.angle_deg=45`` and its like in Python."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from biomech.errors import InputError
from biomech.library.document import KeyPath, dotted, with_a_point

#: overrides as a (nested) mapping, or as one or more texts ``KEY=VALUE``
Overrides = Mapping[str, Any] | Iterable[str] | str

# a shell takes the quotes off "adult_female"
_WORD = re.compile(r"[A-Za-z_][\w./-]*")


def parse_override(text: str) -> tuple[str, Any]:
    """Key and value of ``KEY=VALUE``, the value read as TOML or as a bare word."""
    if not isinstance(text, str):
        raise InputError(f"{text!r} is not KEY=VALUE", key="override", allowed='for example "session.angle_deg=45"')
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not key:
        raise InputError(
            f'"{text}" is not KEY=VALUE', key="--set", allowed="for example session.angle_deg=45"
        )
    try:
        # with the value on a line of its own text, nothing in it can open another key
        parsed = tomllib.loads(f"value = {value}")
        if parsed.keys() == {"value"}:
            return key, parsed["value"]
    except (ValueError, RecursionError):  # a ValueError that is no TOMLDecodeError: a number of 5000 digits
        if _WORD.fullmatch(value):
            return key, value
    raise InputError(f"{value} is not a TOML value", key=f"--set {key}", hint=with_a_point(value))


def flatten(*overrides: Overrides) -> Iterator[tuple[KeyPath, Any]]:
    """Path and value of every override, in order."""
    for some in overrides:
        if isinstance(some, str):
            some = [some]
        if not isinstance(some, Iterable):
            raise InputError(f"{some!r} is neither a mapping nor a list of KEY=VALUE", key="overrides")
        yield from _flat(some if isinstance(some, Mapping) else dict(map(parse_override, some)), ())


def _flat(overrides: Mapping[str, Any], before: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    for key, value in overrides.items():
        path = (*before, *(int(p) if p.isdecimal() else p for p in str(key).split(".")))
        if isinstance(value, Mapping) and value:
            yield from _flat(value, path)
        else:
            # numpy's numbers as Python's, so that a sweep may use arange
            yield path, value.tolist() if hasattr(value, "tolist") else value


def apply(data: dict[str, Any], path: KeyPath, value: object) -> None:
    """Put `value` at `path`, opening tables where there are none."""
    at: Any = data
    for i, step in enumerate(path):
        last = i == len(path) - 1
        if isinstance(at, dict) and isinstance(step, str):
            if not last:
                at.setdefault(step, [] if isinstance(path[i + 1], int) else {})
        elif not isinstance(at, list | dict):
            raise InputError(f"{dotted(path[:i])} is not a table", key=f"--set {dotted(path)}")
        elif not isinstance(at, list) or not isinstance(step, int) or step >= len(at):
            raise InputError(
                f"there is no item {step} in {dotted(path[:i])}",
                key=f"--set {dotted(path)}",
                allowed=f"0 to {len(at) - 1}" if isinstance(at, list) and at else None,
            )
        if last:
            at[step] = value
        else:
            at = at[step]
