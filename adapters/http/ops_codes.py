"""The operator's calls about activation codes: ask for them, give them out, have them revoked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.code_stock.commands import (
    RequestCodes,
    RevokeCodes,
    SetLowWaterMark,
    TakeOutCodes,
)
from aanspraak.domain.code_stock.events import CodeRevocationRequested, CodesRequested
from aanspraak.domain.errors import ProductUnknown
from adapters.http.arrays import JSON
from adapters.http.openapi import many, one, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall, Signed
from adapters.postgres.group_commit import Result
from adapters.security.persons import activation_code
from adapters.wire import ops_codes_v1 as wire
from adapters.wire.ops_v1 import BASE_PATH
from adapters.wire.outgoing import Outgoing, array, encode
from adapters.wire.parsing import parse

router = APIRouter(prefix=BASE_PATH, tags=["Operations"])


@router.get(
    "/codes/stock",
    summary="The activation codes there are",
    responses={200: many(wire.CodeStock), **problems(403, 503)},
    openapi_extra=OPENED,
)
async def code_stock(call: Operating) -> Response:
    """Per product what is in stock, what was asked for, and what is gone."""
    rows = [
        wire.CodeStock(**{name: getattr(row, name) for name in wire.CodeStock.__struct_fields__})
        for row in await call.services.codes.stock()
    ]
    return Response(b"".join(array(rows)), media_type=JSON)


@router.post(
    "/codes/request",
    status_code=202,
    summary="Ask a registry for activation codes",
    responses={202: one(wire.CodesAsked), **problems(400, 403, 409, 413, 415, 503)},
    openapi_extra=taking(wire.CodesRequest) | OPENED,
)
async def request_codes(call: Operating) -> Response:
    """Send a request, if the publisher of the product agreed to that; the same one once."""
    act = parse(wire.CodesRequest, await call.body())
    product = await _product(call, act.product_id)
    signed = await call.sign(act)
    command = RequestCodes(
        product_id=act.product_id,
        registry=product.registry,
        offered=product.offered,
        request_id=str(act.request_id),
        quantity=act.quantity,
        contract_id=act.contract_id,
        reason_id=signed.reason_id,
    )
    result = await _carry_out(call, signed, act.product_id, command)
    sent = [each for each in result.events if isinstance(each, CodesRequested)]
    reference = sent[0].reference_id if sent else None
    return _answer(202, wire.CodesAsked(request_reference_id=reference))


@router.post(
    "/codes/take",
    summary="Take activation codes out of stock",
    responses={200: one(wire.CodesTaken), **problems(400, 403, 409, 413, 415, 503)},
    openapi_extra=taking(wire.CodesTake) | OPENED,
)
async def take_codes(call: Operating) -> Response:
    """Give unused codes for an order; nobody else gets them, and the same request gets the same."""
    act = parse(wire.CodesTake, await call.body())
    signed = await call.sign(act)
    command = TakeOutCodes(
        request_id=str(act.request_id),
        delivery_order_id=act.delivery_order_id,
        quantity=act.quantity,
        reason_id=signed.reason_id,
    )
    await _carry_out(call, signed, act.product_id, command)
    stock = ids.code_stock_stream(act.product_id)
    codes, left = await call.services.codes.taken_out(stock, command.request_id)
    taken = wire.CodesTaken(product_id=act.product_id, activation_codes=tuple(codes), left=left)
    return _answer(200, taken)


@router.post(
    "/codes/mark",
    status_code=204,
    summary="Say when a stock of activation codes is low",
    responses=problems(400, 403, 413, 415, 503),
    openapi_extra=taking(wire.CodesMark) | OPENED,
)
async def mark_codes(call: Operating) -> Response:
    """With fewer unused codes than the mark there is an incident; 0: never."""
    act = parse(wire.CodesMark, await call.body())
    product = await _product(call, act.product_id)
    signed = await call.sign(act)
    command = SetLowWaterMark(
        product_id=act.product_id,
        registry=product.registry,
        mark=act.mark,
        reason_id=signed.reason_id,
    )
    await _carry_out(call, signed, act.product_id, command)
    return Response(status_code=204)


@router.post(
    "/codes/revoke",
    status_code=202,
    summary="Have activation codes revoked",
    responses={202: many(wire.CodeRevocation), **problems(400, 403, 409, 413, 415, 503)},
    openapi_extra=taking(wire.CodesRevoke) | OPENED,
)
async def revoke_codes(call: Operating) -> Response:
    """Ask the registry to revoke codes, but for those in a live order: cancel that instead."""
    act = parse(wire.CodesRevoke, await call.body())
    product = await _product(call, act.product_id)
    codes = [activation_code(each, registry=product.registry) for each in act.activation_codes]
    signed = await call.sign(act)
    known = await call.services.vault.remember_many(codes)
    subjects = [each.subject_id for each in known]
    ordered = await call.services.codes.in_live_orders(subjects, day_of(call.services.now()))
    free = [each for each in known if each.subject_id not in ordered]
    command = RevokeCodes(
        product_id=act.product_id,
        registry=product.registry,
        offered=product.offered,
        order=None,
        subject_ids=tuple(each.subject_id for each in free),
        user_reference_ids=tuple(each.reference_id for each in free),
        reason_id=signed.reason_id,
    )
    result = await _carry_out(call, signed, act.product_id, command)
    asked = {each.subject_id for each in result.events if isinstance(each, CodeRevocationRequested)}
    outcomes = [_outcome(one, ordered, asked) for one in subjects]
    told = [wire.CodeRevocation(place=nth, outcome=one) for nth, one in enumerate(outcomes)]
    return Response(b"".join(array(told)), 202, media_type=JSON)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Product:
    """Whose codes those of a product are, and whether its publisher lets the hub ask for them."""

    registry: str
    offered: bool


async def _product(call: OperatorCall, product_id: str) -> _Product:
    directory = call.services.directory
    product = await directory.product(product_id)
    if product is None:
        raise ProductUnknown
    registry = await directory.partner(product.registry)
    offered = registry is not None and bool(registry.activation_codes_url)
    return _Product(registry=product.registry, offered=offered)


async def _carry_out(
    call: OperatorCall, signed: Signed, product_id: str, command: object
) -> Result:
    result = await call.submit(signed, ids.code_stock_stream(product_id), command)
    if result.refusal is not None:
        raise result.refusal
    return result


def _outcome(subject_id: UUID, ordered: Collection[UUID], asked: Collection[UUID]) -> str:
    if subject_id in ordered:
        return "in-an-order"
    return "asked" if subject_id in asked else "already-asked"


def _answer(status: int, said: Outgoing) -> Response:
    return Response(encode(said), status, media_type=JSON)
