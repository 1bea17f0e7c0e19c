"""Which changes of the kernels no test notices: python benchmarks/mutation/run.py [MODULE …] [--sample N] [--seed N].

Without the compiler. Every mutant runs the tests that modules.toml names for its module, in a child of one process that has read the
libraries already; a mutant that needs more than FACTOR times the time of the true source is dead too. Survivors that
accepted.toml gives a reason for are counted apart; any other makes the run fail. What was found stands in out/mutation/ and is not
done again as long as module and tests are what they were.
"""

import argparse
import hashlib
import importlib.machinery
import importlib.util
import json
import os
import random
import resource
import sys
import time
import tomllib
from pathlib import Path

os.environ |= {"NUMBA_DISABLE_JIT": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
sys.dont_write_bytecode = True

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = ROOT / "out" / "mutation"
FACTOR, GRACE_S = 5, 10
READ_BEFORE = (
    "numpy", "scipy.optimize", "scipy.integrate", "scipy.spatial.transform", "numba", "pytest", "_pytest.assertion.rewrite", "pydantic",
    "biomech.library", "biomech.errors",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutation testing of the kernels.")
    tests = tomllib.loads((HERE / "modules.toml").read_text())
    parser.add_argument("module", nargs="*", help=f"of: {', '.join(tests)}; none: all of them")
    parser.add_argument("--sample", type=int, help="mutants of each module; all without it")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for name in READ_BEFORE:
        importlib.import_module(name)
    os.chdir(ROOT)
    OUT.mkdir(parents=True, exist_ok=True)
    accepted = tomllib.loads((HERE / "accepted.toml").read_text())
    bad = 0
    for module in asked.module or tests:
        bad += survey(module, tests[module], accepted.get(module, {}), asked.sample, asked.seed)
    return min(bad, 1)


def survey(module: str, tests: list[str], accepted: dict[str, str], sample: int | None, seed: int) -> int:
    """Run mutants of one module, print a line and the survivors nobody has accepted; returns how many these are."""
    from mutants import mutants

    file = ROOT / "biomech" / f"{module}.py"
    name = "biomech." + module.replace("/", ".")
    source = file.read_text()
    everything = list(mutants(source))
    chosen = everything if sample is None or sample >= len(everything) else random.Random(f"{seed} {module}").sample(everything, sample)
    known_file = OUT / f"{module.replace('/', '-')}-{digest(source, tests)}.json"
    known = json.loads(known_file.read_text()) if known_file.exists() else {}
    outcome, used = trial(name, file, None, tests, 600.0)
    if outcome != "survived":
        raise SystemExit(f"{module}: its own tests fail without any change ({outcome})")
    limit = FACTOR * used + GRACE_S
    for m in chosen:
        if m.name not in known:
            known[m.name] = trial(name, file, m.tree, tests, limit)[0]
            known_file.write_text(json.dumps(known, indent=0))
    found = [known[m.name] for m in chosen]
    alive = [m for m in chosen if known[m.name] == "survived"]
    new = [m for m in alive if m.name not in accepted]
    print(
        f"{module}: {len(chosen)} of {len(everything)} mutants, {found.count('killed')} killed, {found.count('endless')} endless, "
        f"{len(alive) - len(new)} survive for a reason, {len(new)} survive", flush=True,
    )  # fmt: skip
    for m in new:
        print(f"  {file.relative_to(ROOT)}:{m.line}: {m.name}", flush=True)
    return len(new)


def trial(name: str, file: Path, tree: object, tests: list[str], limit_s: float) -> tuple[str, float]:
    """Run the tests in a child with another source in the place of a module; what came out, and the processor time."""
    assert not any(loaded.startswith("biomech.") and ".kernels" in loaded for loaded in sys.modules)
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(limit_s) + 1, int(limit_s) + 2))
            resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
            sink = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink, 1)
            os.dup2(sink, 2)
            if tree is not None:
                sys.meta_path.insert(0, Instead(name, file, tree))
            import pytest

            code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-m", "not slow", *tests]))
        finally:
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    cpu = used.ru_utime + used.ru_stime
    assert time.perf_counter() >= start
    if os.WIFSIGNALED(status):
        return "endless", cpu
    code = os.WEXITSTATUS(status)
    if code in (3, 4, 5):  # pytest itself, its words, no tests found
        raise SystemExit(f"{name}: pytest ended with {code}: are the tests in modules.toml there?")
    return ("survived" if code == 0 else "killed"), cpu


class Instead(importlib.machinery.SourceFileLoader):
    """Finder and loader of one changed module."""

    def __init__(self, name: str, file: Path, tree: object) -> None:
        super().__init__(name, str(file))
        self.tree = tree

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> object:
        return compile(self.tree, self.path, "exec")  # type: ignore[call-overload]


def digest(source: str, tests: list[str]) -> str:
    """Of a module and of all files its tests live among."""
    h = hashlib.sha256(source.encode())
    for folder in sorted({(ROOT / t.split("::")[0]).parent for t in tests if t.startswith("tests/")}):
        for file in sorted(folder.glob("*.py")):
            h.update(file.read_bytes())
    h.update(json.dumps(tests).encode())
    return h.hexdigest()[:12]


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    raise SystemExit(main())
