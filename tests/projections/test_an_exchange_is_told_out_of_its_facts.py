"""What a partner was told, and what came of it, follows from the facts of one stream."""

from __future__ import annotations

from uuid import UUID

from aanspraak.application.code_messages import CODE_FACTS
from aanspraak.application.consent_messages import CONSENT_FACTS
from aanspraak.application.messages import REQUEST_FACTS
from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import RecordRequestGivenUp, RecordRequestTaken
from projections.exchange_story import MESSAGES, Told, exchanges
from tests.domain import codes
from tests.projections.facts import PORTAL, PORTAL_B, REGISTRY, SHOP, Log, Story
from tests.projections.stories import eventful_log

LOG = eventful_log()


def test_every_fact_that_is_a_message_is_told() -> None:
    assert {*MESSAGES} == {*REQUEST_FACTS, *CODE_FACTS, *CONSENT_FACTS}
    told = {each.position for stream in _streams() for each in exchanges(LOG.of(stream))}
    assert told == {fact.position for fact in LOG.facts if type(fact.event) in MESSAGES}


def test_each_partners_messages_have_their_own_outcome_and_replies() -> None:
    story = Story(Log(), portals=(PORTAL, PORTAL_B)).received().created().taken(REGISTRY)
    story.entitled().links_requested().taken(PORTAL).confirmed(PORTAL, success=False)
    registry, portal, other = _told(story)
    assert (registry.partner, registry.outcome) == (REGISTRY, "taken")
    assert [reply.what for reply in registry.replies] == ["entitled"]
    (refusal,) = portal.replies
    assert (portal.outcome, refusal.what, refusal.code) == ("taken", "link-refused", 4099)
    assert (other.partner, other.outcome, other.replies) == (PORTAL_B, "", ())


def test_a_message_that_was_given_up_and_sent_again_has_the_last_outcome() -> None:
    story = Story(Log()).received().created()
    (entitlement,) = story.entitlements
    given_up = RecordRequestGivenUp(partner=REGISTRY, number=1, attempts=5)
    story.log.ask(entitlement, given_up)
    (told,) = _told(story)
    assert (told.outcome, told.attempts) == ("given-up", 5)
    story.log.ask(entitlement, RecordRequestTaken(partner=REGISTRY, number=1))
    (told,) = _told(story)
    assert (told.outcome, told.attempts) == ("taken", None)


def test_a_link_that_was_lost_later_is_a_reply_to_the_message_that_asked_for_it() -> None:
    story = Story(Log()).delivered()
    story.confirmed(PORTAL, url_status="expired", receive_id="later")
    link = _told(story)[-1]
    assert [(reply.what, reply.status) for reply in link.replies] == [
        ("link-placed", "processed"),
        ("link-lost", "expired"),
    ]


def test_what_a_shop_is_told_is_an_exchange_without_replies() -> None:
    story = Story(Log()).delivered()
    (told,) = exchanges(story.log.of(story.order))
    assert (told.partner, told.kind, told.asked, told.outcome) == (
        SHOP,
        "confirmation",
        "processed",
        "taken",
    )
    assert told.replies == ()


def test_codes_that_a_registry_sent_are_a_reply_to_the_message_that_asked_for_them() -> None:
    stock = exchanges(LOG.of(ids.code_stock_stream(codes.PRODUCT)))
    assert {(each.kind, reply.what) for each in stock for reply in each.replies} == {
        ("codes", "codes-received"),
        ("codes", "codes-refused"),
        ("revocation", "code-revoked"),
        ("revocation", "code-revocation-refused"),
    }


def _told(story: Story) -> list[Told]:
    return exchanges(story.log.of(story.entitlements[0]))


def _streams() -> set[UUID]:
    return {fact.stream_id for fact in LOG.facts}
