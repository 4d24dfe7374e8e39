"""The verbs about what is agreed: `contract ...` and `forecast ...`."""

from __future__ import annotations

import json
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.table import Table

from aanspraak.domain import contract_terms, ids
from aanspraak.domain.contract.commands import SetContractRules
from aanspraak.domain.contract.events import ContractEvent
from aanspraak.domain.contract.state import replay
from aanspraak.domain.contract_terms import ContractTerms
from adapters.bootstrap import database_url, pool, vault
from adapters.cli.acting import operator_submissions
from adapters.cli.files import Cells, Entries, complain, read_entries
from adapters.cli.terminal import OUT, Exit, print_line, stop
from adapters.cli.working import connected, run, settings
from adapters.http.forecast_entries import forecast_command
from adapters.postgres.event_log import read_many
from adapters.wire.ops_contracts_v1 import ContractEntry, ForecastEntry
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect

if TYPE_CHECKING:
    from collections.abc import Sequence


contract_app = typer.Typer(help="The rules of contracts.", no_args_is_help=True)
forecast_app = typer.Typer(help="What schools expect to need.", no_args_is_help=True)

ContractId = Annotated[str, typer.Argument(metavar="ID", help="The contractId.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or a JSON array.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept beside the facts.")]


class Release(Enum):
    """When an order under a contract goes out."""

    AUTOMATIC = contract_terms.AUTOMATIC
    MANUAL = contract_terms.MANUAL


class OnFull(Enum):
    """What becomes of unused entitlements when as many are in use as were bought."""

    KEEP = contract_terms.KEEP
    WITHDRAW = contract_terms.WITHDRAW


class QuantityFloor(Enum):
    """Whether a lower quantity must lie above what is in use, or may equal it."""

    ABOVE = contract_terms.ABOVE
    EQUAL = contract_terms.EQUAL


@contract_app.command("set")
def set_contract(
    contract_id: ContractId,
    release: Annotated[Release | None, typer.Option()] = None,
    on_full: Annotated[OnFull | None, typer.Option()] = None,
    quantity_floor: Annotated[QuantityFloor | None, typer.Option()] = None,
    reason: Reason = "",
) -> None:
    """Set rules of a contract for the orders taken from now on; rules not given stay."""
    _check(contract_id)
    given = {"release": release, "on_full": on_full, "quantity_floor": quantity_floor}
    changes = {name: choice.value for name, choice in given.items() if choice is not None}
    own = run(_rules(contract_id)) or ContractTerms(contract_id=contract_id)
    _set((replace(own, **changes),), reason, ())


@contract_app.command("show")
def show_contract(contract_id: ContractId) -> None:
    """Show the rules of a contract that are in force."""
    own = run(_rules(contract_id))
    terms = own or ContractTerms(contract_id=contract_id)
    print_line(f"release {terms.release}")
    print_line(f"on full {terms.on_full}")
    print_line(f"quantity floor {terms.quantity_floor}")
    if own is None:
        print_line("nobody set rules for it: these are the defaults")


@contract_app.command("import")
def import_contracts(file: File, reason: Reason = "") -> None:
    """Set the rules of the contracts in FILE: contractId, release, onFull, quantityFloor."""
    entries = read_entries(file, ContractEntry, dict)
    _set([ContractTerms(**entry.model_dump()) for entry in entries.good], reason, entries.bad)


@forecast_app.command("import")
def import_forecasts(file: File, reason: Reason = "") -> None:
    """Take the forecasts in FILE: school, productId, periodFrom, periodUntil, expected, source."""
    entries = read_entries(file, ForecastEntry, _forecast_of)
    run(_give(entries, reason))


def _set(terms: Sequence[ContractTerms], reason: str, bad: tuple[str, ...]) -> None:
    run(_set_all(terms, reason, bad))


async def _set_all(terms: Sequence[ContractTerms], reason: str, bad: tuple[str, ...]) -> None:
    reason_id = await _kept(reason)
    commands = [
        (
            ids.contract_stream(each.contract_id or ""),
            SetContractRules(terms=each, reason_id=reason_id),
        )
        for each in terms
    ]
    await _carry_out("contract", [str(each.contract_id) for each in terms], commands, bad)


async def _give(entries: Entries[ForecastEntry], reason: str) -> None:
    effective, reason_id = settings(), await _kept(reason)
    commands: list[tuple[UUID, object]] = []
    async with pool(database_url(effective), "cli") as connections:
        known = vault(connections, effective)
        for entry in entries.good:
            school = await known.school_id(*entry.aliases())
            commands.append(forecast_command(entry, school.school_id, reason_id))
    names = [f"{each.product_id} from {each.period_from}" for each in entries.good]
    await _carry_out("forecast", names, commands, entries.bad)


async def _carry_out(
    what: str, names: Sequence[str], commands: Sequence[tuple[UUID, object]], bad: tuple[str, ...]
) -> None:
    table, refused = Table("", what, box=None), list(bad)
    results = await operator_submissions(settings(), commands)
    for name, result in zip(names, results, strict=True):
        if result.refusal is not None:
            refused.append(f"{name}: {result.refusal}")
            continue
        table.add_row("taken" if result.events else "unchanged", name)
    OUT.print(table)
    complain(refused)


async def _rules(contract_id: str) -> ContractTerms | None:
    """As the log has them: the views may be a moment behind."""
    stream = ids.contract_stream(contract_id)
    async with connected(settings(), "cli") as conn:
        history = (await read_many(conn, [stream]))[stream]
    return replay(one.event for one in history if isinstance(one.event, ContractEvent))


async def _kept(reason: str) -> UUID | None:
    if not reason:
        return None
    effective = settings()
    async with pool(database_url(effective), "cli") as connections:
        return await vault(connections, effective).keep_text(reason)


def _check(contract_id: str) -> None:
    """As a file or the API is: it becomes part of facts, so no person may be named by it."""
    try:
        parse(ContractEntry, json.dumps({"contractId": contract_id}).encode())
    except SchemaIncorrect as error:
        stop(Exit.WRONG_USE, str(error))


def _forecast_of(cells: Cells) -> dict[str, object]:
    """A row as the API has it; a school is a master identifier, or TYPE:value."""
    entry: dict[str, object] = {name: cell for name, cell in cells.items() if name != "school"}
    kind, colon, value = cells.get("school", "").partition(":")
    if colon:
        entry["organisationIds"] = [{"organisationIdType": kind, "organisationId": value}]
    else:
        entry["organisationMasterIdentifier"] = kind
    if (number := cells.get("expected", "")).isdecimal():
        entry["expected"] = int(number)
    return entry
