"""The first run ever: everything is compiled before it is needed, by two processes at once.

Both simply call their half on copies of the first problem, so the types are those of the real calls; what the
second process leaves on disk is what the first one loads. Should it fail, the first compiles that half itself.
"""

from biomech.compiled import call_elsewhere, is_compiled, without_collection
from biomech.spine.kernels.blocks import solve_blocks
from biomech.spine.kernels.layout import Drive, Plan, Record, State, Trial
from biomech.spine.kernels.march import UNKNOWN, march, solve_stage
from biomech.spine.kernels.method import tr_bdf2
from biomech.spine.kernels.scratch import Scratch, new_scratch
from biomech.spine.kernels.system import put_bodies

KERNELS = "biomech.spine.kernels"
ENTRIES = ("march.march", "march.solve_stage")

_asked: list[bool] = []  # once in a process is enough


def compile_ahead(plan: Plan, drive: Drive, state: State, trial: Trial, record: Record) -> None:
    """Compile what a run needs, unless a former run did; the arguments are left as they are."""
    if _asked:
        return
    _asked.append(True)
    if is_compiled(KERNELS, *ENTRIES):
        return
    state = State(*(a.copy() for a in state))
    trial = Trial(*(a.copy() for a in trial))
    s: Scratch = new_scratch()
    t, dh = 0.0, 1.0
    with without_collection(), call_elsewhere(f"{KERNELS}.system", "add_joints", plan, drive, t, dh, state.joint, trial, s):
        put_bodies(plan, drive, t, dh, state.body, trial)
        solve_blocks(trial.diag, trial.lower, trial.upper, trial.residual)
    with without_collection():
        solve_stage(plan, drive, t, dh, state.body, state.joint, trial, state.rotation, 1.0, UNKNOWN, s)
        march(tr_bdf2(), plan, drive, state, float(state.clock[0]), 1.0, 0.0, 1.0, trial, s, record)
