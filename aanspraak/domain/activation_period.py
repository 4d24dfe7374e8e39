"""Until when a licence may be activated, as the catalogue proposes it; an order decides itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from aanspraak.domain.licence_period import school_year_end


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivationPeriod:
    """How long after the start one may activate (Catalogue API 2.0.0, `activationPeriod`).

    `variant` is `days` (then `days` counts them from the startDate), `date` (then `until` is the
    last day for everybody) or `schoolyear`. Days are inclusive, in Europe/Amsterdam.
    """

    variant: str
    days: int | None = None
    until: date | None = None

    def end(self, start: date) -> date | None:
        """The last day on which a licence that starts on this day may be activated."""
        match self.variant:
            case "days":
                return start + timedelta(days=min(self.days or 0, (date.max - start).days))
            case "date":
                return self.until
            case "schoolyear":
                return school_year_end(start)
            case _:
                raise ValueError(self.variant)
