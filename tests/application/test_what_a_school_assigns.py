"""What a school assigns itself has its outcome when the portal took it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from aanspraak.application.delivery_progress import EntitlementProgress, advance
from aanspraak.domain.entitlement.events import LinkPlaced, LinkRefused, RequestTaken

PORTAL = "portal-1"
AT = datetime(2026, 8, 1, 9, tzinfo=UTC)
READY = EntitlementProgress(
    order=UUID(int=1),
    registry="registry-1",
    subject_id=UUID(int=2),
    turn=1,
    by_school=True,
    entitled=True,
    links={PORTAL: ""},
)
TAKEN = RequestTaken(partner=PORTAL, number=1)
PLACED = LinkPlaced(
    portal=PORTAL, reference_id=UUID(int=3), receive_id="placed", processed_timestamp=AT
)
REFUSED = LinkRefused(
    portal=PORTAL,
    asked="initialized",
    reference_id=UUID(int=3),
    receive_id="refused",
    processed_timestamp=AT,
    status=4099,
    status_message_id=None,
)


def test_the_portal_took_it_so_it_is_delivered() -> None:
    assert not READY.settled
    assert advance(READY, TAKEN).delivered


def test_what_the_registry_took_is_no_outcome() -> None:
    assert not advance(READY, RequestTaken(partner="registry-1", number=1)).settled


@pytest.mark.parametrize("answer", [PLACED, REFUSED], ids=["placed", "refused"])
def test_what_the_portal_says_after_that_counts(answer: object) -> None:
    said = advance(advance(READY, TAKEN), answer)
    assert (said.settled, said.delivered) == (True, answer is PLACED)


def test_a_message_taken_again_reopens_nothing() -> None:
    placed = advance(advance(READY, TAKEN), PLACED)
    assert advance(placed, TAKEN) == placed
