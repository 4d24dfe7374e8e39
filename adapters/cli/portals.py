"""The verbs `portal add`, `remove`, `replace` and `list`: where the links of a school go."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.table import Table

from aanspraak.domain import ids
from aanspraak.domain.errors import DomainError
from aanspraak.domain.school.commands import AddPortal, RemovePortal, ReplacePortal
from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.bootstrap.registered import registered_partners
from adapters.cli.acting import operator_act
from adapters.cli.rosters import find_school
from adapters.cli.terminal import OUT, Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.postgres.school_portals import PortalDesk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aanspraak.domain.partner.events import PartnerRegistered
    from aanspraak.domain.school.commands import SchoolCommand
    from adapters.postgres.school_portals import SchoolAsItStands

    Command = Callable[[UUID, UUID], SchoolCommand]

portal_app = typer.Typer(help="Where the links of a school go.", no_args_is_help=True)

School = Annotated[str, typer.Argument(metavar="SCHOOL", help="104A158, or TYPE:value.")]
Portal = Annotated[str, typer.Argument(metavar="PORTAL", help="The portal's id.")]
NewPortal = Annotated[str, typer.Argument(metavar="NEW_PORTAL", help="The portal instead of it.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept beside the facts.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count what it would touch.")]

NOBODY = UUID(int=0)
"""The reason of what is only planned."""


@portal_app.command("add")
def add(school: School, portal: Portal, reason: Reason, *, dry_run: DryRun = False) -> None:
    """Have everything of SCHOOL go to PORTAL too."""

    def command(school_id: UUID, reason_id: UUID) -> SchoolCommand:
        return AddPortal(school_id=school_id, portal=portal, reason_id=reason_id)

    run(_change(school, (portal,), command, reason, gains=portal, dry_run=dry_run))


@portal_app.command("remove")
def remove(school: School, portal: Portal, reason: Reason, *, dry_run: DryRun = False) -> None:
    """Have nothing of SCHOOL go to PORTAL any more."""

    def command(school_id: UUID, reason_id: UUID) -> SchoolCommand:
        return RemovePortal(school_id=school_id, portal=portal, reason_id=reason_id)

    run(_change(school, (portal,), command, reason, gains=None, dry_run=dry_run))


@portal_app.command("replace")
def replace(
    school: School,
    portal: Portal,
    new_portal: NewPortal,
    reason: Reason,
    *,
    dry_run: DryRun = False,
) -> None:
    """Have what goes to PORTAL go to NEW_PORTAL instead."""

    def command(school_id: UUID, reason_id: UUID) -> SchoolCommand:
        return ReplacePortal(
            school_id=school_id, portal=portal, new_portal=new_portal, reason_id=reason_id
        )

    portals = (portal, new_portal)
    run(_change(school, portals, command, reason, gains=new_portal, dry_run=dry_run))


@portal_app.command("list")
def list_portals(school: School) -> None:
    """Show where the entitlements of SCHOOL go that can still be used, and what was decided."""
    found = run(_stands(school))
    table = Table("portal", "entitlements", "consent", box=None)
    for each in found.portals:
        table.add_row(each.portal, str(each.entitlements), "holds" if each.consented else "none")
    OUT.print(table)
    for portal in found.decided.added:
        print_line(f"added: {portal}")
    for portal, new_portal in found.decided.instead.items():
        print_line(f"instead of {portal}: {new_portal or 'nothing'}")


async def _change(
    school: str,
    portals: tuple[str, ...],
    command: Command,
    reason: str,
    *,
    gains: str | None,
    dry_run: bool,
) -> None:
    async with _desk(portals) as desk:
        school_id = await find_school(desk.vault, school)
        try:
            for portal, named in zip(portals, ("PORTAL", "NEW_PORTAL"), strict=False):
                await desk.require_portal(portal, named)
            planned = await desk.plan(command(school_id, NOBODY))
        except DomainError as refusal:
            stop(Exit.REFUSED, str(refusal))
        consented = gains is None or await desk.consented(school_id, gains)
    for what, number in planned._asdict().items():
        print_line(f"{what.replace('_', ' ')}: {number}")
    if not consented:
        print_line(f"the school does not consent to {gains}: no link goes there")
    print_line("nothing was done" if dry_run else await _decide(school_id, command, reason))


async def _decide(school_id: UUID, command: Command, reason: str) -> str:
    stream = ids.school_stream(school_id)
    (result,) = await operator_act(
        settings(), reason, lambda reason_id: [(stream, command(school_id, reason_id))]
    )
    if result.refusal is not None:
        stop(Exit.REFUSED, str(result.refusal))
    return "changed" if result.events else "it was so before"


async def _stands(school: str) -> SchoolAsItStands:
    async with _desk(()) as desk:
        return await desk.stands(await find_school(desk.vault, school))


@asynccontextmanager
async def _desk(portals: tuple[str, ...]) -> AsyncIterator[PortalDesk]:
    """Partners as the log has them: the views may be behind, or not be followed yet."""
    known = {one.partner: one for one in await registered_partners(settings(), portals)}

    async def partner_of(partner: str) -> PartnerRegistered | None:
        return known.get(partner)

    async with pool(database_url(settings()), "cli") as connections:
        yield PortalDesk(
            connections=connections,
            vault=vault(connections, settings()),
            partner_of=partner_of,
            now=utc_now,
        )
