"""What may be asked of a forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class GiveForecast:
    """How many users a school expects for a product in a period (both days inclusive).

    `source` is a short name of where the number comes from; the operator's words lie in the vault
    under `reason_id`.
    """

    school_id: UUID
    product_id: str
    period_from: date
    period_until: date
    expected: int
    source: str
    reason_id: UUID | None = None


ForecastCommand = GiveForecast
