"""Fixtures of several files."""

from pathlib import Path

import pytest


@pytest.fixture
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, which is also a test that biomech does not care where it is called."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
