from __future__ import annotations

from datetime import date

import pytest

from aanspraak.domain.entitlement.commands import RequestLinks
from aanspraak.domain.entitlement.events import LinkRefused, LinkRequested
from tests.domain.entitlements import (
    ACTIVATE,
    CREATE,
    ENTITLED,
    EVENING,
    NOON,
    REQUEST_LINKS,
    activate,
    create,
    portal_says,
    reference,
)
from tests.spec import asked, given

REFRESH = RequestLinks(portals=("portal-a",), now=EVENING)
NEXT_YEAR = activate(expiration_date=date(2028, 7, 31))
PLACED = (CREATE, ENTITLED, REQUEST_LINKS, portal_says("portal-a"))


def refresh(number: int, expiration_date: date) -> LinkRequested:
    return LinkRequested(
        portal="portal-a",
        number=number,
        lane="refresh",
        reference_id=reference("portal-a", number),
        url_status="initialized",
        entitlement_status="licensed",
        expiration_date=expiration_date,
        end_date=None,
        date_last_modified=EVENING,
    )


def test_a_later_end_is_told_again_behind_what_people_wait_for() -> None:
    given(*asked(*PLACED, NEXT_YEAR)).when(REFRESH).then(refresh(2, date(2028, 7, 31)))


@pytest.mark.parametrize("end", [date(2027, 7, 31), date(2027, 1, 1)], ids=["same", "earlier"])
def test_an_end_that_did_not_move_is_not_told_again(end: date) -> None:
    history = asked(*PLACED, activate(expiration_date=end))
    given(*history).when(REFRESH).nothing_happens()


def test_becoming_licensed_alone_is_not_told() -> None:
    given(*asked(*PLACED, ACTIVATE)).when(REFRESH).nothing_happens()


def test_the_first_end_is_told_where_there_was_none_before() -> None:
    no_promise = (create(expiration_date=None), *PLACED[1:], ACTIVATE)
    given(*asked(*no_promise)).when(REFRESH).then(refresh(2, date(2027, 7, 31)))


def test_it_is_told_once() -> None:
    given(*asked(*PLACED, NEXT_YEAR, REFRESH)).when(REFRESH).nothing_happens()


def test_every_later_end_is_told() -> None:
    even_later = activate(expiration_date=date(2029, 7, 31))
    history = asked(*PLACED, NEXT_YEAR, REFRESH, even_later)
    given(*history).when(REFRESH).then(refresh(3, date(2029, 7, 31)))


def test_a_refused_refresh_is_no_lost_link_and_is_not_asked_again() -> None:
    history = asked(*PLACED, NEXT_YEAR, REFRESH)
    refusal = portal_says("portal-a", 2, success=False, status=4099, url_status=None)
    refused = given(*history).when(refusal).facts()
    assert [type(fact) for fact in refused] == [LinkRefused]
    given(*history, *refused).when(REFRESH).nothing_happens()


def test_a_late_repeat_about_the_first_link_says_nothing_about_the_refresh() -> None:
    history = asked(*PLACED, NEXT_YEAR, REFRESH)
    given(*history).when(portal_says("portal-a", 1)).nothing_happens()


def test_a_lost_link_is_not_asked_for_by_itself() -> None:
    lost = portal_says(
        "portal-a", receive_id="lost", processed_timestamp=EVENING, url_status="expired"
    )
    given(*asked(*PLACED, lost)).when(REFRESH).nothing_happens()


def test_a_portal_that_was_never_asked_is_asked_in_the_lane_of_its_order() -> None:
    only_a = RequestLinks(portals=("portal-a",), now=NOON)
    history = asked(CREATE, ENTITLED, only_a, NEXT_YEAR)
    facts = given(*history).when(RequestLinks(portals=("portal-a", "portal-b"), now=EVENING))
    lanes = [(fact.portal, fact.lane) for fact in facts.facts() if isinstance(fact, LinkRequested)]
    assert lanes == [("portal-a", "refresh"), ("portal-b", "prompt")]
