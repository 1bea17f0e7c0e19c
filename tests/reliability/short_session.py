"""A session that goes everywhere in the engine in a minute of the interpreter: python tests/reliability/short_session.py OUT.json.

What the circulation does for minutes it does here for seconds: it settles, leaps and wakes all the same.
"""

import json
import sys
from pathlib import Path
from unittest.mock import patch

from biomech import scenario, simulate
from biomech.circulation import model
from biomech.scenario.write import to_toml

SHORT = {"CHUNK": 3.0, "MOST_CHUNKS": 2, "WAVING": 1e9, "IN_FULL": 8.0, "FIRST": 2.0, "WAKE": 2.0, "RELAX": 1.0}
DATA = {
    "title": "short",
    "person": {
        "body": "adult_female", "mass_kg": 70.0, "stature_m": 1.7,
        "conditions": ["scoliosis", "hyperlordosis", "hypertension", {"name": "degenerated_disc", "level": "L4/L5"}],
    },
    "history": {"days": 0, "awake_h": 0.003, "upright_after_min": 0.1},
    "muscle": {"relax_s": 2.0},
    "phase": [
        {"equipment": "inversion_table", "angle_deg": 60.0, "exercise": "crunch", "repetitions": 1},
        {"equipment": "traction_table", "force_percent_bw": 30.0, "ramp_s": 4.0, "duration_s": 2.0},
        {"equipment": "lying", "ramp_s": 2.0, "duration_s": 20.0},
    ],
}  # fmt: skip


def main(out: str) -> None:
    with patch.multiple(model, **SHORT):
        found = simulate(scenario.read(to_toml(DATA)), flexibility=True).data
    numbers = {str(name): v.values.ravel().tolist() for name, v in found.variables.items() if v.dtype.kind == "f"}
    Path(out).write_text(json.dumps(numbers))


if __name__ == "__main__":
    main(sys.argv[1])
