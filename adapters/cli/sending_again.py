"""The verb `send-again`: what failed goes to partners again, by a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from adapters.cli.moments import local, read_moment
from adapters.cli.on_record import act, look
from adapters.cli.terminal import Exit, print_line, print_table, stop
from adapters.cli.working import settings
from adapters.postgres.directory import is_partner
from adapters.postgres.failed_messages import Meant
from adapters.postgres.send_again import alone, ask_send_again, plan_send_again
from adapters.wire.ops_send_again_v1 import FASTEST

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from adapters.postgres.on_behalf import Operator
    from adapters.wire.ops_send_again_v1 import MessagesMeant

MOMENT = "2026-08-24T12:00, in Europe/Amsterdam."


def send_again(
    partner: Annotated[str | None, typer.Option(help="To this partner.")] = None,
    entitlement: Annotated[UUID | None, typer.Option(help="About this entitlementId.")] = None,
    order: Annotated[UUID | None, typer.Option(help="About this deliveryOrderId.")] = None,
    incident: Annotated[UUID | None, typer.Option(help="What this incident is about.")] = None,
    since: Annotated[str | None, typer.Option(metavar="MOMENT", help=MOMENT)] = None,
    until: Annotated[str | None, typer.Option(metavar="MOMENT", help=MOMENT)] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Also links that portals took.")
    ] = False,
    per_second: Annotated[float, typer.Option(min=0.01, max=FASTEST, help="At most.")] = 10,
    reason: Annotated[str, typer.Option(help="Why it may go well now.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is counted.")] = False,
) -> None:
    """Send again what failed; without --yes it is only counted, and some of it shown.

    What was given up or is failing goes as it is; of what was refused or lost a new message is
    made, with the state of now. A shop is told the same answer again.
    """
    meant = Meant(
        partner=partner,
        entitlement_id=entitlement,
        delivery_order_id=order,
        incident_id=incident,
        since=read_moment(since) if since else None,
        until=read_moment(until) if until else None,
        everything=everything,
    )
    _require_clear(meant)
    if yes:
        _show(act(reason, lambda conn, by: _ask(conn, by, meant, per_second), entitlement))
    else:
        _show(look(lambda conn, _: _plan(conn, meant)))


def _require_clear(meant: Meant) -> None:
    one = meant.entitlement_id or meant.delivery_order_id
    if sum(map(bool, (meant.entitlement_id, meant.delivery_order_id, meant.incident_id))) > 1:
        stop(Exit.WRONG_USE, "give one of --entitlement, --order and --incident")
    if not (meant.partner or one or meant.incident_id):
        stop(Exit.WRONG_USE, "give --partner, --entitlement, --order or --incident")
    if meant.everything and not one:
        stop(Exit.WRONG_USE, "--everything needs --entitlement or --order")


async def _require_partner(conn: AsyncConnection[Any], meant: Meant) -> None:
    if meant.partner is not None and not await is_partner(conn, meant.partner):
        stop(Exit.REFUSED, f"no partner {meant.partner} is known")


async def _plan(conn: AsyncConnection[Any], meant: Meant) -> MessagesMeant:
    await _require_partner(conn, meant)
    return await plan_send_again(conn, meant, alone(settings()))


async def _ask(
    conn: AsyncConnection[Any], by: Operator, meant: Meant, per_second: float
) -> MessagesMeant:
    await _require_partner(conn, meant)
    return await ask_send_again(conn, by, meant, per_second=per_second, allowed=alone(settings()))


def _show(found: MessagesMeant) -> None:
    if found.sample:
        table = Table("partner", "entitlement", "order", "why", "since", box=None)
        for one in found.sample:
            ids = (str(one.entitlement_id or ""), str(one.delivery_order_id or ""))
            table.add_row(one.partner, *ids, one.why, local(one.since))
        print_table(table)
    for each in found.partners:
        print_line(f"{each.partner}: {each.messages}")
    for line in _outcome(found):
        print_line(line)


def _outcome(found: MessagesMeant) -> list[str]:
    messages = "1 message" if found.messages == 1 else f"{found.messages} messages"
    if not found.messages:
        return ["nothing of it failed: there is nothing to send again"]
    lately = f", with {found.lately} that went there lately" if found.lately else ""
    second = f"so many{lately} need a second operator, who confirms: aanspraak jobs confirm"
    if found.job_id is None:
        would = [f"{messages} would go again; --yes --reason TEXT does it"]
        return [*would, second] if found.confirm else would
    if found.outcome == "waiting":
        return [f"{messages}; {second} {found.job_id} --reason TEXT"]
    return [f"{messages} by a job: aanspraak jobs show {found.job_id}"]
