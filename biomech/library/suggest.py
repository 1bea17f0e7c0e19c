"""Did you mean …? The nearest of the names that would have been right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LIKELY, SURELY = 0.5, 0.75  # likeness from which a name is asked for, and from which no other can be meant


def did_you_mean(word: object, names: Iterable[str], cutoff: float = LIKELY) -> str | None:
    """``did you mean NAME?`` for the name most like `word`, or None if none is."""
    if not isinstance(word, str):
        return None
    # lower case: a level written "l4/l5" is nearer to "L4/L5" than to any other
    spelled = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(word.casefold(), spelled, n=1, cutoff=cutoff)
    return f"did you mean {spelled[near[0]]}?" if near else None


def hint_for(word: object, names: Iterable[str]) -> str | None:
    """For a name of the catalogue: the nearest one; unless that is surely meant, also where files of one's own are looked for."""
    known = list(names)
    own = None if did_you_mean(word, known, SURELY) else "a file of your own is found where BIOMECH_MODELS says (docs/adding_equipment.md)"
    return "; ".join(filter(None, [did_you_mean(word, known), own])) or None
