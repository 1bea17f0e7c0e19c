"""`view`: a window on a screen, the page itself in a notebook, the page in a browser where asked."""

from __future__ import annotations

import html
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import Any, cast

from biomech.errors import InputError
from biomech.files import replace_file
from biomech.viz.reading import Result

HEIGHT = 860  # pixels of the page in a notebook
_SPINE_FIRST = "main{display:flex;flex-direction:column}main>*{min-width:0}#see-section{order:-1}"


class Page:
    """A result as a page of its own, shown where a notebook's output stands."""

    def __init__(self, text: str, height: int = HEIGHT) -> None:
        self.text, self.height = text, height

    def _repr_html_(self) -> str:
        # a frame keeps the page's scripts and styles from the notebook's, and the notebook's from the page's
        return (
            f'<iframe title="biomech" srcdoc="{html.escape(self.text, quote=True)}" width="100%" height="{self.height}" '
            'style="border:1px solid #ccc" sandbox="allow-scripts"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<biomech page, {len(self.text) / 1e6:.1f} MB>"

    def save(self, path: str | Path) -> Path:
        """Write it as a file."""
        target = Path(path)
        replace_file(target, lambda part: part.write_text(self.text, encoding="utf-8"))
        return target


def look(result: Result, *, web: bool = False) -> Page | Path | None:
    """Show a result in whatever there is to show it in.

    Returns
    -------
    Page, pathlib.Path or None
        In a notebook the page, which it displays; with ``web`` the file that was opened; None after a window.
    """
    if web:
        return _in_browser(result)
    if _in_notebook():
        return Page(document(result))
    from biomech.viz.window import view

    view(result)
    return None


def document(result: Result) -> str:
    """The page: the one `biomech report` writes, with the spine before the words."""
    if not hasattr(result, "measures"):
        raise InputError("a page needs a whole result, not its dataset alone", hint="biomech.open_result(FILE)")
    from biomech.viz.web.report import report
    from biomech.viz.web.told import Measured

    text = report([cast(Measured, result)])
    return text.replace("</head>", f"<style>{_SPINE_FIRST}</style>\n</head>", 1)


def _in_notebook() -> bool:
    """Whether a notebook's kernel runs this (and not IPython in a terminal)."""
    shell: Any = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return running is not None and running.__class__.__name__ == "ZMQInteractiveShell"


def _in_browser(result: Result) -> Path:
    """Write the page where the browser can read it, and say where, because a browser may be missing."""
    folder = Path(tempfile.mkdtemp(prefix="biomech-"))
    page = Page(document(result)).save(folder / "view.html")
    if not webbrowser.open(page.as_uri()):
        print("no browser answers here; open the file yourself", file=sys.stderr)
    return page
