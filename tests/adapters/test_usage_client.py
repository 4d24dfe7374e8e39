"""Reading a registry's usage and a shop's orders: what is taken, and how each failure is named."""

from __future__ import annotations

from contextlib import aclosing
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from adapters.eduv.json_entries import EntryTooLarge, NotJson, Scanner, entries
from adapters.eduv.partner_reader import NoAnswer, UnknownThere
from tests.adapters.reading_case import read_server, usage, usage_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ORDER = uuid4()
PATH = f"/usage/deliveryorders/{ORDER}"


async def test_an_entitlement_is_read_with_its_use() -> None:
    entitlement_id = uuid4()
    async with read_server() as server, usage_client() as client:
        shown = usage(entitlementId=str(entitlement_id))
        server.answers[f"/usage/entitlements/{entitlement_id}"] = (200, shown)
        read = await client.entitlement(server.partner(), entitlement_id)
    assert (read.entitlement_status, read.expiration_date) == ("licensed", date(2027, 7, 31))
    assert read.usage is not None
    assert (read.usage.first_used, read.usage.frequency_of_usage) == (date(2026, 9, 1), 12)


@pytest.mark.parametrize("several", [False, True])
async def test_the_entitlements_of_a_contract_come_from_one_object_or_from_an_array(
    several: bool,
) -> None:
    shown = [usage() for _ in range(3)]
    body: Any = {"deliveryOrderId": str(ORDER), "totalLicensed": 3, "entitlements": shown}
    if several:
        body = [{**body, "entitlements": shown[:1]}, {**body, "entitlements": shown[1:]}]
    async with read_server() as server, usage_client() as client:
        server.answers["/usage/contracts/RC/2026 17"] = (200, body)
        read = [each async for each in client.contract(server.partner(), "RC/2026 17")]
    assert [str(each.entitlement_id) for each in read] == [each["entitlementId"] for each in shown]


async def test_an_order_of_fifteen_thousand_is_read_as_it_comes() -> None:
    shown = [usage() for _ in range(15_000)]
    async with read_server() as server, usage_client() as client:
        server.answers[PATH] = (200, {"deliveryOrderId": str(ORDER), "entitlements": shown})
        count = 0
        async for _each in client.order(server.partner(), ORDER):
            count += 1
    assert count == len(shown)


async def test_an_answer_about_another_entitlement_is_none() -> None:
    entitlement_id = uuid4()
    async with read_server() as server, usage_client() as client:
        server.answers[f"/usage/entitlements/{entitlement_id}"] = (200, usage())
        with pytest.raises(NoAnswer, match="schema_incorrect"):
            await client.entitlement(server.partner(), entitlement_id)


async def test_somebody_forgotten_is_no_reason_not_to_read_the_rest() -> None:
    async with read_server() as server, usage_client() as client:
        server.answers[PATH] = (200, {"entitlements": [usage(user={})]})
        (read,) = [each async for each in client.order(server.partner(), ORDER)]
    assert read.user is None


async def test_what_is_not_there_is_not_a_failure() -> None:
    async with read_server() as server, usage_client() as client:
        with pytest.raises(UnknownThere):
            await client.entitlement(server.partner(), uuid4())


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, {}, "http_500"),
        (403, {"status": 21}, "http_403"),
        (429, {}, "too_many_requests"),
        (302, {}, "http_302"),
        (200, b"<html>", "schema_incorrect"),
        (200, b'{"entitlements": [', "schema_incorrect"),
        (200, {"deliveryOrderId": str(ORDER)}, "schema_incorrect"),
        (200, {"entitlements": [usage(entitlementStatus="lost")]}, "schema_incorrect"),
        (200, {"entitlements": [usage(filling="x" * 70_000)]}, "too_large"),
    ],
)
async def test_a_failure_is_named(status: int, body: object, reason: str) -> None:
    async with read_server() as server, usage_client() as client:
        server.answers[PATH] = (status, body)
        assert await _failure(client.order(server.partner(), ORDER)) == reason


async def test_a_partner_that_hangs_is_left_in_time() -> None:
    async with read_server() as server, usage_client(timeout_seconds=0.2) as client:
        server.hangs = True
        assert await _failure(client.order(server.partner(), ORDER)) == "timeout"


async def test_a_partner_that_is_away_or_has_no_such_address() -> None:
    async with read_server() as server, usage_client() as client:
        partner = server.partner()
        away = partner._replace(usage_url="http://127.0.0.1:9")
        assert await _failure(client.order(away, ORDER)) == "no_connection"
        without = partner._replace(usage_url="")
        assert await _failure(client.order(without, ORDER)) == "no_address"


async def test_an_answer_without_end_is_cut_off() -> None:
    shown = {"entitlements": [usage() for _ in range(100)]}
    async with read_server() as server, usage_client(most_bytes=10_000) as client:
        server.answers[PATH] = (200, shown)
        assert await _failure(client.order(server.partner(), ORDER)) == "too_large"


async def test_a_token_that_is_no_longer_good_is_renewed_once() -> None:
    async with read_server() as server, usage_client() as client:
        server.answers[PATH] = (200, {"entitlements": []})
        server.good_token = "uitgever-2"
        assert [each async for each in client.order(server.partner(), ORDER)] == []
        assert server.tokens == ["uitgever-1", "uitgever-2"]
        server.good_token = "another"
        assert await _failure(client.order(server.partner(), ORDER)) == "unauthorized"


async def test_a_shop_is_read_without_the_people_in_its_orders() -> None:
    shown = {
        "deliveryOrderId": str(ORDER),
        "contractId": "RC-1",
        "status": "licensed",
        "deliverySpecification": {"school": {}, "totalQuantity": 30},
        "buyer": {"displayName": "Een ouder"},
    }
    async with read_server() as server, usage_client() as client:
        shop = server.partner("winkel", "shop")
        server.answers[f"/deliveryorders/{ORDER}"] = (200, shown)
        server.answers["/deliveryorders/contracts/RC-1"] = (200, [shown, shown])
        order = await client.delivery_order(shop, ORDER)
        listed = [each async for each in client.delivery_orders(shop, "RC-1")]
    assert (order.status, order.delivery_specification.total_quantity) == ("licensed", 30)
    assert "ouder" not in repr(order)
    assert listed == [order, order]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
async def test_entries_are_found_however_the_answer_is_cut(size: int) -> None:
    text = rb'{"a": "]}\"[", "entitlements" : [{"b": {"c": ["x\\"]}}, {"d": "\"}"} ], "e": [{}]}'
    cut = _cut(text, size)
    found = [entry async for entry in entries(cut, "entitlements", 100)]
    assert found == [rb'{"b": {"c": ["x\\"]}}', rb'{"d": "\"}"}']


@pytest.mark.parametrize("text", [b"", b"[1]", b"[{]", b"[{}]]", b"[{}] [{}]", b'["', b"]"])
def test_what_is_not_the_array_that_was_meant_is_said(text: bytes) -> None:
    scanner = Scanner("entitlements")
    with pytest.raises(NotJson):
        _feed(scanner, text)


async def test_an_entry_has_a_size() -> None:
    with pytest.raises(EntryTooLarge):
        assert [each async for each in entries(_cut(b'[{"a": "' + b"x" * 99, 10), None, 50)]


def _feed(scanner: Scanner, text: bytes) -> None:
    list(scanner.feed(text))
    scanner.finish()


async def _cut(text: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


async def _failure(read: AsyncIterator[Any]) -> str:
    async with aclosing(read) as closing:  # type: ignore[type-var]
        with pytest.raises(NoAnswer) as failed:
            assert [each async for each in closing]
    return failed.value.code
