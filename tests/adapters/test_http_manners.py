"""Tokens, methods, versions, sizes, correlation: what holds for every request."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from structlog.testing import capture_logs

from adapters.security.issuing import mint, new_key
from adapters.wire.endpoints import left_to_others
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import AUDIENCE, ISSUER, KEY, PORTAL, REGISTRY, SHOP, token
from tests.adapters.http_stories import (
    ACTIVATION,
    CONFIRMATIONS,
    ENTITLEMENTS,
    ORDERS,
    activation,
    eck,
    order,
)

pytestmark = pytest.mark.anyio

OURS = (
    ("PUT", ORDERS, "2.0.0"),
    ("PUT", CONFIRMATIONS, "1.1.0"),
    ("GET", f"{ENTITLEMENTS}/{uuid4()}", "1.1.0"),
    ("GET", f"{ENTITLEMENTS}/deliveryorder/{uuid4()}", "1.1.0"),
    ("GET", f"{ENTITLEMENTS}/contracts/C1", "1.1.0"),
    ("GET", f"{ENTITLEMENTS}/school?orgMasterId=104A158", "1.1.0"),
    ("POST", f"{ENTITLEMENTS}/school/user", "1.1.0"),
    ("POST", f"{ENTITLEMENTS}/school/user/products", "1.1.0"),
    ("PUT", ACTIVATION, "1.0.0"),
)
MEGABYTE = 1024 * 1024


async def test_without_a_token_every_endpoint_gives_401_without_a_body(hub: Hub) -> None:
    for method, path, version in OURS:
        answer = await hub.call(None, method, path, b"{}" if method != "GET" else None)
        assert (path, answer.status, answer.body) == (path, 401, b"")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["API-Version"] == version


def _not_accepted() -> Iterator[str]:
    yield "geen-token"
    yield token(SHOP, issuer="https://elders.example.org")
    yield token(SHOP, audience="elders")
    yield token(SHOP, seconds=-3600)
    yield mint(new_key(), issuer=ISSUER, audience=AUDIENCE, client_id="client-winkel", scopes=[])


async def test_a_token_that_is_not_ours_or_over_gives_401(hub: Hub) -> None:
    for presented in _not_accepted():
        header = {"Authorization": f"Bearer {presented}"}
        answer = await hub.call(None, "PUT", ORDERS, order(), **header)
        assert (answer.status, answer.body) == (401, b"")
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


async def test_without_the_scope_every_endpoint_gives_403_with_code_21(hub: Hub) -> None:
    for method, path, _ in OURS:
        header = {"Authorization": f"Bearer {token(SHOP, 'eduv.orders')}"}
        answer = await hub.call(None, method, path, b"{}" if method != "GET" else None, **header)
        assert (path, answer.status, answer.code) == (path, 403, 21)
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


async def test_a_scope_of_another_role_or_an_unknown_client_opens_nothing(hub: Hub) -> None:
    unknown = mint(
        KEY,
        issuer=ISSUER,
        audience=AUDIENCE,
        client_id="client-onbekend",
        scopes=["eduv.delivery.entitlor"],
    )
    for presented in (token(PORTAL, "eduv.delivery.entitlor"), unknown):
        header = {"Authorization": f"Bearer {presented}"}
        answer = await hub.call(None, "PUT", ORDERS, order(), **header)
        assert (answer.status, answer.code) == (403, 21)
    assert await hub.facts("DeliveryOrderReceived") == []


async def test_what_other_components_provide_gives_405(hub: Hub) -> None:
    for endpoint in left_to_others("hub"):
        path = endpoint.path.replace("{id}", str(uuid4()))
        answer = await hub.call(SHOP, endpoint.method, path)
        assert (path, answer.status, answer.body) == (path, 405, b"")
        assert "Allow" in answer.headers
        assert "API-Version" in answer.headers


async def test_another_method_gives_405_and_says_which_is_allowed(hub: Hub) -> None:
    for method, path, allowed in (
        ("GET", ORDERS, "PUT"),
        ("GET", CONFIRMATIONS, "PUT"),
        ("DELETE", f"{ENTITLEMENTS}/{uuid4()}", "GET"),
        ("GET", f"{ENTITLEMENTS}/school/user", "POST"),
        ("POST", ACTIVATION, "PUT"),
    ):
        answer = await hub.call(SHOP, method, path)
        assert (path, answer.status, answer.headers["Allow"]) == (path, 405, allowed)


async def test_a_path_that_is_nowhere_gives_404(hub: Hub) -> None:
    answer = await hub.call(SHOP, "GET", "/delivery/v2/elders")
    assert (answer.status, answer.code) == (404, 99)


async def test_a_body_of_50_mb_gives_413(hub: Hub) -> None:
    answer = await hub.call(SHOP, "PUT", ORDERS, b" " * (50 * MEGABYTE))
    assert (answer.status, answer.code) == (413, 99)


async def test_so_does_one_that_comes_in_chunks(hub: Hub) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(50):
            sent += 1
            yield b" " * MEGABYTE

    answer = await hub.call(SHOP, "PUT", ORDERS, chunks())
    assert (answer.status, answer.code) == (413, 99)


async def test_a_body_up_to_the_limit_is_read(hub: Hub) -> None:
    answer = await hub.call(SHOP, "PUT", ORDERS, b" " * (16 * MEGABYTE))
    assert (answer.status, answer.code) == (400, 11)


async def test_a_body_that_says_it_is_no_json_gives_415(hub: Hub) -> None:
    for told in ("text/xml", "application/x-www-form-urlencoded", "application/octet-stream"):
        answer = await hub.call(SHOP, "PUT", ORDERS, order(), **{"Content-Type": told})
        assert (answer.status, answer.code) == (415, 99)


async def test_json_by_another_name_or_with_a_charset_is_json(hub: Hub) -> None:
    for told in ("Application/JSON; charset=utf-8", "application/problem+json", ""):
        answer = await hub.call(SHOP, "PUT", ORDERS, order(), **{"Content-Type": told})
        assert answer.status == 202


async def test_a_name_twice_in_one_object_gives_400_with_code_11(hub: Hub) -> None:
    body = json.dumps(order()).encode()[:-1] + b', "deliveryOrder": {}}'
    answer = await hub.call(SHOP, "PUT", ORDERS, body)
    assert (answer.status, answer.code) == (400, 11)
    assert "deliveryOrder must not occur twice in one object" in answer.json["statusMessage"]


async def test_only_a_uuid_is_taken_for_a_correlation_id(hub: Hub) -> None:
    for given in ("https://ketenid.nl/201703/" + "1" * 128, "Piet", "a" * 200):
        answer = await hub.call(SHOP, "PUT", ORDERS, order(), **{"X-Correlation-Id": given})
        assert answer.headers["X-Correlation-Id"] != given
        assert len(answer.headers["X-Correlation-Id"]) == 36


async def test_a_log_line_names_the_route_and_no_person_and_no_id(hub: Hub) -> None:
    with capture_logs() as lines:
        await hub.call(SHOP, "GET", f"{ENTITLEMENTS}/{uuid4()}")
        await hub.call(REGISTRY, "PUT", ACTIVATION, activation(uuid4(), eck(1)))
    answered = [line for line in lines if line["event"] == "request.answered"]
    assert [(line["route"], line["status"], line["partner"]) for line in answered] == [
        (f"{ENTITLEMENTS}/{{id}}", 404, SHOP),
        (ACTIVATION, 404, REGISTRY),
    ]
    assert "ketenid" not in repr(lines)


async def test_a_partner_that_calls_ends_its_own_pause(hub: Hub) -> None:
    with psycopg.connect(hub.url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO channel.flows (partner, unreachable_since) VALUES (%s, now())", (PORTAL,)
        )
        await hub.call(PORTAL, "GET", f"{ENTITLEMENTS}/{uuid4()}")
        rows = conn.execute("SELECT partner, heard FROM channel.flows").fetchall()
    assert rows == [(PORTAL, True)]


async def test_a_process_that_stops_says_so_and_takes_nothing(hub: Hub) -> None:
    ready = await hub.call(None, "GET", "/readyz")
    nobody_follows = [
        *("catalogue", "clock", "notices", "policies", "projections", "publisher", "work"),
        "gateway",
    ]
    assert ready.json == {"status": "ready", "degraded": {"absent": nobody_follows}}
    hub.services.draining.set()
    assert (await hub.call(None, "GET", "/readyz")).status == 503
    await hub.services.committer.drain()
    assert (await hub.call(None, "GET", "/livez")).status == 200
    answer = await hub.call(SHOP, "PUT", ORDERS, order())
    assert (answer.status, answer.code) == (503, 99)
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_health_may_be_asked_for_its_head_alone(hub: Hub, path: str) -> None:
    answer = await hub.call(None, "HEAD", path)
    assert (answer.status, answer.body) == (200, b"")


async def test_what_is_wrong_elsewhere_is_told_and_no_reason_to_go_away(hub: Hub) -> None:
    with psycopg.connect(hub.url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO channel.flows (partner, unreachable_since) VALUES (%s, now())", (PORTAL,)
        )
        conn.execute("SELECT pg_advisory_lock(hashtextextended('clock', 0))")
        answer = await hub.call(None, "GET", "/readyz")
    degraded: Any = answer.json["degraded"]
    assert (answer.status, degraded["partners"]) == (200, {PORTAL: "unreachable"})
    assert "policies" in degraded["absent"]
    assert "clock" not in degraded["absent"]


async def test_metrics_tell_of_followers_partners_and_requests(hub: Hub) -> None:
    await hub.call(SHOP, "PUT", ORDERS, order())
    text = (await hub.call(None, "GET", "/metrics")).body.decode()
    assert 'aanspraak_follower_lag_events{follower="projections"}' in text
    assert f'aanspraak_oldest_open_exchange_seconds{{partner="{PORTAL}"}}' in text
    assert f'method="PUT",route="{ORDERS}",status="202"' in text
