"""The facts of a stream: what happened, who did it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.recorded import Recorded
from adapters.console.visits import Visit
from adapters.postgres.event_codec import topic_of
from adapters.postgres.event_log import read_many
from adapters.postgres.reads_incidents import said
from projections.timeline import entry_of
from projections.timeline_words import say


class Fact(NamedTuple):
    """One fact as people read it; `by` is a name where an operator acted, `data` all it says."""

    position: int
    at: datetime
    topic: str
    text: str
    by: str
    reason: str | None
    causation_id: str
    correlation_id: str
    data: str


async def facts_of(visit: Visit, stream_id: UUID) -> list[Fact]:
    """All facts of a stream, the oldest first."""
    services = visit.services
    async with services.pool.connection() as conn:
        history = (await read_many(conn, [stream_id]))[stream_id]
        names, texts = await said(conn, services.vault, history)
    return [
        Fact(
            position=each.position,
            at=each.recorded_at,
            topic=topic_of(each.event),
            text=_words(each, history, visit.language),
            by=names.get(each.actor, each.actor),
            reason=texts.get(getattr(each.event, "reason_id", None) or UUID(int=0)),
            causation_id=str(each.causation_id),
            correlation_id=str(each.correlation_id),
            data=msgspec.json.format(msgspec.json.encode(each.event)).decode(),
        )
        for each in history
    ]


def _words(recorded: Recorded, history: Sequence[Recorded], language: str) -> str:
    """What the timeline says of it; nothing where that leaves it out."""
    first = history[0].event
    created = first if isinstance(first, EntitlementCreated) else None
    entry = entry_of(recorded, created)
    return say(entry, language) if entry else ""
