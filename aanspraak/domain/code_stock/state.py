"""What we must remember of a stock of activation codes in order to decide."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.code_stock.events import (
    CodeMessageDropped,
    CodeMessageGivenUp,
    CodeMessageRejected,
    CodeMessageTaken,
    CodeRevocationRefused,
    CodeRevocationRequested,
    CodeRevoked,
    CodesReceived,
    CodesRequested,
    CodesRequestRefused,
    CodesTakenOut,
    CodeStockEvent,
    LowWaterMarkSet,
    StockRanLow,
    StockRefilled,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a message asked of a registry: so many codes, or that one is revoked."""

    partner: str
    quantity: int = 0
    subject_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CodeStock:
    """The codes of a product, and what was asked of its registry.

    `unused` are in stock, oldest first; `known` ever were. `asked` is every message by its number,
    `last_to` the last number per registry. `answered`, `settled` and `given_up` are numbers:
    confirmed, with an outcome of sending, and tried for the last time.
    """

    registry: str = ""
    unused: tuple[UUID, ...] = ()
    known: frozenset[UUID] = frozenset()
    revoked: frozenset[UUID] = frozenset()
    mark: int = 0
    low: bool = False
    requests: Mapping[str, tuple[int, str | None]] = field(default_factory=dict)
    taken_out: Mapping[str, tuple[UUID, int]] = field(default_factory=dict)
    asked: Mapping[int, Asked] = field(default_factory=dict)
    last_to: Mapping[str, int] = field(default_factory=dict)
    answered: frozenset[int] = frozenset()
    settled: frozenset[int] = frozenset()
    given_up: frozenset[int] = frozenset()


def evolve(state: CodeStock, event: CodeStockEvent) -> CodeStock:
    """Fold one fact."""
    match event:
        case CodesRequested() | CodeRevocationRequested():
            return _asked(state, event)
        case CodesReceived() | CodesTakenOut():
            return _moved(state, event)
        case CodesRequestRefused() | CodeRevoked() | CodeRevocationRefused():
            return replace(state, answered=state.answered | {event.number})
        case LowWaterMarkSet():
            return replace(state, mark=event.mark, registry=event.registry)
        case StockRanLow() | StockRefilled():
            return replace(state, low=isinstance(event, StockRanLow))
        case CodeMessageTaken() | CodeMessageRejected() | CodeMessageDropped():
            return replace(state, settled=state.settled | {event.number})
        case CodeMessageGivenUp():
            return replace(state, given_up=state.given_up | {event.number})
        case _:
            assert_never(event)


def replay(history: Iterable[CodeStockEvent]) -> CodeStock:
    """Fold a history."""
    return reduce(evolve, history, CodeStock())


def _asked(state: CodeStock, event: CodesRequested | CodeRevocationRequested) -> CodeStock:
    match event:
        case CodesRequested():
            what = Asked(partner=event.registry, quantity=event.quantity)
            requests = {**state.requests, event.request_id: (event.quantity, event.contract_id)}
            state = replace(state, requests=requests)
        case CodeRevocationRequested():
            what = Asked(partner=event.registry, subject_id=event.subject_id)
            unused = _without(state.unused, (event.subject_id,))
            revoked = state.revoked | {event.subject_id}
            state = replace(state, unused=unused, revoked=revoked)
        case _:
            assert_never(event)
    return replace(
        state,
        registry=event.registry,
        asked={**state.asked, event.number: what},
        last_to={**state.last_to, event.registry: event.number},
    )


def _moved(state: CodeStock, event: CodesReceived | CodesTakenOut) -> CodeStock:
    """Into the stock, or out of it."""
    match event:
        case CodesReceived():
            return replace(
                state,
                unused=(*state.unused, *event.subject_ids),
                known=state.known.union(event.subject_ids),
                answered=state.answered | {event.number},
            )
        case CodesTakenOut():
            taken = {event.request_id: (event.delivery_order_id, len(event.subject_ids))}
            return replace(
                state,
                unused=_without(state.unused, event.subject_ids),
                taken_out={**state.taken_out, **taken},
            )
        case _:
            assert_never(event)


def _without(unused: tuple[UUID, ...], gone: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """What is taken out is the front as a rule; then nothing else is looked at."""
    if unused[: len(gone)] == gone:
        return unused[len(gone) :]
    out = frozenset(gone)
    return tuple(one for one in unused if one not in out)
