"""Which facts take the cause of an incident away, and whose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from aanspraak.application.concerns import concerns_of_entitlement, concerns_of_order
from aanspraak.application.delivery_progress import EntitlementProgress, advance
from aanspraak.application.mending import MENDS, Mended, mended
from aanspraak.domain.entitlement.events import (
    EntitlementEntitled,
    LinkLost,
    LinkPlaced,
    LinkRefused,
    LinkRequested,
    RequestTaken,
)
from aanspraak.domain.entitlement.withdrawal_events import EntitlementCancelled
from projections.incident_kinds import KINDS
from projections.kind_of_incident import ITSELF
from tests.domain.orders import RECEIVE, receive
from tests.spec import given

AT = datetime(2026, 8, 1, 9, tzinfo=UTC)
PLACED = LinkPlaced(
    portal="portaal", reference_id=UUID(int=2), receive_id="1", processed_timestamp=AT
)
REFUSED = LinkRefused(
    portal="portaal",
    asked="initialized",
    reference_id=UUID(int=2),
    receive_id="2",
    processed_timestamp=AT,
    status=4099,
    status_message_id=None,
)
LOST = LinkLost(
    portal="portaal",
    url_status="expired",
    reference_id=UUID(int=2),
    receive_id="3",
    processed_timestamp=AT,
)
READY = EntitlementProgress(
    order=UUID(int=1),
    registry="uitgever",
    subject_id=UUID(int=3),
    turn=1,
    entitled=True,
    links={"portaal": ""},
)


def test_a_link_that_is_placed_mends_what_its_portal_refused_or_lost() -> None:
    gone = mended(PLACED)
    assert gone is not None
    assert gone.party == "portaal"
    assert {"link-refused", "refresh-refused", "link-expired", "request-given-up"} <= gone.kinds
    assert "registry-refused" not in gone.kinds


def test_that_it_is_ready_mends_what_its_registry_refused() -> None:
    ready = EntitlementEntitled(reference_id=UUID(int=2), receive_id="4", processed_timestamp=AT)
    gone = mended(ready, registry="uitgever")
    assert gone is not None
    assert (gone.party, "registry-refused" in gone.kinds) == ("uitgever", True)


def test_a_message_that_is_taken_mends_that_one_was_not() -> None:
    taken = RequestTaken(partner="portaal", number=2)
    assert mended(taken) == Mended(frozenset({"request-given-up", "request-rejected"}), "portaal")


def test_an_order_that_is_received_mends_that_its_shop_was_refused_it_before() -> None:
    (received,) = given().when(RECEIVE).facts()
    assert mended(received) == Mended(frozenset({"order-refused"}), RECEIVE.shop)


def test_a_request_of_the_shop_that_is_refused_is_looked_at_under_its_own_code() -> None:
    refused, _ = given().when(receive(product=None)).facts()
    (concern,) = concerns_of_order(refused)
    assert (concern.party, concern.kind, concern.code) == ("bookshop", "order-refused", 4111)


def test_nobody_waits_for_what_is_cancelled_whoever_refused_it() -> None:
    cancelled = EntitlementCancelled(
        cancel_id="c",
        cause="order",
        end_date=date(2026, 8, 1),
        in_use=False,
        reference_id=None,
        receive_id=None,
        processed_timestamp=None,
    )
    gone = mended(cancelled)
    assert gone is not None
    assert (gone.party, {"registry-refused", "link-refused"} <= gone.kinds) == (None, True)
    assert "cancelled-while-in-use" not in gone.kinds


def test_that_something_is_asked_mends_nothing() -> None:
    asked = LinkRequested(
        portal="portaal",
        number=1,
        lane="prompt",
        reference_id=UUID(int=2),
        url_status="initialized",
        entitlement_status="entitled",
        expiration_date=None,
        end_date=None,
        date_last_modified=AT,
    )
    assert mended(asked) is None
    assert mended(LOST) is None


def test_every_kind_that_is_said_to_close_by_itself_is_mended_by_a_fact() -> None:
    kinds = frozenset().union(*MENDS.values())
    assert kinds <= KINDS.keys()
    itself = {kind for kind, known in KINDS.items() if known.closes == ITSELF}
    assert itself <= kinds


def test_a_refusal_after_the_link_was_lost_is_no_refused_refresh() -> None:
    placed = advance(READY, PLACED)
    (refresh,) = concerns_of_entitlement(REFUSED, placed)
    (again,) = concerns_of_entitlement(REFUSED, advance(placed, LOST))
    (first,) = concerns_of_entitlement(REFUSED, READY)
    assert (refresh.kind, again.kind, first.kind) == (
        "refresh-refused",
        "link-refused",
        "link-refused",
    )
    back = advance(advance(placed, LOST), replace(PLACED, receive_id="5"))
    assert concerns_of_entitlement(REFUSED, back)[0].kind == "refresh-refused"
