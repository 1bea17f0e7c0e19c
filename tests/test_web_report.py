"""The report: one file, complete, small, safe, with the numbers of the dataset."""

import base64
import gzip
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_results import result

from biomech import simulate, viz
from biomech.cli.screening import cited, for_page, in_words
from biomech.errors import InputError
from biomech.safety.finding import STATEMENT
from biomech.safety.screening import screen
from biomech.viz.bones.disc import discs
from biomech.viz.reading import Spine
from biomech.viz.web.case import page_data
from biomech.viz.web.curves import _awake
from biomech.viz.web.report import report
from biomech.viz.web.skeleton import halves, skeleton, surface
from biomech.viz.web.timeline import MOST_MOMENTS, Timeline, moments, thinned
from biomech.viz.web.told import told

pytest.importorskip("pyvista", reason="the bones of a report need PyVista")

NO_DEVICE = "not a medical device"


@pytest.fixture(scope="module")
def page() -> str:
    return report([result("table_30"), result("table_60")])


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found
    return dict(json.loads(found.group(1)))


def visible(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.S))


def test_nothing_is_fetched(page: str) -> None:
    policy = unescape(page[: page.index("<style>")])
    assert "connect-src 'none'" in policy and "default-src 'none'" in policy
    assert not re.search(r"<(?:link|img|iframe|script)[^>]+(?:src|href)=", page)
    assert "@import" not in page and "url(http" not in page


def test_screening_is_told_where_it_belongs(page: str) -> None:
    ill = simulate("table_60", {"person.conditions": ["glaucoma"]})
    said = " ".join(unescape(visible(report([ill], for_page([ill])))).split())
    short, blood = said.split("In short")[1].split("Blood, brain and eye")[:2]
    (no,) = (f for f in screen(ill) if f.advice == "no")
    assert f"contraindication: {no.words}" in short.replace(" :", ":") and cited(no) in short
    assert short.index("contraindication") < short.index("How much longer")
    limits = [f for f in screen(ill) if f.advice == "limit"]
    assert limits and all(in_words(f) in blood and cited(f) in blood for f in limits)
    assert STATEMENT in blood
    healthy = [result("table_30")]
    well = visible(report(healthy, for_page(healthy)))
    assert "contraindication" not in well and STATEMENT in well
    assert "written without screening" in visible(page) and "written without screening" not in well


def test_it_is_small(page: str) -> None:
    assert len(page.encode()) < 4_000_000


def test_the_disclaimer_stands_once_and_the_prediction_is_called_one(page: str) -> None:
    assert visible(page).count(NO_DEVICE) == 1
    assert "the angle-response is a prediction" in visible(page)


def test_every_disc_has_its_numbers(page: str) -> None:
    rows = dict(re.findall(r'<tr data-level="([^"]+)"[^>]*>(.*?)</tr>', page, re.S))
    measures = [result(n).measures()["levels"] for n in ("table_30", "table_60")]
    assert list(rows) == list(measures[0])[2:]
    for level, row in rows.items():
        a, b = (m[level]["disc_height_change_mm"] for m in measures)
        said = [float(v.replace("\u2212", "-")) for v in re.findall(r"<td[^>]*>([^<]+)</td>", row)]
        assert said == pytest.approx([a, b, b - a], abs=0.00501)


def test_sources_and_grades_are_listed(page: str) -> None:
    said = visible(page)
    assert re.search(r"rests on \d+ numbers:\s+\d+ measured", said)
    assert "Values taken: " in said and "Read: abstract." in said
    assert result("table_60").data.attrs["digest"] in said


def test_the_same_results_make_the_same_file(page: str) -> None:
    assert report([result("table_30"), result("table_60")]) == page


def test_a_title_cannot_become_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biomech.viz.web.report._skeletons", lambda *_: ([], "The 3D view is missing."))
    evil = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'
    page = report([simulate("table_60", {"title": evil})])
    assert "<script>alert" not in page and "<img" not in page
    assert "&lt;/script&gt;" in page
    assert "The 3D view is missing." in page and 'id="view"' not in page


def test_a_report_of_four_different_people_is_small_too() -> None:
    cases = [result(name) for name in ("table_60", "scoliosis", "degenerated_L4L5", "small_woman")]
    assert len(report(cases).encode()) < 4_000_000


def test_the_outline_follows_the_posture() -> None:
    cases = [result("table_60"), result("chair")]
    data = data_of(report(cases))
    flat, seated = data["cases"]
    outlines = data["outlines"]
    assert flat["outline"][flat["reference"]] == seated["outline"][seated["reference"]], "both stand alike before"
    assert len(set(seated["outline"])) > 1 and len(flat["outline"]) == len(flat["places"])

    def box(one: dict[str, Any]) -> Any:
        return outlines[one["outline"][one["end"]]]["box"]  # back, bottom, front, top

    assert box(seated)[2] > box(flat)[2] + 200, "thighs reach forwards"
    for one, found in zip((flat, seated), cases, strict=True):
        spine = Spine(found)
        places = np.array([f.origin[:2] for f in spine.anchored_pose(spine.end).values()])
        back, bottom, front, top = box(one)
        assert (places > [back, bottom]).all() and (places < [front, top]).all(), "the spine lies within"


def test_only_web_pages_of_one_to_four_results(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"allowed: \.html"):
        viz.write_report([result("table_60")], tmp_path / "x.png")
    with pytest.raises(InputError, match="1 to 4"):
        report([])
    with pytest.raises(InputError, match="no folder"):
        viz.write_report([result("table_60")], tmp_path / "nowhere" / "x.html")
    assert list(tmp_path.iterdir()) == []


