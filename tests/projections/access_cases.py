"""A pupil, a product, and one thing that is wrong between them: a case for every cause there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

from aanspraak.domain.entitlement.commands import (
    BlockEntitlement,
    CancelEntitlement,
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestTaken,
    UnblockEntitlement,
)
from projections.access import Candidate, Known, Ordered
from projections.changes import entitlement_since, order_since
from projections.delivery_order_status import DeliveryOrderStatus
from projections.order_trace import Waiting
from projections.products import Product
from tests.projections.facts import PORTAL, PORTAL_B, REGISTRY, Log, Story

TODAY = date(2026, 9, 2)
AWAY = datetime(2026, 9, 1, 6, tzinfo=UTC)
PRODUCT: Final = Product(
    product_id="9789000000001",
    provider=None,
    registry=REGISTRY,
    title="Getal en Ruimte 3B",
    kind="digital",
    status="available",
    licence_variant="schoolyear",
    licence_days=None,
    activation_variant=None,
    activation_days=None,
    activation_until_date=None,
    delivery_types=(),
    bundled_products=(),
    default_access_url=None,
    payment_models=(),
    first_published_date=None,
    supported_until_date=None,
    end_of_life_date=None,
    info_access_url=None,
    info_bundled_products=(),
    missed=False,
)


def known(*candidates: Candidate, **changes: Any) -> Known:  # noqa: ANN401 - fields of Known
    usual: dict[str, Any] = {
        "today": TODAY,
        "school": True,
        "person": True,
        "by_code": False,
        "product": PRODUCT,
        "candidates": candidates,
    }
    return Known(**{**usual, **changes})


def candidate(story: Story, *waiting: Waiting, **changes: Any) -> Candidate:  # noqa: ANN401 - its fields
    """The only entitlement of a story, as its facts tell of it."""
    row, since = entitlement_since(story.log.of(story.entitlements[0]))
    order, order_changed = order_since(story.log.of(story.order))
    assert row is not None
    found = Candidate(row, since, order, order_changed, waiting=waiting)
    return found._replace(**changes)


def ordered(story: Story, *, waits: bool = False, **changes: Any) -> Ordered:  # noqa: ANN401 - of an order
    """An order that gave everybody else theirs, and the person nothing."""
    order, _ = order_since(story.log.of(story.order))
    assert order is not None
    open_type = changes.get("delivery_type", "school-students").startswith("school-g")
    order = order._replace(total_created=order.users_count)
    return Ordered(order._replace(**changes), open_type=open_type, waits_on_roster=waits)


def order_of(**changes: Any) -> Known:  # noqa: ANN401 - fields of the order
    return known(orders=(ordered(_story().received(), **changes),))


def waiting(partner: str, **changes: Any) -> Waiting:  # noqa: ANN401 - its fields
    usual: dict[str, Any] = {
        "kind": "registry",
        "refresh": False,
        "messages": 1,
        "taken": 0,
        "given_up": 0,
        "behind": 0,
        "since": AWAY,
        "attempts": 3,
        "last_attempt_at": AWAY,
        "last_error": "timeout",
        "next_attempt_at": None,
        "unreachable_since": None,
        "paused_at": None,
    }
    return Waiting(partner=partner, **{**usual, **changes})


def _story(**changes: Any) -> Story:  # noqa: ANN401 - fields of the story
    return Story(Log(), **changes)


def delivered(**changes: Any) -> Candidate:  # noqa: ANN401 - fields of the candidate
    return candidate(_story().delivered(), **changes)


def asked() -> Story:
    """The registry was asked, and took nothing."""
    return _story().received().created()


def ready() -> Story:
    """The registry has it, and its portal was asked for the link."""
    return asked().taken(REGISTRY).entitled().links_requested()


def after(story: Story, *commands: object) -> Candidate:
    for command in commands:
        story.log.ask(story.entitlements[0], command)
    return candidate(story)


def cancelled(cause: str) -> Candidate:
    """Nothing stood at the registry, so it is cancelled at once."""
    story = asked().confirmed(REGISTRY, success=False)
    end = date(2026, 8, 31)
    command = CancelEntitlement(
        cancel_id=cause, cause=cause, reason_id=None, end_date=end, now=story.log.now
    )
    return after(story, command)


def block(story: Story, *, confirmed: bool | None = None, lifted: bool = False) -> Candidate:
    now, end = story.log.now, date(2026, 8, 31)
    found = after(story, BlockEntitlement(reason_id=None, end_date=end, now=now))
    if confirmed is None and not lifted:
        return found
    story.confirmed(REGISTRY, 2, success=confirmed is not False)
    if not lifted:
        return candidate(story)
    return after(story, UnblockEntitlement(reason_id=None, now=now))


def being_cancelled() -> Candidate:
    story = _story().delivered()
    command = CancelEntitlement(
        cancel_id="x", cause="order", reason_id=None, end_date=TODAY, now=story.log.now
    )
    return after(story, command)


def by_school() -> Candidate:
    story = Story(Log(), delivery_type="school-all")
    story.received().created().taken(REGISTRY).entitled().links_requested()
    return after(story, RecordRequestTaken(partner=PORTAL, number=1))


def order_cancelling() -> Candidate:
    found = delivered()
    assert found.order is not None
    return found._replace(order=found.order._replace(cancelling=True))


def moved(**changes: Any) -> Candidate:  # noqa: ANN401 - fields of the row
    found = delivered()
    return found._replace(row=found.row._replace(**changes))


def over(days: timedelta) -> Known:
    return known(delivered(), today=date(2026, 10, 31) + days)


OLD = PRODUCT._replace(end_of_life_date=date(2026, 8, 1))
OPEN: Mapping[str, Any] = {"delivery_type": "school-groups", "users_count": 0}
CASES: Final[Mapping[str, Callable[[], Known]]] = {
    "school-unknown": lambda: known(school=False),
    "product-unknown": lambda: known(product=None),
    "code-unknown": lambda: known(by_code=True, person=False, school=False),
    "code-of-another": lambda: known(by_code=True, school=False),
    "no-order": known,
    "other-school-year": lambda: order_of(activation_until_date=date(2026, 7, 31)),
    "order-not-started": lambda: order_of(start_date=date(2027, 8, 1)),
    "order-cancelled": lambda: order_of(status="cancelled"),
    "order-being-cancelled": lambda: known(order_cancelling()),
    "order-held": lambda: order_of(held=True),
    "being-created": lambda: order_of(total_created=0),
    "roster-awaited": lambda: order_of(**OPEN, waits=True),
    "not-in-roster": lambda: order_of(**OPEN, total_quantity=30, in_use=29),
    "used-up": lambda: order_of(**OPEN, total_quantity=30, in_use=30),
    "handed-out-by-school": lambda: order_of(delivery_type="school-admin"),
    "not-named": order_of,
    "cancelled-with-order": lambda: known(cancelled("order")),
    "left-the-roster": lambda: known(cancelled("leaver")),
    "cancelled": lambda: known(cancelled("operator")),
    "forgotten": lambda: known(delivered(forgotten=True)),
    "blocked": lambda: known(block(_story().delivered(), confirmed=True)),
    "being-blocked": lambda: known(block(_story().delivered())),
    "block-refused": lambda: known(block(_story().delivered(), confirmed=False)),
    "being-unblocked": lambda: known(block(_story().delivered(), lifted=True)),
    "being-cancelled": lambda: known(being_cancelled()),
    "not-started": lambda: known(moved(start_date=date(2026, 10, 1))),
    "activation-period-over": partial(over, timedelta(days=1)),
    "licence-over": lambda: known(
        candidate(_story().delivered().activated()), today=date(2027, 8, 1)
    ),
    "product-withdrawn": lambda: known(delivered(), product=OLD),
    "being-asked": lambda: known(candidate(asked().taken(REGISTRY).entitled())),
    "not-taken": lambda: known(candidate(asked(), waiting(REGISTRY))),
    "not-confirmed": lambda: known(candidate(asked().taken(REGISTRY))),
    "partner-away": lambda: known(candidate(asked(), waiting(REGISTRY, unreachable_since=AWAY))),
    "partner-paused": lambda: known(candidate(ready(), waiting(PORTAL, paused_at=AWAY))),
    "given-up": lambda: known(
        after(asked(), RecordRequestGivenUp(partner=REGISTRY, number=1, attempts=5))
    ),
    "refused": lambda: known(candidate(asked().confirmed(REGISTRY, success=False))),
    "not-sent": lambda: known(
        after(asked(), RecordRequestDropped(partner=REGISTRY, number=1, reason="forgotten"))
    ),
    "no-consent": lambda: known(
        after(ready(), RecordRequestDropped(partner=PORTAL, number=1, reason="no-consent"))
    ),
    "link-lost": lambda: known(
        candidate(_story().delivered().confirmed(PORTAL, url_status="expired", receive_id="later"))
    ),
    "assigned-by-school": lambda: known(by_school()),
    "used-by-another": lambda: known(delivered(used_by_another=date(2026, 9, 1))),
}
"""What is known, by the first cause that it has."""
EMPTY: Final = DeliveryOrderStatus(order_id=_story().order)
TWO_PORTALS: Final = (PORTAL, PORTAL_B)
