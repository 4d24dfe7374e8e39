"""The verb `send-again`: what failed goes to partners again, by a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.table import Table

from aanspraak.domain.errors import DomainError
from adapters.bootstrap import database_url, pool
from adapters.cli.acting import operator_here
from adapters.cli.flowing import require
from adapters.cli.moments import local, read_moment
from adapters.cli.terminal import OUT, Exit, print_table, stop
from adapters.cli.working import run, settings
from adapters.postgres.directory import Directory
from adapters.postgres.send_again import Meant, ask_send_again, plan_send_again
from adapters.wire.ops_send_again_v1 import FASTEST

if TYPE_CHECKING:
    from adapters.wire.ops_send_again_v1 import MessagesMeant

MOMENT = "2026-08-24T12:00, in Europe/Amsterdam."


def send_again(
    partner: Annotated[str | None, typer.Option(help="To this partner.")] = None,
    entitlement: Annotated[UUID | None, typer.Option(help="About this entitlementId.")] = None,
    order: Annotated[UUID | None, typer.Option(help="About this deliveryOrderId.")] = None,
    since: Annotated[str | None, typer.Option(metavar="MOMENT", help=MOMENT)] = None,
    until: Annotated[str | None, typer.Option(metavar="MOMENT", help=MOMENT)] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Also links that portals took.")
    ] = False,
    per_second: Annotated[float, typer.Option(min=0.01, max=FASTEST, help="At most.")] = 10,
    reason: Annotated[str, typer.Option(help="Why it may go well now.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is counted.")] = False,
) -> None:
    """Send again what failed of an entitlement, an order or a partner; without --yes, count it.

    What was given up or is failing goes as it is; of what was refused or lost a new message is
    made, with the state of now.
    """
    if entitlement and order:
        stop(Exit.WRONG_USE, "give one of --entitlement and --order")
    if not (partner or entitlement or order):
        stop(Exit.WRONG_USE, "give --partner, --entitlement or --order")
    if everything and not (entitlement or order):
        stop(Exit.WRONG_USE, "--everything needs --entitlement or --order")
    if yes and not reason.strip():
        stop(Exit.WRONG_USE, "--reason is empty")
    meant = Meant(
        partner=partner,
        entitlement_id=entitlement,
        delivery_order_id=order,
        since=read_moment(since) if since else None,
        until=read_moment(until) if until else None,
        everything=everything,
    )
    _show(run(_send_again(meant, per_second, reason if yes else None)))


def _show(found: MessagesMeant) -> None:
    table = Table("partner", "entitlement", "order", "why", "since", box=None)
    for one in found.sample:
        ids = (str(one.entitlement_id or ""), str(one.delivery_order_id or ""))
        table.add_row(one.partner, *ids, one.why, local(one.since))
    print_table(table)
    for each in found.partners:
        OUT.print(f"{each.partner}: {each.messages}", highlight=False, soft_wrap=True)
    for line in _outcome(found):
        OUT.print(line, highlight=False, soft_wrap=True)


def _outcome(found: MessagesMeant) -> list[str]:
    second = "a second operator has to confirm it: aanspraak jobs confirm"
    if found.job_id is None:
        would = [f"{found.messages} messages would go again; --yes --reason TEXT does it"]
        return [*would, second] if found.confirm else would
    if found.outcome == "waiting":
        return [f"{found.messages} messages; {second} {found.job_id}"]
    return [f"{found.messages} messages go again: aanspraak jobs show {found.job_id}"]


async def _send_again(meant: Meant, per_second: float, reason: str | None) -> MessagesMeant:
    effective = settings()
    above = effective.send_again_confirm_above
    async with pool(database_url(effective), "cli") as connections:
        if meant.partner is not None:
            await require(Directory(connections), meant.partner)
        by = await operator_here(connections, effective, reason) if reason else None
        async with connections.connection() as conn:
            if by is None:
                return await plan_send_again(conn, meant, above)
            try:
                return await ask_send_again(
                    conn, by, meant, per_second=per_second, confirm_above=above
                )
            except DomainError as refusal:
                stop(Exit.REFUSED, str(refusal))
