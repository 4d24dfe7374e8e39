"""The lists of the incidents: what each is about, kept fact by fact; an empty one is closed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.rows import tuple_row

from aanspraak.application.asking import ACTOR, ask
from aanspraak.application.mending import mended
from aanspraak.domain.incident.commands import ResolveIncident
from aanspraak.domain.incident.events import (
    MENDED,
    IncidentClosed,
    IncidentExtended,
    IncidentOpened,
    IncidentReopened,
)
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded

    Key = tuple[UUID, UUID, str]
    When = tuple[int, datetime]

SQL: Final = load("policy_incidents")


class _Item(NamedTuple):
    """Something on a list: whose it is, since when, and since when it is no longer so."""

    party: str
    since: When
    resolved: When | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Closing:
    """An incident was closed: what stood on its list up to a position is off it."""

    until: int
    when: When


class Lists:
    """What is on the lists, of the streams of a batch of facts, and what the batch changes.

    A key is (incident, stream, kind); a moment is the position and the time of a fact.
    """

    def __init__(self) -> None:
        self._items: dict[Key, _Item] = {}
        self._of_stream: defaultdict[UUID, set[Key]] = defaultdict(set)
        self._changed: dict[Key, None] = {}
        self._mentioned: dict[Key, _Item] = {}
        self._closed: dict[UUID, _Closing] = {}
        self._mended: dict[UUID, Recorded] = {}

    def know(self, key: Key, party: str, since: When) -> None:
        """This was on the list before."""
        self._items[key] = _Item(party, since)
        self._of_stream[key[1]].add(key)

    def add(self, key: Key, when: When, party: str = "") -> None:
        """It is on the list; if it already was, since then."""
        item = self._items.get(key)
        if item is None or item.resolved is not None:
            self.know(key, party, when)
            self._changed[key] = None

    def follow(self, recorded: Recorded, registry: str = "") -> None:
        """What a fact takes off the lists, or a fact of an incident puts on its own."""
        event = recorded.event
        if isinstance(event, IncidentOpened | IncidentReopened | IncidentExtended):
            self._list(recorded, event)
        elif isinstance(event, IncidentClosed):
            self._close(recorded)
        elif (gone := mended(event, registry)) is not None:
            when = recorded.position, recorded.recorded_at
            for key in self._of_stream.get(recorded.stream_id, ()):
                item = self._items[key]
                if key[2] in gone.kinds and (gone.party is None or item.party in {"", gone.party}):
                    self._resolve(key, when)
                    self._mended[key[0]] = recorded

    def _list(
        self, recorded: Recorded, event: IncidentOpened | IncidentReopened | IncidentExtended
    ) -> None:
        """The policies put on the lists what they see; here is what others saw."""
        about = event.entitlement_id or event.order
        if about is None:
            return
        party = event.party if isinstance(event, IncidentOpened) else ""
        key, when = (
            (recorded.stream_id, about, event.kind),
            (recorded.position, recorded.recorded_at),
        )
        if recorded.actor == ACTOR:
            self._mentioned.setdefault(key, _Item(party, when))
        else:
            self.add(key, when, party)

    def _close(self, recorded: Recorded) -> None:
        """The policies close for a fact: what came on the list after it is none of that."""
        cause = recorded.causation_id.removeprefix("fact/")
        by_policies = recorded.actor == ACTOR and cause.isdecimal()
        until = int(cause) if by_policies else recorded.position
        when = recorded.position, recorded.recorded_at
        self._closed[recorded.stream_id] = _Closing(until=until, when=when)
        for key, item in self._items.items():
            if key[0] == recorded.stream_id and item.since[0] <= until:
                self._resolve(key, when)

    def _resolve(self, key: Key, when: When) -> None:
        item = self._items[key]
        if item.resolved is None:
            self._items[key] = item._replace(resolved=when)
            self._changed[key] = None

    async def write(self, conn: AsyncConnection[Any]) -> list[Submission]:
        """Write what changed; ask to close the incidents whose list is empty now."""
        if self._closed:
            await conn.execute(SQL["close_lists"], self._closings())
        if self._changed:
            items = [(key, self._items[key]) for key in self._changed]
            await conn.execute(SQL["write_items"], _columns(items))
        new = [each for each in self._mentioned.items() if each[0] not in self._items]
        if new:
            await conn.execute(SQL["mention_items"], _columns(new))
        return await self._emptied(conn)

    async def _emptied(self, conn: AsyncConnection[Any]) -> list[Submission]:
        if not self._mended:
            return []
        cursor = await conn.execute(SQL["emptied"], {"ids": list(self._mended)}, prepare=False)
        return [
            ask(self._mended[incident], incident, ResolveIncident(cause=MENDED))
            for (incident,) in await cursor.fetchall()
        ]

    def _closings(self) -> dict[str, list[object]]:
        closings = self._closed.values()
        return {
            "incident_id": list(self._closed),
            "until": [each.until for each in closings],
            "resolved_position": [each.when[0] for each in closings],
            "resolved_at": [each.when[1] for each in closings],
        }


async def read_lists(conn: AsyncConnection[Any], streams: Sequence[UUID]) -> Lists:
    """What is open on the lists about these streams."""
    lists = Lists()
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["read_items"], {"ids": list(streams)}, prepare=False)
        for incident, stream, kind, party, position, at in await cursor.fetchall():
            lists.know((incident, stream, kind), party, (position, at))
    return lists


def _columns(items: Sequence[tuple[Key, _Item]]) -> dict[str, list[object]]:
    return {
        "incident_id": [key[0] for key, _ in items],
        "stream_id": [key[1] for key, _ in items],
        "kind": [key[2] for key, _ in items],
        "party": [item.party for _, item in items],
        "first_position": [item.since[0] for _, item in items],
        "first_at": [item.since[1] for _, item in items],
        "resolved_position": [item.resolved[0] if item.resolved else None for _, item in items],
        "resolved_at": [item.resolved[1] if item.resolved else None for _, item in items],
    }
