"""What differs between us and a partner: what we lack and take over, and what must be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from uuid import UUID

STATUS: Final = "status"
QUANTITY: Final = "quantity"
UNKNOWN_THERE: Final = "unknown-there"
UNKNOWN_HERE: Final = "unknown-here"
CANCELLED_THERE: Final = "cancelled-there"
UNDATED: Final = "use-without-a-date"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ours:
    """An entitlement as we have it.

    `under_way`: a message about it is with the registry, so it may differ for a while. `over`: by
    its dates nothing can be done with it any more. `refused`: the registry never had it.
    """

    entitlement_id: UUID
    product_id: str
    status: str
    activated: bool
    expiration_date: date | None
    under_way: bool
    over: bool
    refused: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Theirs:
    """A product of an entitlement as its registry has it (Usage API 1.0.0, EntitlementUsage)."""

    entitlement_id: UUID
    product_id: str | None
    status: str
    first_used: date | None
    expiration_date: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Something that is not the same; of an order as a whole without an `entitlement_id`."""

    what: str
    entitlement_id: UUID | None = None
    ours: str | None = None
    theirs: str | None = None


def is_lacking(ours: Ours, theirs: Theirs) -> bool:
    """Whether they know of a use, or of a later end, that we may not have.

    Another product of the bundle is always asked about: only the entitlement itself knows.
    """
    if theirs.first_used is None:
        return False
    ends, later = theirs.expiration_date, ours.expiration_date
    moved = ends is not None and (later is None or ends > later)
    another = theirs.product_id not in {None, ours.product_id}
    return not ours.activated or moved or another


def compare_entitlement(ours: Ours, theirs: Sequence[Theirs]) -> Iterator[Difference]:
    """What differs of an entitlement that both know; `theirs` has its products, at least one."""
    if any(each.status == "licensed" and each.first_used is None for each in theirs):
        yield Difference(what=UNDATED, entitlement_id=ours.entitlement_id)
    if ours.under_way or ours.over:
        return
    used = any(each.first_used is not None for each in theirs)
    own = next((each for each in theirs if each.product_id == ours.product_id), theirs[0])
    expected = "licensed" if used and ours.status in {"created", "entitled"} else ours.status
    if own.status != expected:
        yield Difference(
            what=STATUS, entitlement_id=ours.entitlement_id, ours=expected, theirs=own.status
        )


def unknown_there(ours: Iterable[Ours], named: Mapping[UUID, object]) -> Iterator[Difference]:
    """Which of ours a registry should have and did not name."""
    for each in ours:
        if each.entitlement_id not in named and _should_be_there(each):
            yield Difference(
                what=UNKNOWN_THERE, entitlement_id=each.entitlement_id, ours=each.status
            )


def _should_be_there(ours: Ours) -> bool:
    """What was cancelled or is over may have been cleared away; what was not confirmed is late."""
    gone = ours.over or ours.refused or ours.under_way
    return not gone and ours.status in {"entitled", "licensed", "blocked"}


@dataclass(frozen=True, kw_only=True, slots=True)
class OurOrder:
    """An accepted order as we have it; `under_way`: the shop has not taken our last answer."""

    status: str
    total_quantity: int | None
    cancelling: bool
    under_way: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TheirOrder:
    """An order as its shop has it (Delivery API 2.0.0, DeliveryOrder)."""

    status: str
    total_quantity: int | None


def compare_order(ours: OurOrder, theirs: TheirOrder | None) -> Iterator[Difference]:
    """What differs of an order; None: the shop does not know it."""
    if theirs is None:
        if ours.status != "cancelled":
            yield Difference(what=UNKNOWN_THERE, ours=ours.status)
        return
    if theirs.status == "cancelled" and ours.status != "cancelled":
        if not ours.cancelling:
            yield Difference(what=CANCELLED_THERE, ours=ours.status, theirs=theirs.status)
        return
    if ours.under_way or ours.cancelling:
        return
    status = "ordered" if theirs.status == "created" else theirs.status
    if status != ours.status:
        yield Difference(what=STATUS, ours=ours.status, theirs=theirs.status)
    if theirs.total_quantity != ours.total_quantity:
        yield Difference(
            what=QUANTITY, ours=_number(ours.total_quantity), theirs=_number(theirs.total_quantity)
        )


def is_missed(theirs: TheirOrder) -> bool:
    """Whether an order that we do not have should have been sent to us."""
    return theirs.status not in {"created", "cancelled"}


def _number(quantity: int | None) -> str:
    return "none" if quantity is None else str(quantity)
