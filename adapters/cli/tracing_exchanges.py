"""The verbs `trace exchange` and `trace exchanges`: what partners were told, and what they said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from aanspraak.domain import ids
from adapters.bootstrap import database_url, pool
from adapters.cli.flowing import require
from adapters.cli.moments import local, read_moment
from adapters.cli.options import Then, place_given
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.trace import trace_app
from adapters.cli.working import connected, run, settings
from adapters.postgres.directory import Directory
from adapters.postgres.reads_as_of import AT_LAST
from adapters.postgres.reads_exchanges import (
    Asked,
    exchange_at,
    exchanges_of,
    place_of,
    sent_between,
)

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.config import Settings
    from adapters.postgres.reads_as_of import AsOf
    from adapters.postgres.reads_exchanges import Exchange, Sent, Try
    from projections.exchange_story import Told

PAGE = 500

ExchangeId = Annotated[int, typer.Argument(metavar="ID", min=1, help="As a list names it.")]
Entitlement = Annotated[UUID | None, typer.Option(help="About this entitlementId.")]
Order = Annotated[UUID | None, typer.Option(help="To the shop, about this deliveryOrderId.")]
Partner = Annotated[str | None, typer.Option(help="Sent to this partner, with --from and --to.")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="MOMENT", help="2026-08-24T09:00, in Europe/Amsterdam."),
]
To = Annotated[str | None, typer.Option("--to", metavar="MOMENT", help="Not included.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many, the oldest.")]


@trace_app.command("exchange")
def trace_exchange(exchange_id: ExchangeId, as_of: Then = None) -> None:
    """Show one message to a partner, when it was tried, and what the partner answered; or had."""
    run(_trace_one(settings(), exchange_id, as_of))


@trace_app.command("exchanges")
def trace_exchanges(
    entitlement: Entitlement = None,
    order: Order = None,
    partner: Partner = None,
    first: From = None,
    last: To = None,
    as_of: Then = None,
    limit: Limit = 10_000,
) -> None:
    """Show what partners were told about an entitlement or order, or what one was sent when."""
    if partner is not None and first and last and not (entitlement or order):
        asked = Asked(partner, read_moment(first), read_moment(last), limit)
        run(_trace_sent(settings(), asked, as_of))
        return
    stream = entitlement or (order and ids.order_stream(order))
    if stream is None or (entitlement and order) or first or last:
        stop(Exit.WRONG_USE, "give --entitlement, --order, or --partner with --from and --to")
    run(_trace_about(settings(), stream, partner, as_of))


async def _trace_one(effective: Settings, exchange_id: int, given: str | None) -> None:
    async with connected(effective, "trace") as conn:
        found = await exchange_at(conn, exchange_id, await _then(conn, given))
    if found is None:
        stop(Exit.REFUSED, f"no exchange {exchange_id} is known")
    exchange, message = found
    _show(exchange)
    print_line(json.dumps(message.body, indent=2, ensure_ascii=False), "dim")


async def _trace_about(
    effective: Settings, stream: UUID, partner: str | None, given: str | None
) -> None:
    async with connected(effective, "trace") as conn:
        found = (await exchanges_of(conn, [stream], await _then(conn, given)))[stream]
    chosen = [each for each in found if partner in (None, each.told.partner)]
    for each in chosen:
        _show(each)
    if not chosen:
        stop(Exit.REFUSED, "no partner was told anything about that")


async def _trace_sent(effective: Settings, asked: Asked, given: str | None) -> None:
    """Page by page, so that an hour of a school start is no matter."""
    shown = 0
    async with (
        pool(database_url(effective), "trace") as connections,
        connections.connection() as conn,
    ):
        await require(Directory(connections), asked.partner)
        then = await _then(conn, given)
        page: list[Sent] = []
        while shown < asked.limit:
            after = place_of(page[-1]) if page else None
            part = asked._replace(limit=min(PAGE, asked.limit - shown), after=after)
            if not (page := await sent_between(conn, part, then)):
                break
            for each in page:
                _show_sent(each)
            shown += len(page)
    print_line(f"{shown} sent to {asked.partner} from {local(asked.first)} to {local(asked.last)}")


async def _then(conn: AsyncConnection[Any], given: str | None) -> AsOf:
    return AT_LAST if given is None else await place_given(conn, given)


def _show(exchange: Exchange) -> None:
    told = exchange.told
    about = f"{exchange.about} {told.stream_id}"
    print_line(f"exchange {told.position}: {told.partner}, {_asked(told)}, about {about}", "bold")
    print_line(f"  {local(told.asked_at)}  asked, reference {told.reference_id}")
    for each in exchange.tries:
        print_line(f"  {local(each.at)}  tried: {_tried(each)}, {each.duration_ms} ms")
    if told.outcome:
        print_line(f"  {local(told.outcome_at)}  {_outcome(told)}")
    for line in _replies(told):
        print_line(f"  {line}")


def _show_sent(sent: Sent) -> None:
    """A line each: there may be thousands."""
    told = sent.exchange.told if sent.exchange else None
    what = f"{_asked(told)} [exchange {told.position}]" if told else f"no {sent.attempt.number}"
    replies = f"; {', '.join(_replies(told))}" if told and told.replies else ""
    tried = _tried(sent.attempt)
    print_line(f"{local(sent.attempt.at)}  {sent.attempt.stream_id}  {what}: {tried}{replies}")


def _asked(told: Told) -> str:
    return f"{told.kind} {told.asked}".strip() + f" (no {told.number})"


def _outcome(told: Told) -> str:
    parts = (
        told.outcome,
        f"HTTP {told.http_status}" if told.http_status else "",
        f"code {told.code}" if told.code else "",
        told.reason or "",
        f"after {told.attempts} attempts" if told.attempts else "",
    )
    return ", ".join(part for part in parts if part)


def _tried(tried: Try) -> str:
    parts = (
        tried.outcome,
        f"HTTP {tried.http_status}" if tried.http_status else "",
        f"code {tried.status}" if tried.status else "",
        tried.error or "",
    )
    return ", ".join(part for part in parts if part)


def _replies(told: Told) -> list[str]:
    return [
        f"{local(reply.at)} {reply.what}" + (f" (code {reply.code})" if reply.code else "")
        for reply in told.replies
    ]
