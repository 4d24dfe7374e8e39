from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from aanspraak.application.messages import (
    CONFIRMATION,
    ENTITLEMENT_REQUEST,
    Message,
    confirmation_of,
    fill,
    request_of,
)
from aanspraak.domain.delivery_order.events import ConfirmationIssued
from aanspraak.domain.entitlement.commands import CreateEntitlement
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    LinkRequested,
    RegistryRequested,
)
from aanspraak.domain.recorded import Recorded
from tests.adapters.wire_case import ECK_ID, faults
from tests.domain import entitlements, orders
from tests.spec import asked, given

STUDENT = {"userMasterIdentifier": ECK_ID}
CODE = {"activationCode": "ABCD-1234"}


def test_the_registry_gets_the_whole_entitlement_with_every_link_uninitialized() -> None:
    created, request = asked(entitlements.CREATE)
    message = _message(request, created)
    assert (message.partner, message.kind) == ("publisher", ENTITLEMENT_REQUEST)
    assert (message.number, message.follows, message.lane) == (1, 0, "prompt")
    assert message.key == entitlements.ENTITLEMENT
    assert message.user_reference_id == entitlements.CREATE.user_reference_id
    assert message.subject_id == entitlements.PUPIL
    assert message.body == {
        "entitlementReferenceId": str(entitlements.reference("publisher")),
        "entitlement": {
            "entitlementId": str(entitlements.ENTITLEMENT),
            "deliveryOrderId": str(entitlements.ORDER_ID),
            "contractId": "contract-7",
            "productId": "9789001234567",
            "startDate": "2026-08-01",
            "activationUntilDate": "2027-07-31",
            "expirationDate": "2027-07-31",
            "entitlementType": "school-student",
            "entitlementSpecification": {
                "school": {
                    "organisationMasterIdentifier": "104A158",
                    "organisationIds": [
                        {"organisationId": "09QQ", "organisationIdType": "OIE_CODE"}
                    ],
                }
            },
            "entitlementStatus": "created",
            "urlStatuses": [
                {"portal": "portal-a", "urlStatus": "uninitialized"},
                {"portal": "portal-b", "urlStatus": "uninitialized"},
            ],
            "dateCreated": "2026-06-01T08:00:00Z",
            "dateLastModified": "2026-06-01T08:00:00Z",
        },
    }


def test_a_portal_is_told_about_itself_alone() -> None:
    history = asked(entitlements.CREATE, entitlements.ENTITLED)
    links = given(*history).when(entitlements.REQUEST_LINKS).facts()
    messages = [_message(link, history[0]) for link in links]
    told = {message.partner: _entitlement(message)["urlStatuses"] for message in messages}
    assert told == {
        "portal-a": [{"portal": "portal-a", "urlStatus": "initialized"}],
        "portal-b": [{"portal": "portal-b", "urlStatus": "initialized"}],
    }
    assert {_entitlement(message)["entitlementStatus"] for message in messages} == {"entitled"}


def test_what_has_nothing_to_say_is_left_out() -> None:
    command = entitlements.create(
        contract_id=None,
        expiration_date=None,
        portals=(),
        organisation_master_identifier=None,
    )
    created, request = asked(command)
    entitlement = _entitlement(_message(request, created))
    absent = {"contractId", "expirationDate", "endDate", "urlStatuses"}
    assert not absent & entitlement.keys()
    school = entitlement["entitlementSpecification"]["school"]
    assert school == {
        "organisationIds": [{"organisationId": "09QQ", "organisationIdType": "OIE_CODE"}]
    }


def test_a_customer_has_no_school() -> None:
    created, request = asked(_of_type("customer-student"))
    assert _entitlement(_message(request, created))["entitlementSpecification"] == {}


def test_an_entitlement_needs_its_first_fact() -> None:
    _, request = asked(entitlements.CREATE)
    with pytest.raises(LookupError):
        request_of(_recorded(request), None)


def test_a_fact_that_is_no_message_is_none() -> None:
    created, _ = asked(entitlements.CREATE)
    with pytest.raises(TypeError):
        request_of(_recorded(created), None)
    with pytest.raises(TypeError):
        confirmation_of(_recorded(created), ())


