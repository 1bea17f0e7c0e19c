"""Results on disk: whole, checksummed, refused when broken."""

from pathlib import Path

import h5netcdf
import numpy as np
import pytest
import xarray as xr

from biomech.errors import BiomechError, InputError
from biomech.results.recording import Recording, at_label
from biomech.results.result import Result, open_result
from biomech.results.storage import VERSION, open_dataset, save


def dataset() -> xr.Dataset:
    rng = np.random.default_rng(1)
    return xr.Dataset(
        {"a": (("time", "level"), rng.normal(size=(200, 25)), {"units": "mm"}), "n": ("time", np.arange(200))},
        coords={"time": np.linspace(0, 1, 200), "level": [f"L{i}" for i in range(25)]},
        attrs={"title": "x"},
    )


def test_what_is_saved_is_what_is_read(tmp_path: Path) -> None:
    save(dataset(), tmp_path / "x.nc")
    found = open_dataset(tmp_path / "x.nc")
    xr.testing.assert_equal(found, dataset())
    assert found["a"].attrs["units"] == "mm"
    assert [p.name for p in tmp_path.iterdir()] == ["x.nc"]  # no temporary left


def test_a_file_is_plain_netcdf(tmp_path: Path) -> None:
    data = dataset()
    data["single"] = 3.0
    data["yes"] = ("level", np.arange(25) > 3)
    data["loose"] = (("time", "bare"), np.arange(600, dtype=np.int32).reshape(200, 3))  # a dimension without coordinates
    save(data, tmp_path / "x.nc")
    assert open_dataset(tmp_path / "x.nc").drop_attrs(deep=False).identical(data.drop_attrs(deep=False))
    with h5netcdf.File(tmp_path / "x.nc") as file:
        assert {name: d.size for name, d in file.dimensions.items()} == {"time": 200, "level": 25, "bare": 3}
        assert set(file.variables) == {"a", "n", "time", "level", "single", "yes", "loose"}
        assert file["a"].dimensions == ("time", "level")
        assert file["loose"].dimensions == ("time", "bare")


def test_a_recording_and_its_dataset_are_one(tmp_path: Path) -> None:
    """Whoever asked for the dataset writes the same bytes, and what is changed in it is what is written."""
    def recording() -> Recording:
        out = Recording(attrs={"title": "x", "n": 3})
        out.put("back", ("time", "level"), np.arange(12.0).reshape(4, 3)[:, ::-1], units="mm")
        out.put("time", ("time",), np.linspace(0.0, 1.0, 4), units="s")
        out.put("level", ("level",), ("a", "b", "c"))
        other = Recording()
        other.put("beat", ("beat_time",), np.arange(5))
        other.put("beat_time", ("beat_time",), np.arange(5.0))
        return Recording(out.joined(other).variables, out.attrs)

    asked = Result(recording())
    assert asked.data["back"].sel(level="a").values.tolist() == [2.0, 5.0, 8.0, 11.0]
    assert at_label(recording(), "back", "level", "a").tolist() == [2.0, 5.0, 8.0, 11.0]
    assert dict(asked.data.sizes) == recording().sizes == {"time": 4, "level": 3, "beat_time": 5}
    Result(recording()).save(tmp_path / "plain.nc")
    asked.save(tmp_path / "asked.nc")
    assert (tmp_path / "plain.nc").read_bytes() == (tmp_path / "asked.nc").read_bytes()
    xr.testing.assert_identical(open_result(tmp_path / "plain.nc").data, asked.data)
    asked.data.attrs["title"] = "y"
    asked.save(tmp_path / "changed.nc")
    assert open_result(tmp_path / "changed.nc").recorded.attrs["title"] == "y"


@pytest.mark.parametrize("share", [0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
@pytest.mark.parametrize("damage", ["flipped", "zeroed"])
def test_damage_anywhere_is_refused_before_hdf5_sees_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], share: float, damage: str
) -> None:
    """Zeroed blocks were read as missing values, or searched in for ever; a damaged header printed a traceback."""
    save(dataset(), tmp_path / "x.nc")
    bad = bytearray((tmp_path / "x.nc").read_bytes())
    place = int(share * (len(bad) - 1))
    if damage == "flipped":
        bad[place] ^= 0x10
    else:
        end = min(place + 512, len(bad))
        # where there are zeros already, ones
        bad[place:end] = bytes([0xFF * (not any(bad[place:end]))]) * (end - place)
    (tmp_path / "bad.nc").write_bytes(bytes(bad))
    monkeypatch.setattr(xr, "load_dataset", None)
    with pytest.raises(InputError, match="corrupted|truncated"):
        open_dataset(tmp_path / "bad.nc")
    assert capfd.readouterr().err == ""


