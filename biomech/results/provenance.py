"""Where a result comes from: version, digests of scenario, data and kernels, platform."""

import hashlib
import platform
from functools import cache
from typing import Any

from biomech import __version__, library
from biomech.compiled import sources_digest
from biomech.library.catalog import model_folders

KERNELS = ("biomech.spine.kernels", "biomech.circulation.kernels", "biomech.head.kernels")


def attributes(scenario: str, files: tuple[str, ...]) -> dict[str, Any]:
    """Attributes for a result; ``files`` are kind/name of the model files it was computed from."""
    h = hashlib.sha256(scenario.encode())
    for file in files:
        kind, name = file.split("/", 1)
        h.update(library.path(kind, name).read_bytes())
    for package in KERNELS:
        h.update(sources_digest(package).encode())
    return {
        "biomech_version": __version__,
        "digest": h.hexdigest()[:12],
        "platform": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "model_files": ", ".join(files),
    }


@cache
def fingerprint() -> str:
    """Digest of everything a result depends on besides the job: version, compiled sources, all model files."""
    h = hashlib.sha256(__version__.encode())
    for package in KERNELS:
        h.update(sources_digest(package).encode())
    for folder in model_folders():
        for file in sorted(folder.rglob("*.toml")):
            h.update(str(file.relative_to(folder)).encode())
            h.update(file.read_bytes())
    return h.hexdigest()[:16]
