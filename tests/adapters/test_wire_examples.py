"""Every example of the official texts is taken, as it is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from adapters.wire import outgoing
from adapters.wire.delivery_v2 import DeliveryOrderRequest
from adapters.wire.entitlement_v1 import EntitlementConfirmation, EntitlementSpecification
from adapters.wire.parsing import parse
from adapters.wire.references import SchoolUser
from adapters.wire.usage_v1 import InitialActivation
from tests.adapters.wire_case import (
    ECK_ID,
    ORDER_ID,
    SCHOOL,
    SPECIFICATIONS,
    body,
    official,
    order_request,
)

ENTITLEMENT_BRANCHES = (
    "EntitlementSchoolStudent",
    "EntitlementSchoolEmployee",
    "EntitlementSchoolActivationCode",
    "EntitlementCustomerStudent",
    "EntitlementCustomerActivationCode",
)


def test_the_examples_are_all_looked_at() -> None:
    for api, known in (
        ("delivery", set(SPECIFICATIONS)),
        ("entitlement", set(ENTITLEMENT_BRANCHES)),
        ("usage", set()),
    ):
        schemas = official(api)["components"]["schemas"]
        assert {name for name, of in schemas.items() if "x-examples" in of} == known


@pytest.mark.parametrize(
    ("schema", "delivery_type"),
    [(schema, kind) for schema, kinds in SPECIFICATIONS.items() for kind in kinds],
)
def test_an_example_of_a_delivery_specification_is_taken(schema: str, delivery_type: str) -> None:
    schemas = official("delivery")["components"]["schemas"]
    for example in schemas[schema]["x-examples"].values():
        message = order_request(example, delivery_type=delivery_type)

        order = parse(DeliveryOrderRequest, body(message)).delivery_order

        read = order.delivery_specification.model_dump(mode="json", by_alias=True)
        assert _named_in(read) == _named_in(example)
        assert read.get("totalQuantity") == example.get("totalQuantity")


def _named_in(example: dict[str, Any]) -> int:
    lists = [value for value in example.values() if isinstance(value, list)]
    return len(lists[0]) if lists else int("student" in example or "activationCode" in example)


def test_the_example_values_of_a_delivery_order_are_taken_together() -> None:
    schemas = official("delivery")["components"]["schemas"]
    order = _examples_in(schemas["DeliveryOrder"])
    school = _examples_in(schemas["SchoolReference"])
    whole = {"school": school, **_examples_in(schemas["SchoolAllSpecification"])}

    message = order_request(whole, delivery_type="school-all", **order)

    assert len(order) == 5
    read = parse(DeliveryOrderRequest, body(message)).delivery_order
    assert read.start_date.isoformat() == order["startDate"]
    assert read.delivery_specification.model_dump()["total_quantity"] == 100


def test_the_example_code_is_taken_in_either_place() -> None:
    schemas = official("delivery")["components"]["schemas"]
    listed = schemas["SchoolActivationCodesSpecification"]["properties"]["activationCodes"]
    single = schemas["CustomerActivationCodeSpecification"]["properties"]["activationCode"]
    codes = {"school": SCHOOL, "activationCodes": [listed["items"]["example"]]}
    code = {"activationCode": single["example"]}

    for kind, example in (("school-activationcodes", codes), ("customer-activatoncode", code)):
        message = order_request(example, delivery_type=kind)
        read = parse(DeliveryOrderRequest, body(message)).delivery_order
        assert read.codes() == ("XXXXX-XXXXX-XXXXX-XXXXX-XXXXY",)


def test_the_example_moment_of_a_confirmation_is_taken() -> None:
    schemas = official("entitlement")["components"]["schemas"]
    message = {
        "entitlementReferenceId": "a",
        "entitlementReceiveId": "b",
        "entitlementId": ORDER_ID,
        "productId": "p",
        "success": True,
        "status": 0,
        **_examples_in(schemas["EntitlementConfirmation"]),
    }

    read = parse(EntitlementConfirmation, body(message))

    assert read.processed_timestamp.isoformat() == "2017-07-21T17:32:28+00:00"


@pytest.mark.parametrize("branch", ENTITLEMENT_BRANCHES)
def test_an_example_of_an_entitlement_specification_is_what_we_write(branch: str) -> None:
    schemas = official("entitlement")["components"]["schemas"]
    for example in schemas[branch]["x-examples"].values():
        ours = msgspec.json.decode(body(example), type=EntitlementSpecification)
        assert msgspec.json.decode(outgoing.encode(ours)) == example


@pytest.mark.parametrize("user", ["master", "one of a kind", "list"])
def test_the_example_references_are_taken_in_the_other_apis_too(user: str) -> None:
    employee = {"userId": "pietjepukkelen@petteflatcollege", "userIdType": "nlEduPersonRealId"}
    reference = {
        "master": {"userMasterIdentifier": ECK_ID},
        "one of a kind": {"userIds": employee},
        "list": {"userIds": [employee]},
    }[user]
    activation = {
        "entitlementId": ORDER_ID,
        "productId": "p",
        "entitlementType": "school-student",
        "school": _examples_in(official("usage")["components"]["schemas"]["SchoolReference"]),
        "user": reference,
        "usageDate": "2026-08-22",
        "usageType": "initial-activation",
        "expirationDate": "2027-07-31",
    }

    told = parse(InitialActivation, body(activation)).user
    asked = parse(SchoolUser, body({"school": SCHOOL, "user": reference})).user

    assert told == asked
    assert told.user_master_identifier == (ECK_ID if user == "master" else None)
    assert [one.user_id_type for one in told.user_ids] == ([] if user == "master" else ["NEPRI"])


def _examples_in(schema: dict[str, Any]) -> dict[str, Any]:
    """The `example` of each property that has one."""
    properties = schema["properties"].items()
    return {name: of["example"] for name, of in properties if "example" in of}
