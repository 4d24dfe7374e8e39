"""Who of many can open a product, and the others together by the first thing that is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from projections.access import Access, Cause, Known, Ordered
from projections.access_causes import wrong_with_ordered
from projections.access_verdict import judge_without_chain
from projections.order_trace import counted, has_ended

SAMPLE: Final = 5
"""So many entitlements are named of those that have the same wrong, the longest wait first."""
_KINDS: Final = ("code", "state")
"""The details of a cause that make it another one; others are told of as far as they agree."""
_LEFT_OUT: Final = ("order-cancelled", "other-school-year")
"""What is wrong with an order that matters to nobody while there is another."""
NOT_IN_ITS_FACTS: Final = frozenset(
    (
        "forgotten",
        "not-started",
        "activation-period-over",
        "licence-over",
        "product-withdrawn",
        "used-by-another",
        "partner-away",
        "partner-paused",
    )
)
"""Causes of which the entitlement's own facts do not tell since when: a day or its partner does."""
_LAST: Final = datetime.max.replace(tzinfo=UTC)


class Told(NamedTuple):
    """What was judged of some users: the first cause that keeps them from it.

    `can_open`: they can all the same, and the cause is what has to be told; None: there is nothing.
    `users` is None when nobody knows how many an order is for. `order` is the deliveryOrderId.
    """

    cause: Cause | None
    can_open: bool
    users: int | None = 1
    order: UUID | None = None
    entitlement: UUID | None = None


class Alike(NamedTuple):
    """Users who have the same wrong. Moments are UTC; `latest` is when the last of them got it.

    `users` counts those that are known; `more`: there are orders of which nobody knows how many
    users they have. `orders` counts users per order, the most first.
    """

    cause: Cause
    users: int
    more: bool
    earliest: datetime | None
    latest: datetime | None
    orders: Mapping[UUID, int]
    entitlements: tuple[UUID, ...]


class Together(NamedTuple):
    """All of them. `wrong` keeps users from it; `remarks` are about users who can open it."""

    users: int
    can_open: int
    wrong: tuple[Alike, ...]
    remarks: tuple[Alike, ...]


def told_of_user(known: Known) -> Told:
    """One user, judged as if asked about alone."""
    return told_of(judge_without_chain(known))


def told_of(access: Access) -> Told:
    """The same of one who was judged already."""
    row, cause = access.row, told_cause(access)
    order = row.delivery_order_id if row else None
    if order is None and cause is not None and isinstance(cause.details.get("order"), UUID):
        order = UUID(str(cause.details["order"]))
    return Told(cause, access.can_open, 1, order, row.entitlement_id if row else None)


def told_cause(access: Access) -> Cause | None:
    """What keeps the user from it, or else what has to be told."""
    return access.keeps or next(iter(access.causes), None)


def is_dated_by_its_facts(access: Access) -> bool:
    """The facts of its entitlement tell since when it is so."""
    cause = told_cause(access)
    return access.row is not None and cause is not None and cause.key not in NOT_IN_ITS_FACTS


def told_of_orders(known: Known, orders: Sequence[Ordered]) -> Iterator[Told]:
    """The users of these orders who have no entitlement yet, and why."""
    for each in orders:
        order = each.order
        if (missing := order.users_count - counted(order)) > 0:
            users: int | None = missing
        elif each.waits_on_roster or (each.open_type and order.held):
            users = None
        else:
            continue
        cause = wrong_with_ordered(each, known)
        if cause.key not in _LEFT_OUT:
            yield Told(cause, can_open=False, users=users, order=order.delivery_order_id)


def told_of_nobody(known: Known) -> Told:
    """Why there is nobody at all: the order that comes nearest decides, or there is none."""
    told = told_of_user(known._replace(candidates=()))
    return told._replace(users=None)


def current(orders: Iterable[Ordered], known: Known) -> list[Ordered]:
    """The orders that are not over: somebody can activate still, or has a licence."""
    return [each for each in orders if not has_ended(each.order, known.today)]


def together(told: Iterable[Told]) -> Together:
    """Those who have the same wrong together, the most first."""
    alike: defaultdict[object, list[Told]] = defaultdict(list)
    users = can_open = 0
    for each in told:
        users += each.users or 0
        can_open += (each.users or 0) if each.can_open else 0
        if each.cause is not None:
            alike[each.can_open, *_kind(each.cause)].append(each)
    groups = [(each[0].can_open, _alike(each)) for each in alike.values()]
    groups.sort(key=lambda group: _weight(group[1]))
    return Together(
        users=users,
        can_open=can_open,
        wrong=tuple(group for can, group in groups if not can),
        remarks=tuple(group for can, group in groups if can),
    )


def _weight(group: Alike) -> tuple[int, datetime, str, str]:
    cause = group.cause
    return -group.users, group.earliest or _LAST, cause.key, cause.partner or ""


def _kind(cause: Cause) -> tuple[object, ...]:
    said = (str(cause.details.get(name, "")) for name in _KINDS)
    return cause.key, cause.step, cause.partner or "", *said


def _alike(told: Sequence[Told]) -> Alike:
    causes = [each.cause for each in told if each.cause is not None]
    since = [cause.since for cause in causes if cause.since is not None]
    orders: Counter[UUID] = Counter()
    for each in sorted(told, key=lambda one: str(one.order)):
        if each.order is not None:
            orders[each.order] += each.users or 0
    return Alike(
        cause=causes[0]._replace(since=min(since, default=None), details=_agreed(causes)),
        users=sum(each.users or 0 for each in told),
        more=any(each.users is None for each in told),
        earliest=min(since, default=None),
        latest=max(since, default=None),
        orders=dict(orders.most_common()),
        entitlements=_sample(told),
    )


def _sample(told: Iterable[Told]) -> tuple[UUID, ...]:
    found = sorted(
        ((each.cause and each.cause.since) or _LAST, each.entitlement)
        for each in told
        if each.entitlement is not None
    )
    return tuple(entitlement for _, entitlement in found[:SAMPLE])


def _agreed(causes: Sequence[Cause]) -> Mapping[str, object]:
    """What all say; days that differ as the first and the last of them."""
    said: dict[str, object] = {}
    for name in causes[0].details:
        values = {cause.details.get(name) for cause in causes}
        if len(values) == 1:
            said[name] = values.pop()
        elif name == "day":
            days = sorted(str(value) for value in values if value is not None)
            said[name] = f"{days[0]} – {days[-1]}" if len(days) > 1 else days[0]  # noqa: RUF001 - from - to
    return said
