"""Operations: who of a school, or of a class, can open a product, and why the others cannot.

No person is in it: users are counted, and entitlements named.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from adapters.wire.message import Id, Key, Maybe, Message
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import SchoolReference

Language = Literal["en", "nl"]


class SchoolAccessQuestion(Message):
    """A product and a school: all its users who have it, those of one order, or those of a group.

    `group` is one of the school's roster, by its id or by what it is called: 3B.
    """

    product_id: Key
    school: SchoolReference
    delivery_order_id: Maybe[Id] = None
    group: Maybe[Key] = None
    language: Language = "en"


class AccessOrder(Outgoing, frozen=True, kw_only=True):
    """An order, and how many users it is about here."""

    delivery_order_id: UUID
    users: int


class UsersAlike(Outgoing, frozen=True, kw_only=True):
    """Users with the same wrong: `cause`, `step`, `waitsFor` and texts as of AccessCause.

    `since` is since when for the first of them, `latest` for the last. `more`: it is also about
    orders of which nobody knows yet how many users they have. `orders` are those with most of them,
    at most 20 of `ordersCount`; `entitlements` a few, the longest wait first; `incidents` are open.
    `nextTryAt`: when a partner that cannot be reached is tried again. `mends`: what an operator can
    do from here: send-again, resume, release, unblock, consents.
    """

    cause: str
    step: str
    partner: str | None = None
    text: str
    waits_for: str
    advice: str
    users: int
    more: bool = False
    since: datetime | None = None
    latest: datetime | None = None
    next_try_at: datetime | None = None
    mends: tuple[str, ...] = ()
    orders: tuple[AccessOrder, ...] = ()
    orders_count: int = 0
    entitlements: tuple[UUID, ...] = ()
    incidents: tuple[UUID, ...] = ()


class OrderedProduct(Outgoing, frozen=True, kw_only=True):
    """An order for the product that is not over."""

    delivery_order_id: UUID
    delivery_type: str | None = None
    status: str | None = None
    activation_until_date: date | None = None


class SchoolAccessAnswer(Outgoing, frozen=True, kw_only=True):
    """How many of the `users` can open it (`canOpen`), and the others by the first thing wrong.

    A user is judged as `POST /ops/v1/access` judges one. `groups` are of those who cannot, the most
    first; `remarks` of those who can, where there is something to tell all the same. `orders` are
    the newest of those that are not over, at most 20 of `ordersCount`; `earlierOrders` are over,
    and who has it by those alone is not counted.
    """

    text: str
    product_id: str
    product_title: str | None = None
    school_id: UUID | None = None
    group: str | None = None
    delivery_order_id: UUID | None = None
    users: int
    can_open: int
    groups: tuple[UsersAlike, ...]
    remarks: tuple[UsersAlike, ...]
    orders: tuple[OrderedProduct, ...] = ()
    orders_count: int = 0
    earlier_orders: int = 0


READ: Final = (SchoolAccessQuestion,)
WRITTEN: Final = (SchoolAccessAnswer, UsersAlike, AccessOrder, OrderedProduct)
