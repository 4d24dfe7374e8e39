"""The page of what was sent to a partner in a stretch of time, and what it answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from fastapi import APIRouter, Response
from pydantic import ValidationError

from aanspraak.domain.calendar_days import AMSTERDAM
from adapters.console.listing import csv_of
from adapters.console.typed import NotUnderstood, given, moment
from adapters.console.visits import NotThere, Viewing, Visit
from adapters.http.exchange_answers import sendings
from adapters.http.parameters import PlainId
from adapters.http.trace_exchanges import LONGEST, Window, written_place
from adapters.postgres.reads_as_of import AT_LAST
from adapters.wire.exchanges_trace_v1 import Sending
from adapters.wire.problems import SchemaIncorrect
from projections.visibility import OPERATOR

router = APIRouter(prefix="/partners/{id}/exchanges")

PAGE: Final = 100
AT_ONCE: Final = 1_000
UNSAID: Final = timedelta(hours=1)
"""Where the address says not when, the last hour is meant."""
TYPED: Final = "%Y-%m-%dT%H:%M"


class Stretch(NamedTuple):
    """From a moment on, up to another, not included."""

    first: datetime
    last: datetime


@router.get("")
async def sent(visit: Viewing, partner: PlainId) -> Response:
    """What was sent, or tried to be, the oldest first."""
    await _known(visit, partner)
    services, stretch = visit.services, _last_hour(visit)
    wrong, status = "", 200
    try:
        stretch = _stretch(visit)
        window = _window(stretch, PAGE, given(visit, "after") or None)
        asked = window.asked(partner)
    except NotUnderstood as error:
        wrong, status, asked = str(error), 422, _window(stretch, PAGE).asked(partner)
    except (SchemaIncorrect, ValidationError):
        raise NotThere from None
    may = visit.may("support")
    shown, place = await sendings(OPERATOR, services, asked, AT_LAST, in_words=may)
    return visit.page(
        "exchanges.html",
        status,
        partner=partner,
        sent=shown,
        after=written_place(place) if place else None,
        typed={name: at.astimezone(AMSTERDAM).strftime(TYPED) for name, at in _named(stretch)},
        wrong=wrong,
        longest=LONGEST.days,
    )


@router.get(".csv")
async def sent_csv(visit: Viewing, partner: PlainId) -> Response:
    """All of the stretch, for a spreadsheet."""
    await _known(visit, partner)
    try:
        stretch = _stretch(visit)
    except NotUnderstood:
        raise NotThere from None
    header = ("when", "order", "about", "id", "message", "asked", "number", "outcome")
    answer = ("http", "code", "error", "ms", "answered")
    return csv_of("exchanges.csv", (*header, *answer), _rows(visit, partner, stretch))


async def _rows(visit: Visit, partner: str, stretch: Stretch) -> AsyncIterator[tuple[object, ...]]:
    asked = _window(stretch, AT_ONCE).asked(partner)
    while True:
        shown, place = await sendings(OPERATOR, visit.services, asked, AT_LAST)
        for each in shown:
            yield _cells(each)
        if place is None:
            return
        asked = asked._replace(after=place)


def _cells(one: Sending) -> tuple[object, ...]:
    tried, told = one.attempt, one.exchange
    asked: tuple[object, ...] = (None,) * 6
    replies = ""
    if told is not None:
        asked = (told.delivery_order_id, told.about, told.id, told.kind, told.asked, told.number)
        replies = " ".join(f"{each.what} {each.status or ''}".strip() for each in told.replies)
    attempt = (tried.outcome, tried.http_status, tried.code, tried.error, tried.duration_ms)
    return (tried.at, *asked, *attempt, replies)


async def _known(visit: Visit, partner: str) -> None:
    """Raises NotThere when there is no partner of this name."""
    if await visit.services.directory.partner(partner) is None:
        raise NotThere


def _stretch(visit: Visit) -> Stretch:
    """What the address says; raises NotUnderstood."""
    usual = _last_hour(visit)
    first, last = moment(visit, "from"), moment(visit, "to")
    if last is None:
        last = usual.last if first is None else first + UNSAID
    found = Stretch(first if first is not None else last - UNSAID, last)
    if not timedelta(0) < found.last - found.first <= LONGEST:
        raise NotUnderstood("window")
    return found


def _last_hour(visit: Visit) -> Stretch:
    """Up to the end of this minute, as fields of a form have no seconds."""
    last = visit.services.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    return Stretch(last - UNSAID, last)


def _window(stretch: Stretch, limit: int, after: str | None = None) -> Window:
    return Window.model_validate(
        {"from": stretch.first, "to": stretch.last, "limit": limit, "after": after}
    )


def _named(stretch: Stretch) -> tuple[tuple[str, datetime], ...]:
    return ("from", stretch.first), ("to", stretch.last)
