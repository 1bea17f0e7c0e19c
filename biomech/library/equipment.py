"""Devices and postures: the files of models/equipment/, checked whole, by everybody who reads them.

The kinds of support are few (clamp, surface, harness, load point); a new device made of them is a TOML
file and no code. A number is written plainly, in the unit of its key, or with unit and source.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from biomech.errors import InputError
from biomech.library.anatomy import BODIES, REGION
from biomech.library.catalog import load
from biomech.library.document import KeyPath, read_document
from biomech.library.strict import FIXED, Angle, Friction, HipFlexion, Newtons, Part, Text, said, to_repair_first
from biomech.library.suggest import did_you_mean
from biomech.library.tables import ParameterFile
from biomech.library.units import factor

if TYPE_CHECKING:
    Body = str
    Place = str
else:
    Body = Literal[BODIES]
    Place = Literal[(*REGION, *BODIES)]


def _in(*units: str) -> BeforeValidator:
    """Takes a sourced number in any of ``units`` and makes it a plain one in the first of them."""

    def plain(value: object) -> object:
        if not isinstance(value, dict) or "value" not in value:
            return value
        unit = value.get("unit", "1")
        if unit not in units:
            raise _fault(f'is in "{unit}"', " or ".join(units))
        number: float = value["value"]
        return number if unit == units[0] else number * factor(unit) / factor(units[0])

    return BeforeValidator(plain)


def _fault(message: str, allowed: str, key: str = "") -> PydanticCustomError:
    """A complaint of our own, about ``key`` of what is checked; braces would be read as a format."""
    return PydanticCustomError("own", "{message}", {"message": message, "allowed": allowed, "key": key})


class Pull(Part):
    """Force of a harness: newtons, and a share of body weight."""

    newtons: Newtons = 0.0
    share: Annotated[float, Field(ge=0, le=2)] = 0.0

    def force(self, body_weight: float) -> float:
        """The force (N) on a person of a weight (N)."""
        return self.newtons + self.share * body_weight


def _pull(value: object) -> object:
    if isinstance(value, dict) and "value" in value:
        unit, number = value.get("unit", "1"), value["value"]
        if unit in ("N", "kN"):
            return {"newtons": number * factor(unit)}
        if unit in ("%", "% body weight"):
            return {"share": number / 100.0}
        raise _fault(f'is in "{unit}"', "N, kN or % body weight")
    if isinstance(value, int | float):
        return {"newtons": value}
    raise _fault("is not a force", "a number of newtons, or a table with value, unit and source")


Degrees = Annotated[float, Field(ge=-180, le=180), _in("deg", "rad")]


class Clamp(Part):
    """Holds a body to the frame in all six directions."""

    kind: Literal["clamp"]
    name: Text
    """What tables call it."""
    body: Body
    """The body it acts on."""
    through: Literal["legs"] | None = None
    """Holds the pelvis by the legs, in tension or compression."""


class Surface(Part):
    """A surface along the back or front with Coulomb friction."""

    kind: Literal["surface"]
    name: Text
    """What tables call it."""
    bodies: Annotated[tuple[Place, ...], FIXED, Field(min_length=1)]
    """Regions or single bodies that touch it."""
    friction: Annotated[Friction, _in("1")]
    """Coulomb friction of clothes on it; a scenario may replace it."""


class Harness(Part):
    """A belt around a body: it holds (anchor), or pulls along the body axis."""

    kind: Literal["harness"]
    name: Text
    """What tables call it."""
    body: Body
    """The body it acts on."""
    anchor: bool = False
    """Holds instead of pulling."""
    pull: Annotated[Pull, BeforeValidator(_pull)] = Pull()
    """In N, kN or % of body weight; a scenario may replace it."""
    direction: Literal["caudal", "cranial"] = "caudal"
    """Towards the feet or towards the head."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Harness:
        if self.anchor and self.pull != Pull():
            raise _fault("an anchor holds, it does not pull", "anchor or pull")
        return self


