"""The operator's calls about what is agreed: rules of contracts, forecasts of schools."""

from __future__ import annotations

import json
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Response

from aanspraak.domain import ids
from aanspraak.domain.contract.commands import SetContractRules
from aanspraak.domain.contract_terms import ContractTerms
from adapters.http.arrays import JSON, in_one
from adapters.http.forecast_entries import forecast_command
from adapters.http.openapi import many, one, problems, taking
from adapters.http.operators import OPENED, Operating
from adapters.http.parameters import Plain
from adapters.postgres.group_commit import Result
from adapters.wire import ops_contracts_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

FORECASTS: Final = "/forecasts"

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])

ContractId = Annotated[Plain, Path(alias="contractId")]


@router.put(
    "/contracts/{contractId:path}",  # noqa: FAST003 - the alias of ContractId
    operation_id="set-contract-rules",
    summary="Set the rules of a contract",
    responses={200: one(wire.RulesInForce), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.SetRules) | OPENED,
)
async def set_contract_rules(call: Operating, contract_id: ContractId) -> Response:
    """They count for orders that are taken from now on."""
    body = parse(wire.SetRules, await call.body())
    parse(wire.ContractEntry, json.dumps({"contractId": contract_id}).encode())
    terms = ContractTerms(
        contract_id=contract_id,
        release=body.release,
        on_full=body.on_full,
        quantity_floor=body.quantity_floor,
    )
    signed = await call.sign(body)
    command = SetContractRules(terms=terms, reason_id=signed.reason_id)
    result = await call.submit(signed, ids.contract_stream(contract_id), command)
    if result.refusal is not None:
        raise result.refusal
    return _in_force(terms, own=True)


@router.get(
    "/contracts/{contractId:path}",  # noqa: FAST003 - the alias of ContractId
    operation_id="get-contract-rules",
    summary="The rules of a contract",
    responses={200: one(wire.RulesInForce), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def get_contract_rules(call: Operating, contract_id: ContractId) -> Response:
    """The rules in force; without any of its own a contract has the defaults."""
    own = await call.services.directory.contract_with_rules(contract_id)
    return _in_force(own or ContractTerms(contract_id=contract_id), own=own is not None)


@router.put(
    FORECASTS,
    operation_id="give-forecasts",
    summary="What schools expect to need",
    responses={200: many(wire.ForecastTaken), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.GiveForecasts) | OPENED,
)
async def give_forecasts(call: Operating) -> Response:
    """The newest number for a school, product and period counts; an answer per forecast."""
    body = parse(wire.GiveForecasts, await call.body())
    signed = await call.sign(body)
    commands: list[tuple[UUID, object]] = []
    for entry in body.forecasts:
        school = await call.services.vault.school_id(*entry.aliases())
        commands.append(forecast_command(entry, school.school_id, signed.reason_id))
    results = await call.submit_all(signed, commands)
    return in_one(list(map(_taken, body.forecasts, results)))


def _taken(entry: wire.ForecastEntry, result: Result) -> wire.ForecastTaken:
    if result.refusal is not None:
        return wire.ForecastTaken(
            product_id=entry.product_id, outcome="refused", message=str(result.refusal)
        )
    outcome = "given" if result.events else "unchanged"
    return wire.ForecastTaken(product_id=entry.product_id, outcome=outcome)


def _in_force(terms: ContractTerms, *, own: bool) -> Response:
    rules = wire.RulesInForce(
        contract_id=terms.contract_id or "",
        release=terms.release,
        on_full=terms.on_full,
        quantity_floor=terms.quantity_floor,
        own=own,
    )
    return Response(encode(rules), media_type=JSON)