@pytest.mark.parametrize(
    ("entitlement_type", "reference", "branch"),
    [
        ("school-student", STUDENT, {"student": STUDENT}),
        ("school-employee", STUDENT, {"employee": STUDENT}),
        ("school-activationcode", CODE, {"activationCode": "ABCD-1234"}),
        ("customer-student", STUDENT, {"student": STUDENT}),
        ("customer-activationcode", CODE, {"activationCode": "ABCD-1234"}),
    ],
)
def test_the_person_goes_into_the_branch_of_the_type(
    entitlement_type: str, reference: dict[str, object], branch: dict[str, object]
) -> None:
    created, request = asked(_of_type(entitlement_type))
    message = _message(request, created)
    before = json.dumps(message.body)
    filled: Any = fill(message.body, reference)
    specification = dict(filled["entitlement"]["entitlementSpecification"])
    assert ("school" in specification) is entitlement_type.startswith("school-")
    specification.pop("school", None)
    assert specification == branch
    assert json.dumps(message.body) == before


def test_only_an_entitlement_takes_a_person() -> None:
    with pytest.raises(TypeError):
        fill({"entitlement": "none"}, STUDENT)


@pytest.mark.parametrize(
    "entitlement_type",
    ["school-student", "school-activationcode", "customer-student", "customer-activationcode"],
)
def test_a_request_is_what_the_official_text_asks_for(entitlement_type: str) -> None:
    created, request = asked(_of_type(entitlement_type))
    reference = CODE if entitlement_type.endswith("code") else STUDENT
    filled = fill(_message(request, created).body, reference)
    assert faults("entitlement", "EntitlementRequest", json.dumps(filled).encode()) == []


def test_a_confirmation_says_what_came_of_the_order() -> None:
    message = confirmation_of(_recorded(CONFIRMED, stream=orders.ORDER), ())
    assert (message.partner, message.kind, message.number) == ("bookshop", CONFIRMATION, 2)
    assert message.user_reference_id is None
    assert message.subject_id is None
    assert message.body == {
        "deliveryOrderReferenceId": "0a4b1b0e-5c0e-4f0e-9a52-6b7b3a3cf001",
        "deliveryOrderReceiveId": "66666666-6666-4666-8666-666666666666",
        "deliveryOrderId": str(orders.ORDER_ID),
        "productId": "9789001234567",
        "processedTimestamp": "2026-06-01T12:00:00.250000Z",
        "newStatus": "processed",
        "success": True,
        "status": 0,
        "statusMessage": "1 of 3 refused",
    }
    encoded = json.dumps(message.body).encode()
    assert faults("delivery", "DeliveryOrderConfirmation", encoded) == []


def test_a_confirmation_follows_the_last_one_to_the_same_shop() -> None:
    history = [replace(CONFIRMED, number=number, shop=shop) for number, shop in enumerate("aabab")]
    follows = [
        confirmation_of(_recorded(one, stream=orders.ORDER), history).follows for one in history[1:]
    ]
    assert follows == [0, 0, 1, 2]


CONFIRMED = ConfirmationIssued(
    shop="bookshop",
    number=2,
    lane="prompt",
    repeated=False,
    reference_id="0a4b1b0e-5c0e-4f0e-9a52-6b7b3a3cf001",
    receive_id=UUID("66666666-6666-4666-8666-666666666666"),
    delivery_order_id=orders.ORDER_ID,
    product_id="9789001234567",
    processed_timestamp=datetime(2026, 6, 1, 14, 0, 0, 250000, timezone(timedelta(hours=2))),
    new_status="processed",
    new_total_quantity=None,
    success=True,
    status=0,
    status_message="1 of 3 refused",
)


def _of_type(entitlement_type: str) -> CreateEntitlement:
    return entitlements.create(entitlement_type=entitlement_type)


def _message(request: object, created: object) -> Message:
    assert isinstance(request, RegistryRequested | LinkRequested)
    assert isinstance(created, EntitlementCreated)
    return request_of(_recorded(request), created)


def _entitlement(message: Message) -> dict[str, Any]:
    entitlement = message.body["entitlement"]
    assert isinstance(entitlement, dict)
    return entitlement


def _recorded(event: object, stream: UUID = entitlements.ENTITLEMENT) -> Recorded:
    return Recorded(
        position=7,
        stream_id=stream,
        version=2,
        recorded_at=datetime(2026, 6, 1, 8, tzinfo=UTC),
        actor="policies",
        correlation_id="story",
        causation_id="6/created",
        event=event,
    )
