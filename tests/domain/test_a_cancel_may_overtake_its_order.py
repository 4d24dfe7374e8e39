from __future__ import annotations

from datetime import timedelta

from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from tests.domain.orders import MORNING, RECEIVE, again, last_answer, receive
from tests.spec import asked, given

CANCEL = again("cancel", wished_status="cancelled")


def test_the_order_that_comes_after_it_is_refused_too() -> None:
    told = last_answer(asked(CANCEL, RECEIVE))
    assert (told.reference_id, told.success, told.status) == ("first", False, 4199)
    assert told.status_message == "A newer request already cancelled this delivery order."
    assert told.new_status is None


def test_an_order_newer_than_the_cancel_is_taken() -> None:
    newer = again("new", date_last_modified=CANCEL.date_last_modified + timedelta(seconds=1))
    given(*asked(CANCEL)).when(newer).then_kinds(DeliveryOrderReceived)


def test_an_order_of_the_same_moment_is_not_older() -> None:
    same = again("new", date_last_modified=CANCEL.date_last_modified)
    given(*asked(CANCEL)).when(same).then_kinds(DeliveryOrderReceived)


def test_the_newest_cancel_counts_whatever_the_order_they_come_in() -> None:
    older = again("older", wished_status="cancelled", date_last_modified=MORNING)
    assert last_answer(asked(CANCEL, older, receive(reference_id="new"))).status == 4199


def test_a_cancel_of_another_shop_stops_nobody() -> None:
    theirs = again("cancel", wished_status="cancelled", shop="another-shop")
    given(*asked(theirs)).when(RECEIVE).then_kinds(DeliveryOrderReceived)


def test_another_wish_for_an_unknown_order_is_not_remembered() -> None:
    wish = again("wish", wished_status="processed")
    given(*asked(wish)).when(RECEIVE).then_kinds(DeliveryOrderReceived)


def test_a_cancel_of_an_accepted_order_does_not_come_back_later() -> None:
    history = asked(RECEIVE, CANCEL)
    newer = again("third", date_last_modified=CANCEL.date_last_modified - timedelta(minutes=1))
    assert last_answer((*history, *given(*history).when(newer).facts())).success
