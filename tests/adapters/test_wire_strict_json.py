"""What two readers of JSON could understand differently is refused, naming the rule."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.wire.delivery_v2 import DeliveryOrderRequest
from adapters.wire.entitlement_v1 import EntitlementConfirmation
from adapters.wire.message import Message
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect
from adapters.wire.strict_json import NO_NUMBER, TWICE, problems_of_json
from tests.adapters.wire_case import ORDER_ID, body, order_request


def _said(model: type[Message], message: bytes) -> list[str]:
    with pytest.raises(SchemaIncorrect) as caught:
        parse(model, message)
    return [str(problem) for problem in caught.value.problems]


def test_a_name_that_one_object_has_twice_is_named() -> None:
    whole = body(order_request())
    twice = whole.replace(b'"productId":', b'"productId": "another", "productId":', 1)
    assert twice != whole
    assert _said(DeliveryOrderRequest, twice) == [f"productId {TWICE}"]


def test_also_in_what_the_schema_does_not_name_and_beside_other_faults() -> None:
    request = order_request(deliveryOrderId="no uuid")
    extra = body(request)[:-1] + b', "ours": [{"a": 1, "a": 1}]}'
    said = _said(DeliveryOrderRequest, extra)
    assert said[0] == f"a {TWICE}"
    assert [each.split()[0] for each in said[1:]] == ["deliveryOrder.deliveryOrderId"]


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_nan_is_refused_wherever_it_stands(number: bytes) -> None:
    message = body(order_request())[:-1] + b', "ours": ' + number + b"}"
    assert _said(DeliveryOrderRequest, message) == [f"the message {NO_NUMBER}"]


def test_a_name_that_could_be_anything_is_not_repeated() -> None:
    (said,) = _said(DeliveryOrderRequest, body(order_request())[:-1] + b', "a b": 1, "a b": 2}')
    assert said == f"? {TWICE}"


def test_it_counts_for_a_message_whose_u0000_is_removed_as_well() -> None:
    confirmation: dict[str, Any] = {
        "entitlementReferenceId": "5f0c",
        "entitlementReceiveId": "77",
        "entitlementId": ORDER_ID,
        "productId": "p",
        "processedTimestamp": "2026-07-21T17:32:28Z",
        "statusMessage": "a\x00b",
        "success": True,
        "status": 0,
    }
    message = json.dumps(confirmation).encode()
    assert parse(EntitlementConfirmation, message).status_message == "ab"
    twice = message[:-1] + b', "success": false}'
    assert _said(EntitlementConfirmation, twice) == [f"success {TWICE}"]


def test_the_same_name_in_two_objects_is_nothing() -> None:
    assert problems_of_json(b'[{"a": {"a": 1}}, {"a": 1}]') == ()


@pytest.mark.parametrize("broken", [b"", b"{", b"[" * 100_000, b"\xff", b'{"a": ' + b"9" * 9_999])
def test_of_what_is_no_json_the_validation_tells(broken: bytes) -> None:
    assert problems_of_json(broken) == ()
