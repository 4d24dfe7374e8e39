"""A dashboard is told of what lives, and of what ended while its school did not consent."""

from __future__ import annotations

from datetime import date

from projections.dashboard_story import story
from tests.domain.entitlements import (
    ACTIVATE,
    CANCEL,
    CREATE,
    ENTITLED,
    ENTITLEMENT,
    SOMEBODY_ELSE,
    cancelled,
    create,
)
from tests.projections.facts import Log

SUMMER = date(2026, 8, 1)
YEARS_LATER = date(2030, 8, 1)
END = 1_000_000


def _log(*commands: object) -> Log:
    log = Log()
    for command in commands:
        log.ask(ENTITLEMENT, command)
    return log


def _told(
    log: Log, *, until: int = END, ended: int | None = None, today: date = SUMMER
) -> list[str]:
    facts = story(log.of(ENTITLEMENT), until, ended, today)
    return [type(one.event).__name__ for one in facts]


def test_of_what_lives_it_is_told_all_that_dashboards_hear_of() -> None:
    told = _told(_log(CREATE, ENTITLED, ACTIVATE))
    assert told == ["EntitlementCreated", "EntitlementEntitled", "InitialActivationReported"]


def test_what_comes_after_the_consent_is_not_told_before_its_turn() -> None:
    log = _log(CREATE, ENTITLED)
    entitled = log.of(ENTITLEMENT)[-1].position
    assert _told(log, until=entitled) == ["EntitlementCreated"]
    assert _told(log, until=1) == []


def test_what_was_over_before_a_first_consent_is_not_told() -> None:
    assert _told(_log(CREATE, ENTITLED, CANCEL, cancelled())) == []
    assert _told(_log(CREATE, ENTITLED), today=YEARS_LATER) == []


def test_what_it_knew_and_ended_while_there_was_no_consent_is_told() -> None:
    log = _log(CREATE, ENTITLED)
    (something_else, *_) = log.ask(SOMEBODY_ELSE, create(subject_id=SOMEBODY_ELSE))
    log.ask(ENTITLEMENT, CANCEL)
    log.ask(ENTITLEMENT, cancelled())
    told = _told(log, ended=something_else.position)
    assert told == ["EntitlementCreated", "EntitlementEntitled", "EntitlementCancelled"]


def test_what_began_and_ended_while_there_was_no_consent_is_not_told() -> None:
    log = _log(CREATE, ENTITLED, CANCEL, cancelled())
    assert _told(log, ended=0) == []


def test_what_ended_while_the_consent_held_is_not_told_again() -> None:
    log = _log(CREATE, ENTITLED, CANCEL, cancelled())
    assert _told(log, ended=log.facts[-1].position + 1) == []
