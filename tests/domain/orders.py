"""One order of the shop `bookshop`, what may be asked of it, and what is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.contract_terms import NO_CONTRACT
from aanspraak.domain.delivery_order.commands import (
    CompleteDelivery,
    EndCancellation,
    LicenseDeliveryOrder,
    ReceiveDeliveryOrder,
)
from aanspraak.domain.delivery_order.events import ConfirmationIssued
from aanspraak.domain.licence_period import LicencePeriod
from aanspraak.domain.product_terms import ProductTerms

ORDER_ID = UUID("11111111-1111-4111-8111-111111111111")
ORDER = ids.order_stream(ORDER_ID)
SCHOOL = UUID("22222222-2222-4222-8222-222222222222")
MORNING = datetime(2026, 6, 1, 8, tzinfo=UTC)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EVENING = datetime(2026, 6, 1, 20, tzinfo=UTC)

TERMS = ProductTerms(
    product_id="9789001234567",
    registry="publisher",
    kind="digital",
    status="available",
    licence_period=LicencePeriod(variant="schoolyear"),
    delivery_types=(),
    bundled_products=("9789007654321",),
    has_access_url=True,
)

RECEIVE = ReceiveDeliveryOrder(
    delivery_order_id=ORDER_ID,
    shop="bookshop",
    reference_id="first",
    contract_id="contract-7",
    buyer_school_id=SCHOOL,
    buyer_subject_id=None,
    product_id="9789001234567",
    product=TERMS,
    delivery_type="school-students",
    school_id=SCHOOL,
    organisation_master_identifier="104A158",
    organisation_ids=("OIE_CODE 09QQ",),
    users_stream=ids.users_stream(ORDER, "first"),
    users_count=3,
    users_digest="digest-of-three",
    codes_taken=(),
    selection=(),
    unknown_selection=(),
    no_roster=False,
    quantities=(),
    total_quantity=None,
    in_use=0,
    contract=NO_CONTRACT,
    portals=("portal-a", "portal-b"),
    unknown_portals=(),
    start_date=date(2026, 8, 1),
    activation_until_date=date(2027, 7, 31),
    end_date=None,
    wished_status="ordered",
    date_created=MORNING,
    date_last_modified=MORNING,
    user_limit=20_000,
    small_order=50,
    now=NOON,
)


def receive(**changes: Any) -> ReceiveDeliveryOrder:  # noqa: ANN401 - any field of the command
    """The request, with these fields changed."""
    return replace(RECEIVE, **changes)


def again(reference_id: str, **changes: Any) -> ReceiveDeliveryOrder:  # noqa: ANN401 - as above
    """A later request about the same order, under a reference id of its own."""
    later = {"date_last_modified": MORNING + timedelta(hours=1), **changes}
    return receive(reference_id=reference_id, **later)


def of_terms(**changes: Any) -> ReceiveDeliveryOrder:  # noqa: ANN401 - any field of the terms
    """The request for a product of which the catalogue says this."""
    return receive(product=replace(TERMS, **changes))


def complete(delivered: int, refused: int) -> CompleteDelivery:
    """So many were delivered and so many refused."""
    return CompleteDelivery(delivered=delivered, refused=refused, now=EVENING)


END = EndCancellation(cancelled=3, refused=0, in_use=0, now=EVENING)
LICENSE = LicenseDeliveryOrder(usage_date=date(2026, 9, 1), now=EVENING)


def answer(number: int, **said: Any) -> ConfirmationIssued:  # noqa: ANN401 - any field of the fact
    """The nth message to the shop; unless told otherwise: all is well with the first request."""
    usual: dict[str, Any] = {
        "shop": "bookshop",
        "number": number,
        "lane": "prompt",
        "repeated": False,
        "reference_id": "first",
        "receive_id": ids.confirmation_receive_id(ORDER, number),
        "delivery_order_id": ORDER_ID,
        "product_id": "9789001234567",
        "processed_timestamp": NOON,
        "new_status": "ordered",
        "new_total_quantity": None,
        "success": True,
        "status": 0,
        "status_message": None,
    }
    return ConfirmationIssued(**{**usual, **said})


def last_answer(history: tuple[object, ...]) -> ConfirmationIssued:
    """What the shop was told last."""
    return next(fact for fact in reversed(history) if isinstance(fact, ConfirmationIssued))
