"""delivery_order_status and order_trace: the counts, and the one word that follows from them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from aanspraak.domain.delivery_order.commands import (
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
)
from aanspraak.domain.entitlement.commands import BlockEntitlement, CancelEntitlement
from projections.delivery_order_status import DeliveryOrderStatus
from projections.order_trace import (
    Moment,
    Waiting,
    has_ended,
    moment_at,
    status_of,
    waiting_on_roster,
)
from projections.side import step
from tests.projections.facts import PORTAL, PORTAL_B, REGISTRY, SHOP, Log, Story, named
from tests.projections.memory import Memory

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
MOMENT = Moment(now=NOW, today=date(2026, 9, 1), patience=timedelta(seconds=900))


def shown(story: Story) -> DeliveryOrderStatus:
    row = Memory().fold(story.log.facts).one("delivery_order_status")
    assert isinstance(row, DeliveryOrderStatus)
    return row


def new_story(**changes: object) -> Story:
    return Story(Log(), **changes)  # type: ignore[arg-type]


def waiting(**changes: object) -> Waiting:
    fields = dict.fromkeys(Waiting._fields)
    given = {"kind": "registry", "refresh": False, "given_up": 0, "since": NOW, **changes}
    return Waiting(**{**fields, **given})  # type: ignore[arg-type]


def word(story: Story, *open_ones: Waiting) -> str:
    return status_of(shown(story), open_ones, MOMENT)


def test_received_it_counts_nobody_yet() -> None:
    row = shown(new_story(users=3).received())
    assert (row.status, row.users_count, row.total_created) == ("ordered", 3, 0)
    assert (row.shop, row.registry, row.portals) == (SHOP, REGISTRY, (PORTAL,))
    assert word(new_story(users=3).received()) == "received"


def test_where_its_school_moves_it_is_counted_and_seen() -> None:
    story = new_story(users=2).delivered()
    assert word(story) == "link-placed"
    row = shown(story.moved_to(PORTAL_B))
    assert (row.portals, row.settled) == ((PORTAL_B,), 0)
    assert row.steps == {REGISTRY: {"entitled": 2}, PORTAL_B: {"asked": 2}}
    assert word(story) == "set-ready"
    assert shown(story.confirmed(PORTAL_B)).settled == 2
    assert word(story) == "link-placed"


def test_a_portal_that_is_left_and_keeps_its_link_is_looked_at() -> None:
    story = new_story().delivered().moved_to(PORTAL_B).confirmed(PORTAL_B)
    assert word(story) == "link-placed"
    assert word(story.confirmed(PORTAL, 2, success=False)) == "action-needed"


def test_its_entitlements_are_counted_per_partner_and_step() -> None:
    story = new_story(users=3, portals=(PORTAL, PORTAL_B)).received().created()
    row = shown(story)
    assert row.total_created == 3
    assert row.steps == {
        REGISTRY: {"asked": 3},
        PORTAL: {"waiting": 3},
        PORTAL_B: {"waiting": 3},
    }
    row = shown(story.entitled().links_requested().confirmed(PORTAL))
    assert (row.total_created, row.total_entitled, row.settled) == (0, 3, 0)
    assert row.steps == {REGISTRY: {"entitled": 3}, PORTAL: {"placed": 3}, PORTAL_B: {"asked": 3}}
    assert word(story) == "set-ready"


def test_delivered_and_partly_activated() -> None:
    story = new_story(users=3).delivered()
    row = shown(story)
    assert (row.settled, row.link_placed, row.delivered, row.refused) == (3, 3, 3, 0)
    assert word(story) == "link-placed"
    row = shown(story.activated(1))
    assert (row.link_placed, row.total_licensed, row.status) == (2, 1, "licensed")
    assert row.licensed_until == date(2027, 7, 31)
    assert word(story) == "in-use"


def test_the_longest_licence_is_known_though_it_was_blocked_in_the_same_batch() -> None:
    story = new_story(users=1).delivered().activated()
    (entitlement,) = story.entitlements
    block = BlockEntitlement(reason_id=None, end_date=date(2026, 9, 1), now=NOW)
    story.log.ask(entitlement, block)
    row = shown(story.confirmed(REGISTRY, 2))
    assert (row.total_blocked, row.licensed_until) == (1, date(2027, 7, 31))


def test_licensed_before_it_was_processed_it_stays_licensed() -> None:
    story = new_story(users=2).received().created().activated(1)
    assert (shown(story).status, word(story)) == ("licensed", "received")
    story.entitled().links_requested().confirmed(PORTAL).completed(2)
    assert (shown(story).status, word(story)) == ("licensed", "in-use")


def test_one_refusal_among_many_needs_action() -> None:
    story = new_story(users=2).received().created().entitled().links_requested()
    assert word(story) == "set-ready"
    assert word(story.confirmed(PORTAL, success=False)) == "action-needed"
    row = shown(story.completed(0, 2))
    assert (row.delivered, row.refused, row.action_needed) == (0, 2, 2)


def test_what_was_refused_and_is_cancelled_needs_nobody_any_more() -> None:
    story = new_story().received().created().confirmed(REGISTRY, success=False)
    assert shown(story).action_needed == 1
    command = CancelEntitlement(
        cancel_id="left",
        cause="leaver",
        reason_id=None,
        end_date=date(2026, 9, 1),
        now=story.log.now,
    )
    story.log.ask(story.entitlements[0], command)
    row = shown(story)
    assert (row.total_cancelled, row.action_needed) == (1, 0)


@pytest.mark.parametrize("reported", ["expired", "cancelled", "blocked"])
def test_a_link_that_is_lost_is_placed_no_more(reported: str) -> None:
    story = new_story(users=2).delivered()
    row = shown(story.confirmed(PORTAL, url_status=reported, receive_id="later"))
    assert (row.settled, row.link_placed, row.action_needed) == (2, 0, 2)
    assert row.steps[PORTAL] == {reported: 2}
    assert (row.status, row.delivered, word(story)) == ("processed", 2, "action-needed")


def test_a_link_lost_at_one_portal_is_still_placed_at_the_other() -> None:
    story = new_story(portals=(PORTAL, PORTAL_B)).delivered()
    row = shown(story.confirmed(PORTAL, url_status="expired", receive_id="later"))
    assert (row.link_placed, row.action_needed) == (1, 1)


def test_a_message_given_up_needs_action() -> None:
    assert word(new_story().received().created(), waiting(given_up=1)) == "action-needed"


def test_a_refused_order_has_no_status_and_says_why() -> None:
    story = new_story().received(product=None)
    row = shown(story)
    assert (row.status, row.refusal_reason, row.refusal_status) == (None, "ProductUnknown", 4111)
    assert (row.shop, row.delivery_order_id) == (SHOP, story.delivery_order_id)
    assert word(story) == "action-needed"


def test_an_order_refused_and_then_accepted_is_received() -> None:
    story = new_story().received(product=None).received(reference_id="another")
    assert (shown(story).status, word(story)) == ("ordered", "received")


@pytest.mark.parametrize(
    ("open_one", "expected"),
    [
        (waiting(since=NOW - timedelta(seconds=900)), "received"),
        (waiting(since=NOW - timedelta(seconds=901)), "overdue"),
        (waiting(since=NOW - timedelta(seconds=901), overdue_seconds=1800), "received"),
        (waiting(since=NOW - timedelta(seconds=61), overdue_seconds=60), "overdue"),
        (waiting(since=NOW - timedelta(seconds=901), refresh=True), "received"),
        (waiting(since=NOW - timedelta(seconds=901), kind="confirmation"), "received"),
    ],
)
def test_it_is_overdue_when_an_answer_takes_too_long(open_one: Waiting, expected: str) -> None:
    assert word(new_story().received().created(), open_one) == expected


@pytest.mark.parametrize("delivery_type", ["school-all", "school-admin"])
def test_what_the_school_assigns_is_delivered_when_the_portal_took_it(delivery_type: str) -> None:
    story = new_story(delivery_type=delivery_type).received().created().entitled()
    assert word(story.links_requested()) == "set-ready"
    assert word(story.taken(PORTAL)) == "link-placed"
    assert shown(story).steps[PORTAL] == {"assigned-by-school": 1}
    assert shown(story.confirmed(PORTAL)).steps[PORTAL] == {"placed": 1}


def test_a_portal_may_refuse_what_it_took() -> None:
    story = new_story(delivery_type="school-all").received().created().entitled()
    story.links_requested().taken(PORTAL).confirmed(PORTAL, success=False)
    assert word(story) == "action-needed"


def test_an_open_order_waits_for_the_roster_and_is_overdue_from_its_start() -> None:
    start = date(2026, 8, 1)
    for day, expected in ((date(2026, 7, 31), "received"), (start, "overdue")):
        now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        roster = waiting_on_roster(named("school"), now, start)
        row = shown(new_story(users=0).received(delivery_type="school-all"))
        assert status_of(row, (roster,), moment_at(now, 900)) == expected


def test_an_order_without_portals_ends_set_ready() -> None:
    assert word(new_story(portals=()).delivered()) == "set-ready"
    assert shown(new_story(portals=()).delivered()).link_placed == 0


def test_the_shop_is_told_and_takes_it() -> None:
    story = new_story().delivered()
    assert step(shown(story).shop_sides[SHOP]) == "taken"
    story.activated()
    (exchange,) = shown(story).shop_sides[SHOP].open
    assert (exchange.number, exchange.asked) == (2, "licensed")


def test_a_shop_that_does_not_take_it() -> None:
    story = new_story().delivered().activated()
    story.log.ask(story.order, RecordConfirmationGivenUp(number=2, attempts=5))
    assert step(shown(story).shop_sides[SHOP]) == "given-up"
    story.log.ask(story.order, RecordConfirmationRejected(number=2, http_status=400, status=None))
    assert (step(shown(story).shop_sides[SHOP]), shown(story).shop_sides[SHOP].code) == (
        "refused",
        4199,
    )


@pytest.mark.parametrize(
    ("today", "activated", "ended"),
    [
        (date(2026, 10, 31), False, False),
        (date(2026, 11, 1), False, True),
        (date(2027, 7, 31), True, False),
        (date(2027, 8, 1), True, True),
    ],
)
def test_it_has_ended_by_its_dates(today: date, activated: bool, ended: bool) -> None:
    story = new_story().delivered()
    row = shown(story.activated() if activated else story)
    assert has_ended(row, today) is ended


def test_an_order_never_received_does_not_end() -> None:
    assert not has_ended(shown(new_story().received(product=None)), date(2099, 1, 1))
