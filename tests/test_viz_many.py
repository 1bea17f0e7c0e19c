"""Figures of many runs: words that matter are whole, counts are whole numbers, and `plot` draws what `sweep` wrote."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from biomech import simulate, viz
from biomech.cli import main
from biomech.results.storage import save
from biomech.simulation import DISCLAIMER, PREDICTION
from biomech.viz.sheet import Sheet

KEPT: list[Sheet] = []


@pytest.fixture(autouse=True)
def sheets(monkeypatch: pytest.MonkeyPatch) -> list[Sheet]:
    """The sheets that were written."""
    KEPT.clear()
    written = Sheet.save

    def save_and_keep(self: Sheet, *given: object, **more: object) -> Path:
        KEPT.append(self)
        return written(self, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Sheet, "save", save_and_keep)
    return KEPT


def common(kind: str) -> dict[str, object]:
    return {
        "kind": kind, "title": "Inversion table", "disclaimer": DISCLAIMER, "prediction": PREDICTION, "equipment": "inversion_table",
        "biomech_version": "0", "digest": "0123456789ab",
    }  # fmt: skip


def swept() -> xr.Dataset:
    angles = np.arange(0.0, 91.0, 30.0)
    data = xr.Dataset(
        {
            "lumbar_length_change_mm": ("session.angle_deg", angles / 30, {"units": "mm"}),
            "iop_mmHg": ("session.angle_deg", 17 + angles / 6, {"units": "mmHg"}),
            "map_brain_mmHg": ("session.angle_deg", 90 + angles / 3, {"units": "mmHg"}),
            "failed": ("session.angle_deg", np.zeros(len(angles), int)),
        },
        {"session.angle_deg": ("session.angle_deg", angles, {"units": "deg"})},
    )
    data.attrs = common("sweep") | {"varied": json.dumps(["session.angle_deg"])}
    return data


def drawn(sheet: Sheet) -> str:
    return " ".join(" ".join(t.get_text() for t in sheet.axes.texts).split())


def test_a_narrow_sweep_says_all_it_must(tmp_path: Path) -> None:
    viz.sweep_figure(swept(), tmp_path / "x.png", "iop_mmHg")
    (sheet,) = KEPT
    said = drawn(sheet)
    assert PREDICTION in said and DISCLAIMER in said and "…" not in said
    for text in sheet.axes.texts:
        box = sheet.extent(text)
        assert box.x0 >= 0 and box.x1 <= sheet.width and box.y0 >= 0, text.get_text()
        assert text.get_fontsize() >= 7
    (axes,) = [a for a in sheet.figure.axes if a.get_label() == "panel 0"]
    assert axes.get_ylabel() == "pressure in the eye (mmHg)" and list(axes.get_xticks()) == [0, 30, 60, 90]


def test_pressures_are_not_called_changes(tmp_path: Path) -> None:
    viz.sweep_figure(swept(), tmp_path / "x.png")
    labels = [a.get_ylabel() for a in KEPT[0].figure.axes if a.get_label().startswith("panel")]
    assert labels == ["lumbar length change (mm)", "pressure (mmHg)"]


def test_people_are_counted_in_whole_numbers(tmp_path: Path) -> None:
    heights = np.array([1.0, 1.1, 1.1, 1.2, 1.2, 1.9])
    data = xr.Dataset(
        {
            "lumbar_length_change_mm": ("person", heights, {"units": "mm"}),
            "failed": ("person", np.zeros(len(heights), int)),
            "course_lumbar_length": (("person", "course_time"), np.outer(heights, [0.0, 1.0, 0.5])),
        },
        {"course_time": [0.0, 60.0, 120.0]},
    )
    data.attrs = common("ensemble") | {"population": "us_army_2012", "unknowns": "[]", "seed": 1}
    viz.ensemble_figure(data, tmp_path / "x.png")
    (axes,) = [a for a in KEPT[0].figure.axes if a.get_label() == "lumbar_length_change_mm"]
    ticks = axes.get_yticks()
    assert np.allclose(ticks, np.round(ticks)) and len(ticks) > 2
    assert "95 %" in axes.get_title() and f"mean {heights.mean():.3g}" in axes.get_title()
    (dots, *_) = axes.get_lines()
    assert list(dots.get_xdata()) == sorted(heights), "few people are shown one by one"


def test_plot_draws_what_a_sweep_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, picture = tmp_path / "sweep.nc", tmp_path / "sweep.png"
    save(swept(), file)
    assert not main(["plot", str(file), "-o", str(picture)])
    with pytest.raises(SystemExit) as ended:
        sys.exit(main(["plot", str(file), "-o", str(tmp_path / "x.csv")]))
    assert ended.value.code == 2
    assert picture.stat().st_size > 10_000 and "holds many runs (sweep)" in capsys.readouterr().err


def test_how_sure_a_run_is_goes_into_its_result_and_report(tmp_path: Path) -> None:
    file, page = tmp_path / "sure.nc", tmp_path / "sure.html"
    quick = ["--set", "session.hold_s=30", "--set", "history.upright_after_min=2"]
    for command in (
        ["run", "table_60", "--only", "spine", "--uncertainty", "3", "-o", str(file), *quick],
        ["report", str(file), "-o", str(page)],
    ):
        assert not main(command)
    from biomech import open_result

    found = open_result(file)
    known = json.loads(found.data.attrs["uncertainty"])
    lumbar = known["measures"]["lumbar_length_change_mm"]
    assert known["draws"] == 3 and lumbar["sd"] > 0 and lumbar["low"] < lumbar["high"]
    said = page.read_text(encoding="utf-8")
    assert f"± {lumbar['sd']:.2f}" in said and "simulated again 3 times" in said and "carry no ±" not in said


def test_the_same_run_again_keeps_what_was_drawn_for_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from biomech import open_result
    from biomech.cli.running import save_result

    file = tmp_path / "x.nc"
    quick = {"session.hold_s": 30, "history.upright_after_min": 1}
    first = simulate("table_60", quick, only="spine")
    first.recorded.attrs["uncertainty"] = json.dumps({"draws": 9, "measures": {}})
    first.save(file)
    save_result(simulate("table_60", quick, only="spine"), file)
    assert json.loads(open_result(file).recorded.attrs["uncertainty"])["draws"] == 9
    assert capsys.readouterr().err == ""
    save_result(simulate("table_60", {**quick, "session.hold_s": 31}, only="spine"), file)
    assert "uncertainty" not in open_result(file).recorded.attrs, "of another run"
    assert "held another run with its ±" in capsys.readouterr().err
    file.write_bytes(b"damaged")
    save_result(first, file)
    assert open_result(file).recorded.attrs["uncertainty"]


def test_a_report_says_how_to_get_what_it_lacks() -> None:
    from biomech.viz.web.doubts import HOW, doubts
    from biomech.viz.web.told import told

    result = simulate("table_60", {"session.hold_s": 30, "history.upright_after_min": 2}, only="spine")
    without = doubts(told([result]))
    assert not without.rows and HOW in without.missing[0]
    known = {"lumbar_length_change_mm": {"sd": 0.5, "low": -1.0, "high": 2.0}}
    result.data.attrs["uncertainty"] = json.dumps({"draws": 9, "measures": known})
    (row,) = doubts(told([result])).rows
    assert row.cells == ((f"{result.measures()['measures']['lumbar_length_change_mm']['value']:.2f}", "± 0.50", "−1.00 to 2.00"),)
