"""Results on disk: NetCDF under a seal, written whole or not at all.

The seal is one line after the end of the HDF5 data, where HDF5 does not look: the version of the format and a
digest of every byte before it. It is checked before HDF5 opens the file, because HDF5 can read a damaged file as
missing values, or search in it for ever.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from biomech.errors import InputError
from biomech.files import plain_size, replace_file
from biomech.results.recording import Recording, Variable

if TYPE_CHECKING:
    import xarray as xr

    from biomech.results.recording import Recorded

VERSION = 3
# the seal tells us that a file is whole; the checksums of HDF5 tell it other programs
FILTERS: dict[str, Any] = {"compression": "gzip", "compression_opts": 1, "shuffle": True, "fletcher32": True}
SEAL = re.compile(rb"\nbiomech result (\d{4}) sha256 ([0-9a-f]{64})\n")
SEAL_LENGTH = 93
BLOCK = 1 << 20
_BARE = b"This is a netCDF dimension but not a netCDF variable."  # begins the name of a scale without values
# how scales are tied to variables, and what the NetCDF library says of itself
_OF_HDF5 = ("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "_Netcdf4Dimid", "_Netcdf4Coordinates", "_NCProperties")
AGAIN = "simulate again with biomech run"


def save(data: Recorded, path: str | Path) -> None:
    """Write a recording or a dataset as NetCDF, whole or not at all.

    Raises
    ------
    BiomechError
        The folder is missing or the disk is full; nothing half-written is left behind.
    """
    image = _image(data)
    seal = b"\nbiomech result %04d sha256 %s\n" % (VERSION, hashlib.sha256(image).hexdigest().encode())

    def write(part: Path) -> None:
        with part.open("wb") as file:
            file.write(image)
            file.write(seal)

    replace_file(path, write)


def _image(data: Recorded) -> bytes:
    """NetCDF-4 as what it is, HDF5 with dimension scales: four times as fast as through the NetCDF layers.

    Made in memory, because HDF5 ends the whole process (a segmentation fault) where a disk is full.
    """
    import h5py

    with h5py.File("result.nc", "w", driver="core", backing_store=False, track_order=True) as file:
        file.attrs.update({str(k): v for k, v in data.attrs.items()})
        for number, (key, size) in enumerate(data.sizes.items()):
            dim = str(key)
            # a dimension is a dataset too; one without coordinates holds nothing
            scale = _put(file, dim, data.variables[dim]) if dim in data.variables else file.create_dataset(dim, (size,), ">f4")
            scale.make_scale(dim if dim in data.variables else f"{_BARE.decode()}{size:10d}")
            scale.attrs["_Netcdf4Dimid"] = np.int32(number)
        for name, v in data.variables.items():
            if name not in data.sizes:
                put = _put(file, str(name), v)
                for axis, along in enumerate(v.dims):
                    put.dims[axis].attach_scale(file[str(along)])
        file.flush()
        image: bytes = file.id.get_file_image()
        return image


def _put(file: Any, name: str, v: Variable | xr.Variable) -> Any:
    """One variable with its attributes; numbers are checksummed, all of it by the seal."""
    import h5py

    attrs: dict[Any, Any] = dict(v.attrs)
    values = v.values
    if values.dtype.kind in "fiub":
        if values.dtype.kind == "b":  # NetCDF has no truth values; xarray makes them of this
            values = values.astype(np.int8)
            attrs["dtype"] = "bool"
        filters = {"chunks": values.shape, **FILTERS} if values.size and values.ndim else {}
        put = file.create_dataset(name, data=values, **filters)
    else:
        put = file.create_dataset(name, data=values.astype(object), dtype=h5py.string_dtype())
    put.attrs.update({str(k): a for k, a in attrs.items()})
    return put


def _read(path: Path) -> Recording:
    """The way back from `_image`: through the NetCDF layers it takes five times as long."""
    import h5py

    with h5py.File(path, "r") as file:
        variables = {name: _get(item) for name, item in file.items() if not _is_bare_dimension(item)}
        return Recording(variables, _attrs(file))


def _is_bare_dimension(item: Any) -> bool:
    name = item.attrs.get("NAME", b"")
    return bool(item.is_scale) and (name if isinstance(name, bytes) else str(name).encode()).startswith(_BARE)


def _attrs(item: Any) -> dict[str, Any]:
    """The attributes; the NetCDF library (and xarray) writes a number as a list of one."""
    found = {str(k): v for k, v in item.attrs.items() if k not in _OF_HDF5}
    return {k: v[0] if isinstance(v, np.ndarray) and v.shape == (1,) else v for k, v in found.items()}


def _get(item: Any) -> Variable:
    """One variable as `_put` left it."""
    attrs = _attrs(item)
    names = [item.name] if item.is_scale else [item.dims[axis][0].name for axis in range(item.ndim)]
    values = item.asstr()[()].astype(str) if item.dtype.kind == "O" else item[()]
    if attrs.get("dtype") == "bool":
        values = values.astype(bool)
        del attrs["dtype"]
    return Variable(tuple(n.removeprefix("/") for n in names), np.asarray(values), attrs)


def open_dataset(path: str | Path) -> xr.Dataset:
    """The same as `open_recording`, as an xarray.Dataset."""
    return open_recording(path).to_xarray()


def open_recording(path: str | Path) -> Recording:
    """Read a result completely into memory, once its seal has been found intact.

    Raises
    ------
    InputError
        Missing, a folder, truncated, corrupted, of another version, or no result of this program.
    """
    if not isinstance(path, str | Path):
        raise InputError(f"{path!r:.60} is not the name of a result file")
    source = Path(path)
    try:
        plain_size(source)
        with source.open("rb") as file:
            _check_seal(file, str(source))
    except FileNotFoundError:
        raise InputError("no such file", str(source)) from None
    except IsADirectoryError:
        raise InputError("is a folder, not a result", str(source)) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        said = error.strerror if isinstance(error, OSError) else None
        raise InputError(f"cannot be read: {said or error}", str(source)) from None
    try:
        return _read(source)
    except Exception as error:  # sealed by somebody else; h5py raises many kinds
        raise InputError("cannot be read: it is sealed, but no NetCDF file", str(source), hint=AGAIN) from error


def _check_seal(file: BinaryIO, name: str) -> None:
    size = file.seek(0, os.SEEK_END)
    length = max(size - SEAL_LENGTH, 0)
    file.seek(length)
    seal = SEAL.fullmatch(file.read())
    if not seal:
        raise InputError("is truncated, or not a result of this biomech", name, hint=AGAIN)
    version = int(seal[1])
    if version != VERSION:
        age, hint = ("a newer", "update biomech") if version > VERSION else ("an older", AGAIN)
        raise InputError(f"was written by {age} biomech (format {version}, this one reads {VERSION})", name, hint=hint)
    if _digest(file, length) != seal[2].decode():
        raise InputError("is corrupted: its bytes are not those that were written", name, hint=AGAIN)


def _digest(file: BinaryIO, length: int) -> str:
    """SHA-256 of the first bytes of a file; leaves the file at their end."""
    h = hashlib.sha256()
    file.seek(0)
    while length > 0:
        block = file.read(min(BLOCK, length))
        if not block:
            break
        h.update(block)
        length -= len(block)
    return h.hexdigest()
