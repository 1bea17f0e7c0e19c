"""Nothing of the spine is fitted but what its calibration says it fits."""

import runpy
from pathlib import Path

from biomech import library

CALIBRATE = Path(__file__).resolve().parents[2] / "benchmarks" / "calibration" / "calibrate.py"


def test_the_values_graded_fitted_are_the_free_parameters() -> None:
    fitted = set()
    for kind in ("body", "spine", "conditions", "equipment"):
        for name in library.names(kind):
            file = library.load(kind, name)
            fitted |= {key for key, scalar in file.scalars.items() if scalar.grade == "fitted"}
            for title, table in file.tables.items():
                for key, column in table.columns.items():
                    rows = [row for row in table.rows if column.origin(row).grade == "fitted"]
                    # tables.branches, row "minutes", column "time" is branch.minutes.time
                    fitted |= {f"{title.removesuffix('es')}.{row}.{key}" for row in rows}
    free = runpy.run_path(str(CALIBRATE))["FREE"]
    assert fitted == {parameter.name for parameter in free}
