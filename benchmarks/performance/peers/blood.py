"""Zero-dimensional circulations of others, CPU seconds per simulated second: each its own model, at the step it is used with.

    python blood.py RUNS FOLDER
"""

import contextlib
import io
import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

# figures of the closed loop that svZeroDSolver tests itself with (its case closedLoopHeart_singleVessel): mmHg, mL, s
HEART = {
    "Tsa": 0.40742, "tpwave": 8.976868, "Erv_s": 2.125279, "Elv_s": 3.125202, "iml": 0.509365, "imr": 0.806369, "Lrv_a": 0.000186865,
    "Rrv_a": 0.035061704, "Lra_v": 0.000217032, "Rra_v": 0.007887459, "Lla_v": 0.000351787, "Rla_v": 0.005310825, "Rlv_ao": 0.034320234,
    "Llv_a": 0.000110776, "Vrv_u": 9.424629, "Vlv_u": 5.606007, "Rpd": 0.098865401, "Cp": 1.090989, "Cpa": 0.556854, "Kxp_ra": 9.22244,
    "Kxv_ra": 0.004837, "Emax_ra": 0.208858, "Vaso_ra": 4.848742, "Kxp_la": 9.194992, "Kxv_la": 0.008067, "Emax_la": 0.303119,
    "Vaso_la": 9.355754,
}
AORTA = {"R_poiseuille": 0.003348073, "L": 0.004}
WINDKESSEL = {"Rp": 0.134156617, "Rd": 1.356472458, "C": 0.238401833, "closed_loop_outlet": True}
CYCLE_S = 1.0169


def svzerod(step: float) -> tuple[str, float, Any]:
    """Heart and lungs, one vessel and a three-element windkessel, closed: fewer compartments than ours, no reflexes, no head."""
    import svzerod as program

    beats = 20
    config = {
        "simulation_parameters": {
            "number_of_cardiac_cycles": beats, "number_of_time_pts_per_cardiac_cycle": round(CYCLE_S / step) + 1,
            "output_all_cycles": True, "steady_initial": False,
        },
        "boundary_conditions": [{"bc_name": "systemic", "bc_type": "ClosedLoopRCR", "bc_values": WINDKESSEL}],
        "junctions": [],
        "vessels": [{
            "vessel_id": 0, "vessel_name": "aorta", "vessel_length": 10.0, "zero_d_element_type": "BloodVessel",
            "boundary_conditions": {"outlet": "systemic"}, "zero_d_element_values": AORTA,
        }],
        "closed_loop_blocks": [{
            "outlet_blocks": ["aorta"], "closed_loop_type": "ClosedLoopHeartAndPulmonary", "cardiac_cycle_period": CYCLE_S, "parameters": HEART,
        }],
        "initial_condition": {"V_RA:CLH": 38.43, "V_RV:CLH": 96.07, "V_LA:CLH": 38.43, "V_LV:CLH": 96.07, "P_pul:CLH": 8.0},
    }

    def run() -> Any:
        found = program.simulate(config)
        if not np.isfinite(found["pressure_in"]).all():
            raise RuntimeError("returned values that are not numbers")
        return found

    return "heart, lungs, windkessel, closed", beats * CYCLE_S, run


def regazzoni(step: float) -> tuple[str, float, Any]:
    """The closed loop of Regazzoni 2020 in `circulation`, results written as it does by itself."""
    import logging

    from circulation.regazzoni2020 import Regazzoni2020

    logging.disable(logging.CRITICAL)
    seconds = 5.0

    def run() -> Any:
        model = Regazzoni2020(verbose=False)
        return model.solve(T=seconds, dt=step)

    return "Regazzoni 2020, 12 states", seconds, run


def naghavi(step: float) -> tuple[str, float, Any]:
    """ModularCirc's smallest closed loop."""
    from ModularCirc.Models.NaghaviModel import NaghaviModel
    from ModularCirc.Models.NaghaviModelParameters import NaghaviModelParameters
    from ModularCirc.Solver import Solver

    beats = 10

    def run() -> Any:
        times = {"name": "bench", "ncycles": beats, "tcycle": 1.0, "dt": step, "export_min": 1}
        solver = Solver(model=NaghaviModel(time_setup_dict=times, parobj=NaghaviModelParameters(), suppress_printing=True))
        # asked for all beats, not for the first that repeats
        solver.setup(suppress_output=True, method="LSODA", conv_cols=["p_ao"], step_tol=0.0)
        solver.solve()
        if solver.Nconv != beats - 1:
            raise RuntimeError(f"stopped after {solver.Nconv + 1} of {beats} beats")

    return "Naghavi", float(beats), run


def haemflow(step: float) -> tuple[str, float, Any]:
    """haemflow-cl0: Fortran, RK4, 14 states."""
    from src import cl0

    beats, period = 20, 0.9

    def run() -> Any:
        found = cl0.solve_system(generic_params={"nstep": round(period / step), "period": period, "ncycle": beats})
        values = np.concatenate([np.ravel(x) for x in found.values()]) if isinstance(found, dict) else np.ravel(found)
        if not np.isfinite(values.astype(float)).all():
            raise RuntimeError("returned values that are not numbers")
        return found

    return "closed loop, 14 states", beats * period, run


CASES = [
    ("svzerod", "svzerod", svzerod, 1e-3), ("svzerod", "svzerod", svzerod, 1e-2), ("circulation", "circulation", regazzoni, 1e-3),
    ("ModularCirc", "ModularCirc", naghavi, 1e-3), ("haemflow-cl0", "haemflow-cl0", haemflow, 4.5e-4),
]


def main() -> None:
    """Time them all; what fails is a line."""
    runs, folder = int(sys.argv[1]), Path(sys.argv[2])
    rows = []
    for program, package, build, step in CASES:
        row: dict[str, Any] = {"program": program, "setting": f"{1e3 * step:g} ms steps"}
        try:
            row["version"] = version(package)
            row["model"], simulated, run = build(step)
            seconds = []
            for k in range(runs + 1):
                before = time.process_time()
                with contextlib.redirect_stdout(io.StringIO()):
                    run()
                seconds.append((time.process_time() - before) / simulated)
                if k and seconds[-1] * simulated > 20.0:
                    break
            row["seconds_per_second"] = seconds[1:]
        except Exception as problem:  # whatever another program throws is a line of the table
            row["failed"] = f"{type(problem).__name__}: {str(problem)[:200]}"
        rows.append(row)
        print(json.dumps(row), flush=True)
    (folder / "blood.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
