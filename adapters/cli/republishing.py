"""The verb `channel republish`: what brokers lost is sent once more, from the log."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from aanspraak.application.ports import ChannelAway
from adapters.bootstrap import database_url, pool
from adapters.bootstrap.channels import open_channel_beside_the_publisher
from adapters.cli.flowing import channel_app, require
from adapters.cli.moments import local, read_moment
from adapters.cli.progress_bar import bar
from adapters.cli.terminal import Exit, print_line, print_table, stop
from adapters.cli.working import connected, run, settings
from adapters.postgres.directory import Directory
from adapters.postgres.gaps import Gap, open_gaps
from adapters.postgres.republish import republish as send_from_the_log

if TYPE_CHECKING:
    from collections import Counter
    from datetime import datetime

__all__ = ["channel_app"]


@channel_app.command("republish")
def republish(
    since: Annotated[
        str, typer.Option(metavar="MOMENT", help="2026-08-24T12:00, in Europe/Amsterdam.")
    ],
    partner: Annotated[str | None, typer.Option(help="Only to this partner.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Send once more, from the log, the messages since a moment that have no outcome.

    For when the channel lost them, as after a broker's disk was wiped. What it has after all is
    known by its number and does nothing. May be run again, and while everything else runs.
    """
    moment = read_moment(since)
    try:
        counts = run(_republish(moment, partner, dry_run=dry_run))
    except ChannelAway as away:
        stop(Exit.OPERATIONAL, f"the channel: {away}; a part may be there, run it again")
    table = Table("partner", "messages", box=None)
    for name, number in sorted(counts.items()):
        table.add_row(name, str(number))
    print_table(table)
    what = f"{counts.total()} messages since {local(moment)} that have no outcome"
    print_line(f"{what} {'would go' if dry_run else 'went'} again")
    for gap in run(_missing()) if not dry_run else ():
        began = local(gap.since) or "nobody knows when: take a moment before the first order"
        said = f"{gap.partner} still misses messages, since {began}"
        print_line(said, "yellow")


async def _missing() -> list[Gap]:
    async with connected(settings(), "republish") as conn:
        return await open_gaps(conn)


async def _republish(since: datetime, partner: str | None, *, dry_run: bool) -> Counter[str]:
    effective = settings()
    opened = nullcontext() if dry_run else open_channel_beside_the_publisher(effective)
    async with pool(database_url(effective), "republish") as connections:
        if partner is not None:
            await require(Directory(connections), partner)
        async with connections.connection() as conn:
            with opened as channel, bar() as progress:
                task = progress.add_task("the log", total=1.0)
                return await send_from_the_log(
                    conn,
                    channel(conn) if channel is not None else None,
                    since,
                    partner,
                    lambda far: progress.update(task, completed=far),
                )
