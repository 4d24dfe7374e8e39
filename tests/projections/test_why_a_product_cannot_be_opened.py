"""Can this pupil open this product? Every cause that there is, the first thing wrong goes first."""

from __future__ import annotations

from datetime import date

import pytest

from aanspraak.domain.entitlement.commands import RecordRequestDropped
from projections.access import STEPS
from projections.access_causes import NEAREST
from projections.access_verdict import HARMLESS, judge
from projections.access_words import CAUSES, say_advice, say_cause, waits_for
from projections.step_words import STATES, say_step
from tests.projections.access_cases import (
    AWAY,
    CASES,
    TWO_PORTALS,
    asked,
    by_school,
    candidate,
    delivered,
    known,
    moved,
    ordered,
    ready,
    waiting,
)
from tests.projections.facts import PORTAL, PORTAL_B, REGISTRY, Log, Story

WAITED_FOR = {
    *("shop", "registry", "portal", "school", "publisher"),
    *("operator", "hub", "nobody"),
}


@pytest.mark.parametrize("key", CAUSES)
def test_each_cause_is_found_and_is_the_first_thing_wrong(key: str) -> None:
    access = judge(CASES[key]())
    assert access.causes[0].key == key
    assert access.can_open == (key in HARMLESS)


@pytest.mark.parametrize("key", CAUSES)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_each_cause_says_what_is_wrong_what_to_do_and_whom_it_waits_for(
    key: str, language: str
) -> None:
    (cause, *_) = judge(CASES[key]()).causes
    for said in (say_cause(cause, language), say_advice(cause, language)):
        assert said
        assert "…" not in said
        assert "{" not in said
    assert waits_for(cause) in WAITED_FOR


def test_there_is_a_case_for_every_cause_and_no_other() -> None:
    assert CASES.keys() == CAUSES.keys()
    assert {*NEAREST} <= CAUSES.keys()


def test_nothing_is_wrong_with_what_was_delivered() -> None:
    access = judge(known(delivered()))
    assert access.can_open
    assert access.causes == ()
    assert [(step.step, step.state) for step in access.steps] == [
        ("order", "processed"),
        ("entitlement", "entitled"),
        ("registry", "entitled"),
        ("link", "placed"),
        ("activation", "not-used"),
    ]
    assert all(step.good for step in access.steps)


def test_what_is_in_use_is_open_whatever_the_activation_period() -> None:
    used = candidate(Story(Log()).delivered().activated())
    access = judge(known(used, today=date(2027, 7, 31)))
    assert access.can_open
    assert access.steps[-1].state == "in-use"


@pytest.mark.parametrize("key", CAUSES)
def test_the_chain_stands_in_order_and_has_words(key: str) -> None:
    steps = judge(CASES[key]()).steps
    places = [STEPS.index(step.step) for step in steps]
    assert places == sorted(places)
    for step in steps:
        assert step.state in STATES
        for language in ("en", "nl"):
            assert say_step(step, language)


def test_each_step_says_since_when_it_is_so() -> None:
    story = asked().taken(REGISTRY)
    facts = story.log.of(story.entitlements[0])
    by_step = {step.step: step for step in judge(known(candidate(story))).steps}
    assert by_step["entitlement"].since == facts[0].recorded_at
    assert by_step["registry"].since == facts[-1].recorded_at
    assert not by_step["registry"].good
    assert by_step["order"].good


def test_a_partner_that_is_away_is_told_of_since_it_is_away() -> None:
    away = candidate(ready(), waiting(PORTAL, unreachable_since=AWAY))
    (cause,) = judge(known(away)).causes
    assert (cause.key, cause.partner, cause.since) == ("partner-away", PORTAL, AWAY)
    assert waits_for(cause) == "portal"


def test_a_link_missing_in_one_portal_keeps_nobody_from_the_other() -> None:
    story = Story(Log(), portals=TWO_PORTALS)
    story.received().created().taken(REGISTRY).entitled().links_requested()
    story.taken(PORTAL).confirmed(PORTAL).taken(PORTAL_B)
    access = judge(known(candidate(story)))
    assert access.can_open
    assert [(cause.key, cause.partner) for cause in access.causes] == [("not-confirmed", PORTAL_B)]


def test_a_portal_without_consent_any_more_shows_nobody_a_link() -> None:
    access = judge(known(delivered(unconsented={PORTAL: AWAY})))
    assert not access.can_open
    assert [(cause.key, cause.since) for cause in access.causes] == [("no-consent", AWAY)]


def test_nothing_is_asked_of_a_portal_while_the_registry_is_waited_for() -> None:
    causes = judge(known(candidate(asked().taken(REGISTRY)))).causes
    assert [(cause.key, cause.step) for cause in causes] == [("not-confirmed", "registry")]


def test_of_two_entitlements_the_one_that_can_be_opened_is_told_of() -> None:
    ended = moved(activation_until_date=date(2026, 7, 31), start_date=date(2025, 8, 1))
    good = delivered()
    access = judge(known(ended, good))
    assert access.can_open
    assert access.row == good.row


def test_of_two_that_cannot_be_opened_the_one_that_still_may_is_told_of() -> None:
    ended = moved(activation_until_date=date(2026, 7, 31), start_date=date(2025, 8, 1))
    waits = candidate(asked().taken(REGISTRY))
    assert judge(known(ended, waits)).causes[0].key == "not-confirmed"


def test_when_all_is_over_it_says_first_why_the_new_order_gives_nothing() -> None:
    ended = moved(activation_until_date=date(2026, 7, 31), start_date=date(2025, 8, 1))
    new = ordered(Story(Log(), name="this year").received())
    causes = judge(known(ended, orders=(new,))).causes
    assert [cause.key for cause in causes] == ["not-named", "activation-period-over"]


def test_of_several_orders_the_one_that_comes_nearest_is_told_of() -> None:
    old = ordered(Story(Log()).received(), activation_until_date=date(2026, 7, 31))
    held = ordered(Story(Log(), name="held").received(), held=True)
    assert judge(known(orders=(old, held))).causes[0].key == "order-held"


def test_a_forgotten_persons_messages_are_not_sent_and_that_comes_second() -> None:
    story = asked()
    story.log.ask(
        story.entitlements[0],
        RecordRequestDropped(partner=REGISTRY, number=1, reason="forgotten"),
    )
    causes = judge(known(candidate(story, forgotten=True))).causes
    assert [cause.key for cause in causes] == ["forgotten", "not-sent"]


def test_who_assigns_it_is_told_though_nothing_is_wrong() -> None:
    access = judge(known(by_school()))
    assert [cause.key for cause in access.causes] == ["assigned-by-school"]
    assert all(step.good for step in access.steps)
