"""How does an entitlement stand? All that Edu-V's `Entitlement` shows of it, and who is busy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, NamedTuple, get_args
from uuid import UUID

from aanspraak.domain.entitlement.confirmation import LOST
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    EntitlementEntitled,
    EntitlementEvent,
    InitialActivationReported,
    LinkLost,
    LinkPlaced,
    LinkRefused,
    LinkRequested,
    RegistryRefused,
    RegistryRequested,
    RequestDropped,
    RequestGivenUp,
    RequestRejected,
    RequestTaken,
)
from aanspraak.domain.recorded import Recorded
from aanspraak.domain.status_codes import ENTITLEMENT_OTHER
from projections import side as sides
from projections.side import Exchange, Side

NAME: Final = "entitlement_details"
KEY: Final = ("entitlement_id",)
ABOUT: Final = frozenset(get_args(EntitlementEvent))


class EntitlementDetails(NamedTuple):
    """An entitlement; `order_id` is its order's stream, `version` the last fact folded into it.

    `sides` has the registry and every portal that was asked for a link, by partner. A portal that
    is not in it yet is `uninitialized`. `first_usage_date` is None until somebody activated.
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
    entitlement_type: str
    start_date: date
    activation_until_date: date
    expiration_date: date | None
    status: str
    first_usage_date: date | None
    sides: Mapping[str, Side]
    date_created: datetime
    date_last_modified: datetime


def keys(recorded: Recorded) -> tuple[tuple[UUID], ...]:
    """The entitlement a fact is about."""
    return ((recorded.stream_id,),) if type(recorded.event) in ABOUT else ()


def fold(row: EntitlementDetails | None, recorded: Recorded) -> EntitlementDetails | None:
    """Apply one fact; a fact that is in the row already changes nothing."""
    if isinstance(recorded.event, EntitlementCreated):
        return row or _created(recorded, recorded.event)
    if row is None or recorded.version <= row.version:
        return row
    match recorded.event:
        case EntitlementEntitled():
            return _entitled(row, recorded, recorded.event)
        case InitialActivationReported():
            return _activated(row, recorded, recorded.event)
        case RegistryRequested() | LinkRequested():
            return _requested(row, recorded, recorded.event)
        case RegistryRefused() | LinkPlaced() | LinkRefused() | LinkLost():
            return _answered(row, recorded, recorded.event)
        case RequestTaken() | RequestRejected() | RequestDropped() | RequestGivenUp():
            return _sent(row, recorded, recorded.event)
        case _:
            return row._replace(version=recorded.version)


def url_status(row: EntitlementDetails, portal: str) -> str:
    """The urlStatus of a portal as Edu-V's `Entitlement` spells it.

    A link once placed is `processed` until its portal reports otherwise, whatever was asked since.
    `expired` exists in confirmations only: the link is gone, which is `cancelled` here.
    """
    side = row.sides.get(portal)
    if side is None:
        return "uninitialized"
    if side.known == "placed":
        return "processed"
    if side.known in LOST and not side.open:
        return "cancelled" if side.known == "expired" else side.known
    return side.asked


def is_over(
    status: str, activation_until_date: date, expiration_date: date | None, today: date
) -> bool:
    """Nothing can be done with it any more: not activated in time, or the licence has ended."""
    if status == "licensed":
        return expiration_date is not None and expiration_date < today
    return activation_until_date < today


def _created(recorded: Recorded, event: EntitlementCreated) -> EntitlementDetails:
    return EntitlementDetails(
        entitlement_id=recorded.stream_id,
        version=recorded.version,
        order_id=event.order,
        delivery_order_id=event.delivery_order_id,
        shop=event.shop,
        contract_id=event.contract_id,
        product_id=event.product_id,
        registry=event.registry,
        portals=event.portals,
        school_id=event.school_id,
        organisation_master_identifier=event.organisation_master_identifier,
        organisation_ids=event.organisation_ids,
        subject_id=event.subject_id,
        user_reference_id=event.user_reference_id,
        entitlement_type=event.entitlement_type,
        start_date=event.start_date,
        activation_until_date=event.activation_until_date,
        expiration_date=event.expiration_date,
        status="created",
        first_usage_date=None,
        sides={},
        date_created=event.date_created,
        date_last_modified=event.date_created,
    )


def _entitled(
    row: EntitlementDetails, recorded: Recorded, event: EntitlementEntitled
) -> EntitlementDetails:
    side = sides.confirm(_side(row, row.registry), event.reference_id, "entitled")
    status = "entitled" if row.status == "created" else row.status
    return _with(row, recorded, row.registry, side)._replace(status=status)


def _activated(
    row: EntitlementDetails, recorded: Recorded, event: InitialActivationReported
) -> EntitlementDetails:
    """Who activates needs no confirmation that it was ready; a late one closes the request."""
    side = _side(row, row.registry)
    ready = Side(asked=side.asked, known="entitled", open=side.open)
    expires = event.expiration_date if event.expiration_moved else row.expiration_date
    return _with(row, recorded, row.registry, ready)._replace(
        status="licensed",
        expiration_date=expires,
        first_usage_date=event.usage_date if event.first else row.first_usage_date,
    )


def _requested(
    row: EntitlementDetails, recorded: Recorded, event: RegistryRequested | LinkRequested
) -> EntitlementDetails:
    if isinstance(event, RegistryRequested):
        partner, kind, asked = event.registry, "registry", event.entitlement_status
    else:
        partner, kind, asked = event.portal, "link", event.url_status
    exchange = Exchange(
        event.number, kind, asked, event.reference_id, event.lane, recorded.recorded_at
    )
    return _with(row, recorded, partner, sides.ask(row.sides.get(partner), exchange))


def _answered(
    row: EntitlementDetails,
    recorded: Recorded,
    event: RegistryRefused | LinkPlaced | LinkRefused | LinkLost,
) -> EntitlementDetails:
    partner = row.registry if isinstance(event, RegistryRefused) else event.portal
    side = _side(row, partner)
    match event:
        case LinkPlaced():
            after = sides.confirm(side, event.reference_id, "placed")
        case LinkLost():
            after = sides.lose(side, event.reference_id, event.url_status)
        case _:
            after = sides.refuse(side, event.reference_id, event.status or ENTITLEMENT_OTHER)
    return _with(row, recorded, partner, after)


def _sent(
    row: EntitlementDetails,
    recorded: Recorded,
    event: RequestTaken | RequestRejected | RequestDropped | RequestGivenUp,
) -> EntitlementDetails:
    """What came of a message; it changes nothing that Edu-V shows, so not dateLastModified."""
    side = _side(row, event.partner)
    match event:
        case RequestTaken():
            after = sides.take(side, event.number, recorded.recorded_at)
        case RequestRejected():
            code = event.status or ENTITLEMENT_OTHER
            after = sides.end(side, event.number, "refused", code)
        case RequestDropped():
            after = sides.end(side, event.number, "dropped", None)
        case _:
            after = sides.give_up(side, event.number)
    all_sides = {**row.sides, event.partner: after}
    return row._replace(version=recorded.version, sides=all_sides)


def _with(
    row: EntitlementDetails, recorded: Recorded, partner: str, side: Side
) -> EntitlementDetails:
    return row._replace(
        version=recorded.version,
        sides={**row.sides, partner: side},
        date_last_modified=max(row.date_last_modified, recorded.recorded_at),
    )


def _side(row: EntitlementDetails, partner: str) -> Side:
    return row.sides.get(partner) or Side()
