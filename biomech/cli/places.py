"""Where a verb may write: asked before anything is computed, so that no work is lost to a typing error."""

import hashlib
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from biomech.errors import InputError

PICTURES = (".png", ".pdf", ".svg")
PAGES = (".html",)


def writable(path: Path, suffixes: tuple[str, ...] = ()) -> Path:
    """The same path, with its folder made; refused if nothing useful can be written there."""
    if suffixes and path.suffix.lower() not in suffixes:
        raise InputError(f"cannot write {path.suffix or 'a file without suffix'!r}", str(path), key="-o", allowed=suffixes)
    if path.is_dir():
        raise InputError("is a folder, not a file", str(path), key="-o")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"the folder {path.parent} cannot be made: {reason}", str(path), key="-o") from error
    try:
        # to make one is the only sure way to learn whether a file can be made there
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".part"):
            pass
        if path.exists():
            path.open("ab").close()
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", str(path), key="-o") from error
    return path


def near(path: Path) -> Path:
    """The same place as it is called from here, if it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


LONGEST = 100  # letters of a file's name


def called(source: str, settings: Sequence[str] = (), *more: str) -> str:
    """Name for what is made of a scenario: a run with other settings does not take the place of the plain one."""
    said = [f"{key.strip().rpartition('.')[2]}_{value.strip()}" for key, _, value in (s.partition("=") for s in settings)]
    words = _short("_".join(re.sub(r"[^\w.+-]+", "-", word).strip("-") for word in said))
    return "_".join([Path(source).stem, *filter(None, [words]), *more])


def together(what: str, names: Sequence[str]) -> str:
    """Name for what is made of several: another comparison does not take the place of this one."""
    return "_".join([what, *filter(None, [_short("_".join(names))])])


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else hashlib.sha256(words.encode()).hexdigest()[:12]


def unused(stem: str, taken: set[str]) -> str:
    """``stem``, or ``stem_2``, ``stem_3`` …: the first that is not taken; it is taken from now on."""
    name, n = stem, 1
    while name in taken:
        n += 1
        name = f"{stem}_{n}"
    taken.add(name)
    return name
