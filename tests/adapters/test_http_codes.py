"""Activation codes over HTTP: asked for, taken into stock, given out once, revoked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from aanspraak.domain import ids
from tests.adapters.http_case import Hub, running_hub
from tests.adapters.http_partners import (
    BOOK,
    OTHER_BOOK,
    OTHER_REGISTRY,
    REGISTRY,
    offering_codes,
)
from tests.adapters.numbers_case import operated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.http_case import Answer

pytestmark = pytest.mark.anyio

API = "/activationcode/v0/activationcodes"


async def test_codes_are_asked_for_come_into_stock_and_go_out_once(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await hub.submit(*offering_codes(REGISTRY))
        await hub.catch_up()
        reference = await _requested(hub, 3)
        assert (await _confirm(hub, reference, "AA-1", "AA-2", "AA-3")).status == 202
        assert (await _confirm(hub, reference, "AA-1", "AA-2", "AA-3")).status == 202
        first = await _take(hub, 2)
        assert first.json == {"productId": BOOK, "activationCodes": ["AA-1", "AA-2"], "left": 1}
        too_many = await _take(hub, 2)
        assert (too_many.status, too_many.code) == (409, 4199)
        await hub.catch_up()
        (stock,) = (await _operate(hub, "GET", "stock")).json
        facts = await hub.facts("CodesReceived")
    assert len(facts) == 1
    assert (stock["unused"], stock["takenOut"], stock["received"]) == (1, 2, 3)


async def test_the_same_request_takes_the_same_codes_whoever_asks_at_the_same_moment(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await _stocked(hub, *(f"AA-{number}" for number in range(20)))
        same = str(uuid4())
        takers = [_take(hub, 2, same) for _ in range(4)] + [_take(hub, 2) for _ in range(12)]
        answers = await asyncio.gather(*takers)
    assert len({(answer.status, answer.body) for answer in answers[:4]}) == 1
    apart = {tuple(answer.json["activationCodes"]) for answer in answers if answer.status == 200}
    assert len({code for codes in apart for code in codes}) == 2 * len(apart) == 20
    assert {answer.status for answer in answers} == {200, 409}


async def test_without_the_publishers_word_nothing_is_asked_and_the_answers_have_no_place(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        refused = await _request(hub, 3)
        assert (refused.status, refused.code) == (409, 4121)
        answer = await _confirm(hub, "x-1", "AA-1")
        assert (answer.status, answer.body) == (405, b"")
        assert (await hub.call(REGISTRY, "PUT", API, {})).status == 405
        assert await hub.facts("CodesRequested") == []


async def test_an_answer_counts_only_from_the_registry_that_was_asked(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await hub.submit(*offering_codes(REGISTRY, OTHER_REGISTRY))
        await hub.catch_up()
        reference = await _requested(hub, 1)
        stranger = await _confirm(hub, reference, "AA-1", partner=OTHER_REGISTRY)
        assert (stranger.status, stranger.code) == (403, 21)
        for unknown in ("nonsense", f"{ids.code_stock_stream(BOOK)}-2"):
            answer = await _confirm(hub, unknown, "AA-1")
            assert (answer.status, answer.code) == (400, 4040)
        another = await _confirm(hub, reference, "AA-1", productId=OTHER_BOOK)
        assert (another.status, another.code) == (400, 4040)
        assert await hub.facts("CodesReceived") == []
        assert set(await hub.incidents()) == {"not-yours", "unknown-reference"}


async def test_a_code_is_revoked_and_what_is_confirmed_about_another_is_unknown(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await _stocked(hub, "AA-1", "AA-2")
        revoke = {"productId": BOOK, "activationCodes": ["aa1", "ZZ-9"]}
        told = await _operate(hub, "POST", "revoke", revoke)
        assert [each["outcome"] for each in told.json] == ["asked", "asked"]
        again = await _operate(hub, "POST", "revoke", revoke)
        assert [each["outcome"] for each in again.json] == ["already-asked", "already-asked"]
        asked: list[Any] = [each.event for each in await hub.facts("CodeRevocationRequested")]
        reference = asked[0].reference_id
        assert (await _confirm_revoked(hub, reference, "ZZ-9")).code == 4040
        assert (await _confirm_revoked(hub, reference, "AA-1")).status == 202
        assert (await _take(hub, 2)).status == 409
        assert (await _take(hub, 1)).json["activationCodes"] == ["AA-2"]


async def test_a_code_lies_in_no_fact(database_url: str, tmp_path: Path) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await _stocked(hub, "SECRET-CODE-1")
        await _take(hub, 1)
        assert "SECRET" not in repr(await hub.facts())


async def _stocked(hub: Hub, *codes: str) -> None:
    await hub.submit(*offering_codes(REGISTRY))
    await hub.catch_up()
    reference = await _requested(hub, len(codes))
    assert (await _confirm(hub, reference, *codes)).status == 202


async def _requested(hub: Hub, quantity: int) -> str:
    answer = await _request(hub, quantity)
    assert answer.status == 202
    return str(answer.json["requestReferenceId"])


async def _request(hub: Hub, quantity: int) -> Answer:
    body = {"requestId": str(uuid4()), "productId": BOOK, "quantity": quantity}
    return await _operate(hub, "POST", "request", body)


async def _take(hub: Hub, quantity: int, request_id: str | None = None) -> Answer:
    order = "24e39454-5360-4ba4-819f-03e59b8dd679"
    body = {"productId": BOOK, "quantity": quantity, "deliveryOrderId": order}
    return await _operate(hub, "POST", "take", {**body, "requestId": request_id or str(uuid4())})


async def _operate(hub: Hub, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
    return await operated(hub, method, f"/codes/{path}", body)


async def _confirm(
    hub: Hub, reference: str, *codes: str, partner: str = REGISTRY, **changed: object
) -> Answer:
    body = {
        "requestReferenceId": reference,
        "responseReferenceId": "receipt-1",
        "productId": BOOK,
        "activationCodes": list(codes),
        "processedTimestamp": "2026-08-24T09:00:01Z",
        "success": True,
        "status": 0,
        **changed,
    }
    return await hub.call(partner, "PUT", f"{API}/confirmations", body)


async def _confirm_revoked(hub: Hub, reference: str, code: str) -> Answer:
    body = {
        "requestReferenceId": reference,
        "responseReferenceId": "receipt-2",
        "activationCode": code,
        "processedTimestamp": "2026-08-24T09:00:01Z",
        "success": True,
        "status": 0,
    }
    return await hub.call(REGISTRY, "PUT", f"{API}/revoke/confirmations", body)
