"""The machine of a person, who is a pseudonym."""

from __future__ import annotations

from uuid import UUID

from aanspraak.domain.person.commands import ForgetPerson
from tests.state_machines.explore import Machine

PERSON = Machine(
    title="Person",
    prose="Known until forgotten. The fact holds the pseudonym; who it was lay in the vault.",
    asks={"ForgetPerson": ForgetPerson(subject_id=UUID(int=7), reason_id=UUID(int=1))},
    name=lambda history: "forgotten" if history else "known",
)
