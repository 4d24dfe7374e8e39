"""The rules of an Entitlement. Given what happened and what is asked: which facts follow?"""

from __future__ import annotations

from dataclasses import fields
from typing import assert_never

from aanspraak.domain import ids
from aanspraak.domain.entitlement.activation import report_initial_activation
from aanspraak.domain.entitlement.commands import (
    BlockEntitlement,
    CancelEntitlement,
    ChangePortals,
    CreateEntitlement,
    EntitlementCommand,
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestRejected,
    RecordRequestTaken,
    ReportInitialActivation,
    RequestLinks,
    RestoreEntitlement,
    SendAgain,
    TakeConfirmation,
    TellPortals,
    UnblockEntitlement,
    WithdrawLinks,
)
from aanspraak.domain.entitlement.confirmation import take_confirmation
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    EntitlementEvent,
    RegistryRequested,
    RequestDropped,
    RequestGivenUp,
    RequestRejected,
    RequestTaken,
)
from aanspraak.domain.entitlement.portals import change_portals, request_links, tell_portals
from aanspraak.domain.entitlement.requests import stream
from aanspraak.domain.entitlement.sending_again import send_again
from aanspraak.domain.entitlement.state import Entitlement, EntitlementStatus
from aanspraak.domain.entitlement.withdrawal import (
    block,
    cancel,
    cancellation_refused,
    cancelled_here,
    restore,
    unblock,
    withdraw_links,
)
from aanspraak.domain.entitlement.withdrawal_events import EntitlementUnblocked
from aanspraak.domain.errors import UnknownEntitlement, UnknownReference

RecordOutcome = (
    RecordRequestTaken | RecordRequestRejected | RecordRequestDropped | RecordRequestGivenUp
)

_SAME_IN_FACT = tuple(field.name for field in fields(CreateEntitlement) if field.name != "now")


def decide(command: EntitlementCommand, state: Entitlement | None) -> tuple[EntitlementEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    if isinstance(command, CreateEntitlement):
        return _create(command, state)
    if state is None:
        return _about_nothing(command)
    match command:
        case TakeConfirmation():
            return take_confirmation(command, state)
        case RequestLinks() | WithdrawLinks() | TellPortals() | ChangePortals() | SendAgain():
            return _links(command, state)
        case CancelEntitlement() | RestoreEntitlement() | BlockEntitlement() | UnblockEntitlement():
            return _take_back(command, state)
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


def _about_nothing(command: EntitlementCommand) -> tuple[EntitlementEvent, ...]:
    """A turn may never have been given, and what was never there has no link to take away."""
    if isinstance(command, WithdrawLinks):
        return ()
    raise UnknownEntitlement


def _take_back(
    command: CancelEntitlement | RestoreEntitlement | BlockEntitlement | UnblockEntitlement,
    entitlement: Entitlement,
) -> tuple[EntitlementEvent, ...]:
    match command:
        case CancelEntitlement():
            return cancel(command, entitlement)
        case RestoreEntitlement():
            return restore(command, entitlement)
        case BlockEntitlement():
            return block(command, entitlement)
        case UnblockEntitlement():
            return unblock(command, entitlement)
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
        portals=command.portals,
        number=1,
        lane=command.lane,
        reference_id=ids.request_reference(stream(created), command.registry, 1),
        entitlement_status=EntitlementStatus.CREATED.value,
        expiration_date=command.expiration_date,
        end_date=None,
        date_last_modified=command.now,
    )
    return (created, request)


def _links(
    command: RequestLinks | WithdrawLinks | TellPortals | ChangePortals | SendAgain,
    entitlement: Entitlement,
) -> tuple[EntitlementEvent, ...]:
    match command:
        case RequestLinks():
            return request_links(command, entitlement)
        case WithdrawLinks():
            return withdraw_links(command, entitlement)
        case TellPortals():
            return tell_portals(command, entitlement)
        case ChangePortals():
            return change_portals(command, entitlement)
        case SendAgain():
            return send_again(command, entitlement)
        case _:
            assert_never(command)


def _record(command: RecordOutcome, entitlement: Entitlement) -> tuple[EntitlementEvent, ...]:
    """What came of a message; the first outcome counts, and giving up is none."""
    message = (command.partner, command.number)
    if not 1 <= command.number <= entitlement.numbers.get(command.partner, 0):
        raise UnknownReference
    if message in entitlement.outcomes:
        return ()
    if isinstance(command, RecordRequestGivenUp) and message in entitlement.given_up:
        return ()
    return (_outcome(command), *_what_it_means(command, entitlement))


def _what_it_means(
    command: RecordOutcome, entitlement: Entitlement
) -> tuple[EntitlementEvent, ...]:
    """What nothing but the answer to a message tells: taken back from a block, or not cancelled."""
    message = (command.partner, command.number)
    if message == (entitlement.created.registry, entitlement.unblocking):
        if not isinstance(command, RecordRequestTaken):
            return ()
        return (EntitlementUnblocked(entitlement_status=entitlement.former_status.value),)
    asked = entitlement.requests.get(entitlement.at_registry) if entitlement.at_registry else None
    if asked is None or (asked.partner, asked.number) != message or not entitlement.withdrawal:
        return ()
    match command:
        case RecordRequestRejected():
            return cancellation_refused(entitlement, "rejected")
        case RecordRequestDropped():
            return (cancelled_here(entitlement.withdrawal, entitlement),)
        case _:
            return ()


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
