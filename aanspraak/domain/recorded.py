"""A fact and its place in history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class Recorded(NamedTuple):
    """A fact as it stands in the log.

    `position` counts over the whole log, `version` within the stream (from 1). `recorded_at` (UTC)
    is the only time that never runs backwards along the positions. `actor` is a key, never a name.
    A tuple, because a hundred thousand of them are made for one answer about a large order.
    """

    position: int
    stream_id: UUID
    version: int
    recorded_at: datetime
    actor: str
    correlation_id: str
    causation_id: str
    event: object
