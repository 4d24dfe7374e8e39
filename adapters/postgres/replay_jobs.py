"""Asking for a part of the log to be published once more by a job: counted first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from aanspraak.domain.job.commands import AskJob
from aanspraak.domain.job.events import REPLAY
from adapters.postgres import job_orders
from adapters.postgres.event_log import count_topics, position_at
from adapters.postgres.job_story import is_anybody_able
from adapters.wire.jobs_v1 import JobAbout
from adapters.wire.replays_v1 import FactsMeant

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import AsyncConnection

    from adapters.postgres.on_behalf import Operator


class NoKafka(Exception):
    """No worker was heard lately that has a Kafka to publish to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """A part of the log: from a position or after a moment, to a position or until a moment."""

    first: int | None = None
    since: datetime | None = None
    last: int | None = None
    until: datetime | None = None


async def plan_replay(conn: AsyncConnection[Any], wanted: Range) -> FactsMeant:
    """How many facts of each kind those are."""
    first = wanted.first or (await position_at(conn, wanted.since) + 1 if wanted.since else 1)
    last = wanted.last or (await position_at(conn, wanted.until) if wanted.until else 0)
    kinds = await count_topics(conn, first, last)
    return FactsMeant(
        outcome="planned", facts=sum(kinds.values()), first=first, last=last, kinds=kinds
    )


async def ask_replay(
    conn: AsyncConnection[Any], by: Operator, wanted: Range, topic: str, silence_seconds: float
) -> FactsMeant:
    """Have them published to `replay.<topic>` by a job; raises NoKafka or NothingToDo."""
    if not await is_anybody_able(conn, REPLAY, silence_seconds):
        raise NoKafka(NoKafka.__doc__)
    meant = await plan_replay(conn, wanted)
    job_id = uuid4()
    command = AskJob(kind=REPLAY, amount=meant.facts, confirm_above=meant.facts, what=topic)
    about = JobAbout(topic=topic, first=meant.first, last=meant.last)
    async with conn.transaction():
        await job_orders.ask(conn, by, job_id, command, dict(msgspec.to_builtins(about)))
    return msgspec.structs.replace(meant, outcome="queued", job_id=job_id)
