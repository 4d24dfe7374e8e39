"""Operations: facts of the log as operators look through them. No person is in any of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.wire.outgoing import Outgoing


class Fact(Outgoing, frozen=True, kw_only=True):
    """A fact and its place in the log.

    `by` names an operator who acted, `reason` is what they wrote, as far as either is known still.
    `deliveryOrderId` is there when the stream is that of an order. `because` is the position of the
    fact that it came of, if it came of one; `depth`, in a story, how many stand above it there,
    left out for none.
    """

    position: int
    recorded_at: datetime
    topic: str
    stream_id: UUID
    version: int
    actor: str
    by: str | None = None
    reason: str | None = None
    correlation_id: str
    causation_id: str
    because: int | None = None
    depth: int = 0
    delivery_order_id: UUID | None = None
    data: dict[str, Any]


class FactsFound(Outgoing, frozen=True, kw_only=True):
    """The newest first. `lookedTo` is the oldest position that was looked at.

    The next ones come with this `before`; without it there are no more.
    """

    facts: tuple[Fact, ...]
    looked_to: int
    before: int | None = None


class Story(Outgoing, frozen=True, kw_only=True):
    """The facts of a story, each after the one it came of; `more`: there are more than these."""

    correlation_id: str
    facts: tuple[Fact, ...]
    more: bool = False


WRITTEN = (Fact, FactsFound, Story)
