"""Can this pupil open this product? The chain from order to use, and what is wrong in it first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from projections import side as sides
from projections.changes import Since, state_of_entitlement, state_of_order
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails
from projections.order_trace import Waiting
from projections.products import Product
from projections.progress import progress_of

ORDER: Final = "order"
ENTITLEMENT: Final = "entitlement"
REGISTRY: Final = "registry"
LINK: Final = "link"
ACTIVATION: Final = "activation"
STEPS: Final = (ORDER, ENTITLEMENT, REGISTRY, LINK, ACTIVATION)
"""The chain, in order."""
OPENS: Final = ("placed", sides.BY_SCHOOL)
"""The steps at a portal by which a user can open it."""


class Candidate(NamedTuple):
    """An entitlement of the person to the product, and what goes with it.

    `since` tells when its status and steps became what they are, `order_since` the order's.
    `unconsented` are portals to which the school consents no more, since when. `forgotten`: nobody
    knows who it is for. `used_by_another`: the day on which somebody else used it.
    """

    row: EntitlementDetails
    since: Since
    order: DeliveryOrderStatus | None
    order_since: Since
    waiting: tuple[Waiting, ...] = ()
    unconsented: Mapping[str, datetime] = {}
    forgotten: bool = False
    used_by_another: date | None = None


class Ordered(NamedTuple):
    """An order of the school for the product; an open one may wait for the roster."""

    order: DeliveryOrderStatus
    open_type: bool
    waits_on_roster: bool = False


class Known(NamedTuple):
    """All that is known of the question; `today` is the day in Europe/Amsterdam.

    `product` is None when no catalogue has it; `person` False when nobody is known by what was
    given (`by_code`: an activation code).
    """

    today: date
    school: bool
    person: bool
    by_code: bool
    product: Product | None
    candidates: tuple[Candidate, ...] = ()
    orders: tuple[Ordered, ...] = ()


class Cause(NamedTuple):
    """Something that is wrong: `key` in the table of causes, at a step of the chain."""

    key: str
    step: str
    partner: str | None = None
    since: datetime | None = None
    details: Mapping[str, object] = {}


class Step(NamedTuple):
    """A step of the chain, in what state and since when; `good`: nothing is wrong with it."""

    step: str
    state: str
    good: bool
    partner: str | None = None
    since: datetime | None = None


class Access(NamedTuple):
    """The answer; the first of the causes is the first thing that is wrong.

    `row` is the entitlement that it is about, None when there is none. `keeps` is the first cause
    that keeps the user from opening it, None when nothing does.
    """

    can_open: bool
    steps: tuple[Step, ...]
    causes: tuple[Cause, ...]
    row: EntitlementDetails | None
    keeps: Cause | None


def chain_of(candidate: Candidate, wrong: frozenset[tuple[str, str | None]]) -> Iterator[Step]:
    """The steps of an entitlement; `wrong` are those (step, partner) that something is wrong at."""
    row, since = candidate.row, candidate.since

    def step(name: str, state: str, partner: str | None, at: datetime | None) -> Step:
        good = (name, partner) not in wrong
        return Step(step=name, state=state, good=good, partner=partner, since=at)

    if candidate.order is not None:
        at = candidate.order_since.get("status")
        yield step(ORDER, state_of_order(candidate.order), None, at)
    yield step(ENTITLEMENT, state_of_entitlement(row), None, since.get("status"))
    for partner, state in progress_of(row).steps:
        name = REGISTRY if partner == row.registry else LINK
        yield step(name, state, partner, since.get(partner))
    used = since.get("status") if row.status == "licensed" else None
    yield step(ACTIVATION, "in-use" if row.first_usage_date else "not-used", None, used)


def has_a_link(candidate: Candidate) -> bool:
    """The user sees it in some portal, or it goes to none."""
    row = candidate.row
    found = [
        (partner, state) for partner, state in progress_of(row).steps if partner != row.registry
    ]
    return not found or any(
        state in OPENS and partner not in candidate.unconsented for partner, state in found
    )
