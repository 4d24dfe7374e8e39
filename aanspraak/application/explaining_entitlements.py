"""Every command that an Entitlement knows, with arguments that stand for any, on how it is now."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from aanspraak.application.explaining import HUB, OPERATOR, PORTAL, REGISTRY, Ask
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.entitlement.commands import (
    BlockEntitlement,
    CancelEntitlement,
    ChangePortals,
    CreateEntitlement,
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
from aanspraak.domain.entitlement.state import REGISTRY as AT_REGISTRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from aanspraak.domain.entitlement.state import Entitlement, Request

EXPLAINED: Final = "explained"
"""The name of what is only thought of: a cancellation, a receive id, a portal."""
_CREATED_WITH: Final = tuple(
    field.name for field in fields(CreateEntitlement) if field.name != "now"
)


def asks_of_entitlement(entitlement: Entitlement, now: datetime) -> tuple[Ask, ...]:
    """All of them: what an operator may do first, what the hub itself does last."""
    return (
        *_of_operators(entitlement, now),
        *_of_partners(entitlement, now),
        *_of_the_hub(entitlement, now),
        *_of_messages(entitlement),
    )


def _of_operators(entitlement: Entitlement, now: datetime) -> Iterator[Ask]:
    today = day_of(now)
    block = BlockEntitlement(reason_id=None, end_date=today, now=now)
    yield Ask(name="block", by=OPERATOR, command=block)
    unblock = UnblockEntitlement(reason_id=None, now=now)
    yield Ask(name="unblock", by=OPERATOR, command=unblock)
    for partner in _newest(entitlement):
        again = SendAgain(partner=partner, now=now)
        yield Ask(name="send-again", by=OPERATOR, command=again, partner=partner)
    moved = ChangePortals(portals=(*entitlement.portals, EXPLAINED), now=now)
    yield Ask(name="change-portals", by=OPERATOR, command=moved)


def _of_partners(entitlement: Entitlement, now: datetime) -> Iterator[Ask]:
    created = entitlement.created
    for partner, (reference_id, request) in _newest(entitlement).items():
        of_registry = request.side == AT_REGISTRY
        role = REGISTRY if of_registry else PORTAL
        answers: dict[str, tuple[bool, str | None]] = {
            "confirms": (True, None),
            "refuses": (False, None),
        }
        if not of_registry:
            answers["reports-loss"] = (True, "expired")
        for name, (success, lost) in answers.items():
            said = _confirmation(partner, reference_id, now, success=success, lost=lost)
            yield Ask(name=f"{role}-{name}", by=role, command=said, partner=partner)
    used = ReportInitialActivation(
        registry=created.registry,
        user_subject_id=created.subject_id,
        another_user=False,
        product_id=created.product_id,
        usage_date=day_of(now),
        expiration_date=max(entitlement.expiration_date or day_of(now), day_of(now)),
    )
    yield Ask(name="activate", by=REGISTRY, command=used, partner=created.registry)


def _of_the_hub(entitlement: Entitlement, now: datetime) -> Iterator[Ask]:
    created, today = entitlement.created, day_of(now)
    portals = entitlement.portals
    same = {name: getattr(created, name) for name in _CREATED_WITH}
    told = tuple(entitlement.told)
    for name, command in {
        "create": CreateEntitlement(**same, now=now),
        "request-links": RequestLinks(portals=portals, now=now),
        "tell-portals": TellPortals(portals=tuple(dict.fromkeys((*portals, *told))), now=now),
        "withdraw-links": WithdrawLinks(portals=told, end_date=today, now=now),
        "cancel": CancelEntitlement(
            cancel_id=EXPLAINED, cause="operator", reason_id=None, end_date=today, now=now
        ),
        "restore": RestoreEntitlement(now=now),
    }.items():
        yield Ask(name=name, by=HUB, command=command)


def _of_messages(entitlement: Entitlement) -> Iterator[Ask]:
    """What comes of the last message to each partner."""
    last = {partner: request.number for partner, (_, request) in _newest(entitlement).items()}
    for partner, number in (last or {entitlement.created.registry: 1}).items():
        for name, command in {
            "message-taken": RecordRequestTaken(partner=partner, number=number),
            "message-rejected": RecordRequestRejected(
                partner=partner, number=number, http_status=400, status=None
            ),
            "message-dropped": RecordRequestDropped(
                partner=partner, number=number, reason=EXPLAINED
            ),
            "message-given-up": RecordRequestGivenUp(partner=partner, number=number, attempts=1),
        }.items():
            yield Ask(name=name, by=HUB, command=command, partner=partner)


def _newest(entitlement: Entitlement) -> Mapping[str, tuple[UUID, Request]]:
    """The last request to each partner, in the order in which they were asked first."""
    found: dict[str, tuple[UUID, Request]] = {}
    for reference_id, request in entitlement.requests.items():
        known = found.get(request.partner)
        if known is None or known[1].number < request.number:
            found[request.partner] = (reference_id, request)
    return found


def _confirmation(
    partner: str, reference_id: UUID, now: datetime, *, success: bool, lost: str | None
) -> TakeConfirmation:
    return TakeConfirmation(
        partner=partner,
        reference_id=reference_id,
        receive_id=EXPLAINED,
        processed_timestamp=now,
        success=success,
        status=0 if success else 99,
        status_message_id=None,
        new_entitlement_status=None,
        portal=None,
        url_status=lost,
    )
