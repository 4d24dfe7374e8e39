"""What the policies follower keeps of activation codes: which order names one, which were given."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from aanspraak.application.code_policies import (
    react_to_code_in_two_orders,
    react_to_stock,
    revoke,
    take_out,
)
from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.code_stock.events import (
    CodeMessageGivenUp,
    CodeMessageRejected,
    CodeRevocationRefused,
    CodeRevocationRequested,
    CodesReceived,
    CodesRequestRefused,
    StockRanLow,
)
from aanspraak.domain.delivery_order.events import DeliveryOrderCancelled, DeliveryOrderReceived
from aanspraak.domain.entitlement.events import EntitlementCreated, InitialActivationReported
from aanspraak.domain.entitlement.withdrawal_events import EntitlementCancelled
from aanspraak.domain.order_users.events import UsersListed
from aanspraak.domain.partner.events import PartnerRegistered
from adapters.postgres.event_log import read_many, read_range
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.domain.recorded import Recorded

    Created = tuple[Recorded, EntitlementCreated]

SQL: Final = load("codes")
_BY_CODE: Final = "-activationcode"
_WITH_CODES: Final = ("school-activationcode", "customer-activationcode")
_ABOUT_STOCK: Final = (
    CodesReceived,
    CodesRequestRefused,
    CodeRevocationRequested,
    CodeRevocationRefused,
    CodeMessageRejected,
    CodeMessageGivenUp,
    StockRanLow,
)


async def follow_codes(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> list[Submission]:
    """Keep what these facts say of codes; what is asked because of it."""
    stock = [recorded for recorded in facts if isinstance(recorded.event, _ABOUT_STOCK)]
    created = [
        (recorded, recorded.event)
        for recorded in facts
        if isinstance(recorded.event, EntitlementCreated)
        and recorded.event.entitlement_type.endswith(_BY_CODE)
    ]
    asks = [ask for recorded in stock for ask in react_to_stock(recorded)]
    if stock:
        await _keep_stock(conn, stock)
    if created:
        asks += await _hold(conn, created)
    await _note_ends(conn, facts)
    for recorded in facts:
        if isinstance(recorded.event, DeliveryOrderCancelled):
            asks += await _revoke(conn, recorded)
    return asks


async def _keep_stock(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> None:
    came = [
        (subject_id, recorded.stream_id)
        for recorded in facts
        if isinstance(recorded.event, CodesReceived)
        for subject_id in recorded.event.subject_ids
    ]
    revoked = {
        recorded.event.subject_id: recorded.stream_id
        for recorded in facts
        if isinstance(recorded.event, CodeRevocationRequested)
    }
    for query, codes in (("came", came), ("revoked", list(revoked.items()))):
        if codes:
            subjects, stocks = zip(*codes, strict=True)
            columns = {"subject_id": list(subjects), "stock_id": list(stocks)}
            await conn.execute(SQL[query], columns)


async def _hold(conn: AsyncConnection[Any], created: Sequence[Created]) -> list[Submission]:
    """Orders that name the same code were taken at the same moment: only here it is seen."""
    columns = {
        "subject_id": [event.subject_id for _, event in created],
        "entitlement_id": [recorded.stream_id for recorded, _ in created],
        "order_id": [event.order for _, event in created],
        "until": [event.activation_until_date for _, event in created],
        "today": [day_of(recorded.recorded_at) for recorded, _ in created],
        "position": [recorded.position for recorded, _ in created],
    }
    await conn.execute(SQL["hold"], columns)
    cursor = await conn.execute(SQL["held_before"], columns, prepare=False)
    twice = [created[nth - 1] for (nth,) in await cursor.fetchall()]
    asks = [react_to_code_in_two_orders(recorded, event) for recorded, event in twice]
    return asks + await _out_of_stock(conn, created)


async def _out_of_stock(conn: AsyncConnection[Any], created: Sequence[Created]) -> list[Submission]:
    subjects = [event.subject_id for _, event in created]
    cursor = await conn.execute(SQL["stocks_of"], {"ids": subjects}, prepare=False)
    stocks: dict[UUID, UUID] = dict(await cursor.fetchall())
    in_stock = [each for each in created if each[1].subject_id in stocks]

    def stock_and_order(each: Created) -> tuple[UUID, UUID]:
        return stocks[each[1].subject_id], each[1].order

    asks = []
    for (stock, _), group in groupby(sorted(in_stock, key=stock_and_order), stock_and_order):
        named = list(group)
        asks.append(take_out(*named[0], stock, [event.subject_id for _, event in named]))
    return asks


async def _note_ends(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> None:
    """A code that was used stays used; one whose entitlement was cancelled may be ordered again."""
    used = [one.stream_id for one in facts if isinstance(one.event, InitialActivationReported)]
    if used:
        await conn.execute(SQL["used"], {"ids": used})
    gone = [one.stream_id for one in facts if isinstance(one.event, EntitlementCancelled)]
    if gone:
        await conn.execute(SQL["let_go"], {"ids": gone})


async def _revoke(conn: AsyncConnection[Any], recorded: Recorded) -> list[Submission]:
    """The codes of a cancelled order, if the publisher lets the hub ask for that."""
    order = await _received(conn, recorded.stream_id)
    if order is None or not order.delivery_type.startswith(_WITH_CODES):
        return []
    if not await _offered(conn, order.registry):
        return []
    asks, part = [], 0
    while facts := await read_range(
        conn, order.users_stream, order.users_stream, after_version=part, limit=1
    ):
        part += 1
        users = facts[0].event
        if isinstance(users, UsersListed):
            given = {"ids": list(users.subject_ids), "today": day_of(recorded.recorded_at)}
            cursor = await conn.execute(SQL["in_live_orders"], given, prepare=False)
            kept = frozenset(subject_id for (subject_id,) in await cursor.fetchall())
            asks.append(revoke(recorded, order, users, kept))
    return asks


async def _received(conn: AsyncConnection[Any], order: UUID) -> DeliveryOrderReceived | None:
    history = (await read_many(conn, [order]))[order]
    found = (one.event for one in history)
    return next((event for event in found if isinstance(event, DeliveryOrderReceived)), None)


async def _offered(conn: AsyncConnection[Any], registry: str) -> bool:
    """As the newest registration in the log has it: a view may be behind."""
    stream = ids.partner_stream(registry)
    history = (await read_many(conn, [stream]))[stream]
    newest = history[-1].event if history else None
    return isinstance(newest, PartnerRegistered) and bool(newest.activation_codes_url)
