"""entitlement_details: what was asked and what is known are kept apart, per partner."""

from __future__ import annotations

from datetime import date

import pytest

from aanspraak.domain.entitlement.commands import (
    BlockEntitlement,
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestRejected,
    UnblockEntitlement,
)
from projections.entitlement_details import EntitlementDetails, is_over, url_status
from projections.order_trace import entitlement_has_ended, status_of_entitlement
from projections.side import needs_action, settled, step
from tests.projections.facts import PORTAL, PORTAL_B, REGISTRY, Log, Story
from tests.projections.memory import Memory


def shown(story: Story) -> EntitlementDetails:
    row = Memory().fold(story.log.facts).one("entitlement_details")
    assert isinstance(row, EntitlementDetails)
    return row


def new_story(**changes: object) -> Story:
    return Story(Log(), **changes)  # type: ignore[arg-type]


def test_created_it_waits_for_its_registry() -> None:
    row = shown(new_story().received().created())
    assert (row.status, step(row.sides[REGISTRY])) == ("created", "asked")
    assert (url_status(row, PORTAL), step(row.sides.get(PORTAL))) == ("uninitialized", "waiting")
    assert status_of_entitlement(row) == "received"


def test_taken_it_waits_for_the_confirmation() -> None:
    row = shown(new_story().received().created().taken(REGISTRY))
    assert step(row.sides[REGISTRY]) == "taken"


def test_entitled_its_links_are_asked_for() -> None:
    row = shown(new_story().received().created().entitled().links_requested())
    assert (row.status, step(row.sides[REGISTRY])) == ("entitled", "entitled")
    assert (url_status(row, PORTAL), step(row.sides[PORTAL])) == ("initialized", "asked")
    assert status_of_entitlement(row) == "set-ready"


def test_placed_it_is_delivered() -> None:
    row = shown(new_story().delivered())
    assert (url_status(row, PORTAL), step(row.sides[PORTAL])) == ("processed", "placed")
    assert row.sides[PORTAL].open == ()
    assert status_of_entitlement(row) == "link-placed"


def test_without_portals_it_ends_set_ready() -> None:
    assert status_of_entitlement(shown(new_story(portals=()).delivered())) == "set-ready"


def test_an_activation_moves_the_expiration_date() -> None:
    row = shown(new_story().delivered().activated())
    assert (row.status, row.expiration_date) == ("licensed", date(2027, 7, 31))
    assert row.first_usage_date == date(2026, 9, 1)
    assert status_of_entitlement(row) == "in-use"


def test_an_activation_that_ends_earlier_moves_nothing() -> None:
    story = new_story().delivered().activated()
    row = shown(story.activated(expiration_date=date(2027, 1, 1), usage_date=date(2026, 9, 2)))
    assert (row.expiration_date, row.first_usage_date) == (date(2027, 7, 31), date(2026, 9, 1))


def test_used_before_it_was_ready_the_late_confirmation_closes_the_request() -> None:
    story = new_story().received().created().activated()
    row = shown(story)
    assert (row.status, step(row.sides[REGISTRY])) == ("licensed", "entitled")
    assert len(row.sides[REGISTRY].open) == 1
    row = shown(story.entitled())
    assert (row.status, row.sides[REGISTRY].open) == ("licensed", ())


def test_a_refresh_under_way_reopens_nothing() -> None:
    row = shown(new_story().delivered().activated().links_requested())
    assert (url_status(row, PORTAL), step(row.sides[PORTAL])) == ("processed", "placed")
    (exchange,) = row.sides[PORTAL].open
    assert exchange.refresh
    assert settled(row.sides[PORTAL])


def test_a_refused_refresh_takes_no_link_away_and_needs_action() -> None:
    story = new_story().delivered().activated().links_requested()
    row = shown(story.confirmed(PORTAL, 2, success=False))
    assert (step(row.sides[PORTAL]), row.sides[PORTAL].code) == ("placed", 4099)
    assert status_of_entitlement(row) == "action-needed"
    mended = shown(story.activated(expiration_date=date(2028, 7, 31)).links_requested())
    assert needs_action(mended.sides[PORTAL])
    mended = shown(story.confirmed(PORTAL, 3))
    assert not needs_action(mended.sides[PORTAL])


def test_a_later_confirmation_closes_the_earlier_requests() -> None:
    story = new_story().received().created().entitled().links_requested()
    story.activated().links_requested()
    assert len(shown(story).sides[PORTAL].open) == 2
    assert len(shown(story.confirmed(PORTAL, 1)).sides[PORTAL].open) == 1
    assert shown(story.confirmed(PORTAL, 2)).sides[PORTAL].open == ()


def test_confirming_the_last_request_leaves_no_earlier_one_open() -> None:
    story = new_story().received().created().entitled().links_requested()
    story.activated().links_requested().confirmed(PORTAL, 2)
    assert shown(story).sides[PORTAL].open == ()


@pytest.mark.parametrize(
    ("reported", "status"),
    [("expired", "cancelled"), ("cancelled", "cancelled"), ("blocked", "blocked")],
)
def test_a_lost_link_is_gone_and_needs_action(reported: str, status: str) -> None:
    story = new_story().delivered().confirmed(PORTAL, url_status=reported, receive_id="later")
    row = shown(story)
    assert (url_status(row, PORTAL), step(row.sides[PORTAL])) == (status, reported)
    assert status_of_entitlement(row) == "action-needed"


