"""The verbs `reconcile ...`: compare the hub with its partners, and show what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.table import Table

from aanspraak.domain.calendar_days import AMSTERDAM
from adapters.bootstrap import database_url, pool, vault
from adapters.bootstrap.partners import partner_session
from adapters.cli.moments import local_minute
from adapters.cli.terminal import OUT, Exit, print_line, stop
from adapters.cli.working import connected, run, settings
from adapters.eduv.usage_parts import reconciler
from adapters.postgres import reads_reconciled
from adapters.postgres.reconciliations import NO_ENTITLEMENT, Scope

if TYPE_CHECKING:
    from adapters.postgres.reads_reconciled import Differing, Part
    from adapters.postgres.reconciliations import Kind

reconcile_app = typer.Typer(help="Compare the hub with registries and shops.", no_args_is_help=True)

Order = Annotated[UUID | None, typer.Option("--order", help="One order: its deliveryOrderId.")]
Contract = Annotated[str | None, typer.Option("--contract", help="The orders of a contract.")]
Since = Annotated[datetime | None, typer.Option("--since", help="Orders received since this day.")]
AtPartner = Annotated[str | None, typer.Option("--partner", help="At one partner only.")]


@reconcile_app.command("registry")
def reconcile_registry(
    order: Order = None, contract: Contract = None, since: Since = None, partner: AtPartner = None
) -> None:
    """Compare with what registries say of use; a use that we lack is taken over."""
    _reconcile("registry", _scope(order, contract, since, partner))


@reconcile_app.command("shop")
def reconcile_shop(
    order: Order = None, contract: Contract = None, since: Since = None, partner: AtPartner = None
) -> None:
    """Compare with the orders as their shops have them."""
    _reconcile("shop", _scope(order, contract, since, partner))


@reconcile_app.command("report")
def report(
    run_id: Annotated[UUID | None, typer.Argument(help="A run; by default the last ones.")] = None,
) -> None:
    """Show what runs came to, the latest first, the nights included."""
    run(_report(run_id))


@reconcile_app.command("differences")
def differences(partner: AtPartner = None) -> None:
    """Show what differs, as far as the last comparison of each order goes."""
    run(_differences(partner))


def _scope(
    order: UUID | None, contract: str | None, since: datetime | None, partner: str | None
) -> Scope:
    return Scope(
        delivery_order_id=order,
        contract_id=contract,
        since=since.replace(tzinfo=AMSTERDAM) if since else None,
        partner=partner,
    )


def _reconcile(kind: Kind, scope: Scope) -> None:
    if scope == Scope(partner=scope.partner):
        print_line("every order, which may take a while")
    found = run(_carry_out(kind, scope))
    OUT.print(_table(found))
    if any(part.stopped_by or part.failures for part in found):
        stop(Exit.OPERATIONAL, "not everything could be read; see the table")


async def _carry_out(kind: Kind, scope: Scope) -> list[Part]:
    effective = settings()
    url = database_url(effective)
    async with pool(url, "reconcile") as connections, partner_session() as session:
        keeping = vault(connections, effective)
        comparing = reconciler(url, connections, session, effective, keeping)
        run_id = await comparing.run(kind, scope)
    async with connected(settings(), "reconcile") as conn:
        return await reads_reconciled.parts(conn, run_id)


async def _report(run_id: UUID | None) -> None:
    async with connected(settings(), "reconcile") as conn:
        found = await reads_reconciled.runs(conn, run_id)
        if not found:
            stop(Exit.REFUSED, "no such run is known")
        for each in found:
            began = local_minute(each.started_at)
            ended = "finished" if each.finished_at else "not finished"
            about = "at night" if each.night else each.scope or "of every order"
            what = f"{each.kind} {about}"
            print_line(f"{each.run_id}  {began}  {what}, {ended}")
            OUT.print(_table(await reads_reconciled.parts(conn, each.run_id)))


async def _differences(partner: str | None) -> None:
    async with connected(settings(), "reconcile") as conn:
        found = await reads_reconciled.differences(conn, partner)
    for each in found:
        print_line(_difference(each))
    if not found:
        print_line("nothing differs, as far as was compared")


def _difference(each: Differing) -> str:
    about = f", entitlement {each.entitlement_id}" if each.entitlement_id != NO_ENTITLEMENT else ""
    sides = f": here {each.ours or '-'}, there {each.theirs or '-'}"
    since = local_minute(each.first_found_at)
    return f"{since}  {each.partner}  order {each.delivery_order_id}{about}  {each.what}{sides}"


def _table(parts: list[Part]) -> Table:
    columns = ("partner", "orders", "compared", "taken over", "new", "known", "failures", "stopped")
    table = Table(*columns, box=None)
    for part in parts:
        counts = (
            part.orders,
            part.compared,
            part.activations,
            part.new_differences,
            part.known_differences,
            part.failures,
        )
        table.add_row(part.partner, *map(str, counts), part.stopped_by or "")
    return table
