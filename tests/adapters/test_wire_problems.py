"""How a broken message is answered: every wrong field by its path, and never a value."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire.delivery_v2 import DeliveryOrderRequest
from adapters.wire.entitlement_v1 import EntitlementConfirmation
from adapters.wire.message import Message
from adapters.wire.parsing import parse
from adapters.wire.problems import MOST_FOUND, SchemaIncorrect
from adapters.wire.references import SchoolUser
from adapters.wire.usage_v1 import InitialActivation
from tests.adapters.wire_case import ECK_ID, ORDER_ID, SCHOOL, body, order_request, students

SECRET = "Zwartepietersen"
CONFIRMATION = {
    "entitlementReferenceId": "5f0c",
    "entitlementReceiveId": "77",
    "entitlementId": ORDER_ID,
    "productId": "p",
    "processedTimestamp": "2026-07-21T17:32:28Z",
    "newEntitlementStatus": "entitled",
    "success": True,
    "status": 0,
}


def refused(message: bytes, model: type[Message] = DeliveryOrderRequest) -> SchemaIncorrect:
    with pytest.raises(SchemaIncorrect) as caught:
        parse(model, message)
    return caught.value


def test_the_path_is_the_one_the_partner_knows() -> None:
    reference = {"userIds": [{"userId": "a", "userIdType": "ASI"}, {"userId": "a"}]}
    good = {"userMasterIdentifier": ECK_ID}

    problems = refused(body(order_request(students(good, good, good, reference)))).problems

    assert [problem.field for problem in problems] == [
        "deliveryOrder.deliverySpecification.students[3].userIds[1].userIdType"
    ]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (b"", "the message is not JSON: EOF while parsing a value at line 1 column 0"),
        (b'{"a": 1,}', "the message is not JSON: trailing comma at line 1 column 9"),
        (b"\xff\xfe", "the message is not JSON: expected value at line 1 column 1"),
        (b"[]", "the message must be an object"),
        (b'"text"', "the message must be an object"),
    ],
)
def test_what_is_no_message_at_all_is_said_to_be_so(message: bytes, said: str) -> None:
    assert refused(message).status_message == f"Schema incorrect: {said}"


@pytest.mark.parametrize("depth", [300, 100_000])
def test_a_bottomless_body_is_refused(depth: int) -> None:
    nested = b'{"x":' + b"[" * depth + b'"\\u0000"' + b"]" * depth + b"}"
    assert refused(nested).problems[0].rule.startswith("is not JSON: recursion limit exceeded")
    refused(nested, EntitlementConfirmation)


def test_the_first_twenty_are_named_and_the_rest_counted() -> None:
    error = refused(body(order_request(students(*[{}] * 30))))
    assert len(error.problems) == 30
    assert error.status == 11
    assert error.status_message.endswith(
        "students[19] needs userMasterIdentifier or userIds; and 10 more"
    )


def test_a_body_of_nothing_but_faults_costs_little() -> None:
    users = b",".join([b"{}"] * 200_000)
    message = body(order_request(students())).replace(b'"students": []', b'"students":[%s]' % users)
    before = process_time()

    error = refused(message)

    assert process_time() - before < 2
    assert len(error.problems) == MOST_FOUND
    assert error.status_message.endswith("and at least 980 more")


def test_a_list_without_end_is_refused_at_a_glance() -> None:
    users = b",".join([b"{}"] * 200_001)
    message = body(order_request(students())).replace(b'"students": []', b'"students":[%s]' % users)
    assert [str(problem) for problem in refused(message).problems] == [
        "deliveryOrder.deliverySpecification.students must have at most 200000 entries"
    ]


def test_u0000_is_named_by_field_together_with_all_else_that_is_wrong() -> None:
    buyer = {"displayName": "a\x00b", "email": 5}
    pupil = {"student": {"userMasterIdentifier": ECK_ID}}
    message = body(
        order_request(pupil, delivery_type="customer-user", buyer=buyer, remark={"of": ["\x00"]})
    )

    assert {str(problem) for problem in refused(message).problems} == {
        "deliveryOrder.buyer.displayName must not contain U+0000",
        "deliveryOrder.buyer.email must be text",
        "deliveryOrder.remark.of[0] must not contain U+0000",
    }


def test_a_backslash_before_u0000_makes_it_plain_text() -> None:
    message = order_request(productId="\\u0000")
    assert parse(DeliveryOrderRequest, body(message)).delivery_order.product_id == "\\u0000"


def test_in_a_confirmation_u0000_is_removed_and_the_rest_taken() -> None:
    message = {**CONFIRMATION, "statusMessage": "a\x00b", "success": False, "status": 4042}
    read = parse(EntitlementConfirmation, body(message))
    assert read.status_message == "ab"
    assert read.status == 4042


def test_a_confirmation_of_a_link_may_leave_out_what_the_schema_does_not_require() -> None:
    read = parse(EntitlementConfirmation, body({**CONFIRMATION, "newUrlStatus": {}}))
    assert read.new_url_status is not None
    assert read.new_url_status.portal is None


def test_a_status_no_counter_can_hold_is_refused() -> None:
    error = refused(body({**CONFIRMATION, "status": 2**31}), EntitlementConfirmation)
    assert error.problems[0].field == "status"


def test_the_body_of_a_read_names_both_school_and_user() -> None:
    error = refused(body({"school": {"organisationIds": []}}), SchoolUser)
    assert [str(problem) for problem in error.problems] == [
        "school needs organisationMasterIdentifier or organisationIds",
        "user is missing",
    ]


def test_a_property_name_that_is_no_word_is_not_repeated() -> None:
    message = {"school": SCHOOL, "user": {"userMasterIdentifier": ECK_ID}, "123456782": "\x00"}
    assert refused(body(message), SchoolUser).problems[0].field == "?"


def _places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    match value:
        case dict():
            inner: list[tuple[Any, object]] = list(value.items())
        case list():
            inner = list(enumerate(value))
        case _:
            inner = []
    return [path, *(place for key, of in inner for place in _places(of, (*path, key)))]


MESSAGE = order_request(
    students({"userMasterIdentifier": ECK_ID, "userIds": [{"userId": "1", "userIdType": "ASI"}]}),
    portals=["lp"],
    contractId="c",
    endDate="2027-07-31",
)


@given(
    place=st.sampled_from(_places(MESSAGE)),
    value=st.sampled_from([SECRET, [SECRET], {SECRET + "1": SECRET}, f"{SECRET}\x00", 3.5]),
)
def test_whatever_is_wrong_its_value_is_not_repeated(place: tuple[Any, ...], value: object) -> None:
    message: Any = json.loads(body(MESSAGE))
    inner = message
    for key in place[:-1]:
        inner = inner[key]
    if place:
        inner[place[-1]] = value
    said = "taken, as some of these are"
    try:
        parse(DeliveryOrderRequest, body(message if place else value))
    except SchemaIncorrect as error:
        said = f"{error} {error.problems} {error.__cause__}"
    assert SECRET not in said


def test_an_activation_is_read_in_a_fraction_of_a_millisecond() -> None:
    message = body(
        {
            "entitlementId": ORDER_ID,
            "productId": "p",
            "entitlementType": "school-student",
            "user": {"userMasterIdentifier": ECK_ID},
            "usageDate": "2026-08-22",
            "usageType": "initial-activation",
            "expirationDate": "2027-07-31",
        }
    )
    before = process_time()
    for _ in range(2000):
        parse(InitialActivation, message)
    assert process_time() - before < 1


@pytest.mark.parametrize("field", ["productId", "contractId"])
@pytest.mark.parametrize("person", [ECK_ID, "jan.pietersen@leerling.school.nl"])
def test_what_goes_into_facts_as_it_is_must_not_be_a_person(field: str, person: str) -> None:
    changed: dict[str, Any] = {field: person}
    (problem,) = refused(body(order_request(**changed))).problems
    assert str(problem) == f"deliveryOrder.{field} must not hold the identifier of a person"


def test_a_school_is_not_a_person_and_blank_names_nothing() -> None:
    for name in (ECK_ID, "\x1c", " "):
        school = {"organisationIds": [{"organisationId": name, "organisationIdType": "OIE_CODE"}]}
        (problem,) = refused(body(order_request(buyer=school))).problems
        assert problem.field == "deliveryOrder.buyer.organisationIds[0].organisationId"


def test_the_nil_uuid_names_no_order() -> None:
    nil = "00000000-0000-0000-0000-000000000000"
    (problem,) = refused(body(order_request(deliveryOrderId=nil))).problems
    assert problem.field == "deliveryOrder.deliveryOrderId"
