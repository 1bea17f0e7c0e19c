"""What the figures say of blood, brain and eye is what the dataset and the measures say."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from test_viz_figures import assert_readable, number, texts
from test_viz_synthetic import PHASES, synthetic

from biomech import viz
from biomech.cli import main
from biomech.errors import InputError
from biomech.results import blood as measuring
from biomech.results.storage import save
from biomech.viz import blood, words
from biomech.viz.blood import Beats
from biomech.viz.clock import Clock
from biomech.viz.compare import draw_compare
from biomech.viz.loop import draw_loops, loop_of
from biomech.viz.plot import draw_plot
from biomech.viz.reading import Spine
from biomech.viz.scenes.blood import beats as beats_at
from biomech.viz.sheet import Sheet

REGIONS = ("legs", "abdomen", "thorax", "arms", "head")
REST = -14400.5
BEAT = 0.8  # s, of the made-up heart
# variable: lying, change per unit of sine of the tilt (invented, round)
SERIES = {
    "heart_rate": (75.0, -14.0), "stroke_volume": (71.0, 22.0), "cardiac_output": (5.3, 0.9), "sbp_heart": (118.0, 6.0),
    "dbp_heart": (76.0, 4.0), "map_heart": (92.0, 5.0), "sbp_cuff": (119.0, 15.0), "dbp_cuff": (77.0, 13.0), "map_brain": (91.0, 31.0),
    "cvp": (5.5, 6.2), "jugular_pressure": (6.4, 18.3), "icp": (9.6, 19.7), "iop": (16.3, 9.1), "ocular_perfusion": (74.0, 20.0),
    "translaminar": (6.7, -10.6),
}  # fmt: skip
SHIFTS = dict(zip(REGIONS, (-400.0, 120.0, 130.0, 40.0, 110.0), strict=True))  # together nothing


def beat_times() -> np.ndarray:
    """Half a minute at rest, then a standing history with a hole of hours, the session in full, a hole afterwards."""
    edges = ((REST - 30, REST), (-14400, -14300), (-100, 640), (2700, 2840))
    return np.concatenate([np.arange(a + BEAT, b + 1e-9, BEAT) for a, b in edges])


def tilt_at(time: np.ndarray, tilt: float) -> np.ndarray:
    out, before = np.zeros(len(time)), -90.0
    for _, _, angle, start, end, _ in PHASES:
        target = tilt if angle is None else angle
        inside = (time > start) & (time <= end)
        out[inside] = before + (target - before) * np.clip((time[inside] - start) / 10.0, 0, 1)
        before = target
    return out


def circulation(tilt: float = 60.0) -> xr.Dataset:
    """A made-up circulation over the phases of `synthetic`."""
    time = beat_times()
    angle = tilt_at(time, tilt)
    sine = np.sin(np.radians(angle)) + 0.02 * np.sin(time / 7.0)  # never at rest
    variables: dict[str, Any] = {name: ("beat_time", base + slope * sine) for name, (base, slope) in SERIES.items()}
    volume = np.stack([1000.0 + SHIFTS[r] * sine for r in REGIONS], axis=1)
    beats = np.arange(0.0, 3.0, 1.0 / 128)
    turn = 2 * np.pi * beats / BEAT
    pulse = {
        "aortic_pressure": 95 + 20 * np.sin(turn), "lv_pressure": 60 + 55 * np.sin(turn), "lv_volume": 90 + 38 * np.cos(turn),
        "rv_pressure": 14 + 11 * np.sin(turn), "rv_volume": 100 + 37 * np.cos(turn), "cvp_pulse": 6 + 2 * np.sin(turn),
    }  # fmt: skip
    variables |= {name: ("pulse_time", values) for name, values in pulse.items()}
    ds = xr.Dataset(
        {
            **variables, "beat_tilt": ("beat_time", angle), "filtered_plasma": ("beat_time", 300.0 - 0.0 * time),
            "region_volume": (("beat_time", "region"), volume),
        },
        {"beat_time": time, "region": list(REGIONS), "pulse_time": 437.0 + beats},
    )  # fmt: skip
    ds.attrs = synthetic(tilt).attrs | {"rest_time_s": REST, "title": f"Synthetic session at {tilt:g} degrees"}
    return ds


def whole(tilt: float = 60.0) -> xr.Dataset:
    """Spine and circulation."""
    blood_only = circulation(tilt)
    out = synthetic(tilt).merge(blood_only)
    out.attrs = blood_only.attrs
    return out


def measured(ds: xr.Dataset) -> dict[str, float]:
    out: dict[str, float] = {}
    measuring.measures(ds, lambda name, value, unit, words: out.__setitem__(name, value))
    return out


@pytest.fixture(scope="module")
def plotted() -> Sheet:
    return draw_plot(whole())


# ---- over time
def test_numbers_of_the_table_are_the_measures(plotted: Sheet) -> None:
    said, expected = texts(plotted), measured(whole())
    by_variable = {variable: name for name, (variable, _, _) in measuring.MEASURES.items()}
    rows = [row for group in blood.GROUPS.values() for row in group if row.variable in by_variable]
    assert len(rows) == len(by_variable)
    for row in rows:
        for column, prefix in (("lying", "supine_"), ("standing", "standing_"), ("end", "")):
            value = expected[prefix + by_variable[row.variable]]
            assert number(said[f"table {column} {row.variable}"]) == pytest.approx(value, abs=0.501 * 10.0**-row.decimals), (column, row)
    assert len({said[f"table {column} iop"] for column in ("lying", "standing", "end")}) == 3


def test_numbers_at_the_lines_are_the_measures(plotted: Sheet) -> None:
    said, expected = texts(plotted), measured(whole())
    for line, measure, slack in (
        ("heart rate", "heart_rate_per_min", 0.501), ("cardiac output", "cardiac_output_L_per_min", 0.0501),
        ("systolic, cuff", "sbp_cuff_mmHg", 0.501), ("diastolic, cuff", "dbp_cuff_mmHg", 0.501), ("mean, brain", "map_brain_mmHg", 0.501),
        ("central venous", "cvp_mmHg", 0.0501), ("skull (ICP)", "icp_mmHg", 0.0501), ("eye (IOP)", "iop_mmHg", 0.0501),
        ("legs", "blood_shift_legs_mL", 0.501), ("head", "blood_shift_head_mL", 0.501), ("thorax", "blood_shift_thorax_mL", 0.501),
    ):  # fmt: skip
        assert number(said[f"end {line}"].split("  ")[1]) == pytest.approx(expected[measure], abs=slack), line


def test_lines_are_the_dataset_s_without_the_beats_at_rest(plotted: Sheet) -> None:
    ds = whole()
    lines = {line.get_label(): line for axes in plotted.figure.axes[1:] for line in axes.get_lines()}
    time = ds["beat_time"].values
    for label, name in (("heart rate", "heart_rate"), ("mean, heart", "map_heart"), ("eye (IOP)", "iop")):
        drawn = np.asarray(lines[label].get_ydata())
        assert np.array_equal(drawn[np.isfinite(drawn)], ds[name].values[time > REST + 1e-3]), name


def test_what_was_not_simulated_is_dotted(plotted: Sheet) -> None:
    ds = whole()
    clock = Clock(Spine(ds), early=120.0)
    holes = [(-14300.0, -100.0), (640.0, 2700.0)]
    axes = next(a for a in plotted.figure.axes if a.get_label().startswith("Heart rate"))
    main_line = next(line for line in axes.get_lines() if line.get_label() == "heart rate")
    bridges = [line for line in axes.get_lines() if len(line.get_xdata()) == 2 and line.get_linestyle() == "--" and line.get_zorder() == 3]
    assert np.isnan(main_line.get_ydata()).sum() == len(bridges) == len(holes)
    for (start, stop), bridge in zip(holes, bridges, strict=True):
        ends = clock.place(np.array([start, stop]))
        assert np.allclose(bridge.get_xdata(), ends, atol=float(clock.place(stop + 2) - clock.place(stop)) + 1e-3)
        assert bridge.get_linewidth() < main_line.get_linewidth()


def test_moved_blood_and_plasma_are_together_nothing() -> None:
    beats = Beats(whole())
    panel = blood.panels(beats)[-1]
    assert np.allclose(sum(line.values for line in panel.lines), 0.0, atol=25.0)  # the window of the reference is not its sample
    assert [line.name for line in panel.lines] == [*REGIONS, "plasma in tissue"]


def test_the_last_beat_of_the_hold_is_the_end_not_the_first_of_the_next_phase() -> None:
    ds = circulation(60)
    late = ds.assign_coords(beat_time=np.where(np.abs(ds["beat_time"] - 440) < 0.5, 440.3, ds["beat_time"]))
    beats = Beats(late)
    assert beats.time[beats.end] <= 440.0 and beats.tilt(beats.end) == 60.0


def test_the_blood_of_a_moment_without_beats_is_not_that_of_another() -> None:
    """An hour of rest is leapt over: its last beat says nothing about its middle."""
    spine = Spine(whole(60))
    index = int(np.argmin(np.abs(spine.time - 1500.0)))
    assert 900 < spine.time[index] < 2600
    with pytest.raises(InputError, match="no beat was simulated at .* there are beats at 64. s and 270. s"):
        beats_at(spine, index)
    assert beats_at(spine, int(np.argmin(np.abs(spine.time - 300.0)))).sum() == 1


def test_a_result_may_end_within_a_beat() -> None:
    beats = Beats(circulation(60))
    last = float(beats.time[-1])
    assert beats.index(last + 0.9 * BEAT) == len(beats.time) - 1, "the beat that was not over"
    with pytest.raises(InputError, match="the result covers"):
        beats.index(last + 1.1 * BEAT + 0.6)


def test_a_whole_result_can_be_read(plotted: Sheet) -> None:
    assert_readable(plotted)
    everything = " ".join(t.get_text() for t in plotted.axes.texts)
    for needed in ("predictions", "not simulated beat by beat", "not a medical device", "○ lying", "up again"):
        assert needed in everything, needed


def test_one_half_alone() -> None:
    sheet = draw_plot(circulation(60))
    assert_readable(sheet)
    labels = [a.get_label() for a in sheet.figure.axes[1:]]
    assert labels[0].startswith("Tilt") and labels[1].startswith("Heart rate") and len(labels) == 7
    everything = " ".join(t.get_text() for t in sheet.axes.texts)
    assert "60° head-down" in everything and "nan" not in everything and "spine length" not in everything
    assert "Blood" not in " ".join(t.get_text() for t in draw_plot(synthetic(60)).axes.texts)


def test_a_reference_that_is_not_standing_is_not_called_so() -> None:
    ds = circulation(60)
    ds["beat_tilt"] = ds["beat_tilt"].where((ds["beat_time"] <= -120) | (ds["beat_time"] > 0), 0.0)
    assert list(Beats(ds).moments) == ["lying", "before", "end"]
    assert "table standing iop" not in texts(draw_plot(ds))


def test_the_time_after_a_session_has_a_fast_and_a_slow_part() -> None:
    clock = Clock(Spine(whole()), early=120.0)
    assert [p.name for p in clock.parts] == ["before", "session", "early", "after"]
    place = clock.place(np.linspace(-14400, 2840, 900))
    assert (np.diff(place) > 0).all() and place[-1] == pytest.approx(1.0)
    assert [p.name for p in Clock(Spine(whole())).parts] == ["before", "session", "after"]


def test_a_jolt_in_the_fast_part_leaves_the_panel() -> None:
    ds = whole()
    jolt = (ds["time"] > 440) & (ds["time"] < 446)
    ds["stature"] = ds["stature"] - 140.0 * jolt
    axes = next(a for a in draw_plot(ds).figure.axes if a.get_label().startswith("Change of length"))
    assert -20 < axes.get_ylim()[0] < 0
    standing_up = (ds["beat_time"] > 440) & (ds["beat_time"] < 446)
    ds["map_heart"] = ds["map_heart"] - 60.0 * standing_up  # of the blood it is what one looks for
    axes = next(a for a in draw_plot(ds).figure.axes if a.get_label().startswith("Arterial"))
    assert axes.get_ylim()[0] < 35


# ---- loops
def test_numbers_of_the_loops() -> None:
    ds = circulation(60)
    said = texts(draw_loops([ds]))
    for side, volume, pressure, base in (("lv", 38, 55, (90, 60)), ("rv", 37, 11, (100, 14))):
        loop = loop_of(Beats(ds), side)
        found = loop.numbers
        # counterclockwise ellipse: the heart does work
        assert found["stroke work (J)"] == pytest.approx(np.pi * volume * pressure * 133.322e-6, rel=5e-3)
        assert found["end-diastolic volume (mL)"] == pytest.approx(base[0] + volume, rel=1e-3)
        assert found["peak pressure (mmHg)"] == pytest.approx(base[1] + pressure, rel=1e-3)
        assert found["ejected (%)"] == pytest.approx(200.0 * volume / (base[0] + volume), rel=2e-3)
        for name, value in found.items():
            decimals = 2 if "(J)" in name else int(side == "rv" and "mmHg" in name)
            assert number(said[f"{side} 0 {name}"]) == pytest.approx(value, abs=0.501 * 10.0**-decimals), name


def test_the_loop_is_the_last_whole_beat() -> None:
    ds = circulation(60)
    last = ds["beat_time"].values[ds["beat_time"].values <= float(ds["pulse_time"][-1])][-1]
    inside = (ds["pulse_time"] > last - BEAT) & (ds["pulse_time"] <= last)
    changed = ds.assign(lv_volume=ds["lv_volume"].where(inside, 0.0))  # everything else is nonsense
    assert loop_of(Beats(changed), "lv").volume.min() > 50.0
    axes = next(a for a in draw_loops([ds]).figure.axes if a.get_label() == "Left ventricle")
    drawn = next(line for line in axes.get_lines() if line.get_label() == "lv 0")
    assert np.array_equal(np.asarray(drawn.get_xdata())[:-1], ds["lv_volume"].values[inside.values])


@pytest.mark.parametrize("tilts", [(60,), (-89.9, 90), (-89.9, 30, 60)])
def test_loops_can_be_read(tilts: tuple[float, ...]) -> None:
    sheet = draw_loops([circulation(t) for t in tilts])
    assert_readable(sheet)
    assert len(sheet.figure.axes) == 1 + 2 + 3 * len(tilts)
    if len(tilts) > 1:
        assert "upright" in " ".join(t.get_text() for t in sheet.axes.texts)


def test_loops_need_pulse_waves() -> None:
    with pytest.raises(InputError, match="no pulse waves"):
        draw_loops([circulation(60), synthetic(60)])
    with pytest.raises(InputError, match="no whole beat"):
        draw_loops([circulation(60).isel(pulse_time=slice(0, 60))])
    with pytest.raises(InputError, match="1 to 3"):
        draw_loops([circulation(60)] * 4)


def test_plot_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = []
    for tilt in (-89.9, 60):
        files.append(str(tmp_path / f"{tilt}.nc"))
        save(whole(tilt), files[-1])
    target = str(tmp_path / "x.svg")
    assert main(["plot", *files, "--what", "loop", "-o", target]) == 0
    assert "Stroke work" in Path(target).read_text(encoding="utf-8")
    assert main(["plot", files[1], "-o", target]) == 0
    assert "Heart rate" in Path(target).read_text(encoding="utf-8")
    assert main(["plot", *files, "-o", target]) == 0
    assert "Heart rate" in Path(target).read_text(encoding="utf-8")  # several results are laid over each other, blood too
    assert "Over time" in Path(target).read_text(encoding="utf-8")
    assert main(["plot", files[1], "--what", "loop", "-o", str(tmp_path / "x.csv")]) == 2
    assert "--what" in capsys.readouterr().err


# ---- compare
def test_numbers_of_the_strip_are_the_measures() -> None:
    cases = [whole(30), whole(60)]
    sheet = draw_compare(cases, flat=True)
    assert_readable(sheet)
    said, (a, b) = texts(sheet), (measured(ds) for ds in cases)
    for title, measure, slack in (("Heart rate", "heart_rate_per_min", 0.501), ("Mean, brain", "map_brain_mmHg", 0.501),
                                  ("Eye (IOP)", "iop_mmHg", 0.0501)):  # fmt: skip
        assert number(said[f"A {title}"]) == pytest.approx(a[measure], abs=slack)
        assert number(said[f"B {title}"]) == pytest.approx(b[measure], abs=slack)
        assert number(said[f"B-A {title}"]) == pytest.approx(b[measure] - a[measure], abs=slack)
        assert number(said[f"B {title} before"].removeprefix("standing ")) == pytest.approx(b[f"standing_{measure}"], abs=slack)
    assert said["B Arm cuff"] == f"{b['sbp_cuff_mmHg']:.0f}/{b['dbp_cuff_mmHg']:.0f}"
    assert said["B-A Arm cuff"].startswith("+") and "/" in said["B-A Arm cuff"]


def test_a_case_without_blood_has_no_strip() -> None:
    sheet = draw_compare([synthetic(30), whole(60), whole(90), synthetic(0)], flat=True)
    assert_readable(sheet)
    said = texts(sheet)
    assert "B Heart rate" in said and "C Heart rate" in said and "A Heart rate" not in said
    assert draw_compare([synthetic(30), synthetic(60)], flat=True).height < sheet.height


def test_a_comparison_of_discs_needs_a_spine(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no spine"):
        viz.compare_figure([circulation(30), circulation(60)], tmp_path / "x.png")


def test_words_do_without_a_spine() -> None:
    beats = Beats(circulation(60))
    assert words.reference(beats) == "standing just before the session"
    assert words.attitude(beats.tilt(beats.end)) == "60° head-down"
