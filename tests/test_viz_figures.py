"""What the figures say is what the dataset says, and can be read."""

import json
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text
from test_viz_synthetic import LEVELS, synthetic

from biomech import viz
from biomech.errors import InputError
from biomech.viz import words
from biomech.viz.clock import Clock
from biomech.viz.colour import ALERT, Scale, round_up
from biomech.viz.compare import draw_compare, names_of
from biomech.viz.labels import spread
from biomech.viz.plot import draw_plot
from biomech.viz.portrait import Extent, Portraits
from biomech.viz.probe import probe
from biomech.viz.reading import Spine
from biomech.viz.scenes import Wish, draw
from biomech.viz.sheet import Sheet

MISSING = probe()
needs_3d = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
DISCS = LEVELS[2:]


def texts(sheet: Sheet) -> dict[str, str]:
    """Words by their tag."""
    return {t.get_gid(): t.get_text() for t in sheet.axes.texts if t.get_gid()}


def number(text: str) -> float:
    found = re.search(r"[+\u2212]?\d+(\.\d+)?", text)
    assert found, text
    return float(found.group().replace("\u2212", "-"))


def assert_readable(sheet: Sheet) -> None:
    """All words within the canvas, none over another."""
    canvas = sheet.figure.canvas
    canvas.draw()
    shown: list[Text] = [t for t in sheet.axes.texts if t.get_text().strip()]
    for axes in sheet.figure.axes[1:]:
        shown.append(axes.yaxis.label)
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            shown += [t.label1 for t in axis.get_major_ticks() if low <= t.get_loc() <= high and t.label1.get_text()]
    boxes = [(t.get_text(), t.get_window_extent()) for t in shown]
    width, height = canvas.get_width_height()
    for words_, box in boxes:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, words_
    for (a, first), (b, second) in combinations(boxes, 2):
        overlap = min(first.x1, second.x1) - max(first.x0, second.x0), min(first.y1, second.y1) - max(first.y0, second.y0)
        # boxes hold room for descenders: a pixel or two is no collision
        assert min(overlap) <= 2.0, (a, b)


def changes(tilt: float) -> tuple[Spine, dict[str, float]]:
    ds = synthetic(tilt)
    height = ds["disc_height"].values
    start, end = np.abs(ds.time.values - 0).argmin(), np.abs(ds.time.values - 440).argmin()
    return Spine(ds), {v: height[end, LEVELS.index(v)] - height[start, LEVELS.index(v)] for v in DISCS}


# ---- compare
@pytest.fixture(scope="module")
def compared() -> Sheet:
    return draw_compare([synthetic(30), synthetic(60)], flat=True)


def test_numbers_of_the_comparison_are_the_dataset_s(compared: Sheet) -> None:
    said = texts(compared)
    by_case = {}
    for letter, tilt in (("A", 30), ("B", 60)):
        spine, by_case[letter] = changes(tilt)
        for level in DISCS:
            assert number(said[f"{letter} {level}"]) == pytest.approx(by_case[letter][level], abs=0.00501), level
        for key, name in (("spine", "spine_length"), ("lumbar", "lumbar_length")):
            assert number(said[f"{letter} total {key}"]) == pytest.approx(spine.change(name, spine.end), abs=0.00501)
    for level in DISCS:
        assert number(said[f"B-A {level}"]) == pytest.approx(by_case["B"][level] - by_case["A"][level], abs=0.00501)


def test_bars_are_as_long_as_their_numbers(compared: Sheet) -> None:
    bars = {p.get_gid(): p for p in compared.axes.patches if str(p.get_gid()).startswith("bar ")}
    lengths, values = [], []
    for letter, tilt in (("A", 30), ("B", 60)):
        _, expected = changes(tilt)
        for level in DISCS:
            lengths.append(bars[f"bar {letter} {level}"].get_width())
            values.append(expected[level])
    ratio = np.array(lengths) / np.array(values)
    assert np.allclose(ratio, ratio[0]), "one ruler for both panels"


