"""Parameter files: what they give, and what they refuse with which line."""

import re

import numpy as np
import pytest

from biomech.errors import InputError
from biomech.library import UNITS, ParameterFile, from_si, to_si
from biomech.library.document import Document

GOOD = """\
title = "A test"
description = "Nothing is real here."
facing = "supine"
[scalars.mass]
value = 2.5
unit = "kg"
source = "smith1999"
place = "Table 1"
grade = "measured"
range = [2, 3]
sd = 0.1
[scalars.length]
value = 10
unit = "mm"
source = "biomech"
grade = "assumed"
range_factor = [0.5, 2]
[tables.joints]
rows = ["L4/L5", "L5/S1"]
[tables.joints.height]
unit = "mm"
source = "smith1999"
place = "Table 2"
grade = "derived"
note = "supine"
values = [10, nan]
sd = [1, nan]
range_factor = [0.8, 1.2]
[tables.joints.height.cells."L5/S1"]
source = "jones2001"
place = "p. 3"
grade = "assumed"
[tables.joints.angle]
unit = "deg"
source = "smith1999"
place = "Table 3"
grade = "measured"
values = [-180, 90.0]
range = [[-200, -100], [80, 100]]
cells = { "L4/L5" = { note = "digitised" } }
[[support]]
name = "belt"
pull = { value = 50, unit = "%", source = "smith1999", grade = "measured", range = [30, 60] }
friction = { value = 0.5, source = "biomech", grade = "assumed" }
"""


def parameters(text: str) -> ParameterFile:
    return ParameterFile(Document(text, "x.toml"), "test", "x")


def test_scalars() -> None:
    file = parameters(GOOD)
    assert (file.kind, file.name, file.title) == ("test", "x", "A test")
    mass, length = file.scalar("mass"), file.scalar("length")
    assert (mass.value_si, mass.unit, mass.sd, mass.place) == (2.5, "kg", 0.1, "Table 1")
    assert length.value_si == pytest.approx(0.01, rel=1e-15)
    assert length.value == 10
    assert length.range == (5, 20)  # in the unit of the value


def test_columns() -> None:
    table = parameters(GOOD).table("joints")
    height, angle = table.column("height"), table.column("angle")
    assert table.rows == ("L4/L5", "L5/S1")
    np.testing.assert_allclose(table.si("height"), [0.010, np.nan], rtol=1e-15)
    np.testing.assert_allclose(table.si("angle"), [-np.pi, np.pi / 2], rtol=1e-15)
    assert height.range is not None and angle.range is not None
    np.testing.assert_allclose(height.range, np.array([[8.0, 12.0], [np.nan, np.nan]]))
    np.testing.assert_array_equal(angle.range, [[-200, -100], [80, 100]])
    assert height.sd is not None
    np.testing.assert_array_equal(height.sd, [1, np.nan])


def test_cells_say_where_a_single_value_comes_from() -> None:
    table = parameters(GOOD).table("joints")
    own = table.column("height").origin("L5/S1")
    # another source brings its own note: the column's "supine" is not said of it
    assert (own.source, own.place, own.grade, own.note) == ("jones2001", "p. 3", "assumed", "")
    assert table.column("height").origin("L4/L5").note == "supine"
    digitised = table.column("angle").origin("L4/L5")
    assert (digitised.place, digitised.note) == ("Table 3", "digitised")


def test_plain_data_and_the_numbers_in_it() -> None:
    file = parameters(GOOD)
    assert file.data["facing"] == "supine"
    assert set(file.data) == {"facing", "support"}
    pull = file.quantity("support", 0, "pull")
    friction = file.quantity("support", 0, "friction")
    assert pull is not None and pull.value_si == 0.5
    assert friction is not None and (friction.unit, friction.value) == ("1", 0.5)
    assert file.quantity("support", 0, "name") is None
    assert {source for source, _ in file.citations()} == {"smith1999", "jones2001", "biomech"}


