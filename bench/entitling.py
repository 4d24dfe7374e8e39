"""Entitlements in the log, each asked for at one registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from adapters.postgres.group_commit import commit_group
from tests.domain.entitlements import create

if TYPE_CHECKING:
    from psycopg import AsyncConnection

PARTNER: Final = "registry"
GROUP: Final = 1_000


async def entitle(conn: AsyncConnection[Any], count: int) -> None:
    """Create so many entitlements, each asked for at its registry."""
    order = ids.order_stream(uuid4())
    for first in range(1, count + 1, GROUP):
        turns = range(first, min(first + GROUP, count + 1))
        commands = [create(order=order, registry=PARTNER, turn=turn) for turn in turns]
        await commit_group(
            conn,
            [
                Submission(
                    stream_id=ids.entitlement_id(one.order, one.subject_id, one.turn),
                    command=one,
                    actor="bench",
                    correlation_id=str(order),
                    causation_id=str(uuid4()),
                )
                for one in commands
            ],
        )
