"""The resolution of one open order, and what the roster may say of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aanspraak.domain.resolution.commands import EndFollowing, ReleaseLeavers, ResolveUsers
from tests.domain.orders import ORDER


def people(*numbers: int) -> tuple[UUID, ...]:
    """These people."""
    return tuple(UUID(int=number) for number in numbers)


def joining(*numbers: int, turn: int = 1, **said: Any) -> ResolveUsers:  # noqa: ANN401 - any field
    """These people join."""
    who = people(*numbers)
    return ResolveUsers(
        order=ORDER,
        roster_version=1,
        subject_ids=who,
        user_reference_ids=who,
        turns=(turn,) * len(who),
        **said,
    )


def leaving(*numbers: int, turn: int = 1, cause: str = "leaver") -> ResolveUsers:
    """These people leave."""
    who = people(*numbers)
    return ResolveUsers(
        order=ORDER,
        roster_version=2,
        left_subject_ids=who,
        left_turns=(turn,) * len(who),
        left_causes=(cause,) * len(who),
    )


def holding(count: int, of: int) -> ResolveUsers:
    """So many of so many would have left."""
    return ResolveUsers(order=ORDER, roster_version=2, held_back=count, held_of=of)


RELEASE = ReleaseLeavers(order=ORDER, reason_id=UUID(int=7))
END = EndFollowing(order=ORDER)
