"""What every sandbox partner demands, and how it misbehaves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientError, ClientTimeout
from structlog.testing import capture_logs

from adapters.sandbox.options import Kind
from adapters.wire.outgoing import encode
from tests.adapters.sandbox_case import ENTITLEMENTS, entitlement_request, playing

if TYPE_CHECKING:
    from pathlib import Path

OTHERS: list[tuple[Kind, str, str]] = [
    ("shop", "PUT", "/delivery/v2/deliveryorders"),
    ("shop", "PUT", ENTITLEMENTS),
    ("registry", "PUT", "/entitlement/v1/entitlements/confirmations"),
    ("registry", "GET", "/entitlement/v1/entitlements/school"),
    ("registry", "PUT", "/usage/v1/usage/activation"),
    ("portal", "GET", "/entitlement/v1/entitlements/1"),
    ("portal", "GET", "/usage/v1/usage/school"),
]


@pytest.mark.parametrize(("kind", "method", "path"), OTHERS)
async def test_what_others_provide_is_answered_with_405(kind: Kind, method: str, path: str) -> None:
    async with playing(kind) as stage:
        headers = {"Authorization": f"Bearer {stage.token}"}
        async with stage.session.request(method, stage.url + path, headers=headers) as answer:
            assert answer.status == 405
            assert answer.headers["API-Version"].count(".") == 2


async def test_without_a_token_of_its_own_nothing_is_taken() -> None:
    request = encode(entitlement_request())
    async with playing("registry") as stage:
        stage.token = "made up"
        assert await stage.put(ENTITLEMENTS, request) == (401, b"")
        async with stage.session.put(stage.url + ENTITLEMENTS, data=request) as answer:
            assert answer.status == 401
            assert "Bearer" in answer.headers["WWW-Authenticate"]
        assert (await stage.effects())["effects"] == 0


async def test_a_token_is_given_for_an_assertion_signed_by_the_client(tmp_path: Path) -> None:
    async with playing("registry", keys=tmp_path / "keys.json") as stage:
        status, token = await stage.ask_for_token(scope="eduv.entitlement.licensor")
        assert (status, token["token_type"]) == (200, "Bearer")
        assert token["scope"] == "eduv.entitlement.licensor"
        for form, error in (
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"client_assertion_type": "none"}, "invalid_request"),
            ({"client_assertion": "a.b.c"}, "invalid_client"),
        ):
            assert await stage.ask_for_token(**form) == (400, {"error": error})


@pytest.mark.parametrize("assertion", ["", "a.b", "a.e30.c", "a.W10.c"])
async def test_without_keys_an_assertion_must_at_least_look_like_one(assertion: str) -> None:
    async with playing("registry") as stage:
        answer = await stage.ask_for_token(client_assertion=assertion)
        assert answer == (400, {"error": "invalid_client"})


async def test_a_token_may_expire_at_any_moment() -> None:
    async with playing("registry") as stage:
        await stage.behave(expiredTokenShare=1)
        assert await stage.send(entitlement_request()) == [401]
        await stage.behave()
        assert await stage.send(entitlement_request()) == [401]
        stage.token = (await stage.ask_for_token())[1]["access_token"]
        assert await stage.send(entitlement_request()) == [202]


async def test_when_down_it_closes_or_refuses_but_can_still_be_told() -> None:
    async with playing("registry", down="closed") as stage:
        with pytest.raises(ClientError):
            await stage.send(entitlement_request())
        with pytest.raises(ClientError):
            await stage.ask_for_token()

        await stage.behave(down="unavailable", retryAfterSeconds=7)
        async with stage.session.put(stage.url + ENTITLEMENTS) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "7")

        await stage.behave()
        assert (await stage.ask_for_token())[0] == 200


async def test_it_fails_in_the_ways_it_is_told_to() -> None:
    async with playing("registry") as stage:
        await stage.behave(failShare=1)
        assert await stage.send(entitlement_request()) == [500]
        await stage.behave(failShare=1, failWith="closed")
        with pytest.raises(ClientError):
            await stage.send(entitlement_request())
        await stage.behave(failShare=1, failWith="timeout")
        with pytest.raises(TimeoutError):
            await stage.session.put(stage.url + ENTITLEMENTS, timeout=ClientTimeout(total=0.2))
        await stage.behave(failShare=0.5)
        answers = await stage.send(*(entitlement_request() for _ in range(60)))
        assert 10 < answers.count(500) < 50
        assert answers.count(202) == (await stage.effects())["effects"]


async def test_it_takes_its_time() -> None:
    async with playing("registry", latency_seconds=0.2, jitter_seconds=0.05) as stage:
        before = asyncio.get_running_loop().time()
        await stage.send(entitlement_request())
        assert asyncio.get_running_loop().time() - before >= 0.2


@pytest.mark.parametrize("nonsense", [{"unknown": 1}, {"failShare": 2}, {"down": True}, []])
async def test_nonsense_is_no_behaviour(nonsense: object) -> None:
    async with playing("registry") as stage:
        assert (await stage.control("PUT", "behaviour", nonsense))[0] == 400
        assert (await stage.control("GET", "behaviour"))[1]["failShare"] == 0


async def test_a_log_line_names_nobody() -> None:
    with capture_logs() as lines:
        async with playing("registry", activate_share=1) as stage:
            stage.hub.status = 500
            await stage.send(entitlement_request())
            await stage.hub.has(0, refused=1)
            stage.hub.status = 202
            await stage.hub.has(2)
    assert [line["event"] for line in lines] == ["attempt.failed"]
    assert "ketenid" not in str(lines)


async def test_a_thousand_that_come_together_are_each_taken_and_confirmed_once() -> None:
    requests = [entitlement_request() for _ in range(1000)]
    async with playing("registry") as stage:
        rest = iter(requests)

        async def caller() -> None:
            for request in rest:
                assert await stage.send(request) == [202]

        await asyncio.gather(*(caller() for _ in range(16)))
        confirmed = await stage.hub.has(1000)
        assert (await stage.settled())["confirmed"] == {"entitled": 1000}
    asked = sorted(str(request.entitlement_reference_id) for request in requests)
    assert sorted(each.entitlement_reference_id for each in confirmed) == asked
