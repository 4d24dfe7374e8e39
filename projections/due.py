"""What may the clock have to say something about? Confirmations that are waited for."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from projections.entitlement_details import EntitlementDetails
from projections.side import NOBODY, Side

NAME: Final = "due"
KEY: Final = ("at", "stream_id", "partner", "number")
CODE: Final = "activationcode"

Key = tuple[datetime, UUID, str, int]


class Due(NamedTuple):
    """`at` is when the partner took the message; the clock adds how long an answer may take."""

    at: datetime
    stream_id: UUID
    what: str
    partner: str
    number: int
    order_id: UUID


def change(
    before: EntitlementDetails | None, after: EntitlementDetails
) -> tuple[list[Due], list[Key]]:
    """Taken and not confirmed. A code needs no link, so one that is missing is never overdue."""
    written: list[Due] = []
    gone: list[Key] = []
    by_code = after.entitlement_type.endswith(CODE)
    had = before.sides if before is not None else {}
    for partner, side in after.sides.items():
        old = had.get(partner, NOBODY)
        if side is old:
            continue
        was, now = _taken(old, by_code=by_code), _taken(side, by_code=by_code)
        written += [
            Due(at, after.entitlement_id, kind, partner, number, after.order_id)
            for number, (at, kind) in now.items()
            if number not in was
        ]
        gone += [
            (at, after.entitlement_id, partner, number)
            for number, (at, _) in was.items()
            if number not in now
        ]
    return written, gone


def _taken(side: Side, *, by_code: bool) -> dict[int, tuple[datetime, str]]:
    return {
        exchange.number: (exchange.taken_at, exchange.kind)
        for exchange in side.open
        if exchange.taken_at is not None and not (by_code and exchange.kind == "link")
    }
