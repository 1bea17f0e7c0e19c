"""Files that appear whole or not at all."""

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from biomech.errors import BiomechError, InputError


def replace_file(path: "str | Path", write: Callable[[Path], object]) -> None:
    """Let ``write`` make a temporary file in the same folder; sync it and give it its name.

    Raises
    ------
    BiomechError
        The folder is missing or the disk is full; nothing half-written is left behind.
    """
    target = Path(path)
    temporary = ""
    try:
        # the suffix stays: some writers choose the format by it
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}.", suffix=f".part{target.suffix}")
        os.close(handle)
        write(Path(temporary))
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except OSError as error:
        raise BiomechError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)


def plain_size(path: Path) -> int:
    """Size in bytes of a plain file; a device or a pipe, which could be read for ever, is an `InputError`."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        raise InputError("is not a plain file", path)
    return 0 if stat.S_ISDIR(found.st_mode) else found.st_size
