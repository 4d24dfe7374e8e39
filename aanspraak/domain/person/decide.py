"""The rules of a person: who is forgotten stays forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.person.events import PersonEvent, PersonForgotten

if TYPE_CHECKING:
    from aanspraak.domain.person.commands import PersonCommand


def decide(command: PersonCommand, state: PersonEvent | None) -> tuple[PersonEvent, ...]:
    """Return the facts that follow; () means that it was forgotten before."""
    if state is not None:
        return ()
    return (PersonForgotten(subject_id=command.subject_id, reason_id=command.reason_id),)