class LoadPoint(Part):
    """A body that stands on something: it carries the rest (anchor), or a given share of body weight."""

    kind: Literal["load_point"]
    name: Text
    """What tables call it."""
    body: Body
    """The body it acts on."""
    anchor: bool = False
    """Carries what nothing else carries."""
    share: Annotated[float, Field(ge=0, le=2), _in("1", "%", "% body weight")] | None = None
    """Share of body weight it carries, where it is no anchor."""
    through: Literal["arms"] | None = None
    """A share that comes through the arms acts at the shoulders, where the arms hang on T1."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> LoadPoint:
        if self.anchor == (self.share is not None):
            raise _fault("carries either the rest or a share", "anchor = true or share")
        if self.through == "arms" and (self.anchor or self.body != "T1"):
            raise _fault("comes through the arms", 'body = "T1" and a share')
        return self


KINDS: dict[str, type[Part]] = {"clamp": Clamp, "surface": Surface, "harness": Harness, "load_point": LoadPoint}
Support = Annotated[Clamp | Surface | Harness | LoadPoint, Field(discriminator="kind")]


class Legs(Part):
    """What becomes of the legs."""

    supported: bool = True
    """Carried by something; otherwise their weight acts on the pelvis."""
    tilt_deg: Annotated[Angle, _in("deg")] | None = None
    """Tilt of the legs themselves where the floor decides it: -90 feet below the hips; otherwise hips and knees do."""
    steps: bool = False
    """They can take steps: who spends everyday life so moves about."""


class Drawing(Part):
    """Words for pictures alone: no number is computed from them."""

    frame: Literal["floor", "bed", "split bed", "pivot bed", "chair", "seat", "bar", "high bar"] = "floor"
    """What holds the body up."""
    arms: Literal["beside", "folded", "lap", "hanging", "loose", "hands on floor", "forearms", "back"] = "beside"
    """Where the arms are."""


def _session(value: object) -> object:
    return None if value == "session" else value


class Holder(Part):
    """A device or posture: what holds a person, and how."""

    facing: Literal["supine", "prone"] = "supine"
    """On the back or on the front: where a surface would be."""
    trunk_angle_deg: Annotated[Angle | None, BeforeValidator(_session)]
    """Tilt of the trunk in degrees, or "session" where the scenario says it."""
    angle_range_deg: Annotated[tuple[Angle, Angle] | None, FIXED] = None
    """Lowest and highest tilt it can stand at; -90 to 90 if nothing is said."""
    muscle: Literal["active", "passive"] = "passive"
    """Do muscles hold the body at its own curve, as in standing, or does it hang limp?"""
    hip_flexion_deg: Annotated[HipFlexion, _in("deg", "rad")] = 0.0
    """Flexion of the hips; it tilts the pelvis and flattens the lumbar curve."""
    knee_flexion_deg: Degrees = 0.0
    """Flexion of the knees; it decides how high the lower legs are."""
    neck_flexion_deg: Degrees = 0.0
    """Flexion of the neck; it decides how high eye and brain are."""
    trunk_flexion_deg: Degrees = 0.0
    """Flexion of the lumbar spine that muscles hold, where they are active."""
    support: Annotated[tuple[Support, ...], FIXED]
    """What holds the person ([[support]]); one of them a clamp or an anchor."""
    legs: Legs = Legs()
    """What becomes of the legs."""
    drawing: Drawing = Drawing()
    """Words for pictures alone."""
    market: dict[str, Any] = {}
    """What one can buy: for people, read by no code."""

    _name: str = PrivateAttr("")

    @model_validator(mode="after")
    def _fits_together(self) -> Holder:
        low, high = self.angle_range_deg or (self.lowest_deg, self.highest_deg)
        fixed = self.trunk_angle_deg
        if low > high or (fixed is not None and not low == fixed == high):
            only = "[lowest, highest]" if fixed is None else f"[{fixed:g}, {fixed:g}], or leave it out"
            raise _fault(f"is [{low:g}, {high:g}]", only, "angle_range_deg")
        names = [s.name for s in self.support]
        if len(set(names)) < len(names):
            raise _fault("two supports have the same name", "names that differ", "support")
        if sum(s.kind == "surface" for s in self.support) > 1:
            raise _fault("there are several surfaces", "one, with all bodies it touches", "support")
        if not any(s.kind == "clamp" or (s.kind != "surface" and s.anchor) for s in self.support):
            raise _fault("nothing holds the person", "one support that is a clamp or has anchor = true", "support")
        return self

    @property
    def name(self) -> str:
        """Its name in the catalogue."""
        return self._name

    @property
    def fixed_deg(self) -> float | None:
        """Tilt, where the person cannot choose it."""
        return self.trunk_angle_deg

    @property
    def lowest_deg(self) -> float:
        """Lowest tilt it can stand at."""
        return self._span()[0]

    @property
    def highest_deg(self) -> float:
        """Highest tilt it can stand at."""
        return self._span()[1]

    def _span(self) -> tuple[float, float]:
        if self.trunk_angle_deg is not None:
            return self.trunk_angle_deg, self.trunk_angle_deg
        return self.angle_range_deg or (-90.0, 90.0)

    def allows(self, angle_deg: float) -> bool:
        """Can it stand at this tilt?"""
        return self.lowest_deg <= angle_deg <= self.highest_deg

    def frame_deg(self, angle_deg: float) -> float:
        """Rotation of the frame at a tilt of the trunk: continuous from supine through upright to prone."""
        return -180.0 - angle_deg if self.facing == "prone" else angle_deg

    @property
    def harness(self) -> bool:
        """Has it a harness with an adjustable pull?"""
        return any(s.kind == "harness" and not s.anchor for s in self.support)

    @property
    def surface(self) -> bool:
        """Has it a surface, and so friction?"""
        return any(s.kind == "surface" for s in self.support)


def holder(name: str) -> Holder:
    """Look a device or posture up; whatever is wrong with its file is an `InputError`."""
    return _checked(load("equipment", name))


@lru_cache(maxsize=256)
def _checked(file: ParameterFile) -> Holder:
    data = file.data
    # these two have no meaning here: as unknown keys they are refused, not passed over
    data |= {key: part for key, part in (("scalars", file.scalars), ("tables", file.tables)) if part}
    try:
        found = Holder.model_validate(data)
    except ValidationError as error:
        raise _in_words(error, file.file, data) from None
    found._name = file.name
    return found


def _in_words(error: ValidationError, file: str, data: dict[str, Any]) -> InputError:
    document = read_document(file)
    detail = to_repair_first(error, document)
    kind, more = detail["type"], detail.get("ctx", {})
    path = _written(detail["loc"])
    if kind == "extra_forbidden":
        known = tuple(_keys(path, data))
        return document.error("unknown key", path, known, did_you_mean(str(path[-1]), known))
    if kind == "own":
        return document.error(more["message"], (*path, *filter(None, [more["key"]])), more["allowed"])
    if kind.startswith("union_tag"):
        path, allowed = (*path, "kind"), list(KINDS)
        if kind == "union_tag_not_found":
            return document.error("is missing", path, allowed)
        return document.error(f'unknown kind "{more["tag"]}"', path, allowed, did_you_mean(more["tag"], allowed))
    choices = re.findall(r"'([^']+)'", str(more.get("expected", "")))
    bounds = [f"{word} {more[key]:g}" for key, word in _BOUNDS.items() if key in more]
    if path == ("trunk_angle_deg",):
        bounds = ['"session", or a number of degrees from -90 to 90']
    hint = did_you_mean(detail["input"], choices)
    return document.error(said(kind, detail["input"]), path, choices or " ".join(bounds) or None, hint)


_BOUNDS = {"ge": "from", "gt": "above", "le": "to", "lt": "below"}


def _written(loc: KeyPath) -> KeyPath:
    """``loc`` without the kind of support that pydantic puts in it, and as deep as people write."""
    if loc[:1] == ("support",):
        return (*loc[:2], *loc[3:5 if loc[3:4] == ("bodies",) else 4])
    return loc


def _keys(path: KeyPath, data: dict[str, Any]) -> Any:
    """Names that may stand where ``path`` has an unknown one."""
    if path[0] == "support" and len(path) > 2:
        return KINDS[data["support"][path[1]]["kind"]].model_fields
    if len(path) > 1:
        part: Any = Holder.model_fields[str(path[0])].annotation
        return part.model_fields
    return Holder.model_fields
