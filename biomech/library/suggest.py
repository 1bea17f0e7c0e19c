"""Did you mean …? The nearest of the names that would have been right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: object, names: Iterable[str]) -> str | None:
    """``did you mean NAME?`` for the name most like `word`, or None if none is."""
    if not isinstance(word, str):
        return None
    # lower case: a level written "l4/l5" is nearer to "L4/L5" than to any other
    spelled = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(word.casefold(), spelled, n=1, cutoff=0.5)
    return f"did you mean {spelled[near[0]]}?" if near else None
