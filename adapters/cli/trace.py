"""The verb `trace`: where an order or an entitlement stands, and what happened to it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.moments import local, local_minute, local_time
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import collect_garbage_seldom, run, settings
from adapters.postgres.reads import Reads
from adapters.postgres.reads_as_of import (
    AsOf,
    NoSuchMoment,
    as_of,
    entitlement_as_of,
)
from adapters.postgres.reads_pool import open_order
from adapters.postgres.reads_trace import doubles, waiting_on
from adapters.postgres.timelines import (
    entitlement_timeline,
    order_and_timeline_as_of,
    order_timeline,
)
from projections.order_trace import (
    Moment,
    Waiting,
    counted,
    entitlement_has_ended,
    has_ended,
    is_overdue,
    moment_at,
    status_of,
    status_of_entitlement,
)
from projections.progress import progress_of
from projections.timeline_words import say
from projections.visibility import OPERATOR
from projections.waiting_words import advise
from projections.warning_words import say_warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import AsyncConnection

    from adapters.config import Settings
    from projections.delivery_order_status import DeliveryOrderStatus
    from projections.entitlement_details import EntitlementDetails
    from projections.timeline import Entry

trace_app = typer.Typer(help="Where something stands, and who holds it up.", no_args_is_help=True)


class Language(Enum):
    """The languages of a timeline."""

    ENGLISH = "en"
    DUTCH = "nl"


Then = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="What was known then: a past moment with its zone, or a position."
    ),
]
InLanguage = Annotated[Language, typer.Option("--language", help="The language of the timeline.")]


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
    _show_order(order, school, waiting, _moment(effective))
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
    _show_entries(entries, language)


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
    _show_order(order, school, waiting, moment_at(then.at, effective.overdue_seconds))
    _show_entries(entries, language)


async def place_given(conn: AsyncConnection[Any], given: str) -> AsOf:
    """The place in the log that was typed, and a line that says so; ends the verb for none."""
    try:
        then = await as_of(conn, given, utc_now())
    except NoSuchMoment as error:
        stop(Exit.WRONG_USE, f"--as-of is {error}")
    print_line(f"as of {local(then.at)}, position {then.position}")
    return then


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
    _show_entries(entries, language)


def _show_order(
    order: DeliveryOrderStatus, school: str, waiting: tuple[Waiting, ...], moment: Moment
) -> None:
    ended = ", ended" if has_ended(order, moment.today) else ""
    print_line(
        f"order {order.delivery_order_id}: {status_of(order, waiting, moment)}{ended}", "bold"
    )
    where = f" at {school}" if school else ""
    print_line(f"  {order.product_id or '-'} for {_whom(order)}{where}, from {order.shop}")
    if order.refusal_reason:
        print_line(f"  refused: {order.refusal_reason} (code {order.refusal_status})", "red")
    for partner, steps in order.steps.items():
        print_line(f"  {partner}: {_counts(steps)}")
    for each in waiting:
        print_line(f"  {_waiting(each, school, moment)}", "yellow")


def show_order_line(order: DeliveryOrderStatus, moment: Moment) -> None:
    """One order among many, by what its own row says: whether it is overdue is not judged."""
    ended = ", ended" if has_ended(order, moment.today) else ""
    status = f"{status_of(order, (), moment)}{ended}"
    received = f"{local_minute(order.received_at)} " if order.received_at else ""
    what = f"{order.product_id or '-'} for {_whom(order)}, from {order.shop}"
    print_line(f"{received}order {order.delivery_order_id}: {status}; {what}")


def _whom(order: DeliveryOrderStatus) -> str:
    """So many users; of an open order who was found so far, beside what was bought."""
    if order.users_count or order.delivery_type is None:
        return str(order.users_count)
    bought = f", {order.total_quantity} bought" if order.total_quantity is not None else ""
    return f"{counted(order)} found ({order.delivery_type}{bought})"


def show_entitlement(row: EntitlementDetails, moment: Moment) -> None:
    """Where it stands, in a few lines."""
    ended = ", ended" if entitlement_has_ended(row, moment.today) else ""
    print_line(f"entitlement {row.entitlement_id}: {status_of_entitlement(row)}{ended}", "bold")
    print_line(f"  {row.product_id}, of order {row.delivery_order_id} from {row.shop}")
    for partner, step in progress_of(row).steps:
        print_line(f"  {partner}: {step}")


def _show_entries(entries: Iterable[Entry], language: str) -> None:
    """Times in Europe/Amsterdam."""
    for entry in entries:
        until = f" - {local_time(entry.until)}" if entry.until else ""
        print_line(f"{local(entry.at)}{until}  {say(entry, language)}")


def _waiting(each: Waiting, school: str, moment: Moment) -> str:
    whom = f"the roster of {school}" if each.school_id else f"{each.partner} ({each.kind})"
    messages = f"{each.messages} messages, {each.taken} of them taken"
    parts = [
        f"waiting for {whom} since {local(each.since)}",
        messages if each.messages else "",
        "overdue" if is_overdue(each, moment) else "",
        "a refresh" if each.refresh else "",
        f"{each.attempts} attempts" if each.attempts else "",
        f"last error {each.last_error}" if each.last_error else "",
        f"next attempt {local_time(each.next_attempt_at)}" if each.next_attempt_at else "",
        "unreachable" if each.unreachable_since else "",
        "paused by an operator" if each.paused_at else "",
    ]
    return ", ".join(part for part in parts if part)


def _counts(steps: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {step}" for step, number in steps.items())


def _moment(effective: Settings) -> Moment:
    return moment_at(utc_now(), effective.overdue_seconds)
