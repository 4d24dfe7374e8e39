"""`follow catalogue`: each provider in its time, later after failures, and no more when left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.catalogue.commands import LeaveCatalogue
from adapters.postgres.catalogues import wake
from tests.adapters.catalogue_case import BOOK, PROVIDER, CatalogueCase, catalogue_case
from tests.contracts.view_rows import follow


@pytest.fixture
async def case(database_url: str) -> AsyncIterator[CatalogueCase]:
    async with catalogue_case(database_url) as running:
        yield running


async def test_only_what_is_followed_is_pulled(case: CatalogueCase) -> None:
    assert await case.follower.tick(case.conn) == []
    await case.decide_to_follow()
    await case.put(BOOK)
    (pulled,) = await case.follower.tick(case.conn)
    assert pulled.taken.changed == (BOOK["productId"],)


async def test_the_next_pull_waits_for_its_time_unless_somebody_calls(case: CatalogueCase) -> None:
    await case.decide_to_follow()
    await case.follower.tick(case.conn)
    assert await case.follower.tick(case.conn) == []
    case.time.ahead = timedelta(hours=1)
    assert len(await case.follower.tick(case.conn)) == 1
    await wake(case.conn, PROVIDER, case.time.now())
    assert len(await case.follower.tick(case.conn)) == 1


async def test_after_each_failure_it_waits_longer(case: CatalogueCase) -> None:
    await case.decide_to_follow()
    await case.stage.behave(answers={"products": 503})
    for waited in (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1)):
        (failed,) = await case.follower.tick(case.conn)
        assert failed.error == "http_503"
        case.time.ahead += waited - timedelta(seconds=10)
        assert await case.follower.tick(case.conn) == []
        case.time.ahead += timedelta(seconds=10)


async def test_three_failures_in_a_row_are_an_incident(case: CatalogueCase) -> None:
    await case.decide_to_follow()
    await case.stage.behave(down="closed")
    for failures in range(1, 5):
        await case.follower.tick(case.conn)
        await follow(case.conn)
        opened = await case.incidents()
        assert opened == ([("catalogue-failing", "catalogue")] if failures >= 3 else [])
        case.time.ahead += timedelta(days=1)
    await case.stage.behave()
    await case.follower.tick(case.conn)
    await follow(case.conn)
    assert await case.incidents() == []


async def test_a_provider_that_says_when_to_come_back_is_obeyed(case: CatalogueCase) -> None:
    await case.decide_to_follow()
    await case.stage.behave(answers={"products": 429}, retryAfterSeconds=600)
    await case.follower.tick(case.conn)
    case.time.ahead = timedelta(minutes=9)
    assert await case.follower.tick(case.conn) == []
    case.time.ahead = timedelta(minutes=11)
    assert len(await case.follower.tick(case.conn)) == 1


async def test_what_is_left_is_asked_no_more(case: CatalogueCase) -> None:
    await case.decide_to_follow()
    await case.submit(
        Submission(
            stream_id=ids.catalogue_stream(PROVIDER),
            command=LeaveCatalogue(provider=PROVIDER),
            actor="test",
            correlation_id="test",
            causation_id="left",
        )
    )
    assert await case.follower.tick(case.conn) == []
