"""What is on disk: models/ and scenarios/, by kind and name.

They stand inside the package when it is installed (``biomech/models``) and at the top of the
repository otherwise. Folders in the environment variable ``BIOMECH_MODELS`` (a path list) are
searched first, so that a new chair is a file ``equipment/chair.toml`` there and no code.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from biomech.errors import BiomechError, InputError
from biomech.library.document import read_document
from biomech.library.suggest import did_you_mean, hint_for
from biomech.library.tables import ParameterFile
from biomech.library.variation import as_varied

_PACKAGE = Path(__file__).resolve().parents[1]

#: kind → the folders under models/ that hold it
KINDS: dict[str, tuple[str, ...]] = {
    "body": ("body",),
    "equipment": ("equipment",),
    "exercise": ("exercise",),
    "circulation": ("circulation",),
    "conditions": ("conditions", "spine"),
    "spine": ("spine",),
    "population": ("population",),
    "safety": ("safety",),
}
ALL_KINDS = ("scenarios", *KINDS)
#: files in models/spine that every spine needs: not conditions of one
EVERY_SPINE = ("healthy", "disc", "muscle")
#: and those that are about results
_NO_CONDITION = (*EVERY_SPINE, "limits")


@lru_cache
def folder(name: str) -> Path:
    """The folder "models" or "scenarios" that belongs to this package."""
    for parent in (_PACKAGE, _PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise BiomechError(f"the folder {name}/ is missing beside the package: install biomech again")


def model_folders() -> list[Path]:
    """Where models are searched, in this order."""
    mine = []
    for entry in os.environ.get("BIOMECH_MODELS", "").split(os.pathsep):
        if entry:
            if not Path(entry).is_dir():
                raise InputError("is not a folder", entry, hint="see BIOMECH_MODELS")
            mine.append(Path(entry))
    return [*mine, folder("models")]


def catalog(kind: str) -> dict[str, Path]:
    """Name → file of everything of a kind: one of `KINDS`, or "scenarios"."""
    if kind == "scenarios":
        return {path.stem: path for path in sorted(folder("scenarios").glob("*.toml"))}
    if kind not in KINDS:
        raise InputError(f"unknown kind {kind!r}", allowed=ALL_KINDS, hint=did_you_mean(kind, ALL_KINDS))
    found: dict[str, Path] = {}
    for models in model_folders():
        for part in KINDS[kind]:
            for path in sorted((models / part).glob("*.toml")):
                if kind != "conditions" or part != "spine" or path.stem not in _NO_CONDITION:
                    found.setdefault(path.stem, path)
    return found


def names(kind: str) -> list[str]:
    """Names of everything of a kind, sorted."""
    return sorted(catalog(kind))


def path(kind: str, name: str) -> Path:
    """File of a name; an unknown name is an `InputError` that lists the known ones."""
    if kind in KINDS and Path(name).name == name and not (kind == "conditions" and name in EVERY_SPINE):
        # the common case, asked thousands of times in an ensemble: no folder is listed
        for models in model_folders():
            for part in KINDS[kind]:
                file = os.path.join(models, part, f"{name}.toml")
                if os.path.isfile(file):
                    return Path(file)
    found = catalog(kind)
    if name not in found:
        known = sorted(found)
        what = kind.removesuffix("s")
        raise InputError(f"unknown {what} {name!r:.60}", allowed=known, hint=hint_for(name, known))
    return found[name]


def load(kind: str, name: str) -> ParameterFile:
    """The parameter file of a name, checked, and read again only when it changed on disk.

    Within `biomech.library.varied` with the values given there.
    """
    file = path(kind, name)
    try:
        stat = file.stat()
    except OSError as error:  # a link that leads nowhere
        raise InputError(f"cannot be read: {error.strerror or error}", file) from None
    return as_varied(_read(kind, file, stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=256)
def _read(kind: str, file: Path, changed_ns: int, size: int) -> ParameterFile:
    return ParameterFile(read_document(file), kind, file.stem)
