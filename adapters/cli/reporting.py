"""The verb `report contract`: what a contract came to in a period, as CSV or JSON."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.bootstrap import database_url, pool, utc_now
from adapters.cli.terminal import Exit, stop
from adapters.cli.working import run, settings
from adapters.http.contract_answers import shown_lines
from adapters.postgres.reads_contract import Period, contract_lines
from adapters.wire.contract_report import Heading, as_csv, as_json
from projections.visibility import OPERATOR

if TYPE_CHECKING:
    from datetime import date

report_app = typer.Typer(help="What it came to.", no_args_is_help=True)

DAY = ["%Y-%m-%d"]


class Form(Enum):
    """How a report is written."""

    CSV = "csv"
    JSON = "json"


@report_app.command("contract")
def report_contract(
    contract_id: Annotated[str, typer.Argument(metavar="ID", help="The contractId.")],
    first: Annotated[datetime, typer.Option("--from", formats=DAY, help="The first day.")],
    last: Annotated[datetime, typer.Option("--to", formats=DAY, help="The last day, included.")],
    form: Annotated[Form, typer.Option("--format")] = Form.CSV,
) -> None:
    """Write a line for each order that could be used in the period or was, and the sums."""
    if last < first:
        stop(Exit.WRONG_USE, "--to must not lie before --from")
    run(_report(contract_id, first.date(), last.date(), form))


async def _report(contract_id: str, first: date, last: date, form: Form) -> None:
    heading = Heading(contract_id=contract_id, period_from=first, period_to=last, as_of=utc_now())
    write = as_csv if form is Form.CSV else as_json
    async with pool(database_url(settings()), "report") as connections:
        pages = contract_lines(connections, OPERATOR, contract_id, Period(first, last))
        async for piece in write(heading, shown_lines(OPERATOR, pages)):
            typer.echo(piece, nl=False)
    if form is Form.JSON:
        typer.echo()
