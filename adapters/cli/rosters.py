"""The verbs `roster ...`: where a school's roster comes from, and what is in it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from uuid import UUID, uuid4

import typer
from rich.table import Table

from aanspraak.domain.partner.decide import ADMINISTRATION
from aanspraak.domain.roster.decide import SECTORS
from adapters.bootstrap import database_url, pool, vault
from adapters.bootstrap.partners import partner_session, rosters
from adapters.cli.acting import account
from adapters.cli.moments import local
from adapters.cli.terminal import Exit, print_error, print_line, print_table, stop
from adapters.cli.working import run, settings
from adapters.eduv.roster import TakeFailed
from adapters.postgres.directory import Directory
from adapters.postgres.roster import counts, known
from adapters.postgres.roster_desk import Asker, RosterSource, asked_as
from adapters.postgres.roster_import import Imported, import_lines
from adapters.postgres.roster_wanted import due_school
from adapters.security.persons import operator
from adapters.wire.roster_file import (
    RosterEntry,
    RosterLines,
    UnreadableRoster,
    judge,
    lines_of_csv,
    lines_of_json,
    school_alias,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from adapters.eduv.roster_parts import RosterParts
    from adapters.postgres.roster_take import Taken
    from adapters.postgres.vault import Vault

roster_app = typer.Typer(help="Who studies what at a school.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or a JSON array.")]
School = Annotated[
    str, typer.Argument(metavar="SCHOOL", help="An OnderwijsaanbiederId, or TYPE:value.")
]
Reason = Annotated[str, typer.Option(help="Why; it is kept beside the facts.")]


class Opened(NamedTuple):
    """What the verbs work with."""

    connections: AsyncConnectionPool[AsyncConnection[Any]]
    vault: Vault
    rosters: RosterParts


@roster_app.command("import")
def import_roster(
    file: File,
    school: Annotated[str | None, typer.Option(help="Of lines that name no school.")] = None,
    reason: Reason = "",
) -> None:
    """Take the rosters in FILE, one per school; a bad line is named and does not count."""
    lines = _lines(file, school)
    for bad in lines.bad:
        sentence = f"line {bad.number}: " + "; ".join(map(str, bad.problems))
        print_error(sentence)
    if lines.good:
        table = Table("school", "members", "joined", "left", "version", box=None)
        for each in run(_import(lines.good, reason)):
            taken = each.taken
            numbers = (taken.members, taken.joined, taken.left, taken.version)
            table.add_row(each.school, *map(str, numbers))
        print_table(table)
    if lines.bad or not lines.good:
        stop(Exit.REFUSED, f"{len(lines.good)} lines taken, {len(lines.bad)} not")


@roster_app.command("follow")
def follow_roster(
    school: School,
    sector: Annotated[str, typer.Option(help=", ".join(SECTORS))],
    provider: Annotated[
        str | None, typer.Option("--from", help="The administration; left out: only files.")
    ] = None,
    reason: Reason = "",
) -> None:
    """Take a school's roster from its student administration from now on, or only from files."""
    changed = run(_follow(school, provider, sector, reason))
    print_line("followed from now on" if changed else "unchanged")


@roster_app.command("pull")
def pull_roster(school: School) -> None:
    """Take a school's roster from its administration now, whatever the schedule says."""
    taken = run(_pull(school))
    numbers = f"{taken.members} members, {taken.joined} joined, {taken.left} left"
    print_line(f"version {taken.version}: {numbers}")


@roster_app.command("show")
def show_roster(school: School) -> None:
    """Show where a school's roster comes from, how old it is, and how many are in it."""
    run(_show(school))


@asynccontextmanager
async def opened() -> AsyncIterator[Opened]:
    """The parts, on the database of this environment."""
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        yield Opened(connections, vault(connections, effective), rosters(connections, effective))


async def signed(of: Vault, reason: str) -> Asker:
    """Who sits at this terminal, as facts may hold it."""
    known_as = (await of.remember_many([operator(account())]))[0]
    return Asker(
        actor=f"operator:{known_as.subject_id}",
        party="operator",
        correlation_id=str(uuid4()),
        reason_id=await of.keep_text(reason) if reason else None,
    )


def _lines(file: Path, school: str | None) -> RosterLines:
    content = file.read_bytes()
    read = lines_of_json if content.lstrip()[:1] in (b"[", b"{") else lines_of_csv
    try:
        return judge(read(content), school)
    except UnreadableRoster as error:
        stop(Exit.WRONG_USE, f"{file.name}: {error}")


async def _import(entries: tuple[RosterEntry, ...], reason: str) -> list[Imported]:
    async with opened() as parts:
        asker = await signed(parts.vault, reason)
        return await import_lines(parts.rosters.desk(), parts.vault, entries, asker)


async def _follow(school: str, provider: str | None, sector: str, reason: str) -> bool:
    async with opened() as parts:
        await _require_administration(parts, provider)
        try:
            named = school_alias(school)
        except ValueError as error:
            stop(Exit.WRONG_USE, str(error))
        found = await parts.vault.school_id(*named)
        asker = await signed(parts.vault, reason)
        source = RosterSource(provider=provider, sector=sector, asked=asked_as(*named))
        result = await parts.rosters.desk().follow(found.school_id, source, asker)
    if result.refusal is not None:
        stop(Exit.REFUSED, str(result.refusal))
    return bool(result.events)


async def _require_administration(parts: Opened, provider: str | None) -> None:
    if provider is None:
        return
    partner = await Directory(parts.connections).partner(provider)
    if partner is None or partner.role != ADMINISTRATION:
        stop(Exit.REFUSED, f"no administration {provider} is known")


async def _pull(school: str) -> Taken:
    async with opened() as parts, partner_session() as session:
        school_id = await find_school(parts.vault, school)
        async with parts.connections.connection() as conn:
            state = await known(conn, school_id)
        due = due_school(state) if state else None
        if due is None:
            stop(Exit.REFUSED, f"{school} is not followed: aanspraak roster follow")
        asker = replace(await signed(parts.vault, ""), party=due.provider)
        try:
            return await parts.rosters.puller(session).pull(due, asker)
        except TakeFailed as failed:
            stop(Exit.OPERATIONAL, f"{due.provider}: {failed.reason}; nothing changed")


async def find_school(of: Vault, school: str) -> UUID:
    """The school that somebody typed; ends the verb when nobody ever spoke of it."""
    try:
        found = await of.find_school(*school_alias(school))
    except ValueError as error:
        stop(Exit.WRONG_USE, str(error))
    if found is None:
        stop(Exit.REFUSED, f"no school {school} is known")
    return found.school_id


async def _show(school: str) -> None:
    async with opened() as parts:
        school_id = await find_school(parts.vault, school)
        async with parts.connections.connection() as conn:
            state = await known(conn, school_id)
            rows = await counts(conn, school_id)
    if state is None:
        stop(Exit.REFUSED, f"no roster of {school} was ever taken")
    where = f"{state.provider} ({state.sector})" if state.provider else "files"
    print_line(f"{school_id} from {where}, version {state.version}")
    print_line(f"taken {local(state.last_success_at) or 'never'}")
    if state.last_error:
        failing = f"failing: {state.last_error}, {state.failures} times in a row"
        print_line(f"{failing}, last {local(state.last_attempt_at)}")
    table = Table("who", "of", "how many", "persons", "missing", box=None)
    for row in rows:
        table.add_row(*map(str, row))
    print_table(table)
