"""Operations on persons: to see who one is, and to forget one, as the law gives them a right to."""

from __future__ import annotations

from typing import Final, Self
from uuid import UUID

from pydantic import model_validator

from adapters.wire.message import Id, Maybe, Name, broken
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import CustomerReference, SchoolReference, UserReference


class ShopCustomer(CustomerReference):
    """A customer, as this shop names them in its orders."""

    shop: Name


class ForgetUser(Act):
    """The body that names whom to forget: a user, or a customer of a shop.

    An ASI holds within a school, so that goes with it.
    `force`: also somebody who is in a followed roster or has a live entitlement. `atOnce`: without
    waiting for messages about them that are under way; those are dropped. `dryRun`: only count.
    """

    user: Maybe[UserReference] = None
    customer: Maybe[ShopCustomer] = None
    school: Maybe[SchoolReference] = None
    force: bool = False
    at_once: bool = False
    dry_run: bool = False

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.user is None) == (self.customer is None):
            broken("needs user or customer, and not both")
        return self


class RevealUser(Act):
    """The body that asks whose an entitlement is."""

    entitlement_id: Id


class Identifier(Outgoing, frozen=True, kw_only=True):
    """An identifier of a person, and what the APIs call it (such as userMasterIdentifier)."""

    kind: str
    value: str


class RevealedPerson(Outgoing, frozen=True, kw_only=True):
    """Whose an entitlement is, as the order named them; that somebody asked is on record."""

    subject_id: UUID
    entitlement_id: UUID
    identifiers: tuple[Identifier, ...]


class PersonForgetting(Outgoing, frozen=True, kw_only=True):
    """What came of it, and how much it touched or would touch.

    `outcome`: would-be-forgotten, would-be-refused, under-way or forgotten. `underWay`: how many
    entitlements a partner has to hear of first; ask again later.
    """

    outcome: str
    subject_id: UUID
    identifiers: int
    references: int
    texts: int
    held_activations: int
    answers: int
    rosters: int
    live_entitlements: int
    unused_entitlements: int
    under_way: int


READ: Final = (ForgetUser, ShopCustomer, RevealUser)
WRITTEN: Final = (PersonForgetting, RevealedPerson, Identifier)
