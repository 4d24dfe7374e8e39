from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from aanspraak.domain.entitlement.commands import RequestLinks
from aanspraak.domain.entitlement.events import (
    LinkLost,
    LinkPlaced,
    LinkRefused,
    UnexpectedConfirmationReceived,
)
from aanspraak.domain.errors import NotYours, UnknownReference
from tests.domain.entitlements import (
    CREATE,
    ENTITLED,
    EVENING,
    MORNING,
    NOON,
    REQUEST_LINKS,
    create,
    portal_says,
    reference,
)
from tests.spec import asked, given

ASKED = asked(CREATE, ENTITLED, REQUEST_LINKS)
PLACED_A = portal_says("portal-a")
REFUSED_A = portal_says("portal-a", receive_id="no", success=False, status=4099, url_status=None)
LOST_A = portal_says(
    "portal-a", receive_id="lost", processed_timestamp=EVENING, url_status="expired"
)


def placed(portal: str) -> LinkPlaced:
    return LinkPlaced(
        portal=portal,
        reference_id=reference(portal),
        receive_id=f"from-{portal}-1",
        processed_timestamp=NOON,
    )


@pytest.mark.parametrize("portal", ["portal-a", "portal-b"])
def test_that_the_link_is_placed(portal: str) -> None:
    given(*ASKED).when(portal_says(portal)).then(placed(portal))


def test_success_without_a_status_confirms_what_was_asked() -> None:
    bare = portal_says("portal-a", url_status=None, portal=None)
    given(*ASKED).when(bare).then(placed("portal-a"))


def test_in_any_order() -> None:
    history = (*ASKED, placed("portal-b"))
    given(*history).when(PLACED_A).then(placed("portal-a"))


@pytest.mark.parametrize("receive_id", ["from-portal-a-1", "other"])
def test_once(receive_id: str) -> None:
    again = portal_says("portal-a", receive_id=receive_id)
    given(*ASKED, placed("portal-a")).when(again).nothing_happens()


def test_that_it_will_not_do_it() -> None:
    given(*ASKED).when(REFUSED_A).then(
        LinkRefused(
            portal="portal-a",
            asked="initialized",
            reference_id=reference("portal-a"),
            receive_id="no",
            processed_timestamp=NOON,
            status=4099,
            status_message_id=None,
        )
    )


def test_a_refusal_mended_later_is_placed_after_all() -> None:
    given(*ASKED, *given(*ASKED).when(REFUSED_A).facts()).when(PLACED_A).then(placed("portal-a"))


def test_a_refusal_of_what_it_placed_is_kept_but_takes_no_link_away() -> None:
    given(*ASKED, placed("portal-a")).when(REFUSED_A).then_kinds(UnexpectedConfirmationReceived)


@pytest.mark.parametrize("url_status", ["expired", "cancelled", "blocked"])
@pytest.mark.parametrize("before", [(), (placed("portal-a"),)], ids=["asked", "placed"])
def test_that_the_link_is_gone(url_status: str, before: tuple[object, ...]) -> None:
    gone = portal_says(
        "portal-a", receive_id="lost", processed_timestamp=EVENING, url_status=url_status
    )
    given(*ASKED, *before).when(gone).then(
        LinkLost(
            portal="portal-a",
            url_status=url_status,
            reference_id=reference("portal-a"),
            receive_id="lost",
            processed_timestamp=EVENING,
        )
    )


def test_that_the_link_is_gone_once() -> None:
    history = asked(CREATE, ENTITLED, REQUEST_LINKS, PLACED_A, LOST_A)
    given(*history).when(LOST_A).nothing_happens()


def test_that_a_lost_link_is_back() -> None:
    back = portal_says("portal-a", receive_id="back", processed_timestamp=EVENING)
    history = asked(CREATE, ENTITLED, REQUEST_LINKS, PLACED_A, LOST_A)
    given(*history).when(back).then_kinds(LinkPlaced)


def test_a_link_placed_before_it_was_lost_stays_lost_whichever_comes_first() -> None:
    given(*asked(CREATE, ENTITLED, REQUEST_LINKS, LOST_A)).when(PLACED_A).nothing_happens()


def test_a_loss_from_before_it_was_placed_is_kept_once_and_it_stays_placed() -> None:
    earlier = portal_says(
        "portal-a", receive_id="lost", processed_timestamp=MORNING, url_status="expired"
    )
    (kept,) = given(*ASKED, placed("portal-a")).when(earlier).facts()
    assert isinstance(kept, UnexpectedConfirmationReceived)
    assert kept.reported_status == "expired"
    given(*ASKED, placed("portal-a"), kept).when(earlier).nothing_happens()
    given(*ASKED, placed("portal-a"), kept).when(PLACED_A).nothing_happens()


def test_something_else_than_was_asked_is_kept_but_is_no_outcome() -> None:
    odd = portal_says("portal-a", receive_id="odd", url_status="initialized")
    kept = given(*ASKED).when(odd).facts()
    assert kept == (
        UnexpectedConfirmationReceived(
            partner="portal-a",
            reference_id=reference("portal-a"),
            receive_id="odd",
            processed_timestamp=NOON,
            success=True,
            status=0,
            status_message_id=None,
            reported_status="initialized",
        ),
    )
    given(*ASKED, *kept).when(PLACED_A).then(placed("portal-a"))


def test_only_what_it_was_asked() -> None:
    unknown = portal_says("portal-a", reference_id=uuid4())
    given(*ASKED).when(unknown).refused(UnknownReference)


@pytest.mark.parametrize("stranger", ["portal-b", "publisher", "portal-c"])
def test_only_if_it_is_the_one_that_was_asked(stranger: str) -> None:
    given(*ASKED).when(portal_says("portal-a", partner=stranger)).refused(NotYours)


def test_only_its_own_link() -> None:
    given(*ASKED).when(portal_says("portal-a", portal="portal-b")).refused(NotYours)


def test_nothing_before_it_was_asked() -> None:
    given(*asked(CREATE, ENTITLED)).when(PLACED_A).refused(UnknownReference)


def test_a_party_that_is_registry_and_portal_confirms_each_by_its_own_reference() -> None:
    ready = replace(ENTITLED, partner="both", reference_id=reference("both", 1))
    history = asked(
        create(registry="both", portals=("both",)),
        ready,
        RequestLinks(portals=("both",), now=NOON),
    )
    given(*history).when(portal_says("both", 2)).then_kinds(LinkPlaced)
