"""The rules of a resolution: everybody joins once with each turn and leaves it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, assert_never

from aanspraak.domain.errors import NobodyHeldBack
from aanspraak.domain.resolution.commands import EndFollowing, ReleaseLeavers, ResolveUsers
from aanspraak.domain.resolution.events import (
    FollowingEnded,
    HoldingBackEnded,
    LeaversHeldBack,
    LeaversReleased,
    UsersResolved,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from aanspraak.domain.resolution.commands import ResolutionCommand
    from aanspraak.domain.resolution.events import ResolutionEvent
    from aanspraak.domain.resolution.state import Resolution

Part = TypeVar("Part")

USERS_PER_FACT: Final = 500
"""Two facts follow for each user, and a transaction holds at most 1,000."""


def decide(command: ResolutionCommand, state: Resolution) -> tuple[ResolutionEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    match command:
        case ResolveUsers():
            return () if state.ended else (*_resolve(command, state), *_hold(command, state))
        case ReleaseLeavers():
            if state.held_back is None:
                raise NobodyHeldBack
            return (LeaversReleased(order=command.order, reason_id=command.reason_id),)
        case EndFollowing():
            return () if state.ended else (FollowingEnded(order=command.order),)
        case _:
            assert_never(command)


def _resolve(command: ResolveUsers, state: Resolution) -> Iterator[UsersResolved]:
    people = zip(command.subject_ids, command.user_reference_ids, command.turns, strict=True)
    joined = [each for each in people if each[2] > state.turns.get(each[0], 0)]
    for part in _parts(joined):
        yield _joined(command, part)
    turns = zip(command.left_subject_ids, command.left_turns, command.left_causes, strict=True)
    left = [each for each in turns if each[:2] not in state.left]
    for leaving in _parts(left):
        yield _left(command, leaving)


def _hold(command: ResolveUsers, state: Resolution) -> Iterator[ResolutionEvent]:
    held_back = (command.held_back, command.held_of)
    if command.held_back and held_back != state.held_back:
        yield LeaversHeldBack(
            order=command.order,
            roster_version=command.roster_version,
            count=command.held_back,
            of=command.held_of,
        )
    if not command.held_back and state.held_back is not None:
        yield HoldingBackEnded(order=command.order, roster_version=command.roster_version)


def _parts(people: Sequence[Part]) -> Iterator[Sequence[Part]]:
    for start in range(0, len(people), USERS_PER_FACT):
        yield people[start : start + USERS_PER_FACT]


def _joined(command: ResolveUsers, part: Sequence[tuple[UUID, UUID, int]]) -> UsersResolved:
    return UsersResolved(
        order=command.order,
        roster_version=command.roster_version,
        subject_ids=tuple(subject_id for subject_id, _, _ in part),
        user_reference_ids=tuple(reference_id for _, reference_id, _ in part),
        turns=tuple(turn for _, _, turn in part),
        left_subject_ids=(),
        left_turns=(),
        left_causes=(),
    )


def _left(command: ResolveUsers, part: Sequence[tuple[UUID, int, str]]) -> UsersResolved:
    return UsersResolved(
        order=command.order,
        roster_version=command.roster_version,
        subject_ids=(),
        user_reference_ids=(),
        turns=(),
        left_subject_ids=tuple(subject_id for subject_id, _, _ in part),
        left_turns=tuple(turn for _, turn, _ in part),
        left_causes=tuple(cause for _, _, cause in part),
    )
