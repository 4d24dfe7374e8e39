"""Sending again: what is meant is listed once, shown, and then a job does just that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import msgspec
from psycopg.rows import tuple_row

from aanspraak.domain import ids
from aanspraak.domain.job.commands import AskJob
from aanspraak.domain.job.events import SEND_AGAIN
from adapters.postgres import job_orders
from adapters.postgres.jobs import WAITING
from adapters.postgres.queries import load
from adapters.wire.jobs_v1 import JobAbout
from adapters.wire.ops_send_again_v1 import MessageMeant, MessagesMeant, MessagesOfPartner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import AsyncConnection

    from adapters.postgres.job_orders import Operator
    from adapters.postgres.jobs import Item

SQL: Final = load("send_again")
SAMPLE: Final = 10
KINDS: Final = (
    "registry-refused",
    "cancellation-refused",
    "block-refused",
    "link-refused",
    "refresh-refused",
    "link-withdrawal-refused",
    "link-expired",
    "link-cancelled",
    "link-blocked",
    "request-rejected",
    "request-given-up",
)
"""What of an incident's list a new message may mend."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """Which messages: about one entitlement, one order, or all that failed of a partner.

    `since` and `until` are when they failed; `everything`: links that were taken, too.
    """

    partner: str | None = None
    entitlement_id: UUID | None = None
    delivery_order_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False


async def plan_send_again(
    conn: AsyncConnection[Any], meant: Meant, confirm_above: int
) -> MessagesMeant:
    """What would go again. It is listed as for the job itself, and taken back."""
    job_id = uuid4()
    async with conn.transaction(force_rollback=True):
        await _list(conn, job_id, meant)
        return await _shown(conn, job_id, confirm_above)


async def ask_send_again(
    conn: AsyncConnection[Any],
    by: Operator,
    meant: Meant,
    *,
    per_second: float,
    confirm_above: int,
) -> MessagesMeant:
    """Have these messages sent again, by a job; raises NothingToDo when none is meant."""
    job_id = uuid4()
    async with conn.transaction():
        await _list(conn, job_id, meant)
        shown = await _shown(conn, job_id, confirm_above)
        command = _command(meant, shown.messages, per_second, confirm_above)
        status = await job_orders.ask(conn, by, job_id, command, _about(meant))
    outcome = "waiting" if status == WAITING else "queued"
    return msgspec.structs.replace(shown, outcome=outcome, job_id=job_id)


async def let_go(
    conn: AsyncConnection[Any], items: Sequence[Item], now: datetime
) -> set[tuple[str, UUID]]:
    """Let go what of these is parked, within the caller's transaction; partner and key of each."""
    given = {"partners": [one.name for one in items], "keys": [one.key for one in items]}
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["let_go"], {**given, "now": now})
        return {(partner, key) for partner, key in await cursor.fetchall()}


async def entitlements_among(conn: AsyncConnection[Any], keys: Sequence[UUID]) -> set[UUID]:
    """Which of these keys are entitlements; others are orders, consents or stocks of codes."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["entitlements"], (list(keys),))
        return {key for (key,) in await cursor.fetchall()}


async def _list(conn: AsyncConnection[Any], job_id: UUID, meant: Meant) -> None:
    first, last = _range(meant)
    given: Mapping[str, object] = {
        "job_id": job_id,
        "partner": meant.partner,
        "first": first,
        "last": last,
        "kinds": list(KINDS),
        "since": meant.since,
        "until": meant.until,
    }
    await conn.execute(SQL["list_failed"], given, prepare=False)
    if meant.everything and first is not None:
        await conn.execute(SQL["list_links"], given, prepare=False)


def _range(meant: Meant) -> tuple[UUID | None, UUID | None]:
    """An order lies together, with all that belongs to it."""
    if meant.entitlement_id is not None:
        return meant.entitlement_id, meant.entitlement_id
    if meant.delivery_order_id is not None:
        return ids.order_range(ids.order_stream(meant.delivery_order_id))
    return None, None


async def _shown(conn: AsyncConnection[Any], job_id: UUID, confirm_above: int) -> MessagesMeant:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["per_partner"], (job_id,))
        partners = [
            MessagesOfPartner(partner=name, messages=n) for name, n in await cursor.fetchall()
        ]
        await cursor.execute(SQL["sample"], {"job_id": job_id, "limit": SAMPLE}, prepare=False)
        sample = [_sampled(*row) for row in await cursor.fetchall()]
    messages = sum(one.messages for one in partners)
    return MessagesMeant(
        outcome="planned",
        messages=messages,
        confirm=messages > confirm_above,
        partners=tuple(partners),
        sample=tuple(sample),
    )


def _sampled(
    partner: str,
    entitlement_id: UUID | None,
    delivery_order_id: UUID | None,
    why: str,
    at: datetime,
) -> MessageMeant:
    return MessageMeant(
        partner=partner,
        entitlement_id=entitlement_id,
        delivery_order_id=delivery_order_id,
        why=why,
        since=at.astimezone(UTC),
    )


def _command(meant: Meant, amount: int, per_second: float, confirm_above: int) -> AskJob:
    order = meant.delivery_order_id
    return AskJob(
        kind=SEND_AGAIN,
        amount=amount,
        confirm_above=confirm_above,
        per_second=per_second,
        partner=meant.partner or "",
        order=ids.order_stream(order) if order else None,
        stream_id=meant.entitlement_id,
        what="everything" if meant.everything else "",
        since=meant.since,
        until=meant.until,
    )


def _about(meant: Meant) -> dict[str, Any]:
    about = JobAbout(
        partner=meant.partner,
        delivery_order_id=meant.delivery_order_id,
        entitlement_id=meant.entitlement_id,
        everything=meant.everything,
        since=meant.since,
        until=meant.until,
    )
    return dict(msgspec.to_builtins(about))
