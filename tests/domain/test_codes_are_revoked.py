from __future__ import annotations

from aanspraak.domain.code_stock.events import (
    CodeRevocationRefused,
    CodeRevocationRequested,
    CodeRevoked,
)
from aanspraak.domain.errors import CodesNotOffered, NotYours, UnknownReference
from tests.domain.codes import ORDER, REQUEST, TAKE, code, revoke, revoked, sent
from tests.spec import asked, given

STOCKED = asked(REQUEST, sent(1, 2, 3))


def test_each_code_once_and_whether_it_was_in_stock_is_told() -> None:
    facts = given(*STOCKED).when(revoke(2, 9, 2)).facts()
    asked_for = [each for each in facts if isinstance(each, CodeRevocationRequested)]
    assert [(each.subject_id, each.in_stock) for each in asked_for] == [
        (code(2), True),
        (code(9), False),
    ]
    assert [(each.number, each.follows) for each in asked_for] == [(2, 1), (3, 2)]
    given(*STOCKED, *facts).when(revoke(2, 9)).nothing_happens()


def test_the_codes_of_a_cancelled_order_are_revoked_and_stay_out_of_stock() -> None:
    history = asked(REQUEST, sent(1, 2, 3), TAKE, revoke(1, 2, order=ORDER))
    given(*history).when(revoked(1, 2)).then_kinds(CodeRevoked)
    given(*history).when(revoke(1, 2, order=ORDER)).nothing_happens()


def test_without_the_publishers_word_an_operator_is_refused_and_an_order_leaves_it() -> None:
    given(*STOCKED).when(revoke(1, offered=False)).refused(CodesNotOffered)
    given(*STOCKED).when(revoke(1, order=ORDER, offered=False)).nothing_happens()


def test_a_refusal_leaves_the_code_where_it_is() -> None:
    history = asked(REQUEST, sent(1, 2, 3), revoke(1))
    refusal = revoked(1, 2, success=False, status=4042)
    given(*history).when(refusal).then_kinds(CodeRevocationRefused)
    given(*asked(REQUEST, sent(1, 2, 3), revoke(1), refusal)).when(revoked(1, 2)).nothing_happens()


def test_a_confirmation_about_another_code_is_about_nothing_that_was_asked() -> None:
    history = asked(revoke(1))
    given(*history).when(revoked(2, 1)).refused(UnknownReference)
    given(*history).when(revoked(1, 1, subject_id=None)).refused(UnknownReference)
    given(*history).when(revoked(1, 1, partner="another")).refused(NotYours)
    given(*asked(REQUEST)).when(revoked(1, 1)).refused(UnknownReference)
