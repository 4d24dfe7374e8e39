"""The verb `trace orders`: the orders of a school, as they stand or as a copy has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.copying import refuse_copy
from adapters.cli.moments import local
from adapters.cli.rosters import find_school
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.trace import trace_app
from adapters.cli.trace_lines import show_order_line
from adapters.cli.working import run, settings
from adapters.postgres.copies import NoSuchCopy, copy_with
from adapters.postgres.reads_orders import VIEW, Asked, orders
from projections.order_trace import moment_at
from projections.visibility import OPERATOR

if TYPE_CHECKING:
    from adapters.config import Settings

School = Annotated[str | None, typer.Option(help="Its OnderwijsaanbiederId, or TYPE:value.")]
Contract = Annotated[str | None, typer.Option(help="Under this contractId.")]
Product = Annotated[str | None, typer.Option(help="For this productId.")]
In = Annotated[
    str | None,
    typer.Option("--in", metavar="SCHEMA", help="As a copy has them: see `aanspraak copies`."),
]
Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]


@trace_app.command("orders")
def trace_orders(
    school: School = None,
    contract: Contract = None,
    product: Product = None,
    copy: In = None,
    limit: Limit = 10_000,
) -> None:
    """Show the orders of a school, under a contract or for a product; or as a copy has them."""
    if not (school or contract or product):
        stop(Exit.WRONG_USE, "give --school, --contract or --product")
    asked = Asked(contract_id=contract, product_id=product, limit=limit)
    try:
        run(_trace(settings(), school, asked, copy))
    except NoSuchCopy as error:
        refuse_copy(error)


async def _trace(effective: Settings, school: str | None, asked: Asked, name: str | None) -> None:
    async with (
        pool(database_url(effective), "trace") as connections,
        connections.connection() as conn,
    ):
        if school is not None:
            school_id = await find_school(vault(connections, effective), school)
            asked = asked._replace(school_id=school_id)
        copy = await copy_with(conn, name, VIEW) if name is not None else None
        found = await orders(conn, OPERATOR, asked, copy)
    if copy is not None:
        as_of = f"as of {local(copy.at)}, position {copy.position}, from {copy.name}"
        print_line(as_of)
    moment = moment_at(copy.at if copy else utc_now(), effective.overdue_seconds)
    for order in found:
        show_order_line(order, moment)
    if not found:
        print_line("no orders")
