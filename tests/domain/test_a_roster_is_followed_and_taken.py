from __future__ import annotations

from dataclasses import replace

import pytest

from aanspraak.domain.errors import RosterNotFollowable
from aanspraak.domain.roster.events import RosterFollowed, RosterTakeFailed, RosterTaken
from tests.domain.rosters import FOLLOW, SCHOOL, TAKE_FAILED, taken
from tests.spec import asked, given

TAKEN = taken(version=1)


def test_at_a_student_administration_in_its_sector() -> None:
    given().when(FOLLOW).then(
        RosterFollowed(school_id=SCHOOL, provider="administration", sector="secondary")
    )


def test_the_same_again_changes_nothing() -> None:
    given(*asked(FOLLOW)).when(FOLLOW).nothing_happens()


def test_the_newest_administration_counts() -> None:
    other = replace(FOLLOW, provider="another")
    given(*asked(FOLLOW)).when(other).then_kinds(RosterFollowed)
    given(*asked(FOLLOW, other)).when(FOLLOW).then_kinds(RosterFollowed)


def test_not_in_vocational_education_which_has_no_such_administration() -> None:
    vocational = replace(FOLLOW, sector="vocational")
    detail = "in vocational education there is none"
    given().when(vocational).refused(RosterNotFollowable, detail)


def test_not_in_a_sector_that_nobody_knows() -> None:
    detail = "sector must be one of primary, secondary, vocational"
    given().when(replace(FOLLOW, sector="higher")).refused(RosterNotFollowable, detail)


@pytest.mark.parametrize("sector", ["primary", "secondary", "vocational"])
def test_from_files_alone_in_any_sector(sector: str) -> None:
    files = replace(FOLLOW, provider=None, sector=sector)
    given(*asked(FOLLOW)).when(files).then(
        RosterFollowed(school_id=SCHOOL, provider=None, sector=sector)
    )
    given(*asked(FOLLOW, files)).when(files).nothing_happens()


def test_what_was_taken_and_changed_is_a_fact() -> None:
    given(*asked(FOLLOW)).when(TAKEN).then_kinds(RosterTaken)


def test_a_take_that_changed_nothing_is_no_fact() -> None:
    given(*asked(FOLLOW, TAKEN)).when(TAKEN).nothing_happens()


def test_a_file_needs_no_administration() -> None:
    given().when(replace(TAKEN, source="file")).then_kinds(RosterTaken)


def test_beginning_to_fail_is_a_fact_once() -> None:
    failing = RosterTakeFailed(school_id=SCHOOL, reason="unreachable")
    given(*asked(FOLLOW, TAKEN)).when(TAKE_FAILED).then(failing)
    given(*asked(FOLLOW, TAKEN, TAKE_FAILED)).when(TAKE_FAILED).nothing_happens()


def test_failing_for_another_reason_is_another_fact() -> None:
    refused = replace(TAKE_FAILED, reason="refused")
    given(*asked(TAKE_FAILED)).when(refused).then_kinds(RosterTakeFailed)


@pytest.mark.parametrize("version", [1, 2])
def test_a_take_after_failing_is_a_fact_even_when_nothing_changed(version: int) -> None:
    again = taken(version=version)
    given(*asked(TAKEN, TAKE_FAILED)).when(again).then_kinds(RosterTaken)
    given(*asked(TAKEN, TAKE_FAILED, again)).when(TAKE_FAILED).then_kinds(RosterTakeFailed)
