"""A forecast as it was written down, and what it asks for: for the API and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain import ids
from aanspraak.domain.forecast.commands import GiveForecast

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.wire.ops_contracts_v1 import ForecastEntry


def forecast_command(
    entry: ForecastEntry, school_id: UUID, reason_id: UUID | None
) -> tuple[UUID, GiveForecast]:
    """The stream and the command of a forecast."""
    command = GiveForecast(
        school_id=school_id,
        product_id=entry.product_id,
        period_from=entry.period_from,
        period_until=entry.period_until,
        expected=entry.expected,
        source=entry.source,
        reason_id=reason_id,
    )
    days = (entry.period_from, entry.period_until)
    return ids.forecast_stream(school_id, entry.product_id, *days), command
