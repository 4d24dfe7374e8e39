from __future__ import annotations

import pytest

from aanspraak.domain.delivery_order.events import (
    DeliveryOrderProcessed,
    DeliveryOrderUndelivered,
)
from tests.domain.orders import EVENING, LICENSE, RECEIVE, answer, complete, last_answer, receive
from tests.spec import asked, given

ACCEPTED = asked(RECEIVE)


def test_all_delivered_is_processed() -> None:
    given(*ACCEPTED).when(complete(3, 0)).then(
        DeliveryOrderProcessed(delivered=3, refused=0),
        answer(1, new_status="processed", processed_timestamp=EVENING),
    )


def test_one_delivered_is_processed_and_the_refused_are_counted() -> None:
    given(*ACCEPTED).when(complete(1, 2)).then(
        DeliveryOrderProcessed(delivered=1, refused=2),
        answer(
            1,
            new_status="processed",
            processed_timestamp=EVENING,
            status_message="2 of 3 refused",
        ),
    )


def test_none_delivered_is_no_success_and_the_order_stays_ordered() -> None:
    given(*ACCEPTED).when(complete(0, 3)).then(
        DeliveryOrderUndelivered(refused=3),
        answer(
            1,
            processed_timestamp=EVENING,
            success=False,
            status=4199,
            status_message="Not one entitlement of the order could be delivered: 3 refused",
        ),
    )


def test_when_everybody_was_taken_back_before_the_shop_hears_that_nothing_came_of_it() -> None:
    told = answer(
        1,
        processed_timestamp=EVENING,
        success=False,
        status=4199,
        status_message="Not one entitlement of the order could be delivered:"
        " everybody was taken back before",
    )
    given(*ACCEPTED).when(complete(0, 0)).then(DeliveryOrderUndelivered(refused=0), told)


@pytest.mark.parametrize("left", [(2, 0), (0, 0), (1, 1), (0, 1)])
def test_nothing_is_told_when_some_of_a_delivered_order_are_taken_back(
    left: tuple[int, int],
) -> None:
    given(*asked(RECEIVE, complete(3, 1))).when(complete(*left)).nothing_happens()


def test_nor_when_everybody_of_an_order_in_use_is() -> None:
    given(*asked(RECEIVE, LICENSE)).when(complete(0, 0)).nothing_happens()


def test_an_open_order_that_everybody_left_waits_for_who_may_join() -> None:
    for_all = receive(delivery_type="school-all", users_count=0)
    given(*asked(for_all)).when(complete(0, 0)).nothing_happens()


@pytest.mark.parametrize("counts", [(3, 0), (1, 2), (0, 3), (0, 0)])
def test_the_same_counts_are_told_once(counts: tuple[int, int]) -> None:
    given(*asked(RECEIVE, complete(*counts))).when(complete(*counts)).nothing_happens()


def test_a_refusal_mended_later_is_told_with_a_receive_id_of_its_own() -> None:
    given(*asked(RECEIVE, complete(0, 3))).when(complete(1, 2)).then(
        DeliveryOrderProcessed(delivered=1, refused=2),
        answer(
            2,
            new_status="processed",
            processed_timestamp=EVENING,
            status_message="2 of 3 refused",
        ),
    )


def test_the_last_refusal_mended_is_told_without_a_count() -> None:
    given(*asked(RECEIVE, complete(2, 1))).when(complete(3, 0)).then(
        DeliveryOrderProcessed(delivered=3, refused=0),
        answer(2, new_status="processed", processed_timestamp=EVENING),
    )


@pytest.mark.parametrize("history", [(), asked(receive(product=None))])
def test_what_was_never_accepted_is_never_complete(history: tuple[object, ...]) -> None:
    given(*history).when(complete(3, 0)).nothing_happens()


def test_of_a_licensed_order_the_processed_answer_follows_and_then_that_it_is_licensed() -> None:
    given(*asked(RECEIVE, LICENSE)).when(complete(2, 1)).then(
        DeliveryOrderProcessed(delivered=2, refused=1),
        answer(
            2,
            new_status="processed",
            processed_timestamp=EVENING,
            status_message="1 of 3 refused",
        ),
        answer(
            3,
            new_status="licensed",
            processed_timestamp=EVENING,
            status_message="1 of 3 refused",
        ),
    )


def test_a_licensed_order_that_was_told_processed_is_not_told_so_again() -> None:
    told = last_answer(asked(RECEIVE, complete(2, 1), LICENSE, complete(3, 0)))
    assert (told.number, told.new_status, told.success) == (3, "licensed", True)


def test_counting_does_not_take_the_licence_back() -> None:
    history = asked(RECEIVE, LICENSE, complete(3, 0))
    given(*history).when(LICENSE).nothing_happens()
