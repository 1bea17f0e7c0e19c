"""The command line, called in this process or by a shell."""

import subprocess
import sys

import pytest

from biomech.cli import main

QUICK = ["--set", "history.days=0", "--set", "history.awake_h=0.1", "--set", "history.upright_after_min=0"]


def call(capsys: pytest.CaptureFixture[str], *tokens: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``biomech TOKENS``; a traceback is never an answer."""
    code = main(list(tokens))
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """`biomech …` with pipes and redirections as bash does them; the code is that of biomech."""
    line = command.replace("biomech", f'"{sys.executable}" -m biomech.cli', 1) + "; exit ${PIPESTATUS[0]}"
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
