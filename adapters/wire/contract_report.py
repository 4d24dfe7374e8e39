"""A contract's report on its way out, in pieces: as JSON, or as CSV that a spreadsheet may open.

Lines come page by page; what they add up to is counted along the way and written last, so that the
sums are always those of the lines above them.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from typing import Final

import msgspec

from adapters.wire.contract_trace_v1 import OrderLine, ProductLine, ReportNumbers, Totals

NUMBERS: Final = ReportNumbers.__struct_fields__
COLUMNS: Final = (
    "line",
    "contractId",
    "deliveryOrderId",
    "productId",
    "deliveryType",
    "shop",
    "school",
    "orderStatus",
    "receivedOn",
    "startDate",
    "activationUntilDate",
    "usedAsOf",
    "orders",
    *ReportNumbers.__struct_encode_fields__,
)
"""The header row of the CSV."""
STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet would take for the beginning of a formula, also in full width."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What a report is about; both days are inclusive."""

    contract_id: str
    period_from: date
    period_to: date
    as_of: datetime


@dataclass(kw_only=True)
class _Sums:
    """What the lines so far add up to, per product."""

    orders: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, ReportNumbers] = field(default_factory=dict)

    def add(self, line: OrderLine) -> None:
        product = line.product_id
        self.orders[product] = self.orders.get(product, 0) + 1
        self.numbers[product] = _added((self.numbers.get(product), line.numbers))

    def products(self) -> list[ProductLine]:
        return [
            ProductLine(product_id=product, orders=self.orders[product], numbers=numbers)
            for product, numbers in sorted(self.numbers.items())
        ]

    def totals(self) -> Totals:
        return Totals(orders=sum(self.orders.values()), numbers=_added(self.numbers.values()))


async def as_json(
    heading: Heading, pages: AsyncIterable[Sequence[OrderLine]]
) -> AsyncIterator[bytes]:
    """The report as one JSON object."""
    sums, opening = _Sums(), b""
    yield _head(heading) + b',"orders":['
    async for page in pages:
        for line in page:
            sums.add(line)
        yield opening + _ENCODER.encode(list(page))[1:-1]
        opening = b","
    products, totals = _ENCODER.encode(sums.products()), _ENCODER.encode(sums.totals())
    yield b'],"products":' + products + b',"totals":' + totals + b"}"


async def as_csv(
    heading: Heading, pages: AsyncIterable[Sequence[OrderLine]]
) -> AsyncIterator[bytes]:
    """The report as CSV (RFC 4180, UTF-8): a header row, the orders, the products, the total."""
    sums = _Sums()
    yield _lines([COLUMNS])
    async for page in pages:
        for line in page:
            sums.add(line)
        yield _lines([_order_cells(heading, line) for line in page])
    totals = sums.totals()
    closing = [
        _cells("product", heading, each.product_id, each.orders, each.numbers)
        for each in sums.products()
    ]
    yield _lines([*closing, _cells("total", heading, "", totals.orders, totals.numbers)])


_ENCODER = msgspec.json.Encoder()


def _head(heading: Heading) -> bytes:
    """The fields before the orders, without the closing bracket."""
    fields = {
        "contractId": heading.contract_id,
        "periodFrom": heading.period_from,
        "periodTo": heading.period_to,
        "asOf": heading.as_of,
    }
    return _ENCODER.encode(fields)[:-1]


def _added(all_of_them: Iterable[ReportNumbers | None]) -> ReportNumbers:
    given = [numbers for numbers in all_of_them if numbers]
    known = [numbers.used for numbers in given if numbers.used is not None]
    added = {name: sum(getattr(one, name) for one in given) for name in NUMBERS if name != "used"}
    return ReportNumbers(**added, used=sum(known) if known else None)


def _order_cells(heading: Heading, line: OrderLine) -> list[object]:
    return [
        "order",
        heading.contract_id,
        line.delivery_order_id,
        line.product_id,
        line.delivery_type,
        line.shop,
        line.school,
        line.order_status,
        line.received_on,
        line.start_date,
        line.activation_until_date,
        line.used_as_of.isoformat() if line.used_as_of else None,
        1,
        *_values(line.numbers),
    ]


def _cells(
    kind: str, heading: Heading, product: str, orders: int, numbers: ReportNumbers
) -> list[object]:
    nothing = [None] * (COLUMNS.index("orders") - COLUMNS.index("deliveryType"))
    return [kind, heading.contract_id, None, product, *nothing, orders, *_values(numbers)]


def _values(numbers: ReportNumbers) -> list[int | None]:
    return [getattr(numbers, name) for name in NUMBERS]


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _safe(cell: object) -> object:
    """An apostrophe before what a spreadsheet would calculate: it shows the text instead."""
    if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA):
        return f"'{cell}"
    return cell
