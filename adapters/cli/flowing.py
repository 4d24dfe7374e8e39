"""The verbs `channel ...`: messages that wait for a partner, and what holds them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from adapters.bootstrap import database_url, pool, utc_now
from adapters.cli.acting import operator_here
from adapters.cli.moments import local, read_moment
from adapters.cli.terminal import Exit, print_line, print_table, stop
from adapters.cli.working import run, settings
from adapters.postgres import flows, parked, pauses
from adapters.postgres.directory import Directory
from adapters.postgres.flows import FlowRow
from adapters.postgres.parked import ParkedRow

channel_app = typer.Typer(help="Messages to partners, and what holds them.", no_args_is_help=True)

Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="Its id.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept beside the facts.")]


@channel_app.command("parked")
def show_parked(
    partner: Annotated[str | None, typer.Argument(metavar="[PARTNER]", help="Or all.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="So many messages are named.")] = 100,
) -> None:
    """Show what is parked and how much: given up first, then what was tried most."""
    counts, rows = run(_parked(partner, limit))
    table = Table("partner", "stream", "nr", "why", "attempts", "last", "next", "error", box=None)
    for row in rows:
        what = (row.partner, str(row.key), str(row.number), row.reason, str(row.attempts))
        moments = (local(row.last_attempt_at), local(row.next_attempt_at))
        table.add_row(*what, *moments, row.error or "")
    print_table(table)
    for name, reason, number in counts:
        print_line(f"{name}: {number} {reason}")
    if not counts:
        print_line("nothing is parked")


@channel_app.command("pause")
def pause(
    partner: Partner,
    reason: Reason,
    until: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="2026-08-24T12:00, in Europe/Amsterdam.")
    ] = None,
) -> None:
    """Send nothing to a partner, until a moment or until `resume`; its messages wait."""
    moment = _moment(until) if until is not None else None
    run(_pause(partner, moment, _given(reason)))
    print_line(f"{partner} is paused until {local(moment) or 'it is resumed'}")


@channel_app.command("resume")
def resume(partner: Partner, reason: Reason) -> None:
    """Send to a partner again now, whether it was paused or unreachable."""
    flow = run(_resume(partner, _given(reason)))
    print_line(f"{partner} goes on; it was {_stands(flow)}")


@channel_app.command("seek")
def seek(
    partner: Partner,
    to: Annotated[
        str, typer.Option(metavar="MOMENT", help="2026-08-24T12:00, in Europe/Amsterdam.")
    ],
) -> None:
    """Look again at all messages to a partner since a moment: those without an outcome go.

    For when how far a lane was dealt with and what has an outcome disagree, as after brokers were
    put back. What is under way is finished first.
    """
    moment = read_moment(to)
    run(_seek(partner, moment))
    print_line(f"{partner} is looked at again from {local(moment)} on")


def _given(reason: str) -> str:
    return reason if reason.strip() else stop(Exit.WRONG_USE, "--reason is empty")


def _moment(given: str) -> datetime:
    moment = read_moment(given)
    if moment <= utc_now():
        stop(Exit.WRONG_USE, f"{given} is over")
    return moment


def _stands(flow: FlowRow) -> str:
    if flow.is_paused(utc_now()):
        return f"paused since {local(flow.paused_at)}"
    if flow.unreachable_since is not None:
        return f"unreachable since {local(flow.unreachable_since)}"
    return "neither paused nor unreachable"


async def _parked(
    partner: str | None, limit: int
) -> tuple[list[tuple[str, str, int]], list[ParkedRow]]:
    async with pool(database_url(settings()), "cli") as connections:
        if partner is not None:
            await require(Directory(connections), partner)
        async with connections.connection() as conn:
            counts = await parked.parked_counts(conn, partner)
            return counts, await parked.parked_first(conn, partner, limit)


async def _pause(partner: str, until: datetime | None, reason: str) -> None:
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        await require(Directory(connections), partner)
        by = await operator_here(connections, effective, reason)
        async with connections.connection() as conn:
            await pauses.pause(conn, by, partner, utc_now(), until)


async def _seek(partner: str, moment: datetime) -> None:
    async with pool(database_url(settings()), "cli") as connections:
        await require(Directory(connections), partner)
        async with connections.connection() as conn:
            await flows.seek(conn, partner, moment)


async def _resume(partner: str, reason: str) -> FlowRow:
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        await require(Directory(connections), partner)
        by = await operator_here(connections, effective, reason)
        async with connections.connection() as conn:
            return await pauses.resume(conn, by, partner)


async def require(directory: Directory, partner: str) -> None:
    """Stop when nobody knows this partner."""
    if await directory.partner(partner) is None:
        stop(Exit.REFUSED, f"no partner {partner} is known")
