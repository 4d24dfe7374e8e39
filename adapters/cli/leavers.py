"""The verb `leavers`: open orders of which too many users would leave at once, and letting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.table import Table

from aanspraak.domain import ids
from aanspraak.domain.resolution.commands import ReleaseLeavers
from adapters.bootstrap import database_url, pool, vault
from adapters.cli.acting import operator_submissions
from adapters.cli.terminal import Exit, print_line, print_table, stop
from adapters.cli.working import connected, run, settings
from adapters.postgres.reads_pool import held_back

if TYPE_CHECKING:
    from adapters.config import Settings
    from adapters.postgres.group_commit import Result
    from adapters.postgres.reads_pool import HeldBack

leavers_app = typer.Typer(help="Users who would lose what they have, too many at once.")


@leavers_app.callback(invoke_without_command=True)
def show_leavers(context: typer.Context) -> None:
    """Show the orders whose leavers wait until somebody has looked at the roster."""
    if context.invoked_subcommand is not None:
        return
    rows = run(_held_back(settings()))
    table = Table("order", "school", "product", "would leave", "of", "until", box=None)
    for row in rows:
        names = (str(row.delivery_order_id), str(row.school_id), row.product_id)
        table.add_row(*names, str(row.held_back), str(row.of), str(row.activation_until_date))
    print_table(table)
    if not rows:
        print_line("nobody is held back")


@leavers_app.command("release")
def release_leavers(
    delivery_order_id: Annotated[UUID, typer.Argument(help="The deliveryOrderId.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept beside the facts.")] = "",
) -> None:
    """Let those leave whom the roster does not have as it is now; the roster is right."""
    (result,) = run(_release(settings(), delivery_order_id, reason))
    if result.refusal is not None:
        stop(Exit.REFUSED, str(result.refusal))
    print_line("they may go")


async def _held_back(effective: Settings) -> list[HeldBack]:
    async with connected(effective, "cli") as conn:
        return await held_back(conn)


async def _release(effective: Settings, delivery_order_id: UUID, reason: str) -> list[Result]:
    reason_id = None
    if reason:
        async with pool(database_url(effective), "cli") as connections:
            reason_id = await vault(connections, effective).keep_text(reason)
    order = ids.order_stream(delivery_order_id)
    command = ReleaseLeavers(order=order, reason_id=reason_id)
    return await operator_submissions(effective, [(ids.resolution_stream(order), command)])