def test_a_lost_link_asked_for_again_is_initialized() -> None:
    story = new_story().delivered().confirmed(PORTAL, url_status="expired", receive_id="later")
    row = shown(story.activated().links_requested())
    assert (url_status(row, PORTAL), step(row.sides[PORTAL])) == ("initialized", "asked")


def test_a_refusing_registry_needs_action() -> None:
    story = new_story().received().created().taken(REGISTRY).confirmed(REGISTRY, success=False)
    row = shown(story)
    assert (row.status, step(row.sides[REGISTRY])) == ("created", "refused")
    assert (url_status(row, PORTAL), row.sides[REGISTRY].code) == ("uninitialized", 4099)
    assert status_of_entitlement(row) == "action-needed"


def test_a_refusing_portal_leaves_the_other_placed() -> None:
    story = new_story(portals=(PORTAL, PORTAL_B)).received().created().entitled()
    story.links_requested().confirmed(PORTAL).confirmed(PORTAL_B, success=False)
    row = shown(story)
    assert (step(row.sides[PORTAL]), step(row.sides[PORTAL_B])) == ("placed", "refused")
    assert url_status(row, PORTAL_B) == "initialized"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            RecordRequestRejected(partner=REGISTRY, number=1, http_status=422, status=None),
            "refused",
        ),
        (RecordRequestRejected(partner=REGISTRY, number=1, http_status=422, status=22), "refused"),
        (RecordRequestDropped(partner=REGISTRY, number=1, reason="forgotten"), "dropped"),
        (RecordRequestGivenUp(partner=REGISTRY, number=1, attempts=5), "given-up"),
    ],
)
def test_a_message_that_did_not_arrive(command: object, expected: str) -> None:
    story = new_story().received().created()
    story.log.ask(story.entitlements[0], command)
    row = shown(story)
    assert step(row.sides[REGISTRY]) == expected
    assert needs_action(row.sides[REGISTRY]) == (expected != "dropped")
    assert settled(row.sides[REGISTRY]) == (expected != "given-up")


def test_a_message_given_up_and_taken_after_all_is_open_again() -> None:
    story = new_story().received().created()
    story.log.ask(
        story.entitlements[0], RecordRequestGivenUp(partner=REGISTRY, number=1, attempts=5)
    )
    assert step(shown(story.taken(REGISTRY)).sides[REGISTRY]) == "taken"


def test_a_confirmation_before_the_202_leaves_nothing_open() -> None:
    row = shown(new_story().received().created().entitled().taken(REGISTRY))
    assert row.sides[REGISTRY].open == ()


def test_what_is_not_about_the_state_changes_only_the_version() -> None:
    story = new_story().delivered()
    before = shown(story)
    after = shown(story.confirmed(PORTAL, success=False, receive_id="later"))
    assert after == before._replace(version=before.version + 1)


@pytest.mark.parametrize(
    ("status", "until", "expires", "today", "over"),
    [
        ("entitled", date(2026, 10, 31), None, date(2026, 10, 31), False),
        ("entitled", date(2026, 10, 31), date(2027, 7, 31), date(2026, 11, 1), True),
        ("licensed", date(2026, 10, 31), date(2027, 7, 31), date(2027, 7, 31), False),
        ("licensed", date(2026, 10, 31), date(2027, 7, 31), date(2027, 8, 1), True),
        ("licensed", date(2026, 10, 31), None, date(2030, 1, 1), False),
    ],
)
def test_it_is_over_when_nothing_can_be_done_with_it(
    status: str, until: date, expires: date | None, today: date, over: bool
) -> None:
    assert is_over(status, until, expires, today) is over


def test_it_has_ended_by_its_dates() -> None:
    row = shown(new_story().delivered())
    assert not entitlement_has_ended(row, date(2026, 10, 31))
    assert entitlement_has_ended(row, date(2026, 11, 1))


def block(story: Story) -> Story:
    for entitlement_id in story.entitlements:
        command = BlockEntitlement(reason_id=None, end_date=date(2026, 9, 1), now=story.log.now)
        story.log.ask(entitlement_id, command)
    return story


def test_blocked_while_in_use_it_ends_with_its_licence() -> None:
    row = shown(block(new_story().delivered().activated()).confirmed(REGISTRY, 2))
    assert row.status == "blocked"
    assert not entitlement_has_ended(row, date(2027, 7, 31))
    assert entitlement_has_ended(row, date(2027, 8, 1))


def test_a_block_is_under_way_until_its_registry_has_answered() -> None:
    asked = block(new_story().delivered())
    assert shown(asked).under_way == "blocking"
    blocked = shown(asked.confirmed(REGISTRY, 2))
    assert (blocked.status, blocked.under_way) == ("blocked", "")


def test_a_block_that_was_refused_is_under_way_no_longer() -> None:
    refused = shown(block(new_story().delivered()).confirmed(REGISTRY, 2, success=False))
    assert (refused.status, refused.under_way) == ("entitled", "block-refused")
    rejected = block(new_story().delivered())
    command = RecordRequestRejected(partner=REGISTRY, number=2, http_status=400, status=11)
    rejected.log.ask(rejected.entitlements[0], command)
    assert shown(rejected).under_way == "block-refused"
    assert shown(block(rejected)).under_way == "blocking"


def test_an_older_block_that_is_refused_ends_nothing_newer() -> None:
    again = block(new_story().delivered())
    unblock = UnblockEntitlement(reason_id=None, now=again.log.now)
    again.log.ask(again.entitlements[0], unblock)
    block(again).confirmed(REGISTRY, 2, success=False)
    assert shown(again).under_way == "blocking"
