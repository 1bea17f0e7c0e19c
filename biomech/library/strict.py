"""Models of what stands in a TOML file: frozen, strict, nothing unknown, and complaints in words.

Numbers are numbers: true is not one, "60" is not one, nan and inf are none.
"""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from biomech.library.document import Document, literal

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails


class Part(BaseModel):
    """Base of every table that is checked."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        defer_build=True,  # most parts are only ever checked within a whole
    )


def _fixed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


#: a TOML list as a tuple: a frozen model holds nothing that can change
FIXED = BeforeValidator(_fixed)
Text = Annotated[str, Field(min_length=1)]
Angle = Annotated[float, Field(ge=-90, le=90)]
Friction = Annotated[float, Field(ge=0, le=2)]
HipFlexion = Annotated[float, Field(ge=-30, le=140)]
Newtons = Annotated[float, Field(ge=0, le=2000)]


def words(part: type[Part]) -> dict[str, str]:
    """Key → the text under it in the source. Read when a schema is asked for: reading it at every start takes longer than checking."""
    body = cast(ast.ClassDef, ast.parse(inspect.getsource(part)).body[0]).body
    return {
        key.target.id: inspect.cleandoc(text.value.value)
        for key, text in pairwise(body)
        if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name)
        and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }


def to_repair_first(error: ValidationError, document: Document) -> ErrorDetails:
    """Of all pydantic's complaints the one to repair first.

    An unknown key comes before all else: it is often the reason why another is missing.
    """
    details = error.errors(include_url=False)
    return min(details, key=lambda e: (e["type"] != "extra_forbidden", document.line(e["loc"])))


def said(kind: str, value: object) -> str:
    """What is wrong with a value, by pydantic's name of the fault."""
    if kind == "missing":
        return "is missing"
    shown = literal(value)
    if len(shown) > 60:
        shown = f"{shown[:57]}…"
    return f"{shown} {_IS_NOT.get(kind, 'is not possible')}"


_IS_NOT = {
    "float_type": "is not a number",
    "finite_number": "is not a finite number",
    "int_type": "is not a whole number",
    "string_type": "is not a text",
    "string_too_short": "is an empty text",
    "bool_type": "is neither true nor false",
    "model_type": "is not a table",
    "model_attributes_type": "is not a table",
    "dict_type": "is not a table",
    "tuple_type": "is not a list",
    "greater_than_equal": "is too small",
    "greater_than": "is too small",
    "less_than_equal": "is too large",
    "less_than": "is too large",
    "literal_error": "is not known",
}
