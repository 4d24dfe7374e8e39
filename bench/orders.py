"""Orders of a school start and what is said of their entitlements, as commands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID, uuid4

from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import (
    RecordRequestTaken,
    ReportInitialActivation,
    RequestLinks,
    TakeConfirmation,
)
from aanspraak.domain.partner.commands import RegisterPartner
from tests.domain.entitlements import create
from tests.domain.orders import TERMS, receive

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder

REGISTRY: Final = TERMS.registry
PRODUCT: Final = TERMS.product_id
PORTAL: Final = "portal-a"
ACTIVATION_DAYS: Final = 300


class Pupil(NamedTuple):
    """Somebody in the vault; in a log that is only folded, nobody at all."""

    subject_id: UUID
    user_reference_id: UUID


class Entitled(NamedTuple):
    """An entitlement, whose it is and what was ordered."""

    entitlement_id: UUID
    pupil: Pupil
    order: ReceiveDeliveryOrder


def registrations() -> tuple[RegisterPartner, ...]:
    """The registry and the portal; their client ids are their names."""
    return tuple(
        RegisterPartner(
            partner=partner,
            role=role,
            title=partner,
            client_id=partner,
            url="http://127.0.0.1:9",
            token_url="http://127.0.0.1:9/token",  # noqa: S106 - nobody is there
            scope="",
        )
        for partner, role in ((REGISTRY, "registry"), (PORTAL, "portal"))
    )


def order_for(school_id: UUID, pupils: int, at: datetime) -> ReceiveDeliveryOrder:
    """An order for pupils of a school, from the day it is received; with one portal."""
    delivery_order_id = uuid4()
    return receive(
        delivery_order_id=delivery_order_id,
        contract_id=f"contract-{delivery_order_id}",
        reference_id=str(delivery_order_id),
        buyer_school_id=school_id,
        school_id=school_id,
        users_stream=ids.users_stream(ids.order_stream(delivery_order_id), "first"),
        users_count=pupils,
        portals=(PORTAL,),
        start_date=at.date(),
        activation_until_date=at.date() + timedelta(days=ACTIVATION_DAYS),
        date_created=at,
        date_last_modified=at,
        now=at,
    )


def _create(entitled: Entitled) -> object:
    order = entitled.order
    return create(
        order=ids.order_stream(order.delivery_order_id),
        delivery_order_id=order.delivery_order_id,
        contract_id=order.contract_id,
        portals=order.portals,
        school_id=order.school_id,
        subject_id=entitled.pupil.subject_id,
        user_reference_id=entitled.pupil.user_reference_id,
        start_date=order.start_date,
        activation_until_date=order.activation_until_date,
        expiration_date=order.activation_until_date,
        now=order.now,
    )


def _taken_by_registry(_entitled: Entitled) -> object:
    return RecordRequestTaken(partner=REGISTRY, number=1)


def _ready(entitled: Entitled) -> object:
    return _confirmed(entitled, REGISTRY, "entitled", None)


def _ask_link(entitled: Entitled) -> object:
    return RequestLinks(portals=entitled.order.portals, now=entitled.order.now)


def _taken_by_portal(_entitled: Entitled) -> object:
    return RecordRequestTaken(partner=PORTAL, number=1)


def _placed(entitled: Entitled) -> object:
    return _confirmed(entitled, PORTAL, None, "processed")


def activate(entitled: Entitled) -> object:
    """Its pupil uses it on the first day."""
    return ReportInitialActivation(
        registry=REGISTRY,
        user_subject_id=entitled.pupil.subject_id,
        another_user=False,
        product_id=PRODUCT,
        usage_date=entitled.order.start_date,
        expiration_date=entitled.order.activation_until_date,
    )


DELIVER: Final[tuple[Callable[[Entitled], object], ...]] = (
    _create,
    _taken_by_registry,
    _ready,
    _ask_link,
    _taken_by_portal,
    _placed,
)
"""What is asked of an entitlement, one after the other, until its link is placed."""


def _confirmed(
    entitled: Entitled, partner: str, entitlement_status: str | None, url_status: str | None
) -> TakeConfirmation:
    return TakeConfirmation(
        partner=partner,
        reference_id=ids.request_reference(entitled.entitlement_id, partner, 1),
        receive_id=str(uuid4()),
        processed_timestamp=entitled.order.now,
        success=True,
        status=0,
        status_message_id=None,
        new_entitlement_status=entitlement_status,
        portal=partner if url_status else None,
        url_status=url_status,
    )
