"""Hostile input ends in one line that names the file, or in something that can be simulated; never in a traceback, never in a file.

Files read here stand in a folder of BIOMECH_MODELS, in front of the shipped ones, and are read by what a simulation would call.
What is accepted must give finite arrays. Numpy's warnings are errors here.
"""

import os
import random
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import FILES, JUNK, Reader, mutant, numbers_in, parsed, refusal, replaced

from biomech import library, scenario
from biomech.errors import BiomechError, InputError
from biomech.results.result import open_result
from biomech.scenario.write import to_toml

MUTANTS = 80  # of each of the shipped files, in the fast suite
MANY = 3200  # the same, in the slow one: 208,000 in all
NUMBERS = 9  # places of a file where every kind of junk is tried, in the fast suite


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("BIOMECH_MODELS", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield tmp_path


def mutated(folder: Path, name: str, count: int, seed: int) -> int:
    """How many of so many mutants were refused; every other outcome but being accepted raises."""
    data, text = parsed(name)
    reader = Reader(folder, name)
    assert refusal(reader, text.encode()) is None
    refused = 0
    for i in range(count):
        rng = random.Random(f"{name} {seed} {i}")
        raw = mutant(data, text, rng)
        try:
            refused += refusal(reader, raw) is not None
        except Exception as error:
            raise AssertionError(f"mutant {i} of {name} (seed {seed}): {error!r}") from error
    assert sorted(p for p in folder.rglob("*") if p.is_file()) == [reader.file]  # nothing else was written
    return refused


@pytest.mark.parametrize("name", FILES)
def test_mutants_are_refused_in_one_line_or_can_be_simulated(folder: Path, name: str) -> None:
    refused = mutated(folder, name, MUTANTS, 1)
    assert refused > 0.25 * MUTANTS  # the mutants bite


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_many_mutants(folder: Path, name: str) -> None:
    mutated(folder, name, MANY, 2)


def junk_in_numbers(folder: Path, name: str, most: int | None) -> None:
    """Every kind of junk in the place of numbers; what is refused points at the very line."""
    data, _ = parsed(name)
    places = list(numbers_in(data))
    if most is not None and len(places) > most:
        places = random.Random(name).sample(places, most)
    reader = Reader(folder, name)
    for path in places:
        for junk in JUNK:
            text = to_toml(replaced(data, path, junk))
            said = refusal(reader, text.encode())
            if isinstance(junk, float) and abs(junk) > 1e300:  # nan may stand in tables, where a row has no such number
                assert said is not None, f"{path} accepts {junk!r}"
            if said is not None:
                assert re.match(r".*\.toml:\d+: \S+: .", said), said


@pytest.mark.parametrize("name", FILES)
def test_junk_in_the_place_of_numbers(folder: Path, name: str) -> None:
    junk_in_numbers(folder, name, NUMBERS)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_junk_in_the_place_of_every_number(folder: Path, name: str) -> None:
    junk_in_numbers(folder, name, None)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("spine/healthy", "[tables.joints.disc_area]", "[tables.joints.disc_areas]", "has no column 'disc_area'"),
        ("spine/healthy", '"L1/L2 ALL"', '"L1/L2x ALL"', "'L1/L2x ALL' begins with no place of the spine"),
        ("spine/disc", "value = 1.35", "value = 1e308", "is no size of anything"),
        ("spine/hyperlordosis", '"L5/S1"', '"L5/S2"', "has no joint or no value"),
        ("conditions/dehydration", "[[circulation]]", "[circulation.x]", "is not a list of changes"),
        ("circulation/heart", "[tables.chamber.elastance_gain]", "[tables.chamber.gain]", "has no column 'elastance_gain'"),
        ("population/us_army_2012", "youngest_years", "young_years", "youngest_years: is missing"),
        ("circulation/heart", 'atria = ["right_atrium", "left_atrium"]', "atria = 5e-324", "kind.atria: is not a list of names"),
        ("circulation/vessels", 'edges = ["calf_veins', 'edge = ["calf_veins', "pumped: edges is missing"),
        ("circulation/vessels", "[kind]\nvalve = [", "[kind]\nvalve = [1, ", "kind.valve: is not a list of names"),
        ("population/unknowns", "at = 1.0", 'at = "1,0"', 'at: "1,0" is not a number'),
    ],
)
def test_what_once_was_a_traceback(folder: Path, name: str, old: str, new: str, said: str) -> None:
    _, text = parsed(f"models/{name}.toml")
    assert old in text
    found = refusal(Reader(folder, f"models/{name}.toml"), text.replace(old, new).encode())
    assert found is not None
    assert said in found


def test_a_page_in_the_place_of_a_name_is_not_printed_whole(folder: Path) -> None:
    name = "models/conditions/hypertension.toml"
    data, _ = parsed(name)
    k = next(i for i, change in enumerate(data["circulation"]) if "rows" in change)
    found = refusal(Reader(folder, name), to_toml(replaced(data, ("circulation", k, "rows", 0), ["x" * 5000])).encode())
    assert found is not None
    assert "is not a row; allowed" in found and " … " in found


