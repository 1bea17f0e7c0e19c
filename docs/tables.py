"""Fill the tables of docs/ from the code and the data: keys, options, measures, variables, symbols.

    python docs/tables.py          # a few seconds; `make docs` does it too, and a test says when a page is stale

A table stands in a page between ``<!-- table: NAME -->`` and ``<!-- end -->``. What has no place in code (formulas, symbols) is in
formulas.toml.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

import biomech
from biomech import library, scenario
from biomech.cli.app import app
from biomech.library.catalog import KINDS
from biomech.library.equipment import KINDS as SUPPORTS
from biomech.library.equipment import Drawing, Holder, Legs
from biomech.results.result import Result

HERE = Path(__file__).resolve().parent
MARKED = re.compile(r"(<!-- table: (?P<name>[^>]+?) -->\n).*?(?=<!-- end -->)", re.DOTALL)
FORMULAS: dict[str, Any] = tomllib.loads((HERE / "formulas.toml").read_text(encoding="utf-8"))
#: a session that ends standing, so that every measure there is has a value; short, because only names are read
SHORT = {"history": {"days": 0, "awake_h": 0.1, "upright_after_min": 41}, "session": {"hold_s": 30}}
UPRIGHT = """
person = { body = "adult_male", mass_kg = 78, stature_m = 1.78 }
phase = [{ posture = "standing", duration_s = 5 }]
history = { days = 0, awake_h = 0.1, upright_after_min = 0 }
"""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines)


# ---- scenarios and equipment: from the schema


def _kind(part: dict[str, Any]) -> str:
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_kind(p) for p in part["anyOf"] if p.get("type") != "null"))
    if "const" in part:
        return f"`{part['const']}`"
    if "prefixItems" in part:
        return f"two of {_kind(part['prefixItems'][0])}"
    if "enum" in part:
        return "one of " + ", ".join(f"`{x}`" for x in part["enum"]) if len(part["enum"]) <= 8 else "text"
    if "$ref" in part or "discriminator" in part:
        return "table"
    if part.get("type") == "array":
        return f"list of {_kind(part.get('items', {}))}"
    return {"number": "number", "integer": "whole number", "string": "text", "boolean": "true or false", "object": "table"}.get(
        part.get("type", ""), "any"
    )


def _allowed(part: dict[str, Any]) -> str:
    for option in part.get("anyOf", ()):
        if option.get("type") != "null" and (found := _allowed(option)):
            return found
    words = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    span = [f"{sign} {part[key]:g}" for key, sign in words.items() if key in part]
    if "examples" in part:
        span.append("a name in the catalogue")
    if "enum" in part and len(part["enum"]) > 8:
        span.append(f"`{part['enum'][0]}` … `{part['enum'][-1]}`")
    return " and ".join(span)


def _default(key: str, part: dict[str, Any], needed: Iterable[str]) -> str:
    if key in needed:
        return "**needed**"
    value = part.get("default")
    if value is None or value == [] or isinstance(value, dict):
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else f'{value:g}'}`"


def _about(value: dict[str, Any], defs: dict[str, Any]) -> str:
    """What a table says of itself, where its key has no words of its own."""
    return str(defs.get(value.get("$ref", "").rpartition("/")[2], {}).get("description", "")).partition("\n\n")[0]


def _keys(part: dict[str, Any], defs: dict[str, Any]) -> str:
    rows = []
    for key, value in part["properties"].items():
        unit = next((u for suffix, u in UNITS_OF_KEYS.items() if key.endswith(suffix)), "")
        words = " ".join(value.get("description", _about(value, defs)).split())
        rows.append((f"`{key}`", _kind(value), unit, _default(key, value, part.get("required", ())), _allowed(value), words))
    return table(("key", "type", "unit", "default", "allowed", "what"), rows)


UNITS_OF_KEYS = {
    "_kg": "kg", "_m": "m", "_years": "years", "_percent_bw": "% of body weight", "_deg": "deg", "_N": "N", "_s": "s", "_h": "h",
    "_min": "min",
}
TABLES_OF_A_SCENARIO = {
    "Scenario": "The whole", "Person": "`[person]`", "Condition": "An item of `person.conditions`", "Equipment": "`[equipment]`",
    "Session": "`[session]`", "PhaseSpec": "`[[phase]]`", "History": "`[history]`", "Programme": "`[[programme]]`", "Muscle": "`[muscle]`",
    "Solver": "`[solver]`",
}


def scenario_keys() -> str:
    """Every key of a scenario."""
    whole = scenario.schema()
    parts = {"Scenario": whole, **whole["$defs"]}
    missing = parts.keys() - TABLES_OF_A_SCENARIO.keys()
    assert not missing, f"tables of a scenario without a heading: {missing}"
    return "\n\n".join(f"### {title}\n\n{_keys(parts[name], parts)}" for name, title in TABLES_OF_A_SCENARIO.items())


def equipment_keys() -> str:
    """Every key of an equipment file."""
    out = ["### The file\n\n" + _keys(*_schema(Holder))]
    out += [f'### A support of kind `"{kind}"`\n\n' + _keys(*_schema(part)) for kind, part in SUPPORTS.items()]
    out += [f"### `[{name}]`\n\n" + _keys(*_schema(part)) for name, part in (("legs", Legs), ("drawing", Drawing))]
    return "\n\n".join(out)


def _schema(part: type) -> tuple[dict[str, Any], dict[str, Any]]:
    whole = TypeAdapter(part).json_schema()
    return whole, whole.get("$defs", {})


def catalogue() -> str:
    """What there is, by kind."""
    rows = []
    for kind in ("scenarios", *KINDS):
        if kind != "scenarios" and kind in ("population", "safety"):
            continue
        rows += [(kind, f"`{name}`", _title(kind, name)) for name in library.names(kind)]
    return table(("kind", "name", "what"), rows)


def _title(kind: str, name: str) -> str:
    return str(library.read_document(library.path(kind, name)).data.get("title", ""))


def warnings() -> str:
    """Whom published lists warn."""
    entries = library.load("safety", "conditions").data["conditions"]
    says = {"no": "do not", "ask": "ask first"}
    rows = [
        (entry["words"], says[entry["advice"]], ", ".join(c.replace("_", " ") for c in entry["concerns"]), entry["why"], f"`{name}`")
        for advice in says
        for name, entry in entries.items()
        if entry["advice"] == advice
    ]
    return table(("who has", "is told", "for", "why", "in `person.conditions`"), rows)


def units() -> str:
    """Every unit a number may have."""
    return ", ".join(f"`{unit}`" for unit in library.UNITS)


# ---- the command line: from its own description


def verbs() -> str:
    """Every verb with every option."""
    rows = [(f"[`{name}`](#{name})", _help(name)) for name in _verbs()]
    out = [table(("verb", "what"), rows)]
    for name in _verbs():
        rows = [
            (", ".join(f"`{n}`" for n in argument.names), _type(argument.hint), _of(argument), argument.parameter.help or "")
            for argument in app[name].assemble_argument_collection()
            if argument.show  # not the bundle of options that many verbs share
        ]
        out.append(f"### {name}\n\n{_help(name)}\n\n" + table(("argument", "type", "default", "what"), rows))
    return "\n\n".join(out)


def _verbs() -> list[str]:
    return sorted(name for name in app if not name.startswith("-"))


def _help(name: str) -> str:
    return " ".join(str(app[name].help).split())


def _type(hint: Any) -> str:
    options = [o for o in get_args(hint) if o is not type(None)]
    if options and all(isinstance(o, str) for o in options):
        return ", ".join(f"`{o}`" for o in options)
    if options:
        return _type(options[0])
    return {"bool": "switch", "str": "text", "int": "whole number", "float": "number", "Path": "file"}.get(hint.__name__, hint.__name__)


def _of(argument: Any) -> str:
    default = argument.field_info.default
    if default is argument.field_info.empty:
        return "**needed**"
    if default is None or default is False or default in ((), []):
        return "–"
    return f"`{str(default).lower() if default is True else default}`"


# ---- results: from a short run


@cache
def _runs() -> tuple[Result, Result]:
    return biomech.simulate("table_60", **SHORT), biomech.simulate(UPRIGHT, only="spine")


def measured() -> dict[str, tuple[str, str]]:
    """Unit and definition of every measure of the whole body there is."""
    found: dict[str, tuple[str, str]] = {}
    for result in _runs():
        for name, entry in result.measures()["measures"].items():
            found.setdefault(name, (entry["unit"], entry["definition"]))
    return found


def measured_by_level() -> dict[str, tuple[str, str]]:
    """Unit and definition of every measure of a level."""
    return {name: (d["unit"], d["definition"]) for name, d in _runs()[0].measures()["level_definitions"].items()}


def measures() -> str:
    """Every measure of the whole body, those of standing and lying under the name they share."""
    return _measures(measured())


def level_measures() -> str:
    """Every measure of a level."""
    return _measures(measured_by_level())


def _measures(found: dict[str, tuple[str, str]]) -> str:
    rows = []
    for name, (unit, definition) in found.items():
        bare = name.removeprefix("standing_").removeprefix("supine_")
        if bare != name and bare in found and bare in FORMULAS["blood"]:
            continue
        formula = FORMULAS["blood"].get(name) or FORMULAS["measures"][name]
        rows.append((f"`{name}`", unit, definition, formula))
    return table(("measure", "unit", "meaning", "formula"), rows)


def variables() -> str:
    """Every variable of a result."""
    data = _runs()[0].data
    rows = [(f"`{name}`", ", ".join(v.dims), v.attrs["units"], v.attrs["long_name"]) for name, v in data.data_vars.items()]
    return table(("variable", "over", "unit", "what"), rows)


# ---- numbers of models/


def symbols(kind: str, name: str) -> str:
    """Every scalar of a parameter file, with its symbol in the equations."""
    written = FORMULAS["symbols"].get(f"{kind}/{name}", {})
    file = library.load(kind, name)
    unknown = written.keys() - file.scalars.keys()
    assert not unknown, f"formulas.toml: {kind}/{name} has no {unknown}"
    rows = []
    for key, q in file.scalars.items():
        span = f"{q.range[0]:g} … {q.range[1]:g}" if q.range else f"± {q.sd:g}" if q.sd else ""
        rows.append((written.get(key, ""), f"`{key}`", f"{q.value:g}", q.unit, span, q.grade, q.source))
    return table(("symbol", "name", "value", "unit", "range", "grade", "source"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "scenario": scenario_keys,
    "equipment": equipment_keys,
    "catalogue": catalogue,
    "units": units,
    "warnings": warnings,
    "verbs": verbs,
    "measures": measures,
    "level measures": level_measures,
    "variables": variables,
}


def made(name: str) -> str:
    """The text of a table."""
    if name.startswith("symbols "):
        return symbols(*name.removeprefix("symbols ").split("/"))
    return TABLES[name]()


def filled(page: str) -> str:
    """A page with its tables anew."""
    return MARKED.sub(lambda m: m[1] + "\n" + made(m["name"]) + "\n\n", page)


def pages() -> list[Path]:
    """The pages that hold tables."""
    return [page for page in sorted(HERE.glob("*.md")) if MARKED.search(page.read_text(encoding="utf-8"))]


def main() -> int:
    for page in pages():
        old = page.read_text(encoding="utf-8")
        new = filled(old)
        if new != old:
            page.write_text(new, encoding="utf-8")
            print(f"written: {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
