"""Blocking and unblocking, by operators: whose entitlements are meant, and what came of each."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from adapters.wire.message import Day, Id, Key, Maybe, Message, broken
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import SchoolReference, UserReference


class Meant(Message):
    """Whose: exactly one of an entitlement, an order, a product or a school.

    With a school a user may be named: then it is what that user has there.
    """

    entitlement_id: Maybe[Id] = None
    delivery_order_id: Maybe[Id] = None
    product_id: Maybe[Key] = None
    school: Maybe[SchoolReference] = None
    user: Maybe[UserReference] = None


def _one_thing(meant: Meant) -> Meant:
    named = (meant.entitlement_id, meant.delivery_order_id, meant.product_id, meant.school)
    if sum(one is not None for one in named) != 1:
        broken("must name one of entitlementId, deliveryOrderId, productId and school")
    if meant.user is not None and meant.school is None:
        broken("must name the school of the user")
    return meant


class Block(Act):
    """Have entitlements blocked from `endDate` on (today, when it is left out).

    `dryRun` counts what would be touched, and touches nothing.
    """

    entitlements: Annotated[Meant, AfterValidator(_one_thing)]
    end_date: Maybe[Day] = None
    dry_run: bool = Field(default=False)


class Unblock(Act):
    """Have entitlements be again what they were before they were blocked."""

    entitlements: Annotated[Meant, AfterValidator(_one_thing)]
    dry_run: bool = Field(default=False)


class BlockCount(Outgoing, frozen=True, kw_only=True):
    """How many entitlements are meant, and how many of them would be touched, by status."""

    dry_run: bool
    meant: int
    touched: int
    by_status: dict[str, int]


class BlockAnswer(Outgoing, frozen=True, kw_only=True):
    """What came of one entitlement: asked, unchanged (already so), or refused with the reason."""

    entitlement_id: UUID
    outcome: Literal["asked", "unchanged", "refused"]
    message: str | None = None


WRITTEN = (BlockCount, BlockAnswer)
READ = (Block, Unblock)
