"""Every block of code in README, CONTRIBUTING and docs/ does what the page says it does."""

import shlex
from pathlib import Path

import pytest
from blocks import LANGUAGES, PAGES, ROOT, Block, Copy, blocks, commands

from biomech.cli.app import app

EVERY = [b for page in PAGES for b in blocks(page)]
RUN = [page for page in PAGES if any(b.language != "text" for b in blocks(page))]


def page_id(page: Path) -> str:
    return page.stem


@pytest.mark.parametrize("block", EVERY, ids=lambda b: b.name)
def test_every_block_says_what_it_is(block: Block) -> None:
    assert block.language in LANGUAGES, f"{block.name}: ```{block.language}: one of {', '.join(LANGUAGES)}"
    if block.language == "text":
        assert not block.text.lstrip().startswith(("biomech ", "make ", ".venv/")), f"{block.name}: a command is sh, not text"


@pytest.mark.parametrize("block", [b for b in EVERY if b.language == "sh"], ids=lambda b: b.name)
def test_every_command_is_one_that_the_command_line_takes(block: Block) -> None:
    """Also of the blocks that are not run: verbs and options exist and their values have the right type."""
    for command in commands(block.text):
        for part in command.split(" | ")[0].split(" && "):
            words = shlex.split(part, comments=True)
            while words and "=" in words[0] and not words[0].startswith("-"):
                words = words[1:]
            if words and Path(words[0]).name == "biomech" and not {"--help", "--version"} & set(words):
                app.parse_args([w for w in words[1:] if w not in (">", "2>")], print_error=False, exit_on_error=False)


@pytest.mark.parametrize("page", RUN, ids=page_id)
def test_what_is_quick_runs(page: Path, tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    for block in blocks(page):
        if not block.slow and not block.reason:
            copy.run(block)


@pytest.mark.slow
@pytest.mark.parametrize("page", [p for p in RUN if any(b.slow for b in blocks(p))], ids=page_id)
def test_everything_runs(page: Path, tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    for block in blocks(page):
        if not block.reason:
            copy.run(block)


def test_blocks_are_found_and_a_wrong_one_is_noticed(tmp_path: Path) -> None:
    page = ROOT / "docs" / "x.md"
    (tmp_path / "copy").mkdir()
    copy = Copy(tmp_path / "copy")
    copy.run(Block(page, 1, "sh", "# expect exit code 2\nbiomech check nothing_of_that_name\n", False))
    for language, text in (("sh", "biomech check nothing_of_that_name"), ("python", "1 / 0"), ("sh", "true\nfalse\ntrue")):
        with pytest.raises(AssertionError, match="exit code"):
            copy.run(Block(page, 1, language, text, False))
    assert len([b for b in EVERY if b.language == "sh"]) > 20
