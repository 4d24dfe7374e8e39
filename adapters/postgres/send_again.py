"""Sending again: what is meant is listed once, shown, and then a job does just that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

import msgspec

from aanspraak.domain import ids
from aanspraak.domain.errors import SecondOperatorNeeded, UnknownIncident
from aanspraak.domain.job.commands import AskJob
from aanspraak.domain.job.decide import is_much
from aanspraak.domain.job.events import SEND_AGAIN
from adapters.postgres import job_orders
from adapters.postgres.failed_messages import SQL, list_failed, partners_of, sample_of
from adapters.postgres.fetching import one_row
from adapters.postgres.jobs import WAITING
from adapters.postgres.reads_incidents import party_of
from adapters.wire.jobs_v1 import JobAbout
from adapters.wire.ops_send_again_v1 import MessagesMeant

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.config import Settings
    from adapters.postgres.failed_messages import Meant
    from adapters.postgres.on_behalf import Operator


class Alone(NamedTuple):
    """How many messages may go to partners without a second operator, within so many seconds."""

    most: int
    seconds: float


def alone(settings: Settings) -> Alone:
    """What these settings allow."""
    return Alone(settings.send_again_confirm_above, settings.send_again_confirm_seconds)


class Listed(NamedTuple):
    """A job as it is to be asked, and what it is about in words and numbers."""

    command: AskJob
    shown: MessagesMeant


async def plan_send_again(
    conn: AsyncConnection[Any], meant: Meant, allowed: Alone
) -> MessagesMeant:
    """What would go again. It is listed as for the job itself, and taken back.

    Raises UnknownIncident.
    """
    async with conn.transaction(force_rollback=True):
        return (await _listed(conn, uuid4(), meant, allowed, 0)).shown


async def ask_send_again(
    conn: AsyncConnection[Any], by: Operator, meant: Meant, *, per_second: float, allowed: Alone
) -> MessagesMeant:
    """Have these messages sent again, by a job.

    Raises NothingToDo when none is meant, or UnknownIncident.
    """
    job_id = uuid4()
    async with conn.transaction():
        command, shown = await _listed(conn, job_id, meant, allowed, per_second)
        status = await job_orders.ask(conn, by, job_id, command, _about(meant))
        await conn.execute(SQL["keep_count"], (job_id,))
    outcome = "waiting" if status == WAITING else "queued"
    return msgspec.structs.replace(shown, outcome=outcome, job_id=job_id)


async def require_second(conn: AsyncConnection[Any], job_id: UUID, allowed: Alone) -> None:
    """Raise SecondOperatorNeeded when so much may not go without one, and nobody confirmed it.

    Whoever asked at a terminal had its own settings, and may have had others than these.
    """
    row = await one_row(conn, SQL["unconfirmed"], (job_id,))
    if row is None or row[0] is None:
        return
    async with conn.transaction():
        lately = await _lately(conn, job_id, allowed.seconds)
    if row[0] + lately > allowed.most:
        raise SecondOperatorNeeded


async def _listed(
    conn: AsyncConnection[Any], job_id: UUID, meant: Meant, allowed: Alone, per_second: float
) -> Listed:
    if meant.incident_id is not None and not await party_of(conn, meant.incident_id):
        raise UnknownIncident
    await list_failed(conn, job_id, meant)
    partners = await partners_of(conn, job_id)
    command = AskJob(
        kind=SEND_AGAIN,
        amount=sum(one.messages for one in partners),
        confirm_above=allowed.most,
        lately=await _lately(conn, job_id, allowed.seconds),
        per_second=per_second,
        partner=meant.partner or "",
        order=ids.order_stream(meant.delivery_order_id) if meant.delivery_order_id else None,
        stream_id=meant.entitlement_id or meant.incident_id,
        what="everything" if meant.everything else "",
        since=meant.since,
        until=meant.until,
    )
    shown = MessagesMeant(
        outcome="planned",
        messages=command.amount or 0,
        lately=command.lately,
        confirm=is_much(command),
        partners=partners,
        sample=await sample_of(conn, job_id),
    )
    return Listed(command, shown)


async def _lately(conn: AsyncConnection[Any], job_id: UUID, seconds: float) -> int:
    """What went, or is to go, to the partners of this job without a second operator.

    Nobody else counts until the end of the transaction.
    """
    await conn.execute(SQL["one_at_a_time"])
    row = await one_row(conn, SQL["lately"], {"job_id": job_id, "seconds": seconds})
    return int(row[0]) if row else 0


def _about(meant: Meant) -> dict[str, Any]:
    about = JobAbout(
        partner=meant.partner,
        delivery_order_id=meant.delivery_order_id,
        entitlement_id=meant.entitlement_id,
        incident_id=meant.incident_id,
        everything=meant.everything,
        since=meant.since,
        until=meant.until,
    )
    return dict(msgspec.to_builtins(about))
