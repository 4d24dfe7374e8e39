"""Operations on rosters: from where a school's comes, and one out of a file."""

from __future__ import annotations

from typing import Any, Final

from adapters.wire.message import Key, Maybe, PublicName, Text
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import SchoolReference


class FollowRoster(Act):
    """The body that says where a school's roster comes from; without `provider` only from files."""

    school: SchoolReference
    provider: Maybe[Key] = None
    sector: Text


class ImportRosters(Act):
    """The body with the lines of a file; each is judged alone, so here they are anything.

    `school` goes with lines that name none: an OnderwijsaanbiederId, or TYPE:value.
    """

    school: Maybe[PublicName] = None
    lines: tuple[Any, ...]


class RosterFollowed(Outgoing, frozen=True, kw_only=True):
    """What came of it: `followed`, or `unchanged`."""

    outcome: str


class RosterTaken(Outgoing, frozen=True, kw_only=True):
    """A school whose lines were taken, as it was named first."""

    school: str
    version: int
    members: int
    joined: int
    left: int


class LineRefused(Outgoing, frozen=True, kw_only=True):
    """A line that does not count, by its number from 1, with every field that is wrong."""

    line: int
    message: str


class RostersImported(Outgoing, frozen=True, kw_only=True):
    """The schools whose rosters were taken, and the lines that do not count."""

    taken: tuple[RosterTaken, ...]
    refused: tuple[LineRefused, ...]


READ: Final = (FollowRoster, ImportRosters)
WRITTEN: Final = (RosterFollowed, RostersImported)
