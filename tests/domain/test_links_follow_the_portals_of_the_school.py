"""An entitlement goes where its school has its portals, and tells only who has to know."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aanspraak.domain import lanes
from aanspraak.domain.entitlement.commands import ChangePortals, RequestLinks, TellPortals
from aanspraak.domain.entitlement.events import LinkRequested, PortalsChanged, RegistryRequested
from tests.domain.entitlements import (
    ACTIVATE,
    BLOCK,
    CANCEL,
    CREATE,
    ENTITLED,
    EVENING,
    REQUEST_LINKS,
    UNBLOCK,
    blocked,
    cancelled,
    portal_says,
    taken,
)
from tests.spec import asked, given

READY = (CREATE, ENTITLED, REQUEST_LINKS)
NEW_LINKS = RequestLinks(portals=("portal-b", "portal-c"), now=EVENING)
NEXT_YEAR = datetime(2028, 9, 1, tzinfo=UTC)


def moves_to(*portals: str, now: datetime = EVENING) -> ChangePortals:
    return ChangePortals(portals=portals, now=now)


MOVED = moves_to("portal-b", "portal-c")
"""Away from portal-a, to portal-c."""


def told(facts: tuple[object, ...]) -> list[tuple[str, str, str]]:
    """What portals are asked: the portal, the urlStatus and the lane."""
    return [
        (fact.portal, fact.url_status, fact.lane)
        for fact in facts
        if isinstance(fact, LinkRequested)
    ]


TO_C = ("portal-c", "initialized", lanes.REFRESH)
FROM_A = ("portal-a", "cancelled", lanes.PROMPT)


def test_the_new_portal_is_asked_in_the_third_lane_and_then_the_old_one() -> None:
    facts = given(*asked(*READY)).when(MOVED).facts()
    assert facts[0] == PortalsChanged(portals=("portal-b", "portal-c"))
    assert told(facts) == [TO_C, FROM_A]


def test_a_link_tells_what_it_is_about_as_it_is() -> None:
    _, to_c, from_a = given(*asked(*READY, ACTIVATE)).when(MOVED).facts()
    assert isinstance(to_c, LinkRequested)
    assert isinstance(from_a, LinkRequested)
    assert (to_c.entitlement_status, to_c.end_date) == ("licensed", None)
    assert (from_a.entitlement_status, from_a.end_date) == ("licensed", EVENING.date())


def test_what_goes_there_already_hears_nothing() -> None:
    given(*asked(*READY)).when(moves_to("portal-b", "portal-a")).nothing_happens()
    given(*asked(*READY, MOVED)).when(MOVED).nothing_happens()


def test_what_is_not_ready_asks_at_its_new_portals_once_it_is() -> None:
    history = asked(CREATE, MOVED, ENTITLED)
    assert told(history) == []
    facts = given(*history).when(NEW_LINKS).facts()
    assert told(facts) == [("portal-b", "initialized", "prompt"), TO_C]


def test_a_link_that_was_asked_for_before_the_change_is_not_asked_for_after_it() -> None:
    facts = given(*asked(CREATE, MOVED, ENTITLED)).when(REQUEST_LINKS).facts()
    assert [portal for portal, _, _ in told(facts)] == ["portal-b"]


def test_what_is_blocked_asks_at_its_new_portals_when_it_is_no_longer() -> None:
    history = asked(*READY, BLOCK, blocked(), MOVED)
    assert told(history)[-1] == FROM_A
    free = asked(*READY, BLOCK, blocked(), MOVED, UNBLOCK, taken("publisher", 3))
    facts = given(*free).when(NEW_LINKS).facts()
    assert [portal for portal, _, _ in told(facts)] == ["portal-b", "portal-c"]


def test_what_is_being_cancelled_gets_no_link_and_leaves_the_old_portal() -> None:
    facts = given(*asked(*READY, CANCEL)).when(MOVED).facts()
    assert told(facts) == [FROM_A]


def test_what_is_cancelled_takes_away_what_stands_at_the_old_portal() -> None:
    """When its order is cancelled links wait for the others; who leaves a portal does not."""
    facts = given(*asked(*READY, CANCEL, cancelled())).when(MOVED).facts()
    assert told(facts) == [FROM_A]


@pytest.mark.parametrize("used", [(), (ACTIVATE,)])
def test_of_what_has_ended_nobody_is_told(used: tuple[object, ...]) -> None:
    later = moves_to("portal-c", now=NEXT_YEAR)
    history = asked(*READY, *used)
    given(*history).when(later).then(PortalsChanged(portals=("portal-c",)))


def test_the_registry_hears_where_it_goes_with_the_next_message() -> None:
    facts = given(*asked(*READY, MOVED)).when(BLOCK).facts()
    (to_registry,) = [fact for fact in facts if isinstance(fact, RegistryRequested)]
    assert to_registry.portals == ("portal-b", "portal-c")


def test_who_comes_back_is_asked_again_behind_everything_else() -> None:
    history = asked(*READY, MOVED)
    facts = given(*history).when(moves_to("portal-a", "portal-b")).facts()
    assert told(facts) == [
        ("portal-a", "initialized", lanes.REFRESH),
        ("portal-c", "cancelled", lanes.PROMPT),
    ]


def test_a_portal_that_was_left_without_consent_hears_it_once_there_is() -> None:
    """The request to take the link away may have been dropped."""
    again = TellPortals(portals=("portal-a",), now=NEXT_YEAR)
    history = asked(*READY, portal_says("portal-a"), MOVED)
    assert told(given(*history).when(again).facts()) == [FROM_A]
