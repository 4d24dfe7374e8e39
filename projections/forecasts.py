"""What does a school expect to need of a product in a period? The newest number counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.forecast.events import ForecastGiven
from aanspraak.domain.recorded import Recorded

NAME: Final = "forecasts"
KEY: Final = ("school_id", "product_id", "period_from", "period_until")
ABOUT: Final[frozenset[type]] = frozenset({ForecastGiven})

Key = tuple[UUID, str, date, date]


class Forecast(NamedTuple):
    """An expected number of users; both days are inclusive, in Europe/Amsterdam."""

    school_id: UUID
    product_id: str
    period_from: date
    period_until: date
    expected: int
    source: str
    given_at: datetime


def keys(recorded: Recorded) -> tuple[Key, ...]:
    """The school, product and period a fact is about."""
    event = recorded.event
    if not isinstance(event, ForecastGiven):
        return ()
    return ((event.school_id, event.product_id, event.period_from, event.period_until),)


def fold(row: Forecast | None, recorded: Recorded) -> Forecast | None:
    """Apply one fact."""
    event = recorded.event
    if not isinstance(event, ForecastGiven):
        return row
    return Forecast(
        school_id=event.school_id,
        product_id=event.product_id,
        period_from=event.period_from,
        period_until=event.period_until,
        expected=event.expected,
        source=event.source,
        given_at=recorded.recorded_at,
    )
