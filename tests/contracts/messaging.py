"""Messages to try a channel with."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from aanspraak.application.messages import ENTITLEMENT_REQUEST, Message

_positions = count(1)


def message(
    key: int = 1,
    number: int = 1,
    *,
    partner: str = "portal-a",
    lane: str = "prompt",
    position: int | None = None,
) -> Message:
    """A message about a key; positions rise unless one is given."""
    return Message(
        partner=partner,
        lane=lane,
        key=UUID(int=key),
        number=number,
        follows=number - 1,
        position=next(_positions) if position is None else position,
        recorded_at=datetime(2026, 8, 1, 9, tzinfo=UTC),
        reference_id=f"{key}/{number}",
        kind=ENTITLEMENT_REQUEST,
        correlation_id="story",
        causation_id="cause",
        subject_id=UUID(int=key + 1_000),
        user_reference_id=UUID(int=key + 2_000),
        body={"entitlement": {"productId": "Ω", "success": True, "status": 0}},
    )
