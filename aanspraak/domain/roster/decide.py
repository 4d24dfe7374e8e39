"""The rules of a roster: what changed is a fact, what began to fail is a fact, once each."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final, assert_never

from aanspraak.domain.errors import RosterNotFollowable
from aanspraak.domain.roster.commands import (
    FollowRoster,
    RecordRosterTakeFailed,
    RecordRosterTaken,
)
from aanspraak.domain.roster.events import RosterFollowed, RosterTakeFailed, RosterTaken

if TYPE_CHECKING:
    from aanspraak.domain.roster.commands import RosterCommand
    from aanspraak.domain.roster.events import RosterEvent
    from aanspraak.domain.roster.state import Roster

PRIMARY: Final = "primary"
SECONDARY: Final = "secondary"
VOCATIONAL: Final = "vocational"
SECTORS: Final = (PRIMARY, SECONDARY, VOCATIONAL)
"""Only in the first two student administrations speak Edu-V; vocational has files alone."""


def decide(command: RosterCommand, state: Roster) -> tuple[RosterEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    match command:
        case FollowRoster():
            return _follow(command, state)
        case RecordRosterTaken():
            return _taken(command, state)
        case RecordRosterTakeFailed():
            if command.reason == state.failing:
                return ()
            return (RosterTakeFailed(school_id=command.school_id, reason=command.reason),)
        case _:
            assert_never(command)


def _follow(command: FollowRoster, state: Roster) -> tuple[RosterEvent, ...]:
    if command.sector not in SECTORS:
        raise RosterNotFollowable("sector must be one of " + ", ".join(SECTORS))
    if command.provider is not None and command.sector == VOCATIONAL:
        raise RosterNotFollowable("in vocational education there is none")
    if (command.provider, command.sector) == (state.provider, state.sector):
        return ()
    return (_as(RosterFollowed, command),)


def _taken(command: RecordRosterTaken, state: Roster) -> tuple[RosterEvent, ...]:
    """A take that changed nothing is a fact only when it ends a time of failing."""
    if command.version <= state.version and state.failing is None:
        return ()
    return (_as(RosterTaken, command),)


def _as(kind: type[RosterFollowed | RosterTaken], command: RosterCommand) -> RosterEvent:
    return kind(**{field.name: getattr(command, field.name) for field in fields(kind)})
