"""What a sweep varies: ``KEY=LOW:HIGH:STEP``, ``KEY=a,b,c`` or ``KEY=LOW:HIGH``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from biomech import library
from biomech.errors import InputError
from biomech.library.variation import Variation
from biomech.scenario import parse_override

EXAMPLE = "KEY=LOW:HIGH:STEP, KEY=a,b,c or, with --samples, KEY=LOW:HIGH"
MODELS = "models."  # a key that begins so is a number of models/: models.spine.disc.modulus_tension
MOST_VALUES = 10_000
NOT_NUMBERS = ("equipment",)  # kinds whose files are not read through their numbers


@dataclass(frozen=True)
class Axis:
    """One key with the values it takes, or with the span they are drawn from."""

    key: str
    values: tuple[Any, ...] = ()
    span: tuple[float, float] | None = None

    def at(self, share: float) -> Any:
        """The value at a share (0–1) of the span, or of the list."""
        if self.span is not None:
            return self.span[0] + share * (self.span[1] - self.span[0])
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]

    @property
    def unit(self) -> str:
        """Unit of the numbers, by the end of the key or by the file; "" where there is none."""
        if self.key.startswith(MODELS):
            file, name = parameter(self.key)
            return "1" if "." in name else library.load(*file.split("/", 1)).scalar(name).unit
        return unit_of(self.key)


#: ends of keys that say their unit
UNIT_ENDS = {
    "_deg": "deg",
    "_s": "s",
    "_h": "h",
    "_min": "min",
    "_kg": "kg",
    "_m": "m",
    "_years": "years",
    "_N": "N",
    "_percent_bw": "% of body weight",
}


def unit_of(key: str) -> str:
    """Unit that the name of a key ends with."""
    return next((unit for end, unit in UNIT_ENDS.items() if key.endswith(end)), "")


def parse_axis(text: str) -> Axis:
    """Read one ``--vary``."""
    key, equals, given = (part.strip() for part in text.partition("="))
    if not equals or not key or not given:
        raise InputError(f'"{text}" says nothing to vary', key="--vary", allowed=EXAMPLE)
    if key.startswith(MODELS):
        parameter(key)
    if ":" in given:
        return _ranged(key, given)
    values = tuple(parse_override(f"{key}={part.strip()}")[1] for part in given.split(","))
    for i, value in enumerate(values):
        if value in values[:i]:
            raise InputError(f"{value!r} stands here twice", key=f"--vary {key}")
        if isinstance(value, str) is not isinstance(values[0], str):
            raise InputError("words and numbers are mixed", key=f"--vary {key}")
    return Axis(key, values)


def parse_axes(given: Sequence[str | Axis]) -> list[Axis]:
    """Read what stands as text."""
    return [parse_axis(v) if isinstance(v, str) else v for v in given]


def _ranged(key: str, given: str) -> Axis:
    try:
        numbers = [float(part) for part in given.split(":")]
    except ValueError:
        raise InputError(f'"{given}" is not a range of numbers', key=f"--vary {key}", allowed=EXAMPLE) from None
    if len(numbers) not in (2, 3) or not all(map(math.isfinite, numbers)):
        raise InputError(f'"{given}" is not a range', key=f"--vary {key}", allowed=EXAMPLE)
    low, high = numbers[:2]
    if low >= high:
        raise InputError(f"the lowest, {low:g}, is not below the highest, {high:g}", key=f"--vary {key}")
    if len(numbers) == 2:
        return Axis(key, span=(low, high))
    step = numbers[2]
    if step <= 0:
        raise InputError(f"a step of {step:g} leads nowhere", key=f"--vary {key}", allowed="a step above 0")
    count = int(math.floor((high - low) / step + 1e-9)) + 1
    if count > MOST_VALUES:
        raise InputError(f"makes {count} values", key=f"--vary {key}", allowed=f"at most {MOST_VALUES}")
    # 0.1 + 2 × 0.1 is written 0.3
    return Axis(key, tuple(float(f"{low + i * step:.12g}") for i in range(count)))


def parameter(key: str) -> tuple[str, str]:
    """File ("spine/disc") and name ("modulus_tension", "branches.axial") behind a key ``models.…``."""
    parts = key.removeprefix(MODELS).split(".")
    if len(parts) not in (3, 4):
        raise InputError(
            "names no number of a file", key=key, allowed="models.KIND.FILE.NAME, for example models.spine.disc.modulus_tension"
        )
    kind, name = parts[:2]
    if kind in NOT_NUMBERS:
        raise InputError(
            f"files of the kind {kind!r} are not varied so", key=key, hint="use the keys of the scenario: equipment.friction, …"
        )
    file = library.load(kind, name)
    if len(parts) == 3:
        file.scalar(parts[2])
    else:
        file.table(parts[2]).column(parts[3])
    return f"{library.path(kind, name).parent.name}/{name}", ".".join(parts[2:])


@dataclass(frozen=True)
class Case:
    """What one run of many has of its own."""

    settings: tuple[tuple[str, Any], ...] = ()  # keys of the scenario
    numbers: tuple[tuple[str, str, Any], ...] = ()  # file of models/, name, value

    @property
    def variation(self) -> Variation:
        """The numbers as `biomech.library.varied` takes them."""
        out: dict[str, dict[str, Any]] = {}
        for file, name, value in self.numbers:
            out.setdefault(file, {})[name] = value
        return out


def case(values: Iterable[tuple[str, Any]]) -> Case:
    """A case from keys of the scenario and of models/ together."""
    settings, numbers = [], []
    for key, value in values:
        if key.startswith(MODELS):
            numbers.append((*parameter(key), value))
        else:
            settings.append((key, value))
    return Case(tuple(settings), tuple(numbers))
