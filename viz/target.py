"""Where a picture, a film or a page may be written: asked before any work is done."""

import os
from collections.abc import Sequence
from pathlib import Path

from biomech.errors import InputError

FIGURES = (".png", ".pdf", ".svg")


def checked(path: str | os.PathLike[str], suffixes: Sequence[str] = FIGURES) -> Path:
    """The path, if a picture can be written there; asked before any work is done."""
    target = Path(path)
    if target.suffix.lower() not in suffixes:
        found = f"{target.suffix!r}" if target.suffix else "no suffix"
        raise InputError(f"{target}: cannot write this as {found}", allowed=suffixes)
    if not target.parent.is_dir():
        raise InputError(f"{target}: there is no folder {target.parent}")
    return target
