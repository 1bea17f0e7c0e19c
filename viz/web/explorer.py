"""The page of the explorer: empty controls and the shared scripts; everything else it asks its server for."""

from collections.abc import Mapping
from typing import Any

from biomech.viz.web.page import page


def explorer_page(choices: Mapping[str, Any], disclaimer: str, prediction: str) -> str:
    """The document; ``choices`` is what one can move."""
    return page("explorer.html", ("explorer.js",), {"choices": choices}, talks=True, disclaimer=disclaimer, prediction=prediction)
