"""Whoever is shown who a pseudonym is, is on record with a reason."""

from __future__ import annotations

from uuid import UUID

from aanspraak.domain.errors import PersonUnknown
from aanspraak.domain.person.commands import ForgetPerson, RevealPerson
from aanspraak.domain.person.events import PersonRevealed
from tests.spec import asked, given

SUBJECT = UUID("67563cf1-ad4c-5bff-a5f8-e2d2aff6b05f")
LOOK = RevealPerson(subject_id=SUBJECT, reason_id=UUID(int=1))
LOOK_AGAIN = RevealPerson(subject_id=SUBJECT, reason_id=UUID(int=2))
FORGET = ForgetPerson(subject_id=SUBJECT, reason_id=UUID(int=3))


def test_a_look_is_a_fact_with_the_pseudonym_and_where_the_reason_lies() -> None:
    given().when(LOOK).then(PersonRevealed(subject_id=SUBJECT, reason_id=UUID(int=1)))


def test_the_same_look_counts_once_and_another_counts_again() -> None:
    given(*asked(LOOK)).when(LOOK).nothing_happens()
    given(*asked(LOOK)).when(LOOK_AGAIN).then_kinds(PersonRevealed)


def test_nobody_is_shown_who_was_forgotten() -> None:
    given(*asked(LOOK, FORGET)).when(LOOK_AGAIN).refused(PersonUnknown)


def test_who_was_looked_at_can_be_forgotten_once() -> None:
    given(*asked(LOOK, FORGET)).when(FORGET).nothing_happens()
