"""`aanspraak rebuild VIEW --as-of T --into SCHEMA`, and the verbs `copies ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.table import Table

from adapters.bootstrap import database_url, pool
from adapters.cli.moments import local
from adapters.cli.options import place_given
from adapters.cli.progress_bar import phases
from adapters.cli.terminal import Exit, print_line, print_table, stop
from adapters.cli.working import collect_garbage_seldom, connected, run, settings
from adapters.postgres.copies import (
    CopyInTheWay,
    NoSuchCopy,
    build_copy,
    copies,
    drop_copy,
)
from projections.by_stream import CannotFold

if TYPE_CHECKING:
    from adapters.config import Settings
    from adapters.postgres.copies import Copy
    from projections.registry import Projection

copies_app = typer.Typer(
    help="Views as they were at some moment, beside the live ones.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="SCHEMA", help="As `list` names it.")]


def copy_view(
    projection: Projection, as_of: str | None, into: str | None, *, dry_run: bool
) -> None:
    """Build a view as it was then in a schema of that name; nothing live is touched."""
    if dry_run:
        stop(Exit.WRONG_USE, "a copy changes nothing: it has no --dry-run")
    if as_of is None or into is None:
        stop(Exit.WRONG_USE, "--as-of and --into go together")
    collect_garbage_seldom()
    try:
        copy = run(_build(settings(), projection, as_of, into))
    except CopyInTheWay as error:
        stop(Exit.REFUSED, str(error))
    except CannotFold as error:
        stop(Exit.OPERATIONAL, str(error))
    rows = copy.rows[projection.name]
    print_line(f"{into} has {projection.name} as of position {copy.position}: {rows} rows")


@copies_app.command("list")
def list_copies() -> None:
    """Show the copies there are, as of when they are, and what is in each."""
    found = run(_copies(settings()))
    table = Table("schema", "as of", "position", "built", "views", box=None)
    for copy in found:
        views = ", ".join(f"{view} ({rows})" for view, rows in copy.rows.items())
        of_now = views if copy.current else f"{views} - of another release, only to be dropped"
        moments = (local(copy.at), str(copy.position), local(copy.made_at))
        table.add_row(copy.name, *moments, of_now)
    print_table(table)
    if not found:
        print_line("there are no copies")


@copies_app.command("drop")
def drop(name: Name) -> None:
    """Drop a schema with copies; what is live has nothing to do with it."""
    try:
        run(_drop(settings(), name))
    except (NoSuchCopy, CopyInTheWay) as error:
        stop(Exit.REFUSED, str(error))
    print_line(f"{name} is dropped")


def refuse_copy(error: NoSuchCopy) -> NoReturn:
    """End a verb that cannot read the copy it was given."""
    stop(Exit.REFUSED, str(error))


async def _build(effective: Settings, projection: Projection, given: str, into: str) -> Copy:
    url = database_url(effective)
    async with pool(url, "rebuild") as connections:
        async with connections.connection() as conn:
            then = await place_given(conn, given)
        with phases(projection.name) as tell:
            return await build_copy(url, projection, into, then, tell=tell)


async def _copies(effective: Settings) -> list[Copy]:
    async with connected(effective, "copies") as conn:
        return await copies(conn)


async def _drop(effective: Settings, name: str) -> None:
    url = database_url(effective)
    async with pool(url, "copies"):
        await drop_copy(url, name)
