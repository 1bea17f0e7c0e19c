"""What one can move in the explorer: persons, equipment, conditions and their limits, read from the models."""

from typing import Any

from biomech import library
from biomech.library.equipment import holder

START: dict[str, Any] = {
    "person": {"body": "adult_male", "mass_kg": 78, "stature_m": 1.78, "conditions": []},
    "equipment": {"model": "inversion_table"},
    "session": {"angle_deg": 60, "hold_s": 180, "sets": 1},
    "history": {"awake_h": 4},
}

# narrower than what a scenario may say: a page that answers at once is not for day-long holds
LIMITS: dict[str, tuple[float, float]] = {
    "person.mass_kg": (30, 250),
    "person.stature_m": (1.2, 2.2),
    "session.hold_s": (10, 3600),
    "session.sets": (1, 10),
    "history.awake_h": (0, 16),
}
ALLOWED = {
    "person": ("body", "mass_kg", "stature_m", "conditions"),
    "equipment": ("model", "friction", "force_percent_bw"),
    "session": ("angle_deg", "hold_s", "sets"),
    "history": ("awake_h",),
}
_FIRST = ("inversion_table", "gravity_boots", "inversion_chair", "headstand")


def choices() -> dict[str, Any]:
    """Everything the page offers, ready for JSON."""
    return {
        "start": START,
        "bodies": [{"name": n, "title": _title("body", n)} for n in sorted(library.names("body"), reverse=True)],
        "equipment": [_equipment(n) for n in _ordered(library.names("equipment"))],
        "conditions": [_condition(n) for n in library.names("conditions")],
        "levels": list(library.DISC_LEVELS),
    }


def _ordered(names: list[str]) -> list[str]:
    return [*(n for n in _FIRST if n in names), *(n for n in names if n not in _FIRST)]


def _title(kind: str, name: str) -> str:
    return str(library.load(kind, name).data.get("title") or name.replace("_", " "))


def _equipment(name: str) -> dict[str, Any]:
    device = holder(name)
    return {
        "name": name,
        "title": _title("equipment", name),
        "fixed": device.fixed_deg,
        "lowest": device.lowest_deg,
        "highest": device.highest_deg,
        "friction": _given(name, "surface", "friction") if device.surface else None,
        "pull": _given(name, "harness", "pull") if device.harness else None,
    }


def _given(name: str, kind: str, key: str) -> dict[str, float] | None:
    """Value and range that the file of an equipment gives for a support."""
    for support in library.load("equipment", name).data.get("support", []):
        entry = support.get(key)
        if support.get("kind") == kind and isinstance(entry, dict) and (key == "friction" or "%" in str(entry.get("unit"))):
            low, high = entry.get("range", (0.0, 2.0 * entry["value"]))
            return {"value": float(entry["value"]), "low": float(low), "high": float(high)}
    return None


def _condition(name: str) -> dict[str, Any]:
    file = library.load("conditions", name)
    return {
        "name": name,
        "title": _title("conditions", name),
        "grades": list(file.tables["grades"].rows) if "grades" in file.tables else [],
        "grade": file.data.get("default_grade"),
        "level": file.data.get("default_level"),
    }
