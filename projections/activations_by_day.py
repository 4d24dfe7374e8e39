"""How many entitlements of an order were used first on a day? Counted, so that none is scanned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.recorded import Recorded
from projections.entitlement_details import EntitlementDetails

NAME: Final = "activations_by_day"
KEY: Final = ("order_id", "usage_date")
ABOUT: Final[frozenset[type]] = frozenset()

Key = tuple[UUID, date]
Pair = tuple[EntitlementDetails | None, EntitlementDetails]


class DayOfUse(NamedTuple):
    """A day on which entitlements of an order were used first, as their registry dates it.

    An entitlement is counted once: on the usageDate of the first InitialActivation that came in.
    What it became afterwards (cancelled, blocked) does not count it off. The other columns are
    those of the order, to find it by; `portals` where its entitlements go now.
    """

    order_id: UUID
    usage_date: date
    shop: str
    registry: str
    portals: tuple[str, ...]
    school_id: UUID | None
    product_id: str
    contract_id: str | None
    activated: int


def keys(recorded: Recorded) -> tuple[Key, ...]:  # noqa: ARG001 - the shape of every projection
    """No fact is about a day by itself."""
    return ()


def fold(row: DayOfUse | None, recorded: Recorded) -> DayOfUse | None:  # noqa: ARG001 - the same
    """Nothing changes but what is counted."""
    return row


def counted_for(row: EntitlementDetails) -> Key | None:
    """The day of its order on which it counts, once it is in use."""
    return (row.order_id, row.first_usage_date) if row.first_usage_date else None


def count(row: DayOfUse | None, key: Key, pairs: Sequence[Pair]) -> DayOfUse:
    """Count those that were not in use before; the day of first use never moves."""
    _, some = pairs[0]
    day = row or DayOfUse(
        order_id=some.order_id,
        usage_date=key[1],
        shop=some.shop,
        registry=some.registry,
        portals=some.portals,
        school_id=some.school_id,
        product_id=some.product_id,
        contract_id=some.contract_id,
        activated=0,
    )
    new = sum(before is None or before.first_usage_date is None for before, _ in pairs)
    return day._replace(activated=day.activated + new, portals=pairs[-1][1].portals)
