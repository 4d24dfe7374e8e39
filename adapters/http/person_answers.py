"""Who somebody is: shown to an operator for a reason, and never before that is on record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Protocol
from uuid import UUID

from aanspraak.domain import ids
from aanspraak.domain.errors import PersonUnknown, UnknownEntitlement
from aanspraak.domain.person.commands import RevealPerson
from adapters.postgres.group_commit import Result
from adapters.postgres.reads import Reads
from adapters.postgres.vault import Vault
from adapters.wire import ops_persons_v1 as wire
from projections.entitlement_details import EntitlementDetails
from projections.visibility import OPERATOR

Submit = Callable[[UUID, RevealPerson], Awaitable[Result]]
"""Carries out a command on a stream, under the name of who wants to know."""


class KeepsWhy(Protocol):
    """Puts the reason into the vault, to be forgotten with this person; gives its key."""

    async def __call__(self, subject_id: UUID) -> tuple[UUID, Submit]:
        """The key of the reason, and how to carry out what it is the reason of."""
        ...


async def revealed(
    reads: Reads, vault: Vault, entitlement_id: UUID, keep_why: KeepsWhy
) -> wire.RevealedPerson:
    """Whose an entitlement is, as the order named them; read once the fact is committed.

    Raises:
        UnknownEntitlement: there is none of this id.
        PersonUnknown: the person was forgotten.
    """
    row = await entitlement_of(reads, entitlement_id)
    reason_id, submit = await keep_why(row.subject_id)
    command = RevealPerson(subject_id=row.subject_id, reason_id=reason_id)
    result = await submit(ids.person_stream(row.subject_id), command)
    if result.refusal is not None:
        raise result.refusal
    found = await vault.references([row.user_reference_id])
    if row.user_reference_id not in found:
        raise PersonUnknown
    return wire.RevealedPerson(
        subject_id=row.subject_id,
        entitlement_id=entitlement_id,
        identifiers=tuple(_named(found[row.user_reference_id])),
    )


async def entitlement_of(reads: Reads, entitlement_id: UUID) -> EntitlementDetails:
    """An entitlement as it is; raises UnknownEntitlement."""
    row = await reads.entitlement(OPERATOR, entitlement_id)
    if row is None:
        raise UnknownEntitlement
    return row


async def subject_of(reads: Reads, entitlement_id: UUID | None) -> UUID | None:
    """The pseudonym of whose entitlement it is, so that what is written about it goes with them."""
    row = await reads.entitlement(OPERATOR, entitlement_id) if entitlement_id else None
    return row.subject_id if row else None


def _named(reference: Mapping[str, object]) -> Iterator[wire.Identifier]:
    """Each identifier of a reference with what it is."""
    for kind, value in reference.items():
        if isinstance(value, list):
            for one in value:
                yield wire.Identifier(kind=str(one["userIdType"]), value=str(one["userId"]))
        else:
            yield wire.Identifier(kind=kind, value=str(value))
