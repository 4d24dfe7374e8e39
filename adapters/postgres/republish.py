"""Sending once more what the channel lost: from the log, and only what has no outcome yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.postgres.event_log import position_at, read_after
from adapters.postgres.gaps import settling
from adapters.postgres.parked import progress
from adapters.postgres.publisher import messages_of, sent_until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from psycopg import AsyncConnection

    from aanspraak.application.messages import Message
    from aanspraak.application.ports import Channel


async def republish(
    conn: AsyncConnection[Any],
    channel: Channel | None,
    since: datetime,
    partner: str | None = None,
    done: Callable[[float], object] = bool,
) -> Counter[str]:
    """Send the messages since a moment again, to one partner or all; how many, by partner.

    Those with an outcome and those that are parked are left out; what is in the channel after all
    is known by its number. What the publisher has not sent yet, it sends itself. Without a channel
    they are only counted; with one, what lanes were missing since then is there again. `done` is
    told how much of it is done, from 0 to 1.

    Raises:
        ChannelAway: a part of them may be there; asked again, all are sent.
    """
    if channel is None:
        return await _each_page(conn, None, since, partner, done)
    async with settling(conn, partner, since):
        return await _each_page(conn, channel, since, partner, done)


async def _each_page(
    conn: AsyncConnection[Any],
    channel: Channel | None,
    since: datetime,
    partner: str | None,
    done: Callable[[float], object],
) -> Counter[str]:
    first = position = await position_at(conn, since)
    last = await sent_until(conn)
    counts = Counter[str]()
    while page := [one for one in await read_after(conn, position) if one.position <= last]:
        messages = [one for one in await messages_of(conn, page) if partner in (None, one.partner)]
        missing = await _without_outcome(conn, messages)
        if channel is not None:
            await channel.send(missing)
        counts.update(one.partner for one in missing)
        position = page[-1].position
        done((position - first) / (last - first))
    return counts


async def _without_outcome(
    conn: AsyncConnection[Any], messages: Sequence[Message]
) -> list[Message]:
    keys = defaultdict[str, set[UUID]](set)
    for one in messages:
        keys[one.partner].add(one.key)
    known = {partner: await progress(conn, partner, some) for partner, some in keys.items()}
    return [
        one
        for one in messages
        for done, parked in [known[one.partner][one.key]]
        if one.number > done and one.number not in parked
    ]
