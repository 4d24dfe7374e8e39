"""When a licence ends. All dates are inclusive calendar days in Europe/Amsterdam."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Final

SCHOOL_YEAR_END: Final = (7, 31)
LATE_START_DAYS: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class LicencePeriod:
    """How long a licence lasts after first use (Catalogue API 2.0.0, `licensePeriod`).

    `variant` is `days` (then `days` counts them), `month`, `year` or `schoolyear`.
    """

    variant: str
    days: int | None = None

    def end(self, first_use: date) -> date:
        """The last day of a licence first used on this day."""
        match self.variant:
            case "days":
                return _days_later(first_use, self.days or 0)
            case "month":
                return _months_later(first_use, 1)
            case "year":
                return _months_later(first_use, 12)
            case "schoolyear":
                return school_year_end(first_use)
            case _:
                raise ValueError(self.variant)

    def expected_end(self, start: date, activation_until: date) -> date | None:
        """The expirationDate before first use: the period from the start.

        None when it would end before the activation period does: a pupil who activates on the last
        day has it longer, so there is nothing to promise yet.
        """
        end = self.end(start)
        return end if end >= activation_until else None

    def starts_late(self, start: date) -> bool:
        """A licence for a school year that is nearly over was probably meant for the next one."""
        if self.variant != "schoolyear":
            return False
        return (school_year_end(start) - start).days < LATE_START_DAYS


def school_year_end(day: date) -> date:
    """The first 31 July strictly after this day."""
    this_year = date(day.year, *SCHOOL_YEAR_END)
    return this_year if day < this_year else _months_later(this_year, 12)


def _days_later(day: date, days: int) -> date:
    """The calendar ends with the year 9999, and so does what is promised."""
    return day + timedelta(days=min(days, (date.max - day).days))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))
