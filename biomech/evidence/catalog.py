"""The studies on disk: benchmarks/validation, or what BIOMECH_STUDIES points at."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from biomech import library, scenario
from biomech.errors import InputError
from biomech.evidence.bands import Kind, check_band, read_kinds
from biomech.evidence.study import Study, allowed_keys
from biomech.library.document import Document, KeyPath, read_document
from biomech.library.strict import said, to_repair_first
from biomech.library.suggest import did_you_mean

_PACKAGE = Path(__file__).resolve().parents[1]
ENVIRONMENT = "BIOMECH_STUDIES"


@dataclass(frozen=True)
class Entry:
    """A study with the folder it was read from."""

    name: str
    folder: Path
    study: Study
    kinds: dict[str, Kind]

    @cached_property
    def cases(self) -> dict[str, scenario.Scenario]:
        """The scenarios the study uses, checked."""
        wanted = {q.simulated.case for q in self.study.quantity}
        wanted |= {q.simulated.against_case for q in self.study.quantity if q.simulated.against_case}
        return {name: scenario.read(self.folder / f"{name}.toml") for name in sorted(wanted)}

    @cached_property
    def explained(self) -> frozenset[str]:
        """Quantities whose miss the study's README analyses, under a heading with their id."""
        readme = self.folder / "README.md"
        if not readme.is_file():
            return frozenset()
        heads = [line.lstrip("#").split() for line in readme.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
        return frozenset(word.strip("`,:") for head in heads for word in head)


def studies_folder() -> Path:
    """Where the studies are."""
    if mine := os.environ.get(ENVIRONMENT):
        if not Path(mine).is_dir():
            raise InputError("is not a folder", mine, hint=f"see {ENVIRONMENT}")
        return Path(mine)
    for folder in (_PACKAGE / "studies", _PACKAGE.parent / "benchmarks" / "validation"):
        if folder.is_dir():
            return folder
    raise InputError("no folder of studies beside the package", hint=f"set {ENVIRONMENT}")


def names() -> list[str]:
    """Every study, sorted."""
    return sorted(file.parent.name for file in studies_folder().glob("*/study.toml"))


def read(name: str) -> Entry:
    """One study, checked; whatever is wrong with it is an `InputError` that points at the line."""
    root = studies_folder()
    known = names()
    if name not in known:
        raise InputError(f"no study {name!r}", allowed=known, hint=did_you_mean(name, known))
    document = read_document(root / name / "study.toml")
    kinds = read_kinds(read_document(root / "kinds.toml"))
    try:
        study = Study.model_validate(document.data)
    except ValidationError as error:
        raise _first(error, document) from None
    _check(study, document, kinds, root / name)
    return Entry(name, root / name, study, kinds)


def read_all(wanted: tuple[str, ...] = ()) -> list[Entry]:
    """The studies of these names, or all."""
    return [read(name) for name in (wanted or names())]


def _first(error: ValidationError, document: Document) -> InputError:
    """The complaint to repair first."""
    detail = to_repair_first(error, document)
    path: KeyPath = detail["loc"]
    if detail["type"] == "extra_forbidden":
        known = allowed_keys(path[:-1])
        return document.error("unknown key", path, known, did_you_mean(str(path[-1]), known))
    return document.error(said(detail["type"], detail["input"]), path, detail.get("ctx", {}).get("expected"))


def _check(study: Study, document: Document, kinds: dict[str, Kind], folder: Path) -> None:
    """What no single key can know."""
    sources = library.sources()
    for i, key in enumerate(study.citation.keys):
        if key not in sources:
            raise document.error(f"{key!r} is not in models/sources.toml", ("citation", "keys", i), hint=did_you_mean(key, sources))
    seen = set()
    for i, q in enumerate(study.quantity):
        if q.id in seen:
            raise document.error(f"{q.id!r} stands here twice", ("quantity", i, "id"))
        seen.add(q.id)
        check_band(q, kinds, ("quantity", i), document)
        s = q.simulated
        where: KeyPath = ("quantity", i, "simulated")
        if s.kind != "value" and s.against is None:
            raise document.error(f"as = {s.kind!r} needs a moment to compare with", (*where, "against"))
        if (s.kind == "share") != (s.whole is not None):
            raise document.error('a share needs "whole", and nothing else does', (*where, "whole"))
        for case in (s.case, s.against_case):
            if case is not None and not (folder / f"{case}.toml").is_file():
                near = did_you_mean(case, (f.stem for f in folder.glob("*.toml")))
                raise document.error(f"there is no {case}.toml beside it", (*where, "case"), hint=near)
