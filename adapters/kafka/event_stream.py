"""The follower that copies the log to the event stream, and to dashboards what they may hear."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.consent.events import ConsentEnded, ConsentTookEffect
from aanspraak.domain.consent_scopes import DASHBOARD_SCOPE, Scope
from aanspraak.domain.entitlement.events import EntitlementCreated
from adapters.kafka import topics
from adapters.kafka.published import dashboard_record, public_record
from adapters.postgres import dashboard_consents
from adapters.postgres.dashboard_consents import Consented
from adapters.postgres.event_log import read_first
from projections.dashboard_story import story
from projections.public_events import FOR_DASHBOARDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded
    from adapters.kafka.cluster import Cluster
    from adapters.kafka.records import Record
    from adapters.kafka.sender import Sender

NAME: Final = "stream"
SCHEMA: Final = "channel"
BATCH: Final = 4_000
"""More facts at a time than others take: each batch is a transaction of Kafka's."""


class EventStream:
    """What the follower does with a batch.

    Kafka has it before the bookmark moves: after a crash some of it comes again, with the same ids.
    Whether a school consents is asked of the log each time, however far behind the follower is.
    """

    def __init__(self, cluster: Cluster, sender: Sender) -> None:
        self._cluster = cluster
        self._sender = sender

    async def handle(self, conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> int:
        """Send facts up to a consent to a dashboard, or what follows from that consent alone."""
        one = _consented(facts[0])
        if one is None:
            until = next((nth for nth, each in enumerate(facts) if _consented(each)), len(facts))
            await self._send(facts[:until], await self._for_dashboards(conn, facts[:until]))
            return until
        if not await self._settle(conn, facts[0], one):
            return 0
        await self._send(facts[:1], [])
        return 1

    async def _for_dashboards(
        self, conn: AsyncConnection[Any], facts: Sequence[Recorded]
    ) -> list[tuple[str, Recorded]]:
        heard = [each for each in facts if type(each.event) in FOR_DASHBOARDS]
        if not heard or not await dashboard_consents.any_held(conn):
            return []
        schools = await _schools(conn, heard)
        listening = defaultdict[UUID | None, list[str]](list)
        for one in await dashboard_consents.holding(conn, {*schools.values()}):
            listening[one.school_id].append(one.dashboard)
        return [
            (dashboard, each)
            for each in heard
            for dashboard in listening[schools.get(each.stream_id)]
        ]

    async def _settle(self, conn: AsyncConnection[Any], recorded: Recorded, one: Consented) -> bool:
        """A consent ended, or it began: then how everything stands is told; False: come back."""
        if isinstance(recorded.event, ConsentEnded):
            await dashboard_consents.forget(conn, one, recorded.position)
            return True
        if await dashboard_consents.counted_until(conn) < recorded.position:
            return False
        ended = await dashboard_consents.remember(conn, one)
        today = day_of(recorded.recorded_at)
        async for part in dashboard_consents.histories_of(conn, one.school_id):
            if not await dashboard_consents.still(conn, [one]):
                break
            told = [
                (one.dashboard, each)
                for history in part
                for each in story(history, recorded.position, ended, today)
            ]
            await self._send([], told)
        return True

    async def _send(self, facts: Sequence[Recorded], told: Sequence[tuple[str, Recorded]]) -> None:
        stream = topics.events(self._cluster)
        records: list[Record] = [public_record(each, stream, self._cluster) for each in facts]
        records += [dashboard_record(each, name, self._cluster) for name, each in told]
        to = [topics.dashboard(self._cluster, name) for name in {name for name, _ in told}]
        if records:
            await self._sender.send(records, [stream, *to])


def _consented(recorded: Recorded) -> Consented | None:
    """The consent to a dashboard that this fact begins or ends."""
    event = recorded.event
    if not isinstance(event, ConsentTookEffect | ConsentEnded):
        return None
    if Scope(event.api, event.scope) != DASHBOARD_SCOPE:
        return None
    return Consented(dashboard=event.partner, school_id=event.school_id)


async def _schools(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> Mapping[UUID, UUID]:
    """The schools of the entitlements that these facts are about; a customer has none."""
    first = {each.stream_id: each for each in facts if isinstance(each.event, EntitlementCreated)}
    others = {each.stream_id for each in facts} - first.keys()
    first |= await read_first(conn, list(others)) if others else {}
    return {
        stream_id: each.event.school_id
        for stream_id, each in first.items()
        if isinstance(each.event, EntitlementCreated) and each.event.school_id is not None
    }
