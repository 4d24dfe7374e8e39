"""Lines of contracts and forecasts as track and trace shows them, and the command line too."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from datetime import UTC, date
from typing import Final

from adapters.postgres.reads_contract import ForecastLine, Line, OrdersCounted, Period
from adapters.wire import contract_trace_v1 as wire
from adapters.wire.outgoing import OrganisationId, SchoolReference
from projections.visibility import Viewer

SEES_SHOPS: Final = ("operator", "shop")
MASTER: Final = "organisationMasterIdentifier"
_IN_REPORT: Final = ("created", "entitled", "blocked", "cancelled")


async def shown_lines(
    viewer: Viewer, pages: AsyncIterable[Sequence[Line]]
) -> AsyncIterator[list[wire.OrderLine]]:
    """The lines of a report; a registry or portal is not told which shop sold."""
    named = viewer.role in SEES_SHOPS
    async for page in pages:
        yield [shown_line(line, named=named) for line in page]


def shown_line(line: Line, *, named: bool) -> wire.OrderLine:
    """One line of a report; entitlements in each status make the entitlements there are."""
    counted = {name: getattr(line, name) for name in _IN_REPORT}
    return wire.OrderLine(
        delivery_order_id=line.delivery_order_id,
        product_id=line.product_id,
        delivery_type=line.delivery_type,
        shop=line.shop if named else None,
        school=line.school,
        order_status=line.status,
        received_on=line.received_on,
        start_date=line.start_date,
        activation_until_date=line.activation_until_date,
        used_as_of=line.used_as_of.astimezone(UTC) if line.used_as_of else None,
        numbers=wire.ReportNumbers(
            **counted,
            ordered=line.ordered,
            ordered_cancelled=line.ordered_cancelled,
            entitlements=sum(counted.values()),
            activated=line.activated,
            activated_in_period=line.activated_in_period,
            over_quantity=line.over_quantity,
            used=line.used,
        ),
    )


def shown_counts(
    orders: OrdersCounted, days: dict[date, int], first: date | None, last: date | None
) -> wire.ActivationCounts:
    """What was ordered and is in use; days outside the period count in `activated` alone."""
    period = Period(first or date.min, last or date.max)
    within = {day: number for day, number in days.items() if period.first <= day <= period.last}
    return wire.ActivationCounts(
        period_from=first,
        period_to=last,
        **orders._asdict(),
        activated=sum(days.values()),
        activated_in_period=sum(within.values()),
        days=tuple(wire.DayOfUse(day=day, activated=number) for day, number in within.items()),
    )


def shown_forecast(line: ForecastLine) -> wire.ForecastTrace:
    """A forecast beside what became of it."""
    fields = line._asdict()
    del fields["school_id"]
    given = {"school": _school(line.school or []), "given_at": line.given_at.astimezone(UTC)}
    return wire.ForecastTrace(**{**fields, **given})


def _school(names: Sequence[str]) -> SchoolReference:
    pairs = [(kind, value) for kind, _, value in (name.partition(" ") for name in names)]
    return SchoolReference(
        organisation_master_identifier=dict(pairs).get(MASTER),
        organisation_ids=tuple(
            OrganisationId(organisation_id_type=kind, organisation_id=value)
            for kind, value in pairs
            if kind != MASTER
        ),
    )
