"""Finished chunks on disk: what is finished stays, whatever happens to the rest.

``OUT.nc`` is made at the end, in one go. Until then ``OUT.parts/`` holds one file for every finished chunk and ``plan.json``,
which says what they belong to.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from biomech.errors import BiomechError, InputError
from biomech.files import replace_file
from biomech.population.job import Block

VERSION = 1


class Store:
    """The chunks of one undertaking.

    Parameters
    ----------
    target : Path
        The result file that will be made of them.
    digest : str
        What they belong to; a folder with chunks of something else is refused.
    """

    def __init__(self, target: Path, digest: str, cases: int, chunk: int) -> None:
        self.folder = target.with_suffix(".parts")
        self.cases = cases
        plan = {"version": VERSION, "digest": digest, "cases": cases, "chunk": chunk}
        note = self.folder / "plan.json"
        if note.is_file():
            try:
                found = json.loads(note.read_text(encoding="utf-8"))
                same = (found["version"], found["digest"], found["cases"]) == (VERSION, digest, cases)
                self.chunk = int(found["chunk"])  # as the first run cut them
            except (ValueError, KeyError, TypeError):
                same = False
            if not same:
                raise InputError(
                    "holds the chunks of another run (other scenario, keys, seed, data or version)",
                    str(self.folder),
                    key="-o",
                    hint="remove the folder, or choose another -o",
                )
            return
        self.chunk = chunk
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise BiomechError(f"{self.folder}: cannot be made: {error.strerror or error}") from error
        replace_file(note, lambda part: part.write_text(json.dumps(plan), encoding="utf-8"))

    def chunks(self) -> list[tuple[int, int]]:
        """First and last + 1 case of every chunk."""
        return [(a, min(a + self.chunk, self.cases)) for a in range(0, self.cases, self.chunk)]

    def missing(self) -> list[tuple[int, int]]:
        """The chunks that are not finished; broken ones count as such."""
        return [span for span in self.chunks() if self.read(span) is None]

    def write(self, block: Block) -> None:
        """Keep a finished chunk, whole or not at all."""
        about = {
            "start": block.start,
            "stop": block.stop,
            "words": block.words,
            "levels": block.levels,
            "failures": block.failures,
            "made_by": block.made_by,
        }
        arrays = {f"c_{name}": column for name, column in block.columns.items()}

        def put(part: Path) -> None:
            with open(part, "wb") as file:
                np.savez(file, about=np.array(json.dumps(about)), **arrays)  # type: ignore[arg-type]

        replace_file(self._file((block.start, block.stop)), put)

    def read(self, span: tuple[int, int]) -> Block | None:
        """A finished chunk, or None if it is missing or broken (every array carries a checksum)."""
        file = self._file(span)
        if not file.is_file():
            return None
        try:
            with np.load(file, allow_pickle=False) as data:
                about = json.loads(str(data["about"]))
                columns = {name.removeprefix("c_"): data[name] for name in data.files if name.startswith("c_")}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        return Block(
            about["start"],
            about["stop"],
            columns,
            {k: tuple(v) for k, v in about["words"].items()},
            tuple(about["levels"]),
            {int(k): v for k, v in about["failures"].items()},
            about["made_by"],
        )

    def blocks(self) -> Iterator[Block]:
        """All chunks in their order, one at a time."""
        for span in self.chunks():
            block = self.read(span)
            if block is None:
                raise BiomechError(f"{self._file(span)}: is missing or broken; run the same command again")
            yield block

    def _file(self, span: tuple[int, int]) -> Path:
        return self.folder / f"{span[0]:08d}-{span[1]:08d}.npz"


class Gathered:
    """Columns of all cases."""

    def __init__(self, store: Store) -> None:
        self.columns: dict[str, Any] = {}
        self.words: dict[str, tuple[str, str, str]] = {}
        self.levels: tuple[str, ...] = ()
        self.failures: dict[int, str] = {}
        for block in store.blocks():
            self.levels = self.levels or block.levels
            self.failures |= block.failures
            for name, column in block.columns.items():
                if name not in self.columns:
                    self.columns[name] = np.full((store.cases, *column.shape[1:]), np.nan)
                    self.words[name] = block.words[name]
                self.columns[name][block.start : block.stop] = column