def test_the_figure_states_what_it_must(compared: Sheet) -> None:
    everything = " ".join(t.get_text() for t in compared.axes.texts)
    for needed in ("30° head-down", "60° head-down", "standing just before the session", "mm", "Tilt from horizontal",
                   "not a medical device", "gives no millimetres", "biomech 0.0.0", "5a3c0ffee0c0", "50 mm", "×1",
                   "7 min 20 s into the session", "Difference"):  # fmt: skip
        assert needed.lower() in everything.lower(), needed


def test_colour_limits_are_symmetric_and_shared(compared: Sheet) -> None:
    ticks = [number(t.get_text()) for t in compared.axes.texts if t.get_gid() == "colour-tick"]
    assert ticks == sorted(ticks) and ticks == [-t for t in reversed(ticks)]
    assert max(abs(v) for tilt in (30, 60) for v in changes(tilt)[1].values()) <= ticks[-1]
    scale = Scale(ticks[-1])
    faces = {p.get_gid(): p.get_facecolor() for p in compared.axes.patches if str(p.get_gid()).startswith("bar ")}
    for letter, tilt in (("A", 30), ("B", 60)):
        for level, value in changes(tilt)[1].items():
            assert faces[f"bar {letter} {level}"][:3] == pytest.approx(scale.colour(value))


def test_discs_in_the_drawing_have_the_colours_of_their_bars(compared: Sheet) -> None:
    drawn = [p for p in compared.axes.patches if p.get_gid() == "disc L4/L5"]
    bars = {p.get_gid(): p.get_facecolor() for p in compared.axes.patches}
    assert [p.get_facecolor() for p in drawn] == [bars["bar A L4/L5"], bars["bar B L4/L5"]]


def test_every_bone_is_in_the_flat_drawing(compared: Sheet) -> None:
    drawn = [str(p.get_gid()) for p in compared.axes.patches if str(p.get_gid()).startswith("bone ")]
    assert len(drawn) == 2 * 24  # C2–L5 and the sacrum, twice


@pytest.mark.parametrize("tilts", [(30, 60), (-30, 0, 60, 90)])
def test_words_of_the_comparison_can_be_read(tilts: tuple[float, ...]) -> None:
    sheet = draw_compare([synthetic(t) for t in tilts], flat=True)
    assert_readable(sheet)


def test_several_cases_are_told_against_the_first() -> None:
    tilts = (30, 60, 90)
    said = texts(draw_compare([synthetic(t) for t in tilts], flat=True))
    spines, gains = zip(*(changes(t) for t in tilts), strict=True)
    for n, letter in ((1, "B"), (2, "C")):
        for level in DISCS:
            assert number(said[f"{letter}-A {level}"]) == pytest.approx(gains[n][level] - gains[0][level], abs=0.00501), level
        for key, name in (("spine", "spine_length"), ("lumbar", "lumbar_length")):
            gap = spines[n].change(name, spines[n].end) - spines[0].change(name, spines[0].end)
            assert number(said[f"{letter}-A total {key}"]) == pytest.approx(gap, abs=0.00501)


def test_a_long_title_of_a_case_is_told_whole() -> None:
    cases = [synthetic(30), synthetic(60)]
    for n, case in enumerate(cases):
        case.attrs["title"] = f"Case {n}, lying on the table of the second room, strap across the hips and both arms beside the body"
    sheet = draw_compare(cases, flat=True)
    assert_readable(sheet)
    everything = " ".join(t.get_text() for t in sheet.axes.texts)
    assert all(case.attrs["title"] in everything for case in cases) and "…" not in everything
    names = ["60 degrees on the table of the second room, strap", "the same without the strap, and both arms overhead"]
    assert texts(draw_compare(cases, names, flat=True))["title"] == "Disc height against standing: 2 cases"


def test_losses_and_long_names_can_be_read() -> None:
    cases = [synthetic(60), synthetic(90, strength=-0.6)]
    sheet = draw_compare(cases, ["A very long name of a device " * 6, "Headstand"], flat=True)
    assert_readable(sheet)
    assert texts(sheet)["B L4/L5"].startswith(words.MINUS)


def test_equal_cases_are_told_apart_by_more_than_the_angle() -> None:
    one, two = synthetic(60), synthetic(60)
    two.attrs["phases"] = two.attrs["phases"].replace("inversion_table", "gravity_boots")
    title = texts(draw_compare([one, two], flat=True))["title"]
    assert "Inversion table" in title and "Gravity boots" in title


