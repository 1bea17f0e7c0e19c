"""Compiled arithmetic of the spine: numbers in, numbers out, SI, no objects.

The files are the nouns of the mechanics: `rotation` (finite rotations), `disc` (the disc law), `strand`
(ligaments), `facet` (contact), `joint` (two bodies and what lies between), `body` (inertia in the moving
frame), `support` (what holds the person), `motion` (smooth ramps), `system` (all of it for one stage),
`blocks` (the linear solve), `march` (TR-BDF2), `equilibrium` (statics) and `layout` (the arrays).

Importing this package chooses the folder of the compiled code: Numba checks only the file of the function
it loads, so the folder's name is a digest of all kernel sources and an edited callee can never be answered
from a stale cache.
"""

import hashlib
import os
from pathlib import Path

import numba


def sources_digest() -> str:
    """Digest of every kernel source, and of the compiler's version."""
    h = hashlib.sha256(numba.__version__.encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        h.update(file.read_bytes())
    return h.hexdigest()[:16]


def cache_folder() -> Path:
    """Folder of the compiled kernels; BIOMECH_CACHE moves it."""
    base = os.environ.get("BIOMECH_CACHE")
    root = Path(base) if base else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return root / "biomech" / f"kernels-{sources_digest()}"


def is_compiled() -> bool:
    """True if a former run left compiled code for these very sources."""
    folder = cache_folder()
    return folder.is_dir() and any(folder.rglob("march.march-*.nbc"))


if "NUMBA_CACHE_DIR" not in os.environ:
    numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]
