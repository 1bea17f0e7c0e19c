"""Finding files by kind and name, in the package and in the user's own folders."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from scenario_models import models

from biomech import library
from biomech.errors import InputError, SimulationError
from biomech.library import catalog

__all__ = ["models"]


def test_names_and_paths(models: Path) -> None:
    assert library.names("body") == ["adult_female", "adult_male"]
    assert "inversion_table" in library.names("equipment")
    assert library.names("scenarios") == ["shipped"]
    assert library.path("spine", "healthy") == models / "shipped/models/spine/healthy.toml"


def test_variants_of_the_spine_are_conditions_and_its_own_files_are_not(models: Path) -> None:
    assert library.names("conditions") == ["degenerated_disc", "muscle_guarding", "scoliosis"]
    assert library.path("conditions", "scoliosis").parent.name == "spine"


def test_unknown_names(models: Path) -> None:
    with pytest.raises(InputError) as caught:
        library.load("body", "adult_mal")
    assert str(caught.value) == (
        "unknown body 'adult_mal'; allowed: adult_female, adult_male; did you mean adult_male?"
    )
    with pytest.raises(InputError, match="unknown kind 'bodies'"):
        library.names("bodies")
    with pytest.raises(InputError, match="unknown equipment"):
        library.load("equipment", "../body/adult_male")


def test_own_folders_come_first(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, text in (("one", "title = 'mine'"), ("two", "title = 'not mine'")):
        (models / folder / "equipment").mkdir(parents=True)
        (models / folder / "equipment" / "standing.toml").write_text(text)
    (models / "two" / "equipment" / "sofa.toml").write_text("title = 'sofa'")
    both = os.pathsep.join([str(models / "one"), str(models / "two")])
    monkeypatch.setenv("BIOMECH_MODELS", both)
    assert library.load("equipment", "standing").title == "mine"
    assert library.load("equipment", "sofa").title == "sofa"
    assert library.load("equipment", "lying").data["trunk_angle_deg"] == 0
    monkeypatch.setenv("BIOMECH_MODELS", str(models / "none"))
    with pytest.raises(InputError, match="none: is not a folder; see BIOMECH_MODELS"):
        library.names("equipment")


def test_files_are_read_once_until_they_change(models: Path) -> None:
    first = library.load("equipment", "standing")
    assert library.load("equipment", "standing") is first
    first_file = Path(first.file)
    first_file.write_text("trunk_angle_deg = -80")
    os.utime(first_file, ns=(1, 1))
    assert library.load("equipment", "standing").data["trunk_angle_deg"] == -80


def test_sources_and_what_cites_them(models: Path) -> None:
    folder = models / "shipped" / "models"
    file = folder / "sources.toml"
    file.write_text('[biomech]\ncitation = "This project"\nkind = "design"\n[x]\ncitation = "X"\n')
    assert [s.key for s in library.cite([library.load("spine", "scoliosis")])] == ["biomech"]
    assert library.sources()["x"].citation == "X"
    for text, message in (
        ("[biomech]\n", "1: biomech.citation: is missing"),
        ("[a]\ncitation = 'A'\nkind = 'blog'", "3: a.kind: unknown kind 'blog'; allowed: article"),
        ("[a]\ncitation = 1", "2: a.citation: 1 is not a text"),
        ("[a]\ncitatoin = 'A'", "2: a.citatoin: unknown key"),
        ("a = 1", "1: a: is not a table"),
    ):
        file.write_text(text)
        os.utime(file, ns=(len(text), len(text)))
        with pytest.raises(InputError) as caught:
            library.sources()
        assert f"sources.toml:{message}" in str(caught.value)


def test_a_source_nobody_described_is_an_error_where_it_is_cited(models: Path) -> None:
    (models / "shipped/models/sources.toml").write_text("[biomec]\ncitation = 'x'")
    with pytest.raises(InputError) as caught:
        library.cite([library.load("spine", "scoliosis")])
    assert "scoliosis.toml:5: scalars.cobb_angle.source: source 'biomech' is not in" in str(
        caught.value
    )
    assert str(caught.value).endswith("did you mean biomec?")


def test_models_stand_beside_the_package_or_in_it() -> None:
    package = Path(catalog.__file__).resolve().parents[1]
    assert catalog.folder("models").is_dir()
    assert catalog.folder("models").resolve() in (package.parent / "models", package / "models")


def test_the_library_imports_nothing_heavy() -> None:
    code = "import sys, biomech.library; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"pydantic", "numba", "xarray", "scipy", "matplotlib"}.isdisjoint(loaded)


def test_errors_are_one_line_whatever_they_quote() -> None:
    error = InputError("bad\nvalue", "a\tb.toml", 3, "k\x00ey", ["x", "y"], "did you mean x?")
    assert str(error) == "a\\tb.toml:3: k\\x00ey: bad\\nvalue; allowed: x, y; did you mean x?"
    assert str(InputError("alone")) == "alone"
    assert str(InputError("is a folder", Path("a"))) == "a: is a folder"
    late = SimulationError("the step diverged", 12.5, "L4/L5", "a smaller solver.tolerance")
    assert str(late) == (
        "the step diverged at L4/L5, 12.5 s into the session; try: a smaller solver.tolerance"
    )


def test_errors_survive_the_way_from_a_worker() -> None:
    for error in (InputError("x", "f", 1, "k", ["a"], "h"), SimulationError("x", 1.0, "L1/L2")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))
