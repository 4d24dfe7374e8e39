"""The form of a contract's report: sums are those of the lines, and no cell calculates."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from io import StringIO
from uuid import UUID

import pytest

from adapters.wire.contract_report import COLUMNS, Heading, as_csv, as_json
from adapters.wire.contract_trace_v1 import OrderLine, ReportNumbers

pytestmark = pytest.mark.anyio

HEADING = Heading(
    contract_id="C-1",
    period_from=date(2026, 8, 1),
    period_to=date(2027, 7, 31),
    as_of=datetime(2026, 11, 21, 22, tzinfo=UTC),
)


def line(
    product_id: str = "978",
    shop: str | None = "winkel",
    ordered: int = 2,
    used: int | None = None,
) -> OrderLine:
    return OrderLine(
        delivery_order_id=UUID("00000000-0000-4000-8000-000000000001"),
        product_id=product_id,
        delivery_type="school-all",
        shop=shop,
        school="104A158",
        order_status="processed",
        received_on=date(2026, 8, 2),
        start_date=date(2026, 8, 1),
        activation_until_date=date(2027, 7, 31),
        numbers=ReportNumbers(
            ordered=ordered,
            ordered_cancelled=0,
            entitlements=1,
            created=0,
            entitled=1,
            blocked=0,
            cancelled=0,
            activated=0,
            activated_in_period=0,
            over_quantity=0,
            used=used,
        ),
    )


async def pages(*given: list[OrderLine]) -> AsyncIterator[list[OrderLine]]:
    for page in given:
        yield page


async def cells(*given: list[OrderLine]) -> list[dict[str, str]]:
    pieces = [piece async for piece in as_csv(HEADING, pages(*given))]
    whole = b"".join(pieces).decode()
    assert whole.endswith("\r\n")
    return list(csv.DictReader(StringIO(whole, newline="")))


async def test_sums_per_product_and_in_all_are_those_of_the_lines() -> None:
    rows = await cells([line("b"), line("a", ordered=3)], [line("b", ordered=5)])
    assert [(row["line"], row["productId"], row["orders"], row["ordered"]) for row in rows] == [
        ("order", "b", "1", "2"),
        ("order", "a", "1", "3"),
        ("order", "b", "1", "5"),
        ("product", "a", "1", "3"),
        ("product", "b", "2", "7"),
        ("total", "", "3", "10"),
    ]
    assert tuple(rows[0]) == COLUMNS


async def test_what_no_registry_told_is_not_nought() -> None:
    told, untold, *sums = await cells([line("b", used=2), line("a")])
    assert (told["used"], untold["used"]) == ("2", "")
    assert [(row["productId"], row["used"]) for row in sums] == [("a", ""), ("b", "2"), ("", "2")]


async def test_json_says_the_same_and_is_whole_without_lines() -> None:
    pieces = [piece async for piece in as_json(HEADING, pages([line("b")], [line("a")]))]
    report = json.loads(b"".join(pieces))
    assert [each["productId"] for each in report["orders"]] == ["b", "a"]
    assert [each["productId"] for each in report["products"]] == ["a", "b"]
    assert (report["periodFrom"], report["periodTo"]) == ("2026-08-01", "2027-07-31")
    assert report["totals"]["numbers"]["ordered"] == 4
    empty = json.loads(b"".join([piece async for piece in as_json(HEADING, pages())]))
    assert (empty["orders"], empty["products"], empty["totals"]["orders"]) == ([], [], 0)


@pytest.mark.parametrize(
    "formula", ["=1+1", "+31", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff201"]
)
async def test_a_cell_that_begins_like_a_formula_is_text(formula: str) -> None:
    row, *_ = await cells([line(formula, shop=formula)])
    assert row["productId"] == row["shop"] == f"'{formula}"


async def test_separators_quotes_and_accents_come_through() -> None:
    row, *_ = await cells([line('a,"b";\u00e9\u20ac', shop=None)])
    assert row["productId"] == 'a,"b";\u00e9\u20ac'
    assert not row["shop"]
