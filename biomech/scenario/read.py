"""From TOML text to a checked scenario, or to one line that says what is wrong and where."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from biomech import library
from biomech.errors import InputError
from biomech.library.document import Document, KeyPath, dotted, read_document
from biomech.library.strict import said, to_repair_first
from biomech.library.suggest import did_you_mean
from biomech.scenario.check import check
from biomech.scenario.override import Overrides, apply, flatten
from biomech.scenario.schema import at, keys, tables_with
from biomech.scenario.spec import Scenario

MOST_TOLD = 4  # changes named in a title


def read(source: str | Path | Scenario, *overrides: Overrides) -> Scenario:
    """Read, validate and check a scenario.

    Parameters
    ----------
    source : path, str or Scenario
        A file, the name of a shipped scenario ("table_60"), TOML text (anything with a line
        break, or with an equals sign if there is no such file), or a scenario to change.
    *overrides : mapping, iterable of str or str
        ``{"session.angle_deg": 45}``, ``{"session": {"angle_deg": 45}}``,
        ``["session.angle_deg=45"]`` or ``"session.angle_deg=45"``; items of lists by number,
        ``"phase.0.angle_deg"``. Of two that name one key the last counts.

    Returns
    -------
    Scenario
        Frozen.

    Raises
    ------
    InputError
        In one line: file, line, key, what is wrong, what is allowed, did you mean.
    """
    document = _document(source)
    data = copy.deepcopy(document.data)
    changed = []
    for path, value in flatten(*overrides):
        apply(data, path, value)
        changed.append(path)
    report = _Report(document, changed)
    if not data:
        raise InputError(
            "the scenario is empty", document.file, hint="biomech new writes one to start from"
        )
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        raise report.first(error) from None
    check(scenario, report.error)
    told = _changes(document.data, flatten(*overrides))
    return scenario.model_copy(update={"title": f"{scenario.title} [{told}]"}) if told else scenario


def _changes(data: dict[str, Any], overrides: Iterable[tuple[KeyPath, Any]]) -> str:
    """What overrides have changed, in words for the title: a table headed "60 degrees" must not hold 45. Empty if nothing, or if
    the title itself was given."""
    last = dict(overrides)
    if ("title",) in last:
        return ""
    changed = {path: value for path, value in last.items() if _now(data, path) != value}
    said = [f"{'.'.join(map(str, path[-1:] if isinstance(path[-1], str) else path))} = {_shown(v)}" for path, v in changed.items()]
    more = [f"and {len(said) - MOST_TOLD} more"] if len(said) > MOST_TOLD else []
    return ", ".join([*said[:MOST_TOLD], *more])


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else value if isinstance(value, str) else repr(value)


def _now(data: Any, path: KeyPath) -> Any:
    """The value at a path, None where there is none."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _document(source: str | Path | Scenario) -> Document:
    if isinstance(source, Scenario):
        return Document(source.to_toml(), "scenario")
    if not isinstance(source, str | Path):
        raise InputError(f"{source!r:.60} is not a scenario", allowed="a file, a name, TOML text or a Scenario")
    is_text = isinstance(source, str) and ("\n" in source or not source.strip())
    if is_text or ("=" in str(source) and not _exists(source)):
        return Document(str(source), "scenario")
    if not _exists(source) and not Path(source).suffix:
        shipped = library.names("scenarios")
        if str(source) in shipped:
            return read_document(library.path("scenarios", str(source)))
        near = library.did_you_mean(str(source), shipped)
        raise InputError("no such file, and no shipped scenario of that name", str(source), hint=near or "see: biomech list scenarios")
    if Path(source).suffix == ".nc":
        raise InputError("is a result, no scenario", str(source), hint="run, check, screen, compare and report take results too")
    return read_document(source)


def _exists(source: str | Path) -> bool:
    try:
        return Path(source).exists()
    except OSError:  # a name that is too long, a folder that may not be entered: reading it will say so
        return False


class _Report:
    """Points at the line, or at the override, that a value comes from."""

    def __init__(self, document: Document, changed: list[KeyPath]) -> None:
        self.document = document
        self.changed = changed

    def error(
        self,
        message: str,
        path: KeyPath,
        allowed: str | Iterable[str] | None = None,
        hint: str | None = None,
    ) -> InputError:
        if any(path[: len(changed)] == changed for changed in self.changed):
            return InputError(message, key=f"--set {dotted(path)}", allowed=allowed, hint=hint)
        return self.document.error(message, path, allowed, hint)

    def first(self, error: ValidationError) -> InputError:
        """The complaint to repair first, in words."""
        detail = to_repair_first(error, self.document)
        path: KeyPath = detail["loc"]
        if detail["type"] == "extra_forbidden":
            return self._unknown(path)
        hint = did_you_mean(detail["input"], map(str, at(path).get("enum", ())))
        return self.error(said(detail["type"], detail["input"]), path, _allowed(at(path)), hint)

    def _unknown(self, path: KeyPath) -> InputError:
        key, known = str(path[-1]), keys(path[:-1])
        hint = did_you_mean(key, known)
        elsewhere = tables_with(key)
        if hint is None and elsewhere:
            hint = f"it belongs in {' or '.join(f'[{table}]' for table in elsewhere)}"
        return self.error("unknown key", path, known, hint)


_BOUNDS = {
    "minimum": "from",
    "exclusiveMinimum": "above",
    "maximum": "to",
    "exclusiveMaximum": "below",
}


def _allowed(part: dict[str, Any]) -> str | list[str] | None:
    """What the schema allows, in words."""
    if "enum" in part:
        return [str(option) for option in part["enum"]]
    span = [f"{word} {part[key]:g}" for key, word in _BOUNDS.items() if key in part]
    return " ".join(span) or None
