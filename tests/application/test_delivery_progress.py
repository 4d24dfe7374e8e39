"""What a lost link does to the count of a delivery: less than it does to what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from aanspraak.application.delivery_progress import EntitlementProgress, OrderProgress, advance
from aanspraak.domain.entitlement.events import (
    LinkLost,
    LinkPlaced,
    RequestDropped,
    RequestGivenUp,
    RequestRejected,
)

ORDER = UUID(int=1)
PORTAL = "portal-1"
AT = datetime(2026, 8, 1, 9, tzinfo=UTC)
READY = EntitlementProgress(
    order=ORDER,
    registry="registry-1",
    subject_id=UUID(int=3),
    turn=1,
    entitled=True,
    links={PORTAL: ""},
)
PLACED = LinkPlaced(
    portal=PORTAL, reference_id=UUID(int=2), receive_id="placed", processed_timestamp=AT
)
LOST = LinkLost(
    portal=PORTAL,
    url_status="expired",
    reference_id=UUID(int=2),
    receive_id="lost",
    processed_timestamp=AT,
)


def test_a_link_lost_before_it_was_ever_placed_is_an_outcome_and_no_delivery() -> None:
    lost = advance(READY, LOST)
    assert (lost.settled, lost.delivered) == (True, False)


def test_a_link_lost_after_it_was_placed_does_not_reopen_the_delivery() -> None:
    placed = advance(READY, PLACED)
    order = OrderProgress(expected=1, created=1).moved(READY, placed)
    assert order.complete
    assert order.moved(placed, advance(placed, LOST)) == order


def test_a_link_lost_and_placed_after_all_is_a_delivery() -> None:
    assert advance(advance(READY, LOST), PLACED).delivered


def test_what_is_not_sent_for_want_of_consent_is_an_outcome_and_delivered() -> None:
    withheld = advance(READY, RequestDropped(partner=PORTAL, number=1, reason="no-consent"))
    assert (withheld.settled, withheld.delivered) == (True, True)


def test_a_portal_that_cannot_be_reached_is_no_outcome() -> None:
    given_up = advance(READY, RequestGivenUp(partner=PORTAL, number=1, attempts=5))
    assert (given_up.settled, given_up.delivered) == (False, False)


def test_a_registry_that_does_not_block_or_cancel_it_may_set_it_ready_all_the_same() -> None:
    asked = replace(READY, entitled=False)
    for number in (2, 3):
        rejected = RequestRejected(
            partner="registry-1", number=number, http_status=409, status=None
        )
        assert advance(asked, rejected) == asked
    first = RequestRejected(partner="registry-1", number=1, http_status=409, status=None)
    assert advance(asked, first).settled
