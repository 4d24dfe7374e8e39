from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from aanspraak.domain.entitlement.commands import TellPortals
from aanspraak.domain.entitlement.events import LinkRequested
from tests.domain.entitlements import (
    ACTIVATE,
    BLOCK,
    CANCEL,
    CREATE,
    ENTITLED,
    EVENING,
    REQUEST_LINKS,
    blocked,
    cancelled,
)
from tests.spec import asked, given

TELL = TellPortals(portals=("portal-a",), now=EVENING + timedelta(days=1))
READY = asked(CREATE, ENTITLED)


def told(*history: object) -> list[tuple[str, str, int]]:
    facts = given(*history).when(TELL).facts()
    links = [fact for fact in facts if isinstance(fact, LinkRequested)]
    assert len(links) == len(facts)
    return [(link.url_status, link.lane, link.number) for link in links]


def test_a_link_that_was_never_asked_for_is_asked_behind_everything_else() -> None:
    assert told(*READY) == [("initialized", "refresh", 1)]


def test_nothing_is_asked_before_the_registry_has_it_ready() -> None:
    assert told(*asked(CREATE)) == []
    assert told(*asked(CREATE, ACTIVATE)) == [("initialized", "refresh", 1)]


def test_what_was_asked_before_is_asked_again() -> None:
    earlier = replace(TELL, now=EVENING)
    assert told(*asked(CREATE, ENTITLED, earlier)) == [("initialized", "refresh", 2)]


def test_what_was_asked_since_is_not() -> None:
    given(*asked(CREATE, ENTITLED, TELL)).when(TELL).nothing_happens()
    later = replace(TELL, now=TELL.now + timedelta(days=1))
    given(*asked(CREATE, ENTITLED, later)).when(TELL).nothing_happens()


def test_what_ended_or_is_blocked_meanwhile_is_told_where_a_link_was_asked_for() -> None:
    linked = (CREATE, ENTITLED, REQUEST_LINKS)
    assert told(*asked(*linked, CANCEL, cancelled())) == [("cancelled", "prompt", 2)]
    assert told(*asked(CREATE, ENTITLED, CANCEL, cancelled())) == []
    assert told(*asked(*linked, BLOCK, blocked())) == [("blocked", "prompt", 3)]
    assert told(*asked(CREATE, ENTITLED, BLOCK, blocked())) == []
