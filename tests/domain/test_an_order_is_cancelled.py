from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from aanspraak.domain.contract_terms import ContractTerms
from aanspraak.domain.delivery_order.commands import ReleaseDeliveryOrder
from aanspraak.domain.delivery_order.events import (
    CancellationRequested,
    ConfirmationIssued,
    DeliveryOrderCancellationRefused,
    DeliveryOrderCancelled,
    DeliveryOrderLicensed,
    DeliveryOrderReleased,
    DeliveryOrderRequestRefused,
    UnchangedRequestTaken,
)
from aanspraak.domain.errors import NotHeld, UnknownDeliveryOrder
from tests.domain.orders import END, LICENSE, RECEIVE, again, complete, last_answer, receive
from tests.spec import asked, given

CANCEL = again("cancel", wished_status="cancelled", end_date=date(2026, 6, 5))
UNDER_WAY = asked(RECEIVE, complete(3, 0), CANCEL)
SOME_IN_USE = replace(END, cancelled=2, refused=1, in_use=1)
PAY_FIRST = receive(contract=ContractTerms(contract_id="contract-7", release="manual"))
RELEASE = ReleaseDeliveryOrder(reason_id=None)


def test_it_is_asked_of_every_entitlement_first_and_not_answered_yet() -> None:
    (fact,) = given(*asked(RECEIVE, complete(3, 0))).when(CANCEL).facts()
    assert isinstance(fact, CancellationRequested)
    assert (fact.reference_id, fact.end_date, fact.at_once) == ("cancel", date(2026, 6, 5), False)


def test_all_cancelled_the_shop_is_told_under_the_reference_of_its_cancel() -> None:
    cancelled, told = given(*UNDER_WAY).when(END).facts()
    assert cancelled == DeliveryOrderCancelled(end_date=date(2026, 6, 5), cancelled=3)
    assert isinstance(told, ConfirmationIssued)
    assert (told.reference_id, told.new_status, told.success) == ("cancel", "cancelled", True)


def test_of_one_in_use_it_stays_and_the_shop_is_told_how_many_and_what_to_do() -> None:
    refused, told = given(*UNDER_WAY).when(SOME_IN_USE).facts()
    assert refused == DeliveryOrderCancellationRefused(cancel_id="cancel", refused=1, in_use=1)
    assert isinstance(told, ConfirmationIssued)
    assert (told.new_status, told.success, told.status) == ("processed", False, 4142)
    assert told.status_message == (
        "Somebody uses it already; lower the quantity or block instead: 1 in use"
    )


def test_in_use_when_it_is_asked_it_is_refused_at_once() -> None:
    told = last_answer(asked(RECEIVE, LICENSE, replace(CANCEL, in_use=2)))
    assert (told.new_status, told.success, told.status) == ("licensed", False, 4142)
    assert (told.status_message or "").endswith("2 in use")


def test_two_requests_for_it_get_the_same_answer_each() -> None:
    second = replace(CANCEL, reference_id="cancel again")
    history = (*UNDER_WAY, *given(*UNDER_WAY).when(second).facts())
    answers = [
        fact for fact in given(*history).when(END).facts() if isinstance(fact, ConfirmationIssued)
    ]
    assert [(told.reference_id, told.success) for told in answers] == [
        ("cancel", True),
        ("cancel again", True),
    ]
    assert answers[1].number == answers[0].number + 1


def test_cancelled_it_is_not_processed_or_licensed_any_more() -> None:
    history = (*UNDER_WAY, *given(*UNDER_WAY).when(END).facts())
    for command in (complete(2, 1), LICENSE, END):
        given(*history).when(command).nothing_happens()


def test_while_it_runs_a_first_use_waits_for_the_outcome() -> None:
    given(*UNDER_WAY).when(LICENSE).nothing_happens()
    history = (*UNDER_WAY, *given(*UNDER_WAY).when(SOME_IN_USE).facts())
    given(*history).when(LICENSE).then_kinds(DeliveryOrderLicensed, ConfirmationIssued)


def test_cancelled_already_it_is_confirmed_again() -> None:
    history = (*UNDER_WAY, *given(*UNDER_WAY).when(END).facts())
    later = replace(CANCEL, reference_id="later")
    unchanged, told = given(*history).when(later).facts()
    assert isinstance(unchanged, UnchangedRequestTaken)
    assert isinstance(told, ConfirmationIssued)
    assert (told.new_status, told.success) == ("cancelled", True)


def test_a_cancelled_order_may_not_come_again() -> None:
    history = (*UNDER_WAY, *given(*UNDER_WAY).when(END).facts())
    told = last_answer((*history, *given(*history).when(again("anew")).facts()))
    assert (told.new_status, told.success, told.status) == ("cancelled", False, 4199)


def test_a_cancel_that_changes_a_frozen_field_too_is_refused() -> None:
    told = last_answer(asked(RECEIVE, replace(CANCEL, contract_id="another")))
    assert (told.status, told.success) == (4160, False)


@pytest.mark.parametrize(
    ("first", "cancel"),
    [
        (PAY_FIRST, replace(CANCEL, contract=PAY_FIRST.contract)),
        (RECEIVE, replace(CANCEL, now=datetime(2027, 8, 2, tzinfo=UTC))),
    ],
    ids=["nothing was sent yet", "its period is over"],
)
def test_it_is_cancelled_at_once_when_nobody_has_to_be_asked(first: object, cancel: object) -> None:
    _, cancelled, *told = given(*asked(first)).when(cancel).facts()
    assert isinstance(cancelled, DeliveryOrderCancelled)
    answers = [fact for fact in told if isinstance(fact, ConfirmationIssued)]
    assert answers[-1].reference_id == "cancel"


def test_before_it_was_delivered_the_request_it_came_by_is_answered_too() -> None:
    _, *told = given(*asked(RECEIVE, CANCEL)).when(END).facts()
    answers = [fact for fact in told if isinstance(fact, ConfirmationIssued)]
    assert [(each.reference_id, each.new_status, each.success) for each in answers] == [
        (RECEIVE.reference_id, "cancelled", False),
        ("cancel", "cancelled", True),
    ]
    assert [each.number for each in answers] == [1, 2]


def test_asked_again_when_its_period_is_over_it_waits_for_the_registry_all_the_same() -> None:
    later = replace(CANCEL, reference_id="later", now=datetime(2027, 8, 2, tzinfo=UTC))
    given(*UNDER_WAY).when(later).then_kinds(CancellationRequested)


def test_an_order_that_is_paid_first_waits_until_it_is_released_once() -> None:
    given(*asked(PAY_FIRST)).when(RELEASE).then(DeliveryOrderReleased(reason_id=None))
    given(*asked(PAY_FIRST, RELEASE)).when(RELEASE).nothing_happens()


def test_what_does_not_wait_cannot_be_released() -> None:
    given(*asked(RECEIVE)).when(RELEASE).refused(NotHeld)
    given().when(RELEASE).refused(UnknownDeliveryOrder)
    given(*asked(PAY_FIRST, CANCEL)).when(RELEASE).refused(NotHeld, "it is cancelled")


def test_an_end_without_a_cancellation_means_nothing() -> None:
    given(*asked(RECEIVE)).when(END).nothing_happens()


def test_a_cancel_of_an_order_that_was_refused_is_of_an_unknown_one() -> None:
    history = asked(receive(product=None))
    refused, _told = given(*history).when(CANCEL).facts()
    assert isinstance(refused, DeliveryOrderRequestRefused)
    assert refused.status == 4140
