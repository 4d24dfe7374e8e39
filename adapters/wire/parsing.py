"""From the bytes of a request to a message, or to the list of all that is wrong with them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from adapters.wire.message import Message, Patience
from adapters.wire.problems import MOST_FOUND, FieldProblem, SchemaIncorrect, path_of, problems_of
from adapters.wire.strict_json import problems_of_json

if TYPE_CHECKING:
    from collections.abc import Iterator

M = TypeVar("M", bound=Message)

_U0000 = "\x00"
_U0000_IN_JSON = b"\\u0000"
"""JSON has no other way to write it: a bare one inside a text is no JSON."""


def parse(model: type[M], body: bytes) -> M:
    """Read a message.

    U+0000, which no database column can hold, is a problem of the field it is in; a model that
    says so has it removed instead. So is a name that one object has twice.

    Raises:
        SchemaIncorrect: with every field that is wrong, and never a value.
    """
    ambiguous = problems_of_json(body)
    if _U0000_IN_JSON not in body:
        return _validated(model, body, ambiguous)
    if model.removes_u0000:
        return _validated(model, _cleaned(body), ambiguous)
    return _validated(model, body, (*ambiguous, *_found(body)))


def _validated(model: type[M], body: bytes, known: tuple[FieldProblem, ...]) -> M:
    try:
        message = model.model_validate_json(body, context=Patience())
    except ValidationError as error:
        named = {problem.field for problem in known}
        others = (problem for problem in problems_of(error) if problem.field not in named)
        raise SchemaIncorrect((*known, *others)) from None
    if known:
        raise SchemaIncorrect(known)
    return message


def _cleaned(body: bytes) -> bytes:
    try:
        return to_json(_without_u0000(from_json(body)))
    except ValueError:
        return body  # no JSON: validating it will say so


def _without_u0000(value: object) -> object:
    match value:
        case str():
            return value.replace(_U0000, "")
        case list():
            return [_without_u0000(entry) for entry in value]
        case dict():
            return {name.replace(_U0000, ""): _without_u0000(of) for name, of in value.items()}
        case _:
            return value


def _found(body: bytes) -> Iterator[FieldProblem]:
    try:
        whole = from_json(body)
    except ValueError:
        return
    for location in islice(_places(whole, ()), MOST_FOUND):
        yield FieldProblem(path_of(location), "must not contain U+0000")


def _places(value: object, location: tuple[int | str, ...]) -> Iterator[tuple[int | str, ...]]:
    """Depth is bounded: the JSON reader gives up at 200 levels."""
    match value:
        case str() if _U0000 in value:
            yield location
        case list():
            for index, entry in enumerate(value):
                yield from _places(entry, (*location, index))
        case dict():
            for name, of in value.items():
                if _U0000 in name:
                    yield (*location, name)
                yield from _places(of, (*location, name))
        case _:
            pass
