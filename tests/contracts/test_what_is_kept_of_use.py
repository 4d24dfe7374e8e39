"""What registries said of use: the newest answer counts, and nothing that is not theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from psycopg import AsyncConnection

from aanspraak.application.comparison import Difference
from adapters.postgres import reconciliations as records
from adapters.postgres.reconciliations import PartMoved, Scope
from adapters.postgres.usage_cache import Asked, Source, UsageCache, UseRow
from adapters.postgres.vault_part import OneConnection
from adapters.postgres.views import Views
from adapters.wire.parsing import parse
from adapters.wire.usage_v1 import EntitlementUsage
from projections.visibility import OPERATOR, Somebody
from tests.projections.facts import REGISTRY, SHOP, Log, Story

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
STORY = Story(Log(), name="order", users=1_200)


@pytest.fixture
async def cache(conn: AsyncConnection[Any]) -> UsageCache:
    """Give a cache beside the views of an order."""
    log = Log()
    Story(log, name="order", users=1_200).received().created()
    await Views().handle(conn, log.facts)
    return UsageCache(OneConnection(conn))


async def test_it_is_given_back_page_by_page(cache: UsageCache) -> None:
    await cache.put(REGISTRY, [_usage(each) for each in STORY.entitlements], NOON)
    rows = [row async for page in cache.uses_of_order(STORY.order) for row in page]
    assert [row.entitlement_id for row in rows] == sorted(STORY.entitlements)
    under = [row async for page in cache.uses_of_contract(OPERATOR, "C-1") for row in page]
    assert under == rows


async def test_the_newest_answer_counts_in_whatever_order_they_come(cache: UsageCache) -> None:
    one = STORY.entitlements[0]
    await cache.put(REGISTRY, [_usage(one, "licensed")], LATER)
    await cache.put(REGISTRY, [_usage(one, "entitled")], NOON)
    (row,) = await _of(cache, one)
    assert (row.status, row.as_of) == ("licensed", LATER)


async def test_what_a_newer_answer_lacks_is_gone(cache: UsageCache) -> None:
    one, two = STORY.entitlements[:2]
    asked = Asked(kind="order", id=str(STORY.delivery_order_id), registry=REGISTRY)
    await cache.put(REGISTRY, [_usage(one), _usage(two)], NOON)
    await cache.put(REGISTRY, [_usage(two)], LATER)
    await cache.answered(asked, LATER, known=True)
    assert await _of(cache, one) == []
    assert len(await _of(cache, two)) == 1
    assert await cache.source(asked) == Source(REGISTRY, LATER, known=True, attempted_at=LATER)


async def test_a_failure_leaves_what_there_was(cache: UsageCache) -> None:
    asked = Asked(kind="entitlement", id=str(STORY.entitlements[0]), registry=REGISTRY)
    assert await cache.source(asked) == Source(REGISTRY)
    await cache.answered(asked, NOON, known=True)
    await cache.failed(asked, LATER, "timeout")
    source = await cache.source(asked)
    assert (source.as_of, source.error, source.attempted_at) == (NOON, "timeout", LATER)


async def test_of_an_entitlement_of_another_registry_nothing_is_kept(cache: UsageCache) -> None:
    await cache.put("registry-2", [_usage(STORY.entitlements[0]), _usage(uuid4())], NOON)
    assert await _of(cache, STORY.entitlements[0]) == []


async def test_the_products_of_a_bundle_are_kept_apart(cache: UsageCache) -> None:
    one = STORY.entitlements[0]
    await cache.put(REGISTRY, [_usage(one), _usage(one, productId="exercises")], NOON)
    assert {row.product_id for row in await _of(cache, one)} == {"9789000000001", "exercises"}


async def test_a_contract_is_seen_by_whom_it_is_of(cache: UsageCache) -> None:
    for viewer in (OPERATOR, Somebody(SHOP, "shop"), Somebody(REGISTRY, "registry")):
        assert await cache.registries_of_contract(viewer, "C-1") == [REGISTRY]
    for viewer in (Somebody("shop-2", "shop"), Somebody(SHOP, "portal")):
        assert await cache.registries_of_contract(viewer, "C-1") == []


async def test_a_part_goes_on_only_from_where_it_is(conn: AsyncConnection[Any]) -> None:
    run_id, order = uuid4(), uuid4()
    await records.begin(conn, run_id, "registry", Scope(), NOON)
    after = await records.begin_part(conn, run_id, REGISTRY)
    done: dict[str, Any] = {
        "run_id": run_id,
        "partner": REGISTRY,
        "order_id": order,
        **dict.fromkeys(("compared", "new", "known", "failures"), 0),
    }
    await records.advance(conn, after=after, **done)
    with pytest.raises(PartMoved):
        await records.advance(conn, after=after, **done)
    assert await records.begin_part(conn, run_id, REGISTRY) == order
    await records.finish_part(conn, run_id, REGISTRY, LATER, None)
    assert await records.begin_part(conn, run_id, REGISTRY) is None


async def test_a_night_has_one_run_of_each_kind(conn: AsyncConnection[Any]) -> None:
    first = await records.begin_night(conn, uuid4(), "shop", NOON.date(), NOON)
    assert await records.begin_night(conn, uuid4(), "shop", NOON.date(), LATER) == first
    assert first is not None
    await records.finish(conn, first, LATER)
    assert await records.begin_night(conn, uuid4(), "shop", NOON.date(), LATER) is None
    other = await records.begin_night(conn, uuid4(), "registry", NOON.date(), LATER)
    assert other not in {None, first}


async def test_a_difference_is_new_once(conn: AsyncConnection[Any]) -> None:
    order, status = uuid4(), Difference(what="status", ours="entitled", theirs="blocked")
    other = Difference(what="quantity", ours="30", theirs="20")
    new, gone = await records.keep_differences(conn, "shop-1", order, [status, other], NOON)
    assert (new, gone) == ([status, other], set())
    new, gone = await records.keep_differences(conn, "shop-1", order, [status], LATER)
    assert (new, gone) == ([], {"quantity"})
    assert await records.keep_differences(conn, "shop-2", order, [], LATER) == ([], set())


async def test_what_is_old_is_cleared(conn: AsyncConnection[Any], cache: UsageCache) -> None:
    await cache.put(REGISTRY, [_usage(STORY.entitlements[0])], NOON)
    await records.begin(conn, uuid4(), "shop", Scope(), NOON)
    await records.clear(conn, NOON)
    assert len(await _of(cache, STORY.entitlements[0])) == 1
    await records.clear(conn, LATER)
    assert await _of(cache, STORY.entitlements[0]) == []
    cursor = await conn.execute("SELECT count(*) FROM usage.reconciliations")
    assert await cursor.fetchone() == (0,)


async def _of(cache: UsageCache, entitlement_id: UUID) -> list[UseRow]:
    pages: AsyncIterator[list[UseRow]] = cache.uses_of_entitlement(entitlement_id)
    return [row async for page in pages for row in page]


def _usage(entitlement_id: UUID, status: str = "entitled", **changed: str) -> EntitlementUsage:
    told = {
        "entitlementId": str(entitlement_id),
        "entitlementType": "school-student",
        "entitlementStatus": status,
        **changed,
    }
    return parse(EntitlementUsage, msgspec.json.encode(told))
