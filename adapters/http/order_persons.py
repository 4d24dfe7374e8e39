"""Whom a delivery order names: schools and persons given to the vault, pseudonyms taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from adapters.postgres.vault import School, Vault
from adapters.postgres.vault_part import in_slices
from adapters.security.persons import (
    PersonReference,
    activation_code,
    customer,
    user_reference,
)
from adapters.wire.delivery_v2 import DeliveryOrder
from adapters.wire.references import CustomerReference, SchoolReference, UserReference


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedSchools:
    """The school that bought, and the one the entitlements are for; none for a customer."""

    buyer: School | None
    school: School | None

    @property
    def disagree(self) -> bool:
        """The identifiers of one of them name more than one school."""
        return any(each is not None and each.conflict for each in (self.buyer, self.school))


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedUsers:
    """The users as the vault knows them, each once, beside how the order named them first.

    `disagree`: the identifiers of somebody name more than one person. `customer` is who bought.
    """

    count: int
    subject_ids: tuple[UUID, ...] = ()
    reference_ids: tuple[UUID, ...] = ()
    customer: UUID | None = None
    disagree: bool = False

    @property
    def digest(self) -> str:
        """The same for the same users, in whatever order they are named; empty when not known."""
        if not self.subject_ids:
            return ""
        return sha256(b"".join(sorted(one.bytes for one in self.subject_ids))).hexdigest()


async def name_schools(vault: Vault, order: DeliveryOrder) -> NamedSchools:
    """Give each school its internal id; committed on return."""
    buyer = order.buyer if isinstance(order.buyer, SchoolReference) else None
    return NamedSchools(
        buyer=await _school(vault, buyer), school=await _school(vault, order.school_of())
    )


async def references_in(
    order: DeliveryOrder, *, scope: str, registry: str | None
) -> tuple[PersonReference, ...]:
    """Whom the order names, word for word the same taken together; `scope` is where an ASI holds.

    Whose a code is depends on the registry; where that is not known, codes say nothing.
    """
    users = await in_slices(lambda user: _user(user, scope), order.users())
    named = order.codes() if registry else ()
    codes = [activation_code(code, registry=registry or "") for code in named]
    return tuple({one.identifiers: one for one in reversed((*users, *codes))}.values())[::-1]


async def name_users(
    vault: Vault,
    order: DeliveryOrder,
    references: Sequence[PersonReference],
    shop: str,
    forgotten_buyer: UUID | None = None,
) -> NamedUsers:
    """Give everybody their pseudonym, the customer too; committed on return.

    A customer who was forgotten since is not stored again.
    """
    customers = () if forgotten_buyer else customers_of(order, shop)
    known = await vault.remember_many((*references, *customers))
    users = {one.subject_id: one.reference_id for one in reversed(known[: len(references)])}
    return NamedUsers(
        count=len(users),
        subject_ids=tuple(users)[::-1],
        reference_ids=tuple(users.values())[::-1],
        customer=known[-1].subject_id if customers else forgotten_buyer,
        disagree=any(one.conflict for one in known),
    )


async def _school(vault: Vault, reference: SchoolReference | None) -> School | None:
    if reference is None:
        return None
    pairs = [(one.organisation_id_type, one.organisation_id) for one in reference.organisation_ids]
    return await vault.school_id(reference.organisation_master_identifier, pairs)


def _user(user: UserReference, scope: str) -> PersonReference:
    pairs = [(one.user_id_type, one.user_id) for one in user.user_ids]
    return user_reference(user.user_master_identifier, pairs, scope=scope)


def customers_of(order: DeliveryOrder, shop: str) -> tuple[PersonReference, ...]:
    """The customer that an order names, if it is one's."""
    match order.buyer:
        case CustomerReference(display_name=name, email=email):
            return (customer(name, email, shop=shop),)
        case _:
            return ()
