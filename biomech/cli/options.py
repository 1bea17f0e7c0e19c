"""Options that several verbs share."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

Settings = Annotated[list[str], Parameter(name=["--set"], negative="", help="Override a key: --set session.angle_deg=45 (repeatable).")]
Json = Annotated[bool, Parameter(name=["--json"], negative="", help="Print the measures as JSON, and nothing else.")]
Out = Annotated[Path | None, Parameter(name=["-o", "--output"], help="Where to write.")]
Flexibility = Annotated[
    bool, Parameter(negative="", help="Also bend the trunk with 10 and 30 N m, on waking, before, at the end and after (spine).")
]
Only = Annotated[Literal["spine", "circulation"] | None, Parameter(help="Simulate one half only.")]

Vary = Annotated[
    list[str],
    Parameter(
        name=["--vary"],
        negative="",
        help="KEY=LOW:HIGH:STEP, KEY=a,b,c or a span KEY=LOW:HIGH (repeatable); also a number of models/: models.spine.disc.…",
    ),
]
Workers = Annotated[int | None, Parameter(validator=Number(gte=1), help="Processes on this machine; default: one for every core.")]
Cluster = Annotated[str | None, Parameter(help="Address of a Dask scheduler, tcp://HOST:PORT, in place of this machine.")]
Chunk = Annotated[int | None, Parameter(validator=Number(gte=1), help="Cases in a chunk: what an interrupted run can lose.")]
Seed = Annotated[int, Parameter(help="The same seed gives the same numbers.")]
Measure = Annotated[str | None, Parameter(help="The measure to draw and print: lumbar_length_change_mm, L4/L5:axial_force_N, …")]
Target = Annotated[Path, Parameter(name=["-o", "--output"], help="Where to write; the suffix says what.")]
Dpi = Annotated[float | None, Parameter(help="Pixels per inch of a figure; 300 is print quality.")]


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """What every verb that runs a scenario many times takes; cyclopts shows each as an option of the verb."""

    seed: Seed = 0
    output: Out = None
    set_: Settings = field(default_factory=list)
    json: Json = False
    only: Only = None
    workers: Workers = None
    cluster: Cluster = None


COMMON = Common()
