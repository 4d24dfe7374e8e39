from __future__ import annotations

from dataclasses import replace

from aanspraak.domain.entitlement.commands import (
    RecordRequestRejected,
    RecordRequestTaken,
    SendAgain,
)
from aanspraak.domain.entitlement.events import LinkRequested, RegistryRequested
from tests.domain.entitlements import (
    CREATE,
    ENTITLED,
    EVENING,
    REQUEST_LINKS,
    portal_says,
    registry_says,
)
from tests.spec import asked, given

TO_REGISTRY = SendAgain(partner=CREATE.registry, now=EVENING)
TO_PORTAL = SendAgain(partner="portal-a", now=EVENING)
REFUSED = registry_says(receive_id="no", success=False, status=4099, new_entitlement_status=None)
LINK_REFUSED = portal_says("portal-a", receive_id="no", success=False, status=4099, url_status=None)
REJECTED = RecordRequestRejected(partner=CREATE.registry, number=1, http_status=400, status=11)


def test_what_the_registry_refused_or_rejected_is_a_new_message() -> None:
    for failure in (REFUSED, REJECTED):
        (request,) = given(*asked(CREATE, failure)).when(TO_REGISTRY).facts()
        assert isinstance(request, RegistryRequested)
        assert (request.number, request.entitlement_status) == (2, "created")


def test_what_is_on_its_way_or_went_well_is_not_sent_again() -> None:
    given(*asked(CREATE)).when(TO_REGISTRY).nothing_happens()
    given(*asked(CREATE, ENTITLED)).when(TO_REGISTRY).nothing_happens()
    given(*asked(CREATE, REFUSED, TO_REGISTRY)).when(TO_REGISTRY).nothing_happens()
    given(*asked(CREATE)).when(TO_PORTAL).nothing_happens()


def test_a_link_that_was_refused_is_asked_for_again() -> None:
    history = asked(CREATE, ENTITLED, REQUEST_LINKS, LINK_REFUSED)
    (request,) = given(*history).when(TO_PORTAL).facts()
    assert isinstance(request, LinkRequested)
    assert (request.portal, request.number, request.url_status) == ("portal-a", 2, "initialized")
    given(*history).when(replace(TO_PORTAL, partner="portal-b")).nothing_happens()


def test_so_is_one_that_was_lost() -> None:
    placed = portal_says("portal-a")
    lost = portal_says(
        "portal-a", receive_id="lost", processed_timestamp=EVENING, url_status="expired"
    )
    given(*asked(CREATE, ENTITLED, REQUEST_LINKS, placed)).when(TO_PORTAL).nothing_happens()
    given(*asked(CREATE, ENTITLED, REQUEST_LINKS, placed, lost)).when(TO_PORTAL).then_kinds(
        LinkRequested
    )


def test_a_portal_may_be_told_anyway_of_a_link_that_it_took() -> None:
    taken = RecordRequestTaken(partner="portal-a", number=1)
    anyway = replace(TO_PORTAL, anyway=True)
    on_its_way = asked(CREATE, ENTITLED, REQUEST_LINKS)
    given(*on_its_way).when(anyway).nothing_happens()
    (request,) = given(*asked(CREATE, ENTITLED, REQUEST_LINKS, taken)).when(anyway).facts()
    assert isinstance(request, LinkRequested)
    assert (request.number, request.lane, request.url_status) == (2, "refresh", "initialized")
    placed = asked(CREATE, ENTITLED, REQUEST_LINKS, taken, portal_says("portal-a"))
    given(*placed).when(anyway).then_kinds(LinkRequested)
    given(*placed).when(TO_PORTAL).nothing_happens()


def test_a_registry_is_not_told_again_of_what_went_well() -> None:
    taken = RecordRequestTaken(partner=CREATE.registry, number=1)
    anyway = replace(TO_REGISTRY, anyway=True)
    given(*asked(CREATE, taken)).when(anyway).nothing_happens()
    given(*asked(CREATE, taken, ENTITLED)).when(anyway).nothing_happens()