def test_nobody_can_change_what_is_cached() -> None:
    file = parameters(GOOD)
    file.data["support"][0]["name"] = "other"
    assert file.data["support"][0]["name"] == "belt"
    with pytest.raises(ValueError, match="read-only"):
        file.table("joints").column("height").values[0] = 1
    file.table("joints").si("height")[0] = 1  # a copy


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('unit = "kg"\n', "", "4: scalars.mass.unit: is missing"),
        ('unit = "kg"', 'unit = "kgs"', "6: scalars.mass.unit: unknown unit 'kgs'"),
        ('unit = "kg"', 'unit = "kgs"', "did you mean kg?"),
        ('unit = "kg"', "unit = 3", "6: scalars.mass.unit: 3 is not a text"),
        ('source = "biomech"\n', "", "12: scalars.length.source: is missing"),
        ('grade = "assumed"\nrange_f', "range_f", "12: scalars.length.grade: is missing"),
        ('place = "Table 1"\n', "", "4: scalars.mass.place: is missing"),
        ('"measured"\nrange', '"mesured"\nrange', "9: scalars.mass.grade: unknown grade 'mesured'"),
        ("sd = 0.1", "sdd = 0.1", "11: scalars.mass.sdd: unknown key"),
        ("value = 2.5", 'value = "2.5"', "5: scalars.mass.value: '2.5' is not a number"),
        ("value = 2.5", "value = true", "5: scalars.mass.value: True is not a number"),
        ("value = 2.5", "value = nan", "5: scalars.mass.value: nan is not a finite number"),
        ("value = 2.5", "value = inf", "5: scalars.mass.value: inf is not a finite number"),
        ("value = 2.5", "value = 3.5", "5: scalars.mass.value: 3.5 lies outside its range"),
        ("range = [2, 3]", "range = [3, 2]", "10: scalars.mass.range: the lowest, 3, is above"),
        ("range = [2, 3]", "range = [2]", "10: scalars.mass.range: is not a pair"),
        ('"L5/S1"]', '"L4/L5"]', "19: tables.joints.rows.1: 'L4/L5' stands here twice"),
        ('rows = ["L4/L5", "L5/S1"]', "rows = []", "19: tables.joints.rows: is not a list"),
        ('rows = ["L4/L5", "L5/S1"]\n', "", "18: tables.joints.rows: is missing"),
        ("values = [10, nan]", "values = [10]", "26: tables.joints.height.values: has 1 values"),
        ("values = [10, nan]", "values = 10", "26: tables.joints.height.values: is not a list"),
        ("[10, nan]", "[10,\n true]", "27: tables.joints.height.values.1: True is not a number"),
        ("[10, nan]", "[10, -inf]", "26: tables.joints.height.values.1: -inf is not a finite"),
        ("sd = [1, nan]", "sd = [1]", "27: tables.joints.height.sd: has 1 values; allowed: 2"),
        ('cells."L5/S1"', 'cells."L5"', "29: tables.joints.height.cells.L5: is not a row"),
        ('"p. 3"\n', '"p. 3"\nunit = "m"\n', 'cells."L5/S1".unit: unknown key'),
        ('place = "p. 3"\n', "", 'cells."L5/S1".place: is missing'),
        ("[[-200, -100], [80", "[[-200, -190], [80", "38: tables.joints.angle.values.0: -180 lies"),
        ("range = [[-200, -100], ", "range = [", "39: tables.joints.angle.range: is not a pair"),
        ("[tables.joints.angle]", "[tables.joints]\nb = 1\n[x]", "twice"),
        ('facing = "supine"', "scalars = 3", "not valid TOML"),
        ('grade = "assumed" }', "place = '' }", "44: support.0.friction.grade: is missing"),
        ('title = "A test"', "title = 1", "1: title: 1 is not a text"),
    ],
)
def test_refused_with_its_line(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        parameters(GOOD.replace(old, new))
    assert message in str(caught.value)
    assert str(caught.value).startswith("x.toml:")


def test_wrong_shapes_are_errors_too() -> None:
    for text in ("scalars = 1", "tables = []", "scalars.a = 1", "tables.a = 1"):
        with pytest.raises(InputError, match="is not a table"):
            parameters(text)
    with pytest.raises(InputError, match=r"x\.toml:2: tables\.a\.b: is not a table"):
        parameters('tables.a.rows = ["x"]\ntables.a.b = 1')


def test_names_that_are_not_there_come_with_those_that_are() -> None:
    file = parameters(GOOD)
    with pytest.raises(InputError, match="no scalar 'masss'; allowed: mass, length; did you mean"):
        file.scalar("masss")
    with pytest.raises(InputError, match="no table 'joint'"):
        file.table("joint")
    with pytest.raises(InputError, match=r"tables\.joints: has no column 'heigth'"):
        file.table("joints").si("heigth")


@pytest.mark.parametrize(
    ("value", "unit", "si"),
    [
        (1.0, "N*m/deg", 57.29577951308232),
        (1.0, "MPa", 1e6),
        (180.0, "deg", np.pi),
        (760.0, "mmHg", 101325.01444),
        (5.0, "L/min", 8.333333333333333e-5),
        (1.0, "mL/mmHg", 7.500615758456563e-9),
        (1e3, "N/mm", 1e6),
        (1.0, "mm4", 1e-12),
        (24.0, "h", 86400.0),
    ],
)
def test_units(value: float, unit: str, si: float) -> None:
    assert to_si(value, unit) == pytest.approx(si, rel=1e-9)
    assert from_si(si, unit) == pytest.approx(value, rel=1e-9)


def worth(unit: str) -> float:
    """A compound unit from its parts: N*m/deg, mmHg*s2/mL, m4/(N*s)."""
    top, _, bottom = unit.partition("/")
    product, parts = 1.0, {"MN": 1e6, "uL": 1e-9, "strain": 1.0} | UNITS
    for part, sign in ((top, 1), (bottom, -1)):
        for token in filter(None, part.strip("()").split("*")):
            found = re.fullmatch(r"([A-Za-z]+?|1)(\d?)", token)
            assert found, unit
            product *= parts[found[1]] ** (sign * int(found[2] or 1))
    return product


def test_compound_units_are_worth_what_their_parts_are() -> None:
    compound = [unit for unit in UNITS if re.search(r"[/*\d]", unit) and unit != "1"]
    assert len(compound) > 40
    for unit in compound:
        assert UNITS[unit] == pytest.approx(worth(unit), rel=1e-12), unit
    with pytest.raises(InputError, match=r"unknown unit 'Mpa'.*did you mean MPa\?"):
        to_si(1.0, "Mpa")


def test_arrays_are_converted_too() -> None:
    np.testing.assert_array_equal(to_si(np.array([-3.0, 0.0, 2.0]), "kN"), [-3e3, 0.0, 2e3])
    np.testing.assert_array_equal(from_si(np.array([-3e3, 0.0, 2e3]), "kN"), [-3.0, 0.0, 2.0])
