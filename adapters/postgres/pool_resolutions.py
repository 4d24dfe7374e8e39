"""What the resolution of an open order does to the tables of the pools: once, by its version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, assert_never

from aanspraak.application.pool import LEAVING, LIVE, NOT_GIVEN
from aanspraak.domain import ids
from aanspraak.domain.resolution.events import (
    FollowingEnded,
    HoldingBackEnded,
    LeaversHeldBack,
    LeaversReleased,
    ResolutionEvent,
    UsersResolved,
)
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = load("pool")


async def fold_resolution(conn: AsyncConnection[Any], event: ResolutionEvent, version: int) -> None:
    """Fold one fact of a resolution's stream.

    The policies fold what they resolve in the transaction that appends it, so that the facts
    handled meanwhile are judged with it; when its turn comes in the log it is here already.
    """
    moved: dict[str, object] = {"order_id": event.order, "version": version}
    moved |= {"joined": 0, "held_back": None, "held_of": None}
    match event:
        case UsersResolved():
            moved["joined"] = len(event.subject_ids)
        case LeaversHeldBack():
            moved |= {"held_back": event.count, "held_of": event.of}
        case LeaversReleased() | HoldingBackEnded() | FollowingEnded():
            moved |= {"held_back": 0, "held_of": 0}
        case _:
            assert_never(event)
    cursor = await conn.execute(SQL["move_resolution"], moved)
    if not cursor.rowcount:
        return
    if isinstance(event, UsersResolved):
        await _join(conn, event)
        await _leave(conn, event)
    if isinstance(event, FollowingEnded):
        over = {"order_id": event.order, "state": "over", "were": ["held", "live", "cancelling"]}
        await conn.execute(SQL["set_state"], over)


def joined_ids(event: UsersResolved) -> list[UUID]:
    """The entitlements of those who join."""
    turns = zip(event.subject_ids, event.turns, strict=True)
    return [ids.entitlement_id(event.order, subject_id, turn) for subject_id, turn in turns]


def left_ids(event: UsersResolved) -> list[UUID]:
    """The entitlements of those who leave."""
    turns = zip(event.left_subject_ids, event.left_turns, strict=True)
    return [ids.entitlement_id(event.order, subject_id, turn) for subject_id, turn in turns]


async def forgo(conn: AsyncConnection[Any], event: UsersResolved) -> None:
    """Its order is being cancelled: whoever joined got nothing, and may join again later."""
    change = {
        "entitlement_id": joined_ids(event),
        "cause": [""] * len(event.subject_ids),
        "state": NOT_GIVEN,
        "were": [LIVE, LEAVING],
    }
    await conn.execute(SQL["set_members"], change)


async def never_given(conn: AsyncConnection[Any], event: UsersResolved) -> set[UUID]:
    """Of the entitlements that are to be taken back, those that were never created."""
    if not event.left_subject_ids:
        return set()
    asked = {"entitlement_id": left_ids(event), "state": NOT_GIVEN}
    cursor = await conn.execute(SQL["members_in_state"], asked)
    return {entitlement_id for (entitlement_id,) in await cursor.fetchall()}


async def _join(conn: AsyncConnection[Any], event: UsersResolved) -> None:
    if event.subject_ids:
        columns = {
            "order_id": [event.order] * len(event.subject_ids),
            "subject_id": list(event.subject_ids),
            "turn": list(event.turns),
            "entitlement_id": joined_ids(event),
        }
        await conn.execute(SQL["join"], columns)


async def _leave(conn: AsyncConnection[Any], event: UsersResolved) -> None:
    if event.left_subject_ids:
        change = {
            "entitlement_id": left_ids(event),
            "cause": list(event.left_causes),
            "state": LEAVING,
            "were": [LIVE],
        }
        await conn.execute(SQL["set_members"], change)
