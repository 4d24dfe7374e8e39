"""One order of 15,000 entitlements through the write path, against a bare insert of its rows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import psycopg

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.order_users.commands import ListUsers
from adapters.postgres.connection import connect
from adapters.postgres.follower import Follower
from adapters.postgres.group_commit import commit_group
from adapters.postgres.policies import Policies
from bench.following import follow
from bench.surroundings import Rate, Timed, new_database, server, tell
from tests.domain.orders import receive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder

ENTITLEMENTS: Final = 15_000
GROUP: Final = 1_000

_BARE = """
CREATE TABLE bare (
    originator_id uuid NOT NULL, originator_version bigint NOT NULL, topic text NOT NULL,
    state bytea NOT NULL, notification_id bigint GENERATED ALWAYS AS IDENTITY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (originator_id, originator_version));
CREATE UNIQUE INDEX ON bare (notification_id);
"""
_INSERT = """
INSERT INTO bare (originator_id, originator_version, topic, state)
SELECT * FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])
"""
_ROWS = """
SELECT originator_id, originator_version, topic, state
FROM log.stored_events ORDER BY notification_id
"""


def run() -> None:
    """Measure and tell."""
    with server() as running:
        url = new_database(running, "append")
        facts, ours = asyncio.run(_through_the_write_path(url))
        rows, bare = _bare(url)
    tell(
        f"One order of {ENTITLEMENTS:,} entitlements: {facts:,} facts",
        "facts",
        Rate.of("the whole write path: decide, encode, append, count, bookmark", facts, ours),
        Rate.of("bare binary INSERT ... unnest of the same rows, 1,000 a commit", rows, bare),
    )


async def _through_the_write_path(url: str) -> tuple[int, Timed]:
    """Facts appended from the order until the policies have nothing more to do."""
    handle = Policies(nothing_held).handle
    async with await connect(url, "bench") as conn:
        with Timed() as timed:
            await receive_order(conn, ENTITLEMENTS)
            facts, _ = await follow(
                Follower(url=url, name="policies", schema="policy", handle=handle)
            )
    return facts, timed


async def receive_order(conn: AsyncConnection[Any], pupils: int) -> None:
    """Take an order that names so many pupils."""
    subjects = tuple(uuid4() for _ in range(pupils))
    order = _order(pupils)
    stream = ids.order_stream(order.delivery_order_id)
    users = ListUsers(subject_ids=subjects, user_reference_ids=subjects)
    for target, command in ((order.users_stream, users), (stream, order)):
        submission = Submission(
            stream_id=target,
            command=command,
            actor="bench",
            correlation_id="bench",
            causation_id="bench",
        )
        await commit_group(conn, [submission])


def _bare(url: str) -> tuple[int, Timed]:
    with psycopg.connect(url, autocommit=True) as conn:
        rows = conn.execute(_ROWS).fetchall()
        conn.execute(_BARE)
        with Timed() as timed:
            for start in range(0, len(rows), GROUP):
                columns = [
                    list(column) for column in zip(*rows[start : start + GROUP], strict=True)
                ]
                conn.execute(_INSERT, columns)
        return len(rows), timed


async def nothing_held(_conn: AsyncConnection[Any], _ids: Sequence[UUID]) -> list[Submission]:
    """No activation waits for its entitlement."""
    return []


def _order(pupils: int) -> ReceiveDeliveryOrder:
    delivery_order_id = uuid4()
    return receive(
        delivery_order_id=delivery_order_id,
        users_stream=ids.users_stream(ids.order_stream(delivery_order_id), "first"),
        users_count=pupils,
        portals=("portal-a",),
    )
