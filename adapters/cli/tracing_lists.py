"""The verbs `trace school`, `overdue`, `partners` and `contract`: many orders at once."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.moments import local
from adapters.cli.options import InLanguage, Language
from adapters.cli.rosters import find_school
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.trace import trace_app
from adapters.cli.working import run, settings
from adapters.http.list_answers import Page, overdue_trace, school_trace
from adapters.http.partner_answers import partners_shown
from adapters.postgres.reads_contract import Asked, days_of_use, orders_counted
from projections.order_trace import Moment, moment_at
from projections.visibility import OPERATOR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from adapters.wire.lists_trace_v1 import OverdueTrace, SchoolTrace
    from adapters.wire.trace_v1 import PartnerTrace, WaitingOn

USUAL = 50

Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]


@trace_app.command("school")
def trace_school(
    school: Annotated[str, typer.Argument(metavar="SCHOOL", help="104A158, or TYPE:value.")],
    status: Annotated[
        str | None, typer.Option(help="Only orders in this status, such as overdue.")
    ] = None,
    limit: Limit = USUAL,
    language: InLanguage = Language.ENGLISH,
) -> None:
    """Show the orders of a school, how many in each status, and whom each waits for."""
    _show_school(run(_school(school, Page(limit, 0, status, language.value))))


@trace_app.command("overdue")
def trace_overdue(limit: Limit = USUAL) -> None:
    """Show the orders that somebody has had too long, the longest wait first."""
    _show_overdue(run(_overdue(Page(limit))))


@trace_app.command("partners")
def trace_partners() -> None:
    """Show how it goes with each partner: what is open, since when the oldest, what fails."""
    run(_partners())


@trace_app.command("contract")
def trace_contract(
    contract_id: Annotated[str, typer.Argument(metavar="ID", help="The contractId.")],
) -> None:
    """Show what was ordered under a contract, how much of it is in use, and since when."""
    run(_contract(contract_id))


async def _school(school: str, page: Page) -> SchoolTrace:
    async with _opened() as connections:
        people = vault(connections, settings())
        school_id = await find_school(people, school)
        return await school_trace(connections, people, OPERATOR, school_id, _moment(), page)


async def _overdue(page: Page) -> OverdueTrace:
    async with _opened() as connections:
        return await overdue_trace(connections, OPERATOR, _moment(), page)


async def _partners() -> None:
    async with _opened() as connections:
        people = vault(connections, settings())
        shown = await partners_shown(connections, people, _moment(), None)
    for each in shown:
        style = "yellow" if each.open else ""
        print_line(f"{each.partner} ({each.role}): {', '.join(_how_it_goes(each))}", style)


def _how_it_goes(partner: PartnerTrace) -> Iterator[str]:
    yield f"{partner.open} open, {partner.taken} of them taken and not confirmed"
    for what, at in (
        ("the oldest", partner.oldest_open_at),
        ("unreachable", partner.unreachable_since),
        ("paused by an operator", partner.paused_at),
    ):
        if at is not None:
            yield f"{what} since {local(at)}"
    if partner.failing:
        yield f"{partner.failing} failing"
    if partner.given_up:
        yield f"{partner.given_up} given up"
    if partner.last_error:
        yield f"last error {partner.last_error}"


async def _contract(contract_id: str) -> None:
    asked = Asked(contract_id=contract_id)
    async with _opened() as connections:
        counted = await orders_counted(connections, OPERATOR, asked)
        days = await days_of_use(connections, OPERATOR, asked)
    if not counted.orders:
        stop(Exit.REFUSED, f"no order under contract {contract_id} is known")
    used = sum(days.values())
    print_line(f"contract {contract_id}: {used} activated of {counted.ordered} ordered", "bold")
    print_line(f"  {counted.orders} orders, {counted.entitlements} entitlements")
    for day, number in days.items():
        print_line(f"  {day}: {number}")


def _show_school(found: SchoolTrace) -> None:
    print_line(f"{', '.join(found.aliases)}: {found.total} orders", "bold")
    print_line("  " + ", ".join(f"{number} {status}" for status, number in found.statuses.items()))
    for each in found.orders:
        order = each.order
        what = each.title or order.product_id or "-"
        ended = ", ended" if order.ended else ""
        print_line(f"{order.delivery_order_id}  {order.status}{ended}: {what}")
        for line in _waiting(order.waiting_on):
            print_line(f"    {line}", "yellow")


def _waiting(waiting: Iterable[WaitingOn]) -> Iterable[str]:
    for each in waiting:
        late = ", overdue" if each.overdue else ""
        whom = each.partner or each.role
        yield f"waiting for {whom} ({each.kind}) since {local(each.since)}{late}"


def _show_overdue(found: OverdueTrace) -> None:
    print_line(f"{found.total} orders are overdue", "bold" if found.total else "green")
    for each in found.orders:
        where = f" at {each.school}" if each.school else ""
        print_line(f"{each.delivery_order_id}  {each.title or each.product_id}{where}")
        for late in each.waiting_on:
            number = f" ({late.messages} messages)" if late.messages else ""
            whom = late.partner or late.role
            print_line(f"    waiting for {whom} since {local(late.since)}{number}", "yellow")


@asynccontextmanager
async def _opened() -> AsyncIterator[AsyncConnectionPool[AsyncConnection[Any]]]:
    async with pool(database_url(settings()), "trace") as connections:
        yield connections


def _moment() -> Moment:
    return moment_at(utc_now(), settings().overdue_seconds)
