"""A fact and its place in history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """A fact as it stands in the log.

    `position` counts over the whole log, `version` within the stream (from 1). `recorded_at` (UTC)
    is the only time that never runs backwards along the positions. `actor` is a key, never a name.
    """

    position: int
    stream_id: UUID
    version: int
    recorded_at: datetime
    actor: str
    correlation_id: str
    causation_id: str
    event: object
