"""What may the clock have to say something about? Confirmations that are waited for."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from projections.entitlement_details import EntitlementDetails

NAME: Final = "due"
KEY: Final = ("at", "stream_id", "partner", "number")
CODE: Final = "activationcode"


class Due(NamedTuple):
    """`at` is when the partner took the message; the clock adds how long an answer may take."""

    at: datetime
    stream_id: UUID
    what: str
    partner: str
    number: int
    order_id: UUID


def rows_of(row: EntitlementDetails) -> tuple[Due, ...]:
    """Taken and not confirmed. A code needs no link, so one that is missing is never overdue."""
    by_code = row.entitlement_type.endswith(CODE)
    return tuple(
        [
            Due(
                exchange.taken_at,
                row.entitlement_id,
                exchange.kind,
                partner,
                exchange.number,
                row.order_id,
            )
            for partner, side in row.sides.items()
            if side.open
            for exchange in side.open
            if exchange.taken_at is not None and not (by_code and exchange.kind == "link")
        ]
    )
