"""Sources behind a result, and how well the numbers taken from each are known."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from biomech import library
from biomech.errors import InputError
from biomech.viz.reading import Spine


@dataclass(frozen=True)
class Credit:
    """One source as the page lists it."""

    citation: str
    link: str
    read: str
    uses: str  # "measured 3, derived 12"


@dataclass(frozen=True)
class Credits:
    """All sources, and the share of each grade; `missing` says why there are none."""

    total: int
    shares: tuple[tuple[str, int, int], ...]  # grade, count, per cent
    listed: tuple[Credit, ...]
    missing: str = ""


def model_files(spine: Spine) -> list[str]:
    """kind/name of the model files a result was computed from, its equipment included."""
    named = [f.strip() for f in str(spine.data.attrs.get("model_files", "")).split(",") if f.strip()]
    gear = {f"equipment/{p['equipment']}" for p in spine.phases if p.get("equipment")}
    return [*named, *sorted(gear)]


def credits_of(spines: Sequence[Spine]) -> Credits:
    """Read from the model files of this installation."""
    names = list(dict.fromkeys(name for s in spines for name in model_files(s)))
    try:
        files = [library.load(*name.split("/", 1)) for name in names]
        sources = library.cite(files)
    except (InputError, TypeError) as error:
        return Credits(0, (), (), f"The model files of this result are not at hand here ({error}).")
    uses: dict[str, Counter[str]] = {}
    for file in files:
        for source, grade in file.origins():
            uses.setdefault(source, Counter())[grade] += 1
    grades = sum(uses.values(), Counter[str]())
    total = sum(grades.values())
    shares = tuple((g, grades[g], round(100 * grades[g] / max(total, 1))) for g in library.GRADES)
    listed = [
        Credit(
            s.citation,
            f"https://doi.org/{s.doi}" if s.doi else s.url,
            s.read,
            ", ".join(f"{g} {uses[s.key][g]}" for g in library.GRADES if s.key in uses and uses[s.key][g]),
        )
        for s in sources
    ]
    return Credits(total, shares, tuple(listed))
