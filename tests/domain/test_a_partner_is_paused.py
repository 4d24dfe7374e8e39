from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aanspraak.domain.errors import PartnerIncomplete
from aanspraak.domain.partner.events import PartnerPaused, PartnerResumed
from tests.domain.catalogue import END_PAUSE, PAUSE, PORTAL, PORTAL_KEY, RESUME
from tests.spec import asked, given

LATER = datetime(2026, 8, 24, 12, tzinfo=UTC)


def test_once_with_the_same_end() -> None:
    paused = PartnerPaused(partner="portal-a", until=None, reason_id=PAUSE.reason_id)
    given(*asked(PORTAL)).when(PAUSE).then(paused)
    given(*asked(PORTAL, PAUSE)).when(PAUSE).nothing_happens()


def test_another_end_counts_from_then_on() -> None:
    later = replace(PAUSE, until=LATER)
    given(*asked(PORTAL, PAUSE)).when(later).then(
        PartnerPaused(partner="portal-a", until=LATER, reason_id=PAUSE.reason_id)
    )
    given(*asked(PORTAL, PAUSE, later)).when(later).nothing_happens()


def test_an_operator_resumes_it_whatever_held_it() -> None:
    resumed = PartnerResumed(partner="portal-a", cause="operator", reason_id=RESUME.reason_id)
    given(*asked(PORTAL, PAUSE)).when(RESUME).then(resumed)
    given(*asked(PORTAL)).when(RESUME).then(resumed)


def test_the_planned_end_ends_a_pause_once() -> None:
    ended = PartnerResumed(partner="portal-a", cause="planned-end", reason_id=None)
    given(*asked(PORTAL, replace(PAUSE, until=LATER))).when(END_PAUSE).then(ended)
    given(*asked(PORTAL, PAUSE, END_PAUSE)).when(END_PAUSE).nothing_happens()
    given(*asked(PORTAL)).when(END_PAUSE).nothing_happens()


def test_a_registration_or_a_key_ends_no_pause() -> None:
    moved = replace(PORTAL, title="Another title")
    given(*asked(PORTAL, PAUSE, moved, PORTAL_KEY)).when(PAUSE).nothing_happens()


@pytest.mark.parametrize("command", [PAUSE, RESUME, END_PAUSE])
def test_nobody_who_is_not_registered(command: object) -> None:
    given().when(command).refused(PartnerIncomplete, "it is not registered")
