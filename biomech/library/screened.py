"""Names of conditions that are screened for, whether or not they are simulated (models/safety/conditions.toml)."""

from biomech.library.catalog import load, names


def screened_conditions() -> list[str]:
    """Names that may stand in person.conditions besides the conditions that are simulated."""
    return sorted(load("safety", "conditions").data["conditions"]) if "conditions" in names("safety") else []