@pytest.mark.parametrize(("junk", "said"), [(float("nan"), "is nan"), (-1.0, "is too small"), (0.0, "is too small")])
@pytest.mark.parametrize("file", ["spine/healthy", "body/adult_male", "circulation/heart"])
def test_a_mass_a_stiffness_an_elastance_must_be_there_and_above_nothing(folder: Path, file: str, junk: float, said: str) -> None:
    """Also where somebody took the range away that would have told."""
    data, _ = parsed(f"models/{file}.toml")
    table, column = {"spine/healthy": ("joints", "torsion_stiffness"), "body/adult_male": ("slices", "mass")}.get(
        file, ("chamber", "passive_elastance")
    )
    path = ("tables", table, column)
    bare = {k: v for k, v in data["tables"][table][column].items() if k not in ("range", "range_factor")}
    values = [*bare["values"]]
    values[1] = junk
    found = refusal(Reader(folder, f"models/{file}.toml"), to_toml(replaced(data, path, bare | {"values": values})).encode())
    assert found is not None
    assert said in found
    assert "allowed: above 0" in found
    assert f"{'.'.join(path)}.values.1" in found


# --- texts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"\0" * 1000, b"\xff\xfe" + "a = 1".encode("utf-16-le"), "title = 1".encode("utf-32"),
        b"\x89HDF\r\n\x1a\n", b"a = " + b"[" * 100_000,
        b"[" + b"a." * 20_000 + b"a]", b"a = " + b"{b = " * 3000 + b"1" + b"}" * 3000,
        b"= 1", b"[person]\nmass_kg = 78,5\n",
        b"a = 1\n" * 2, b"title = '''" + b"x" * 3_000_000, b"#" * 3_000_000, "\uff80 = 1\n".encode() * 1000, b"a = 1\r[b]",
        b"a = 9" + b"9" * 5000,
    ],
)  # fmt: skip
def test_texts_that_are_none(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        scenario.read(file)
    assert str(caught.value).startswith(f"{file}")
    assert len(str(caught.value)) < 2000
    assert str(caught.value).isprintable()


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.toml"
    with file.open("wb") as empty:
        empty.truncate(1 << 40)  # a hole: takes no room on the disk
    with pytest.raises(InputError, match="larger than"):
        scenario.read(file)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/stdin", "/dev/tty", "/proc/self/mem"])
def test_what_is_no_plain_file_is_not_opened(device: str) -> None:
    if not Path(device).exists():
        pytest.skip("no such device here")
    for read in (scenario.read, open_result):
        with pytest.raises(InputError):
            read(Path(device))


def test_a_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(InputError, match="not a plain file"):
        scenario.read(tmp_path / "pipe.toml")
    with pytest.raises(InputError, match="not a plain file"):
        open_result(tmp_path / "pipe.toml")


# --- names --------------------------------------------------------------------------------------------

NAMES = (
    "../../etc/passwd", "/etc/passwd", "../spine/healthy", "..", ".", "", " ", "a/b", "a\\b", "inversion_table/", "inversion_table.toml",
    "INVERSION_TABLE", "x" * 5000, "a\0b", "/dev/zero", "~", "$HOME", "inversion_table\n", "%2e%2e/spine/healthy",
    "\ufb01", "\u202einversion_table",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_out_of_the_models(name: str) -> None:
    for kind in library.catalog.KINDS:
        with pytest.raises(InputError) as caught:
            library.load(kind, name)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 2000
    for key in ("person.body", "equipment.model"):
        with pytest.raises(InputError, match="person.body|equipment.model"):
            scenario.read("table_60", {key: name})
    with pytest.raises(InputError):
        scenario.read("table_60", {"person.conditions": [name]})


def test_links_that_lead_nowhere_or_in_circles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "equipment"
    folder.mkdir()
    (folder / "round.toml").symlink_to(folder / "round.toml")
    (folder / "gone.toml").symlink_to(tmp_path / "gone")
    (folder / "zero.toml").symlink_to("/dev/zero")
    monkeypatch.setenv("BIOMECH_MODELS", str(tmp_path))
    for name in ("round", "gone", "zero"):
        with pytest.raises(InputError):
            scenario.read("table_60", {"equipment.model": name})


@pytest.mark.parametrize("value", JUNK)
def test_junk_by_override(value: Any) -> None:
    """--set and Python reach the same checks."""
    for key in ("person.mass_kg", "person.stature_m", "person.age_years", "session.angle_deg", "session.hold_s", "session.sets",
                "session.ramp_s", "history.awake_h", "history.days", "muscle.tone", "solver.tolerance", "equipment.friction"):  # fmt: skip
        try:
            spec = scenario.read("table_60", {key: value})
        except BiomechError as error:
            assert isinstance(error, InputError)
            assert key in str(error)
        else:
            assert spec.phases()