def small_file(path: Path) -> bytes:
    """A result of a few kilobytes."""
    save(xr.Dataset({"a": ("time", np.arange(3.0), {"units": "mm"})}, {"time": np.arange(3.0)}, {"title": "x"}), path)
    return path.read_bytes()


def refused(path: Path, raw: bytes) -> None:
    """Never read, whatever HDF5 would make of it; the reason is one line."""
    path.write_bytes(raw)
    with pytest.raises(InputError, match="corrupted|truncated|was written by a") as caught:
        open_dataset(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("stride", [97, pytest.param(1, marks=pytest.mark.slow)])
def test_every_flipped_byte_is_refused(tmp_path: Path, stride: int) -> None:
    good = small_file(tmp_path / "x.nc")
    assert len(good) > 4000
    for place in range(0, len(good), stride):
        for flip in (0x01, 0x80, 0xFF):
            bad = bytearray(good)
            bad[place] ^= flip
            refused(tmp_path / "bad.nc", bytes(bad))


@pytest.mark.parametrize("stride", [89, pytest.param(1, marks=pytest.mark.slow)])
def test_every_length_but_its_own_is_refused(tmp_path: Path, stride: int) -> None:
    good = small_file(tmp_path / "x.nc")
    for length in range(0, len(good), stride):
        refused(tmp_path / "cut.nc", good[:length])
        refused(tmp_path / "beheaded.nc", good[length + 1 :])
    for more in (b"\n", b"\0", good[-93:], good):
        refused(tmp_path / "long.nc", good + more)


def test_other_programs_read_a_sealed_result(tmp_path: Path) -> None:
    save(dataset(), tmp_path / "x.nc")
    xr.testing.assert_equal(xr.load_dataset(tmp_path / "x.nc", engine="h5netcdf"), dataset())


@pytest.mark.parametrize("content", [b"", b"not a result", b"\x89HDF\r\n\x1a\n" + bytes(100)])
def test_foreign_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.nc").write_bytes(content)
    with pytest.raises(InputError, match="not a result"):
        open_dataset(tmp_path / "x.nc")


@pytest.mark.parametrize("name", [None, 5, b"x.nc", "x" * 5000 + ".nc", "a\0b.nc"])
def test_what_is_no_file_name_is_refused(name: object) -> None:
    with pytest.raises(InputError):
        open_dataset(name)  # type: ignore[arg-type]


def test_truncated_missing_folder_and_other_netcdf(tmp_path: Path) -> None:
    save(dataset(), tmp_path / "x.nc")
    (tmp_path / "cut.nc").write_bytes((tmp_path / "x.nc").read_bytes()[:-500])
    with pytest.raises(InputError):
        open_dataset(tmp_path / "cut.nc")
    with pytest.raises(InputError, match="no such file"):
        open_dataset(tmp_path / "none.nc")
    with pytest.raises(InputError, match="folder"):
        open_dataset(tmp_path)
    dataset().to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    with pytest.raises(InputError, match="not a result"):
        open_dataset(tmp_path / "other.nc")


def test_an_unwritable_place_is_one_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(BiomechError, match="cannot be written"):
        save(dataset(), tmp_path / "no" / "such" / "folder" / "x.nc")


def test_a_result_saved_again_is_the_same_result(tmp_path: Path) -> None:
    save(dataset(), tmp_path / "x.nc")
    save(open_dataset(tmp_path / "x.nc"), tmp_path / "y.nc")
    assert open_dataset(tmp_path / "y.nc").identical(open_dataset(tmp_path / "x.nc"))


@pytest.mark.parametrize(("version", "said"), [(1, "older"), (999, "newer")])
def test_another_version_of_the_file_is_named(tmp_path: Path, version: int, said: str) -> None:
    save(dataset(), tmp_path / "x.nc")
    good = (tmp_path / "x.nc").read_bytes()
    (tmp_path / "x.nc").write_bytes(good.replace(b"biomech result %04d" % VERSION, b"biomech result %04d" % version))
    with pytest.raises(InputError, match=said):
        open_dataset(tmp_path / "x.nc")


def test_a_failed_write_leaves_the_old_file_and_no_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(dataset(), tmp_path / "x.nc")
    before = (tmp_path / "x.nc").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BiomechError, match="No space left"):
        save(dataset(), tmp_path / "x.nc")
    assert (tmp_path / "x.nc").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["x.nc"]
