from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from aanspraak.domain.code_stock.commands import TakeOutOrderedCodes
from aanspraak.domain.code_stock.events import (
    CodesReceived,
    CodesTakenOut,
    LowWaterMarkSet,
    StockRanLow,
    StockRefilled,
)
from aanspraak.domain.errors import QuantityNotAllowed, RequestIdReused, TooFewCodesInStock
from tests.domain.codes import MARK, ORDER_ID, PUBLISHER, REQUEST, TAKE, code, revoke, sent
from tests.spec import asked, given

STOCKED = asked(REQUEST, sent(1, 2, 3))
SECOND = replace(TAKE, request_id="second", quantity=1)


def test_the_oldest_go_out_first_and_never_again() -> None:
    given(*STOCKED).when(TAKE).then(
        CodesTakenOut(
            request_id="first",
            delivery_order_id=ORDER_ID,
            subject_ids=(code(1), code(2)),
            left=1,
            reason_id=None,
        )
    )
    last = asked(REQUEST, sent(1, 2, 3), TAKE, SECOND)[-1]
    assert isinstance(last, CodesTakenOut)
    assert last.subject_ids == (code(3),)


def test_the_same_request_takes_nothing_more() -> None:
    history = asked(REQUEST, sent(1, 2, 3), TAKE)
    given(*history).when(TAKE).nothing_happens()
    given(*history).when(replace(TAKE, quantity=1)).refused(RequestIdReused)
    given(*history).when(replace(TAKE, delivery_order_id=UUID(int=1))).refused(RequestIdReused)


def test_all_or_nothing_goes_out() -> None:
    given(*STOCKED).when(replace(TAKE, quantity=4)).refused(TooFewCodesInStock, "3 left")
    given().when(replace(TAKE, quantity=0)).refused(QuantityNotAllowed, "1 to 10000")


def test_a_code_that_an_order_names_leaves_the_stock() -> None:
    ordered = TakeOutOrderedCodes(delivery_order_id=ORDER_ID, subject_ids=(code(2), code(9)))
    (fact,) = given(*STOCKED).when(ordered).facts()
    assert isinstance(fact, CodesTakenOut)
    assert (fact.subject_ids, fact.left) == ((code(2),), 2)
    given(*STOCKED, fact).when(ordered).nothing_happens()
    given(*STOCKED, fact).when(replace(TAKE, quantity=3)).refused(TooFewCodesInStock, "2 left")


def test_a_stock_that_runs_low_says_so_once_and_says_when_it_is_refilled() -> None:
    history = asked(REQUEST, sent(1, 2, 3), MARK, TAKE)
    assert history[-1] == StockRanLow(registry=PUBLISHER, left=1, mark=2)
    given(*history).when(SECOND).then_kinds(CodesTakenOut)
    more = replace(REQUEST, request_id="more")
    given(*asked(REQUEST, sent(1, 2, 3), MARK, TAKE, more)).when(
        sent(4, 5, 6, number=2)
    ).then_kinds(CodesReceived, StockRefilled)


def test_a_mark_above_what_there_is_warns_at_once() -> None:
    given().when(MARK).then_kinds(LowWaterMarkSet, StockRanLow)
    given(*asked(MARK)).when(MARK).nothing_happens()
    given(*asked(MARK)).when(replace(MARK, mark=0)).then_kinds(LowWaterMarkSet, StockRefilled)
    given().when(replace(MARK, mark=-1)).refused(QuantityNotAllowed, "the mark is below 0")


def test_a_code_that_is_revoked_leaves_the_stock_and_counts_for_the_mark() -> None:
    history = asked(REQUEST, sent(1, 2, 3), MARK, revoke(1, 2))
    assert history[-1] == StockRanLow(registry=PUBLISHER, left=1, mark=2)
