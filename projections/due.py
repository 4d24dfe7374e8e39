"""What may the clock have to say something about? Confirmations that are waited for."""

from __future__ import annotations

from collections.abc import Iterator
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


def rows_of(row: EntitlementDetails) -> Iterator[Due]:
    """Taken and not confirmed. A refresh takes no link away, and a code needs no link."""
    by_code = row.entitlement_type.endswith(CODE)
    for partner, side in row.sides.items():
        for exchange in side.open:
            if exchange.taken_at is None or (by_code and exchange.kind == "link"):
                continue
            yield Due(
                at=exchange.taken_at,
                stream_id=row.entitlement_id,
                what=exchange.kind,
                partner=partner,
                number=exchange.number,
                order_id=row.order_id,
            )
