"""The figure of `validate`, for any choice of studies."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib.figure
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from biomech.evidence import figure
from biomech.evidence.study import Quantity
from biomech.evidence.verdict import Row

SIGN = Row(
    "nobody1900", Quantity.model_validate(
        {"id": "q", "name": "spine longer inverted than sitting", "unit": "mm", "rule": "sign", "direction": "+", "band": [0.5, 99.0],
         "simulated": {"variable": "x", "at": "b"}}
    ), "independent", True, 9, None, 4.75, None, None, "in", None, True,
)  # fmt: skip
NUMBER = replace(
    SIGN, quantity=SIGN.quantity.model_copy(update={"rule": "sd", "value": 4.0, "band": (3.0, 5.0)}), sd=1.0, difference_sd=0.75,
    role="calibration",
)  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "panels"), [([SIGN], 1), ([NUMBER], 1), ([SIGN, NUMBER], 2), ([], 1)], ids=["signs", "numbers", "both", "nothing"],
)  # fmt: skip
def test_what_the_figure_says_is_on_the_paper(rows: list[Row], panels: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    begin = matplotlib.figure.Figure.__init__
    monkeypatch.setattr(matplotlib.figure.Figure, "__init__", lambda self, *a, **k: (made.append(self), begin(self, *a, **k))[1])
    assert figure.draw(rows, tmp_path / "v.png").stat().st_size > 5_000
    fig = made[0]
    assert len(fig.axes) == panels, "a panel nothing is in is left out"
    pen = FigureCanvasAgg(fig).get_renderer()
    texts = [*fig.texts, fig._suptitle, *(t for ax in fig.axes for t in (*ax.texts, *ax.get_yticklabels()))]
    said = " ".join(t.get_text() for t in texts)
    assert "not a medical device" in said and all(r.study in said for r in rows)
    for text in texts:
        box = text.get_window_extent(pen)
        assert box.x0 >= 0 and box.x1 <= fig.bbox.width and box.y0 >= 0 and box.y1 <= fig.bbox.height, text.get_text()
