"""Operations: can this pupil open this product, and if not, why? For support; no person in it."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, Self
from uuid import UUID

from pydantic import model_validator

from adapters.wire.message import Code, Id, Key, Maybe, Message, broken
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import SchoolReference, UserReference

Language = Literal["en", "nl"]


class AccessQuestion(Message):
    """A product, and whose: a user (at a school, or a customer's), a code, or an entitlement.

    With `entitlementId` nothing else is needed.
    """

    product_id: Maybe[Key] = None
    school: Maybe[SchoolReference] = None
    user: Maybe[UserReference] = None
    activation_code: Maybe[Code] = None
    entitlement_id: Maybe[Id] = None
    language: Language = "en"

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        given = (self.user, self.activation_code, self.entitlement_id)
        if sum(each is not None for each in given) != 1:
            broken("needs one of user, activationCode and entitlementId")
        if self.entitlement_id is None and self.product_id is None:
            broken("is missing: or give entitlementId", at="productId")
        if self.user is not None and self.school is None:
            broken("is missing: the school of the user", at="school")
        return self


class ChainStep(Outgoing, frozen=True, kw_only=True):
    """A step between order and use: order, entitlement, registry, link (per portal), activation.

    `state` is one word of track and trace; `since`: since when it is that.
    """

    step: str
    partner: str | None = None
    state: str
    text: str
    since: datetime | None = None
    good: bool


class AccessCause(Outgoing, frozen=True, kw_only=True):
    """Something that is wrong, whom it waits for, and what to do.

    `waitsFor`: shop, registry, portal, school, publisher, operator, hub (it goes on by itself), or
    nobody.
    """

    cause: str
    step: str
    partner: str | None = None
    since: datetime | None = None
    waits_for: str
    text: str
    advice: str


class AccessAnswer(Outgoing, frozen=True, kw_only=True):
    """Whether the pupil can open it, the chain, and what is wrong: the first thing first.

    `canOpen` is what the hub knows: whether the publisher's site works nobody told it.
    """

    can_open: bool
    text: str
    product_id: str | None = None
    product_title: str | None = None
    entitlement_id: UUID | None = None
    delivery_order_id: UUID | None = None
    steps: tuple[ChainStep, ...]
    causes: tuple[AccessCause, ...]


READ: Final = (AccessQuestion,)
WRITTEN: Final = (AccessAnswer, ChainStep, AccessCause)
