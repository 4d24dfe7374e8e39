"""Many take codes out of one stock at the same moment, each with a connection of its own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.code_stock.events import CodesTakenOut
from aanspraak.domain.errors import TooFewCodesInStock
from adapters.postgres.connection import connect
from adapters.postgres.group_commit import Result, commit_group
from tests.domain.codes import PRODUCT, REQUEST, TAKE, sent

pytestmark = pytest.mark.anyio

STOCK = ids.code_stock_stream(PRODUCT)
CODES = 20
TAKERS = 8


def _submission(command: object) -> Submission:
    return Submission(
        stream_id=STOCK,
        command=command,
        actor="test",
        correlation_id="story",
        causation_id=str(uuid4()),
    )


async def _take(url: str, *request_ids: str) -> list[Result]:
    results = []
    async with await connect(url, "test") as conn:
        for request_id in request_ids:
            command = replace(TAKE, request_id=request_id, quantity=1)
            results += await commit_group(conn, [_submission(command)])
    return results


async def test_no_code_goes_out_twice_and_no_code_stays_behind(database_url: str) -> None:
    stocked = [replace(REQUEST, quantity=CODES), sent(*range(1, CODES + 1))]
    async with await connect(database_url, "test") as conn:
        await commit_group(conn, [_submission(command) for command in stocked])
    asked = [[f"{taker}/{turn}" for turn in range(4)] for taker in range(TAKERS)]
    results = await asyncio.gather(*(_take(database_url, *each) for each in asked))
    every = [result for of_one in results for result in of_one]
    out = [event for result in every for event in result.events]
    codes = [event.subject_ids[0] for event in out if isinstance(event, CodesTakenOut)]
    assert len(codes) == len(set(codes)) == CODES
    refused = [result.refusal for result in every if result.refusal is not None]
    assert len(refused) == 4 * TAKERS - CODES
    assert {type(refusal) for refusal in refused} == {TooFewCodesInStock}
