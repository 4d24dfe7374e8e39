"""Facts about a forecast. Append-only: never edit a field, add a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ForecastGiven:
    """A school expects so many users for a product in a period; the newest number counts.

    Both days are inclusive, in Europe/Amsterdam. `reason_id` is where the operator's words lie.
    """

    school_id: UUID
    product_id: str
    period_from: date
    period_until: date
    expected: int
    source: str
    reason_id: UUID | None


ForecastEvent = ForecastGiven
