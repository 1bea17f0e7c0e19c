"""What the scenes say is what the dataset says; what they cannot do they refuse."""

import numpy as np
import pytest
from test_viz_figures import assert_readable, number, texts
from test_viz_synthetic import REST, SHIFT, synthetic, with_circulation

from biomech.errors import InputError
from biomech.viz.colour import ALERT
from biomech.viz.probe import probe
from biomech.viz.reading import Spine
from biomech.viz.scenes import SCENES, Wish, draw

MISSING = probe()
needs_3d = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
LOW = ("L3/L4", "L4/L5", "L5/S1")


def at(spine: Spine, name: str, level: str, index: int) -> float:
    return float(spine.data[name].values[index, spine.levels.index(level)])


@needs_3d
def test_linked_says_the_sums_of_the_changes() -> None:
    cases = [synthetic(30), synthetic(60)]
    sheet = draw("linked", cases)
    said = texts(sheet)
    for n, ds in enumerate(cases, start=1):
        spine = Spine(ds)
        changes = spine.height_changes(spine.end)
        for body, first in (("L5", "L5/S1"), ("T12", "T12/L1"), ("C2", "C2/C3")):
            total = sum(changes[v] for v in spine.discs[spine.discs.index(first) :])
            assert number(said[f"link {n} {body}"]) == pytest.approx(total, abs=0.00501), (n, body)
    assert "×20" in said["exaggeration"]
    assert_readable(sheet)


@needs_3d
def test_linked_enlarges_no_more_than_a_disc_can_bear() -> None:
    sheet = draw("linked", [synthetic(90, strength=-1.0)])
    factor = number(texts(sheet)["exaggeration"].split("×")[1])
    assert 1 < factor < 20
    with pytest.raises(InputError, match="would vanish"):
        draw("linked", [synthetic(90, strength=-1.0)], Wish(exaggeration=100))


@needs_3d
def test_section_says_pressures_and_foramina() -> None:
    ds = synthetic(60)
    height = np.full((ds.sizes["time"], 25, 2), 18.0) + np.linspace(0, 1.5, ds.sizes["time"])[:, None, None]
    ds["foramen_height"] = (("time", "level", "side"), height, {"units": "mm"})
    ds = ds.assign_coords(side=["left", "right"])
    spine = Spine(ds)
    sheet = draw("section", [ds])
    said = texts(sheet)
    for level in LOW:
        for tag, index in (("reference", spine.reference), ("now", spine.end)):
            assert number(said[f"pressure {tag} {level}"]) == pytest.approx(at(spine, "nucleus_pressure", level, index), abs=0.00501)
            assert number(said[f"foramen {tag} {level}"]) == pytest.approx(height[index, 0, 0], abs=0.0501)
        gain = height[spine.end, 0, 0] - height[spine.reference, 0, 0]
        assert number(said[f"foramen change {level}"]) == pytest.approx(gain, abs=0.00501)
    cut = [p for p in sheet.axes.patches if str(p.get_gid()).startswith("cut ")]
    for text in (t for t in sheet.axes.texts if str(t.get_gid()).startswith("foramen ")):  # numbers stand beside the bones, not on them
        box = sheet.extent(text)
        for patch in cut:
            bone = patch.get_path().get_extents()
            apart = max(box.x0 - bone.x1, bone.x0 - box.x1, box.y0 - bone.y1, bone.y0 - box.y1)
            assert apart > 0 or patch.get_gid() == "cut pelvis", (text.get_text(), patch.get_gid())
    assert {p.get_gid() for p in cut} == {"cut L3", "cut L4", "cut L5", "cut pelvis"}
    assert any("×3" in t.get_text() and t.get_color() == ALERT for t in sheet.axes.texts), "the bulge is marked as enlarged"


@needs_3d
def test_body_says_what_the_supports_carry() -> None:
    ds = synthetic(60)
    names = ["surface pelvis", "surface thorax", "surface head", "ankles"]
    order = [1, 2, 3, 0]
    ds = ds.isel(support=order).assign_coords(support=names)
    spine = Spine(ds)
    sheet = draw("body", [ds])
    said = texts(sheet)
    normal, axial = ds["support_normal"].values[spine.end], ds["support_axial"].values[spine.end]
    for k, region in enumerate(("pelvis", "thorax", "head")):
        assert number(said[f"force presses {region}"]) == pytest.approx(normal[k], abs=0.501)
    assert number(said["force pulls ankles"]) == pytest.approx(abs(axial[3]), abs=0.501)
    for level, change in spine.height_changes(spine.end).items():
        assert (f"disc {level}" in said) == (level[0] == "L" or level == "T12/L1")
        assert f"disc {level}" not in said or number(said[f"disc {level}"]) == pytest.approx(change, abs=0.00501)
    assert number(said["total lumbar_length"]) == pytest.approx(spine.change("lumbar_length", spine.end), abs=0.00501)
    assert_readable(sheet)
    assert_readable(draw("body", [synthetic(30), synthetic(60)]))
    long = synthetic(60)
    long.attrs["title"] = "A session on the table of the second room, with the strap across the hips"
    above = [t.get_text() for t in draw("body", [long]).axes.texts if "inversion table  ·" in t.get_text()]
    assert above and not any("…" in said for said in above)


