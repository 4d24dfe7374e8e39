"""A pool: live open orders of one school, product and contract, and who is entitled by which.

A user has at most one live entitlement in a pool: by the oldest order that matches and has room.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

LIVE: Final = "live"
LEAVING: Final = "leaving"
"""Its cancellation is asked for; the registry has not confirmed."""
KEPT: Final = "kept"
"""It was to be cancelled and the registry refused: whoever has it is not asked to leave again."""
CANCELLED: Final = "cancelled"
NOT_GIVEN: Final = "not-given"
"""Its order was being cancelled when its turn came, so it was never created."""

LEAVER: Final = "leaver"
FULL: Final = "full"
WITHDRAW: Final = "withdraw"
FOLLOWED_CAUSES: Final = (LEAVER, FULL)
"""Why the roster took an entitlement back. Whoever lost it otherwise does not get it back here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """Somebody whom the roster has and the order is for, and how the roster names them."""

    subject_id: UUID
    user_reference_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolOrder:
    """An order of a pool; `activations` count against its `total_quantity`, if it has one.

    `paused`: its cancellation is under way; what it gave still counts, and nobody joins or leaves.
    `braked`: the operator has not said that its leavers may go.
    """

    order: UUID
    matches: tuple[Match, ...]
    activations: int = 0
    total_quantity: int | None = None
    on_full: str = "keep"
    paused: bool = False
    braked: bool = True

    @property
    def has_room(self) -> bool:
        """Fewer activated than were bought."""
        return self.total_quantity is None or self.activations < self.total_quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """An entitlement that an order of the pool gave; `cause` is why it is leaving or cancelled."""

    order: UUID
    subject_id: UUID
    turn: int
    state: str = LIVE
    cause: str = ""
    in_use: bool = False

    @property
    def holds(self) -> bool:
        """Whoever has it gets no other. Until the registry has confirmed, it is not gone."""
        if self.in_use or self.state not in (CANCELLED, NOT_GIVEN):
            return True
        return self.state == CANCELLED and self.cause not in FOLLOWED_CAUSES

    @property
    def may_leave(self) -> bool:
        """It is live and was never activated."""
        return self.state == LIVE and not self.in_use


@dataclass(frozen=True, kw_only=True, slots=True)
class Brake:
    """Losing more than `count` users and more than `percent` of them at once waits for somebody."""

    percent: float = 5.0
    count: int = 10

    def acts(self, leavers: int, of: int) -> bool:
        """So many of so many are too many."""
        return leavers > self.count and leavers * 100 > self.percent * of


@dataclass(kw_only=True, slots=True)
class Change:
    """What is to change in one order of a pool; `held_back` of `held_of` would have left."""

    order: UUID
    joined: list[tuple[Match, int]] = field(default_factory=list)
    left: list[tuple[UUID, int, str]] = field(default_factory=list)
    held_back: int = 0
    held_of: int = 0


def resolve(orders: Sequence[PoolOrder], turns: Iterable[Turn], brake: Brake) -> list[Change]:
    """What is to change in each order of a pool, oldest first, as its orders are given."""
    given = list(turns)
    last = _last_turns(given)
    held = {turn.subject_id for turn in given if _holds(turn, last)}
    withdrawing = _withdrawing(orders)
    changes = [Change(order=each.order) for each in orders]
    for each, change in zip(orders, changes, strict=True):
        if each.paused or not each.has_room or each.order in withdrawing:
            continue
        for match in each.matches:
            if match.subject_id not in held:
                held.add(match.subject_id)
                turn = last.get((each.order, match.subject_id), 0) + 1
                change.joined.append((match, turn))
    _take_back(orders, given, changes, brake)
    return changes


def over_quantity(orders: Iterable[tuple[UUID, int, int | None]]) -> dict[UUID, int]:
    """How many more than bought were activated, of (order, activations, quantity), oldest first.

    The activations of the pool fill its orders from the oldest on; what is left over is of the
    newest. An order without a quantity takes them all.
    """
    pool = list(orders)
    quantities = [quantity for _, _, quantity in pool if quantity is not None]
    if not pool or len(quantities) < len(pool):
        return {}
    over = sum(activations for _, activations, _ in pool) - sum(quantities)
    newest, _, _ = pool[-1]
    return {newest: over} if over > 0 else {}


def is_full(orders: Iterable[PoolOrder]) -> bool:
    """As many were activated as all orders of the pool bought together."""
    activations = quantity = 0
    for each in orders:
        if each.total_quantity is None:
            return False
        activations += each.activations
        quantity += each.total_quantity
    return activations >= quantity


def _holds(turn: Turn, last: Mapping[tuple[UUID, UUID], int]) -> bool:
    """What was cancelled and followed by a next turn says nothing any more."""
    superseded = turn.turn < last[turn.order, turn.subject_id]
    if superseded and turn.state == CANCELLED and not turn.in_use:
        return False
    return turn.holds


def _last_turns(turns: Iterable[Turn]) -> dict[tuple[UUID, UUID], int]:
    last: dict[tuple[UUID, UUID], int] = {}
    for turn in turns:
        key = (turn.order, turn.subject_id)
        last[key] = max(last.get(key, 0), turn.turn)
    return last


def _withdrawing(orders: Sequence[PoolOrder]) -> frozenset[UUID]:
    """The orders whose contract says that a full pool gives nobody else the product."""
    if not orders or not is_full(orders):
        return frozenset()
    return frozenset(each.order for each in orders if each.on_full == WITHDRAW)


def _take_back(
    orders: Sequence[PoolOrder], turns: Iterable[Turn], changes: Sequence[Change], brake: Brake
) -> None:
    matching = {match.subject_id for each in orders for match in each.matches}
    withdrawing = _withdrawing(orders)
    of_order: Mapping[UUID, list[Turn]] = defaultdict(list)
    for turn in turns:
        of_order[turn.order].append(turn)
    for each, change in zip(orders, changes, strict=True):
        if each.paused:
            continue
        given = of_order[each.order]
        if each.order in withdrawing:
            change.left += _leave((turn for turn in given if turn.may_leave), FULL)
            continue
        leavers = [turn for turn in given if turn.may_leave and turn.subject_id not in matching]
        of = sum(turn.state == LIVE for turn in given)
        if each.braked and brake.acts(len(leavers), of):
            change.held_back, change.held_of = len(leavers), of
        else:
            change.left += _leave(leavers, LEAVER)


def _leave(turns: Iterable[Turn], cause: str) -> Iterator[tuple[UUID, int, str]]:
    for turn in turns:
        yield turn.subject_id, turn.turn, cause
