"""Results on disk: NetCDF with a checksum on every block, written whole or not at all."""

import os
import tempfile
from pathlib import Path

import xarray as xr

from biomech.errors import BiomechError, InputError

FORMAT = "biomech result 1"
ENCODING = {"zlib": True, "complevel": 1, "shuffle": True, "fletcher32": True}


def save(data: xr.Dataset, path: "str | Path") -> None:
    """Write a dataset as NetCDF: to a temporary file in the same folder, synced, then renamed.

    Raises
    ------
    BiomechError
        The folder is missing or the disk is full; nothing half-written is left behind.
    """
    target = Path(path)
    encoding = {
        str(name): dict(ENCODING)
        for name, v in {**data.data_vars, **data.coords}.items()
        if v.ndim and v.dtype.kind in "fiu"
    }
    marked = data.assign_attrs(format=FORMAT)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        os.close(handle)
        marked.to_netcdf(temporary, engine="h5netcdf", encoding=encoding)
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except OSError as error:
        raise BiomechError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)


def open_dataset(path: "str | Path") -> xr.Dataset:
    """Read a result completely into memory; its checksums are verified on the way.

    Raises
    ------
    InputError
        Missing, a folder, not NetCDF, truncated, corrupted, or no result of this program.
    """
    source = Path(path)
    if not source.exists():
        raise InputError("no such file", str(source))
    if source.is_dir():
        raise InputError("is a folder, not a result", str(source))
    try:
        data = xr.load_dataset(source, engine="h5netcdf")
        made_by = data.attrs.get("format", "")
    except Exception as error:  # h5py raises many kinds for a broken file; all mean the same to the user
        raise InputError(
            "cannot be read: truncated, corrupted, or not a NetCDF result", str(source), hint="simulate again with biomech run"
        ) from error
    if made_by != FORMAT:
        raise InputError("is not a result of this version of biomech", str(source), hint="simulate again with biomech run")
    return data
