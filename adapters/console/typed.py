"""What people type into the fields of a form: moments, ids and words; nothing is nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from aanspraak.domain.calendar_days import AMSTERDAM
from adapters.console.visits import Visit

YEARS: Final = range(2000, 2100)
"""Of any moment that concerns the hub."""


class NotUnderstood(Exception):
    """What was typed into a field is not what it asks for; the text is the field's name."""


def given(visit: Visit, field: str) -> str:
    """What a form or an address says in a field."""
    found = visit.form.get(field) or visit.request.query_params.get(field) or ""
    return found.strip()


def word(visit: Visit, field: str) -> str | None:
    """A word, or nothing."""
    return given(visit, field) or None


def moment(visit: Visit, field: str) -> datetime | None:
    """A moment (UTC), of Amsterdam unless it says otherwise; raises NotUnderstood."""
    if not (text := given(visit, field)):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NotUnderstood(field) from None
    if found.year not in YEARS:
        raise NotUnderstood(field)
    return (found if found.tzinfo else found.replace(tzinfo=AMSTERDAM)).astimezone(UTC)


def some_id(visit: Visit, field: str) -> UUID | None:
    """An id; raises NotUnderstood."""
    if not (text := given(visit, field)):
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotUnderstood(field) from None


def number(visit: Visit, field: str, most: int) -> int | None:
    """A whole number from 0 up to `most`; raises NotUnderstood."""
    if not (text := given(visit, field)):
        return None
    if not text.isascii() or not text.isdecimal() or int(text[: len(str(most)) + 1]) > most:
        raise NotUnderstood(field)
    return int(text)
