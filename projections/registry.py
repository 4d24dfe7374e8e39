"""All projections: each has a table of its name whose columns are the fields of its row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, Final, NamedTuple

from aanspraak.domain.recorded import Recorded
from projections import (
    activations_by_day,
    code_stock,
    consents,
    contracts,
    delivery_order_status,
    due,
    entitlement_details,
    entitlements_by_school,
    forecasts,
    incidents,
    open_exchanges,
    order_requests,
    pace,
    partners,
    products,
)

Key = tuple[Hashable, ...]
Pair = tuple[Any, Any]
"""A row before and after a batch of facts; None where there was, or is, none."""


@dataclass(frozen=True, kw_only=True)
class _Table:
    """The table of a projection: its columns are the fields of `row`, `key` the primary ones."""

    name: str
    row: type
    key: tuple[str, ...]

    @cached_property
    def key_of(self) -> Callable[[Any], Key]:
        """The key of a row."""
        columns = attrgetter(*self.key)
        return columns if len(self.key) > 1 else lambda row: (columns(row),)

    def by_key(self, rows: Iterable[Any]) -> dict[Key, Any]:
        """These rows by their keys."""
        key_of = self.key_of
        return {key_of(row): row for row in rows}


@dataclass(frozen=True, kw_only=True)
class Folding(_Table):
    """Rows that follow from facts, fact by fact; `about` are the classes of those facts.

    No row is ever taken away: `fold` returns None only where there is none yet. `by_stream`: all
    facts of a row stand on one stream.
    """

    about: frozenset[type]
    keys: Callable[[Recorded], Sequence[Key]]
    fold: Callable[[Any, Recorded], Any]
    by_stream: bool = True


@dataclass(frozen=True, kw_only=True)
class Counting(Folding):
    """Rows that count, besides, what changed in the rows of another projection.

    `counted_for`: the row that a row of the source counts for, None while it counts for none.
    """

    source: str
    counted_for: Callable[[Any], Key | None]
    count: Callable[[Any, Any, Sequence[Pair]], Any]


@dataclass(frozen=True, kw_only=True)
class Deriving(_Table):
    """Rows that follow from one row of another projection.

    `sources` says how, per projection: from a row before and after, the rows to write and the keys
    of rows that are gone.
    """

    sources: tuple[tuple[str, Callable[[Any, Any], tuple[Sequence[Any], Sequence[Any]]]], ...]


class Step(NamedTuple):
    """A fact, and the row of the projection it was folded into, before and after it."""

    recorded: Recorded
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class Adding(_Table):
    """Rows that are sums over facts, seen with the rows of other projections they were folded into.

    A fact that such a row has already adds nothing. `about` are the classes of facts that add;
    `additions` says what a step adds to which row; `add` gives the sum of two rows.
    """

    sources: tuple[str, ...]
    about: frozenset[type]
    additions: Callable[[Step], Iterable[Any]]
    add: Callable[[Any, Any], Any]

    def added_up(self, rows: Iterable[Any]) -> list[Any]:
        """The rows of each key as one, in the order in which the keys came."""
        sums: dict[Key, Any] = {}
        for row in rows:
            key = self.key_of(row)
            sums[key] = self.add(sums.get(key), row)
        return list(sums.values())


Projection = Folding | Deriving | Adding

PROJECTIONS: Final[tuple[Projection, ...]] = (
    Folding(
        name=partners.NAME,
        row=partners.Partner,
        key=partners.KEY,
        about=partners.ABOUT,
        keys=partners.keys,
        fold=partners.fold,
    ),
    Folding(
        name=products.NAME,
        row=products.Product,
        key=products.KEY,
        about=products.ABOUT,
        keys=products.keys,
        fold=products.fold,
    ),
    Folding(
        name=contracts.NAME,
        row=contracts.Contract,
        key=contracts.KEY,
        about=contracts.ABOUT,
        keys=contracts.keys,
        fold=contracts.fold,
    ),
    Folding(
        name=forecasts.NAME,
        row=forecasts.Forecast,
        key=forecasts.KEY,
        about=forecasts.ABOUT,
        keys=forecasts.keys,
        fold=forecasts.fold,
    ),
    Folding(
        name=consents.NAME,
        row=consents.Consent,
        key=consents.KEY,
        about=consents.ABOUT,
        keys=consents.keys,
        fold=consents.fold,
    ),
    Folding(
        name=code_stock.NAME,
        row=code_stock.CodeStock,
        key=code_stock.KEY,
        about=code_stock.ABOUT,
        keys=code_stock.keys,
        fold=code_stock.fold,
    ),
    Folding(
        name=order_requests.NAME,
        row=order_requests.OrderRequest,
        key=order_requests.KEY,
        about=order_requests.ABOUT,
        keys=order_requests.keys,
        fold=order_requests.fold,
        by_stream=False,
    ),
    Folding(
        name=incidents.NAME,
        row=incidents.Incident,
        key=incidents.KEY,
        about=incidents.ABOUT,
        keys=incidents.keys,
        fold=incidents.fold,
    ),
    Folding(
        name=entitlement_details.NAME,
        row=entitlement_details.EntitlementDetails,
        key=entitlement_details.KEY,
        about=entitlement_details.ABOUT,
        keys=entitlement_details.keys,
        fold=entitlement_details.fold,
    ),
    Counting(
        name=delivery_order_status.NAME,
        row=delivery_order_status.DeliveryOrderStatus,
        key=delivery_order_status.KEY,
        about=delivery_order_status.ABOUT,
        keys=delivery_order_status.keys,
        fold=delivery_order_status.fold,
        source=entitlement_details.NAME,
        counted_for=delivery_order_status.counted_for,
        count=delivery_order_status.count,
    ),
    Counting(
        name=activations_by_day.NAME,
        row=activations_by_day.DayOfUse,
        key=activations_by_day.KEY,
        about=activations_by_day.ABOUT,
        keys=activations_by_day.keys,
        fold=activations_by_day.fold,
        source=entitlement_details.NAME,
        counted_for=activations_by_day.counted_for,
        count=activations_by_day.count,
    ),
    Deriving(
        name=entitlements_by_school.NAME,
        row=entitlements_by_school.SchoolEntitlement,
        key=entitlements_by_school.KEY,
        sources=((entitlement_details.NAME, entitlements_by_school.change),),
    ),
    Deriving(
        name=open_exchanges.NAME,
        row=open_exchanges.OpenExchange,
        key=open_exchanges.KEY,
        sources=(
            (entitlement_details.NAME, open_exchanges.change_of_entitlement),
            (delivery_order_status.NAME, open_exchanges.change_of_order),
        ),
    ),
    Deriving(
        name=due.NAME,
        row=due.Due,
        key=due.KEY,
        sources=((entitlement_details.NAME, due.change),),
    ),
    Adding(
        name=pace.NAME,
        row=pace.Minute,
        key=pace.KEY,
        sources=(entitlement_details.NAME, delivery_order_status.NAME),
        about=pace.ABOUT,
        additions=pace.additions,
        add=pace.add,
    ),
)
"""In an order in which each comes after those it follows from."""
