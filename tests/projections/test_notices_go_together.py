"""Notices: what gives rise to one, which go together, when, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from aanspraak.domain import ids
from aanspraak.domain.incident.commands import CloseIncident, OpenIncident
from projections.notice_rules import SUMMARY, Message, Rules, message_of, ready
from projections.notice_words import LINES_AT_MOST, lines_of, title_of
from projections.notices import (
    INCIDENT,
    KINDS,
    REACHABLE,
    STANDS,
    STUCK,
    UNREACHABLE,
    Notice,
    Standing,
    Stood,
    letters_lie,
    notice_of,
    stuck,
    trial,
)
from tests.domain.catalogue import PORTAL, PORTAL_AWAY
from tests.projections.facts import REGISTRY, Log, named
from tests.projections.stories import eventful_log

MINUTE = timedelta(minutes=1)
DAY = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
NIGHT = datetime(2026, 9, 1, 21, 0, tzinfo=UTC)
"""Eleven in the evening in Amsterdam."""
RULES = Rules(MINUTE, (time(22), time(7)), frozenset({STUCK}))


def notice(kind: str = INCIDENT, at: datetime = DAY, about: str = "a", nth: int = 0) -> Notice:
    return Notice(named(f"{kind} {about} {nth}"), kind, about, at, what="link-refused", code=4099)


def kinds(messages: list[Message]) -> list[tuple[str, int]]:
    return [(each.kind, len(each.notices)) for each in messages]


def test_the_first_of_a_kind_opens_a_window_and_all_of_it_go_when_it_closes() -> None:
    some = [notice(nth=nth, at=DAY + nth * timedelta(seconds=25)) for nth in range(3)]
    other = notice(UNREACHABLE, at=DAY + timedelta(seconds=30))
    assert ready([*some, other], DAY + timedelta(seconds=59), RULES) == []
    assert kinds(ready([*some, other], DAY + MINUTE, RULES)) == [(INCIDENT, 3)]
    assert kinds(ready([other], DAY + 2 * MINUTE, RULES)) == [(UNREACHABLE, 1)]


def test_what_is_the_same_makes_the_same_message_in_whatever_order() -> None:
    some = [notice(nth=nth) for nth in range(3)]
    (one,), (same,) = (ready(each, DAY + MINUTE, RULES) for each in (some, some[::-1]))
    assert one == same
    assert message_of(INCIDENT, some[:2]).message_id != one.message_id


def test_in_quiet_hours_only_what_is_urgent_goes_and_the_rest_together_afterwards() -> None:
    night = [notice(at=NIGHT), notice(UNREACHABLE, at=NIGHT + MINUTE), notice(STUCK, at=NIGHT)]
    assert kinds(ready(night, NIGHT + 2 * MINUTE, RULES)) == [(STUCK, 1)]
    morning = datetime(2026, 9, 2, 5, 0, tzinfo=UTC)
    assert ready(night[:2], morning - MINUTE, RULES) == []
    assert kinds(ready(night[:2], morning, RULES)) == [(SUMMARY, 2)]
    assert kinds(ready(night[:1], morning, RULES)) == [(INCIDENT, 1)]


def test_what_would_have_gone_before_quiet_hours_is_not_held_up_with_the_others() -> None:
    evening = datetime(2026, 9, 1, 19, 30, tzinfo=UTC)
    late = [notice(UNREACHABLE, at=evening), notice(at=NIGHT)]
    morning = datetime(2026, 9, 2, 5, 0, tzinfo=UTC)
    assert kinds(ready(late, morning, RULES)) == [(UNREACHABLE, 1), (INCIDENT, 1)]


@pytest.mark.parametrize(
    ("quiet", "hour", "is_quiet"),
    [
        ((time(22), time(7)), 22, True),
        ((time(22), time(7)), 6, True),
        ((time(22), time(7)), 7, False),
        ((time(12), time(13)), 12, True),
        ((time(12), time(13)), 13, False),
        (None, 3, False),
    ],
)
def test_quiet_hours_are_those_of_amsterdam_in_winter_too(
    quiet: tuple[time, time] | None, hour: int, *, is_quiet: bool
) -> None:
    rules = RULES._replace(quiet=quiet)
    assert rules.is_quiet(datetime(2026, 1, 15, (hour - 1) % 24, tzinfo=UTC)) is is_quiet


def test_an_incident_gives_notice_when_it_opens_and_when_it_opens_again() -> None:
    log = Log()
    stream = ids.incident_stream(REGISTRY, 4099, "order")
    opening = OpenIncident(party=REGISTRY, code=4099, kind="link-refused", concerning="order")
    closing = CloseIncident(reason_id=named("reason"))
    for command in (opening, closing, opening):
        log.ask(stream, command)
    found = [each for fact in log.facts if (each := notice_of(fact, REGISTRY))]
    assert [(each.kind, each.about, each.incident_id) for each in found] == [
        (INCIDENT, REGISTRY, stream)
    ] * 2
    assert len({each.notice_id for each in found}) == 2


def test_a_partner_gives_notice_when_it_is_away_and_when_it_is_back() -> None:
    log = Log()
    for command in (PORTAL, PORTAL_AWAY, replace(PORTAL_AWAY, unreachable_since=None)):
        log.ask(ids.partner_stream("portal-a"), command)
    found = [each for fact in log.facts if (each := notice_of(fact))]
    assert [(each.kind, each.about) for each in found] == [
        (UNREACHABLE, "portal-a"),
        (REACHABLE, "portal-a"),
    ]
    assert found[0].at == PORTAL_AWAY.unreachable_since


def test_of_all_that_happens_only_incidents_give_notice() -> None:
    found = [each for fact in eventful_log().facts if (each := notice_of(fact))]
    assert {each.kind for each in found} == {INCIDENT}


def test_a_follower_is_stuck_when_it_stands_too_long_while_facts_wait() -> None:
    patience = 5 * MINUTE
    stood, found = stuck({}, [Standing("policies", 7, 3), Standing("clock", 9, 0)], DAY, patience)
    assert (stood, found) == ({"policies": Stood(7, DAY)}, [])
    later = DAY + patience
    same, (told,) = stuck(stood, [Standing("policies", 7, 40)], later, patience)
    assert (told.kind, told.about, told.what, told.number) == (STUCK, "policies", STANDS, 40)
    _, (again,) = stuck(same, [Standing("policies", 7, 50)], later + MINUTE, patience)
    assert again.notice_id == told.notice_id
    moved, none = stuck(same, [Standing("policies", 8, 50)], later, patience)
    assert (moved["policies"], none) == (Stood(8, later), [])
    assert stuck(same, [Standing("policies", 50, 0)], later, patience) == ({}, [])


def test_facts_laid_aside_are_told_once_until_there_are_more() -> None:
    one, same = (letters_lie("policies", 12, 2, at) for at in (DAY, NIGHT))
    assert one.notice_id == same.notice_id != letters_lie("policies", 13, 3, DAY).notice_id


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_kind_has_words(language: str) -> None:
    for kind in KINDS:
        one = notice(kind)._replace(what=STANDS if kind == STUCK else "link-refused")
        for some in ([one], [one, one._replace(notice_id=named("other"))]):
            title = title_of(message_of(kind, some), language)
            assert title
            assert "{" not in title
    summary = message_of(SUMMARY, [notice(), notice(UNREACHABLE)])
    assert title_of(summary, language).count("1") == 2
    assert title_of(message_of("test", [trial(DAY)]), language)


def test_a_line_says_when_and_what_and_of_many_how_many_more() -> None:
    many = message_of(INCIDENT, [notice(nth=nth) for nth in range(LINES_AT_MOST + 5)])
    lines = lines_of(many)
    assert lines[0].startswith("2026-09-01 12:00  a refused to place the link")
    assert lines[0].endswith("(4099)")
    assert lines[-1] == "and 5 more"
    assert len(lines_of(message_of(INCIDENT, [notice()]))) == 1
    assert title_of(many, "nl") == "25 nieuwe incidenten"
