"""Output into a pipe, a closed one, a full disk, a terminal without UTF-8."""

import os
import subprocess
import sys

import pytest
from calling import QUICK, shell

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_ascii_output_and_a_closed_pipe_are_no_tracebacks() -> None:
    base = [sys.executable, "-m", "biomech.cli"]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*base, "run", "table_60", "--no-save", *QUICK], capture_output=True, text=True, env=ascii_only, check=True)
    assert "Traceback" not in done.stderr and "-0.0" in done.stdout  # a minus stays a minus


@pytest.mark.parametrize("verb", ["cite", "list", "check table_60", "show spine healthy", "schema"])
def test_a_reader_who_has_seen_enough_is_no_error(verb: str) -> None:
    done = shell(f"biomech {verb} | head -n 1")
    assert (done.returncode, done.stderr) == (0, "") and len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(("where", "code"), [(">&-", 0), ("> /dev/full", 1)])
def test_output_that_goes_nowhere_is_no_traceback(where: str, code: int) -> None:
    done = shell(f"biomech list {where}")
    assert done.returncode == code and len(done.stderr.splitlines()) == code
