"""What models/circulation/ must say so that a person can be put together from it; whatever does not fit points at its line."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from biomech import library
from biomech.circulation.kernels import layout as k
from biomech.circulation.needed import NEEDED
from biomech.circulation.parameters import CirculationParameters, ends_of
from biomech.errors import InputError
from biomech.library.needed import fits
from biomech.posture.values import KIND

COMPARTMENT, EDGE, CHAMBER = ("tables", "compartment"), ("tables", "edge"), ("tables", "chamber")
EDGE_KINDS = {"valve": k.VALVE, "bed": k.BED, "tube": k.TUBE}


def fault(file: str, path: tuple[str | int, ...], message: str, allowed: Any = None, hint: str | None = None) -> InputError:
    """An error that points into a file of models/circulation/."""
    return library.read_document(library.path(KIND, file)).error(message, path, allowed, hint)


def check(p: CirculationParameters, special: dict[str, list[str]]) -> None:
    """Names that must agree, and numbers that must be positive.

    special: names that must stand in [special], by the table of vessels.toml they point into.

    Raises
    ------
    InputError
        Says which, and where.
    """
    _vessels(p)
    _edges(p)
    _special(p, special)
    _others(p)
    for name, needed in NEEDED.items():
        fits(library.load(KIND, name), needed)


def _section(p: CirculationParameters, file: str, name: str) -> dict[str, Any]:
    found = p.layout[file].get(name)
    if not isinstance(found, dict):
        raise fault(file, (name,), "is missing")
    return found


def _names(p: CirculationParameters, file: str, section: str, key: str) -> list[str]:
    """A list of names inside a section."""
    found = _section(p, file, section).get(key)
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        there = key in p.layout[file][section]
        raise fault(file, (section, key) if there else (section,), "is not a list of names" if there else f"{key} is missing")
    return found


def _known(file: str, path: tuple[str | int, ...], name: Any, known: Iterable[str], what: str) -> None:
    known = tuple(known)
    if name not in known:
        raise fault(file, path, f"{name!r} is no {what}", hint=library.did_you_mean(str(name), known) or f"there are {', '.join(known)}")


def _vessels(p: CirculationParameters) -> None:
    t = "vessels.compartment"
    names = p.rows[t]
    region, regions = _section(p, "vessels", "region"), _section(p, "vessels", "carried_by")
    for name in names:
        if name not in region:
            raise fault("vessels", ("region",), f"{name} has no region", regions)
        _known("vessels", ("region", name), region[name], regions, "region")
    for name in region:
        _known("vessels", ("region", name), name, names, "compartment")
    here = ~np.isnan(p.column(t, "height"))
    twice = here == ~np.isnan(p.column(t, "leg_distance"))
    floor, unstressed = p.column(t, "floor"), p.column(t, "unstressed_volume")
    for column, wrong, words in (
        ("height", twice, "needs either a height or a leg_distance, the other nan"),
        ("compliance", ~(p.column(t, "compliance") > 0.0), "must be above 0"),
        ("capacity", ~(p.column(t, "capacity") >= 0.0), "must be 0 or more"),
        ("unstressed_volume", ~(unstressed >= 0.0), "must be 0 or more"),
        ("floor", ~((floor > 0.0) & (floor <= 1.0)), "must lie above 0, and be 1 at most"),
        ("floor", (floor < 1.0) & (unstressed <= 0.0), "is below 1, but there is no unstressed volume to collapse"),
    ):
        if wrong.any():
            i = int(np.flatnonzero(wrong)[0])
            raise fault("vessels", (*COMPARTMENT, column, "values", i), f"{names[i]} {words}")


def _edges(p: CirculationParameters) -> None:
    edges, names = p.rows["vessels.edge"], p.rows["vessels.compartment"]
    for i, edge in enumerate(edges):
        parts = ends_of(edge)
        if len(parts) != 2 or parts[0] == parts[1]:
            raise fault("vessels", (*EDGE, "rows", i), f"{edge!r} does not join two compartments", 'names like "from > to"')
        for part in parts:
            _known("vessels", (*EDGE, "rows", i), part, names, "compartment")
    kinds, narrowed = _section(p, "vessels", "kind"), _section(p, "vessels", "narrowed_by")
    seen: dict[str, str] = {}
    for kind in (*EDGE_KINDS, *kinds):
        _known("vessels", ("kind", kind), kind, EDGE_KINDS, "kind of edge")
        for row in _names(p, "vessels", "kind", kind):
            _known("vessels", ("kind", kind), row, edges, "edge")
            if seen.setdefault(row, kind) != kind:
                raise fault("vessels", ("kind", kind), f"{row} is a {seen[row]} already")
    for row, vein in narrowed.items():
        _known("vessels", ("narrowed_by", row), row, edges, "edge")
        _known("vessels", ("narrowed_by", row), vein, ends_of(row), f"end of {row}")
    for i, row in enumerate(_names(p, "vessels", "pumped", "edges")):
        _known("vessels", ("pumped", "edges", i), row, edges, "edge")
    resistance, conductance = p.column("vessels.edge", "resistance"), p.column("vessels.edge", "tube_conductance")
    for i, edge in enumerate(edges):
        if not resistance[i] > 0.0:
            raise fault("vessels", (*EDGE, "resistance", "values", i), f"{edge} must be above 0")
        if seen.get(edge) == "tube":
            if edge not in narrowed:
                raise fault("vessels", ("narrowed_by",), f"the tube {edge} needs a vein that opens it")
            if not conductance[i] > 0.0:
                raise fault("vessels", (*EDGE, "tube_conductance", "values", i), f"{edge} must be above 0")


def _special(p: CirculationParameters, wanted: dict[str, list[str]]) -> None:
    special = _section(p, "vessels", "special")
    for table, names in wanted.items():
        for name in names:
            if name not in special:
                raise fault("vessels", ("special",), f"{name} is missing")
            _known("vessels", ("special", name), special[name], p.rows[f"vessels.{table}"], table)


def _others(p: CirculationParameters) -> None:
    edges, names = p.rows["vessels.edge"], p.rows["vessels.compartment"]
    for file, table, known, what in (
        ("reflexes", "resistance", edges, "edge"), ("reflexes", "venous", names, "compartment"),
        ("regulation", "filtration", names, "compartment"), ("heart", "chamber", names, "compartment"),
    ):
        for i, row in enumerate(p.rows[f"{file}.{table}"]):
            _known(file, ("tables", table, "rows", i), row, known, what)
    if p.rows["reflexes.response"] != k.REFLEXES:
        raise fault("reflexes", ("tables", "response", "rows"), "has other rows, or in another order", k.REFLEXES)
    ventricles, atria = (_names(p, "heart", "kind", key) for key in ("ventricles", "atria"))
    volume, pressure = p.column("heart.chamber", "filling_volume"), p.column("heart.chamber", "filling_pressure")
    for i, name in enumerate(p.rows["heart.chamber"]):
        ventricle = name in ventricles
        if ventricle == (name in atria):
            raise fault("heart", ("kind",), f"{name} must be either in atria or in ventricles")
        if ventricle and not (volume[i] > 0.0 and pressure[i] > 0.0):
            raise fault("heart", (*CHAMBER, "filling_volume", "values", i), f"{name} needs a filling volume and pressure above 0")