@needs_3d
def test_leaders_end_at_the_same_spots_in_3d_and_flat() -> None:
    spine = Spine(synthetic(60))
    pose, colours = spine.pose(spine.end), dict.fromkeys(DISCS, (0.5, 0.5, 0.5))
    view, ends = Extent(-110, 60, -140, 600), []
    for flat in (True, False):
        sheet = Sheet(4, 8)
        ends.append(Portraits(flat=flat).draw(sheet, spine, pose, colours, (0.5, 0.3), view, 0.01))
    for level in DISCS:
        assert ends[0][level] == pytest.approx(ends[1][level], abs=0.005), level


@needs_3d
def test_the_comparison_in_3d(tmp_path: Path) -> None:
    sheet = draw_compare([synthetic(30), synthetic(60)])
    assert_readable(sheet)
    pixels = np.asarray(sheet.axes.images[0].get_array())
    assert pixels.shape[2] == 4 and 0.05 < (pixels[..., 3] > 0).mean() < 0.6
    path = sheet.save(tmp_path / "compare.png")
    assert path.stat().st_size > 100_000


def test_number_of_cases_is_checked(tmp_path: Path) -> None:
    for n in (0, 1, 5):
        with pytest.raises(InputError, match="2 to 4"):
            viz.compare_figure([synthetic(60)] * n, tmp_path / "x.png")
    with pytest.raises(InputError, match="names"):
        draw_compare([synthetic(30), synthetic(60)], ["one"], flat=True)


# ---- plot
@pytest.fixture(scope="module")
def plotted() -> Sheet:
    return draw_plot(synthetic(60))


def test_numbers_of_the_plot_are_the_dataset_s(plotted: Sheet) -> None:
    spine, expected = changes(60)
    said = texts(plotted)
    for level in ("L1/L2", "L2/L3", "L3/L4", "L5/S1"):
        assert number(said[f"end {level}"].split("  ")[1]) == pytest.approx(expected[level], abs=0.00501)
    assert number(said["end column C7–S1"].split("  ")[1]) == pytest.approx(spine.change("spine_length", spine.end), abs=0.00501)
    for level in DISCS:
        assert number(said[f"A {level}"]) == pytest.approx(expected[level], abs=0.00501)


def test_lines_of_the_plot_are_the_dataset_s(plotted: Sheet) -> None:
    spine = Spine(synthetic(60))
    lines = {line.get_label(): line for axes in plotted.figure.axes[1:] for line in axes.get_lines()}
    assert np.allclose(lines["tilt"].get_ydata(), spine.data["tilt"].values)
    length = spine.data["spine_length"].values
    assert np.allclose(lines["column C7–S1"].get_ydata(), length - length[spine.reference])


def test_words_of_the_plot_can_be_read(plotted: Sheet) -> None:
    assert_readable(plotted)
    assert "history is compressed" in texts(plotted)["time axis"]


def test_a_poorer_dataset_gives_fewer_panels() -> None:
    ds = synthetic(60).drop_vars(["nucleus_pressure", "support_normal", "support_friction", "support_axial",
                                  "support_friction_available", "stature"])  # fmt: skip
    sheet = draw_plot(ds)
    assert len(sheet.figure.axes) == 1 + 3
    assert_readable(sheet)


def test_the_clock_runs_forwards() -> None:
    spine = Spine(synthetic(60))
    clock = Clock(spine)
    place = clock.place(np.linspace(spine.time[0], spine.time[-1], 500))
    assert (np.diff(place) > 0).all() and place[0] == 0 and place[-1] == 1
    assert [p.name for p in clock.parts] == ["before", "session", "after"]
    spots = [spot for spot, _ in clock.ticks]
    assert spots == sorted(spots)
    assert "0" in [name for _, name in clock.ticks]


def test_plot_without_a_path_gives_the_figure() -> None:
    from matplotlib.figure import Figure

    assert isinstance(viz.plot_result(synthetic(60)), Figure)


