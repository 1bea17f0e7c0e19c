"""What the pages name exists, and what exists is named; the notebook runs, and the pages can be built."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from blocks import PAGES, ROOT

import biomech
from biomech import library, scenario

DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
#: words of pages that look like keys, measures or options, and where they may come from
DOTTED_KEY = re.compile(r"`(person|equipment|session|history|muscle|solver|phase|programme)\.([a-z_A-Z]+)`")
MEASURE = re.compile(r"`((?:standing_|supine_)?[a-z0-9_]+_(?:mm|N|deg|mmHg|mL|MPa|pct|per_min))`")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]+)")
#: options of other programs that the pages name
OTHERS = {"--script", "--break", "--no-first-run", "--fresh"}


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_tables", DOCS / "tables.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_the_tables_of_the_pages_are_those_of_the_code(tables: ModuleType) -> None:
    stale = [page.name for page in tables.pages() if tables.filled(text_of(page)) != text_of(page)]
    assert not stale, f"run make tables: {stale}"


def test_every_table_stands_in_a_page(tables: ModuleType) -> None:
    everything = "".join(map(text_of, PAGES))
    for name in tables.TABLES:
        assert f"<!-- table: {name} -->" in everything


def test_every_key_of_a_scenario_has_words_and_a_row(tables: ModuleType) -> None:
    """The table is made from the schema; what it does not hold is a key without a description."""
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", tables.scenario_keys(), re.MULTILINE)
    whole = scenario.schema()
    keys = {key for part in (whole, *whole["$defs"].values()) for key in part["properties"]}
    assert keys == {key for key, _ in rows}
    assert [key for key, row in rows if not row.split("|")[-1].strip()] == []


def test_every_measure_has_a_formula_and_no_formula_is_of_nothing(tables: ModuleType) -> None:
    known = tables.measured().keys() | tables.measured_by_level().keys()
    written = tables.FORMULAS["measures"].keys() | tables.FORMULAS["blood"].keys()
    assert written <= known
    bare = {name.removeprefix("standing_").removeprefix("supine_") for name in known}
    assert bare <= written | {"nucleus_pressure_MPa"}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_what_a_page_names_exists(page: Path, tables: ModuleType) -> None:
    text = text_of(page)
    whole = scenario.schema()
    for table, key in DOTTED_KEY.findall(text):
        part = whole["properties"][table]
        name = (part if "$ref" in part else part.get("items", part)).get("$ref", "").rpartition("/")[2]
        assert key in whole["$defs"][name]["properties"], f"{page.name}: {table}.{key}"
    known = tables.measured().keys() | tables.measured_by_level().keys()
    named = whole["$defs"].values()
    keys = {key for part in named for key in part["properties"]} | set(re.findall(r"`(\w+)`", tables.equipment_keys()))
    others = {name for kind in ("body", "spine", "circulation") for file in library.names(kind) for name in _names(kind, file)}
    for name in MEASURE.findall(text):
        assert name in known | keys | others, f"{page.name}: no measure {name}"
    options = set(OPTION.findall(tables.verbs())) | {"--help", "--version"} | OTHERS
    for option in OPTION.findall(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)):
        assert option in options or page.name == "CONTRIBUTING.md", f"{page.name}: no option {option}"


def _names(kind: str, name: str) -> set[str]:
    file = library.load(kind, name)
    return {*file.scalars, *(column for table in file.tables.values() for column in table.columns)}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for target, _ in LINK.findall(text_of(page)):
        assert not target or (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_citation_file_has_this_version() -> None:
    text = text_of(ROOT / "CITATION.cff")
    assert f"version: {biomech.__version__}\n" in text and "Apache-2.0" in text
    assert f"{{{biomech.__version__}}}" in text_of(DOCS / "citing.md")


def test_the_notebook_carries_no_output_and_runs(tmp_path: Path) -> None:
    """As one program; the real kernel runs it when the pages are built."""
    cells = json.loads(text_of(DOCS / "tutorial.ipynb"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    program = "\n\n".join("".join(cell["source"]) for cell in code)
    done = subprocess.run(
        [sys.executable, "-W", "ignore:FigureCanvasAgg", "-c", f"import matplotlib; matplotlib.use('agg')\n{program}"],
        cwd=tmp_path, capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stderr
    assert 'did you mean angle_deg?' in done.stdout and "True" in done.stdout


@pytest.mark.slow
def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="no Sphinx: pip install 'biomech[docs]' (make test-all does)")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(DOCS), str(tmp_path / "html"), "-d", str(tmp_path / "trees")],
        capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert (tmp_path / "html" / "auto_examples" / "plot_1_angles.html").is_file()
