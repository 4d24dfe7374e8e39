"""The rules of a stock of activation codes: asked for once, given out once, never back."""

from __future__ import annotations

from functools import reduce
from typing import Final

from aanspraak.domain import ids
from aanspraak.domain.code_stock.answers import (
    record_message,
    take_confirmation,
)
from aanspraak.domain.code_stock.commands import (
    CodeStockCommand,
    RequestCodes,
    RevokeCodes,
    SetLowWaterMark,
    TakeCodesConfirmation,
    TakeOutCodes,
    TakeOutOrderedCodes,
    TakeRevocationConfirmation,
)
from aanspraak.domain.code_stock.events import (
    CodeRevocationRequested,
    CodesRequested,
    CodesTakenOut,
    CodeStockEvent,
    LowWaterMarkSet,
    StockRanLow,
    StockRefilled,
)
from aanspraak.domain.code_stock.state import CodeStock, evolve
from aanspraak.domain.errors import (
    CodesNotOffered,
    QuantityNotAllowed,
    RequestIdReused,
    TooFewCodesInStock,
)

MOST_CODES: Final = 10_000
"""At most so many are asked for, or given out, at once."""


def decide(command: CodeStockCommand, state: CodeStock) -> tuple[CodeStockEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    facts = _decide(command, state)
    return (*facts, *_level(reduce(evolve, facts, state)))


def _decide(command: CodeStockCommand, state: CodeStock) -> tuple[CodeStockEvent, ...]:
    match command:
        case RequestCodes():
            return _request(command, state)
        case TakeOutCodes() | TakeOutOrderedCodes():
            return _take_out(command, state)
        case SetLowWaterMark():
            return _set_mark(command, state)
        case RevokeCodes():
            return _revoke(command, state)
        case TakeCodesConfirmation() | TakeRevocationConfirmation():
            return take_confirmation(command, state)
        case _:
            return record_message(command, state)


def _request(command: RequestCodes, state: CodeStock) -> tuple[CodeStockEvent, ...]:
    if not command.offered:
        raise CodesNotOffered
    _check_quantity(command.quantity)
    before = state.requests.get(command.request_id)
    if before == (command.quantity, command.contract_id):
        return ()
    if before is not None:
        raise RequestIdReused
    number = len(state.asked) + 1
    return (
        CodesRequested(
            product_id=command.product_id,
            registry=command.registry,
            number=number,
            follows=state.last_to.get(command.registry, 0),
            reference_id=ids.code_request_reference(command.product_id, number),
            request_id=command.request_id,
            quantity=command.quantity,
            contract_id=command.contract_id,
            reason_id=command.reason_id,
        ),
    )


def _take_out(
    command: TakeOutCodes | TakeOutOrderedCodes, state: CodeStock
) -> tuple[CodeStockEvent, ...]:
    if isinstance(command, TakeOutOrderedCodes):
        return _take_out_ordered(command, state)
    _check_quantity(command.quantity)
    before = state.taken_out.get(command.request_id)
    if before == (command.delivery_order_id, command.quantity):
        return ()
    if before is not None:
        raise RequestIdReused
    if len(state.unused) < command.quantity:
        raise TooFewCodesInStock(f"{len(state.unused)} left")
    return (
        CodesTakenOut(
            request_id=command.request_id,
            delivery_order_id=command.delivery_order_id,
            subject_ids=state.unused[: command.quantity],
            left=len(state.unused) - command.quantity,
            reason_id=command.reason_id,
        ),
    )


def _take_out_ordered(command: TakeOutOrderedCodes, state: CodeStock) -> tuple[CodeStockEvent, ...]:
    """Somebody knows a code that the hub gave to nobody: it must not be given to another."""
    ordered = tuple(one for one in state.unused if one in frozenset(command.subject_ids))
    if not ordered:
        return ()
    return (
        CodesTakenOut(
            request_id=f"order/{command.delivery_order_id}/{ordered[0]}",
            delivery_order_id=command.delivery_order_id,
            subject_ids=ordered,
            left=len(state.unused) - len(ordered),
            reason_id=None,
        ),
    )


def _set_mark(command: SetLowWaterMark, state: CodeStock) -> tuple[CodeStockEvent, ...]:
    if command.mark < 0:
        raise QuantityNotAllowed("the mark is below 0")
    if (command.mark, command.registry) == (state.mark, state.registry):
        return ()
    return (
        LowWaterMarkSet(
            product_id=command.product_id,
            registry=command.registry,
            mark=command.mark,
            reason_id=command.reason_id,
        ),
    )


def _revoke(command: RevokeCodes, state: CodeStock) -> tuple[CodeStockEvent, ...]:
    """Each code is revoked once. Without the publisher's word a cancelled order's codes stay."""
    if not command.offered:
        if command.order is None:
            raise CodesNotOffered
        return ()
    facts: list[CodeStockEvent] = []
    for subject_id, user_reference_id in zip(
        command.subject_ids, command.user_reference_ids, strict=True
    ):
        if subject_id in state.revoked:
            continue
        number = len(state.asked) + 1
        facts.append(
            CodeRevocationRequested(
                product_id=command.product_id,
                registry=command.registry,
                number=number,
                follows=state.last_to.get(command.registry, 0),
                reference_id=ids.code_request_reference(command.product_id, number),
                subject_id=subject_id,
                user_reference_id=user_reference_id,
                order=command.order,
                in_stock=subject_id in state.unused,
                reason_id=command.reason_id,
            )
        )
        state = evolve(state, facts[-1])
    return tuple(facts)


def _level(state: CodeStock) -> tuple[CodeStockEvent, ...]:
    """Told once when it falls below the mark, and once when it is back."""
    left = len(state.unused)
    if left < state.mark and not state.low:
        return (StockRanLow(registry=state.registry, left=left, mark=state.mark),)
    if left >= state.mark and state.low:
        return (StockRefilled(registry=state.registry, left=left),)
    return ()


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MOST_CODES:
        raise QuantityNotAllowed(f"1 to {MOST_CODES}")
