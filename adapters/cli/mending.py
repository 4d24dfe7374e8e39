"""The verbs with which an operator acts on what waits: `dead-letters`; `channel`; `vault`."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import typer
from psycopg import AsyncConnection
from rich.table import Table

from adapters.bootstrap import database_url, pool, vault
from adapters.cli import flowing
from adapters.cli.terminal import OUT, Exit, stop
from adapters.cli.working import run, settings
from adapters.postgres import dead_letters
from adapters.postgres.dead_letters import DeadLetter
from adapters.security.persons import operator

T = TypeVar("T")

dead_letters_app = typer.Typer(help="Facts that a follower could not handle.")

Follower = Annotated[str, typer.Argument(metavar="FOLLOWER", help="As the list names it.")]
Position = Annotated[int, typer.Argument(metavar="POSITION", help="As the list names it.")]


@dead_letters_app.callback(invoke_without_command=True)
def show_dead_letters(
    context: typer.Context,
    settled: Annotated[bool, typer.Option("--all", help="Also handled and skipped ones.")] = False,
) -> None:
    """Show the facts that wait, why, since when, and what was decided."""
    if context.invoked_subcommand is not None:
        return
    rows = run(_list(settled))
    heads = ("follower", "position", "stream", "topic", "reason", "since", "status", "decided")
    table = Table(*heads, box=None)
    for row in rows:
        decided = f"{flowing.local(row.decided_at)} {row.decided_by}" if row.decided_by else ""
        what = (row.follower, str(row.position), str(row.stream_id), row.topic, row.reason)
        table.add_row(*what, flowing.local(row.at), row.status, decided)
    flowing.show(table)
    if not rows:
        OUT.print("no fact lies aside")


@dead_letters_app.command("retry")
def retry(follower: Follower, position: Position) -> None:
    """Have a fact handled again by its follower, and after it those that wait behind it."""

    async def decide(conn: AsyncConnection[Any], who: str) -> None:
        await dead_letters.retry(conn, follower, position, who)

    run(_decided(decide))
    OUT.print(f"{follower} handles position {position} again", highlight=False)


@dead_letters_app.command("skip")
def skip(
    follower: Follower,
    position: Position,
    behind: Annotated[
        bool, typer.Option("--behind", help="Also everything that waits behind it.")
    ] = False,
) -> None:
    """Leave a fact unhandled for good; those that wait behind it are handled then."""

    async def decide(conn: AsyncConnection[Any], who: str) -> int:
        return await dead_letters.skip(conn, follower, position, who, behind=behind)

    skipped = run(_decided(decide))
    OUT.print(f"{skipped} skipped", highlight=False)


async def _list(settled: bool) -> list[DeadLetter]:
    async with (
        pool(database_url(settings()), "cli") as connections,
        connections.connection() as conn,
    ):
        return await dead_letters.dead_letters(conn, settled=settled)


async def _decided(decide: Callable[[AsyncConnection[Any], str], Awaitable[T]]) -> T:
    """Decide as the operator at this terminal, who is a pseudonym on record."""
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        known = await vault(connections, effective).remember_many([operator(getpass.getuser())])
        async with connections.connection() as conn:
            try:
                return await decide(conn, f"operator:{known[0].subject_id}")
            except dead_letters.NotDecidable as error:
                stop(Exit.REFUSED, str(error))
