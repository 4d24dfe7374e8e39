"""The verbs `catalogue ...` about providers: whose products are followed, and what is known."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from aanspraak.domain import ids
from aanspraak.domain.catalogue.commands import FollowCatalogue, LeaveCatalogue
from aanspraak.domain.partner.decide import CATALOGUE, REGISTRY
from adapters.bootstrap import database_url, pool
from adapters.bootstrap.partners import catalogue_puller, partner_session
from adapters.bootstrap.registered import registered_partners
from adapters.cli.acting import operator_submissions
from adapters.cli.moments import local
from adapters.cli.registering import catalogue_app
from adapters.cli.terminal import Exit, print_error, print_line, print_table, stop
from adapters.cli.working import run, settings
from adapters.postgres.catalogues import BeingPulled, read_followed, read_pull, start_anew
from adapters.postgres.directory import Directory
from adapters.postgres.event_log import read_many
from projections.product_history import Entry, history_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg import AsyncConnection

    from aanspraak.domain.catalogue.events import CatalogueFollowed
    from aanspraak.domain.recorded import Recorded
    from adapters.config import Settings
    from adapters.eduv.catalogue import Pulled
    from adapters.postgres.catalogues import PullRow

Provider = Annotated[str, typer.Argument(metavar="PROVIDER", help="A partner: a catalogue.")]


@catalogue_app.command("follow")
def follow(
    provider: Provider,
    registry: Annotated[str, typer.Option(help="The registry of this provider's products.")],
) -> None:
    """Take the products of a provider from now on; the first time all of them."""
    effective = settings()
    _require_role(effective, provider, CATALOGUE)
    _require_role(effective, registry, REGISTRY)
    command = FollowCatalogue(provider=provider, registry=registry)
    if run(_decided(effective, provider, command)):
        run(_start_anew(effective, provider))
    print_line(f"{provider} is followed; its licences are at {registry}")


@catalogue_app.command("leave")
def leave(provider: Provider) -> None:
    """Take no more products of a provider; those it has stay as they are."""
    left = run(_decided(settings(), provider, LeaveCatalogue(provider=provider)))
    print_line(f"{provider} is {'followed no more' if left else 'not followed'}")


@catalogue_app.command("followed")
def followed() -> None:
    """Show whose products are taken, since when and what went wrong."""
    table = Table("provider", "registry", "last", "full", "next", "failures", "error", box=None)
    for how, row in run(_followed(settings())):
        moments = (row.last_success_at, row.last_full_at, row.next_attempt_at) if row else ()
        shown = [local(moment) for moment in moments] or ["", "", "soon"]
        failed = [str(row.failures or ""), row.last_error or ""] if row else ["", ""]
        table.add_row(how.provider, how.registry, *shown, *failed)
    print_table(table)
    if not table.row_count:
        print_line("no catalogue is followed")


@catalogue_app.command("pull")
def pull(
    provider: Annotated[
        str | None, typer.Argument(metavar="[PROVIDER]", help="Or all that are followed.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Everything, not only changes.")] = False,
) -> None:
    """Ask a provider for what changed now; a bad product is named, the good ones count."""
    pulled = run(_pull(settings(), provider, full=full))
    for one in pulled:
        _tell(one)
    if any(one.error for one in pulled):
        raise typer.Exit(Exit.OPERATIONAL)
    if any(one.bad for one in pulled):
        raise typer.Exit(Exit.REFUSED)


@catalogue_app.command("show")
def show_product(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="A productId.")],
) -> None:
    """Show how a product came to be what it is: each change, when and by whom."""
    facts = run(_facts(settings(), product))
    if not facts:
        stop(Exit.REFUSED, f"no product {product} is known")
    for entry in history_of(facts):
        print_line(_shown(entry))


def _shown(entry: Entry) -> Text:
    text = Text(f"{local(entry.at)}  ")
    text.append(entry.kind, style="cyan").append(f" by {entry.actor}")
    for change in entry.changes:
        after = _value(change.after)
        was = "" if change.before is None else f" (was {_value(change.before)})"
        text.append(f"\n    {change.field}: {after}{was}")
    return text


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "-"
    return "-" if value is None else str(value)


def _tell(pulled: Pulled) -> None:
    if pulled.error:
        print_error(f"{pulled.provider}: {pulled.error}")
        return
    taken, since = pulled.taken, local(pulled.since) or "the beginning"
    counts = f"{len(taken.changed)} changed, {taken.unchanged} unchanged"
    print_line(f"{pulled.provider}: {counts} since {since}")
    for product_id in taken.missed:
        print_error(f"{product_id}: not listed any more; it stays as it was")
    for bad in pulled.bad:
        print_error(f"{bad.product_id}: {bad.faults}")


def _require_role(effective: Settings, partner: str, role: str) -> None:
    found = run(registered_partners(effective, [partner]))
    if [one.role for one in found] != [role]:
        stop(Exit.REFUSED, f"{partner} is no partner with the role {role}")


async def _decided(effective: Settings, provider: str, command: object) -> bool:
    """Whether it was not so already."""
    stream = ids.catalogue_stream(provider)
    (result,) = await operator_submissions(effective, [(stream, command)])
    if result.refusal is not None:
        stop(Exit.REFUSED, str(result.refusal))
    return bool(result.events)


async def _start_anew(effective: Settings, provider: str) -> None:
    async with _connection(effective) as (conn, _):
        await start_anew(conn, provider)


async def _followed(effective: Settings) -> list[tuple[CatalogueFollowed, PullRow | None]]:
    async with _connection(effective) as (conn, directory):
        names = [one.partner for one in await directory.partners(CATALOGUE)]
        all_of_them = await read_followed(conn, names)
        return [(how, await read_pull(conn, name)) for name, how in all_of_them.items()]


async def _pull(effective: Settings, provider: str | None, *, full: bool) -> list[Pulled]:
    names = None if provider is None else [provider]
    async with pool(database_url(effective), "cli") as connections, partner_session() as session:
        known = {one.partner: one for one in await Directory(connections).partners(CATALOGUE)}
        puller = catalogue_puller(connections, session, effective)
        async with connections.connection() as conn:
            all_of_them = await read_followed(conn, known if names is None else names)
            if names is not None and not all_of_them.keys() & known.keys():
                stop(Exit.REFUSED, f"{provider} is not followed")
            try:
                return [
                    await puller.pull(conn, known[name], how, full=full)
                    for name, how in all_of_them.items()
                ]
            except BeingPulled as busy:
                stop(Exit.OPERATIONAL, f"{busy} is being pulled at this moment")


async def _facts(effective: Settings, product_id: str) -> list[Recorded]:
    stream = ids.product_stream(product_id)
    async with _connection(effective) as (conn, _):
        return (await read_many(conn, [stream]))[stream]


@asynccontextmanager
async def _connection(
    effective: Settings,
) -> AsyncIterator[tuple[AsyncConnection[Any], Directory]]:
    async with (
        pool(database_url(effective), "cli") as connections,
        connections.connection() as conn,
    ):
        yield conn, Directory(connections)
