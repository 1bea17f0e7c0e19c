"""A TOML file with the line of every key, so that an error can point at it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from biomech.errors import InputError
from biomech.files import plain_size
from biomech.library.suggest import did_you_mean

#: where a value stands: names of tables and keys, numbers of list items
KeyPath = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_AT_END = " (at end of document)"
# a number with a decimal comma and nothing after it: a list of numbers stands in brackets, a text in quotes
_COMMA = re.compile(r"([+-]?\d+),(\d+)\s*(?:#.*)?")
#: deeper than anything a person writes, and shallow enough for every function that walks through
DEEPEST = 50
#: bytes; the largest shipped file has 73,000
LARGEST = 4_000_000


class Document:
    """TOML text, what it says, and where it says it.

    Parameters
    ----------
    text : str
        The text; a syntax error is an `InputError` with its line.
    file : str
        What to call it in errors.
    """

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            said, line = str(error), text.count("\n") + 1
            if found := _AT_LINE.search(said):
                said, line = said[: found.start()], int(found[1])
            elif said.endswith(_AT_END):
                said = said.removesuffix(_AT_END) + ", and the text ends here"
                line = text.rstrip("\n").count("\n") + 1
            wrong = "".join(text.split("\n")[line - 1 : line])
            raise InputError(f"not valid TOML: {said}", file, line, hint=with_a_point(wrong.partition("=")[2])) from None
        except ValueError:  # of int(), which refuses thousands of digits
            raise InputError("not valid TOML: a whole number has too many digits", file) from None
        except RecursionError:
            raise InputError("not valid TOML: nested too deeply", file, 1) from None
        if _deeper(self.data, DEEPEST):
            raise InputError(f"tables are nested more than {DEEPEST} deep", file)

    @cached_property
    def lines(self) -> dict[KeyPath, int]:
        """Line of every key, table and list item, counted from 1."""
        return line_index(self.text)

    def line(self, path: KeyPath) -> int:
        """Line of `path`, or of the nearest table around it that was written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(
        self,
        message: str,
        path: KeyPath,
        allowed: str | Iterable[str] | None = None,
        hint: str | None = None,
    ) -> InputError:
        """An `InputError` that points at `path`."""
        return InputError(message, self.file, self.line(path), dotted(path), allowed, hint)


def read_document(path: str | Path) -> Document:
    """Read a TOML file; whatever is wrong with it is an `InputError`."""
    path = Path(path)
    try:
        size = plain_size(path)
        if size > LARGEST:
            raise InputError(f"is larger than any model or scenario: {size} bytes", path, allowed=f"up to {LARGEST}")
        raw = path.read_bytes()
    except FileNotFoundError:
        near = did_you_mean(path.name, (p.name for p in path.parent.glob("*.toml")))
        raise InputError("no such file", path, hint=near) from None
    except IsADirectoryError:
        raise InputError("is a folder, not a file", path) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        said = error.strerror if isinstance(error, OSError) else None
        raise InputError(f"cannot be read: {said or error}", path) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"byte 0x{raw[error.start]:02x} is not UTF-8", path, line, hint="save the file as UTF-8"
        ) from None
    return Document(text.replace("\r\n", "\n"), str(path))


def _deeper(data: object, levels: int) -> bool:
    """Are tables and lists nested more than this?"""
    layer = [data]
    for _ in range(levels + 1):
        inner: list[object] = []
        for part in layer:
            inner += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        layer = inner
    return bool(layer)


def with_a_point(value: str) -> str | None:
    """What to write instead, if this is a number with a decimal comma."""
    found = _COMMA.fullmatch(value.strip())
    return f"write {found[1]}.{found[2]} with a point" if found else None


def dotted(path: KeyPath) -> str:
    """`path` as it would be written in TOML, list items by number: ``phase.0.angle_deg``."""
    return ".".join(
        str(part) if isinstance(part, int) or _BARE.fullmatch(part) else quoted(part)
        for part in path
    )


