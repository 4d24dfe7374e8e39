"""/notifications/v0: a provider tells of its products, and the hub asks what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from aanspraak.domain import ids
from aanspraak.domain.product.commands import ListProduct
from adapters.postgres.catalogues import PullRow, read_pull, save_pull
from adapters.postgres.connection import connect
from tests.adapters.http_case import NOW, Answer, Hub
from tests.adapters.http_partners import BOOK, CATALOGUE, SHOP, listings

pytestmark = pytest.mark.anyio

TELL = "/notifications/v0/notification"
LATER = NOW + timedelta(hours=1)


def notice(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "id": str(uuid4()),
        "notificationType": "object",
        "objectType": "Product",
        "objectId": BOOK,
        "created": "2026-08-24T08:00:00Z",
        **changed,
    }


@pytest.fixture
async def telling(hub: Hub) -> Hub:
    """Give a hub that has BOOK of CATALOGUE, which it asks again in an hour."""
    (listed,) = (one for _, one in listings() if isinstance(one, ListProduct) and _is_book(one))
    await hub.submit((ids.product_stream(BOOK), replace(listed, provider=CATALOGUE)))
    async with await connect(hub.url, "test") as conn:
        await save_pull(conn, PullRow(provider=CATALOGUE, next_attempt_at=LATER))
    return hub


def _is_book(one: ListProduct) -> bool:
    return one.product_id == BOOK


async def tell(hub: Hub, body: dict[str, Any]) -> Answer:
    return await hub.call(CATALOGUE, "POST", TELL, body)


async def asked_again_at(hub: Hub) -> object:
    async with await connect(hub.url, "test") as conn:
        row = await read_pull(conn, CATALOGUE)
    return row and row.next_attempt_at


@pytest.mark.parametrize("about", ["Product", "ProductInfo"])
async def test_the_catalogue_is_asked_at_the_next_look(telling: Hub, about: str) -> None:
    told = notice(objectType=about)
    answer = await tell(telling, told)
    assert (answer.status, answer.json) == (200, {"id": told["id"], "status": 0})
    assert await asked_again_at(telling) == NOW


async def test_what_is_no_product_is_taken_and_changes_nothing(telling: Hub) -> None:
    assert (await tell(telling, notice(objectType="Course"))).status == 200
    assert await asked_again_at(telling) == LATER


async def test_a_product_that_is_deleted_is_missed_and_stays_as_it_was(telling: Hub) -> None:
    await tell(telling, notice(isDeleteNotification=True))
    assert len(await telling.facts("ProductMissed")) == 1
    await telling.catch_up()
    product = await telling.services.directory.product(BOOK)
    assert product is not None
    assert (product.status, product.missed) == ("available", True)


async def test_nobody_deletes_a_product_of_another(telling: Hub) -> None:
    await tell(telling, notice(objectId="9789006100020", isDeleteNotification=True))
    assert await telling.facts("ProductMissed") == []


async def test_a_shop_tells_nothing_about_products(telling: Hub) -> None:
    answer = await telling.call(SHOP, "POST", TELL, notice())
    assert (answer.status, answer.code) == (403, 21)
