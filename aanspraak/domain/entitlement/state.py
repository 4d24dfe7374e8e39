"""What we must remember of an Entitlement in order to decide, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from functools import reduce
from typing import TYPE_CHECKING, assert_never

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
    UnexpectedConfirmationReceived,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from uuid import UUID


class EntitlementStatus(Enum):
    """The status of an entitlement (Entitlement API 1.1.0)."""

    CREATED = "created"
    ENTITLED = "entitled"
    LICENSED = "licensed"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A message to a partner that awaits, or had, its confirmation.

    `asked` is the status it carried: an entitlementStatus to a registry, a urlStatus to a portal.
    `answer` is what was confirmed, "" while nothing came; `answered_at` when it took effect there.
    """

    partner: str
    asked: str
    answer: str = ""
    answered_at: datetime | None = None
    receive_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Activation:
    """What makes an InitialActivation the same one."""

    user_subject_id: UUID
    product_id: str
    usage_date: date
    expiration_date: date


@dataclass(frozen=True, kw_only=True)
class Entitlement:
    """An entitlement as the rules see it.

    `told` is, per portal that was asked for a link, the expirationDate it was last told; `numbers`
    the last message number per partner; `outcomes` the numbers per partner that have one.
    """

    created: EntitlementCreated
    status: EntitlementStatus = EntitlementStatus.CREATED
    expiration_date: date | None
    requests: Mapping[UUID, Request] = field(default_factory=dict)
    told: Mapping[str, date | None] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    outcomes: frozenset[tuple[str, int]] = frozenset()
    given_up: frozenset[tuple[str, int]] = frozenset()
    activations: frozenset[Activation] = frozenset()


def evolve(state: Entitlement | None, event: EntitlementEvent) -> Entitlement:
    """Apply one fact. Total: a recorded fact is never refused."""
    if isinstance(event, EntitlementCreated):
        return Entitlement(created=event, expiration_date=event.expiration_date)
    entitlement = _existing(state)
    match event:
        case RegistryRequested() | LinkRequested():
            return _requested(entitlement, event)
        case (
            EntitlementEntitled()
            | RegistryRefused()
            | LinkPlaced()
            | LinkRefused()
            | LinkLost()
            | UnexpectedConfirmationReceived()
        ):
            return _confirmed(entitlement, event)
        case InitialActivationReported():
            return _activated(entitlement, event)
        case RequestTaken() | RequestRejected() | RequestDropped():
            outcome = (event.partner, event.number)
            return replace(entitlement, outcomes=entitlement.outcomes | {outcome})
        case RequestGivenUp():
            attempt = (event.partner, event.number)
            return replace(entitlement, given_up=entitlement.given_up | {attempt})
        case _:
            assert_never(event)


def replay(history: Iterable[EntitlementEvent]) -> Entitlement | None:
    """Fold a history; None when there is none."""
    start: Entitlement | None = None
    return reduce(evolve, history, start)


def _existing(state: Entitlement | None) -> Entitlement:
    if state is None:
        raise LookupError("history does not begin with EntitlementCreated")
    return state


def _requested(entitlement: Entitlement, event: RegistryRequested | LinkRequested) -> Entitlement:
    match event:
        case RegistryRequested():
            partner, asked, told = event.registry, event.entitlement_status, entitlement.told
        case LinkRequested():
            partner, asked = event.portal, event.url_status
            told = {**entitlement.told, event.portal: event.expiration_date}
        case _:
            assert_never(event)
    request = Request(partner=partner, asked=asked)
    return replace(
        entitlement,
        requests={**entitlement.requests, event.reference_id: request},
        told=told,
        numbers={**entitlement.numbers, partner: event.number},
    )


def _confirmed(
    entitlement: Entitlement,
    event: EntitlementEntitled
    | RegistryRefused
    | LinkPlaced
    | LinkRefused
    | LinkLost
    | UnexpectedConfirmationReceived,
) -> Entitlement:
    request = entitlement.requests[event.reference_id]
    answered = replace(request, receive_ids=request.receive_ids | {event.receive_id})
    if not isinstance(event, UnexpectedConfirmationReceived):
        answered = replace(answered, answer=_answer(event), answered_at=event.processed_timestamp)
    confirmed = replace(
        entitlement, requests={**entitlement.requests, event.reference_id: answered}
    )
    if isinstance(event, EntitlementEntitled) and entitlement.status is EntitlementStatus.CREATED:
        return replace(confirmed, status=EntitlementStatus.ENTITLED)
    return confirmed


def _answer(
    event: EntitlementEntitled | RegistryRefused | LinkPlaced | LinkRefused | LinkLost,
) -> str:
    match event:
        case EntitlementEntitled():
            return "entitled"
        case LinkPlaced():
            return "processed"
        case RegistryRefused() | LinkRefused():
            return "refused"
        case LinkLost():
            return event.url_status
        case _:
            assert_never(event)


def _activated(entitlement: Entitlement, event: InitialActivationReported) -> Entitlement:
    activation = Activation(
        user_subject_id=event.user_subject_id,
        product_id=event.product_id,
        usage_date=event.usage_date,
        expiration_date=event.expiration_date,
    )
    expires = event.expiration_date if event.expiration_moved else entitlement.expiration_date
    return replace(
        entitlement,
        status=EntitlementStatus.LICENSED,
        expiration_date=expires,
        activations=entitlement.activations | {activation},
    )
