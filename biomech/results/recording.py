"""What a run recorded: arrays with the names of their dimensions, and words about them.

It reads like an xarray.Dataset as far as measures, tables, screening and files need it (they take either), and becomes one when
somebody asks for it: importing xarray and pandas takes longer than simulating.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

    #: what is asked for a variable by name
    Recorded: TypeAlias = "Recording | xr.Dataset"


@dataclass
class Variable:
    """One quantity: its dimensions, values, and attributes (units, long_name, source)."""

    dims: tuple[str, ...]
    values: NDArray[Any]
    attrs: dict[str, Any]


@dataclass
class Recording:
    """Variables by name in the order of the file; one that is named like its only dimension is the scale of that dimension."""

    variables: dict[str, Variable] = field(default_factory=dict)
    attrs: dict[str, Any] = field(default_factory=dict)

    def put(self, name: str, dims: Sequence[str], values: Any, **attrs: Any) -> None:
        """Add a variable."""
        self.variables[name] = Variable(tuple(dims), np.asarray(values), attrs)

    def __getitem__(self, name: str) -> Variable:
        return self.variables[name]

    def __contains__(self, name: str) -> bool:
        return name in self.variables

    @property
    def sizes(self) -> dict[str, int]:
        """Length of every dimension, in the order in which the variables bring them."""
        return {dim: size for v in self.variables.values() for dim, size in zip(v.dims, v.values.shape, strict=True)}

    @property
    def dims(self) -> dict[str, int]:
        """The same: what is asked for ``"time" in data.dims``."""
        return self.sizes

    def joined(self, other: Recording) -> Recording:
        """This one's variables, and after them those of another that speaks of other things."""
        return Recording(self.variables | other.variables)

    def to_xarray(self) -> xr.Dataset:
        """The same as an xarray.Dataset; the arrays are shared."""
        import xarray as xr

        # the short way in: the long one loads dask to see whether this is one of its arrays
        variables = {name: xr.Variable(v.dims, v.values, v.attrs, fastpath=True) for name, v in self.variables.items()}
        coords = {name: v for name, v in variables.items() if v.dims == (name,)}
        return xr.Dataset({name: v for name, v in variables.items() if name not in coords}, coords, self.attrs)


def at_label(data: Recorded, name: str, dim: str, label: str | float) -> NDArray[Any]:
    """Values of a variable at one label of one of its dimensions."""
    variable = data[name]
    place = data[dim].values.tolist().index(label)
    found: NDArray[Any] = np.take(variable.values, place, axis=variable.dims.index(dim))
    return found
