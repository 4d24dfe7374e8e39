from __future__ import annotations

from dataclasses import replace

import pytest

from aanspraak.domain import ids
from aanspraak.domain.code_stock.commands import (
    RecordCodeMessageDropped,
    RecordCodeMessageGivenUp,
    RecordCodeMessageRejected,
    RecordCodeMessageTaken,
)
from aanspraak.domain.code_stock.events import (
    CodeMessageGivenUp,
    CodeMessageRejected,
    CodeMessageTaken,
    CodesReceived,
    CodesRequested,
    CodesRequestRefused,
)
from aanspraak.domain.errors import (
    CodesNotOffered,
    NotYours,
    QuantityNotAllowed,
    RequestIdReused,
    UnknownReference,
)
from tests.domain.codes import AT, PRODUCT, PUBLISHER, REQUEST, code, revoke, sent
from tests.spec import asked, given

AGAIN = replace(REQUEST, request_id="september")


def test_only_when_its_publisher_agreed() -> None:
    given().when(replace(REQUEST, offered=False)).refused(CodesNotOffered)


def test_a_request_is_a_message_whose_reference_id_tells_the_stock() -> None:
    (requested,) = asked(REQUEST)
    assert isinstance(requested, CodesRequested)
    assert ids.code_request_of(requested.reference_id) == (ids.code_stock_stream(PRODUCT), 1)
    assert ids.code_request_of("what is this") is None


def test_the_same_request_is_sent_once_and_the_next_follows_it() -> None:
    given(*asked(REQUEST)).when(REQUEST).nothing_happens()
    given(*asked(REQUEST)).when(replace(REQUEST, quantity=4)).refused(RequestIdReused)
    second = asked(REQUEST, AGAIN)[-1]
    assert isinstance(second, CodesRequested)
    assert (second.number, second.follows) == (2, 1)


def test_another_registry_has_numbers_that_follow_its_own() -> None:
    moved = asked(REQUEST, replace(AGAIN, registry="new-publisher"))[-1]
    assert isinstance(moved, CodesRequested)
    assert (moved.number, moved.follows) == (2, 0)


@pytest.mark.parametrize("quantity", [-1, 0, 10_001])
def test_nobody_asks_for_nothing_or_for_endlessly_many(quantity: int) -> None:
    given().when(replace(REQUEST, quantity=quantity)).refused(QuantityNotAllowed, "1 to 10000")


def test_codes_that_were_never_had_come_into_stock() -> None:
    given(*asked(REQUEST)).when(sent(1, 2, 2)).then(
        CodesReceived(
            registry=PUBLISHER,
            number=1,
            receive_id="receipt-1",
            processed_timestamp=AT,
            subject_ids=(code(1), code(2)),
            user_reference_ids=(code(101), code(102)),
            short=1,
        )
    )
    (*_, twice) = asked(REQUEST, sent(1, 2, 3), AGAIN, sent(3, 4, 5, 6, number=2))
    assert isinstance(twice, CodesReceived)
    assert (twice.subject_ids, twice.short) == ((code(4), code(5), code(6)), 0)


def test_a_revoked_code_never_comes_into_stock() -> None:
    received = asked(revoke(1), REQUEST, sent(1, 2, 3, number=2))[-1]
    assert isinstance(received, CodesReceived)
    assert received.subject_ids == (code(2), code(3))


def test_a_confirmation_counts_once() -> None:
    history = asked(REQUEST, sent(1, 2, 3))
    given(*history).when(sent(1, 2, 3)).nothing_happens()
    given(*history).when(sent(7, 8, 9, receive_id="another")).nothing_happens()


def test_a_refusal_is_a_fact() -> None:
    refusal = sent(success=False, status=4020)
    given(*asked(REQUEST)).when(refusal).then_kinds(CodesRequestRefused)
    given(*asked(REQUEST, refusal)).when(refusal).nothing_happens()


def test_a_confirmation_counts_only_from_whom_was_asked() -> None:
    given(*asked(REQUEST)).when(sent(1, partner="another")).refused(NotYours)
    given(*asked(REQUEST)).when(sent(1, number=2)).refused(UnknownReference)
    given(*asked(revoke(1))).when(sent(1)).refused(UnknownReference)


def test_the_first_outcome_of_a_message_counts_and_giving_up_is_none() -> None:
    given_up = RecordCodeMessageGivenUp(number=1, attempts=5)
    rejected = RecordCodeMessageRejected(number=1, http_status=400, status=11)
    taken = RecordCodeMessageTaken(number=1)
    given(*asked(REQUEST)).when(given_up).then_kinds(CodeMessageGivenUp)
    given(*asked(REQUEST, given_up)).when(given_up).nothing_happens()
    given(*asked(REQUEST, given_up)).when(taken).then_kinds(CodeMessageTaken)
    given(*asked(REQUEST)).when(rejected).then_kinds(CodeMessageRejected)
    given(*asked(REQUEST, taken)).when(rejected).nothing_happens()
    dropped = RecordCodeMessageDropped(number=9, reason="forgotten")
    given(*asked(REQUEST)).when(dropped).refused(UnknownReference)
