"""The rules of an Entitlement. Given what happened and what is asked: which facts follow?"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain import ids, lanes
from aanspraak.domain.entitlement.activation import report_initial_activation
from aanspraak.domain.entitlement.commands import (
    CreateEntitlement,
    EntitlementCommand,
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestRejected,
    RecordRequestTaken,
    ReportInitialActivation,
    RequestLinks,
    TakeConfirmation,
)
from aanspraak.domain.entitlement.confirmation import take_confirmation
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    EntitlementEvent,
    LinkRequested,
    RegistryRequested,
    RequestDropped,
    RequestGivenUp,
    RequestRejected,
    RequestTaken,
)
from aanspraak.domain.entitlement.state import Entitlement, EntitlementStatus
from aanspraak.domain.errors import UnknownEntitlement, UnknownReference

if TYPE_CHECKING:
    from uuid import UUID

RecordOutcome = (
    RecordRequestTaken | RecordRequestRejected | RecordRequestDropped | RecordRequestGivenUp
)

_SAME_IN_FACT = tuple(field.name for field in fields(CreateEntitlement) if field.name != "now")


def decide(command: EntitlementCommand, state: Entitlement | None) -> tuple[EntitlementEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    if isinstance(command, CreateEntitlement):
        return _create(command, state)
    if state is None:
        raise UnknownEntitlement
    match command:
        case TakeConfirmation():
            return take_confirmation(command, state)
        case RequestLinks():
            return _request_links(command, state)
        case ReportInitialActivation():
            return report_initial_activation(command, state)
        case (
            RecordRequestTaken()
            | RecordRequestRejected()
            | RecordRequestDropped()
            | RecordRequestGivenUp()
        ):
            return _record(command, state)
        case _:
            assert_never(command)


def _create(command: CreateEntitlement, state: Entitlement | None) -> tuple[EntitlementEvent, ...]:
    """Created, and at once asked for at the registry."""
    if state is not None:
        return ()
    same = {name: getattr(command, name) for name in _SAME_IN_FACT}
    created = EntitlementCreated(**same, date_created=command.now)
    request = RegistryRequested(
        registry=command.registry,
        number=1,
        lane=command.lane,
        reference_id=ids.request_reference(_stream(created), command.registry, 1),
        entitlement_status=EntitlementStatus.CREATED.value,
        expiration_date=command.expiration_date,
        date_last_modified=command.now,
    )
    return (created, request)


def _request_links(command: RequestLinks, entitlement: Entitlement) -> tuple[EntitlementEvent, ...]:
    """Never before the registry has it ready: no link may be visible while the product is not."""
    if entitlement.status is EntitlementStatus.CREATED:
        return ()
    wanted = [
        portal
        for portal in dict.fromkeys(command.portals)
        if portal not in entitlement.told or entitlement.told[portal] != entitlement.expiration_date
    ]
    return tuple(_link_request(command, entitlement, portal) for portal in wanted)


def _link_request(command: RequestLinks, entitlement: Entitlement, portal: str) -> LinkRequested:
    number = entitlement.numbers.get(portal, 0) + 1
    refresh = portal in entitlement.told
    return LinkRequested(
        portal=portal,
        number=number,
        lane=lanes.REFRESH if refresh else entitlement.created.lane,
        reference_id=ids.request_reference(_stream(entitlement.created), portal, number),
        url_status="initialized",
        entitlement_status=entitlement.status.value,
        expiration_date=entitlement.expiration_date,
        date_last_modified=command.now,
    )


def _record(command: RecordOutcome, entitlement: Entitlement) -> tuple[EntitlementEvent, ...]:
    """What came of a message; the first outcome counts, and giving up is none."""
    message = (command.partner, command.number)
    if not 1 <= command.number <= entitlement.numbers.get(command.partner, 0):
        raise UnknownReference
    if message in entitlement.outcomes:
        return ()
    if isinstance(command, RecordRequestGivenUp) and message in entitlement.given_up:
        return ()
    return (_outcome(command),)


def _outcome(
    command: RecordOutcome,
) -> RequestTaken | RequestRejected | RequestDropped | RequestGivenUp:
    partner, number = command.partner, command.number
    match command:
        case RecordRequestTaken():
            return RequestTaken(partner=partner, number=number)
        case RecordRequestRejected():
            return RequestRejected(
                partner=partner,
                number=number,
                http_status=command.http_status,
                status=command.status,
            )
        case RecordRequestDropped():
            return RequestDropped(partner=partner, number=number, reason=command.reason)
        case RecordRequestGivenUp():
            return RequestGivenUp(partner=partner, number=number, attempts=command.attempts)
        case _:
            assert_never(command)


def _stream(created: EntitlementCreated) -> UUID:
    return ids.entitlement_id(created.order, created.subject_id, created.turn)
