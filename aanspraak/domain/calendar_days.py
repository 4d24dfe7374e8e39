"""The calendar in which all days are days: Europe/Amsterdam."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date, datetime

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")


def day_of(moment: datetime) -> date:
    """The day on which a moment (of any zone) falls."""
    return moment.astimezone(AMSTERDAM).date()