# ---- render and view
@needs_3d
def test_exaggeration_is_marked_in_red() -> None:
    plain = draw("hero", [synthetic(60)], Wish(size=(640, 480)))
    strong = draw("hero", [synthetic(60)], Wish(exaggeration=20, size=(500, 500)))
    for sheet in (plain, strong):
        assert_readable(sheet)
        for level in ("L3/L4", "L5/S1"):  # true numbers whatever the picture
            assert number(texts(sheet)[f"change {level}"]) == pytest.approx(changes(60)[1][level], abs=0.00501)
    assert "exaggeration" not in texts(plain)
    note = next(t for t in strong.axes.texts if t.get_gid() == "exaggeration")
    assert "×20" in note.get_text() and note.get_color() == ALERT
    red = [t.get_text() for t in strong.axes.texts if t.get_color() == ALERT]
    assert any("2.5 mm" in t for t in red), "a second scale bar, for the displacements"
    assert any("50 mm" in t.get_text() for t in strong.axes.texts if t.get_color() != ALERT)


@needs_3d
def test_render_checks_what_it_is_asked(tmp_path: Path) -> None:
    ds = synthetic(60)
    with pytest.raises(InputError, match=r"\.mp5.*\.png"):
        viz.render(ds, tmp_path / "x.mp5")
    with pytest.raises(InputError, match="the result covers"):
        viz.render(ds, tmp_path / "x.png", time_s=1e6)
    with pytest.raises(InputError, match="pixels"):
        viz.render(ds, tmp_path / "x.png", size=(10, 10))
    assert not list(tmp_path.iterdir())


@needs_3d
def test_the_window_follows_the_slider() -> None:
    from biomech.viz.window import Viewer

    viewer = Viewer(Spine(synthetic(60)), off_screen=True)
    try:
        images = []
        for time in (0.0, 440.0):
            viewer.set_time(time)
            images.append(np.asarray(viewer.plotter.screenshot(None, return_img=True)).astype(int))
        assert (np.abs(images[0] - images[1]).max(axis=2) > 30).sum() > 500
        assert "60° head-down" in viewer.caption(viewer.spine.end)
        still = viewer.colours()
        viewer.set_exaggeration(20)
        assert "EXAGGERATED x20" in viewer.caption(viewer.index) and viewer.colours() == still, "numbers and colours stay true"
        viewer.next_field()
        assert viewer.field.name == "pressure" and viewer.colours() != still
        viewer.set_exaggeration(1e9)
        assert viewer.factor == viewer.most
    finally:
        viewer.stage.close()


@needs_3d
def test_a_picked_level_shows_its_numbers() -> None:
    from biomech.viz.bones.disc import discs
    from biomech.viz.window import Viewer

    viewer = Viewer(Spine(synthetic(60)), off_screen=True)
    try:
        spine = viewer.spine
        for level in ("C5/C6", "L2/L3"):
            front = discs(spine, spine.anchored_pose(spine.end))[level].front
            assert viewer.pick(front) == level
            said = viewer.numbers()
            assert number(said["change of height"]) == pytest.approx(changes(60)[1][level], abs=0.00501)
            force = spine.levelled("axial_force", spine.end)[level]
            assert number(said["axial force"]) == pytest.approx(force, abs=0.501)
        assert {"f", "g", "b", "1", "2", "3"} == set(viewer.keys())
        plain = np.asarray(viewer.plotter.screenshot(None, return_img=True)).astype(int)
        for key in ("g", "b"):
            viewer.keys()[key]()
            shown = np.asarray(viewer.plotter.screenshot(None, return_img=True)).astype(int)
            assert (np.abs(plain - shown).max(axis=2) > 20).sum() > 500, key
            viewer.keys()[key]()
    finally:
        viewer.stage.close()


# ---- files
@pytest.mark.parametrize("suffix", [".png", ".pdf", ".svg"])
def test_files_are_written_whole_and_reproducibly(compared: Sheet, tmp_path: Path, suffix: str) -> None:
    first, second = compared.save(tmp_path / f"a{suffix}"), compared.save(tmp_path / f"b{suffix}")
    assert first.read_bytes() == second.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"a{suffix}", f"b{suffix}"]
    if suffix == ".svg":
        assert "L4/L5" in first.read_text(encoding="utf-8"), "text stays text"


