"""`plot`, `render` and `view` on the command line: files by suffix, clear refusals, pages that turn in a browser."""

from pathlib import Path

import pytest
from browsing import chromium, needs_browser
from calling import call
from test_viz_synthetic import synthetic
from web_results import result

from biomech.results.result import Result
from biomech.viz import looking
from biomech.viz.probe import NO_PYVISTA, probe

MISSING = probe()
needs_3d = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
needs_pyvista = pytest.mark.skipif(MISSING == NO_PYVISTA, reason="no PyVista")


@pytest.fixture(autouse=True)
def two_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for tilt in (30, 60):
        Result(synthetic(tilt)).save(tmp_path / f"t{tilt}.nc")
    return tmp_path


def test_plot_writes_what_the_suffix_says(capsys: pytest.CaptureFixture[str], two_results: Path) -> None:
    for name in ("one.png", "series.csv"):
        code, out, _ = call(capsys, "plot", "t60.nc", "-o", name)
        assert code == 0 and out == f"written: {name}\n" and (two_results / name).stat().st_size > 1000
    code, out, _ = call(capsys, "plot", "t30.nc", "t60.nc", "-o", "both.svg")
    assert code == 0 and "60° head-down" in (two_results / "both.svg").read_text(encoding="utf-8")


@needs_3d
def test_render_draws_scenes_of_one_and_of_several(capsys: pytest.CaptureFixture[str], two_results: Path) -> None:
    for tokens in (["t60.nc", "-o", "a.png", "--size", "640x480"], ["t30.nc", "t60.nc", "-o", "b.png"],
                   ["t30.nc", "t60.nc", "-o", "c.png", "--scene", "linked", "--time-s", "100"]):  # fmt: skip
        code, out, err = call(capsys, "render", *tokens)
        assert (code, err) == (0, ""), tokens
        assert (two_results / tokens[tokens.index("-o") + 1]).stat().st_size > 20_000


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (["t60.nc", "-o", "x.png", "--scene", "herro"], "did you mean"),
        (["t60.nc", "-o", "x.png", "--scene", "linkd"], "linked"),
        (["t60.nc", "-o", "x.png", "--scene", "compare"], "2 to 4"),
        (["t60.nc", "-o", "x.png", "--scene", "blood"], "no circulation"),
        (["t60.nc", "-o", "x.png", "--size", "big"], "--size"),
        (["t60.nc", "-o", "x.doc"], ".gltf"),
        (["t60.nc", "-o", "x.mp4", "--dpi", "300"], "--dpi"),
        (["t60.nc", "-o", "x.mp4", "--seconds", "0"], "1 to 300 s"),
        (["t60.nc", "-o", "x.mp4", "--size", "480x360"], "640 to 3840 wide"),
        (["table_60", "-o", "x.png"], "biomech run table_60"),
        (["t60.nc", "-o", "x.png", "--time-s", "1e7"], "covers"),
        (["t60.nc", "t30.nc", "-o", "x.pvd"], "one result"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], two_results: Path, tokens: list[str], said: str
) -> None:
    code, out, err = call(capsys, "render", *tokens)
    assert code == 2 and said in err and err.count("\n") == 1 and out == ""
    assert sorted(p.name for p in two_results.iterdir()) == ["t30.nc", "t60.nc"]


@needs_pyvista
def test_view_in_the_browser_says_where_the_page_is(
    capsys: pytest.CaptureFixture[str], two_results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(looking.webbrowser, "open", lambda uri: opened.append(uri) is None)
    monkeypatch.setattr(looking, "document", lambda result: "<html>the page</html>")
    code, out, _ = call(capsys, "view", "t60.nc", "--web")
    page = Path(out.strip().removeprefix("written: "))
    assert code == 0 and page.read_text() == "<html>the page</html>" and opened == [page.as_uri()]
    monkeypatch.setattr(looking.webbrowser, "open", lambda uri: False)
    code, _, err = call(capsys, "view", "t60.nc", "--web")
    assert code == 0 and "open the file yourself" in err


def test_a_notebook_gets_a_page_it_cannot_be_harmed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "_in_notebook", lambda: True)
    monkeypatch.setattr(looking, "document", lambda result: '<p onclick="x">&</p>')
    shown = Result(synthetic(60)).view()
    frame = shown._repr_html_()
    assert "srcdoc=\"&lt;p onclick=&quot;x&quot;&gt;&amp;&lt;/p&gt;\"" in frame and 'sandbox="allow-scripts"' in frame


@pytest.mark.slow
def test_a_notebook_is_run_and_shows_the_page(two_results: Path) -> None:
    """`result.view()` as the last line of a cell, executed by a real kernel."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    result("table_60").save(two_results / "whole.nc")
    lines = ["import biomech", "result = biomech.open_result('whole.nc')", "result.view()"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("\n".join(lines))])
    nbclient.NotebookClient(book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(two_results)}}).execute()
    (shown,) = book.cells[0].outputs
    assert shown.output_type == "execute_result" and "biomech page" in shown.data["text/plain"]
    assert shown.data["text/html"].startswith("<iframe") and "srcdoc=" in shown.data["text/html"]


def test_a_terminal_is_no_notebook() -> None:
    assert not looking._in_notebook()


@needs_pyvista
@needs_browser
def test_the_page_in_a_frame_draws_in_a_browser(tmp_path: Path) -> None:
    text = looking.Page(looking.document(result("table_60")))._repr_html_()
    (tmp_path / "cell.html").write_text(f"<html><body>{text}</body></html>", encoding="utf-8")
    with chromium() as running:
        page = running.new_page(viewport={"width": 1100, "height": 1000})
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto((tmp_path / "cell.html").as_uri())
        canvas = page.frame_locator("iframe").locator("canvas").first
        canvas.wait_for(timeout=30_000)
        page.wait_for_timeout(1500)
        before, box = canvas.screenshot(), canvas.bounding_box()
        assert box["y"] < 700, "the spine comes first"
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 120, y, steps=5)
        page.mouse.up()
        page.wait_for_timeout(800)
        after = canvas.screenshot()
    assert wrong == []
    assert before != after, "dragging turns the spine"
    assert len(before) > 10_000
