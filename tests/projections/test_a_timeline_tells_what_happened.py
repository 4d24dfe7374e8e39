"""Facts become entries, and entries sentences, in two languages and with nobody's name."""

from __future__ import annotations

from datetime import timedelta
from string import Formatter
from typing import get_args

import pytest

from aanspraak.domain.delivery_order.events import DeliveryOrderEvent
from aanspraak.domain.entitlement.events import EntitlementCreated, EntitlementEvent
from aanspraak.domain.resolution.events import ResolutionEvent
from projections.languages import LANGUAGES
from projections.timeline import WHAT, Entry, Summary, entry_of, in_order
from projections.timeline_meanings import MEANINGS
from projections.timeline_words import WORDS, say
from tests.projections.facts import PORTAL, REGISTRY, SHOP, START, Log, Story
from tests.projections.stories import eventful_log


def entries(log: Log) -> list[Entry]:
    created = {
        recorded.stream_id: recorded.event
        for recorded in log.facts
        if isinstance(recorded.event, EntitlementCreated)
    }
    found = (entry_of(recorded, created.get(recorded.stream_id)) for recorded in log.facts)
    return [entry for entry in found if entry]


def test_every_fact_of_an_order_and_its_entitlements_has_words() -> None:
    unions = (DeliveryOrderEvent, EntitlementEvent, ResolutionEvent)
    assert set(WHAT) == {fact for union in unions for fact in get_args(union)}
    assert set(WHAT.values()) <= set(WORDS)


@pytest.mark.parametrize("what", WORDS)
def test_both_languages_are_filled_in_with_the_same(what: str) -> None:
    blanks = [{name for _, name, _, _ in Formatter().parse(words) if name} for words in WORDS[what]]
    assert blanks[0] == blanks[1]


def test_an_incident_is_told_as_its_page_tells_it() -> None:
    opened = {"kind": "registry-refused", "code": 4011}
    closed = {"kind": "registry-refused", "cause": "mended"}
    told = [
        say(Entry(at=START, what=what, partner=REGISTRY, details=details))
        for what, details in (("incident-opened", opened), ("incident-closed", closed))
    ]
    means = f"{REGISTRY} refused to set it ready; the users cannot activate"
    assert told == [
        f"somebody has to look at it: {means} (code 4011)",
        f"nobody has to look any more at this: {means} (its cause is gone)",
    ]


def test_a_delivery_reads_like_a_story() -> None:
    told = [say(entry) for entry in entries(Story(Log()).delivered().log)]
    assert told == [
        f"{SHOP} ordered 9789000000001 for 1; the hub took the order",
        "an entitlement was created for 9789000000001",
        f"{REGISTRY} is asked to set it ready",
        f"{REGISTRY} took message 1",
        f"{REGISTRY} has it ready: the user may activate",
        f"{PORTAL} is asked to place the link",
        f"{PORTAL} took message 1",
        f"{PORTAL} shows the link",
        "everybody has an outcome: 1 delivered, 0 refused",
        f"{SHOP} is told: processed (done, code 0)",
        "the shop took confirmation 1",
    ]


def test_it_is_told_in_dutch_too() -> None:
    told = [say(entry, "nl") for entry in entries(Story(Log()).delivered().log)]
    assert f"{REGISTRY} krijgt de vraag om het klaar te zetten" in told
    assert told[-2:] == [
        f"{SHOP} krijgt bericht: verwerkt (geslaagd, code 0)",
        "de bestelomgeving nam bevestiging 1 aan",
    ]
    assert LANGUAGES == ("en", "nl")


@pytest.mark.parametrize(("what", "detail"), MEANINGS)
def test_what_a_value_means_is_said_where_the_sentence_has_room_for_it(
    what: str, detail: str
) -> None:
    assert all(f"{{{detail}}}" in words for words in WORDS[what])
    assert all(english and dutch for english, dutch in MEANINGS[what, detail].values())


def test_a_day_is_written_as_in_its_language() -> None:
    story = Story(Log()).delivered().activated()
    (told,) = (entry for entry in entries(story.log) if entry.what == "activated")
    assert "on 2026-09-01, licence until 2027-07-31" in say(told)
    assert "op 1-9-2026, licentie tot en met 31-7-2027" in say(told, "nl")


def test_a_use_that_nobody_reported_is_told_as_found() -> None:
    story = Story(Log()).delivered().activated(source="reconciled")
    told = [say(entry) for entry in entries(story.log)]
    assert f"found at {REGISTRY}: used on 2026-09-01, licence until 2027-07-31" in told


def test_a_timeline_names_nobody() -> None:
    log = eventful_log()
    subjects = {str(subject) for name in ("ordinary",) for subject in Story(log, name).subjects}
    told = " ".join(say(entry) for entry in entries(log))
    assert not [subject for subject in subjects if subject in told]
    assert "None" not in told


def test_the_list_of_users_and_what_is_elsewhere_is_left_out() -> None:
    log = eventful_log()
    about = {*get_args(DeliveryOrderEvent), *get_args(EntitlementEvent)}
    assert len(entries(log)) == sum(type(fact.event) in about for fact in log.facts)


def test_a_large_order_is_summed_up_per_kind_and_partner() -> None:
    story = Story(Log(), users=30).received().created().taken(REGISTRY)
    summary = Summary()
    for entry in entries(story.log)[1:]:
        summary.add(entry)
    first, *_, last = in_order(summary.entries())
    assert say(first) == "30 x an entitlement was created for 9789000000001"
    assert say(last) == f"30 x {REGISTRY} took message 1"
    assert (last.at, last.until) == (
        START + timedelta(seconds=62),
        START + timedelta(seconds=91),
    )


def test_what_differs_among_many_is_an_ellipsis() -> None:
    story = Story(Log(), users=2).delivered()
    first, second = story.entitlements
    summary = Summary()
    for entry in entries(story.activated(1).activated(usage_date=START.date()).log):
        if entry.what == "activated" and entry.entitlement_id in (first, second):
            summary.add(entry)
    (entry,) = summary.entries()
    assert say(entry) == f"3 x {REGISTRY} reports use on …, licence until 2027-07-31"


def test_facts_of_the_same_time_stay_in_the_order_of_the_log() -> None:
    one, other = (Entry(at=START, what="link-placed", position=number) for number in (2, 1))
    assert in_order([one, other]) == [other, one]


def test_several_values_are_written_side_by_side() -> None:
    entry = Entry(at=START, what="link-lost", partner=PORTAL, details={"url_status": ("a", "b")})
    assert say(entry) == f"{PORTAL} reports that the link is a, b"


def test_what_was_not_said_is_an_ellipsis() -> None:
    entry = Entry(at=START, what="request-rejected", details={"status": None})
    assert say(entry) == "? rejected message … (HTTP …, code …)"
