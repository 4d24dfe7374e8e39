from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from aanspraak.domain.delivery_order.events import (
    DeliveryOrderRequestRefused,
    UnchangedRequestTaken,
)
from tests.domain.orders import (
    LICENSE,
    MORNING,
    RECEIVE,
    TERMS,
    again,
    answer,
    complete,
    last_answer,
)
from tests.spec import asked, given

ACCEPTED = asked(RECEIVE)
CHANGES: dict[str, dict[str, object]] = {
    "contractId": {"contract_id": "another"},
    "buyer": {"buyer_school_id": uuid4()},
    "productId": {"product_id": "9789009999999"},
    "deliveryType": {"delivery_type": "school-employees"},
    "deliverySpecification.school": {"school_id": uuid4()},
    "deliverySpecification": {"users_digest": "other people"},
    "portals": {"portals": ("portal-a",)},
    "startDate": {"start_date": date(2026, 8, 2)},
    "activationUntilDate": {"activation_until_date": date(2027, 7, 30)},
}


@pytest.mark.parametrize("field", CHANGES)
def test_a_request_that_changes_it_is_refused_naming_the_field(field: str) -> None:
    request = again("second", **CHANGES[field])
    refused, told = given(*ACCEPTED).when(request).facts()
    assert isinstance(refused, DeliveryOrderRequestRefused)
    assert (refused.reason, refused.status) == ("FrozenFieldChanged", 4160)
    assert told == answer(
        1,
        reference_id="second",
        product_id=request.product_id,
        success=False,
        status=4160,
        status_message="Only status, quantity (downwards) and endDate may change once the order is "
        f"accepted: {field}",
    )


def test_a_customer_is_a_buyer_too() -> None:
    given(*ACCEPTED).when(again("second", buyer_subject_id=uuid4())).then_kinds(
        DeliveryOrderRequestRefused, type(answer(1))
    )


def test_a_cancel_that_changes_something_else_is_refused_for_that() -> None:
    history = asked(RECEIVE, again("second", wished_status="cancelled", contract_id="another"))
    assert last_answer(history).status == 4160


@pytest.mark.parametrize(
    "change",
    [
        {"portals": ("portal-b", "portal-a")},
        {"date_created": MORNING.replace(hour=7)},
        {"product": None},
        {"product": replace(TERMS, registry="another-publisher")},
        {"unknown_portals": (0, 1)},
        {"users_count": 20_001},
    ],
    ids=[
        "portals in another order",
        "dateCreated",
        "the catalogue forgot the product",
        "the product moved to another registry",
        "the portals left",
        "the limit was lowered",
    ],
)
def test_what_is_not_compared_may_differ(change: dict[str, object]) -> None:
    given(*ACCEPTED).when(again("second", **change)).then_kinds(
        UnchangedRequestTaken, type(answer(1))
    )


@pytest.mark.parametrize(
    ("commands", "status"), [((complete(3, 0),), "processed"), ((LICENSE,), "licensed")]
)
def test_a_refusal_tells_what_the_order_is_still(commands: tuple[object, ...], status: str) -> None:
    history = asked(RECEIVE, *commands, again("second", contract_id="another"))
    assert last_answer(history).new_status == status
