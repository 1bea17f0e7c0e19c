"""What models/circulation/head.toml holds, for one person. SI."""

from dataclasses import dataclass

from biomech.posture.person import Person
from biomech.posture.values import KIND, Values, apply_conditions, read

REFERENCE_STATURE = 1.75  # m, of the body the height of the indifference point is given for (vessels.toml has the same)


@dataclass
class HeadParameters(Values):
    """Values of one person, and the model files they come from."""

    files: tuple[str, ...] = ()


def load(person: Person) -> HeadParameters:
    """Parameters of a person; a condition that changes something unknown is an `InputError`."""
    v = read(("head",))
    v.value["head.indifference_height"] *= person.stature / REFERENCE_STATURE
    changed_by = apply_conditions(person, v)
    return HeadParameters(v.value, v.rows, v.layout, (f"{KIND}/head", *changed_by))
