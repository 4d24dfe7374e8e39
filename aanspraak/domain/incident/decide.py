"""The rules of an incident: what is open is not opened again, what is closed may come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from aanspraak.domain.errors import UnknownIncident
from aanspraak.domain.incident.commands import (
    CloseIncident,
    OpenIncident,
    RecordSentAgain,
    ResolveIncident,
)
from aanspraak.domain.incident.events import (
    BY_OPERATOR,
    IncidentClosed,
    IncidentEvent,
    IncidentExtended,
    IncidentOpened,
    IncidentReopened,
    IncidentSentAgain,
)
from aanspraak.domain.incident.state import IncidentStatus

if TYPE_CHECKING:
    from aanspraak.domain.incident.commands import IncidentCommand
    from aanspraak.domain.incident.state import Incident

LISTED_AT_MOST: Final = 100
"""So much is listed one by one by a stream of facts; whoever goes on like that is clear by then."""


def decide(command: IncidentCommand, state: Incident | None) -> tuple[IncidentEvent, ...]:
    """Return the facts that follow; () means it was already so.

    Raises:
        UnknownIncident: an operator closes what never was.
    """
    match command:
        case OpenIncident():
            return _open(command, state)
        case CloseIncident():
            if state is None:
                raise UnknownIncident
            return _close(state, IncidentClosed(cause=BY_OPERATOR, reason_id=command.reason_id))
        case RecordSentAgain():
            if state is None:
                raise UnknownIncident
            return (IncidentSentAgain(reason_id=command.reason_id),)
        case ResolveIncident():
            return _close(state, IncidentClosed(cause=command.cause, reason_id=None))
        case _:
            assert_never(command)


def _open(command: OpenIncident, state: Incident | None) -> tuple[IncidentEvent, ...]:
    if state is None:
        return (_opened(command),)
    if state.status is IncidentStatus.CLOSED:
        reopened = IncidentReopened(
            kind=command.kind,
            order=command.order,
            entitlement_id=command.entitlement_id,
            text_id=command.text_id,
        )
        return (reopened,)
    return _extend(command, state) if command.grows else ()


def _extend(command: OpenIncident, state: Incident) -> tuple[IncidentEvent, ...]:
    about = command.entitlement_id or command.order
    if (command.kind, about) in state.listed or len(state.listed) >= LISTED_AT_MOST:
        return ()
    extended = IncidentExtended(
        kind=command.kind, order=command.order, entitlement_id=command.entitlement_id
    )
    return (extended,)


def _opened(command: OpenIncident) -> IncidentOpened:
    return IncidentOpened(
        party=command.party,
        code=command.code,
        kind=command.kind,
        concerning=command.concerning,
        order=command.order,
        entitlement_id=command.entitlement_id,
        text_id=command.text_id,
    )


def _close(state: Incident | None, closed: IncidentClosed) -> tuple[IncidentEvent, ...]:
    if state is None or state.status is IncidentStatus.CLOSED:
        return ()
    return (closed,)
