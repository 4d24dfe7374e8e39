"""The verbs `order held` and `order release`: for who pays first."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from aanspraak.domain import ids
from aanspraak.domain.delivery_order.commands import ReleaseDeliveryOrder
from adapters.bootstrap import database_url, pool
from adapters.cli.acting import operator_act
from adapters.cli.moments import local
from adapters.cli.terminal import Exit, print_line, print_table, stop
from adapters.cli.working import run, settings
from adapters.postgres.held_orders import Held, held_orders

order_app = typer.Typer(help="Orders that wait for somebody.", no_args_is_help=True)


@order_app.command("held")
def show_held(
    contract: Annotated[str | None, typer.Option(help="Only under this contractId.")] = None,
) -> None:
    """Show the orders that wait for their release, the longest wait first."""
    rows = run(_held(contract))
    heads = ("order", "shop", "contract", "product", "school", "ordered", "starts", "waits since")
    table = Table(*heads, box=None)
    for row in rows:
        what = (row.shop, row.contract_id or "", row.product_id, row.school or "", str(row.ordered))
        dates = (str(row.start_date), local(row.received_at))
        table.add_row(str(row.delivery_order_id), *what, *dates)
    print_table(table)
    if not rows:
        print_line("no order waits")


@order_app.command("release")
def release(
    delivery_order_id: Annotated[UUID, typer.Argument(help="The deliveryOrderId.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept beside the facts.")],
) -> None:
    """Let an order that waits go out."""
    print_line(run(_release(delivery_order_id, reason)))


async def _held(contract: str | None) -> list[Held]:
    url = database_url(settings())
    async with pool(url, "cli") as connections, connections.connection() as conn:
        return await held_orders(conn, contract)


async def _release(delivery_order_id: UUID, reason: str) -> str:
    stream = ids.order_stream(delivery_order_id)
    (result,) = await operator_act(
        settings(), reason, lambda reason_id: [(stream, ReleaseDeliveryOrder(reason_id=reason_id))]
    )
    if result.refusal is not None:
        stop(Exit.REFUSED, str(result.refusal))
    return "released" if result.events else "it was released before"
