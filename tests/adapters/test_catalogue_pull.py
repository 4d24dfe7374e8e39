"""Pulling a provider's catalogue: what changed is a fact, what is bad an incident."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from aanspraak.domain.product.events import ProductDescribed, ProductListed, ProductMissed
from adapters.postgres.catalogues import BeingPulled, pulling, read_pull
from adapters.postgres.connection import connect
from tests.adapters.catalogue_case import (
    BOOK,
    BROKEN,
    OTHER,
    PROVIDER,
    REGISTRY,
    CatalogueCase,
    catalogue_case,
)


@pytest.fixture
async def case(database_url: str) -> AsyncIterator[CatalogueCase]:
    async with catalogue_case(database_url) as running:
        yield running


async def test_the_first_pull_asks_for_everything_and_the_next_for_what_changed(
    case: CatalogueCase,
) -> None:
    await case.put(BOOK, OTHER)
    first = await case.pull()
    assert (first.since, sorted(first.taken.changed)) == (
        None,
        sorted([BOOK["productId"], OTHER["productId"]]),
    )
    second = await case.pull()
    assert second.since is not None
    (_, _, (asked, since), (_, info_since)) = await case.asked()
    assert (asked, since) == ("products", info_since)
    assert since is not None


async def test_what_is_listed_belongs_to_the_registry_that_was_configured(
    case: CatalogueCase,
) -> None:
    await case.put({**BOOK, "registry": "somebody-else"})
    await case.pull()
    listed, _ = await case.facts(BOOK)
    assert (listed.provider, listed.registry) == (PROVIDER, REGISTRY)


@pytest.mark.parametrize(("away", "everything"), [(6, False), (7, True), (30, True)])
async def test_after_seven_days_everything_is_asked_again(
    case: CatalogueCase, away: int, *, everything: bool
) -> None:
    await case.pull()
    case.time.ahead = timedelta(days=away)
    assert ((await case.pull()).since is None) is everything


async def test_a_changed_listing_is_a_fact_and_an_unchanged_one_is_none(
    case: CatalogueCase,
) -> None:
    await case.put(BOOK, OTHER)
    await case.pull()
    await case.put({**BOOK, "status": "no-longer-available"})
    pulled = await case.pull(full=True)
    assert (pulled.taken.changed, pulled.taken.unchanged) == ((BOOK["productId"],), 1)
    kinds = [type(fact) for fact in await case.facts(BOOK)]
    assert kinds == [ProductListed, ProductDescribed, ProductListed]
    assert [type(fact) for fact in await case.facts(OTHER)] == [ProductListed, ProductDescribed]


async def test_a_change_of_what_the_hub_does_not_use_is_no_fact(case: CatalogueCase) -> None:
    await case.put(BOOK)
    await case.pull()
    await case.put({**BOOK, "shortDescription": "Beter dan ooit"})
    assert (await case.pull()).taken.unchanged == 1
    assert len(await case.facts(BOOK)) == 2


async def test_a_product_that_a_full_fetch_lacks_stays_as_it_was_with_a_warning(
    case: CatalogueCase,
) -> None:
    await case.put(BOOK, OTHER)
    await case.pull()
    await case.withdraw(BOOK)
    assert (await case.pull()).taken.missed == ()
    assert (await case.pull(full=True)).taken.missed == (BOOK["productId"],)
    assert (await case.pull(full=True)).taken.missed == ()
    assert isinstance((await case.facts(BOOK))[-1], ProductMissed)
    cursor = await case.conn.execute("SELECT status, missed FROM view.products ORDER BY product_id")
    assert await cursor.fetchall() == [("available", True), ("available", False)]


async def test_an_empty_answer_makes_nothing_missed(case: CatalogueCase) -> None:
    await case.put(BOOK)
    await case.pull()
    await case.withdraw(BOOK)
    pulled = await case.pull(full=True)
    assert (pulled.error, pulled.taken.missed) == ("empty", ())


async def test_a_bad_product_is_named_and_opens_an_incident_and_the_good_ones_count(
    case: CatalogueCase,
) -> None:
    await case.put(BROKEN, BOOK)
    pulled = await case.pull()
    assert pulled.taken.changed == (BOOK["productId"],)
    (bad,) = pulled.bad
    assert bad.product_id == BROKEN["productId"]
    assert bad.faults.startswith("status ")
    assert await case.incidents() == [("product-incorrect", BROKEN["productId"])]
    await case.pull(full=True)
    assert len(await case.incidents()) == 1


async def test_what_was_wrong_with_it_stands_in_the_vault(case: CatalogueCase) -> None:
    await case.put({**BOOK, "licensePeriod": {"licenseVariant": "days"}})
    await case.pull()
    cursor = await case.conn.execute("SELECT text_id FROM view.incidents")
    ((text_id,),) = await cursor.fetchall()
    assert "licenseDays must be at least 1" in str(await case.vault.read_text(text_id))


async def test_the_incident_closes_when_the_product_is_good_again(case: CatalogueCase) -> None:
    await case.put(BROKEN)
    await case.pull()
    await case.pull()
    assert len(await case.incidents()) == 1
    await case.put({**BOOK, "productId": BROKEN["productId"]})
    await case.pull()
    assert await case.incidents() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "scroll"}, "type"),
        ({"status": None}, "status"),
        ({"licensePeriod": None}, "licenseVariant"),
        ({"licensePeriod": {"licenseVariant": "decade"}}, "licenseVariant"),
        ({"activationPeriod": {"activationVariant": "days"}}, "activationDays"),
        ({"activationPeriod": {"activationVariant": "date"}}, "activationUntilDate"),
        ({"deliveryTypes": ["school-admin"]}, "deliveryTypes"),
        ({"bundledProducts": [""]}, "bundledProducts"),
        ({"firstPublishedDate": "soon"}, "firstPublishedDate"),
        ({"endOfLifeDate": "2027-02-29"}, "endOfLifeDate"),
        ({"supportedUntilDate": 5}, "supportedUntilDate"),
        ({"paymentModels": ["never"]}, "paymentModels"),
        ({"defaultAccessUrl": 5}, "defaultAccessUrl"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_wrong_is_said_by_the_name_of_the_field(
    case: CatalogueCase, change: dict[str, Any], field: str
) -> None:
    await case.put({**BOOK, **change})
    (bad,) = (await case.pull()).bad
    assert field in bad.faults
    assert bad.product_id == BOOK["productId"]


async def test_the_info_gives_the_link_that_the_listing_leaves_out(case: CatalogueCase) -> None:
    info = {"defaultAccessUrl": BOOK["defaultAccessUrl"]}
    await case.put({**BOOK, "defaultAccessUrl": None, "info": info})
    await case.pull()
    cursor = await case.conn.execute(
        "SELECT default_access_url, info_access_url FROM view.products"
    )
    assert await cursor.fetchall() == [(None, BOOK["defaultAccessUrl"])]


async def test_a_provider_without_infos_is_followed_all_the_same(case: CatalogueCase) -> None:
    await case.put(BOOK)
    await case.stage.behave(answers={"info": 404})
    pulled = await case.pull()
    assert (pulled.error, pulled.taken.changed) == (None, (BOOK["productId"],))


async def test_a_provider_that_does_not_take_our_moment_is_asked_for_everything(
    case: CatalogueCase,
) -> None:
    case.time.ahead = timedelta(days=-8)
    await case.pull()
    case.time.ahead = timedelta(days=-2)
    assert (await case.pull()).since is None
    asked = [since is None for what, since in await case.asked() if what == "products"]
    assert asked == [True, False, True]


async def test_two_at_the_same_catalogue_are_one_too_many(
    case: CatalogueCase, database_url: str
) -> None:
    async with await connect(database_url, "other") as other, pulling(other, PROVIDER):
        with pytest.raises(BeingPulled):
            await case.pull()
    assert (await case.pull()).error is None


async def test_a_failure_keeps_since_where_it_was(case: CatalogueCase) -> None:
    await case.pull()
    before = await read_pull(case.conn, PROVIDER)
    await case.stage.behave(down="unavailable")
    assert (await case.pull()).error == "http_503"
    after = await read_pull(case.conn, PROVIDER)
    assert before
    assert after
    assert after.last_success_at == before.last_success_at
    assert (after.failures, after.last_error) == (1, "http_503")
