"""The verbs `usage ...`: what registries say of use, and as of when."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from adapters.bootstrap import database_url, pool, utc_now
from adapters.cli.moments import local
from adapters.cli.terminal import Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.eduv.usage_parts import reading_usage
from adapters.postgres.reads import Reads
from adapters.postgres.usage_cache import Asked
from projections.visibility import OPERATOR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from adapters.bootstrap import Connections
    from adapters.eduv.usage import Usage
    from adapters.postgres.usage_cache import Source, UseRow

    Pages = Callable[[Usage], AsyncIterator[list[UseRow]]]

usage_app = typer.Typer(help="How products are used, as registries say.", no_args_is_help=True)

Fresh = Annotated[bool, typer.Option("--fresh", help="Ask, however recent what is kept is.")]


@usage_app.command("entitlement")
def usage_of_entitlement(
    entitlement_id: Annotated[UUID, typer.Argument(help="The entitlementId.")], fresh: Fresh = False
) -> None:
    """Show how an entitlement is used."""
    run(_entitlement(entitlement_id, fresh=fresh))


@usage_app.command("order")
def usage_of_order(
    delivery_order_id: Annotated[UUID, typer.Argument(help="The deliveryOrderId.")],
    fresh: Fresh = False,
) -> None:
    """Show how what was ordered is used."""
    run(_order(delivery_order_id, fresh=fresh))


@usage_app.command("contract")
def usage_of_contract(
    contract_id: Annotated[str, typer.Argument(help="The contractId.")], fresh: Fresh = False
) -> None:
    """Show how what was ordered under a contract is used."""
    run(_contract(contract_id, fresh=fresh))


async def _entitlement(entitlement_id: UUID, *, fresh: bool) -> None:
    async with _parts() as (connections, usage):
        row = await Reads(connections).entitlement(OPERATOR, entitlement_id)
        if row is None:
            stop(Exit.REFUSED, f"no entitlement {entitlement_id} is known")
        asked = [Asked(kind="entitlement", id=str(entitlement_id), registry=row.registry)]
        pages = usage.cache.uses_of_entitlement(entitlement_id)
        await _show(await usage.sources(asked, fresh=fresh), pages)


async def _order(delivery_order_id: UUID, *, fresh: bool) -> None:
    async with _parts() as (connections, usage):
        order = await Reads(connections).order(OPERATOR, delivery_order_id)
        if order is None or order.registry is None:
            stop(Exit.REFUSED, f"no order {delivery_order_id} is known")
        asked = [Asked(kind="order", id=str(delivery_order_id), registry=order.registry)]
        pages = usage.cache.uses_of_order(order.order_id)
        await _show(await usage.sources(asked, fresh=fresh), pages)


async def _contract(contract_id: str, *, fresh: bool) -> None:
    async with _parts() as (_connections, usage):
        registries = await usage.cache.registries_of_contract(OPERATOR, contract_id)
        if not registries:
            stop(Exit.REFUSED, f"no order under contract {contract_id} is known")
        asked = [Asked(kind="contract", id=contract_id, registry=each) for each in registries]
        pages = usage.cache.uses_of_contract(OPERATOR, contract_id)
        await _show(await usage.sources(asked, fresh=fresh), pages)


@asynccontextmanager
async def _parts() -> AsyncIterator[tuple[Connections, Usage]]:
    effective = settings()
    async with (
        pool(database_url(effective), "usage") as connections,
        reading_usage(connections, effective, utc_now) as usage,
    ):
        yield connections, usage


async def _show(sources: Sequence[Source], pages: AsyncIterator[list[UseRow]]) -> None:
    for source in sources:
        as_of = local(source.as_of) or "-"
        print_line(f"{source.registry}: as of {as_of}", "bold")
        for warning in source.warnings():
            print_line(f"  {warning}", "yellow")
    counts: Counter[str] = Counter()
    async for page in pages:
        for row in page:
            counts[row.status] += 1
            print_line(_shown(row))
    print_line(
        ", ".join(f"{number} {status}" for status, number in sorted(counts.items())) or "nothing"
    )


def _shown(row: UseRow) -> str:
    parts = (
        f"{row.entitlement_id}  {row.product_id}  {row.status}",
        f"first used {row.first_used}" if row.first_used else "",
        f"last used {row.last_used}" if row.last_used else "",
        f"{row.frequency} times" if row.frequency is not None else "",
        f"until {row.expiration_date}" if row.expiration_date else "",
    )
    return ", ".join(part for part in parts if part)
