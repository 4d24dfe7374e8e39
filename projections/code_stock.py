"""How many activation codes of a product are there, and what was asked of its registry?"""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.code_stock.events import (
    CodeRevocationRefused,
    CodeRevocationRequested,
    CodeRevoked,
    CodesReceived,
    CodesRequested,
    CodesRequestRefused,
    CodesTakenOut,
    LowWaterMarkSet,
    StockRanLow,
    StockRefilled,
)
from aanspraak.domain.recorded import Recorded

NAME: Final = "code_stock"
KEY: Final = ("stock_id",)
ABOUT: Final[frozenset[type]] = frozenset(
    {
        CodesRequested,
        CodesReceived,
        CodesRequestRefused,
        CodesTakenOut,
        LowWaterMarkSet,
        StockRanLow,
        StockRefilled,
        CodeRevocationRequested,
        CodeRevoked,
        CodeRevocationRefused,
    }
)


class CodeStock(NamedTuple):
    """The codes of a product, counted.

    `asked` and `revoking` are messages that the registry has not answered yet, `refused` those it
    answered with no. `taken_out` left the stock for an order.
    `version` is the last fact of the stock that is counted.
    """

    stock_id: UUID
    product_id: str
    registry: str
    version: int = 0
    low_water_mark: int = 0
    is_low: bool = False
    unused: int = 0
    asked: int = 0
    received: int = 0
    taken_out: int = 0
    revoking: int = 0
    revoked: int = 0
    refused: int = 0


def keys(recorded: Recorded) -> tuple[tuple[UUID], ...]:
    """The stock a fact is about."""
    return ((recorded.stream_id,),) if type(recorded.event) in ABOUT else ()


def fold(row: CodeStock | None, recorded: Recorded) -> CodeStock | None:
    """Apply one fact; one that is counted already changes nothing."""
    if row is not None and recorded.version <= row.version:
        return row
    after = _counted(row, recorded)
    return None if after is None else after._replace(version=recorded.version)


def _counted(row: CodeStock | None, recorded: Recorded) -> CodeStock | None:
    event = recorded.event
    match event:
        case CodesRequested() | LowWaterMarkSet() | CodeRevocationRequested():
            return _asked(row or _begun(recorded.stream_id, event), event)
        case _ if row is None:
            return None
        case StockRanLow() | StockRefilled():
            return row._replace(is_low=isinstance(event, StockRanLow))
        case CodesTakenOut():
            gone = len(event.subject_ids)
            return row._replace(unused=row.unused - gone, taken_out=row.taken_out + gone)
        case _:
            return _answered(row, event)


def _begun(
    stock_id: UUID, event: CodesRequested | LowWaterMarkSet | CodeRevocationRequested
) -> CodeStock:
    return CodeStock(stock_id=stock_id, product_id=event.product_id, registry=event.registry)


def _asked(
    row: CodeStock, event: CodesRequested | LowWaterMarkSet | CodeRevocationRequested
) -> CodeStock:
    row = row._replace(registry=event.registry)
    match event:
        case CodesRequested():
            return row._replace(asked=row.asked + 1)
        case LowWaterMarkSet():
            return row._replace(low_water_mark=event.mark)
        case CodeRevocationRequested():
            unused = row.unused - event.in_stock
            return row._replace(unused=unused, revoking=row.revoking + 1)


def _answered(row: CodeStock, event: object) -> CodeStock:
    match event:
        case CodesReceived():
            new = len(event.subject_ids)
            return row._replace(
                asked=row.asked - 1, received=row.received + new, unused=row.unused + new
            )
        case CodesRequestRefused():
            return row._replace(asked=row.asked - 1, refused=row.refused + 1)
        case CodeRevoked():
            return row._replace(revoking=row.revoking - 1, revoked=row.revoked + 1)
        case CodeRevocationRefused():
            return row._replace(revoking=row.revoking - 1, refused=row.refused + 1)
        case _:
            return row
