"""A scenario to start from, for ``biomech new``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from biomech import library
from biomech.errors import InputError
from biomech.library.document import KeyPath, dotted, literal
from biomech.library.equipment import holder
from biomech.scenario.check import check_angle


def template(
    equipment: str = "inversion_table",
    angle_deg: float | None = None,
    title: str | None = None,
    body: str = "adult_male",
) -> str:
    """A complete, commented scenario on any device or posture.

    Parameters
    ----------
    equipment : str
        A name in models/equipment/.
    angle_deg : float, optional
        Tilt; without it 60 degrees, or as near to that as the device allows.
    title : str, optional
        Without it, the name of the device and the angle.
    body : str
        A name in models/body/.
    """
    model = holder(equipment)
    library.path("body", body)  # an unknown one is an error
    if angle_deg is not None:
        check_angle(angle_deg, model, ("angle_deg",), _argument)
    else:
        angle_deg = min(max(60.0, model.lowest_deg), model.highest_deg)
    words = equipment.replace("_", " ")
    if model.fixed_deg is None:
        span = f"{model.lowest_deg:g} to {model.highest_deg:g}"
        comment = f"# 0 lying, 90 fully inverted; here {span}"
        angle = f"angle_deg = {angle_deg:<20g} {comment}\n"
        title = title or f"{words.capitalize()} at {angle_deg:g} degrees, three minutes"
    else:
        angle = ""
        title = title or f"{words.capitalize()}, three minutes"
    return f"""\
#:schema scenario.schema.json
title = {literal(title)}

[person]
body       = {literal(body)}        # models/body/
{_choices("body")}
mass_kg    = 78
stature_m  = 1.78
age_years  = 40
conditions = []                  # models/conditions/, or a table: {{ name = "…", level = "L4/L5" }}
{_choices("conditions")}

[equipment]
model = {literal(equipment)}
{_choices("equipment")}

[session]
{angle}hold_s    = 180                  # each hold, after the ramp
sets      = 1                    # holds, with rests of rest_s between them
rest_s    = 60
rest_angle_deg = 0
ramp_s    = 10                   # each change of tilt

[history]                        # what the discs have been through that day
awake_h = 4                      # upright since getting up
upright_after_min = 40           # followed standing after the session
"""


def _argument(message: str, path: KeyPath, allowed: str | Iterable[str] | None = None, hint: str | None = None) -> InputError:
    return InputError(message, key=dotted(path), allowed=allowed, hint=hint)


def _choices(kind: str) -> str:
    listed = ", ".join(library.names(kind)) or "none yet"
    return textwrap.fill(f"one of: {listed}", 96, initial_indent="# ", subsequent_indent="#   ")
