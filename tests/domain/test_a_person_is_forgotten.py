"""Forgetting is a fact, once."""

from __future__ import annotations

from uuid import UUID

from aanspraak.domain.person.commands import ForgetPerson
from aanspraak.domain.person.events import PersonForgotten
from tests.spec import asked, given

SUBJECT = UUID("67563cf1-ad4c-5bff-a5f8-e2d2aff6b05f")
FORGET = ForgetPerson(subject_id=SUBJECT, reason_id=UUID(int=1))


def test_the_fact_holds_the_pseudonym_alone() -> None:
    given().when(FORGET).then(PersonForgotten(subject_id=SUBJECT, reason_id=UUID(int=1)))


def test_who_is_forgotten_is_not_forgotten_again() -> None:
    again = ForgetPerson(subject_id=SUBJECT, reason_id=UUID(int=2))
    given(*asked(FORGET)).when(again).nothing_happens()
