"""What a fact says to those outside the hub: its public form, and that for dashboards.

Both are versioned: within v1 a fact may say more, never less and nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final, cast

from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    EntitlementEntitled,
    InitialActivationReported,
    LinkLost,
    LinkPlaced,
    LinkWithdrawn,
)
from aanspraak.domain.entitlement.withdrawal_events import (
    EntitlementBlocked,
    EntitlementCancelled,
    EntitlementUnblocked,
)
from projections.public_fields import PUBLIC

VERSION: Final = 1

FOR_DASHBOARDS: Final[Mapping[type, tuple[str, ...]]] = {
    EntitlementCreated: (
        "delivery_order_id",
        "product_id",
        "bundled_products",
        "school_id",
        "organisation_master_identifier",
        "organisation_ids",
        "entitlement_type",
        "delivery_type",
        "portals",
        "start_date",
        "activation_until_date",
        "expiration_date",
        "date_created",
    ),
    EntitlementEntitled: ("processed_timestamp",),
    LinkPlaced: ("portal", "processed_timestamp"),
    LinkLost: ("portal", "url_status", "processed_timestamp"),
    LinkWithdrawn: ("portal", "url_status", "processed_timestamp"),
    InitialActivationReported: ("product_id", "usage_date", "expiration_date", "first"),
    EntitlementBlocked: ("end_date", "processed_timestamp"),
    EntitlementUnblocked: ("entitlement_status",),
    EntitlementCancelled: ("end_date", "in_use"),
}
"""What a dashboard hears of a school: how its entitlements stand and that they are used.

No pseudonym and nothing about shops and contracts. Who has an entitlement, the dashboard asks at
the Entitlement API, which answers while the school consents.
"""


def public_fields(fact: type) -> tuple[str, ...]:
    """The fields of a fact that are public."""
    return tuple(field.name for field in fields(fact) if field.name in PUBLIC)


def public_name(field: str) -> str:
    """A field as readers know it: as the Edu-V APIs spell theirs."""
    first, *others = field.split("_")
    return first + "".join(map(str.capitalize, others))


def public_data(event: object) -> dict[str, object]:
    """What a fact says to the distributor's own systems."""
    return {public: getattr(event, name) for name, public in _public(cast("Hashable", type(event)))}


def dashboard_data(event: object) -> dict[str, object]:
    """What it says to a dashboard; raises KeyError for a fact that dashboards do not hear of."""
    return {public: getattr(event, name) for name, public in _told(cast("Hashable", type(event)))}


@cache
def _public(fact: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - mypy doubts that a class has a hash
    return tuple((name, public_name(name)) for name in public_fields(fact))


@cache
def _told(fact: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - as above
    return tuple((name, public_name(name)) for name in FOR_DASHBOARDS[fact])
