"""What each fact about an entitlement changes of its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from aanspraak.domain.entitlement.events import (
    EntitlementEntitled,
    InitialActivationReported,
    LateConfirmationReceived,
    LinkLost,
    LinkPlaced,
    LinkRefused,
    LinkRequested,
    LinkWithdrawn,
    PortalsChanged,
    RegistryRefused,
    RegistryRequested,
    RequestDropped,
    RequestGivenUp,
    RequestRejected,
    RequestTaken,
)
from aanspraak.domain.entitlement.withdrawal_events import (
    BlockAsked,
    CancellationAsked,
    CancellationRefused,
    EntitlementBlocked,
    EntitlementCancelled,
    EntitlementUnblocked,
    UnblockAsked,
)
from aanspraak.domain.recorded import Recorded
from aanspraak.domain.status_codes import ENTITLEMENT_OTHER
from projections import side as sides
from projections.entitlement_row import (
    BLOCK_REFUSED,
    BLOCKING,
    EntitlementDetails,
    changed,
    with_side,
)
from projections.side import Exchange, Side

ASSIGNED_BY_SCHOOL: Final = ("school-all", "school-admin")
"""The delivery types of which a portal need not place links: the school decides who sees them."""
_UNDER_WAY: Final[Mapping[type, str]] = {
    CancellationAsked: "cancelling",
    CancellationRefused: "",
    BlockAsked: BLOCKING,
    UnblockAsked: "unblocking",
}
_ASKED: Final[Mapping[str, str]] = {"cancelled": "cancelling", "blocked": BLOCKING}
"""What is under way when a registry is asked for this."""
_ENDED: Final = (RequestRejected, RequestDropped)
_REFUSED: Final[Mapping[str, str]] = {BLOCKING: BLOCK_REFUSED, "unblocking": ""}
"""What is under way becomes this when the registry says no, and nothing newer was asked."""


def _entitled(
    row: EntitlementDetails, recorded: Recorded, event: EntitlementEntitled
) -> EntitlementDetails:
    side = sides.confirm(_side(row, row.registry), event.reference_id, "entitled")
    status = "entitled" if row.status == "created" else row.status
    return _with(row, recorded, row.registry, side, status=status, ready=True)


def _activated(
    row: EntitlementDetails, recorded: Recorded, event: InitialActivationReported
) -> EntitlementDetails:
    """Who activates needs no confirmation that it was ready; a late one closes the request."""
    side = _side(row, row.registry)
    ready = Side(asked=side.asked, known="entitled", open=side.open)
    expires = event.expiration_date if event.expiration_moved else row.expiration_date
    taken_back = row.status in sides.WITHDRAWN
    return _with(
        row,
        recorded,
        row.registry,
        side if taken_back else ready,
        status=row.status if taken_back else "licensed",
        ready=True,
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
    side = sides.ask(row.sides.get(partner), exchange)
    if kind == "link":
        return _with(row, recorded, partner, side)
    told_again = "unblocking" if row.status == "blocked" else row.under_way
    return _with(row, recorded, partner, side, under_way=_ASKED.get(asked, told_again))


def _answered(
    row: EntitlementDetails,
    recorded: Recorded,
    event: RegistryRefused | LinkPlaced | LinkRefused | LinkLost | LinkWithdrawn,
) -> EntitlementDetails:
    partner = row.registry if isinstance(event, RegistryRefused) else event.portal
    side = _side(row, partner)
    match event:
        case LinkPlaced():
            after = sides.confirm(side, event.reference_id, "placed")
        case LinkWithdrawn():
            after = sides.confirm(side, event.reference_id, event.url_status)
        case LinkLost():
            after = sides.lose(side, event.reference_id, event.url_status)
        case _:
            after = sides.refuse(side, event.reference_id, event.status or ENTITLEMENT_OTHER)
    answered = _with(row, recorded, partner, after)
    return _not_done(answered) if isinstance(event, RegistryRefused) else answered


def _taken_back(
    row: EntitlementDetails,
    recorded: Recorded,
    event: EntitlementCancelled | EntitlementBlocked | EntitlementUnblocked,
) -> EntitlementDetails:
    side = _side(row, row.registry)
    if isinstance(event, EntitlementUnblocked):
        known = "entitled" if row.ready else ""
        after = _with(row, recorded, row.registry, side._replace(known=known))
        return changed(after, status=event.entitlement_status, end_date=None, under_way="")
    cancelled = isinstance(event, EntitlementCancelled)
    status = "cancelled" if cancelled else "blocked"
    if event.reference_id is not None:
        side = sides.confirm(side, event.reference_id, status)
    after = _with(row, recorded, row.registry, side)
    cause = event.cause if isinstance(event, EntitlementCancelled) else row.cause
    return changed(after, status=status, end_date=event.end_date, under_way="", cause=cause)


def _late(
    row: EntitlementDetails, recorded: Recorded, event: LateConfirmationReceived
) -> EntitlementDetails:
    side = sides.close(_side(row, event.partner), event.reference_id)
    return _with(row, recorded, event.partner, side)


def _moved(
    row: EntitlementDetails, recorded: Recorded, event: PortalsChanged
) -> EntitlementDetails:
    """What was asked of a portal that is left stays known: whoever has to take the link away."""
    return changed(
        row,
        version=recorded.version,
        portals=event.portals,
        date_last_modified=max(row.date_last_modified, recorded.recorded_at),
    )


def _under_way(
    row: EntitlementDetails,
    recorded: Recorded,
    event: CancellationAsked | CancellationRefused | BlockAsked | UnblockAsked,
) -> EntitlementDetails:
    under_way = _UNDER_WAY[type(event)]
    return changed(row, version=recorded.version, under_way=under_way)


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
            if row.delivery_type in ASSIGNED_BY_SCHOOL and event.partner in row.portals:
                after = sides.hand_over(after, event.number)
        case RequestRejected():
            code = event.status or ENTITLEMENT_OTHER
            after = sides.end(side, event.number, "refused", code)
        case RequestDropped():
            known = sides.WITHHELD if event.reason == sides.WITHHELD else "dropped"
            after = sides.end(side, event.number, known, None)
        case _:
            after = sides.give_up(side, event.number)
    sent = with_side(row, recorded.version, event.partner, after)
    ended = isinstance(event, _ENDED) and event.partner == row.registry
    return _not_done(sent) if ended else sent


def _not_done(row: EntitlementDetails) -> EntitlementDetails:
    """The registry does not do what was asked last: then it is under way no longer."""
    if _side(row, row.registry).open:
        return row
    return changed(row, under_way=_REFUSED.get(row.under_way, row.under_way))


def _with(
    row: EntitlementDetails,
    recorded: Recorded,
    partner: str,
    side: Side,
    **more: Any,  # noqa: ANN401 - a field's
) -> EntitlementDetails:
    return with_side(row, recorded.version, partner, side, recorded.recorded_at, **more)


def _side(row: EntitlementDetails, partner: str) -> Side:
    return row.sides.get(partner) or Side()


CHANGES: Final[Mapping[type, Callable[[EntitlementDetails, Recorded, Any], EntitlementDetails]]] = {
    EntitlementEntitled: _entitled,
    InitialActivationReported: _activated,
    RegistryRequested: _requested,
    LinkRequested: _requested,
    RegistryRefused: _answered,
    LinkPlaced: _answered,
    LinkRefused: _answered,
    LinkLost: _answered,
    LinkWithdrawn: _answered,
    EntitlementCancelled: _taken_back,
    EntitlementBlocked: _taken_back,
    EntitlementUnblocked: _taken_back,
    CancellationAsked: _under_way,
    CancellationRefused: _under_way,
    BlockAsked: _under_way,
    UnblockAsked: _under_way,
    LateConfirmationReceived: _late,
    PortalsChanged: _moved,
    RequestTaken: _sent,
    RequestRejected: _sent,
    RequestDropped: _sent,
    RequestGivenUp: _sent,
}
"""Per fact what it does to the row; what is not here changes nothing that is shown."""
