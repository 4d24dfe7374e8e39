"""The rules of a person: who is forgotten stays forgotten, and whoever looked is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.errors import PersonUnknown
from aanspraak.domain.person.commands import ForgetPerson, RevealPerson
from aanspraak.domain.person.events import PersonEvent, PersonForgotten, PersonRevealed

if TYPE_CHECKING:
    from aanspraak.domain.person.commands import PersonCommand
    from aanspraak.domain.person.state import Person


def decide(command: PersonCommand, state: Person) -> tuple[PersonEvent, ...]:
    """Return the facts that follow; () means that it was so before."""
    match command:
        case ForgetPerson(subject_id=subject_id, reason_id=reason_id):
            if state.forgotten:
                return ()
            return (PersonForgotten(subject_id=subject_id, reason_id=reason_id),)
        case RevealPerson(subject_id=subject_id, reason_id=reason_id):
            if state.forgotten:
                raise PersonUnknown
            if state.last_reason_id == reason_id:
                return ()
            return (PersonRevealed(subject_id=subject_id, reason_id=reason_id),)
        case _:
            assert_never(command)
