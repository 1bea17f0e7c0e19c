"""`biomech report` and `app`: pages, and when there can be none."""

from pathlib import Path

import pytest
from calling import QUICK, call

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_a_report_of_kept_results(capsys: pytest.CaptureFixture[str], in_a_folder: Path) -> None:
    call(capsys, "run", "table_60", "--only", "spine", "-o", "out/table_60_spine.nc", *QUICK)
    code, out, _ = call(capsys, "report", "out/table_60_spine.nc", "-o", "new/page.html")
    assert code == 0 and out == f"written: {Path('new/page.html')}\n"
    page = (in_a_folder / "new" / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "60° head-down" in page
    code, out, _ = call(capsys, "compare", "out/table_60_spine.nc", "out/table_60_spine.nc", "-o", "two.html")
    assert code == 0 and (in_a_folder / "two.html").is_file()


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("report", "out/none.nc"), "none.nc"),
        (("report", "table_60", "-o", "x.png"), "allowed: .html"),
        (("report", *["table_60"] * 5), "one to four"),
        (("app", "--port", "70000"), "allowed: 0 to 65535"),
        (("app", "--host", "no.such.host.invalid", "--no-browser"), "cannot listen"),
    ],
)
def test_pages_that_cannot_be_made(capsys: pytest.CaptureFixture[str], in_a_folder: Path, tokens: tuple[str, ...], said: str) -> None:
    code, _, err = call(capsys, *tokens)
    assert code == 2 and said in err and len(err.splitlines()) == 1
    assert not list(in_a_folder.rglob("*.nc"))
