from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from aanspraak.domain.delivery_order.events import ReferenceReused
from tests.domain.orders import (
    EVENING,
    LICENSE,
    MORNING,
    RECEIVE,
    again,
    answer,
    complete,
    last_answer,
    receive,
)
from tests.spec import asked, given

ACCEPTED = asked(RECEIVE)
PROCESSED = asked(RECEIVE, complete(3, 0))
OTHER_CONTENT = receive(contract_id="another")
REUSED = ReferenceReused(shop="bookshop", reference_id="first")


def test_a_repeat_before_there_is_an_answer_changes_nothing() -> None:
    given(*ACCEPTED).when(RECEIVE).nothing_happens()


def test_a_repeat_gets_the_last_answer_with_the_same_receive_id() -> None:
    told = last_answer(PROCESSED)
    given(*PROCESSED).when(RECEIVE).then(replace(told, number=2, repeated=True))


def test_every_repeat_is_answered() -> None:
    history = asked(RECEIVE, complete(3, 0), RECEIVE)
    told = last_answer(PROCESSED)
    given(*history).when(RECEIVE).then(replace(told, number=3, repeated=True))


def test_a_repeat_after_a_newer_answer_gets_the_newer_one() -> None:
    history = asked(RECEIVE, complete(3, 0), LICENSE)
    given(*history).when(RECEIVE).then(
        answer(
            3,
            repeated=True,
            receive_id=answer(2).receive_id,
            new_status="licensed",
            processed_timestamp=EVENING,
        )
    )


def test_a_repeat_of_a_refused_request_gets_the_refusal_again() -> None:
    history = asked(receive(product=None))
    told = last_answer(history)
    given(*history).when(receive(product=None)).then(replace(told, number=2, repeated=True))


def test_a_repeat_of_a_later_request_gets_the_answer_of_that_one() -> None:
    history = asked(RECEIVE, again("second"), LICENSE)
    given(*history).when(again("second")).then(
        answer(3, repeated=True, reference_id="second", receive_id=answer(1).receive_id)
    )


def test_a_repeat_is_known_by_its_content_not_by_what_the_catalogue_says_by_now() -> None:
    given(*ACCEPTED).when(receive(product=None, now=EVENING)).nothing_happens()


def test_the_same_reference_with_other_content_is_not_processed_but_noticed() -> None:
    given(*ACCEPTED).when(OTHER_CONTENT).then(REUSED)


def test_the_same_reference_with_other_content_gets_the_last_answer_again() -> None:
    told = last_answer(PROCESSED)
    given(*PROCESSED).when(OTHER_CONTENT).then(REUSED, replace(told, number=2, repeated=True))


def test_other_content_under_the_same_reference_is_noticed_once() -> None:
    history = asked(RECEIVE, OTHER_CONTENT)
    given(*history).when(receive(users_digest="yet other people")).nothing_happens()


@pytest.mark.parametrize(
    "change",
    [
        {"contract_id": None},
        {"users_digest": "other people"},
        {"portals": ("portal-a",)},
        {"activation_until_date": date(2027, 7, 30)},
        {"end_date": date(2026, 9, 1)},
        {"wished_status": "cancelled"},
        {"date_last_modified": MORNING + timedelta(seconds=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_all_that_is_asked_belongs_to_the_content(change: dict[str, object]) -> None:
    given(*ACCEPTED).when(receive(**change)).then(REUSED)


def test_two_shops_may_use_the_same_reference_id() -> None:
    refused = asked(receive(product=None))
    theirs = receive(shop="another-shop", product=None)
    _, told = given(*refused).when(theirs).facts()
    assert told == replace(
        last_answer(refused), shop="another-shop", number=2, receive_id=answer(2).receive_id
    )
