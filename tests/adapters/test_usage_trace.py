"""GET /trace/v1/usage: what a registry says of use, as of when, to whom it may be told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from typer.testing import Result

from aanspraak.domain import ids
from aanspraak.domain.partner.commands import RegisterPartner
from tests.adapters.http_case import NOW, Answer, Hub, running_hub
from tests.adapters.http_partners import (
    BOOK,
    OTHER_REGISTRY,
    OTHER_SHOP,
    PORTAL,
    REGISTRY,
    SHOP,
    token,
)
from tests.adapters.http_stories import Ordered, eck, ordered
from tests.adapters.reading_case import ReadServer, read_server, usage
from tests.adapters.verb_case import typed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.anyio

CONTRACT = "RC-2026-17"


@asynccontextmanager
async def asked(
    database_url: str,
    tmp_path: Path,
    **settings: Any,  # noqa: ANN401 - settings
) -> AsyncIterator[tuple[Hub, ReadServer, Ordered]]:
    """A hub with an order at a registry that can be read."""
    async with read_server() as server, running_hub(database_url, tmp_path, **settings) as hub:
        await hub.submit((ids.partner_stream(REGISTRY), _reading(server)))
        so_far = await ordered(hub, eck(1), contractId=CONTRACT)
        _tells(server, so_far)
        yield hub, server, so_far


async def test_an_entitlement_an_order_and_a_contract_are_told(
    database_url: str, tmp_path: Path
) -> None:
    async with asked(database_url, tmp_path) as (hub, server, so_far):
        for path in _paths(so_far):
            answer = await _get(hub, path)
            assert answer.status == 200
            assert answer.json["asOf"] == "2026-08-24T09:00:00Z"
            assert answer.json["sources"][0] == {
                "registry": REGISTRY,
                "asOf": "2026-08-24T09:00:00Z",
                "known": True,
                "attemptedAt": "2026-08-24T09:00:00Z",
            }
            assert "warnings" not in answer.json
            (use,) = answer.json["entitlements"]
            assert use == {
                "entitlementId": str(so_far.entitlement_id),
                "productId": BOOK,
                "status": "licensed",
                "firstUsed": "2026-09-01",
                "lastUsed": "2026-10-01",
                "frequencyOfUsage": 12,
                "expirationDate": "2027-07-31",
                "asOf": "2026-08-24T09:00:00Z",
            }
            totals = {"entitled": 0, "licensed": 1, "cancelled": 0, "blocked": 0, "expired": 0}
            assert answer.json["totals"] == totals
        assert len(server.asked) == 3


async def test_what_is_kept_will_do_for_an_hour_unless_it_must_be_fresh(
    database_url: str, tmp_path: Path
) -> None:
    async with asked(database_url, tmp_path) as (hub, server, so_far):
        path = f"orders/{so_far.order_id}"
        await _get(hub, path)
        hub.clock.at = NOW + timedelta(minutes=59)
        assert (await _get(hub, path)).json["asOf"] == "2026-08-24T09:00:00Z"
        assert len(server.asked) == 1
        assert (await _get(hub, f"{path}?fresh=true")).json["asOf"] == "2026-08-24T09:59:00Z"
        hub.clock.at = NOW + timedelta(minutes=59, hours=1)
        assert (await _get(hub, path)).json["asOf"] == "2026-08-24T10:59:00Z"
        assert len(server.asked) == 3


async def test_what_a_registry_no_longer_has_is_gone(database_url: str, tmp_path: Path) -> None:
    async with asked(database_url, tmp_path) as (hub, server, so_far):
        for path in _paths(so_far):
            assert len((await _get(hub, path)).json["entitlements"]) == 1
            hub.clock.at += timedelta(hours=2)
            server.answers.clear()
            answer = await _get(hub, path)
            assert answer.json["sources"][0]["known"] is False
            assert answer.json["entitlements"] == []
            assert answer.json["warnings"] == [f"{REGISTRY} does not know it"]
            hub.clock.at += timedelta(hours=2)
            _tells(server, so_far)


async def test_a_registry_that_fails_costs_a_warning_and_is_left_alone_for_a_while(
    database_url: str, tmp_path: Path
) -> None:
    async with asked(database_url, tmp_path) as (hub, server, so_far):
        path = f"orders/{so_far.order_id}"
        await _get(hub, path)
        server.answers = {f"/usage/deliveryorders/{so_far.order_id}": (500, {})}
        hub.clock.at = NOW + timedelta(hours=2)
        for _ in range(2):
            answer = (await _get(hub, path)).json
            assert answer["asOf"] == "2026-08-24T09:00:00Z"
            assert answer["sources"][0]["error"] == "http_500"
            kept = "this is as of 2026-08-24T09:00:00Z"
            assert answer["warnings"] == [f"{REGISTRY} did not answer (http_500): {kept}"]
            assert len(answer["entitlements"]) == 1
        assert len(server.asked) == 2
        hub.clock.at += timedelta(seconds=31)
        await _get(hub, path)
        assert len(server.asked) == 3


async def test_nobody_waits_longer_than_a_request_may_take(
    database_url: str, tmp_path: Path
) -> None:
    settings = {"request_timeout_seconds": 0.3}
    async with asked(database_url, tmp_path, **settings) as (hub, server, so_far):
        server.hangs = True
        async with asyncio.timeout(5):
            answer = (await _get(hub, f"orders/{so_far.order_id}")).json
    assert "asOf" not in answer
    assert answer["entitlements"] == []
    assert answer["warnings"] == [f"{REGISTRY} did not answer (timeout): never read"]


async def test_who_asks_at_the_same_moment_shares_the_question(
    database_url: str, tmp_path: Path
) -> None:
    async with asked(database_url, tmp_path) as (hub, server, so_far):
        await asyncio.gather(*(_get(hub, f"orders/{so_far.order_id}") for _ in range(8)))
        assert len(server.asked) == 1


async def test_what_is_anothers_is_not_there(database_url: str, tmp_path: Path) -> None:
    async with asked(database_url, tmp_path) as (hub, server, so_far):
        for path in _paths(so_far):
            for partner in (SHOP, REGISTRY):
                assert (await _get(hub, path, partner)).status == 200
            for partner in (OTHER_SHOP, OTHER_REGISTRY, PORTAL):
                assert (await _get(hub, path, partner)).status == 404
        nothing = (f"entitlements/{uuid4()}", f"orders/{uuid4()}", "contracts/none", "orders/x")
        for path in nothing:
            assert (await _get(hub, path)).status == 404
        assert len(server.asked) == 3


async def test_a_registry_says_nothing_of_what_is_not_its_own(
    database_url: str, tmp_path: Path
) -> None:
    async with asked(database_url, tmp_path) as (hub, server, so_far):
        other = await ordered(hub, eck(2), productId="9789006100020", contractId=CONTRACT)
        told = [usage(entitlementId=str(one.entitlement_id)) for one in (so_far, other)]
        server.answers = {f"/usage/contracts/{CONTRACT}": (200, {"entitlements": told})}
        answer = (await _get(hub, f"contracts/{CONTRACT}")).json
    assert [each["entitlementId"] for each in answer["entitlements"]] == [
        str(so_far.entitlement_id)
    ]
    assert {each["registry"] for each in answer["sources"]} == {REGISTRY, OTHER_REGISTRY}
    assert "asOf" not in answer


async def test_no_person_is_kept(database_url: str, tmp_path: Path) -> None:
    async with asked(database_url, tmp_path) as (hub, _server, so_far):
        await _get(hub, f"orders/{so_far.order_id}")
        async with hub.services.pool.connection() as conn:
            rows = await (await conn.execute("SELECT u::text FROM usage.entitlements u")).fetchall()
    assert len(rows) == 1
    assert "ketenid" not in rows[0][0]


def _tells(server: ReadServer, so_far: Ordered) -> None:
    """What a registry has of an order, wherever it is asked."""
    one = usage(entitlementId=str(so_far.entitlement_id))
    whole = {"deliveryOrderId": str(so_far.order_id), "entitlements": [one]}
    server.answers = {
        f"/usage/entitlements/{so_far.entitlement_id}": (200, one),
        f"/usage/deliveryorders/{so_far.order_id}": (200, whole),
        f"/usage/contracts/{CONTRACT}": (200, whole),
    }


def _paths(so_far: Ordered) -> tuple[str, ...]:
    return (
        f"entitlements/{so_far.entitlement_id}",
        f"orders/{so_far.order_id}",
        f"contracts/{CONTRACT}",
    )


def _reading(server: ReadServer) -> RegisterPartner:
    """The registry, now with an address where it can be read."""
    return RegisterPartner(
        partner=REGISTRY,
        role="registry",
        title=REGISTRY,
        client_id=f"client-{REGISTRY}",
        url=server.url,
        token_url=f"{server.url}/token",
        scope="",
        usage_url=server.url,
    )


async def _get(hub: Hub, path: str, partner: str | None = None) -> Answer:
    """As the operator, or as a partner."""
    operator = token("operator", "aanspraak.trace", "aanspraak.operate")
    bearer = token(partner, "aanspraak.trace") if partner else operator
    headers: dict[str, Any] = {"Authorization": f"Bearer {bearer}"}
    return await hub.call(None, "GET", f"/trace/v1/usage/{path}", **headers)


async def test_the_command_line_tells_the_same(database_url: str, tmp_path: Path) -> None:
    async with asked(database_url, tmp_path) as (hub, server, so_far):
        for what, given in (
            ("entitlement", so_far.entitlement_id),
            ("order", so_far.order_id),
            ("contract", CONTRACT),
        ):
            told = await _verb(hub, tmp_path, "usage", what, str(given))
            assert (told.exit_code, told.stderr) == (0, "")
            assert f"{REGISTRY}: as of " in told.stdout
            assert (
                f"{so_far.entitlement_id}  {BOOK}  licensed, first used 2026-09-01" in told.stdout
            )
            assert "1 licensed" in told.stdout
        server.answers.clear()
        again = await _verb(hub, tmp_path, "usage", "order", str(so_far.order_id), "--fresh")
        assert f"{REGISTRY} does not know it" in again.stdout
        assert (await _verb(hub, tmp_path, "usage", "order", str(uuid4()))).exit_code == 1


async def _verb(hub: Hub, folder: Path, *given: str) -> Result:
    return await asyncio.to_thread(typed, hub.url, folder, *given)
