"""Where compiled kernels are kept: a folder of its own for every package of kernels.

Numba checks only the file of the function it loads, not the files of what that function calls. So the folder's
name is a digest of all sources of the package, and an edited callee can never be answered from a stale cache.
That holds as long as the kernels of a package call no kernels of another one.

Numba looks up the folder when a function is decorated. A package of kernels therefore calls `use_folder` in its
``__init__`` and imports all its modules right after it.
"""

import gc
import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

Function = Callable[..., Any]

#: versions of Numba whose inside was looked into; with others kernels are compiled and loaded the long way, with the same results
KNOWN = ("0.68.",)


@cache
def sources_digest(package: str) -> str:
    """Digest of every source file of a package of kernels, and of the compiler's version."""
    h = hashlib.sha256(version("numba").encode())
    for file in _sources(package):
        h.update(file.name.encode())
        h.update(file.read_bytes())
    return h.hexdigest()[:16]


def cache_folder(package: str) -> Path:
    """Folder of the compiled code of a package; BIOMECH_CACHE moves it, Numba's own variable overrides it."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return Path(os.environ["NUMBA_CACHE_DIR"])
    base = os.environ.get("BIOMECH_CACHE")
    root = Path(base) if base else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "biomech" / f"{package.split('.')[1]}-{sources_digest(package)}"


def is_compiled(package: str, *entries: str) -> bool:
    """True if a former run left compiled code of these very sources, or nothing will be compiled at all.

    entries: ``module.function`` of what every run calls; all of them must be there, so that a compilation that
    was interrupted is announced again.
    """
    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
        return True
    folder = cache_folder(package)
    return folder.is_dir() and all(any(folder.rglob(f"{entry}-*.nbc")) for entry in entries or ("*",))


def import_numba_alone() -> None:
    """Import Numba without what it takes along if it is there and no kernel asks for: a tenth of a short run.

    For a process that compiles nothing but our kernels: SciPy (its version, its BLAS), coverage, and YAML (a file of settings in the
    working directory).
    """
    halted = [name for name in ("scipy", "coverage", "yaml") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(halted))  # type: ignore[arg-type]  # None halts an import
    try:
        import numba.np.arraymath  # noqa: F401  # looks for a BLAS, once
    finally:
        for name in halted:
            del sys.modules[name]


def use_folder(package: str) -> None:
    """Keep the compiled code of everything decorated from here on in the package's folder."""
    if "NUMBA_CACHE_DIR" not in os.environ:
        import numba

        numba.config.CACHE_DIR = str(cache_folder(package))  # type: ignore[attr-defined]


def kernel(function: Function) -> Function:
    """Compile a function when it is first called, and keep the code on disk; from Python and from other kernels.

    It makes no arrays: then nobody has to count who still refers to one, which costs a short kernel as much as its arithmetic.
    """
    return _jit(function, **_UNCOUNTED)


def allocating(function: Function) -> Function:
    """The same for a function that makes arrays."""
    return _jit(function)


def merged(function: Function) -> Function:
    """A kernel that is put whole into the kernels that call it; called from Python, as by tests, it is compiled once more, for itself."""
    if not _knows_numba():
        return _jit(function, forceinline=True, **_UNCOUNTED)
    by_python: Any = _jit(function, **_UNCOUNTED)

    @cache
    def by_kernels() -> Any:
        from biomech.passes import Merged

        return _compiling(function, pipeline_class=Merged, forceinline=True, no_cpython_wrapper=True, **_UNCOUNTED)

    # what Numba asks when it compiles a caller
    by_python.get_call_template = lambda args, kws: by_kernels().get_call_template(args, kws)
    by_python.get_overload = lambda signature: by_kernels().get_overload(signature)
    return cast(Function, by_python)


@contextmanager
def without_collection() -> Iterator[None]:
    """No garbage collection meanwhile: a compiler makes millions of objects, all of which it needs (a fifth of its time)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def call_elsewhere(module: str, name: str, *arguments: Any, nice: int = 0) -> Iterator[None]:
    """Call a function in a process of its own, for the compiled code it leaves on disk; over when that process is.

    nice: how far it steps back where cores are few.
    """
    several = (os.cpu_count() or 1) > 1 and sys.executable
    command = [sys.executable, "-c", _CALL, module, name, str(nice)]
    helper = subprocess.Popen(command, stdin=subprocess.PIPE, **_SILENT) if several else None
    try:
        if helper is not None and helper.stdin is not None:
            with suppress(OSError), helper.stdin as pipe:
                pickle.dump(sys.path, pipe)
                pickle.dump(arguments, pipe)
        yield
        if helper is not None:
            helper.wait()
    finally:
        if helper is not None and helper.poll() is None:
            helper.kill()
            helper.wait()


# the path first: the other process has to find the very same sources
_CALL = """
import gc, importlib, os, pickle, sys
gc.disable()
if hasattr(os, "nice"):
    os.nice(int(sys.argv[3]))
sys.path[:], rest = pickle.load(sys.stdin.buffer), sys.stdin.buffer
getattr(importlib.import_module(sys.argv[1]), sys.argv[2])(*pickle.load(rest))
"""
_SILENT: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


# Numba's own switch for functions without its run-time memory
_UNCOUNTED: dict[str, Any] = {"_nrt": False}


def _knows_numba() -> bool:
    """Whether kernels are compiled, and by a version whose inside was looked into."""
    import numba

    return not numba.config.DISABLE_JIT and numba.__version__.startswith(KNOWN)  # type: ignore[attr-defined]


def _compiling(function: Function, **options: Any) -> Any:
    import numba

    # nobody calls kernels from C: a wrapper for that would only be one more thing to compile
    options |= {"error_model": "numpy", "no_cfunc_wrapper": True}
    return numba.njit(**options)(function)


def _jit(function: Function, **options: Any) -> Function:
    if _knows_numba():
        from biomech.passes import Kernel

        options["pipeline_class"] = Kernel
    jitted = _compiling(function, **options)
    if hasattr(jitted, "enable_caching"):  # not where compiling is switched off
        jitted.enable_caching()
        if _knows_numba():
            jitted._cache.__class__ = _cache_alone()
    return cast(Function, jitted)


@cache
def _cache_alone() -> Any:
    """Numba's cache, but loading without what loading does not need: all tables of the compiler, and the code in its own language."""
    from numba.core.caching import FunctionCache
    from numba.core.runtime.nrt import rtsys

    from biomech.passes import loading

    class CacheAlone(FunctionCache):
        def load_overload(self, sig: Any, target_context: Any) -> Any:
            rtsys.initialize(target_context)  # what loaded code makes arrays with
            with self._guard_against_spurious_io_errors(), loading(target_context.codegen()):
                return self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]

    return CacheAlone


def _sources(package: str) -> list[Path]:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"{package} is not a package")
    return sorted(file for folder in spec.submodule_search_locations for file in Path(folder).glob("*.py"))
