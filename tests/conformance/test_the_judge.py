"""The judge is strict: it sees what is wrong, and every patch mends something that was."""

from __future__ import annotations

import copy

import pytest

from tests.adapters import wire_case
from tests.conformance.judge import APIS, Exchange, faults, operations
from tests.conformance.official import HERE, PATCHES, SPEC, Patch, published

pytestmark = pytest.mark.skipif(not HERE, reason=f"the official texts are not at {SPEC}")

ORDERS = "/delivery/v2/deliveryorders"


def _ordered(request: bytes, status: int = 202, answer: bytes = b"") -> list[str]:
    return faults(
        Exchange(method="PUT", path=ORDERS, request=request, status=status, answer=answer)
    )


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: f"{patch.schema}: {patch.why}")
def test_every_patch_changes_something_and_says_why(patch: Patch) -> None:
    schema = published(patch.api)["components"]["schemas"][patch.schema]
    mended = copy.deepcopy(schema)
    patch.change(mended)
    assert mended != schema
    assert patch.why


@pytest.mark.parametrize("api", APIS)
def test_every_api_has_operations(api: str) -> None:
    assert operations(api)


def test_a_good_exchange_has_no_faults() -> None:
    assert _ordered(wire_case.body(wire_case.order_request())) == []


def test_the_branch_must_be_that_of_the_delivery_type() -> None:
    order = wire_case.order_request({"school": wire_case.SCHOOL})
    assert any("students" in fault for fault in _ordered(wire_case.body(order)))


def test_it_sees_what_is_missing_or_of_another_type() -> None:
    order = wire_case.order_request(startDate=20260822)
    assert any("startDate" in fault for fault in _ordered(wire_case.body(order)))
    without = wire_case.without(wire_case.order_request(), "deliveryOrder", "productId")
    assert any("productId" in fault for fault in _ordered(wire_case.body(without)))
    assert _ordered(b"nonsense") == ["PUT /deliveryorders 202: the request is no JSON"]


def test_it_sees_a_status_or_a_body_that_the_text_does_not_have() -> None:
    good = wire_case.body(wire_case.order_request())
    assert _ordered(good, 200) == ["PUT /deliveryorders 200: this status is not documented"]
    assert len(_ordered(good, 202, b"{}")) == 1
    assert len(_ordered(good, 400, b'{"message": "no"}')) == 1
    assert _ordered(good, 400, b'{"status": 11}') == []
    assert _ordered(good, 401) == _ordered(good, 503) == []


def test_it_sees_a_path_that_no_text_has() -> None:
    exchange = Exchange(method="PUT", path=f"{ORDERS}/x", request=b"", status=202, answer=b"")
    assert faults(exchange) == [f"PUT {ORDERS}/x: no such path"]
    ours = Exchange(method="GET", path="/trace/v1/orders", request=b"", status=200, answer=b"[]")
    assert faults(ours) == []