# ---- what the scripts get
def test_poses_and_colours_are_those_of_the_dataset(page: str) -> None:
    data, source = data_of(page)["cases"][1], result("table_60").data
    count = len(data["places"])
    poses = np.frombuffer(base64.b64decode(data["poses"]), "<f4").reshape(count, 26, 7)
    spine = Spine(source)
    wanted = spine.anchored_pose(spine.end)
    for body, name in enumerate(spine.bodies):
        assert poses[data["end"], body, :3] == pytest.approx(wanted[name].origin, abs=1e-3)
    height = np.frombuffer(base64.b64decode(data["fields"]["height"]), "<f4").reshape(count, 23)
    assert height[data["end"]] == pytest.approx(list(spine.height_changes(spine.end).values()), abs=1e-5)
    assert height[data["reference"]] == pytest.approx(np.zeros(23), abs=1e-6)


def test_all_bones_are_there_and_unpack(page: str) -> None:
    (packed,) = data_of(page)["skeletons"]
    block = gzip.decompress(base64.b64decode(packed["block"]))
    bodies = {packed["bodies"][b["body"]] for b in packed["bones"]}
    assert bodies >= set(packed["bodies"]) - {"skull"}
    for bone in packed["bones"]:
        faces = np.frombuffer(block, "<u2", bone["count"], bone["faces"])
        vertices = (bone["looks"] - bone["points"]) // 8
        assert faces.max() < vertices
        points = np.frombuffer(block, "<u2", 4 * vertices, bone["points"]).reshape(-1, 4)[:, :3]
        size = (points * bone["step"]).max(axis=0)
        assert (size > 5).all() and (size < 260).all(), "mm"
    assert [d["level"] for d in packed["discs"]] == data_of(page)["levels"]


def test_decimated_bones_keep_their_shape() -> None:
    from biomech.viz.bones.skeleton import bones

    spine = Spine(result("table_60").data)
    fine, coarse = bones(spine), skeleton(spine, 60_000)
    for bone in coarse.header["bones"]:
        mesh = fine[coarse.header["bodies"][bone["body"]]]
        low, high = np.array(bone["low"]), np.array(bone["low"]) + 4095 * np.array(bone["step"])
        assert low == pytest.approx(mesh.points.min(axis=0), abs=0.8)
        assert high == pytest.approx(mesh.points.max(axis=0), abs=0.8)


def test_a_disc_taken_apart_is_put_together_by_any_pose() -> None:
    spine = Spine(result("chair").data)
    pose = spine.anchored_pose(spine.end)
    for level, disc in discs(spine, pose).items():
        above, below = spine.neighbours(level)
        low, high, share = halves(disc, spine.plates[below][0], spine.plates[above][1], surface)
        at_below = low @ pose[below].axes.T + (1 - share)[:, None] * pose[below].origin
        at_above = high @ pose[above].axes.T + share[:, None] * pose[above].origin
        assert np.abs(at_below + at_above - surface(disc)).max() < 0.02, level


def test_persons_of_two_kinds_bring_two_sets_of_bones() -> None:
    page = report([result("table_60"), result("small_woman")])
    data = data_of(page)
    assert [c["skeleton"] for c in data["cases"]] == [0, 1] and len(data["skeletons"]) == 2
    assert len(page.encode()) < 4_000_000
    woman, man = (np.array(data["cases"][i]["sizes"])[22] for i in (1, 0))
    assert (woman < man).all()


def test_curves_end_at_the_measures() -> None:
    (case,) = page_data(told([result("table_60")]))["cases"]
    curves = {c["key"]: c for c in case["curves"]}
    values = result("table_60").measures()["measures"]
    assert curves["lumbar"]["end"] == pytest.approx(values["lumbar_length_change_mm"]["value"], rel=1e-3)
    assert curves["traction"]["end"] == pytest.approx(values["net_traction_N"]["value"], rel=1e-3)
    for c in curves.values():
        assert c["x"] == sorted(c["x"]) and c["x"][0] >= 0 and c["x"][-1] <= 1


def test_the_waking_after_a_leap_is_not_drawn() -> None:
    time = np.concatenate([np.arange(0, 100), np.arange(900, 948), np.arange(2000, 2048)]).astype(float)
    kept = time[_awake(time)]
    assert list(kept) == [*range(100), *range(944, 948), *range(2044, 2048)]
    assert _awake(np.arange(5.0)).all()


# ---- moments
def test_moments_follow_the_lengths() -> None:
    spine = Spine(result("table_60_sets").data)
    timeline = Timeline.of([spine])
    kept = moments(spine, timeline)
    assert spine.end in kept and spine.reference in kept and len(kept) <= MOST_MOMENTS + 2
    x, y = timeline.place(spine.time), spine.data["spine_length"].values
    inside = np.arange(spine.reference, len(x))
    miss = np.abs(np.interp(x[inside], x[kept], y[kept]) - y[inside])
    assert np.median(miss) < 0.004 * np.ptp(y[inside])


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=60), st.integers(2, 30))
def test_thinning_keeps_both_ends_and_its_promise(values: list[float], most: int) -> None:
    x, y = np.linspace(0, 1, len(values)), np.array(values)
    kept = thinned(x, [y], most)
    assert kept[0] == 0 and kept[-1] == len(values) - 1 and len(kept) <= max(2, most) and kept == sorted(set(kept))
    if len(kept) < min(most, len(values)) and np.ptp(y) > 1e-6:
        assert np.abs(np.interp(x, x[kept], y[kept]) - y).max() <= 0.0041 * np.ptp(y)
