"""An entitlement as it stands: the row that facts change, and that others count and derive from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from projections.side import Side

BLOCKING: Final = "blocking"
BLOCK_REFUSED: Final = "block-refused"
"""It is to be blocked and the registry said no: its links are gone, and it can be used."""


class EntitlementDetails(NamedTuple):
    """An entitlement; `order_id` is its order's stream, `version` the last fact folded into it.

    `sides` has the registry and every portal that was asked for a link, by partner. A portal that
    is not in it yet is `uninitialized`. `first_usage_date` is None until somebody activated.
    `ready`: the registry has it, whatever came after. `under_way` is cancelling, blocking,
    unblocking, block-refused or nothing; `end_date` is when it was cancelled or blocked, `cause`
    why cancelled.
    """

    entitlement_id: UUID
    version: int
    order_id: UUID
    delivery_order_id: UUID
    shop: str
    contract_id: str | None
    product_id: str
    registry: str
    portals: tuple[str, ...]
    school_id: UUID | None
    organisation_master_identifier: str | None
    organisation_ids: tuple[str, ...]
    subject_id: UUID
    user_reference_id: UUID
    turn: int
    entitlement_type: str
    delivery_type: str
    start_date: date
    activation_until_date: date
    expiration_date: date | None
    status: str
    first_usage_date: date | None
    sides: Mapping[str, Side]
    date_created: datetime
    date_last_modified: datetime
    ready: bool = False
    under_way: str = ""
    cause: str = ""
    end_date: date | None = None


_PLACE: Final = {name: place for place, name in enumerate(EntitlementDetails._fields)}
_VERSION: Final = _PLACE["version"]
_SIDES: Final = _PLACE["sides"]
_MODIFIED: Final = _PLACE["date_last_modified"]


def changed(
    row: EntitlementDetails,
    **values: Any,  # noqa: ANN401 - a field's
) -> EntitlementDetails:
    """The row with these values: in a third of the time of `_replace`, on which folding spent most.

    Raises KeyError for what is no field.
    """
    fields: list[Any] = list(row)
    for name, value in values.items():
        fields[_PLACE[name]] = value
    return EntitlementDetails._make(fields)


def with_side(
    row: EntitlementDetails,
    version: int,
    partner: str,
    side: Side,
    modified: datetime | None = None,
    **more: Any,  # noqa: ANN401 - a field's
) -> EntitlementDetails:
    """The row as of this version with what is known of one partner, `modified` then if it was.

    Nearly every fact does this, and most nothing else: it takes half the time of `changed`, which
    looks each field up by its name. Raises KeyError as well.
    """
    fields: list[Any] = list(row)
    fields[_VERSION] = version
    fields[_SIDES] = {**row.sides, partner: side}
    if modified is not None and modified > row.date_last_modified:
        fields[_MODIFIED] = modified
    for name, value in more.items():
        fields[_PLACE[name]] = value
    return EntitlementDetails._make(fields)