@needs_3d
def test_blood_says_volumes_and_pressures() -> None:
    ds = with_circulation(synthetic(60))
    spine = Spine(ds)
    sheet = draw("blood", [ds])
    said = texts(sheet)
    beats = ds.beat_time.values
    now, before = ((beats <= spine.time[i] + 1e-6) & (beats > spine.time[i] - 30) for i in (spine.end, spine.reference))
    for k, region in enumerate(SHIFT):
        volume = ds["region_volume"].values
        assert number(said[f"volume {region}"]) == pytest.approx(volume[now, k].mean() - volume[before, k].mean(), abs=0.501)
        assert abs(number(said[f"volume {region}"])) < REST[region]
    shown = [gid for gid in said if gid.startswith("column ")]
    assert len(shown) == ds.sizes["compartment"] - 1, "all but the atrium"
    for gid in shown:
        pressure = ds["compartment_pressure"].sel(compartment=gid.removeprefix("column ")).values[now].mean()
        assert number(said[gid]) == pytest.approx(pressure, abs=0.501), gid


@needs_3d
def test_blood_needs_a_circulation() -> None:
    with pytest.raises(InputError, match="no circulation"):
        draw("blood", [synthetic(60)])


def test_the_column_of_blood_weighs_what_it_weighs() -> None:
    from biomech.viz.scenes.blood import column

    assert float(column(0.0)) == 0
    assert float(column(-1000.0)) == pytest.approx(77.6, abs=0.1), "a metre below the heart"


def test_time_courses_of_several_cases() -> None:
    cases = [with_circulation(synthetic(t)) for t in (30, 60)]
    sheet = draw("timecourse", cases)
    spines = [Spine(c) for c in cases]
    said = texts(sheet)
    length = next(k for k in said if k.startswith("end 0 Column C7–S1"))
    for case, spine in enumerate(spines):
        value = spine.change("spine_length", spine.end)
        assert number(said[length.replace("end 0", f"end {case}")]) == pytest.approx(value, abs=0.00501)
    assert any("Heart rate" in k for k in said) and "end 1 Pressure in the\neye (mmHg)" in said and any("Blood moved" in k for k in said)
    lines = {line.get_label(): line for line in sheet.figure.axes[1].get_lines()}
    assert {"30° head-down", "60° head-down"} <= set(lines)
    styles = {str(lines[n].get_linestyle()) for n in ("30° head-down", "60° head-down")}
    assert len(styles) == 2, "colour is not the only carrier"


def test_scenes_refuse_what_they_cannot_do() -> None:
    one = [synthetic(60)]
    for name, results, wish, said in (
        ("heroic", one, Wish(), "did you mean.*hero"),
        ("hero", one * 2, Wish(), "takes 1 result, not 2"),
        ("compare", one, Wish(), "takes 2 to 4 results, not 1"),
        ("body", one, Wish(exaggeration=5), "always to scale"),
        ("compare", one * 2, Wish(time_s=100), "no single moment"),
        ("hero", one, Wish(size=(10, 10)), "pixels"),
        ("section", one, Wish(size=(800, 600)), "size of its own"),
        ("hero", one, Wish(exaggeration=0.5), "1 to 200"),
    ):
        with pytest.raises(InputError, match=said):
            draw(name, results, wish)


@needs_3d
def test_what_is_said_for_honesty_is_never_cut() -> None:
    ds = synthetic(60)
    ds.attrs["prediction"] = "A prediction: " + "many words about what has been measured by whom and when, " * 4 + "and no more."
    for name in ("hero", "linked", "body"):
        sheet = draw(name, [ds])
        fine = " ".join(t.get_text() for t in sheet.axes.texts if t.get_fontsize() < 7.5)
        assert ds.attrs["prediction"].replace("  ", " ") in fine.replace("  ", " "), name
        assert_readable(sheet)


def test_every_scene_is_described() -> None:
    for name, scene in SCENES.items():
        assert scene.shows and scene.least <= scene.most, name


def test_before_the_first_phase_somebody_sleeps_and_is_on_no_device() -> None:
    """Also without blood: the table of the session was drawn under who lies in bed."""
    spine = Spine(synthetic(60))
    assert "rest_time_s" not in spine.data.attrs
    assert spine.time[0] <= spine.phases[0]["start_s"] and spine.phase_at(0) == {"equipment": "lying"}
