"""Results on disk: NetCDF with a checksum on every block of numbers and one on all words, written whole or not at all."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from biomech.errors import InputError
from biomech.files import replace_file

FORMAT = "biomech result"
MANY = "biomech population"  # sweeps, ensembles: many runs in one file
VERSIONS = {FORMAT: 2, MANY: 1}
ENCODING = {"zlib": True, "complevel": 1, "shuffle": True, "fletcher32": True}
OWN = ("format", "words_digest")  # attributes that belong to the file, not to the result
AGAIN = "simulate again with biomech run"


def save(data: xr.Dataset, path: "str | Path", kind: str = FORMAT) -> None:
    """Write a dataset as NetCDF, whole or not at all; ``kind`` is one of `VERSIONS`.

    Raises
    ------
    BiomechError
        The folder is missing or the disk is full; nothing half-written is left behind.
    """
    encoding = {
        str(name): dict(ENCODING)
        for name, v in {**data.data_vars, **data.coords}.items()
        if v.ndim and v.dtype.kind in "fiu"
    }
    marked = data.assign_attrs(format=f"{kind} {VERSIONS[kind]}", words_digest=words_digest(data))
    replace_file(path, lambda part: marked.to_netcdf(part, engine="h5netcdf", encoding=encoding))


def kind_of(path: "str | Path") -> str | None:
    """Which of `VERSIONS` a file is, by its own word; None if it does not say."""
    try:
        with xr.open_dataset(path, engine="h5netcdf") as data:
            found = re.fullmatch(r"(.*) \d+", str(data.attrs.get("format", "")))
    except Exception:  # not NetCDF: whoever opens it says so
        return None
    return found[1] if found and found[1] in VERSIONS else None


def open_dataset(path: "str | Path", kind: str = FORMAT) -> xr.Dataset:
    """Read a result completely into memory; its checksums are verified on the way.

    Raises
    ------
    InputError
        Missing, a folder, not NetCDF, truncated, corrupted, of another version, or no result of this program.
    """
    source = Path(path)
    if not source.exists():
        raise InputError("no such file", str(source))
    if source.is_dir():
        raise InputError("is a folder, not a result", str(source))
    try:
        data = xr.load_dataset(source, engine="h5netcdf")
        made_by = str(data.attrs.get("format", ""))
        intact = data.attrs.get("words_digest") == words_digest(data)
    except Exception as error:  # h5py raises many kinds for a broken file; all mean the same to the user
        raise InputError("cannot be read: truncated, corrupted, or not a NetCDF result", str(source), hint=AGAIN) from error
    version = VERSIONS[kind]
    found = re.fullmatch(rf"{kind} (\d+)", made_by)
    if not found:
        other = next((k for k in VERSIONS if made_by.startswith(k)), None)
        said = f"is a {other}, not a {kind}" if other else "is not a result of biomech"
        raise InputError(said, str(source), hint=None if other else AGAIN)
    if int(found[1]) > version:
        raise InputError(
            f"was written by a newer biomech (format {found[1]}, this one reads {version})", str(source), hint="update biomech"
        )
    if int(found[1]) < version:
        raise InputError(
            f"was written by an older biomech (format {found[1]}, this one reads {version})", str(source), hint=AGAIN
        )
    if not intact:
        raise InputError("is corrupted: its names, units or attributes are not those that were written", str(source), hint=AGAIN)
    return data


def words_digest(data: xr.Dataset) -> str:
    """Digest of all that HDF5 does not checksum: attributes, names, dimensions, labels and single numbers."""
    h = hashlib.sha256()

    def add(*parts: Any) -> None:
        h.update(repr(parts).encode("utf-8", "surrogatepass"))

    def add_attributes(attrs: Mapping[Any, Any]) -> None:
        for key in sorted(map(str, attrs)):
            if key not in OWN:
                add(key, np.asarray(attrs[key]).tolist())

    add_attributes(data.attrs)
    for name in sorted(map(str, data.variables)):
        v = data.variables[name]
        add(name, v.dims, v.shape)
        add_attributes(v.attrs)
        if not v.ndim or v.dtype.kind not in "fiu":
            add(v.values.tolist())
    return h.hexdigest()[:16]
