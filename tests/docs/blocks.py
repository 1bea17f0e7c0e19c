"""The blocks of code in README, CONTRIBUTING and docs/, and how the tests run them.

``sh`` is run by bash, ``python`` by Python, in one temporary copy of models/ and scenarios/ for each page, in order. ``toml`` is read as
what it is: a scenario, or (with ``# path`` as its first line) a file that is written there. ``text`` is output. In a block, a line

    # not run here: REASON            keeps it from being run; the reader sees why
    # expect exit code 2              says how the last command ends

and ``<!-- slow -->`` in the line before keeps it out of the fast suite.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from biomech import scenario
from biomech.library.document import Document
from biomech.scenario.spec import Scenario

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LANGUAGES = ("sh", "python", "toml", "text")
FENCE = re.compile(r"^(?P<slow><!-- slow -->\n)?```(?P<language>[^\n`]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
NOT_RUN = re.compile(r"^# not run here: (.+)$", re.MULTILINE)
EXIT_CODE = re.compile(r"^# expect exit code (\d+)$", re.MULTILINE)
FILE = re.compile(r"\A# (\S+\.toml)\n")


@dataclass(frozen=True)
class Block:
    """A block of code and where it stands."""

    page: Path
    line: int
    language: str
    text: str
    slow: bool

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def reason(self) -> str | None:
        """Why it is not run."""
        found = NOT_RUN.search(self.text)
        return found[1] if found else None


def blocks(page: Path) -> list[Block]:
    """All blocks of a page but directives."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, m.start("text")), m["language"].strip(), m["text"], bool(m["slow"]))
        for m in FENCE.finditer(text)
        if not m["language"].startswith("{")
    ]


def commands(text: str) -> list[str]:
    """The commands of a shell block, continued lines joined, comments gone."""
    joined = text.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


class Copy:
    """A folder in which a page's blocks can do what they want."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("models", "scenarios"):
            shutil.copytree(ROOT / part, folder / part)
        (folder / ".venv").symlink_to(sys.prefix)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "MPLBACKEND": "agg", "COLUMNS": "120"}

    def run(self, block: Block) -> None:
        """Run a block, or write or read it; anything that goes wrong is an AssertionError with what was printed."""
        if block.language == "toml":
            self.take(block)
        elif block.language in ("sh", "python"):
            call = ["bash", "-euo", "pipefail", "-c"] if block.language == "sh" else [sys.executable, "-c"]
            done = subprocess.run(
                [*call, block.text], cwd=self.folder, env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
            )
            expected = EXIT_CODE.search(block.text)
            said = done.stdout[-2000:] + done.stderr[-4000:]
            assert done.returncode == int(expected[1] if expected else 0), f"{block.name}: exit code {done.returncode}\n{said}"
            assert "Traceback" not in done.stderr, f"{block.name}\n{said}"

    def take(self, block: Block) -> None:
        """A TOML block: written where its first line says, or read as a scenario (or as a part of one)."""
        named = FILE.match(block.text)
        if named:
            target = self.folder / named[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
            Document(block.text, block.name)
        elif "person" in (data := Document(block.text, block.name).data):
            scenario.read(block.text)
        else:
            table60 = Document((ROOT / "scenarios" / "table_60.toml").read_text(encoding="utf-8"), "table_60").data
            Scenario.model_validate(table60 | data)
