"""What Numba does with a kernel, and what it may leave out: a quarter of the time that the first run ever compiles.

It knows two ways of compiling. `Kernel` leaves out what serves Python that kernels do not use. `Merged` is for one that is put whole into
the kernels that call it: Numba would optimise it, translate it into machine code, wrap it for calls from Python and write it to disk,
and nobody would ever call it; here it ends as what its callers take.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import llvmlite.binding as llvm  # type: ignore[import-untyped]
from numba.core import typed_passes, untyped_passes
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder

# functions inside of functions, `with`, branches on None, literals to unroll, expressions of whole arrays
_LEFT_OUT = {
    untyped_passes.WithLifting, untyped_passes.InlineClosureLikes, untyped_passes.RewriteSemanticConstants,
    untyped_passes.DeadBranchPrune, untyped_passes.MakeFunctionToJitFunction, untyped_passes.InlineInlinables,
    untyped_passes.FindLiterallyCalls, untyped_passes.LiteralUnroll, untyped_passes.LiteralPropagationSubPipelinePass,
    typed_passes.InlineOverloads, typed_passes.NopythonRewrites,
}  # fmt: skip


class Kernel(CompilerBase):
    """Numba's passes, but for those."""

    def define_pipelines(self) -> list[Any]:
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)  # type: ignore[no-untyped-call]
        passes.passes = [each for each in passes.passes if each[0] not in _LEFT_OUT]
        return [passes]


class Merged(Kernel):
    """The same, for callers alone."""

    def define_pipelines(self) -> list[Any]:
        name = self.state.func_id.func_qualname
        self.state.library = _ForCallers(self.state.targetctx.codegen(), name)  # type: ignore[no-untyped-call]
        return super().define_pipelines()


class _ForCallers(JITCodeLibrary):
    """Code that is linked into that of others and has no address of its own."""

    def finalize(self) -> None:
        for library in dict.fromkeys(self._linking_libraries):
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        self._ensure_finalized()  # type: ignore[no-untyped-call]
        return 0

    @property
    def codegen(self) -> Any:
        return self

    def set_env(self, *_: Any) -> None:
        """What exceptions are raised from, and kernels raise none."""


@contextmanager
def loading(codegen: Any) -> Iterator[None]:
    """Meanwhile, machine code is loaded from disk as `_Loaded`."""
    codegen.unserialize_library = lambda state: _loaded(codegen, state)
    try:
        yield
    finally:
        del codegen.unserialize_library


class _Loaded(JITCodeLibrary):
    """Finished machine code; what it was made from is only looked at if a caller is compiled anew."""

    bitcode = b""

    def _get_module_for_linking(self) -> Any:
        if self._shared_module is None:
            self._shared_module = llvm.parse_bitcode(self.bitcode)
        return self._shared_module

    def get_pointer_to_function(self, name: str) -> int:
        address: int = self._codegen._engine.get_function_address(name)
        return address


def _loaded(codegen: Any, state: Any) -> _Loaded:
    name, _, (machine_code, bitcode) = state
    library = _Loaded(codegen, name)  # type: ignore[no-untyped-call]
    library.bitcode = bitcode
    library.enable_object_caching()  # type: ignore[no-untyped-call]
    library._set_compiled_object(machine_code)  # type: ignore[no-untyped-call]
    library._finalize_final_module()  # type: ignore[no-untyped-call]
    return library
