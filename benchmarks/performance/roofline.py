"""Floating-point operations of one Newton iteration, counted one by one: the same source run uncompiled on numbers that count.

Run by itself, because compilation has to be off: NUMBA_DISABLE_JIT=1 python roofline.py
"""

import json
import math
import sys
from typing import Any

import engine
import numpy as np

from biomech.spine.kernels import layout as L
from biomech.spine.kernels.blocks import solve_blocks
from biomech.spine.kernels.march import correct
from biomech.spine.kernels.system import add_joints, put_bodies


class Counted(float):
    """A float that counts what is done with it; a square root, sine or division counts as one."""

    done = 0


def _count(name: str) -> Any:
    plain = getattr(float, name)

    def operate(self: Counted, *other: Any) -> Any:
        Counted.done += 1
        found = plain(self, *other)
        return found if found is NotImplemented else Counted(found)

    return operate


for _name in ("add", "sub", "mul", "truediv", "radd", "rsub", "rmul", "rtruediv", "pow"):
    setattr(Counted, f"__{_name}__", _count(f"__{_name}__"))
Counted.__neg__ = lambda self: Counted(float.__neg__(self))  # type: ignore[method-assign]


def counting(part: Any) -> Any:
    """The same arrays, of counting numbers."""
    if isinstance(part, tuple):
        return type(part)(*(counting(x) for x in part))
    if part.dtype != np.float64:
        return part
    out = np.empty(part.shape, dtype=object)
    out.ravel()[:] = [Counted(x) for x in part.ravel()]
    return out


def main() -> None:
    """Operations of the parts, and the bytes of all that one iteration touches."""
    c = engine.build("B")
    c.trial.body[:], c.trial.rotation[:] = c.start.body, c.start.rotation
    c.trial.body[:, L.ANGLE : L.ANGLE + 3] = 1e-2
    plan, drive, start, trial, s = (counting(x) for x in c[:5])
    parts: dict[str, int] = {}

    def measure(name: str, function: Any, *arguments: Any) -> None:
        Counted.done = 0
        function(*arguments)
        parts[name] = Counted.done

    dh = Counted(1e-2)
    t = Counted(1.0)
    measure("bodies", put_bodies, plan, drive, t, dh, start.body, trial)
    measure("joints", add_joints, plan, drive, t, dh, start.joint, trial, s)
    measure("solve", solve_blocks, trial.diag, trial.lower, trial.upper, trial.residual)
    measure("correct", correct, start.rotation, trial)
    size = sum(x.nbytes for group in (c.plan, c.drive, c.trial, c.scratch) for x in group) + c.start.body.nbytes + c.start.joint.nbytes
    assert math.isfinite(float(trial.body[-1, 0]))
    json.dump({"operations": parts, "bytes": size}, sys.stdout)


if __name__ == "__main__":
    main()
