"""The verbs about consents: `consent import`, `give`, `revoke` and `list`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

import typer
from rich.table import Table

from aanspraak.domain.consent.state import ACCEPTED
from aanspraak.domain.consent_scopes import PROVIDER, hub_is
from aanspraak.domain.errors import ConsentNotExchanged
from aanspraak.domain.partner.events import PartnerRegistered
from adapters.bootstrap import database_url, pool, vault
from adapters.bootstrap.registered import registered_partners
from adapters.cli.acting import operator_submissions
from adapters.cli.files import Cells, complain, read_entries
from adapters.cli.terminal import OUT, Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.postgres.consent_desk import ConsentDesk, Meant
from adapters.postgres.consents import Consents
from adapters.wire.consent_v0 import ConsentEntry
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect
from adapters.wire.references import SchoolReference

if TYPE_CHECKING:
    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    Connections = AsyncConnectionPool[AsyncConnection[Any]]

T = TypeVar("T")

consent_app = typer.Typer(help="What schools let partners exchange.", no_args_is_help=True)

COMMANDS_AT_ONCE = 100
"""So many in a transaction, which holds at most 1,000 facts."""

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or a JSON array.")]
School = Annotated[str, typer.Argument(metavar="SCHOOL", help="104A158, or TYPE:value.")]
Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id.")]
Api = Annotated[str | None, typer.Option(help="Only this API.")]
Scope = Annotated[str | None, typer.Option(help="Only this scope.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept beside the facts.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count what it would touch.")]


@consent_app.command("import")
def import_consents(file: File, reason: Reason = "") -> None:
    """Take over the consents in FILE: partner, school, api, scopes, providerStatus, ...

    Without statuses both sides have accepted; then the partner is told nothing.
    """
    entries = read_entries(file, ConsentEntry, _entry_of)
    run(_import(entries.good, list(entries.bad), reason))


@consent_app.command("give")
def give(
    school: School,
    partner: Partner,
    api: Api = None,
    scope: Scope = None,
    reason: Reason = "",
    *,
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="The partner accepts too, as is known otherwise.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Give the consent of SCHOOL at our side, and tell PARTNER."""
    given = _school(school)
    run(
        _act(
            (partner, given, api, scope),
            lambda meant, why: meant.given(why, confirmed=confirmed),
            reason,
            dry_run=dry_run,
        )
    )


@consent_app.command("revoke")
def revoke(
    school: School,
    partner: Partner,
    api: Api = None,
    scope: Scope = None,
    reason: Reason = "",
    *,
    dry_run: DryRun = False,
) -> None:
    """Take the consent of SCHOOL back at our side: nothing goes to PARTNER any more."""
    given = _school(school)
    run(
        _act(
            (partner, given, api, scope),
            lambda meant, why: meant.revoked(why),
            reason,
            dry_run=dry_run,
        )
    )


@consent_app.command("list")
def list_consents(
    school: Annotated[str | None, typer.Option(help="Only of this school.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only with this partner.")] = None,
    *,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what waits for us.")] = False,
) -> None:
    """Show the consents, and which of them hold."""
    run(_list(_school(school) if school else None, partner, waiting=waiting))


async def _import(entries: Sequence[ConsentEntry], refused: list[str], reason: str) -> None:
    commands: list[tuple[UUID, object]] = []
    reason_id = await _kept(reason)

    async def gather(connections: Connections) -> None:
        desk = await _desk(connections, {entry.partner for entry in entries})
        for number, entry in enumerate(entries, start=1):
            try:
                meant = await desk.meant(
                    entry.partner, entry.school, api=entry.api, scopes=entry.scopes
                )
            except ConsentNotExchanged as refusal:
                refused.append(f"consent {number} ({entry.partner}): {refusal}")
                continue
            commands.extend(_taken_over(meant, entry, reason_id))

    await _with_connections(gather)
    changed = 0
    for start in range(0, len(commands), COMMANDS_AT_ONCE):
        part = commands[start : start + COMMANDS_AT_ONCE]
        for result in await operator_submissions(settings(), part):
            changed += bool(result.events)
            if result.refusal is not None:
                refused.append(str(result.refusal))
    print_line(f"{changed} consents taken over, {len(commands) - changed} as they were")
    complain(refused)


