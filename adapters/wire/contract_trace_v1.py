"""Track and trace of numbers, our own API: counts of use, a contract's report, forecasts.

Days are in Europe/Amsterdam and inclusive. What each number counts is defined in docs/api.md.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from adapters.wire.outgoing import Outgoing, SchoolReference


class DayOfUse(Outgoing, frozen=True, kw_only=True):
    """So many entitlements were used first on this day."""

    day: date
    activated: int


class ActivationCounts(Outgoing, frozen=True, kw_only=True):
    """What was ordered, and how much of it is in use; `days` has only days with first use.

    `activatedInPeriod` and `days` are of the period that was asked for; the others are of the
    orders as they stand, whatever the period.
    """

    period_from: date | None = None
    period_to: date | None = None
    orders: int
    ordered: int
    entitlements: int
    activated: int
    activated_in_period: int
    days: tuple[DayOfUse, ...]


class ReportNumbers(Outgoing, frozen=True, kw_only=True):
    """What a report counts, of one order or of many together.

    `used` is what registries said when they were last asked; left out where none ever was.
    """

    ordered: int
    ordered_cancelled: int
    entitlements: int
    created: int
    entitled: int
    blocked: int
    cancelled: int
    activated: int
    activated_in_period: int
    over_quantity: int
    used: int | None = None


class OrderLine(Outgoing, frozen=True, kw_only=True):
    """One order in the report of its contract, with its product.

    `school` is one identifier: the master identifier, or another with its type before it.
    """

    delivery_order_id: UUID
    product_id: str
    delivery_type: str
    shop: str | None = None
    school: str | None = None
    order_status: str
    received_on: date
    start_date: date
    activation_until_date: date
    used_as_of: datetime | None = None
    numbers: ReportNumbers


class ProductLine(Outgoing, frozen=True, kw_only=True):
    """All orders of one product in the report, added up."""

    product_id: str
    orders: int
    numbers: ReportNumbers


class Totals(Outgoing, frozen=True, kw_only=True):
    """The whole report, added up."""

    orders: int
    numbers: ReportNumbers


class ContractReport(Outgoing, frozen=True, kw_only=True):
    """What a contract came to in a period; written in pieces, `orders` first, what it adds up last.

    `asOf` is when the report was begun; what changes while it is written may or may not be in it.
    """

    contract_id: str
    period_from: date
    period_to: date
    as_of: datetime
    orders: tuple[OrderLine, ...]
    products: tuple[ProductLine, ...]
    totals: Totals


class ForecastTrace(Outgoing, frozen=True, kw_only=True):
    """What a school expects to need of a product in a period, and what became of it.

    `ordered` and `orders`: of the orders whose startDate lies in the period and that were not
    cancelled. `activated`: first use in the period, whatever the order.
    """

    school: SchoolReference
    product_id: str
    period_from: date
    period_until: date
    expected: int
    source: str
    given_at: datetime
    orders: int
    ordered: int
    activated: int


WRITTEN = (ActivationCounts, ContractReport, ForecastTrace)
