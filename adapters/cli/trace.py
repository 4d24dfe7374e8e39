"""The verb `trace`: where an order or an entitlement stands, and what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.options import InLanguage, Language, Then, place_given
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.trace_lines import show_entitlement, show_entries, show_order
from adapters.cli.working import collect_garbage_seldom, run, settings
from adapters.postgres.reads import Reads
from adapters.postgres.reads_as_of import entitlement_as_of
from adapters.postgres.reads_pool import open_order
from adapters.postgres.reads_trace import doubles, waiting_on
from adapters.postgres.timelines import (
    entitlement_timeline,
    order_and_timeline_as_of,
    order_timeline,
)
from projections.order_trace import Moment, moment_at
from projections.visibility import OPERATOR
from projections.waiting_words import advise
from projections.warning_words import say_warning

if TYPE_CHECKING:
    from adapters.config import Settings

trace_app = typer.Typer(help="Where something stands, and who holds it up.", no_args_is_help=True)


@trace_app.command("order")
def trace_order(
    delivery_order_id: Annotated[UUID, typer.Argument(help="The deliveryOrderId.")],
    language: InLanguage = Language.ENGLISH,
    as_of: Then = None,
) -> None:
    """Show where an order stands, whom it waits for, and what happened to it; or stood then."""
    collect_garbage_seldom()
    if as_of is None:
        run(_trace_order(settings(), delivery_order_id, language.value))
    else:
        run(_trace_order_then(settings(), delivery_order_id, language.value, as_of))


@trace_app.command("entitlement")
def trace_entitlement(
    entitlement_id: Annotated[UUID, typer.Argument(help="The entitlementId.")],
    language: InLanguage = Language.ENGLISH,
    as_of: Then = None,
) -> None:
    """Show where an entitlement stands, and what happened to it, attempts included; or stood."""
    run(_trace_entitlement(settings(), entitlement_id, language.value, as_of))


async def _trace_order(effective: Settings, delivery_order_id: UUID, language: str) -> None:
    async with pool(database_url(effective), "trace") as connections:
        order = await Reads(connections).order(OPERATOR, delivery_order_id)
        if order is None:
            stop(Exit.REFUSED, f"no order {delivery_order_id} is known")
        async with connections.connection() as conn:
            waiting = await waiting_on(conn, order.order_id)
            twice = await doubles(conn, order.order_id, None)
            entries = await order_timeline(conn, order.order_id)
            openly = await open_order(conn, order.order_id)
        school = await vault(connections, effective).school_name(order.school_id)
    show_order(order, school, waiting, _moment(effective))
    if openly is not None and openly.covered:
        print_line("  its users have it by another open order of the school", "yellow")
    for warning in order.warnings:
        print_line(f"  warning: {say_warning(warning, language)}", "yellow")
    if twice:
        print_line(
            f"  {twice} have the product by name and by an open order of their school", "yellow"
        )
    for advice in filter(None, (advise(each, language) for each in waiting)):
        print_line(f"  {advice}", "red")
    show_entries(entries, language)


async def _trace_order_then(
    effective: Settings, delivery_order_id: UUID, language: str, given: str
) -> None:
    async with (
        pool(database_url(effective), "trace") as connections,
        connections.connection() as conn,
    ):
        then = await place_given(conn, given)
        found = await order_and_timeline_as_of(conn, OPERATOR, delivery_order_id, then)
        if found is None:
            stop(Exit.REFUSED, f"no order {delivery_order_id} was known then")
        order, waiting, entries = found
        school = await vault(connections, effective).school_name(order.school_id)
    show_order(order, school, waiting, moment_at(then.at, effective.overdue_seconds))
    show_entries(entries, language)


async def _trace_entitlement(
    effective: Settings, entitlement_id: UUID, language: str, given: str | None
) -> None:
    async with (
        pool(database_url(effective), "trace") as connections,
        connections.connection() as conn,
    ):
        then = await place_given(conn, given) if given is not None else None
        if then is None:
            row = await Reads(connections).entitlement(OPERATOR, entitlement_id)
        else:
            row = await entitlement_as_of(conn, OPERATOR, entitlement_id, then)
        if row is None:
            stop(Exit.REFUSED, f"no entitlement {entitlement_id} is known")
        entries = await entitlement_timeline(conn, entitlement_id, then)
    moment = _moment(effective)
    show_entitlement(row, moment_at(then.at, effective.overdue_seconds) if then else moment)
    show_entries(entries, language)


def _moment(effective: Settings) -> Moment:
    return moment_at(utc_now(), effective.overdue_seconds)
