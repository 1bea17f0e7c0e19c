"""What can go wrong, in one line a person can act on.

`InputError` is the user's to repair (exit code 2), `SimulationError` is the engine's (exit code 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike, fspath

LONGEST = 600  # letters of a message


class BiomechError(Exception):
    """Everything the package raises on purpose."""


class InputError(BiomechError):
    """The input is wrong.

    Parameters
    ----------
    message : str
        What is wrong with the value found.
    file : path, optional
        File the value stands in.
    line : int, optional
        Its line, counted from 1.
    key : str, optional
        Dotted name of the value, or ``--set KEY`` when it came from the command line.
    allowed : str or iterable of str, optional
        What would have been right.
    hint : str, optional
        Free text at the end of the line, usually `biomech.library.did_you_mean`.

    Notes
    -----
    ``str`` gives ``file:line: key: message; allowed: …; did you mean …?`` in exactly one line,
    leaving out what is not known.
    """

    def __init__(
        self,
        message: str,
        file: str | PathLike[str] | None = None,
        line: int | None = None,
        key: str | None = None,
        allowed: str | Iterable[str] | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = None if file is None else fspath(file)
        self.line = line
        self.key = key
        self.allowed = (
            allowed if allowed is None or isinstance(allowed, str) else ", ".join(allowed)
        )
        self.hint = hint

    def __str__(self) -> str:
        place = self.file
        if place is not None and self.line is not None:
            place = f"{place}:{self.line}"
        said = _short(self.message)
        if self.allowed:
            said = f"{said}; allowed: {self.allowed}"
        if self.hint:
            said = f"{said}; {self.hint}"
        return _one_line(": ".join(part for part in (place, self.key, said) if part))


class SimulationError(BiomechError):
    """The simulation could not be completed.

    Parameters
    ----------
    message : str
        What happened.
    time_s : float, optional
        When, in seconds of the session (negative: in the history).
    joint : str, optional
        Where, the level with the largest residual.
    hint : str, optional
        What to try.

    Notes
    -----
    ``checkpoint`` is set where a run keeps one: what was finished before.
    """

    def __init__(
        self,
        message: str,
        time_s: float | None = None,
        joint: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.time_s = time_s
        self.joint = joint
        self.hint = hint
        self.checkpoint: str | None = None

    def __str__(self) -> str:
        said = self.message
        if self.joint is not None:
            said = f"{said} at {self.joint}"
        if self.time_s is not None:
            said = f"{said}, {self.time_s:.6g} s into the session"
        if self.hint:
            said = f"{said}; try: {self.hint}"
        if self.checkpoint:
            said = f"{said}; last good checkpoint: {self.checkpoint}"
        return _one_line(said)


def _short(text: str) -> str:
    """A message without the middle of a value that is a page long."""
    return text if len(text) <= LONGEST else f"{text[: 2 * LONGEST // 3]} … {text[-LONGEST // 4 :]}"


def _one_line(text: str) -> str:
    """Line breaks and control characters (from keys, values, file names) made visible."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