def test_unwritable_paths_are_refused_before_any_work(tmp_path: Path) -> None:
    for name, said in (("x.jpeg", "allowed: .png, .pdf, .svg"), ("x", "no suffix"), ("nowhere/x.png", "no folder")):
        with pytest.raises(InputError, match=re.escape(said)):
            viz.plot_result(synthetic(60), tmp_path / name)


# ---- small parts
def test_signed_numbers() -> None:
    assert words.signed(0.746) == "+0.75"
    assert words.signed(-0.746) == "\u22120.75"
    assert words.signed(-0.001) == words.signed(0.0) == "0.00"
    assert words.signed(float("nan")) == "–"


def test_attitudes_and_durations() -> None:
    assert [words.attitude(t) for t in (-90, 0, 60, -30, 90)] == [
        "upright (\u221290°)", "lying (0°)", "60° head-down", "30° head-up", "fully inverted (90°)",
    ]  # fmt: skip
    assert [words.duration(s) for s in (0, 45, 60, 440, 14400, 90000)] == ["0 s", "45 s", "1 min", "7 min 20 s", "4 h", "1 d 1 h"]


def test_the_moment_is_named_by_its_phase() -> None:
    spine = Spine(synthetic(60))
    assert words.moment(spine, spine.end) == "7 min 20 s into the session, end of “hold 2”"
    assert words.moment(spine, spine.index(100)) == "1 min 40 s into the session, in “hold 1”"


def test_labels_spread_without_overlap() -> None:
    wanted = [5.0, 5.0, 5.1, 9.9, 1.0]
    places = spread(wanted, 0.5, 0.0, 10.0)
    ordered = sorted(places)
    assert min(np.diff(ordered)) >= 0.5 - 1e-9 and ordered[0] >= 0 and ordered[-1] <= 10
    assert [i for _, i in sorted(zip(places, range(5), strict=True))] == [4, 0, 1, 2, 3]
    assert spread([2.0, 7.0], 0.5, 0.0, 10.0) == pytest.approx([2.0, 7.0])


def test_limits_are_round_and_hold_everything() -> None:
    for value in (0.05, 0.11, 0.74, 0.999, 1.0, 1.01, 7.3, 42.0):
        limit = round_up(value)
        assert value <= limit * (1 + 1e-9) and limit <= 1.5 * value + 1e-9
    assert Scale.fitting([]).limit == Scale.fitting([0.0, float("nan")]).limit == 0.05
    assert Scale(1.0).colour(0.0) == pytest.approx((0.92, 0.89, 0.88), abs=0.06), "zero is nearly white"


def test_who_is_on_the_way_is_not_in_the_hold() -> None:
    ds = synthetic(60)
    last = float(ds["time"][-1])
    phases = [
        {"name": "inversion table at 60°", "equipment": "inversion_table", "start_s": 0.0, "end_s": 440.0, "role": "session"},
        {"name": "standing after", "equipment": "standing", "start_s": 440.0, "end_s": last, "role": "after"},
    ]
    ds.attrs["phases"] = json.dumps(phases)
    spine = Spine(ds)
    tilts = spine.tilts()
    way = next(i for i in range(spine.reference, spine.end) if -80 < tilts[i] < 50)
    assert words.moment(spine, way).endswith("tilting: 60° head-down is to come")
    assert words.moment(spine, spine.end).endswith("end of the hold")
    assert words.moment(spine, len(spine.time) - 2).endswith("in “standing after”")


def test_people_are_told_apart_by_what_only_they_have() -> None:
    people = ["adult male, 78 kg, 1.78 m, 40 y", "adult male, 78 kg, 1.78 m, 40 y, scoliosis", "adult male, 60 kg, 1.78 m, 40 y"]
    cases = []
    for person in people:
        ds = synthetic(60)
        ds.attrs["person"] = person
        cases.append(Spine(ds))
    assert names_of(cases[:2]) == ["no condition", "scoliosis"]
    assert names_of(cases) == ["78 kg", "78 kg, scoliosis", "60 kg"]
