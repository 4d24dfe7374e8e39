from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from aanspraak.application.reachability import (
    Patience,
    Reachability,
    failed,
    heard,
    next_attempt_at,
    succeeded,
)

NOON = datetime(2026, 8, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PATIENCE = Patience(
    ladder=(MINUTE, 5 * MINUTE, 60 * MINUTE, 24 * 60 * MINUTE),
    probe=15 * MINUTE,
    unreachable_after=5,
)


def test_five_failures_about_different_things_make_a_partner_unreachable() -> None:
    four = _after(1, 2, 3, 4)
    assert four.unreachable_since is None
    assert four.opens_at is None
    five = _fail(four, 5)
    assert five.unreachable_since == NOON
    assert five.opens_at == NOON + MINUTE


def test_one_thing_that_fails_again_and_again_says_nothing_about_the_partner() -> None:
    assert _after(1, 1, 1, 1, 1, 1).unreachable_since is None


def test_a_success_in_between_starts_the_count_anew() -> None:
    state = succeeded(_after(1, 2, 3, 4))
    assert state == Reachability()
    assert _fail(state, 5).unreachable_since is None


def test_the_ladder_is_climbed_by_probes_and_its_last_rung_repeats() -> None:
    state, now, waits = _after(1, 2, 3, 4, 5), NOON, []
    for number in range(6, 6 + 4 + 96 + 2):
        assert state.opens_at is not None
        waits.append(state.opens_at - now)
        now = state.opens_at
        state = _fail(state, number, now, probing=True)
    minutes = [wait // MINUTE for wait in waits]
    assert minutes[:6] == [1, 5, 15, 15, 15, 15]
    assert set(minutes[6:]) == {15}
    assert state.rung == 3
    assert state.unreachable_since == NOON


def test_a_late_failure_of_another_request_moves_nothing() -> None:
    state = _after(1, 2, 3, 4, 5)
    assert _fail(state, 6, NOON + MINUTE / 2) == state


def test_any_answer_ends_it() -> None:
    assert succeeded(_after(1, 2, 3, 4, 5)) == Reachability()


def test_a_partner_that_says_when_to_come_back_is_taken_at_its_word() -> None:
    state = _fail(Reachability(), 1, retry_after=30 * MINUTE)
    assert state.opens_at == NOON + 30 * MINUTE
    assert _fail(state, 2, retry_after=MINUTE).opens_at == NOON + 30 * MINUTE
    assert succeeded(state).opens_at == NOON + 30 * MINUTE
    for number in (2, 3, 4, 5):
        state = _fail(state, number, retry_after=30 * MINUTE)
    assert state.unreachable_since == NOON
    assert state.opens_at == NOON + 30 * MINUTE
    again = _fail(state, 6, NOON + 30 * MINUTE, retry_after=MINUTE, probing=True)
    assert again.opens_at == NOON + 31 * MINUTE


def test_a_sign_of_life_ends_the_pause_at_once() -> None:
    state = heard(_after(1, 2, 3, 4, 5), PATIENCE, NOON)
    assert state.unreachable_since is None
    assert state.opens_at is None


def test_a_partner_that_calls_but_takes_nothing_is_heard_once_per_first_rung() -> None:
    state = heard(_after(1, 2, 3, 4, 5), PATIENCE, NOON)
    for number in (1, 2, 3, 4, 5):
        state = _fail(state, number)
    assert heard(state, PATIENCE, NOON + MINUTE / 2) == state
    assert heard(state, PATIENCE, NOON + MINUTE).unreachable_since is None
    assert heard(_after(1), PATIENCE, NOON) == _after(1)
    assert succeeded(state).deaf_until is None


def test_a_message_climbs_alone_until_the_ladder_ends() -> None:
    waits = [next_attempt_at(PATIENCE, rung, NOON, None) for rung in range(5)]
    assert waits == [*(NOON + rung for rung in PATIENCE.ladder), None]
    assert next_attempt_at(PATIENCE, 2, NOON, MINUTE) == NOON + MINUTE
    assert next_attempt_at(PATIENCE, 4, NOON, MINUTE) is None


def _after(*numbers: int) -> Reachability:
    state = Reachability()
    for number in numbers:
        state = _fail(state, number)
    return state


def _fail(
    state: Reachability,
    number: int,
    now: datetime = NOON,
    *,
    retry_after: timedelta | None = None,
    probing: bool = False,
) -> Reachability:
    message = (UUID(int=number), 1)
    return failed(state, PATIENCE, message, now, retry_after=retry_after, probing=probing)
