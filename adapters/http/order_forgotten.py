"""Whom an accepted order names and who was forgotten since: the shop names them still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from aanspraak.domain import ids
from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from aanspraak.domain.order_users.events import UsersListed
from adapters.http.order_persons import NamedUsers
from adapters.http.services import Services
from adapters.postgres.event_log import read_first, read_many
from adapters.security.persons import PersonReference


async def as_listed(
    services: Services, received: DeliveryOrderReceived, references: Sequence[PersonReference]
) -> tuple[UUID, ...] | None:
    """The users of the order, when the only strangers among those named are its forgotten ones.

    Nobody can say who is who of them, so they are counted; whoever came back since is somebody new.
    None: nobody was forgotten, or others are named. Nothing is stored.
    """
    found = await services.vault.find_many(references)
    known = tuple({one for one in found if one is not None})
    digest = NamedUsers(count=len(known), subject_ids=known).digest
    if None not in found and digest == received.users_digest:
        return None
    async with services.pool.connection() as conn:
        listed = await _listed(conn, received)
        missing = set(listed).difference(known)
        forgotten = await read_first(conn, [ids.person_stream(one) for one in missing])
    strangers = found.count(None) + len(set(known).difference(listed))
    return listed if strangers == len(missing) == len(forgotten) else None


async def forgotten_buyer(
    services: Services, received: DeliveryOrderReceived, customers: Sequence[PersonReference]
) -> UUID | None:
    """The customer of the order, when they were forgotten: whoever is named now is a stranger."""
    buyer = received.buyer_subject_id
    if buyer is None or not customers:
        return None
    if await services.vault.find_many(customers) == [buyer]:
        return None
    async with services.pool.connection() as conn:
        return buyer if await read_first(conn, [ids.person_stream(buyer)]) else None


async def _listed(conn: AsyncConnection[Any], received: DeliveryOrderReceived) -> tuple[UUID, ...]:
    history = await read_many(conn, [received.users_stream])
    parts = (recorded.event for recorded in history[received.users_stream])
    return tuple(
        subject_id
        for part in parts
        if isinstance(part, UsersListed)
        for subject_id in part.subject_ids
    )
