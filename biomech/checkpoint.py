"""What a run has done so far, on disk beside the result it will make: an interrupted run goes on where it stood.

``OUT.checkpoint/`` holds ``plan.json`` (what is simulated, with what) from the first moment on, and files of finished phases: what was
recorded and the state at their end. Numbers are kept to the last bit, so a resumed run gives the very same result. Every file
appears whole or not at all, and carries checksums; what is broken is simulated again.
"""

import json
import shutil
import time
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from biomech.circulation.kernels.layout import State as CirculationState
from biomech.circulation.model import Past as CirculationPast
from biomech.circulation.piece import Beats
from biomech.errors import BiomechError, InputError
from biomech.files import replace_file
from biomech.results.provenance import fingerprint
from biomech.spine.kernels.layout import Record
from biomech.spine.kernels.layout import State as SpineState
from biomech.spine.model import Effort, Piece, Written

VERSION = 1
EVERY_S = 5.0  # of work that a kill can cost; what is finished within it is written together
PLAN = "plan.json"
AGAIN = "run the scenario again"


class Task(NamedTuple):
    """What a checkpoint belongs to."""

    scenario: str  # TOML, complete
    only: str | None
    flexibility: bool
    target: str  # the result file, absolute


class Track:
    """Finished phases of one half, first those found, then those noted."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self.phases: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self._written = 0
        self._last = time.monotonic()

    def read(self) -> None:
        """Take what is on disk, up to the first gap or damage."""
        while True:
            try:
                with np.load(self._file(len(self.phases)), allow_pickle=False) as data:
                    arrays = {key: data[key] for key in data.files}
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
                break
            count = int(arrays.pop("count"))
            phases: list[dict[str, Any]] = [{} for _ in range(count)]
            self.state = {}
            for key, array in arrays.items():
                number, _, field = key.partition(" ")
                (self.state if number == "state" else phases[int(number)])[field] = array
            self.phases += phases
        self._written = len(self.phases)

    def note(self, phase: dict[str, Any], state: dict[str, Any]) -> None:
        """Keep a phase in memory, and on disk if the last time is long ago."""
        self.phases.append(phase)
        self.state = {key: np.array(value) for key, value in state.items()}
        if time.monotonic() - self._last > EVERY_S:
            self.flush()

    def flush(self) -> None:
        """Write what is not yet on disk."""
        fresh = self.phases[self._written :]
        if not fresh:
            return
        arrays = {f"{i} {field}": array for i, phase in enumerate(fresh) for field, array in phase.items()}
        arrays |= {f"state {field}": array for field, array in self.state.items()}

        def write(part: Path) -> None:
            with open(part, "wb") as file:
                np.savez(file, count=np.array(len(fresh)), **arrays)

        replace_file(self._file(self._written), write)
        self._written = len(self.phases)
        self._last = time.monotonic()

    def _file(self, first: int) -> Path:
        return self.folder / f"{self.name}-{first:05d}.npz"


class Checkpoint:
    """The checkpoint of one run.

    Parameters
    ----------
    task : Task
        A new run; what an older one left there is removed.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.folder = folder_of(Path(task.target))
        self.circulation = Track(self.folder, "circulation")
        self.spine = Track(self.folder, "spine")

    def begin(self) -> None:
        """Start anew: from now on a kill at any moment can be resumed."""
        self.drop()
        try:
            self.folder.mkdir(parents=True)
        except OSError as error:
            raise BiomechError(f"{self.folder}: cannot be made: {error.strerror or error}") from error
        plan = self.task._asdict() | {"version": VERSION, "made_by": fingerprint()}
        replace_file(self.folder / PLAN, lambda part: part.write_text(json.dumps(plan), encoding="utf-8"))

    def flush(self) -> None:
        """Write everything that is finished."""
        self.circulation.flush()
        self.spine.flush()

    def drop(self) -> None:
        """The result is on disk: nothing is left to resume."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def circulation_past(self) -> CirculationPast | None:
        """The phases found, as a model takes them."""
        if not self.circulation.phases:
            return None
        beats = tuple(Beats(**phase) for phase in self.circulation.phases)
        return CirculationPast(beats, CirculationState(**self.circulation.state))

    def note_beats(self, beats: Beats, state: CirculationState) -> None:
        """A phase of the circulation is finished."""
        self.circulation.note(beats._asdict(), state._asdict())

    def spine_past(self) -> Written | None:
        """The phases found, as a model takes them."""
        if not self.spine.phases:
            return None
        state = dict(self.spine.state)
        effort = Effort(*(int(n) for n in state.pop("effort")))
        return Written(tuple(Record(**phase) for phase in self.spine.phases), SpineState(**state), effort)

    def note_piece(self, piece: Piece, state: SpineState, effort: Effort) -> None:
        """A phase of the spine is finished."""
        self.spine.note(piece.record._asdict(), state._asdict() | {"effort": [effort.steps, effort.iterations]})


def folder_of(target: Path) -> Path:
    """Where the checkpoint of a result stands."""
    return target.with_suffix(".checkpoint") if target.name else target / ".checkpoint"  # "." and "/" are no results


def open_checkpoint(path: "str | Path") -> Checkpoint:
    """The checkpoint of an interrupted run, by the name of its result or of its folder.

    Raises
    ------
    InputError
        There is none, it is damaged, or another version or other model files began it.
    """
    named = Path(path)
    folder = named if named.suffix == ".checkpoint" else folder_of(named)
    try:
        plan = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        task = Task(plan["scenario"], plan["only"], plan["flexibility"], str(folder.resolve().with_suffix(".nc")))
        version, made_by = plan["version"], plan["made_by"]
        if not isinstance(task.scenario, str) or task.only not in (None, "spine", "circulation") or not isinstance(task.flexibility, bool):
            raise TypeError
    except (FileNotFoundError, NotADirectoryError):
        many = folder.with_suffix(".parts").is_dir()
        hint = f"{named} is finished" if named.is_file() else "many runs go on with the command that began them" if many else AGAIN
        raise InputError("there is nothing to resume", str(folder), hint=hint) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(folder)) from None
    except (ValueError, KeyError, TypeError):
        raise InputError("is no checkpoint of this program", str(folder / PLAN), hint=AGAIN) from None
    if (version, made_by) != (VERSION, fingerprint()):
        raise InputError("was begun by another version, or with other model files", str(folder), hint=AGAIN)
    found = Checkpoint(task)
    for track in (found.circulation, found.spine):
        track.read()
    return found


