"""Parameters by name → the plan of the kernels: compartments, edges, chambers, impulse responses, and the solve's program."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biomech.circulation.check import EDGE_KINDS, check, fault
from biomech.circulation.kernels import layout as k
from biomech.circulation.parameters import CirculationParameters, ends_of
from biomech.library.units import GRAVITY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Indices = NDArray[np.uint64]

# what the kernels find in Plan.special and Network.scalar; the layout's index of each is its name in capitals
SPECIAL = {
    "compartment": "aorta right_atrium left_ventricle right_ventricle jugular vena_cava head_arteries head_veins carotid",
    "edge": "aortic_valve head_bed",
}
SCALARS = {
    "heart": """
        passive_pressure passive_exponent ventricular_systole atrial_systole pr_interval fastest_interval slowest_interval""",
    "reflexes": """
        interval_sympathetic interval_vagal arterial_set_point arterial_scale cardiopulmonary_set_point cardiopulmonary_scale
        carotid_weight reset_head_down""",
    "regulation": """
        thorax_pressure thorax_slope abdomen_pressure abdomen_slope filtration_time recovery_time local_centre local_width local_time
        autoregulation autoregulation_time autoregulation_least autoregulation_most""",
}


def assemble(p: CirculationParameters) -> k.Plan:
    """The constant plan of one person."""
    check(p, {table: names.split() for table, names in SPECIAL.items()})
    names = p.rows["vessels.compartment"]
    edges = p.rows["vessels.edge"]
    at = {name: i for i, name in enumerate(names)}
    ends = np.array([[at[end] for end in ends_of(edge)] for edge in edges], dtype=np.int64)
    vessel = _vessels(p, names, at)
    edge, edge_ints = _edges(p, edges, ends, at)
    chamber, chamber_ints = _chambers(p, at)
    bend = _bends(p)
    network = k.Network(vessel, edge, edge_ints, chamber, chamber_ints, _scalars(p))
    return k.Plan(network, elimination(len(names), ends), bend, lags(bend), _special(p))


def _scalars(p: CirculationParameters) -> Floats:
    out = np.zeros(k.SCALARS)
    for file, names in SCALARS.items():
        for name in names.split():
            out[getattr(k, name.upper())] = p.value[f"{file}.{name}"]
    out[k.WEIGHT] = p.value["vessels.blood_density"] * GRAVITY
    out[k.PERIOD_REST] = 1.0 / p.value["heart.heart_rate"]
    return out


def _special(p: CirculationParameters) -> Ints:
    out = np.zeros(k.SPECIAL, dtype=np.int64)
    for table, names in SPECIAL.items():
        for name in names.split():
            out[getattr(k, name.upper())] = p.rows[f"vessels.{table}"].index(p.layout["vessels"]["special"][name])
    return out


def _vessels(p: CirculationParameters, names: tuple[str, ...], at: dict[str, int]) -> Floats:
    t = "vessels.compartment"
    out = np.zeros((len(names), k.VESSEL))
    out[:, k.UNSTRESSED] = p.column(t, "unstressed_volume")
    out[:, k.COMPLIANCE] = p.column(t, "compliance")
    out[:, k.STIFFNESS] = 1.0 / out[:, k.COMPLIANCE]
    out[:, k.CAPACITY] = p.column(t, "capacity")
    out[:, k.FLOOR] = p.column(t, "floor")
    out[:, k.COLLAPSE_PRESSURE] = p.value["vessels.collapse_pressure"]
    out[:, k.OUTSIDE_SHARE_THORAX] = p.column(t, "outside_thorax")
    out[:, k.OUTSIDE_SHARE_ABDOMEN] = p.column(t, "outside_abdomen")
    # what is missing from the stress of the vessels is taken from the unstressed volume of the veins
    veins = out[:, k.FLOOR] < 1.0
    share = out[:, k.UNSTRESSED] * veins
    out[:, k.UNSTRESSED] -= p.value["regulation.stressed_offset"] * share / share.sum()
    for row, arterial, filling in zip(
        p.rows["reflexes.venous"], p.column("reflexes.venous", "arterial"), p.column("reflexes.venous", "cardiopulmonary"), strict=True
    ):
        out[at[row], k.GAIN_VOLUME_ARTERIAL] = arterial
        out[at[row], k.GAIN_VOLUME_CARDIOPULMONARY] = filling
    _filtration(p, out, at)
    return out


def _filtration(p: CirculationParameters, out: Floats, at: dict[str, int]) -> None:
    """Plasma lost per Pa of column so that a person standing, and one inverted, loses what was measured."""
    weight = p.value["vessels.blood_density"] * GRAVITY
    parts = p.column("regulation.filtration", "share")
    for row, share in zip(p.rows["regulation.filtration"], parts / parts.sum(), strict=True):
        i = at[row]
        depth = -_straight_height(p, i) * weight
        if depth <= 0.0:
            raise fault("regulation", ("tables", "filtration", "rows"), f"{row} does not lie below the heart of a person standing")
        out[i, k.FILTRATION_LOADED] = share * p.value["regulation.filtered_upright"] / depth
        out[i, k.FILTRATION_UNLOADED] = -share * p.value["regulation.filtered_inverted"] / depth


def _straight_height(p: CirculationParameters, i: int) -> float:
    """Height of a compartment along a straight body, m above the heart."""
    height = float(p.column("vessels.compartment", "height")[i])
    if height == height:
        return height
    return float(p.value["vessels.hip_height"] - p.column("vessels.compartment", "leg_distance")[i])


def _edges(p: CirculationParameters, edges: tuple[str, ...], ends: Ints, at: dict[str, int]) -> tuple[Floats, Ints]:
    t = "vessels.edge"
    out = np.zeros((len(edges), k.EDGE))
    out[:, k.RESISTANCE] = p.column(t, "resistance")
    out[:, k.TUBE_CONDUCTANCE] = p.column(t, "tube_conductance")
    out[:, k.TUBE_PRESSURE] = p.value["vessels.tube_pressure"]
    out[:, k.LOCAL_GAIN] = p.column(t, "local_gain")
    for row, share in zip(p.rows["reflexes.resistance"], p.column("reflexes.resistance", "share"), strict=True):
        e = edges.index(row)
        out[e, k.GAIN_ARTERIAL] = share * p.value["reflexes.resistance_arterial"]
        out[e, k.GAIN_CARDIOPULMONARY] = share * p.value["reflexes.resistance_cardiopulmonary"]
    ints = np.zeros((len(edges), k.EDGE_INTS), dtype=np.int64)
    ints[:, :2] = ends
    ints[:, k.NARROWED_BY] = -1
    data: dict[str, Any] = p.layout["vessels"]
    for kind, rows in data["kind"].items():
        for row in rows:
            ints[edges.index(row), k.KIND] = EDGE_KINDS[kind]
    for row in data["pumped"]["edges"]:
        ints[edges.index(row), k.PUMPED] = 1
    for row, vein in data["narrowed_by"].items():
        ints[edges.index(row), k.NARROWED_BY] = at[vein]
    return out, ints


def _chambers(p: CirculationParameters, at: dict[str, int]) -> tuple[Floats, Ints]:
    t = "heart.chamber"
    rows = p.rows[t]
    out = np.zeros((len(rows), k.CHAMBER))
    ints = np.zeros((len(rows), k.CHAMBER_INTS), dtype=np.int64)
    for r, name in enumerate(rows):
        ints[r, k.CHAMBER_AT] = at[name]
        ints[r, k.CHAMBER_KIND] = k.VENTRICLE if name in p.layout["heart"]["kind"]["ventricles"] else k.ATRIUM
    out[:, k.ACTIVE_ELASTANCE] = p.column(t, "end_systolic_elastance")
    out[:, k.ACTIVE_VOLUME] = p.column(t, "active_volume")
    out[:, k.PASSIVE_ELASTANCE] = p.column(t, "passive_elastance")
    out[:, k.GAIN_ELASTANCE] = p.column(t, "elastance_gain")
    full, pressure = p.column(t, "filling_volume"), p.column(t, "filling_pressure")
    ventricle = ints[:, k.CHAMBER_KIND] == k.VENTRICLE
    limp = full * (p.value["heart.passive_offset"] - p.value["heart.passive_offset_slope"] * pressure)
    u = (pressure / p.value["heart.passive_pressure"]) ** (1.0 / p.value["heart.passive_exponent"])
    out[:, k.PASSIVE_VOLUME] = np.where(ventricle, limp, out[:, k.ACTIVE_VOLUME])
    out[:, k.PASSIVE_SPAN] = np.where(ventricle, (full - limp) / u, 1.0)
    return out, ints


def _bends(p: CirculationParameters) -> Floats:
    """How the impulse responses bend at every lag, for a signal held over bins, answered by its mean over a bin.

    Such weights are the triangle seen through a hat two bins wide. Their second difference is the triangle's own second derivative, an
    impulse at each corner as large as the slope changes there, seen through a cubic B-spline four bins wide.
    """
    t = "reflexes.response"
    bends = []
    for r, (delay, peak, end) in enumerate(zip(p.column(t, "delay"), p.column(t, "peak"), p.column(t, "end"), strict=True)):
        if not k.BIN <= delay < peak < end <= (k.MEMORY - 2) * k.BIN:
            raise fault(
                "reflexes", ("tables", "response", "delay", "values", r),
                f"{p.rows[t][r]} needs {k.BIN:g} <= delay < peak < end <= {(k.MEMORY - 2) * k.BIN:g} s",
            )
        up, down = 2.0 / ((peak - delay) * (end - delay)), 2.0 / ((end - peak) * (end - delay))
        bend = np.zeros(k.MEMORY)
        for corner, slope in ((delay, up), (peak, -up - down), (end, down)):
            bin_, u = divmod(corner / k.BIN, 1.0)
            spline = (1.0 - u) ** 3, 3.0 * u**3 - 6.0 * u**2 + 4.0, 3.0 * (1.0 - u) ** 3 - 6.0 * (1.0 - u) ** 2 + 4.0, u**3
            at = int(bin_) - 1
            used = min(4, k.MEMORY - at)  # an end in the very last bin: the fourth is nothing
            bend[at : at + used] += slope * k.BIN**2 / 6.0 * np.array(spline[:used])
        bends.append(bend)
    return np.array(bends)


def lags(bend: Floats) -> Indices:
    """At which lags responses (RESPONSES, MEMORY, …) bend, for anybody; a shorter row is filled up with one at which nothing does."""
    bent = np.array([row.reshape(k.MEMORY, -1).any(axis=1) for row in bend])
    used = [np.flatnonzero(row) for row in bent]
    out = np.empty((k.RESPONSES, max(map(len, used))), dtype=np.uint64)
    for row, mine, where in zip(bent, used, out, strict=True):
        where[:] = np.argmin(row)
        where[: len(mine)] = mine
    return out


def elimination(n: int, ends: Ints) -> k.Elimination:
    """`_elimination` of edges (edges, 2): all persons of an ensemble share one, which nobody writes to."""
    return _elimination(n, tuple(map(tuple, ends.tolist())))


@lru_cache(maxsize=16)
def _elimination(n: int, ends: tuple[tuple[int, int], ...]) -> k.Elimination:
    """Least-degree order and the program of the sparse solve for a network of ``n`` compartments.

    The pattern's first ``n`` entries are the diagonal. Among equals comes first what waits for the fewest others: a processor
    eliminates at once what does not wait for one another.
    """
    number: dict[tuple[int, int], int] = {(i, i): i for i in range(n)}
    beside: list[set[int]] = [set() for _ in range(n)]

    def entry(i: int, j: int) -> int:
        if i != j:
            beside[i].add(j)
        return number.setdefault((i, j), len(number))

    pattern = [[entry(a, a), entry(a, b), entry(b, a), entry(b, b)] for a, b in ends]
    left = set(range(n))
    waits = [0] * n
    steps: list[tuple[int, list[int]]] = []
    while left:
        pivot = min(left, key=lambda i: (len(beside[i] & left), waits[i], i))
        left.remove(pivot)
        around = sorted(beside[pivot] & left)
        steps.append((pivot, around))
        for i in around:
            waits[i] = max(waits[i], waits[pivot] + 1)
            for j in around:
                entry(i, j)
    none = len(number)
    row = np.full((n, k.ELIMINATION), none, dtype=np.uint64)
    lower: list[tuple[int, int]] = []
    upper: list[tuple[int, int]] = []
    first = [0]
    update: list[int] = []
    for r, (pivot, around) in enumerate(steps):
        row[r, [k.PIVOT, k.NEIGHBOURS, k.NEIGHBOUR, k.NEIGHBOUR + 1]] = pivot, len(around), pivot, pivot
        if len(around) > 2:
            lower += [(i, entry(i, pivot)) for i in around]
            upper += [(j, entry(pivot, j)) for j in around]
            update += [entry(i, j) for i in around for j in around]
        else:
            for a, i in enumerate(around):
                row[r, [k.NEIGHBOUR + a, k.LOWER + a, k.UPPER + a]] = i, entry(i, pivot), entry(pivot, i)
                for b, j in enumerate(around):
                    row[r, k.UPDATE + 2 * a + b] = entry(i, j)
        first.append(len(lower))

    # unsigned: compiled code then need not look whether an index counts from the end
    def index(found: list[Any], columns: int = 0) -> NDArray[np.uint64]:
        out = np.array(found, dtype=np.uint64)
        return out.reshape(-1, columns) if columns else out

    return k.Elimination(index(pattern, 4), row, index(lower, 2), index(upper, 2), index(first), index(update), none + 1)
