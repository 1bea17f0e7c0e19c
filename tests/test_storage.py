"""Results on disk: whole, checksummed, refused when broken."""

from pathlib import Path

import h5netcdf
import numpy as np
import pytest
import xarray as xr

from biomech.errors import BiomechError, InputError
from biomech.results.storage import open_dataset, save


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


def test_one_flipped_byte_in_the_data_is_refused(tmp_path: Path) -> None:
    save(dataset(), tmp_path / "x.nc")
    good = (tmp_path / "x.nc").read_bytes()
    refused = 0
    places = range(len(good) // 2, len(good) // 2 + 8000, 400)  # in the big compressed block
    for place in places:
        bad = bytearray(good)
        bad[place] ^= 0x10
        (tmp_path / "bad.nc").write_bytes(bytes(bad))
        try:
            same = open_dataset(tmp_path / "bad.nc").equals(dataset())
        except InputError:
            refused += 1
        else:
            assert same, f"byte {place} changed the answer silently"
    assert refused >= 15


@pytest.mark.parametrize("content", [b"", b"not a result", b"\x89HDF\r\n\x1a\n" + bytes(100)])
def test_foreign_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.nc").write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        open_dataset(tmp_path / "x.nc")


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


def test_one_changed_letter_in_a_unit_or_attribute_is_refused(tmp_path: Path) -> None:
    marked = dataset().assign_attrs(title="a title of some length", end_time_s=190.0, count=3)
    marked["a"].attrs["units"] = "millimetres"
    save(marked, tmp_path / "x.nc")
    assert open_dataset(tmp_path / "x.nc").attrs["end_time_s"] == 190.0
    good = (tmp_path / "x.nc").read_bytes()
    for word in (b"a title of some length", b"millimetres", np.float64(190.0).tobytes()):
        assert good.count(word) == 1
        place = good.index(word) + len(word) - 2
        bad = bytearray(good)
        bad[place] ^= 0x01
        (tmp_path / "bad.nc").write_bytes(bytes(bad))
        with pytest.raises(InputError, match="corrupted"):
            open_dataset(tmp_path / "bad.nc")


def test_a_result_saved_again_is_the_same_result(tmp_path: Path) -> None:
    save(dataset(), tmp_path / "x.nc")
    save(open_dataset(tmp_path / "x.nc"), tmp_path / "y.nc")
    assert open_dataset(tmp_path / "y.nc").identical(open_dataset(tmp_path / "x.nc"))


@pytest.mark.parametrize(("version", "said"), [(1, "older"), (999, "newer")])
def test_another_version_of_the_file_is_named(tmp_path: Path, version: int, said: str) -> None:
    dataset().assign_attrs(format=f"biomech result {version}").to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
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
