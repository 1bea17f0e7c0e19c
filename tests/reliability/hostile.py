"""Hostile input: what can stand in the place of a number, texts that are nearly right, and who reads each kind of file."""

import copy
import os
import random
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from biomech import scenario
from biomech.circulation.assembly import assemble
from biomech.circulation.parameters import load as load_circulation
from biomech.errors import InputError
from biomech.head.parameters import load as load_head
from biomech.library import bibliography, catalog
from biomech.library.document import KeyPath, read_document
from biomech.library.equipment import holder
from biomech.library.exercise import exercise as read_exercise
from biomech.population.persons import load as load_persons
from biomech.population.unknowns import unknowns
from biomech.posture.person import Person, condition
from biomech.posture.stance import stance
from biomech.results.limits import known_limits
from biomech.safety.limits import limits as screening_limits
from biomech.safety.person import screen_person
from biomech.scenario.write import to_toml
from biomech.spine.assembly import assemble_plan
from biomech.spine.parameters import load as load_spine

ROOT = Path(__file__).resolve().parents[2]
FILES = tuple(
    str(file.relative_to(ROOT)) for folder in ("models", "scenarios") for file in sorted((ROOT / folder).rglob("*.toml"))
)
#: what may stand where a number is expected
JUNK: tuple[Any, ...] = (
    float("nan"), float("inf"), float("-inf"), -1, 0, 1e308, -1e308, 5e-324, 10**40, True, "1", "1,5", "", [], [1.0], {}, {"value": 1.0},
)


