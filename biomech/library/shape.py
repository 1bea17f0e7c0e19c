"""The plain data of a parameter file against a model of it."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from biomech.library.document import KeyPath, read_document
from biomech.library.strict import said, to_repair_first

Shape = TypeVar("Shape", bound=BaseModel)


def shaped(model: type[Shape], file: str, data: Any, at: KeyPath = ()) -> Shape:
    """What stands at a place of a file, as a model.

    Raises
    ------
    InputError
        The first thing that does not fit, with its line.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        document = read_document(file)
        detail = to_repair_first(error, document)
        allowed = detail.get("ctx", {}).get("expected")
        raise document.error(said(detail["type"], detail["input"]), (*at, *detail["loc"]), allowed) from None
