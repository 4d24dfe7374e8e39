"""What can be wrong between an order and its use: each cause found in what is known, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Final

from projections import side as sides
from projections.access import (
    ACTIVATION,
    ENTITLEMENT,
    LINK,
    OPENS,
    ORDER,
    REGISTRY,
    Candidate,
    Cause,
    Known,
    Ordered,
)
from projections.entitlement_details import EntitlementDetails, is_over
from projections.order_trace import Waiting, counted
from projections.products import Product

BY_SCHOOL: Final = "school-admin"
"""What officials of a school hand out to whom they like."""
_CANCELLED: Final = {
    "order": "cancelled-with-order",
    "leaver": "left-the-roster",
    "full": "used-up",
    "forgotten": "forgotten",
}

_BLOCKED: Final = {
    "blocking": "being-blocked",
    "block-refused": "block-refused",
    "unblocking": "being-unblocked",
}
"""A block by what of it is under way."""


def wrong_with_order(candidate: Candidate, _known: Known) -> Iterator[Cause]:
    """What was ordered is taken back."""
    order = candidate.order
    if order is not None and order.cancelling and not order.in_use:
        yield Cause("order-being-cancelled", ORDER, order.shop, candidate.order_since.get("status"))


def wrong_with_entitlement(candidate: Candidate, known: Known) -> Iterator[Cause]:
    """Cancelled, blocked, not begun yet, over, or of somebody who was forgotten."""
    row, since = candidate.row, candidate.since.get("status")
    if row.status == "cancelled":
        key = _CANCELLED.get(row.cause, "cancelled")
        yield Cause(key, ENTITLEMENT, None, since, {"day": row.end_date})
        return
    if candidate.forgotten:
        yield Cause("forgotten", ENTITLEMENT)
    if row.status == "blocked" or row.under_way in _BLOCKED:
        key = _BLOCKED.get(row.under_way, "blocked")
        yield Cause(key, ENTITLEMENT, row.registry, since, {"day": row.end_date})
    if row.under_way == "cancelling":
        yield Cause("being-cancelled", ENTITLEMENT, row.registry, since)
    if row.start_date > known.today and row.first_usage_date is None:
        yield Cause("not-started", ENTITLEMENT, details={"day": row.start_date})
    yield from _over(row, known.today)


def _over(row: EntitlementDetails, today: date) -> Iterator[Cause]:
    used = row.first_usage_date is not None
    if not is_over(row.status, row.activation_until_date, row.expiration_date, today, used=used):
        return
    key = "licence-over" if used else "activation-period-over"
    day = row.expiration_date if used else row.activation_until_date
    yield Cause(key, ENTITLEMENT, details={"day": day})


def wrong_with_product(_candidate: Candidate, known: Known) -> Iterator[Cause]:
    """It works no more, whoever has it."""
    if known.product is not None:
        yield from _withdrawn(known.product, known.today)


def _withdrawn(product: Product, today: date) -> Iterator[Cause]:
    last = product.end_of_life_date
    if last is not None and last < today:
        yield Cause("product-withdrawn", REGISTRY, product.registry, details={"day": last})


def wrong_at_registry(candidate: Candidate, _known: Known) -> Iterator[Cause]:
    """The registry does not have it ready; of what is cancelled that matters to nobody."""
    row = candidate.row
    if row.ready or row.status == "cancelled":
        return
    yield _wrong_at(candidate, row.registry, REGISTRY)


def wrong_at_portals(candidate: Candidate, _known: Known) -> Iterator[Cause]:
    """No link where the school has one; of what is not ready none is asked for."""
    row = candidate.row
    if not row.ready or row.status in sides.WITHDRAWN:
        return
    for portal in row.portals:
        side = row.sides.get(portal)
        state = sides.step(side)
        if state == sides.BY_SCHOOL:
            yield Cause("assigned-by-school", LINK, portal, candidate.since.get(portal))
        elif portal in candidate.unconsented:
            yield Cause("no-consent", LINK, portal, candidate.unconsented[portal])
        elif state not in OPENS:
            yield _wrong_at(candidate, portal, LINK)


def _wrong_at(candidate: Candidate, partner: str, step: str) -> Cause:
    side = candidate.row.sides.get(partner)
    state, since = sides.step(side), candidate.since.get(partner)
    if state == "waiting":
        return Cause("being-asked", step, partner, since)
    if state == sides.WITHHELD:
        return Cause("no-consent", step, partner, since)
    if state == "dropped":
        return Cause("not-sent", step, partner, since)
    if state in ("asked", "taken", "given-up"):
        return _awaited(candidate, partner, step, state, since)
    key = "link-lost" if step == LINK and state != "refused" else "refused"
    return Cause(key, step, partner, since, {"code": side and side.code, "state": state})


def _awaited(
    candidate: Candidate, partner: str, step: str, state: str, since: datetime | None
) -> Cause:
    """It was asked, and nothing came: because the partner is away, or does not answer."""
    held = next((each for each in candidate.waiting if each.partner == partner), None)
    if state == "given-up":
        return Cause("given-up", step, partner, since, _tried(held))
    if state == "taken":
        return Cause("not-confirmed", step, partner, since)
    if held is not None and held.paused_at is not None:
        return Cause("partner-paused", step, partner, held.paused_at)
    if held is not None and held.unreachable_since is not None:
        return Cause("partner-away", step, partner, held.unreachable_since, _tried(held))
    return Cause("not-taken", step, partner, since, _tried(held))


def _tried(held: Waiting | None) -> dict[str, object]:
    return {"attempts": held.attempts, "error": held.last_error} if held is not None else {}


def wrong_with_use(candidate: Candidate, _known: Known) -> Iterator[Cause]:
    """Somebody else used it."""
    if candidate.used_by_another is not None:
        day = {"day": candidate.used_by_another}
        yield Cause("used-by-another", ACTIVATION, candidate.row.registry, details=day)


CHAIN: Final[tuple[Callable[[Candidate, Known], Iterator[Cause]], ...]] = (
    wrong_with_order,
    wrong_with_entitlement,
    wrong_with_product,
    wrong_at_registry,
    wrong_at_portals,
    wrong_with_use,
)
"""In the order of the chain, so that the first cause found is the first thing that is wrong."""


def without_entitlement(known: Known) -> Iterator[Cause]:
    """Why the person has none at all: the order that comes nearest decides."""
    if not known.school and not known.by_code:
        yield Cause("school-unknown", ORDER)
        return
    if known.product is None:
        yield Cause("product-unknown", ORDER)
        return
    if known.by_code:
        yield Cause("code-of-another" if known.person else "code-unknown", ORDER)
        return
    judged = [wrong_with_ordered(ordered, known) for ordered in known.orders]
    if not judged:
        yield Cause("no-order", ORDER)
        return
    yield min(judged, key=lambda cause: NEAREST.index(cause.key))
    yield from _withdrawn(known.product, known.today)


NEAREST: Final = (
    "being-created",
    "roster-awaited",
    "handed-out-by-school",
    "not-in-roster",
    "used-up",
    "not-named",
    "order-held",
    "order-being-cancelled",
    "order-not-started",
    "other-school-year",
    "order-cancelled",
)
"""Of several orders that give a person nothing, the one that comes nearest to it is told of."""


def wrong_with_ordered(ordered: Ordered, known: Known) -> Cause:
    """What is wrong with one order that gives a person nothing."""
    order = ordered.order
    about = {"order": order.delivery_order_id, "day": order.activation_until_date}
    if (key := _taken_back(ordered, known.today)) is not None:
        return Cause(key, ORDER, order.shop, order.received_at, about)
    start = order.start_date
    if start is not None and start > known.today and not ordered.open_type:
        return Cause("order-not-started", ORDER, order.shop, None, {**about, "day": start})
    return Cause(_for_others(ordered), ENTITLEMENT, order.shop, None, about)


def _taken_back(ordered: Ordered, today: date) -> str | None:
    """The order as a whole gives nobody anything, now."""
    order, until = ordered.order, ordered.order.activation_until_date
    states = {
        "order-cancelled": order.status == "cancelled",
        "other-school-year": until is not None and until < today,
        "order-being-cancelled": order.cancelling,
        "order-held": order.held,
        "roster-awaited": ordered.waits_on_roster,
        "being-created": counted(order) < order.users_count,
    }
    return next((key for key, is_so in states.items() if is_so), None)


def _for_others(ordered: Ordered) -> str:
    order = ordered.order
    if order.delivery_type == BY_SCHOOL:
        return "handed-out-by-school"
    if not ordered.open_type:
        return "not-named"
    bought = order.total_quantity
    return "used-up" if bought is not None and order.in_use >= bought else "not-in-roster"
