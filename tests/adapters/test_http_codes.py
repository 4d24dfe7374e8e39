"""Activation codes over HTTP: asked for, taken into stock, given out once, revoked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from aanspraak.domain import ids
from tests.adapters.codes_case import (
    API,
    confirm,
    confirm_revoked,
    request,
    requested,
    revoke,
    stocked,
    take,
)
from tests.adapters.http_case import running_hub
from tests.adapters.http_partners import (
    BOOK,
    OTHER_BOOK,
    OTHER_REGISTRY,
    REGISTRY,
    offering_codes,
)
from tests.adapters.numbers_case import operated, traced

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.anyio


async def test_codes_are_asked_for_come_into_stock_and_go_out_once(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await hub.submit(*offering_codes(REGISTRY))
        await hub.catch_up()
        reference = await requested(hub, 3)
        assert (await confirm(hub, reference, "AA-1", "AA-2", "AA-3")).status == 202
        assert (await confirm(hub, reference, "AA-1", "AA-2", "AA-3")).status == 202
        first = await take(hub, 2)
        assert first.json == {"productId": BOOK, "activationCodes": ["AA-1", "AA-2"], "left": 1}
        too_many = await take(hub, 2)
        assert (too_many.status, too_many.code) == (409, 4199)
        await hub.catch_up()
        (stock,) = (await operated(hub, "GET", "/codes/stock")).json
        facts = await hub.facts("CodesReceived")
    assert len(facts) == 1
    assert (stock["unused"], stock["takenOut"], stock["received"]) == (1, 2, 3)


async def test_the_same_request_takes_the_same_codes_whoever_asks_at_the_same_moment(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await stocked(hub, *(f"AA-{number}" for number in range(20)))
        same = str(uuid4())
        takers = [take(hub, 2, same) for _ in range(4)] + [take(hub, 2) for _ in range(12)]
        answers = await asyncio.gather(*takers)
    assert len({(answer.status, answer.body) for answer in answers[:4]}) == 1
    apart = {tuple(answer.json["activationCodes"]) for answer in answers if answer.status == 200}
    assert len({code for codes in apart for code in codes}) == 2 * len(apart) == 20
    assert {answer.status for answer in answers} == {200, 409}


async def test_without_the_publishers_word_nothing_is_asked_and_the_answers_have_no_place(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        refused = await request(hub, 3)
        assert (refused.status, refused.code) == (409, 4121)
        answer = await confirm(hub, "x-1", "AA-1")
        assert (answer.status, answer.body) == (405, b"")
        assert (await hub.call(REGISTRY, "PUT", API, {})).status == 405
        assert await hub.facts("CodesRequested") == []


async def test_an_answer_counts_only_from_the_registry_that_was_asked(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await hub.submit(*offering_codes(REGISTRY, OTHER_REGISTRY))
        await hub.catch_up()
        reference = await requested(hub, 1)
        stranger = await confirm(hub, reference, "AA-1", partner=OTHER_REGISTRY)
        assert (stranger.status, stranger.code) == (403, 21)
        for unknown in ("nonsense", f"{ids.code_stock_stream(BOOK)}-2"):
            answer = await confirm(hub, unknown, "AA-1")
            assert (answer.status, answer.code) == (400, 4040)
        another = await confirm(hub, reference, "AA-1", productId=OTHER_BOOK)
        assert (another.status, another.code) == (400, 4040)
        assert await hub.facts("CodesReceived") == []
        assert set(await hub.incidents()) == {"not-yours", "unknown-reference"}


async def test_a_code_is_revoked_and_what_is_confirmed_about_another_is_unknown(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await stocked(hub, "AA-1", "AA-2")
        told = await revoke(hub, "aa1", "ZZ-9")
        assert [each["outcome"] for each in told.json] == ["asked", "asked"]
        again = await revoke(hub, "aa1", "ZZ-9")
        assert [each["outcome"] for each in again.json] == ["already-asked", "already-asked"]
        asked: list[Any] = [each.event for each in await hub.facts("CodeRevocationRequested")]
        reference = asked[0].reference_id
        assert (await confirm_revoked(hub, reference, "ZZ-9")).code == 4040
        assert (await confirm_revoked(hub, reference, "AA-1")).status == 202
        assert (await take(hub, 2)).status == 409
        assert (await take(hub, 1)).json["activationCodes"] == ["AA-2"]


async def test_a_code_lies_in_no_fact(database_url: str, tmp_path: Path) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await stocked(hub, "SECRET-CODE-1")
        await take(hub, 1)
        assert "SECRET" not in repr(await hub.facts())


async def test_a_low_stock_is_an_incident_until_it_is_refilled(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await stocked(hub, "AA-1", "AA-2")
        await operated(hub, "POST", "/codes/mark", {"productId": BOOK, "mark": 2})
        await take(hub, 1)
        await hub.catch_up()
        measured = (await hub.call(None, "GET", "/metrics")).body.decode()
        assert f'aanspraak_code_stock_codes{{product="{BOOK}"}} 1.0' in measured
        assert await hub.incidents() == ["code-stock-low"]
        more = await requested(hub, 2)
        await confirm(hub, more, "BB-1", "BB-2", responseReferenceId="receipt-2")
        await hub.catch_up()
        assert len(await hub.facts("IncidentClosed")) == 1


async def test_what_a_registry_refuses_is_an_incident(database_url: str, tmp_path: Path) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await hub.submit(*offering_codes(REGISTRY))
        await hub.catch_up()
        refusal: dict[str, Any] = {"success": False, "status": 4020, "statusMessage": "no contract"}
        await confirm(hub, await requested(hub, 2), **refusal)
        await revoke(hub, "AA-1")
        asked: list[Any] = [each.event for each in await hub.facts("CodeRevocationRequested")]
        reference = asked[0].reference_id
        await confirm_revoked(hub, reference, "AA-1", success=False, status=4042)
        await hub.catch_up()
        assert sorted(await hub.incidents()) == ["code-revocation-refused", "codes-refused"]


async def test_it_is_closed_when_the_registry_gives_codes_after_all_and_all_of_them(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path) as hub:
        await hub.submit(*offering_codes(REGISTRY))
        await hub.catch_up()
        refusal: dict[str, Any] = {"success": False, "status": 4020, "statusMessage": "no contract"}
        await confirm(hub, await requested(hub, 2), **refusal)
        await hub.catch_up()
        short = await requested(hub, 2)
        await confirm(hub, short, "AA-1", responseReferenceId="receipt-2")
        await hub.catch_up()
        open_now = (await traced(hub, "/incidents?state=open")).json
        assert [each["kind"] for each in open_now] == ["fewer-codes-than-asked"]
        shown = (await traced(hub, f"/incidents/{open_now[0]['incidentId']}")).json
        assert shown["affected"] == []
