"""What every reader of JSON understands alike: no name twice in an object, no NaN, no Infinity.

Two readers of `{"a": 1, "a": 2}` may see two messages, and NaN is no JSON at all (RFC 8259); what
the hub took and what a partner meant must not differ.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from adapters.wire.problems import MOST_FOUND, FieldProblem, path_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TWICE = "must not occur twice in one object"
NO_NUMBER = "must not contain NaN or Infinity"


def problems_of_json(body: bytes) -> tuple[FieldProblem, ...]:
    """Every name that one object has twice, and whether there is a number that is none.

    Nothing about what is no JSON for other reasons: the validation says that.
    """
    looked = _Looked()
    try:
        json.loads(
            body,
            object_pairs_hook=looked.at_object,
            parse_constant=looked.at_constant,
            parse_int=str,  # the values are not looked at, and a number may have a million digits
            parse_float=str,
        )
    except (ValueError, RecursionError):
        return ()
    return looked.found()


class _Looked:
    """What was seen on the way through one body."""

    def __init__(self) -> None:
        self._twice: dict[str, None] = {}
        self._no_number = False

    def at_object(self, pairs: Sequence[tuple[str, object]]) -> None:
        if len(pairs) == len({name for name, _ in pairs}) or len(self._twice) >= MOST_FOUND:
            return
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                self._twice[path_of((name,))] = None
            seen.add(name)

    def at_constant(self, _name: str) -> None:
        self._no_number = True

    def found(self) -> tuple[FieldProblem, ...]:
        twice = tuple(FieldProblem(field, TWICE) for field in self._twice)
        return (*twice, FieldProblem("", NO_NUMBER)) if self._no_number else twice
