"""The verb `forget`: who somebody is is deleted; the history stays and nobody can tell whose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.table import Table

from aanspraak.domain.errors import DomainError
from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.acting import operator_submissions
from adapters.cli.named_persons import read_person
from adapters.cli.rosters import find_school
from adapters.cli.terminal import Exit, print_line, print_table, stop
from adapters.cli.working import run, settings
from adapters.postgres.forgetting import Forgetting
from adapters.wire.references import CustomerReference, UserReference

if TYPE_CHECKING:
    from adapters.postgres.forgetting import Found
    from adapters.postgres.vault import Vault


def forget(
    user: Annotated[
        Path,
        typer.Option(
            help="A file with a UserReference (JSON; with --shop a CustomerReference), or - for"
            " standard input."
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why; it is kept beside the facts.")],
    school: Annotated[
        str | None, typer.Option(help="Where an ASI holds: OnderwijsaanbiederId or TYPE:value.")
    ] = None,
    shop: Annotated[
        str | None, typer.Option(help="The shop whose customer it is; they are no user.")
    ] = None,
    force: Annotated[
        bool, typer.Option(help="Also out of a roster or with a live entitlement.")
    ] = False,
    at_once: Annotated[
        bool, typer.Option(help="Do not wait for messages under way; they are dropped.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Only say what it would touch.")] = False,
) -> None:
    """Forget a person; when partners must hear something first, run it again later."""
    whom = _Whom(_named(user, shop), school, shop)
    try:
        outcome, found = run(_forget(whom, reason, force=force, at_once=at_once, dry_run=dry_run))
    except DomainError as refusal:
        stop(Exit.REFUSED, str(refusal))
    print_line(f"{outcome}: {found.subject_id}")
    _tell(found)


def _tell(found: Found) -> None:
    table = Table("what", "how many", box=None)
    for what, count in found.touched._asdict().items():
        table.add_row(what.replace("_", " "), str(count))
    table.add_row("live entitlements", str(found.live))
    table.add_row("of which never used", str(len(found.unused)))
    table.add_row("entitlements with a message under way", str(found.under_way))
    print_table(table)


class _Whom(NamedTuple):
    named: UserReference | CustomerReference
    school: str | None
    shop: str | None


def _named(user: Path, shop: str | None) -> UserReference | CustomerReference:
    return read_person(user, CustomerReference) if shop else read_person(user, UserReference)


async def _forget(
    whom: _Whom,
    reason: str,
    *,
    force: bool,
    at_once: bool,
    dry_run: bool,
) -> tuple[str, Found]:
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        persons = vault(connections, effective)
        desk = Forgetting(connections=connections, vault=persons, now=utc_now)
        found = await _find(desk, persons, whom)
        if dry_run:
            return f"would be forgotten ({found.hinders or 'nothing is in the way'})", found
        found.refuse_unless(force=force)
        reason_id = await persons.keep_text(reason)
        waiting = await desk.forget(
            found,
            reason_id,
            lambda commands: operator_submissions(effective, commands),
            at_once=at_once,
        )
    return ("under way, run it again later", waiting) if waiting else ("forgotten", found)


async def _find(desk: Forgetting, persons: Vault, whom: _Whom) -> Found:
    if isinstance(whom.named, CustomerReference):
        return await desk.find_customer(whom.named, whom.shop or "")
    school_id = await find_school(persons, whom.school) if whom.school else None
    return await desk.find(whom.named, school_id)
