"""What is wrong with a message, field by field, in words that never repeat the value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

MOST_NAMED = 20
"""So many problems are written out in a status message; the others are counted."""

MOST_FOUND = 1000
"""Having found so many, nobody looks for more: 16 MB can be wrong in millions of places."""

SCHEMA_INCORRECT = 11
"""The functional status code of Edu-V for it (HTTP 400)."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A field, by its path as the partner knows it, and the rule it breaks."""

    field: str
    rule: str

    @override
    def __str__(self) -> str:
        """Read as a clause: field, then what it must be."""
        return f"{self.field or 'the message'} {self.rule}"


class SchemaIncorrect(Exception):
    """The message does not fit its schema; `problems` names every field that is wrong."""

    status = SCHEMA_INCORRECT

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        self.problems = problems
        super().__init__(self.status_message)

    @property
    def status_message(self) -> str:
        """For the partner: what to mend, without any value, the first twenty in full."""
        clauses = [str(problem) for problem in self.problems[:MOST_NAMED]]
        if len(self.problems) > MOST_NAMED:
            at_least = "at least " if len(self.problems) >= MOST_FOUND else ""
            clauses.append(f"and {at_least}{len(self.problems) - MOST_NAMED} more")
        return "Schema incorrect: " + "; ".join(clauses)


def problems_of(error: ValidationError) -> tuple[FieldProblem, ...]:
    """All that pydantic found, as paths and sentences."""
    return tuple(_problem(details) for details in error.errors(include_url=False))


def path_of(location: tuple[int | str, ...]) -> str:
    """The JSON path: `deliveryOrder.deliverySpecification.students[3].userIds[0].userIdType`.

    A property name that is not a plain word came from the partner and could be anything: `?`.
    """
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += ("." if path else "") + (step if _WORD.fullmatch(step) else "?")
    return path


_WORD = re.compile(r"[A-Za-z]{1,40}")


def _problem(details: ErrorDetails) -> FieldProblem:
    location, context = details["loc"], details.get("ctx", {})
    kind = details["type"]
    if kind != "missing" and details["input"] is None:
        return FieldProblem(path_of(location), "must not be null")
    sibling = context.get("at")
    if sibling is not None:
        location = (*location[:-1], sibling)
    sentence = _SENTENCES.get(kind, "is not valid")
    rule = sentence if isinstance(sentence, str) else sentence(context)
    return FieldProblem(path_of(location), rule)


_IN_RANGE = "must lie between -2147483648 and 2147483647"

_SENTENCES: dict[str, str | Callable[[Mapping[str, Any]], str]] = {
    "missing": "is missing",
    "rule": lambda context: str(context["sentence"]),
    "json_invalid": lambda context: f"is not JSON: {context['error']}",
    "model_type": "must be an object",
    "tuple_type": "must be a list",
    "literal_error": lambda context: f"must be one of {context['expected']}",
    "string_type": "must be text",
    "string_too_long": lambda context: f"must have at most {context['max_length']} characters",
    "string_pattern_mismatch": "must not be empty",
    "int_type": "must be a whole number",
    "int_parsing_size": _IN_RANGE,
    "greater_than_equal": _IN_RANGE,
    "less_than_equal": _IN_RANGE,
    "bool_type": "must be true or false",
    "date_parsing": "must be a date that exists",
    "date_from_datetime_parsing": "must be a date that exists",
    "datetime_parsing": "must be a date and time that exist",
    "datetime_from_date_parsing": "must be a date and time that exist",
}
