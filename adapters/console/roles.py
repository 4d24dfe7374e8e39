"""The roles of the console, each with what those before it may."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Role(IntEnum):
    """Viewer: reads, masked. Support: also who somebody is (on record), sends one message again.

    Operator: also partners' flow, blocks, many messages, dead letters, rebuilds. Admin: also which
    partners there are, and the jobs of others.
    """

    VIEWER = 1
    SUPPORT = 2
    OPERATOR = 3
    ADMIN = 4

    @property
    def word(self) -> str:
        """As claims and pages have it."""
        return self.name.lower()


_BY_WORD = {role.word: role for role in Role}


def highest(said: object) -> Role | None:
    """The highest role among those that a claim names; None when it names none of ours."""
    words = said.split() if isinstance(said, str) else said
    if not isinstance(words, list):
        return None
    roles = [_BY_WORD[word] for word in words if isinstance(word, str) and word in _BY_WORD]
    return max(roles, default=None)


def claim_at(claims: Mapping[str, Any], path: str) -> object:
    """A claim by its name; when there is none of that name, dots lead into claims."""
    if path in claims:
        return claims[path]
    found: object = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
