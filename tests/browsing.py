"""A headless Chromium for the tests of the pages, driven by real mouse and keyboard events."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]


def missing() -> str | None:
    """What the tests of the pages need and do not find."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "no playwright: pip install 'biomech[dev]'"
    if not browser():
        return f"no browser: none of {', '.join(NAMES)} is installed (Debian: apt-get install chromium), and BIOMECH_BROWSER names none"
    return None


def browser() -> str | None:
    return os.environ.get("BIOMECH_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)


needs_browser = pytest.mark.skipif(missing() is not None, reason=str(missing()))


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser(), args=FLAGS)
        try:
            yield running
        finally:
            running.close()


class Tab:
    """A page with a list of everything that went wrong in it, and of all it asked for."""

    def __init__(self, running: Any, url: str, width: int = 1280, height: int = 900, **options: Any) -> None:
        self.context = running.new_context(viewport={"width": width, "height": height}, **options)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda line: self.wrong.append(line.text) if line.type == "error" else None)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(url)
        self.page.wait_for_selector("html[data-ready=yes]", timeout=60_000)
        self.settle()

    def settle(self) -> None:
        """Wait until what was asked for is on the screen."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def pixels(self) -> str:
        """The picture of the spine with the words over it."""
        self.settle()
        script = "document.querySelector('.stage canvas').toDataURL() + document.querySelector('.stage .labels').innerHTML"
        return str(self.page.evaluate(script))

    def colours(self) -> int:
        """How many colours the canvas has: one means that nothing is drawn."""
        script = """() => { const c = document.querySelector('.stage canvas'), d = document.createElement('canvas');
            d.width = 80; d.height = 80; const g = d.getContext('2d'); g.drawImage(c, 0, 0, 80, 80);
            return new Set(new Uint32Array(g.getImageData(0, 0, 80, 80).data.buffer)).size }"""
        return int(self.page.evaluate(script))

    def fits(self) -> bool:
        """No sideways scrolling of the whole page."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def close(self) -> None:
        self.context.close()
