"""The command line, called in this process."""

import pytest

from biomech.cli import main


def call(capsys: pytest.CaptureFixture[str], *tokens: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``biomech TOKENS``; a traceback is never an answer."""
    code = main(list(tokens))
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err
