from __future__ import annotations

from datetime import timedelta

import pytest

from aanspraak.domain.delivery_order.events import UnchangedRequestTaken
from aanspraak.domain.delivery_order.request import request_digest
from tests.domain.orders import LICENSE, MORNING, RECEIVE, again, answer, complete, last_answer
from tests.spec import asked, given

ACCEPTED = asked(RECEIVE)
OLDER = MORNING - timedelta(hours=1)
NEWER = MORNING + timedelta(hours=9)


@pytest.mark.parametrize("wish", ["ordered", "processed", "licensed"])
def test_it_is_answered_with_the_present_state(wish: str) -> None:
    request = again("second", wished_status=wish)
    given(*ACCEPTED).when(request).then(
        UnchangedRequestTaken(
            shop="bookshop",
            reference_id="second",
            request_digest=request_digest(request),
            date_last_modified=request.date_last_modified,
        ),
        answer(1, reference_id="second"),
    )


@pytest.mark.parametrize(
    ("commands", "status"),
    [((complete(3, 0),), "processed"), ((LICENSE,), "licensed"), ((complete(0, 3),), "ordered")],
)
def test_the_answer_tells_what_the_order_is_by_now(
    commands: tuple[object, ...], status: str
) -> None:
    told = last_answer(asked(RECEIVE, *commands, again("second")))
    assert (told.new_status, told.success) == (status, True)


def test_an_older_request_is_answered_with_the_present_state_whatever_it_says() -> None:
    history = asked(RECEIVE, again("second", date_last_modified=OLDER, contract_id="another"))
    told = last_answer(history)
    assert (told.reference_id, told.new_status, told.success) == ("second", "ordered", True)


def test_older_is_older_than_the_newest_request_that_was_taken() -> None:
    newest = again("second", date_last_modified=NEWER)
    between = again("third", date_last_modified=MORNING + timedelta(hours=5), contract_id="another")
    assert last_answer(asked(RECEIVE, newest, between)).success


def test_an_older_request_does_not_make_the_newest_one_older() -> None:
    newest = again("second", date_last_modified=NEWER)
    older = again("third", date_last_modified=OLDER)
    between = again("fourth", date_last_modified=MORNING, contract_id="another")
    assert last_answer(asked(RECEIVE, newest, older, between)).success


def test_a_request_of_the_same_moment_is_not_older() -> None:
    same = again("second", date_last_modified=MORNING, contract_id="another")
    assert last_answer(asked(RECEIVE, same)).status == 4160


def test_a_refused_request_was_not_taken_and_makes_no_other_older() -> None:
    refused = again("second", date_last_modified=NEWER, contract_id="another")
    next_one = again("third", contract_id="another")
    assert last_answer(asked(RECEIVE, refused, next_one)).status == 4160


def test_an_accepted_order_cannot_become_created() -> None:
    told = last_answer(asked(RECEIVE, again("second", wished_status="created")))
    assert (told.new_status, told.success, told.status) == ("ordered", False, 4199)
