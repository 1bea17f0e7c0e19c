"""Where compiled kernels are kept: a folder of its own for every package of kernels.

Numba checks only the file of the function it loads, not the files of what that function calls. So the folder's
name is a digest of all sources of the package, and an edited callee can never be answered from a stale cache.
That holds as long as the kernels of a package call no kernels of another one.

Numba looks up the folder when a function is decorated. A package of kernels therefore calls `use_folder` in its
``__init__`` and imports all its modules right after it.
"""

import hashlib
import os
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path


@cache
def sources_digest(package: str) -> str:
    """Digest of every source file of a package of kernels, and of the compiler's version."""
    h = hashlib.sha256(version("numba").encode())
    for file in _sources(package):
        h.update(file.name.encode())
        h.update(file.read_bytes())
    return h.hexdigest()[:16]


def cache_folder(package: str) -> Path:
    """Folder of the compiled code of a package; BIOMECH_CACHE moves it."""
    base = os.environ.get("BIOMECH_CACHE")
    root = Path(base) if base else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "biomech" / f"{package.split('.')[1]}-{sources_digest(package)}"


def is_compiled(package: str, *entries: str) -> bool:
    """True if a former run left compiled code of these very sources.

    entries: ``module.function`` of what every run calls; all of them must be there, so that a compilation that
    was interrupted is announced again.
    """
    folder = cache_folder(package)
    return folder.is_dir() and all(any(folder.rglob(f"{entry}-*.nbc")) for entry in entries or ("*",))


def use_folder(package: str) -> None:
    """Keep the compiled code of everything decorated from here on in the package's folder."""
    if "NUMBA_CACHE_DIR" not in os.environ:
        import numba

        numba.config.CACHE_DIR = str(cache_folder(package))  # type: ignore[attr-defined]


def _sources(package: str) -> list[Path]:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"{package} is not a package")
    return sorted(file for folder in spec.submodule_search_locations for file in Path(folder).glob("*.py"))
