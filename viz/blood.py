"""Blood, brain and eye over time: what the figures of `plot` and `compare` show of the circulation."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from biomech.viz import words
from biomech.viz.colour import FAINT, INK, QUIET, SERIES
from biomech.viz.panels import Line, Panel
from biomech.viz.reading import Bools, Floats, Result, Timeline, dataset
from biomech.viz.sheet import Sheet, Spot

WINDOW_S = 30.0  # numbers are means over the last half minute, as the measures are
_SKIPPED = 2.5  # beats missing in a row: that stretch was not simulated beat by beat
_ARTERY, _BRAIN, _VEIN, _EYE, _NECK = SERIES[0], SERIES[2], SERIES[1], SERIES[3], SERIES[4]
_REGIONS = {"legs": SERIES[1], "abdomen": SERIES[4], "thorax": SERIES[0], "arms": SERIES[3], "head": SERIES[2]}

PREDICTION = (
    "Pressures in the skull and the great veins beyond 30° head-down have not been measured, and studies of inverted heart rate and "
    "stroke volume disagree: these are predictions."
)
BRIEF = "Blood and eye: means over the last 30 s of the last hold; studies of inverted heart rate disagree."
NOTE = (
    "Blood, brain and eye: one value a beat; numbers are means over the last 30 s of the last hold.  ○ the same person lying at rest, "
    "● before the session (fine lines).  Dotted: bridged, not simulated beat by beat.  Tint: diastolic to systolic."
)


@dataclass(frozen=True)
class Row:
    """One number of a table."""

    variable: str
    words: str
    decimals: int = 0


GROUPS = {
    "Heart": (
        Row("heart_rate", "Heart rate (1/min)"),
        Row("stroke_volume", "Stroke volume (mL)"),
        Row("cardiac_output", "Output (L/min)", 1),
    ),
    "Arterial pressure (mmHg)": (
        Row("sbp_cuff", "Arm cuff, systolic"),
        Row("dbp_cuff", "Arm cuff, diastolic"),
        Row("map_heart", "Heart, mean"),
        Row("map_brain", "Brain, mean"),
    ),
    "Veins, skull, eye (mmHg)": (
        Row("cvp", "Central venous", 1),
        Row("jugular_pressure", "Jugular vein", 1),
        Row("icp", "Skull (ICP)", 1),
        Row("iop", "Eye (IOP)", 1),
        Row("translaminar", "Eye less skull", 1),
        Row("ocular_perfusion", "Eye, perfusion"),
    ),
}


class Beats(Timeline):
    """The circulation of a result, beat by beat, from the moment its history begins.

    The beats of the person lying at rest, which every run starts from, are no part of the history: they are what `lying` tells.
    """

    def __init__(self, result: Result) -> None:
        super().__init__(result, "beat_time", "beat_tilt")
        self._all = self.time
        self._rest = float(self.data.attrs.get("rest_time_s", -np.inf))
        self._inside = self._all > self._rest + 1e-6
        self.time = self._all[self._inside]

    def index(self, time_s: float) -> int:
        """The last beat that was over by then: the next one may lie in another posture."""
        last, beat = float(self.time[-1]), 60.0 / float(self.series("heart_rate")[-1])
        super().index(last if last < time_s < last + beat else time_s)  # a beat that was not over at the end is not recorded
        return max(0, int(np.searchsorted(self.time, time_s + 1e-6)) - 1)

    def series(self, name: str) -> Floats:
        """A variable at all beats."""
        return np.asarray(self.data[name].values, float)[self._inside]

    @cached_property
    def skips(self) -> Bools:
        """Whether beats are missing after each beat but the last."""
        return np.asarray(np.diff(self.time) > _SKIPPED * 60.0 / self.series("heart_rate")[1:])

    def mean(self, name: str, moment: float) -> float:
        """Mean over the half minute before a moment; nan where nothing was simulated then."""
        return float(self._mean(np.asarray(self.data[name].values, float), moment))

    def region(self, name: str, moment: float) -> float:
        """The same of the blood in a region."""
        return float(self._mean(np.asarray(self.data["region_volume"].sel(region=name).values, float), moment))

    def _mean(self, values: Floats, moment: float) -> float:
        inside = (self._all <= moment + 1e-6) & (self._all > moment - WINDOW_S)
        return float(values[inside].mean()) if inside.any() else float("nan")

    @cached_property
    def moments(self) -> dict[str, float]:
        """Lying at rest, before the session, and at the end of the last hold; s."""
        a = self.data.attrs
        before = "standing" if abs(self.tilt(self.reference) + 90) < 0.5 else "before"
        return {"lying": self._rest, before: float(a["reference_time_s"]), "end": float(a["end_time_s"])}


def beats_of(result: Result) -> Beats | None:
    """The circulation of a result, if it has one."""
    return Beats(result) if "beat_time" in dataset(result).dims else None


# ---- over time
def panels(beats: Beats) -> list[Panel]:
    """From the heart to the head, then where the blood went."""
    return [
        Panel("Heart rate\n(1/min)", 0.8, [_line(beats, "heart_rate", "heart rate", INK)], 0, sign=False, zero=False, jolts=True),
        Panel(
            "Stroke volume\n(mL)", 0.7, [_line(beats, "stroke_volume", "stroke volume", _ARTERY)], 0, sign=False, zero=False, jolts=True
        ),
        Panel(
            "Output\n(L/min)", 0.7, [_line(beats, "cardiac_output", "cardiac output", _ARTERY)], 1, sign=False, zero=False, jolts=True
        ),
        Panel(
            "Arterial pressure\n(mmHg)", 1.5,
            [
                _line(beats, "sbp_cuff", "systolic, cuff", _ARTERY, width=0.9),
                _line(beats, "dbp_cuff", "diastolic, cuff", _ARTERY, width=0.9),
                _line(beats, "map_heart", "mean, heart", INK),
                _line(beats, "map_brain", "mean, brain", _BRAIN),
            ],
            0, sign=False, zero=False, jolts=True, between=(1, 0),
        ),
        Panel(
            "Veins, skull, eye\n(mmHg)", 1.5,
            [
                _line(beats, "cvp", "central venous", _VEIN),
                _line(beats, "jugular_pressure", "jugular vein", _NECK),
                _line(beats, "icp", "skull (ICP)", _BRAIN),
                _line(beats, "iop", "eye (IOP)", _EYE),
            ],
            1, sign=False, jolts=True,
        ),
        Panel("Blood moved,\nfrom standing (mL)", 1.5, _moved(beats), 0, jolts=True),
    ]  # fmt: skip


def _line(beats: Beats, variable: str, name: str, colour: str, width: float = 1.6) -> Line:
    lying, standing, end = (beats.mean(variable, t) for t in beats.moments.values())
    return Line(
        name, beats.series(variable), colour, time=beats.time, width=width, skips=beats.skips, end=end, lying=lying, standing=standing
    )


def _moved(beats: Beats) -> list[Line]:
    """Each region against the reference, and the plasma that left the vessels: together they are nothing."""
    lying, standing, end = beats.moments.values()
    names = [str(r) for r in beats.data["region"].values]
    volume = beats.series("region_volume")
    lines = []
    for i, name in enumerate(names):
        base = beats.region(name, standing)
        lines.append(
            Line(
                name, volume[:, i] - base, _REGIONS.get(name, QUIET), time=beats.time, skips=beats.skips,
                end=beats.region(name, end) - base, lying=beats.region(name, lying) - base,
            )
        )  # fmt: skip
    base = beats.mean("filtered_plasma", standing)
    lines.append(
        Line(
            "plasma in tissue", beats.series("filtered_plasma") - base, QUIET, "--", beats.time, skips=beats.skips,
            end=beats.mean("filtered_plasma", end) - base, lying=beats.mean("filtered_plasma", lying) - base,
        )
    )  # fmt: skip
    return lines


# ---- numbers
def table(sheet: Sheet, beats: Beats, left: float, top: float, width: float) -> None:
    """Lying, standing, and at the end of the last hold, below ``top``."""
    columns = {name: left + width - at for name, at in zip(beats.moments, (1.12, 0.48, 0.0), strict=True)}
    sheet.text((left, top + 0.40), "Blood, brain and eye", 12, bold=True)
    sheet.text((left, top + 0.18), "Means over the last 30 s of each", 8, colour=QUIET)
    for name, x in columns.items():
        sheet.text((x, top - 0.08), name, 8, bold=True, ha="right")
    regions = [str(r) for r in beats.data["region"].values]
    volumes = {"Blood (mL)": tuple(Row(r, r[:1].upper() + r[1:]) for r in regions)}
    y = top + 0.22
    for title, rows in {**GROUPS, **volumes}.items():
        y -= 0.30
        sheet.text((left, y), title, 7.5, colour=QUIET)
        sheet.line([(left, y - 0.05), (left + width, y - 0.05)], FAINT, 0.8)
        y -= 0.02
        for row in rows:
            y -= 0.205
            sheet.text((left, y), row.words, 8)
            of = beats.region if row.variable in regions else beats.mean
            for (name, x), moment in zip(columns.items(), beats.moments.values(), strict=True):
                number = words.plain(of(row.variable, moment), row.decimals)
                sheet.text((x, y), number, 8, bold=name == "end", ha="right", gid=f"table {name} {row.variable}")


_STRIP = (
    ("Heart rate", "1/min", ("heart_rate",), 0),
    ("Arm cuff", "mmHg", ("sbp_cuff", "dbp_cuff"), 0),
    ("Mean, brain", "mmHg", ("map_brain",), 0),
    ("Eye (IOP)", "mmHg", ("iop",), 1),
)


def strip(sheet: Sheet, cases: Sequence[Beats], at: Spot, width: float, tag: str) -> None:
    """Four numbers at the end of the last hold side by side, standing below them; of two cases, first less second."""
    x, y = at
    sheet.line([(x, y + 0.20), (x + width, y + 0.20)], FAINT, 0.8)
    each = width / len(_STRIP)
    for i, (title, unit, variables, decimals) in enumerate(_STRIP):
        left = x + i * each
        head = f"{title}, {unit}" if len(cases) == 1 else title
        sheet.text((left, y), head, 7.5, colour=QUIET, room=each - 0.06)
        end, before = (_said(cases, variables, moment, decimals) for moment in ("end_time_s", "reference_time_s"))
        sheet.text((left, y - 0.24), end, 11, bold=True, room=each - 0.06, gid=f"{tag} {title}")
        if len(cases) == 1:
            word = list(cases[0].moments)[1]
            sheet.text((left, y - 0.42), f"{word} {before}", 7.5, colour=QUIET, room=each - 0.06, gid=f"{tag} {title} before")


def differences(beats: Beats, first: Beats) -> list[tuple[str, str]]:
    """The same numbers of one case less those of another, with their names."""
    return [(title, _said([beats, first], variables, "end_time_s", decimals)) for title, _, variables, decimals in _STRIP]


def _said(cases: Sequence[Beats], variables: Sequence[str], moment: str, decimals: int) -> str:
    """One number, or systolic/diastolic."""
    found = [[beats.mean(v, float(beats.data.attrs[moment])) for v in variables] for beats in cases]
    if len(found) == 1:
        return "/".join(words.plain(v, decimals) for v in found[0])
    return "/".join(words.signed(a - b, decimals) for a, b in zip(*found, strict=True))
