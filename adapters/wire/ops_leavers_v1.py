"""Operations on leavers: those of open orders that wait because they are so many at once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing


class ReleaseHeldBack(Act):
    """The body that lets the leavers of an order go."""


class HeldBack(Outgoing, frozen=True, kw_only=True):
    """An order of which so many (`heldBack`) of its users (`of`) would lose it at once."""

    delivery_order_id: UUID
    school_id: UUID
    product_id: str
    held_back: int
    of: int
    activation_until_date: date


class LeaversReleased(Outgoing, frozen=True, kw_only=True):
    """The leavers of an order may go; who they are is decided by the roster as it is now."""

    delivery_order_id: UUID


READ = (ReleaseHeldBack,)
WRITTEN = (HeldBack, LeaversReleased)
