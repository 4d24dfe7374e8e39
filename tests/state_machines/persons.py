"""The machine of a person, who is a pseudonym."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from aanspraak.domain.person.commands import ForgetPerson, RevealPerson
from aanspraak.domain.person.state import replay
from tests.state_machines.explore import Machine

if TYPE_CHECKING:
    from collections.abc import Sequence

WHO = UUID(int=7)


def _name(history: Sequence[object]) -> str:
    state = replay(history)  # type: ignore[arg-type]
    if state.forgotten:
        return "forgotten"
    return "known, looked at" if state.last_reason_id else "known"


PERSON = Machine(
    title="Person",
    prose="Known until forgotten. The facts hold the pseudonym; who it was lay in the vault. Every"
    " look at who it is counts, the same one once.",
    asks={
        "RevealPerson": RevealPerson(subject_id=WHO, reason_id=UUID(int=1)),
        "ForgetPerson": ForgetPerson(subject_id=WHO, reason_id=UUID(int=1)),
    },
    name=_name,
)
