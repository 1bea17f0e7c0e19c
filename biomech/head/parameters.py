"""What models/circulation/head.toml holds, for one person. SI."""

from dataclasses import dataclass

from biomech import library
from biomech.library.needed import Needed, fits
from biomech.posture.person import Person
from biomech.posture.values import KIND, Values, apply_conditions, read

NEEDED = Needed(
    positive="""
        formation outflow_resistance elastance venous_elastance bridging_drop indifference_height fluid_density outflow_facility
        aqueous_flow episcleral_pressure choroid_gain rigidity choroid_fast choroid_slow""",
    zero_or_more="uveoscleral_flow transmission_down transmission_up choroid_slow_share",
    any_sign="venous_offset",
)


@dataclass
class HeadParameters(Values):
    """Values of one person, and the model files they come from."""

    files: tuple[str, ...] = ()


def load(person: Person) -> HeadParameters:
    """Parameters of a person; a condition that changes something unknown is an `InputError`."""
    fits(library.load(KIND, "head"), NEEDED)
    v = read(("head",))
    v.value["head.indifference_height"] *= person.stature / library.load(KIND, "vessels").scalar("reference_stature").value_si
    changed_by = apply_conditions(person, v)
    return HeadParameters(v.value, v.rows, v.layout, (f"{KIND}/head", *changed_by))
