"""The JSON schema of a scenario: editors complete and check keys with it, and so do we."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from biomech import library
from biomech.library.document import KeyPath
from biomech.library.strict import Part, words
from biomech.scenario.spec import Scenario

#: table and key → the kind of thing in the catalogue that it names
_NAMES = {
    ("Person", "body"): "body",
    ("Condition", "name"): "conditions",
    ("Equipment", "model"): "equipment",
    ("PhaseSpec", "equipment"): "equipment",
    ("PhaseSpec", "posture"): "equipment",
    ("PhaseSpec", "exercise"): "exercise",
}


def schema() -> dict[str, Any]:
    """JSON schema (draft 2020-12) with descriptions, ranges and the names in the catalogue."""
    whole = copy.deepcopy(_plain())
    for (table, key), kind in _NAMES.items():
        whole["$defs"][table]["properties"][key]["examples"] = library.names(kind)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "title": "biomech scenario",
        "oneOf": [{"required": ["session", "equipment"]}, {"required": ["phase"]}],
    }


def at(path: KeyPath) -> dict[str, Any]:
    """The part of the schema that `path` must satisfy; empty for an unknown key."""
    part: dict[str, Any] = _plain()
    for step in path:
        part = part.get("items", {}) if isinstance(step, int) else _properties(part).get(step, {})
        # a name or a table: keys can only be looked up in the table
        part = next((p for p in part.get("anyOf", ()) if "$ref" in p), part)
        if "$ref" in part:
            part = part | _plain()["$defs"][part["$ref"].rpartition("/")[2]]
    return part


def keys(path: KeyPath) -> list[str]:
    """The keys that may stand in the table at `path`."""
    return list(_properties(at(path)))


def tables_with(key: str) -> list[str]:
    """The tables of a scenario in which `key` may stand."""
    return [table for table in keys(()) if key in keys((table,))]


def _properties(part: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = part.get("properties", {})
    return found


@cache
def _plain() -> dict[str, Any]:
    """Pydantic's schema without what TOML lacks (null) and the titles that repeat the keys."""
    whole = Scenario.model_json_schema()
    classes = {part.__name__: part for part in Part.__subclasses__()}
    for name, part in ((Scenario.__name__, whole), *whole["$defs"].items()):
        told = words(classes[name])
        for key, value in part["properties"].items():
            own = whole["$defs"].get(value.get("$ref", "").rpartition("/")[2], {})
            if key in told and told[key] != own.get("description"):  # a table that says it of itself need not be told again
                value = dict(sorted({**value, "description": told[key]}.items()))
            part["properties"][key] = _without_null(value)
    conditions = whole["$defs"]["Person"]["properties"]["conditions"]
    conditions["items"] = {"anyOf": [{"type": "string", "minLength": 1}, conditions["items"]]}
    return whole


def _without_null(value: dict[str, Any]) -> dict[str, Any]:
    value = {k: v for k, v in value.items() if k != "title" and not (k == "default" and v is None)}
    some = [option for option in value.pop("anyOf", []) if option != {"type": "null"}]
    for option in some:
        value |= option
    return value
