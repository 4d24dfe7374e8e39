"""Who of many can open a product: each as if asked about alone, and those alike together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.access import Cause
from projections.access_mending import MENDS, mends, sends_everything
from projections.access_of_many import (
    NOT_IN_ITS_FACTS,
    SAMPLE,
    Told,
    current,
    is_dated_by_its_facts,
    together,
    told_cause,
    told_of_nobody,
    told_of_orders,
    told_of_user,
)
from projections.access_verdict import HARMLESS, judge, judge_without_chain
from projections.access_waiting import Flow, waiting_at
from projections.access_words import CAUSES
from tests.projections.access_cases import (
    AWAY,
    CASES,
    TODAY,
    TWO_PORTALS,
    candidate,
    delivered,
    known,
    ordered,
    ready,
)
from tests.projections.facts import PORTAL, PORTAL_B, REGISTRY, Log, Story

FINE = "nothing is wrong"
KEYS = st.lists(st.sampled_from([FINE, *CAUSES]), max_size=40)


def _of(key: str) -> Told:
    return told_of_user(known(delivered()) if key == FINE else CASES[key]())


TOLD = {key: _of(key) for key in (FINE, *CAUSES)}


@given(KEYS)
def test_everybody_is_counted_once_and_by_the_first_thing_that_is_wrong(keys: list[str]) -> None:
    found = together([TOLD[key] for key in keys])
    assert found.users == len(keys)
    assert found.can_open == sum(key in {FINE, *HARMLESS} for key in keys)
    assert found.users - found.can_open == sum(group.users for group in found.wrong)
    counted = {group.cause.key: group.users for group in (*found.wrong, *found.remarks)}
    assert counted == {key: keys.count(key) for key in {*keys} - {FINE}}


@given(KEYS.flatmap(lambda keys: st.tuples(st.just(keys), st.permutations(keys))))
def test_in_which_order_they_come_makes_no_difference(both: tuple[list[str], list[str]]) -> None:
    first, second = (together([TOLD[key] for key in keys]) for keys in both)
    assert first == second


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=30))
def test_a_group_says_since_when_the_first_and_the_last_and_of_which_orders(
    pupils: list[tuple[int, int]],
) -> None:
    told = [
        Told(
            cause=Cause("not-confirmed", "link", PORTAL, AWAY + timedelta(minutes=minute)),
            can_open=False,
            order=UUID(int=order),
            entitlement=UUID(int=nth),
        )
        for nth, (minute, order) in enumerate(pupils)
    ]
    (group,) = together(told).wrong
    minutes = sorted(minute for minute, _ in pupils)
    assert group.earliest == AWAY + timedelta(minutes=minutes[0])
    assert group.latest == AWAY + timedelta(minutes=minutes[-1])
    assert sum(group.orders.values()) == len(pupils)
    assert [*group.orders.values()] == sorted(group.orders.values(), reverse=True)
    longest = [
        minute for entitlement in group.entitlements for minute in [pupils[entitlement.int][0]]
    ]
    assert longest == minutes[:SAMPLE]


@pytest.mark.parametrize("key", CAUSES)
def test_one_is_told_of_as_if_asked_about_alone(key: str) -> None:
    access, told = judge(CASES[key]()), TOLD[key]
    assert told.can_open == access.can_open
    assert told.cause == access.causes[0]
    assert told.entitlement == (access.row.entitlement_id if access.row else None)


@pytest.mark.parametrize("key", CAUSES)
def test_only_where_its_own_facts_tell_since_when_they_have_to_be_read(key: str) -> None:
    asked = CASES[key]()
    undated = asked._replace(candidates=tuple(c._replace(since={}) for c in asked.candidates))
    access = judge_without_chain(undated)
    if not is_dated_by_its_facts(access):
        assert told_cause(access) == told_cause(judge(asked))
    else:
        assert key not in NOT_IN_ITS_FACTS


def test_what_keeps_nobody_from_it_is_no_reason_why_they_cannot() -> None:
    """The first thing wrong is a link that is missing in one portal; what keeps them is another."""
    story = Story(Log(), portals=TWO_PORTALS)
    story.received().created().taken(REGISTRY).entitled().links_requested()
    story.taken(PORTAL).taken(PORTAL_B).confirmed(PORTAL_B)
    used = known(candidate(story, used_by_another=date(2026, 9, 1)))
    assert judge(used).causes[0].key == "not-confirmed"
    told = told_of_user(used)
    assert told.cause is not None
    assert told.cause.key == "used-by-another"


def test_what_two_partners_have_to_mend_is_two_groups() -> None:
    causes = [
        Cause("refused", "registry", "a", AWAY, {"code": 4011, "state": "refused"}),
        Cause("refused", "registry", "a", AWAY, {"code": 4099, "state": "refused"}),
        Cause("refused", "registry", "b", AWAY, {"code": 4099, "state": "refused"}),
    ]
    assert len(together([Told(cause, can_open=False) for cause in causes]).wrong) == 3


def test_days_that_differ_are_told_as_the_first_and_the_last() -> None:
    days = (date(2026, 9, 3), date(2026, 9, 1), date(2026, 9, 2))
    told = [Told(Cause("blocked", "entitlement", details={"day": day}), False) for day in days]
    (group,) = together(told).wrong
    assert group.cause.details["day"] == "2026-09-01 – 2026-09-03"  # noqa: RUF001 - from - to


def test_the_most_come_first() -> None:
    told = [TOLD["blocked"], TOLD["not-confirmed"], TOLD["not-confirmed"]]
    assert [group.cause.key for group in together(told).wrong] == ["not-confirmed", "blocked"]


def test_users_of_an_order_who_have_nothing_yet_count_with_it() -> None:
    taken = ordered(Story(Log(), users=30).received(), total_created=10)
    (told,) = told_of_orders(known(), [taken])
    assert told.cause is not None
    assert (told.cause.key, told.users, told.can_open) == ("being-created", 20, False)
    assert told.order == taken.order.delivery_order_id


def test_of_an_order_that_waits_for_a_roster_nobody_knows_how_many() -> None:
    open_type = {"delivery_type": "school-groups", "users_count": 0}
    waits = ordered(Story(Log()).received(), waits=True, **open_type)
    found = together([TOLD[FINE], *told_of_orders(known(), [waits])])
    (group,) = found.wrong
    assert (found.users, found.can_open) == (1, 1)
    assert (group.cause.key, group.users, group.more) == ("roster-awaited", 0, True)
    assert [*group.orders] == [waits.order.delivery_order_id]


def test_an_order_that_gave_everybody_theirs_or_is_cancelled_adds_nobody() -> None:
    done = ordered(Story(Log()).received())
    gone = ordered(Story(Log(), name="gone").received(), status="cancelled", total_created=0)
    assert [*told_of_orders(known(), [done, gone])] == []


def test_where_there_is_nobody_at_all_the_nearest_order_tells_why() -> None:
    old = ordered(Story(Log()).received(), activation_until_date=date(2026, 7, 31))
    for orders, key in (((), "no-order"), ((old,), "other-school-year")):
        told = told_of_nobody(known(orders=orders))
        assert told.cause is not None
        assert (told.cause.key, told.users) == (key, None)


def test_an_order_is_current_until_nobody_can_activate_and_the_last_licence_is_over() -> None:
    story = Story(Log()).received()
    over = date(2026, 9, 1)
    unused = ordered(story, activation_until_date=over)
    used = ordered(
        story, activation_until_date=over, total_licensed=1, licensed_until=date(2027, 7, 31)
    )
    assert current([unused, used], known()) == [used]
    assert current([unused, used], known(today=over)) == [unused, used]
    assert over < TODAY


def test_a_row_tells_whom_it_waits_for_and_the_flow_why() -> None:
    row = candidate(ready()).row
    at = datetime(2026, 9, 1, 7, tzinfo=UTC)
    (alone,) = waiting_at(row, {})
    assert (alone.partner, alone.unreachable_since, alone.messages) == (PORTAL, None, 1)
    (away,) = waiting_at(row, {PORTAL: Flow(PORTAL, AWAY, None, at)})
    assert (away.unreachable_since, away.next_attempt_at) == (AWAY, at)
    assert waiting_at(candidate(Story(Log()).delivered()).row, {}) == ()


def test_what_can_be_done_is_known_of_causes_that_there_are() -> None:
    assert MENDS.keys() <= CAUSES.keys()
    link, licence = Cause("not-confirmed", "link", PORTAL), Cause("not-confirmed", "registry")
    assert (mends(link), mends(licence)) == (("send-again",), ())
    assert sends_everything("not-confirmed")
    assert not sends_everything("refused")
    assert mends(Cause("no-order", "order")) == ()
