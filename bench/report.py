"""A contract's report as it is streamed, against reading the rows of its orders and no more."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from adapters import bootstrap
from adapters.http.contract_answers import shown_lines
from adapters.postgres import views
from adapters.postgres.connection import connect
from adapters.postgres.group_commit import commit_group
from adapters.postgres.reads_contract import Period, contract_lines
from adapters.wire.contract_report import Heading, as_csv, as_json
from bench.following import follow
from bench.surroundings import Rate, Timed, new_database, server, tell
from projections.visibility import OPERATOR
from tests.domain.orders import receive

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence

    from adapters.bootstrap import Connections
    from adapters.wire.contract_trace_v1 import OrderLine

    Write = Callable[[Heading, AsyncIterable[Sequence[OrderLine]]], AsyncIterator[bytes]]

ORDERS: Final = 5_000
ROUNDS: Final = 3
CONTRACT: Final = "contract-of-the-year"
YEAR: Final = Period(date(2026, 8, 1), date(2027, 7, 31))
HEADING: Final = Heading(
    contract_id=CONTRACT,
    period_from=YEAR.first,
    period_to=YEAR.last,
    as_of=datetime(2027, 1, 1, tzinfo=UTC),
)

_ROWS = "SELECT v.* FROM view.delivery_order_status v WHERE v.contract_id = %s ORDER BY v.order_id"


def run() -> None:
    """Measure and tell."""
    with server() as running:
        csv, json, bare = asyncio.run(_measured(new_database(running, "report")))
    tell(
        f"The report of a contract of {ORDERS:,} orders, {ROUNDS} times",
        "orders",
        Rate.of("as CSV", ROUNDS * ORDERS, *csv),
        Rate.of("as JSON", ROUNDS * ORDERS, *json),
        Rate.of("the rows of its orders, read at once", ROUNDS * ORDERS, *bare),
    )


async def _measured(url: str) -> tuple[list[Timed], list[Timed], list[Timed]]:
    await _fill(url)
    csv, json, bare = [], [], []
    async with bootstrap.pool(url, "bench") as connections:
        for _ in range(ROUNDS):
            csv.append(await _streamed(connections, as_csv))
            json.append(await _streamed(connections, as_json))
            bare.append(await _read(connections))
    return csv, json, bare


async def _fill(url: str) -> None:
    async with await connect(url, "bench") as conn:
        await commit_group(conn, [_order() for _ in range(ORDERS)])
    await follow(views.follower(url))


def _order() -> Submission:
    delivery_order_id = uuid4()
    command = receive(
        delivery_order_id=delivery_order_id,
        reference_id=str(delivery_order_id),
        contract_id=CONTRACT,
        start_date=YEAR.first,
        activation_until_date=YEAR.last,
    )
    return Submission(
        stream_id=ids.order_stream(delivery_order_id),
        command=command,
        actor="bench",
        correlation_id="bench",
        causation_id="bench",
    )


async def _streamed(connections: Connections, write: Write) -> Timed:
    with Timed() as timed:
        pages = shown_lines(OPERATOR, contract_lines(connections, OPERATOR, CONTRACT, YEAR))
        size = sum([len(piece) async for piece in write(HEADING, pages)])
    if size < ORDERS:
        raise RuntimeError(size)
    return timed


async def _read(connections: Connections) -> Timed:
    async with connections.connection() as conn:
        with Timed() as timed:
            rows = await (await conn.execute(_ROWS, (CONTRACT,))).fetchall()
    if len(rows) != ORDERS:
        raise RuntimeError(len(rows))
    return timed
