"""Whom an entitlement waits for, as its own row tells it: for many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from projections.entitlement_details import EntitlementDetails
from projections.order_trace import Waiting


class Flow(NamedTuple):
    """What stands in the way of a partner's flow. Moments are UTC."""

    partner: str
    unreachable_since: datetime | None
    paused_at: datetime | None
    next_try_at: datetime | None


UNHINDERED: Final = Flow("", None, None, None)


def waiting_at(row: EntitlementDetails, flows: Mapping[str, Flow]) -> tuple[Waiting, ...]:
    """The partners that it has something open at; what was tried there is not in its row."""
    return tuple(_waiting(row, flows))


def _waiting(row: EntitlementDetails, flows: Mapping[str, Flow]) -> Iterator[Waiting]:
    for partner, side in row.sides.items():
        if not side.open:
            continue
        flow = flows.get(partner, UNHINDERED)
        first = side.open[0]
        yield Waiting(
            partner=partner,
            kind=first.kind,
            refresh=all(each.refresh for each in side.open),
            messages=len(side.open),
            taken=sum(each.taken_at is not None for each in side.open),
            given_up=sum(each.given_up for each in side.open),
            behind=0,
            since=first.taken_at or first.asked_at,
            attempts=0,
            last_attempt_at=None,
            last_error=None,
            next_attempt_at=flow.next_try_at,
            unreachable_since=flow.unreachable_since,
            paused_at=flow.paused_at,
        )