def _taken_over(
    meant: Meant, entry: ConsentEntry, reason_id: UUID | None
) -> Sequence[tuple[UUID, object]]:
    """What an entry says of our side is done; of the other side that it has accepted."""
    provides = hub_is(meant.about[0].api) == PROVIDER
    ours, theirs = entry.provider_status, entry.consumer_status
    reference = entry.consumer_reference_id
    if not provides:
        ours, theirs, reference = theirs, ours, entry.provider_reference_id
    if ours != ACCEPTED:
        return meant.revoked(reason_id)
    return meant.given(reason_id, confirmed=theirs == ACCEPTED, their_reference=reference)


async def _act(
    about: tuple[str, SchoolReference, str | None, str | None],
    commands: Callable[[Meant, UUID | None], Sequence[tuple[UUID, object]]],
    reason: str,
    *,
    dry_run: bool,
) -> None:
    partner, school, api, scope = about

    async def find(connections: Connections) -> tuple[Meant, int]:
        desk = await _desk(connections, (partner,))
        meant = await desk.meant(
            partner, school, api=api, scopes=(scope,) if scope else (), writes=not dry_run
        )
        consents = Consents(connections)
        return meant, await consents.touched(partner, meant.partner.role, meant.school_id)

    try:
        meant, touched = await _with_connections(find)
    except ConsentNotExchanged as refusal:
        stop(Exit.REFUSED, str(refusal))
    scopes = ", ".join(each.scope for each in meant.about)
    print_line(f"{scopes}: {touched} entitlements")
    if dry_run:
        print_line("nothing was done")
        return
    results = await operator_submissions(settings(), commands(meant, await _kept(reason)))
    for each, result in zip(meant.about, results, strict=True):
        print_line(f"{each.scope}: {'done' if result.events else 'unchanged'}")
    complain([str(result.refusal) for result in results if result.refusal])


async def _list(school: SchoolReference | None, partner: str | None, *, waiting: bool) -> None:
    async def read(connections: Connections) -> None:
        school_id = None
        if school is not None:
            known = vault(connections, settings())
            found = await known.find_school(*school.aliases())
            if found is None:
                stop(Exit.REFUSED, "nobody knows this school")
            school_id = found.school_id
        consents = Consents(connections)
        rows = await consents.listed(school_id=school_id, partner=partner, waiting=waiting)
        table = Table("partner", "school", "scope", "ours", "theirs", "", box=None)
        for row in rows:
            named = row.organisation_master_identifier or ", ".join(row.organisation_ids)
            holds = "holds" if row.holds else ""
            table.add_row(row.partner, named, row.scope, row.ours, row.theirs, holds)
        OUT.print(table)

    await _with_connections(read)


async def _desk(connections: Connections, partners: Collection[str]) -> ConsentDesk:
    """Partners as the log has them: the views may be behind, or not be followed yet."""
    known = {one.partner: one for one in await registered_partners(settings(), partners)}

    async def partner_of(partner: str) -> PartnerRegistered | None:
        return known.get(partner)

    return ConsentDesk(vault(connections, settings()), partner_of)


async def _with_connections(work: Callable[[Connections], Awaitable[T]]) -> T:
    async with pool(database_url(settings()), "cli") as connections:
        return await work(connections)


async def _kept(reason: str) -> UUID | None:
    if not reason:
        return None

    async def keep(connections: Connections) -> UUID:
        return await vault(connections, settings()).keep_text(reason)

    return await _with_connections(keep)


def _school(given: str) -> SchoolReference:
    try:
        return parse(SchoolReference, json.dumps(_reference(given)).encode())
    except SchemaIncorrect as error:
        stop(Exit.WRONG_USE, str(error))


def _reference(given: str) -> dict[str, object]:
    kind, colon, value = given.partition(":")
    if colon:
        return {"organisationIds": [{"organisationIdType": kind, "organisationId": value}]}
    return {"organisationMasterIdentifier": given}


def _entry_of(cells: Cells) -> dict[str, object]:
    """A row: the names of a ConsentStatus; a school as at the terminal, scopes by spaces."""
    entry: dict[str, object] = dict(cells)
    entry["school"] = _reference(cells.get("school", ""))
    entry["scopes"] = cells.get("scopes", "").split()
    return entry
