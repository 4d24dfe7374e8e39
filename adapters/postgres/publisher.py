"""The publisher: copies the facts that are messages into the channel, and never asks a view."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg

from aanspraak.application.code_messages import CODE_FACTS, code_message
from aanspraak.application.consent_messages import CONSENT_FACTS, consent_message
from aanspraak.application.messages import REQUEST_FACTS, confirmation_of, request_of
from aanspraak.domain.delivery_order.events import ConfirmationIssued
from aanspraak.domain.entitlement.events import EntitlementCreated
from adapters.postgres.channel import SQL, PostgresChannel, drop_days, prepare_days
from adapters.postgres.event_codec import decode
from adapters.postgres.event_log import read_many
from adapters.postgres.parked import park_late

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.messages import Message
    from aanspraak.application.ports import Channel
    from aanspraak.domain.recorded import Recorded

NAME: Final = "publisher"
SCHEMA: Final = "channel"
MESSAGES_KEPT: Final = timedelta(days=14)
ATTEMPTS_KEPT: Final = timedelta(days=90)


class Publisher:
    """What the follower does with a batch; `channel` gives the channel of its connection.

    Once a day it makes the partitions of the days to come and drops those that are over.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        channel: Callable[[AsyncConnection[Any]], Channel] = PostgresChannel,
    ) -> None:
        self._now = now
        self._channel = channel
        self._kept_house_on: date | None = None

    async def handle(self, conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        """Send what there is to send, within the transaction that moves the bookmark."""
        await self._keep_house(conn)
        if messages := await messages_of(conn, facts):
            if await _lay_aside(conn, facts):
                await park_late(conn, messages, self._now())
            else:
                await self._channel(conn).send(messages)
        return len(facts)

    async def _keep_house(self, conn: AsyncConnection[Any]) -> None:
        """Days are made ahead, so that a day on which the lock is not free does no harm."""
        today = self._now().date()
        if today == self._kept_house_on:
            return
        try:
            async with conn.transaction():
                await prepare_days(conn, today)
                await drop_days(
                    conn,
                    messages_before=today - MESSAGES_KEPT,
                    attempts_before=today - ATTEMPTS_KEPT,
                )
        except psycopg.errors.LockNotAvailable:
            return
        self._kept_house_on = today


async def _lay_aside(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> bool:
    """Whether these come after all: the bookmark is past them, and so may be who reads a lane."""
    return facts[0].position <= await sent_until(conn)


async def messages_of(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> list[Message]:
    """The messages that these facts are; the same facts are the same messages, whenever."""
    about_codes = [code_message(one) for one in facts if isinstance(one.event, CODE_FACTS)]
    consents = [consent_message(one) for one in facts if isinstance(one.event, CONSENT_FACTS)]
    requests = [one for one in facts if isinstance(one.event, REQUEST_FACTS)]
    created = await _created(conn, requests, facts)
    orders = await _orders(conn, requests)
    return [*about_codes, *consents] + [
        confirmation_of(one, orders.get(one.stream_id, ()))
        if isinstance(one.event, ConfirmationIssued)
        else request_of(one, created.get(one.stream_id))
        for one in requests
    ]


async def sent_until(conn: AsyncConnection[Any]) -> int:
    """The position up to which the publisher has sent everything; 0 before it began."""
    row = await (await conn.execute(SQL["publishers_bookmark"], (NAME,))).fetchone()
    return int(row[0]) if row else 0


async def _orders(
    conn: AsyncConnection[Any], requests: Sequence[Recorded]
) -> Mapping[UUID, Sequence[object]]:
    """The facts of the orders that have more than one confirmation."""
    wanted = {
        one.stream_id
        for one in requests
        if isinstance(one.event, ConfirmationIssued) and one.event.number > 1
    }
    if not wanted:
        return {}
    histories = await read_many(conn, list(wanted))
    return {order: [one.event for one in history] for order, history in histories.items()}


async def _created(
    conn: AsyncConnection[Any], requests: Sequence[Recorded], facts: Sequence[Recorded]
) -> Mapping[UUID, EntitlementCreated]:
    """The first facts of the entitlements, from the batch or from the log."""
    known = {
        recorded.stream_id: recorded.event
        for recorded in facts
        if isinstance(recorded.event, EntitlementCreated)
    }
    wanted = {
        one.stream_id for one in requests if not isinstance(one.event, ConfirmationIssued)
    } - known.keys()
    if not wanted:
        return known
    async with conn.cursor(binary=True) as cursor:
        await cursor.execute(SQL["first_facts"], (list(wanted),), prepare=False)
        for stream_id, topic, state in await cursor.fetchall():
            event = decode(topic, state)[1]
            if isinstance(event, EntitlementCreated):
                known[stream_id] = event
    return known
