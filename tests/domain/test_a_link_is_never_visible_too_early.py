from __future__ import annotations

from datetime import date

import pytest

from aanspraak.domain.entitlement.commands import RequestLinks
from aanspraak.domain.entitlement.events import LinkRequested
from tests.domain.entitlements import (
    ACTIVATE,
    CREATE,
    ENTITLED,
    NOON,
    REQUEST_LINKS,
    create,
    reference,
    registry_says,
)
from tests.spec import asked, given


def link_requested(portal: str, status: str) -> LinkRequested:
    return LinkRequested(
        portal=portal,
        number=1,
        lane="prompt",
        reference_id=reference(portal),
        url_status="initialized",
        entitlement_status=status,
        expiration_date=date(2027, 7, 31),
        end_date=None,
        date_last_modified=NOON,
    )


@pytest.mark.parametrize(
    "said",
    [
        (),
        (registry_says(success=False, status=4099),),
        (registry_says(new_entitlement_status="licensed"),),
    ],
    ids=["nothing said", "refused", "something odd said"],
)
def test_no_link_is_asked_for_before_the_registry_has_it_ready(said: tuple[object, ...]) -> None:
    given(*asked(CREATE, *said)).when(REQUEST_LINKS).nothing_happens()


def test_ready_it_is_asked_for_at_every_portal() -> None:
    given(*asked(CREATE, ENTITLED)).when(REQUEST_LINKS).then(
        link_requested("portal-a", "entitled"), link_requested("portal-b", "entitled")
    )


def test_in_use_before_it_was_ready_it_is_asked_for_at_once() -> None:
    given(*asked(CREATE, ACTIVATE)).when(REQUEST_LINKS).then(
        link_requested("portal-a", "licensed"), link_requested("portal-b", "licensed")
    )


def test_it_is_asked_for_once() -> None:
    given(*asked(CREATE, ENTITLED, REQUEST_LINKS)).when(REQUEST_LINKS).nothing_happens()


def test_a_portal_named_twice_is_asked_once() -> None:
    twice = RequestLinks(portals=("portal-a", "portal-a"), now=NOON)
    given(*asked(CREATE, ENTITLED)).when(twice).then(link_requested("portal-a", "entitled"))


def test_a_portal_that_comes_later_is_asked_alone() -> None:
    first = RequestLinks(portals=("portal-a",), now=NOON)
    given(*asked(CREATE, ENTITLED, first)).when(REQUEST_LINKS).then(
        link_requested("portal-b", "entitled")
    )


def test_without_a_portal_there_is_nothing_to_ask() -> None:
    nowhere = RequestLinks(portals=(), now=NOON)
    given(*asked(CREATE, ENTITLED)).when(nowhere).nothing_happens()


def test_the_links_of_a_large_order_go_in_its_lane() -> None:
    history = asked(create(lane="bulk"), ENTITLED, REQUEST_LINKS)
    lanes = [fact.lane for fact in history if isinstance(fact, LinkRequested)]
    assert lanes == ["bulk", "bulk"]