def quoted(text: str) -> str:
    """`text` as a TOML string in one line."""
    # JSON's escapes are TOML's, but TOML wants DEL escaped too
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def literal(value: object) -> str:
    """`value` as it would be written in TOML (in Python, where TOML has no such thing)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        pairs = (f"{dotted((key,))} = {literal(part)}" for key, part in value.items())
        return "{ " + ", ".join(pairs) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, int | float):
        return repr(value)
    return str(value)


def line_index(text: str) -> dict[KeyPath, int]:
    """Where every key, table and list item of a valid TOML text stands.

    A dotted key, a header and an inline table give a line to every table they open; where a table
    is opened more than once, the first line counts, except that its own header comes before.
    """
    return _Scanner(text).scan()


class _Scanner:
    """One pass over text that `tomllib` has accepted: only the places are still unknown."""

    _blank = re.compile(r"[ \t\r\n]*(?:#[^\n]*[ \t\r\n]*)*")
    _space = re.compile(r"[ \t]*")
    _bare_value = re.compile(r"[^,\]}\n#]*")
    # a multi-line string may end in up to two quotes of its own
    _strings = (
        re.compile(r'"""(?:[^\\"]|\\.|"(?!""))*"{3,5}', re.DOTALL),
        re.compile(r"'''(?:[^']|'(?!''))*'{3,5}", re.DOTALL),
        re.compile(r'"(?:[^\\"\n]|\\.)*"'),
        re.compile(r"'[^'\n]*'"),
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.counted = 0, 1  # position, line there
        self.items: dict[KeyPath, int] = {}  # how many tables an array of tables has by now

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self.skip(self._blank)
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self.header(2)
            elif self.text[self.at] == "[":
                table = self.header(1)
            else:
                self.pair(table)
            self.skip(self._blank)
        return self.lines

    def header(self, brackets: int) -> KeyPath:
        line = self.line()
        self.at += brackets
        *outer, last = self.key()
        self.at += brackets
        table: KeyPath = ()
        for part in outer:
            table = self.enter(table, part, line)
        path = (*table, last)
        if brackets == 2:
            number = self.items[path] = self.items.get(path, -1) + 1
            self.lines.setdefault(path, line)
            path = (*path, number)
        self.lines[path] = line
        return path

    def enter(self, table: KeyPath, part: str, line: int) -> KeyPath:
        """Into table `part` of `table`, or into the latest one if it is an array of tables."""
        path = (*table, part)
        self.lines.setdefault(path, line)
        return (*path, self.items[path]) if path in self.items else path

    def pair(self, table: KeyPath) -> None:
        line = self.line()
        for part in self.key():
            table = (*table, part)
            self.lines.setdefault(table, line)
        self.at += 1  # the equals sign
        self.skip(self._space)
        self.value(table)

    def value(self, path: KeyPath) -> None:
        first = self.text[self.at]
        if first in "\"'":
            self.string()
        elif first == "[":
            self.at += 1
            number = 0
            while not self.closed("]"):
                self.lines[*path, number] = self.line()
                self.value((*path, number))
                number += 1
        elif first == "{":
            self.at += 1
            while not self.closed("}"):
                self.pair(path)
        else:
            self.skip(self._bare_value)

    def closed(self, bracket: str) -> bool:
        """Over blanks and a comma: is this the end of the list or inline table?"""
        self.skip(self._blank)
        if self.text[self.at] == ",":
            self.at += 1
            self.skip(self._blank)
        if self.text[self.at] != bracket:
            return False
        self.at += 1
        return True

    def key(self) -> list[str]:
        """A dotted key, up to what follows it."""
        parts = []
        while True:
            self.skip(self._space)
            if self.text[self.at] in "\"'":
                quoted = self.string()
                parts.append(str(tomllib.loads(f"k={quoted}")["k"]))
            else:
                parts.append(self.skip(_BARE))
            self.skip(self._space)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def string(self) -> str:
        found = next(m for s in self._strings if (m := s.match(self.text, self.at)))
        self.at = found.end()
        return found[0]

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        assert found is not None  # the text is valid, and every pattern but _BARE matches nothing
        self.at = found.end()
        return found[0]

    def line(self) -> int:
        start, line = self.counted
        line += self.text.count("\n", start, self.at)
        self.counted = self.at, line
        return line
