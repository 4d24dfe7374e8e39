"""The verbs about activation codes: `codes stock`, `request`, `take`, `revoke` and `mark`."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer
from rich.table import Table

from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.code_stock.commands import (
    RequestCodes,
    RevokeCodes,
    SetLowWaterMark,
    TakeOutCodes,
)
from adapters.bootstrap import database_url, pool, utc_now, vault
from adapters.cli.acting import operator_submissions
from adapters.cli.terminal import OUT, Exit, print_line, stop
from adapters.cli.working import run, settings
from adapters.postgres.codes import CodeDesk
from adapters.postgres.directory import Directory
from adapters.security.persons import activation_code

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from aanspraak.domain.code_stock.commands import CodeStockCommand
    from adapters.postgres.group_commit import Result
    from adapters.postgres.vault import Vault
    from projections.code_stock import CodeStock

    Make = Callable[["_Desk"], Awaitable[CodeStockCommand]]

codes_app = typer.Typer(help="Activation codes.", no_args_is_help=True)

Product = Annotated[str, typer.Argument(metavar="PRODUCT", help="Its productId.")]
Quantity = Annotated[int, typer.Option(help="How many codes.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept in the vault.")]
RequestId = Annotated[
    str, typer.Option("--request-id", help="The same id is the same request; a new one by default.")
]


@codes_app.command("stock")
def show_stock() -> None:
    """Show the codes of every product: unused, the mark, waited for, taken out, revoked."""
    heads = ("product", "registry", "unused", "mark", "", "asked", "taken out", "revoked")
    table = Table(*heads, box=None)
    for row in run(_stock()):
        low = "low" if row.is_low else ""
        counts = (row.unused, row.low_water_mark, low, row.asked, row.taken_out, row.revoked)
        table.add_row(row.product_id, row.registry, *map(str, counts))
    OUT.print(table)


@codes_app.command("request")
def request(
    product: Product,
    quantity: Quantity,
    contract: Annotated[str | None, typer.Option(help="The contractId, if there is one.")] = None,
    request_id: RequestId = "",
    reason: Reason = "",
) -> None:
    """Ask the registry of PRODUCT for codes, if its publisher agreed to that."""

    async def command(desk: _Desk) -> RequestCodes:
        return RequestCodes(
            product_id=product,
            registry=desk.registry,
            offered=desk.offered,
            request_id=request_id or str(uuid4()),
            quantity=quantity,
            contract_id=contract,
            reason_id=await desk.why(reason),
        )

    result = _carry_out(product, command)
    print_line("asked" if result.events else "was asked before")


@codes_app.command("take")
def take(
    product: Product,
    quantity: Quantity,
    order: Annotated[UUID, typer.Option(help="The deliveryOrderId they are for.")],
    request_id: RequestId = "",
    reason: Reason = "",
) -> None:
    """Take codes out of stock for an order and print them; nobody else gets them."""
    asked = request_id or str(uuid4())

    async def command(desk: _Desk) -> TakeOutCodes:
        return TakeOutCodes(
            request_id=asked,
            delivery_order_id=order,
            quantity=quantity,
            reason_id=await desk.why(reason),
        )

    _carry_out(product, command)
    for code in run(_taken(product, asked)):
        print_line(code)


@codes_app.command("mark")
def mark(
    product: Product,
    fewer_than: Annotated[int, typer.Argument(help="Warn below this; 0: never.")],
    reason: Reason = "",
) -> None:
    """Have an incident opened when there are fewer unused codes of PRODUCT than this."""

    async def command(desk: _Desk) -> SetLowWaterMark:
        return SetLowWaterMark(
            product_id=product,
            registry=desk.registry,
            mark=fewer_than,
            reason_id=await desk.why(reason),
        )

    _carry_out(product, command)
    print_line(f"warned below {fewer_than}")


@codes_app.command("revoke")
def revoke(product: Product, reason: Reason = "") -> None:
    """Have codes revoked, one per line of standard input; a command line would be remembered."""
    codes = [line.strip() for line in sys.stdin if line.strip()]

    async def command(desk: _Desk) -> RevokeCodes:
        named = [activation_code(one, registry=desk.registry) for one in codes]
        known = await desk.vault.remember_many(named)
        subjects = [one.subject_id for one in known]
        ordered = await desk.codes.in_live_orders(subjects, day_of(utc_now()))
        free = [one for one in known if one.subject_id not in ordered]
        print_line(f"{len(known) - len(free)} in a live order: cancel that")
        return RevokeCodes(
            product_id=product,
            registry=desk.registry,
            offered=desk.offered,
            order=None,
            subject_ids=tuple(one.subject_id for one in free),
            user_reference_ids=tuple(one.reference_id for one in free),
            reason_id=await desk.why(reason),
        )

    result = _carry_out(product, command)
    print_line(f"{len(result.events)} asked to be revoked")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Desk:
    """What is known of a product's codes, and where words are kept."""

    codes: CodeDesk
    vault: Vault
    registry: str
    offered: bool

    async def why(self, reason: str) -> UUID | None:
        return await self.vault.keep_text(reason) if reason else None


def _carry_out(product_id: str, make: Make) -> Result:
    """Make the command, and carry it out; a refusal ends the verb."""
    command = run(_made(product_id, make))
    stream = ids.code_stock_stream(product_id)
    (result,) = run(operator_submissions(settings(), [(stream, command)]))
    if result.refusal is not None:
        stop(Exit.REFUSED, str(result.refusal))
    return result


async def _made(product_id: str, make: Make) -> CodeStockCommand:
    async with _opened(product_id) as desk:
        return await make(desk)


async def _stock() -> list[CodeStock]:
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        return await CodeDesk(connections, vault(connections, effective)).stock()


async def _taken(product_id: str, request_id: str) -> list[str]:
    async with _opened(product_id) as desk:
        codes, _ = await desk.codes.taken_out(ids.code_stock_stream(product_id), request_id)
        return codes


@asynccontextmanager
async def _opened(product_id: str) -> AsyncIterator[_Desk]:
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        directory = Directory(connections)
        product = await directory.product(product_id)
        if product is None:
            stop(Exit.REFUSED, "the productId is not in the catalogue")
        registry = await directory.partner(product.registry)
        persons = vault(connections, effective)
        yield _Desk(
            codes=CodeDesk(connections, persons),
            vault=persons,
            registry=product.registry,
            offered=registry is not None and bool(registry.activation_codes_url),
        )
