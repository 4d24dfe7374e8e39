from __future__ import annotations

from dataclasses import replace

from aanspraak.domain.delivery_order.commands import (
    RecordConfirmationRejected,
    RecordConfirmationTaken,
    SendConfirmationsAgain,
)
from aanspraak.domain.delivery_order.events import ConfirmationIssued
from tests.domain.orders import LICENSE, RECEIVE, again, complete
from tests.spec import asked, given

AGAIN = SendConfirmationsAgain(shop=RECEIVE.shop)
TOLD = asked(RECEIVE, complete(3, 0), again("second"))
"""Two answers: to the order, and to a request that asked nothing new."""


def rejected(number: int) -> RecordConfirmationRejected:
    return RecordConfirmationRejected(number=number, http_status=400, status=11)


def taken(number: int) -> RecordConfirmationTaken:
    return RecordConfirmationTaken(number=number)


def answers(*history: object) -> list[ConfirmationIssued]:
    return [fact for fact in history if isinstance(fact, ConfirmationIssued)]


def issued(*commands: object) -> list[ConfirmationIssued]:
    """What follows when the shop is told again after all this."""
    history = TOLD
    for command in commands:
        history += given(*history).when(command).facts()
    return answers(*given(*history).when(AGAIN).facts())


def test_with_the_same_receive_id_and_the_next_number() -> None:
    first, _ = answers(*TOLD)
    (told,) = issued(rejected(1))
    assert told == replace(first, number=3, repeated=True)


def test_each_request_has_its_answer_in_the_order_in_which_they_were_given() -> None:
    told = issued(rejected(2), rejected(1))
    assert [(one.number, one.reference_id) for one in told] == [(3, "first"), (4, "second")]


def test_once() -> None:
    assert issued(rejected(1), AGAIN) == []
    (told,) = issued(rejected(1), AGAIN, rejected(3))
    assert told.number == 4
    assert issued(rejected(1), AGAIN, taken(3)) == []


def test_not_what_is_on_its_way_was_taken_or_was_followed_by_a_newer_answer() -> None:
    assert issued() == []
    assert issued(taken(1), taken(2)) == []
    assert issued(rejected(1), LICENSE) == []


def test_no_other_shop() -> None:
    history = asked(RECEIVE, complete(3, 0), rejected(1))
    given(*history).when(SendConfirmationsAgain(shop="another")).nothing_happens()
    given().when(AGAIN).nothing_happens()