def numbers_in(data: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The place of every number."""
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from numbers_in(value, (*path, key))
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield path


def places_in(data: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The place of everything: tables, lists, values."""
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield (*path, key)
            yield from places_in(value, (*path, key))


def at(data: Any, path: KeyPath) -> Any:
    """What stands at a place."""
    for key in path:
        data = data[key]
    return data


def replaced(data: Any, path: KeyPath, value: Any) -> Any:
    """The data with another value at a place; only what lies on the way is copied."""
    if not path:
        return value
    out = copy.copy(data)
    out[path[0]] = replaced(out[path[0]], path[1:], value)
    return out


def _renamed(data: Any, path: KeyPath, rng: random.Random) -> Any:
    """A key misspelled, an item of a list twice."""
    inner = copy.copy(at(data, path[:-1]))
    if isinstance(inner, list):
        inner.insert(rng.randrange(len(inner) + 1), inner[path[-1]])
        return replaced(data, path[:-1], inner)
    key = str(path[-1])
    i = rng.randrange(len(key) + 1)
    inner[key[:i] + rng.choice("xé_.\" /") + key[i:]] = inner.pop(path[-1])
    return replaced(data, path[:-1], inner)


def _removed(data: Any, path: KeyPath, rng: random.Random) -> Any:
    inner = copy.copy(at(data, path[:-1]))
    del inner[path[-1]]
    return replaced(data, path[:-1], inner)


def _swapped(data: Any, path: KeyPath, rng: random.Random) -> Any:
    """The value of another place here."""
    return replaced(data, path, at(data, rng.choice(list(places_in(data)))))


def _scaled(data: Any, path: KeyPath, rng: random.Random) -> Any:
    value = at(data, path)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return replaced(data, path, rng.choice(JUNK))
    return replaced(data, path, value * rng.choice((-1, 0, 1e-6, 1e6, 1.5, 1000)))


def _junk(data: Any, path: KeyPath, rng: random.Random) -> Any:
    return replaced(data, path, rng.choice(JUNK))


_OF_DATA: tuple[Callable[[Any, KeyPath, random.Random], Any], ...] = (_renamed, _removed, _swapped, _scaled, _junk)


def _bytes_changed(text: str, rng: random.Random) -> bytes:
    """The text itself damaged: bytes flipped, cut off, doubled, brackets and quotes, decimal commas, other encodings."""
    raw = text.encode()
    i, j = sorted(rng.randrange(len(raw)) for _ in range(2))
    match rng.randrange(8):
        case 0:
            return raw[:i] + bytes([raw[i] ^ 1 << rng.randrange(8)]) + raw[i + 1 :]
        case 1:
            return raw[:i]
        case 2:
            return raw[:j] + raw[i:]
        case 3:
            return raw[:i] + rng.choice([b"[", b"]", b"{", b"}", b'"', b"'", b"=", b"\n", b"#", b"\\", b"\0", b"\xff", b"."]) + raw[i:]
        case 4:
            return re.sub(rb"(\d)\.(\d)", rb"\1,\2", raw, count=1 + rng.randrange(3))
        case 5:
            return text.encode(rng.choice(["utf-16", "utf-32", "utf-8-sig"]))
        case 6:
            return raw[:i] + raw[j:]
        case _:
            return raw.replace(b"\n", rng.choice([b"\r\n", b"\r", b"\n\n"]))


def mutant(data: dict[str, Any], text: str, rng: random.Random) -> bytes:
    """A file that is nearly the given one: one to three changes of what it says, or damage to its bytes."""
    if rng.random() < 0.25:
        return _bytes_changed(text, rng)
    for _ in range(rng.choice((1, 1, 2, 3))):
        places = list(places_in(data))
        if not places:
            break
        data = rng.choice(_OF_DATA)(data, rng.choice(places), rng)
    if not isinstance(data, dict):
        return b""
    return to_toml(data).encode("utf-8", "replace")


# --- who reads what --------------------------------------------------------------------------------

_TIMES = count(1_700_000_000_000_000_000, 1_000_000)


class Reader:
    """A folder of models in front of the shipped ones, and every reader that a simulation would send there.

    Everything that is accepted must lead to finite numbers.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        kind, *_ = Path(name).parts[1:]
        self.kind = kind if Path(name).parts[0] == "models" else "scenarios"
        self.stem = Path(name).stem
        self.file = folder / (Path(name).name if self.kind == "scenarios" else Path(*Path(name).parts[1:]))
        self.file.parent.mkdir(parents=True, exist_ok=True)

    def __call__(self, raw: bytes) -> None:
        """Read it as a simulation would; raises what that raises."""
        self.file.write_bytes(raw)
        now = next(_TIMES)  # of the same size within one tick of the clock: the caches must not take it for the last one
        os.utime(self.file, ns=(now, now))
        match self.kind:
            case "scenarios":
                assert scenario.read(self.file).phases()
            case "equipment":
                device = holder(self.stem)
                stance(Person(), self.stem, device.lowest_deg).held()
            case "exercise":
                read_exercise(self.stem)
            case "circulation":
                _circulation(Person())
            case "body":
                person = Person(self.stem)
                _spine(person)
                _circulation(person)
                stance(person, "standing", -90.0)
            case "spine" if self.stem in catalog.EVERY_SPINE:
                _spine(Person())
                stance(Person(), "standing", -90.0)
            case "spine" if self.stem == "limits":
                known_limits()
            case "spine" | "conditions":
                person = Person(conditions=(condition(self.stem),))
                _spine(person)
                _circulation(person)
            case "population" if self.stem == "unknowns":
                unknowns(scenario.read("table_60"), ["adult_male"], None)
            case "population":
                load_persons(self.stem)
            case "safety":
                screen_person(scenario.read("table_60"))
                screening_limits()
            case _:
                bibliography.sources()


def _spine(person: Person) -> None:
    plan, geometry = assemble_plan(load_spine(person))
    for part in (*plan, *geometry):
        assert np.isfinite(part).all()


def _circulation(person: Person) -> None:
    plan = assemble(load_circulation(person))
    for part in (*plan.network, plan.bend):
        assert np.isfinite(part).all()
    assert all(np.isfinite(v).all() for v in load_head(person).value.values())


def refusal(reader: Reader, raw: bytes) -> str | None:
    """The one line a file is refused with, or None if it is accepted; anything else than that is raised."""
    try:
        reader(raw)
    except InputError as error:
        said = str(error)
        assert said.isprintable()
        assert len(said) < 2000
        # what contradicts another file may be told of that one
        assert error.file is not None and Path(error.file).suffix == ".toml", f"names no file: {said}"
        return said
    return None


def parsed(name: str) -> tuple[dict[str, Any], str]:
    """What a shipped file says, and its text."""
    document = read_document(ROOT / name)
    return document.data, document.text
