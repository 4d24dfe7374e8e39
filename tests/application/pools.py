"""A pool in few words: orders by name, people by number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aanspraak.application.pool import Brake, Change, Match, PoolOrder, Turn, resolve

OLD, NEW = UUID(int=1), UUID(int=2)
BRAKE = Brake()


def person(number: int) -> UUID:
    """The nth person."""
    return UUID(int=1_000_000 + number)


def order(stream: UUID, people: Any, **terms: Any) -> PoolOrder:  # noqa: ANN401 - numbers, terms
    """An order that these people match."""
    matches = tuple(
        Match(subject_id=person(each), user_reference_id=person(each)) for each in people
    )
    return PoolOrder(order=stream, matches=matches, **terms)


def turn(stream: UUID, number: int, nth: int = 1, **state: Any) -> Turn:  # noqa: ANN401
    """An entitlement that this person has of this order."""
    return Turn(order=stream, subject_id=person(number), turn=nth, **state)


def turns(stream: UUID, people: Any, **state: Any) -> list[Turn]:  # noqa: ANN401
    """The first entitlement of each of these people."""
    return [turn(stream, each, **state) for each in people]


def changes(orders: list[PoolOrder], given: list[Turn] | None = None) -> list[Change]:
    """What is to change."""
    return resolve(orders, given or [], BRAKE)


def joined(change: Change) -> dict[int, int]:
    """Who joins, by number, and with which turn."""
    return {match.subject_id.int - 1_000_000: nth for match, nth in change.joined}


def left(change: Change) -> dict[int, str]:
    """Who leaves, by number, and why."""
    return {subject_id.int - 1_000_000: cause for subject_id, _, cause in change.left}
