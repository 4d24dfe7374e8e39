"""What follows from facts about activation codes: who has to look, what leaves the stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.application.asking import ask
from aanspraak.application.concerns import Concern
from aanspraak.domain import ids
from aanspraak.domain.code_stock.commands import RevokeCodes, TakeOutOrderedCodes
from aanspraak.domain.code_stock.events import (
    CodeMessageGivenUp,
    CodeMessageRejected,
    CodeRevocationRefused,
    CodesReceived,
    CodesRequestRefused,
    StockRanLow,
)
from aanspraak.domain.incident.commands import OpenIncident
from aanspraak.domain.status_codes import CODE_TAKEN, ENTITLEMENT_OTHER, OTHER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from aanspraak.application.handle import Submission
    from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
    from aanspraak.domain.entitlement.events import EntitlementCreated
    from aanspraak.domain.order_users.events import UsersListed
    from aanspraak.domain.recorded import Recorded


def react_to_stock(recorded: Recorded) -> tuple[Submission, ...]:
    """What a fact about a stock asks for: that somebody looks at it."""
    stock, concern = str(recorded.stream_id), concern_of_stock(recorded.event)
    if concern is None:
        return ()
    command = OpenIncident(
        party=concern.party,
        code=concern.code,
        kind=concern.kind,
        concerning=stock,
        text_id=concern.text_id,
    )
    return (ask(recorded, ids.incident_stream(concern.party, concern.code, stock), command),)


def react_to_code_in_two_orders(recorded: Recorded, created: EntitlementCreated) -> Submission:
    """Both orders were taken, sent at the same moment: somebody has to say who gets the code."""
    command = OpenIncident(
        party=created.shop,
        code=CODE_TAKEN,
        kind="code-in-two-orders",
        concerning=str(created.order),
        order=created.order,
        entitlement_id=recorded.stream_id,
    )
    incident = ids.incident_stream(created.shop, CODE_TAKEN, str(created.order))
    return ask(recorded, incident, command)


def take_out(
    recorded: Recorded, created: EntitlementCreated, stock: UUID, subject_ids: Sequence[UUID]
) -> Submission:
    """An order names codes that are in stock: nobody else may get them."""
    command = TakeOutOrderedCodes(
        delivery_order_id=created.delivery_order_id, subject_ids=tuple(subject_ids)
    )
    return ask(recorded, stock, command)


def revoke(
    recorded: Recorded, order: DeliveryOrderReceived, users: UsersListed, kept: frozenset[UUID]
) -> Submission:
    """The codes of a cancelled order are revoked, but for those that another order `kept`."""
    named = zip(users.subject_ids, users.user_reference_ids, strict=True)
    gone = [pair for pair in named if pair[0] not in kept]
    command = RevokeCodes(
        product_id=order.product_id,
        registry=order.registry,
        offered=True,
        order=recorded.stream_id,
        subject_ids=tuple(subject_id for subject_id, _ in gone),
        user_reference_ids=tuple(reference_id for _, reference_id in gone),
    )
    return ask(recorded, ids.code_stock_stream(order.product_id), command)


def concern_of_stock(event: object) -> Concern | None:
    """What somebody has to look at of a fact about a stock."""
    match event:
        case CodesRequestRefused() | CodeRevocationRefused():
            of_codes = isinstance(event, CodesRequestRefused)
            return Concern(
                party=event.registry,
                code=event.status or ENTITLEMENT_OTHER,
                kind="codes-refused" if of_codes else "code-revocation-refused",
                text_id=event.status_message_id,
            )
        case CodesReceived() if event.short:
            return _about(event.registry, "fewer-codes-than-asked")
        case CodeMessageRejected():
            return _about(event.registry, "request-rejected", event.status)
        case CodeMessageGivenUp():
            return _about(event.registry, "request-given-up")
        case StockRanLow():
            return _about(event.registry, "code-stock-low", OTHER)
        case _:
            return None


def _about(registry: str, kind: str, status: int | None = None) -> Concern:
    return Concern(party=registry, code=status or ENTITLEMENT_OTHER, kind=kind)
