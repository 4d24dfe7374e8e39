"""The pace between two moments: one answer for the API, the command line and the console."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from adapters.postgres.fetching import all_rows
from adapters.postgres.queries import load
from adapters.postgres.views_rows import rows_of
from adapters.wire import pace_v1 as wire
from projections.durations import percentile
from projections.pace import HUB, Minute, add, minute_of, minutes_between

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psycopg import AsyncConnection

LONGEST: Final = timedelta(days=1)
"""Of a stretch of time that is asked for at once."""
SQL: Final = load("pace")
COUNTED: Final = ("orders", "created", "ready", "placed", "activated", "taken", "failed")
NOTHING: Final = Minute(datetime.min.replace(tzinfo=UTC), HUB)


async def pace_between(
    conn: AsyncConnection[Any], first: datetime, last: datetime, partner: str | None = None
) -> wire.Pace:
    """What happened from the minute of one moment until another, as far as the views follow.

    With a partner all numbers are its own. No minute is left out.
    """
    since, until = minute_of(first.astimezone(UTC)), last.astimezone(UTC)
    given = {"first": since, "last": until, "partner": partner}
    of = defaultdict[str, list[Minute]](list)
    for row in await rows_of(Minute, conn, SQL["between"], given):
        of[row.partner].append(row)
    whole = of[partner or HUB]
    return wire.Pace(
        period_from=since,
        period_to=until,
        total=_total(whole),
        minutes=tuple(_every_minute(whole, since, until)),
        partners=tuple(_partners(of, await all_rows(conn, SQL["named"], {"partner": partner}))),
    )


def _partners(
    of: Mapping[str, Sequence[Minute]], named: Sequence[tuple[Any, ...]]
) -> Iterator[wire.PacePartner]:
    for partner, role, title in named:
        if rows := of.get(partner):
            yield wire.PacePartner(
                partner=partner,
                role=role,
                title=title,
                total=_total(rows),
                minutes=tuple(map(_minute, rows)),
            )


def _every_minute(
    rows: Sequence[Minute], since: datetime, until: datetime
) -> Iterator[wire.PaceMinute]:
    found = {row.minute: row for row in rows}
    for minute in minutes_between(since, until):
        yield _minute(found.get(minute) or Minute(minute, HUB))


def _minute(row: Minute) -> wire.PaceMinute:
    return wire.PaceMinute(at=row.minute, **_counts(row))


def _total(rows: Sequence[Minute]) -> wire.PaceCounts:
    return wire.PaceCounts(**_counts(reduce(add, rows, NOTHING)))


def _counts(row: Minute) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in COUNTED},
        "p50_seconds": percentile(row.durations, 0.5),
        "p99_seconds": percentile(row.durations, 0.99),
    }
