"""What happened to an order and its entitlements: facts in, entries out, summed up when many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from aanspraak.domain.entitlement.events import EntitlementCreated
from aanspraak.domain.recorded import Recorded
from aanspraak.domain.resolution.events import ResolutionEvent
from projections.timeline import LARGE, WHAT, Entry, Summary, entry_of

ABOUT: Final = frozenset(WHAT)
"""The classes of the facts that are told."""


class OrderStory:
    """Facts in, stream by stream; another order may begin with the same six bytes.

    Of more than LARGE entitlements each step at each partner is one entry.
    """

    def __init__(self, order: UUID) -> None:
        self._order_id = order
        self._created: EntitlementCreated | None = None
        self._entitlements = 0
        self._summary: Summary | None = None
        self._entries: list[Entry] = []

    def add(self, facts: Iterable[Recorded]) -> None:
        """Tell these too."""
        for recorded in facts:
            if recorded.version == 1:
                self._begin_stream(recorded.event)
            if self._created is not None or self._is_of_order(recorded):
                entry = entry_of(recorded, self._created)
                if entry is not None:
                    self.tell(entry)

    def tell(self, entry: Entry) -> None:
        """Tell something that is no fact; what is about an entitlement names it."""
        if self._summary is not None and entry.entitlement_id not in {None, self._order_id}:
            self._summary.add(entry)
        else:
            self._entries.append(entry)

    def entries(self) -> list[Entry]:
        """All that was told, in no order."""
        return [*self._entries, *(self._summary.entries() if self._summary else ())]

    def _begin_stream(self, event: object) -> None:
        self._created = None
        if isinstance(event, EntitlementCreated) and event.order == self._order_id:
            self._created = event
            self._entitlements += 1
            if self._entitlements == LARGE + 1:
                self._sum_up()

    def _sum_up(self) -> None:
        self._summary = Summary()
        told, self._entries = self._entries, []
        for entry in told:
            self.tell(entry)

    def _is_of_order(self, recorded: Recorded) -> bool:
        event = recorded.event
        if isinstance(event, ResolutionEvent):
            return event.order == self._order_id
        return recorded.stream_id == self._order_id
