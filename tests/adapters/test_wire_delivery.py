"""What a delivery order may look like, and what is left to the hub's own judgement."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time
from typing import Any

import pytest

from adapters.wire.delivery_v2 import DeliveryOrder, DeliveryOrderRequest
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect
from adapters.wire.references import UserReference
from tests.adapters.wire_case import (
    ECK_ID,
    SCHOOL,
    body,
    order_request,
    students,
    without,
)


def read(message: dict[str, Any]) -> DeliveryOrder:
    return parse(DeliveryOrderRequest, body(message)).delivery_order


def wrong(message: object) -> dict[str, str]:
    with pytest.raises(SchemaIncorrect) as refused:
        parse(DeliveryOrderRequest, body(message))
    return {problem.field: problem.rule for problem in refused.value.problems}


def test_the_branch_follows_from_the_delivery_type() -> None:
    teacher = {"userIds": [{"userId": "t1", "userIdType": "eckId"}]}
    both = {"school": SCHOOL, "employees": [teacher], "students": [{"nonsense": 1}]}

    order = read(order_request(both, delivery_type="school-employees"))

    assert [_ids_of(user) for user in order.users()] == [[("eckId", "t1")]]


def test_both_spellings_of_the_customer_types_become_one() -> None:
    pupil = {"student": {"userMasterIdentifier": ECK_ID}}
    code = {"activationCode": "ABCDE-FGHIJ"}

    for kind in ("customer-user", "customer-student"):
        assert read(order_request(pupil, delivery_type=kind)).delivery_type == "customer-student"
    for kind in ("customer-activatoncode", "customer-activationcode"):
        order = read(order_request(code, delivery_type=kind))
        assert order.delivery_type == "customer-activationcode"
        assert order.school_of() is None


def test_an_employee_with_a_master_identifier_is_taken() -> None:
    specification = {"school": SCHOOL, "employees": [{"userMasterIdentifier": ECK_ID}]}
    order = read(order_request(specification, delivery_type="school-employees"))
    assert order.users()[0].user_master_identifier == ECK_ID


def test_an_empty_master_identifier_counts_as_left_out() -> None:
    ids = [{"userId": "t1", "userIdType": "ASI"}]
    order = read(order_request(students({"userMasterIdentifier": "", "userIds": ids})))
    assert order.users()[0].user_master_identifier is None
    assert _ids_of(order.users()[0]) == [("ASI", "t1")]
    field = "deliveryOrder.deliverySpecification.students[0]"
    assert wrong(order_request(students({"userMasterIdentifier": " "}))) == {
        field: "needs userMasterIdentifier or userIds"
    }


def test_properties_the_schema_does_not_name_are_ignored() -> None:
    read(order_request(students({"userMasterIdentifier": ECK_ID, "nickname": None}), note=[1]))


@pytest.mark.parametrize(
    "changed",
    [
        {"startDate": "2027-08-01", "activationUntilDate": "2026-07-31"},
        {"deliverySpecification": {"school": SCHOOL, "students": []}},
        {"productId": ""},
        {"productId": "nobody knows it"},
        {"portals": []},
        {"portals": ["nobody knows it"]},
        {"status": "created"},
    ],
)
def test_what_the_schema_cannot_see_is_left_to_the_hub(changed: dict[str, Any]) -> None:
    read(order_request(**changed))


@pytest.mark.parametrize("quantity", [0, -3])
def test_quantities_are_left_to_the_hub(quantity: int) -> None:
    groups = [{"groupId": "g1", "quantity": 7}, {"quantity": quantity}]
    specification = {"school": SCHOOL, "groups": groups, "totalQuantity": quantity}
    order = read(order_request(specification, delivery_type="school-groups"))
    assert order.delivery_specification.model_dump(exclude={"school"}) == {
        "groups": ({"group_id": "g1", "quantity": 7}, {"group_id": "", "quantity": quantity}),
        "total_quantity": quantity,
    }


def test_cancelling_needs_an_end_date_and_says_so_beside_all_else() -> None:
    assert wrong(order_request(status="cancelled", contractId=7)) == {
        "deliveryOrder.contractId": "must be text",
        "deliveryOrder.endDate": "is missing: mandatory when status is cancelled",
    }
    ended = order_request(status="cancelled", endDate="2026-09-01")
    assert read(ended).end_date is not None


def test_a_wrong_end_date_is_named_once() -> None:
    assert wrong(order_request(status="cancelled", endDate="soon")) == {
        "deliveryOrder.endDate": "must be a date, written YYYY-MM-DD"
    }


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("school-all", "school"),
        ("school-studies", "studyYears"),
        ("school-subjects", "subjects"),
        ("school-groups", "groups"),
        ("school-students", "students"),
        ("school-employees", "employees"),
        ("school-activationcodes", "activationCodes"),
        ("customer-student", "student"),
        ("customer-activationcode", "activationCode"),
    ],
)
def test_what_the_branch_requires_must_be_there(kind: str, field: str) -> None:
    specification = {} if field == "school" or kind.startswith("customer") else {"school": SCHOOL}
    message = order_request(specification or {"unrelated": True}, delivery_type=kind)
    assert wrong(message) == {f"deliveryOrder.deliverySpecification.{field}": "is missing"}


def test_without_a_delivery_type_the_other_fields_are_still_judged() -> None:
    message = without(order_request(startDate=1, buyer=[]), "deliveryOrder", "deliveryType")
    assert wrong(message) == {
        "deliveryOrder.deliveryType": "is missing",
        "deliveryOrder.buyer": "must be an object",
        "deliveryOrder.startDate": "must be a date, written YYYY-MM-DD",
    }


def test_nothing_is_bent() -> None:
    assert wrong(
        order_request(
            {"school": SCHOOL, "totalQuantity": "100"},
            delivery_type="school-all",
            contractId=None,
            portals="lp",
            startDate="2026-08-22T00:00:00Z",
            activationUntilDate="2027-02-29",
            dateCreated="2026-07-21T17:32:28",
            dateLastModified=1629590400,
            deliveryOrderId="24e39454536040a4819f03e59b8dd679",
            status="Ordered",
        )
    ) == {
        "deliveryOrder.deliveryOrderId": "must be a UUID",
        "deliveryOrder.contractId": "must not be null",
        "deliveryOrder.deliverySpecification.totalQuantity": "must be a whole number",
        "deliveryOrder.portals": "must be a list",
        "deliveryOrder.startDate": "must be a date, written YYYY-MM-DD",
        "deliveryOrder.activationUntilDate": "must be a date that exists",
        "deliveryOrder.status": (
            "must be one of 'created', 'ordered', 'processed', 'licensed' or 'cancelled'"
        ),
        "deliveryOrder.dateCreated": (
            "must be a date and time with a zone, such as 2026-08-22T17:32:28Z"
        ),
        "deliveryOrder.dateLastModified": (
            "must be a date and time with a zone, such as 2026-08-22T17:32:28Z"
        ),
    }


def test_a_moment_is_kept_in_utc() -> None:
    order = read(order_request(dateCreated="2026-07-21T17:32:28.5+02:00"))
    assert order.date_created == datetime(2026, 7, 21, 15, 32, 28, 500000, tzinfo=UTC)
    assert order.date_created.tzinfo is UTC
    assert "deliveryOrder.dateCreated" in wrong(
        order_request(dateCreated="0001-01-01T00:00:00+01:00")
    )


def test_a_code_has_a_letter_or_a_digit() -> None:
    codes = {"school": SCHOOL, "activationCodes": ["A-1", "--"]}
    assert wrong(order_request(codes, delivery_type="school-activationcodes")) == {
        "deliveryOrder.deliverySpecification.activationCodes[1]": "must not be empty"
    }


def test_twenty_thousand_users_are_read_well_within_two_seconds() -> None:
    named = [{"userMasterIdentifier": f"{ECK_ID}{number}"} for number in range(20_000)]
    message = body(order_request(students(*named)))
    before = process_time()
    order = parse(DeliveryOrderRequest, message).delivery_order
    assert process_time() - before < 1
    assert len(order.users()) == 20_000
    assert order.users()[19_999].user_master_identifier == f"{ECK_ID}19999"


def _ids_of(user: UserReference) -> list[tuple[str, str]]:
    return [(one.user_id_type, one.user_id) for one in user.user_ids]
