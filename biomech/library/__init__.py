"""models/ and scenarios/ on disk: every number with its unit, source and grade."""

from biomech.library.anatomy import BODIES, DISC_LEVELS, LEVELS
from biomech.library.bibliography import Source, cite, sources
from biomech.library.catalog import load, names, path
from biomech.library.document import Document, read_document
from biomech.library.exercise import Exercise, exercise
from biomech.library.screened import screened_conditions
from biomech.library.suggest import did_you_mean
from biomech.library.tables import GRADES, Cell, Column, ParameterFile, Quantity, Table
from biomech.library.units import UNITS, from_si, to_si
from biomech.library.variation import varied

__all__ = [
    "BODIES",
    "DISC_LEVELS",
    "GRADES",
    "LEVELS",
    "UNITS",
    "Cell",
    "Column",
    "Document",
    "Exercise",
    "ParameterFile",
    "Quantity",
    "Source",
    "Table",
    "cite",
    "did_you_mean",
    "exercise",
    "from_si",
    "load",
    "names",
    "path",
    "read_document",
    "screened_conditions",
    "sources",
    "to_si",
    "varied",
]
