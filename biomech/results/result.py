"""A result: the dataset of a run with what one does with it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biomech.errors import InputError
from biomech.results.pressure import Side, pressure_at
from biomech.results.recording import Recording
from biomech.results.storage import open_recording, save

if TYPE_CHECKING:
    import xarray as xr

    from biomech.results.recording import Recorded


class Result:
    """What a simulation gives back.

    Attributes
    ----------
    data : xarray.Dataset
        Every variable with units, long_name and source; the attributes hold scenario and provenance.
    recorded : Recording or xarray.Dataset
        The same for whoever reads arrays by name: what the run left, or ``data`` once somebody has asked for it.
    """

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded

    def __repr__(self) -> str:
        sizes = self.recorded.sizes
        return f"<biomech result: {self.recorded.attrs.get('title', '')}; {sizes.get('time', sizes.get('beat_time'))} times>"

    @property
    def data(self) -> xr.Dataset:
        """Everything that was recorded; what is changed in it is changed for measures and files too."""
        if isinstance(self.recorded, Recording):
            self.recorded = self.recorded.to_xarray()
        return self.recorded

    def measures(self) -> dict[str, Any]:
        """Named scalars with unit and definition, as ``biomech run --json`` prints them."""
        from biomech.results.measures import measures  # brings the circulation along, which a picture does not need

        return measures(self.recorded)

    def pressure_at(self, where: float | str, side: Side = "arterial", time: float | None = None) -> xr.DataArray:
        """Mean blood pressure at any height or organ, beat by beat or at one moment.

        Parameters
        ----------
        where : float or str
            Height against gravity, cm above the heart (below: negative); or a place: "heart", "carotid_sinus", "brain", "eye", "cuff",
            or an organ of the network, as "calf", "thigh", "head", "splanchnic".
        side : {"arterial", "venous"}
        time : float, optional
            s, 0 at the start of the session; without it, all beats.

        Returns
        -------
        xarray.DataArray
            mmHg against the atmosphere, over ``beat_time``, or a single value.

        Raises
        ------
        InputError
            The place, side or time is unknown, or the run has no circulation.
        """
        return pressure_at(self.data, where, side, time)

    def save(self, path: str | Path) -> Path:
        """Write a checksummed NetCDF file, whole or not at all."""
        save(self.recorded, path)
        return Path(path)

    def plot(self, path: str | Path | None = None) -> Any:
        """Time courses of this run (to a file if a path is given)."""
        from biomech import viz

        return viz.plot_result(self, path)

    def view(self) -> Any:
        """A window with the spine and a time slider."""
        from biomech import viz

        return viz.view(self)


def open_result(path: str | Path) -> Result:
    """Read a result file; a broken or foreign one is an `InputError`."""
    suffix = Path(path).suffix
    if os.path.isfile(path) if suffix == ".toml" else not (suffix or os.path.exists(path)):
        raise InputError("is a scenario, or nothing", str(path), hint=f"biomech run {path} makes a result, out/{Path(path).stem}.nc")
    found = open_recording(path)
    if kind := found.attrs.get("kind"):
        raise InputError(f"holds many runs ({kind}), not one", str(path), hint="biomech plot draws it")
    return Result(found)
